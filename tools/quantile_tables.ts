/**
 * Writes the quantile tables in `src/random/tables/`. Numbers that depend on `Math.log` and `Math.exp` may differ in
 * the last bit from one engine to another, so the program that generates data reads these literals instead.
 *
 *     deno run --allow-write=src/random/tables tools/quantile_tables.ts
 *     deno run --allow-read=src/random/tables tools/quantile_tables.ts --check
 *
 * @module
 */

import { QUANTILE_SCALE } from "../src/random/quantile.ts";

const CELLS = 1024;
const END = 1 / 16384;
const LINE_WIDTH = 120;

/** One file of tables. */
export interface TableFile {
  /** Name within `src/random/tables/`. */
  readonly name: string;
  /** Its tables, in order. */
  readonly tables: readonly Table[];
}

/** One exported table. */
export interface Table {
  /** Name of the constant. */
  readonly name: string;
  /** Its distribution, for the doc comment. */
  readonly summary: string;
  /** The quantile function: value at a probability between 0 and 1, both excluded. */
  readonly quantile: (probability: number) => number;
}

/** Every file that this script writes. */
export const TABLE_FILES: readonly TableFile[] = [
  {
    name: "normal.ts",
    tables: [{ name: "normal", summary: "Normal: mean 0, standard deviation 1.", quantile: normalQuantile }],
  },
  {
    name: "exponential.ts",
    tables: [{ name: "exponential", summary: "Exponential: mean 1.", quantile: (p) => -Math.log1p(-p) }],
  },
  {
    name: "pareto.ts",
    tables: [{ name: "pareto", summary: "Pareto: shape 1.5, minimum 1.", quantile: (p) => (1 - p) ** (-1 / 1.5) }],
  },
  { name: "lognormal.ts", tables: [lognormal(50), lognormal(75), lognormal(100)] },
];

/** The table's 1,025 integers, as `src/random/quantile.ts` describes them. */
export function tableValues(table: Table): number[] {
  return Array.from({ length: CELLS + 1 }, (_, at) => {
    const probability = at === 0 ? END : at === CELLS ? 1 - END : at / CELLS;
    return Math.round(table.quantile(probability) * QUANTILE_SCALE) + 0; // + 0 turns -0 into 0
  });
}

/** The whole text of a file. */
export function tableFileText(file: TableFile): string {
  const literals = file.tables.map((table) => `
/** ${table.summary} Written by \`tools/quantile_tables.ts\`. */
// deno-fmt-ignore
export const ${table.name}: QuantileTable = [
${packedLines(tableValues(table))}
];
`);
  return `import type { QuantileTable } from "../quantile.ts";\n${literals.join("")}`;
}

/**
 * Quantile of the standard normal distribution, right to about 16 digits (Wichura, "Algorithm AS 241: The Percentage
 * Points of the Normal Distribution", 1988, routine PPND16).
 *
 * @param probability Between 0 and 1, both excluded.
 */
export function normalQuantile(probability: number): number {
  const fromMiddle = probability - 0.5;
  if (Math.abs(fromMiddle) <= 0.425) {
    return fromMiddle * ratio(CENTRE, 0.180625 - fromMiddle * fromMiddle);
  }
  const radius = Math.sqrt(-Math.log(Math.min(probability, 1 - probability)));
  const size = radius <= 5 ? ratio(SHOULDER, radius - 1.6) : ratio(TAIL, radius - 5);
  return fromMiddle < 0 ? -size : size;
}

/** Numerator and denominator of a rational function, constant term first. */
type Rational = readonly [readonly number[], readonly number[]];

const CENTRE: Rational = [
  [
    3.3871328727963666080e0,
    1.3314166789178437745e2,
    1.9715909503065514427e3,
    1.3731693765509461125e4,
    4.5921953931549871457e4,
    6.7265770927008700853e4,
    3.3430575583588128105e4,
    2.5090809287301226727e3,
  ],
  [
    1,
    4.2313330701600911252e1,
    6.8718700749205790830e2,
    5.3941960214247511077e3,
    2.1213794301586595867e4,
    3.9307895800092710610e4,
    2.8729085735721942674e4,
    5.2264952788528545610e3,
  ],
];

const SHOULDER: Rational = [
  [
    1.42343711074968357734e0,
    4.63033784615654529590e0,
    5.76949722146069140550e0,
    3.64784832476320460504e0,
    1.27045825245236838258e0,
    2.41780725177450611770e-1,
    2.27238449892691845833e-2,
    7.74545014278341407640e-4,
  ],
  [
    1,
    2.05319162663775882187e0,
    1.67638483018380384940e0,
    6.89767334985100004550e-1,
    1.48103976427480074590e-1,
    1.51986665636164571966e-2,
    5.47593808499534494600e-4,
    1.05075007164441684324e-9,
  ],
];

const TAIL: Rational = [
  [
    6.65790464350110377720e0,
    5.46378491116411436990e0,
    1.78482653991729133580e0,
    2.96560571828504891230e-1,
    2.65321895265761230930e-2,
    1.24266094738807843860e-3,
    2.71155556874348757815e-5,
    2.01033439929228813265e-7,
  ],
  [
    1,
    5.99832206555887937690e-1,
    1.36929880922735805310e-1,
    1.48753612908506148525e-2,
    7.86869131145613259100e-4,
    1.84631831751005468180e-5,
    1.42151175831644588870e-7,
    2.04426310338993978564e-15,
  ],
];

function ratio([numerator, denominator]: Rational, x: number): number {
  return polynomial(numerator, x) / polynomial(denominator, x);
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}

function lognormal(percent: number): Table {
  const sigma = percent / 100;
  return {
    name: `lognormal${percent}`,
    summary: `Lognormal: median 1, standard deviation of the logarithm ${sigma}.`,
    quantile: (probability) => Math.exp(sigma * normalQuantile(probability)),
  };
}

/** As many numbers a line as fit. */
function packedLines(values: readonly number[]): string {
  const lines: string[] = [];
  let line = " ";
  for (const value of values) {
    const text = ` ${value},`;
    if (line.length + text.length > LINE_WIDTH) {
      lines.push(line);
      line = " ";
    }
    line += text;
  }
  lines.push(line);
  return lines.join("\n");
}

async function main(args: readonly string[]): Promise<number> {
  const check = args.length === 1 && args[0] === "--check";
  if (args.length > 0 && !check) {
    console.error(`error: Cannot read arguments "${args.join(" ")}": expected none or --check`);
    return 2;
  }
  let stale = 0;
  for (const file of TABLE_FILES) {
    const url = new URL(`../src/random/tables/${file.name}`, import.meta.url);
    const text = tableFileText(file);
    if (!check) {
      await Deno.writeTextFile(url, text);
    } else if (await Deno.readTextFile(url) !== text) {
      console.error(`error: src/random/tables/${file.name} is not what tools/quantile_tables.ts writes`);
      stale++;
    }
  }
  return stale === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
