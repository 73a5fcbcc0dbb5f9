import { csvEncoder, csvHeader } from "../../encoders/csv.ts";
import { jsonEncoder } from "../../encoders/json.ts";
import { valueText } from "../../encoders/text.ts";
import { type Entity, fieldsOf, type Row } from "../../model/entity.ts";
import type { Field } from "../../model/field.ts";
import type { Population } from "../../ports/domain.ts";
import { chosenDomain } from "../domains/domains.ts";
import { entitiesNamed } from "../settings/entities.ts";
import { EXIT, UsageError } from "../failures.ts";
import type { Values, Words } from "../parser/flag.ts";
import type { SAMPLE_FLAGS } from "../flags/flags.ts";
import { writeOut } from "../terminal/output.ts";
import { unitsAsked } from "../flags/population_flags.ts";
import { resolveRun } from "../settings/resolve.ts";
import { terminalColumns } from "../terminal/terminal.ts";
import { columnsOf, cut, pad } from "../terminal/text.ts";

/** Units generated at a time. */
const UNITS_AT_A_TIME = 16;

/** Records of each entity when no limit is given. */
const DEFAULT_LIMIT = 3;

/** Shows a few records of some entities. */
export function run({ values, args }: Words<typeof SAMPLE_FLAGS>): Promise<number> {
  const domain = chosenDomain(values);
  const entities = entitiesNamed(args, domain);
  const format = formatOf(values);
  const population = domain.open(resolveRun(domain, values, Date.now()));
  const units = unitsAsked(domain, values) ?? domain.unit.usual;
  const samples = samplesOf(population, entities, units, values.limit ?? DEFAULT_LIMIT);
  writeOut(textOf(samples, format));
  return Promise.resolve(EXIT.done);
}

function formatOf({ format, json }: Values<typeof SAMPLE_FLAGS>): "json" | "csv" | "table" {
  if (json && format !== undefined && format !== "json") {
    throw new UsageError(`Cannot use --json with --format ${format}: they contradict each other`, "leave one away");
  }
  return format ?? "json";
}

function textOf(samples: readonly Sample[], format: "json" | "csv" | "table"): string {
  switch (format) {
    case "json":
      return jsonText(samples);
    case "csv":
      return csvText(samples);
    case "table":
      return samples.map(tableText).join("\n");
  }
}

/** The first rows of one entity. */
interface Sample {
  readonly entity: Entity;
  readonly rows: readonly Row[];
}

/** The first rows of some entities: all from one pass, which ends when no entity wants more. */
function samplesOf(population: Population, entities: readonly Entity[], units: number, limit: number): Sample[] {
  const shared = population.shared();
  const samples = entities.map((entity) => ({ entity, rows: (shared[entity.name] ?? []).slice(0, limit) }));
  const open = () => samples.filter(({ entity, rows }) => !(entity.name in shared) && rows.length < limit);
  for (let from = 0; from < units && open().length > 0; from += UNITS_AT_A_TIME) {
    const batch = population.batch(from, Math.min(from + UNITS_AT_A_TIME, units));
    for (const { entity, rows } of open()) rows.push(...batch[entity.name]!.slice(0, limit - rows.length));
  }
  return samples;
}

function jsonText(samples: readonly Sample[]): string {
  const entries = samples.map(({ entity, rows }) => {
    const encode = jsonEncoder(entity);
    return [entity.name, rows.map((row) => JSON.parse(encode(row)))];
  });
  return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`;
}

/** The name of the entity, then its rows: a line each where they fit the terminal, else field by field. */
function tableText({ entity, rows }: Sample): string {
  const width = terminalColumns(Deno.stdout) ?? Infinity;
  const fields = fieldsOf(entity);
  const cells = rows.map((row) => fields.map(([name, field]) => valueText(field, row[name]!)));
  const widths = fields.map(([name], at) => Math.max(columnsOf(name), ...cells.map((line) => columnsOf(line[at]!))));
  const all = widths.reduce((sum, columns) => sum + columns, 2 * (widths.length - 1));
  const lines = all <= width
    ? [fields.map(([name]) => name), ...cells].map((line) =>
      line.map((cell, at) => padded(fields[at]![1], cell, widths[at]!))
    )
      .map((line) => line.join("  "))
    : cells.flatMap((line, number) => recordLines(fields.map(([name]) => name), line, number + 1, width));
  return [entity.name, ...lines].map((line) => `${line.trimEnd()}\n`).join("");
}

function padded({ kind }: Field<unknown>, text: string, columns: number): string {
  return pad(text, columns, ["money", "decimal", "int", "double"].includes(kind) ? "left" : "right");
}

function recordLines(names: readonly string[], values: readonly string[], number: number, width: number): string[] {
  const space = Math.max(...names.map(columnsOf));
  return [
    `-- ${number}`,
    ...names.map((name, at) => `${pad(name, space)}  ${cut(values[at]!, Math.max(8, width - space - 2))}`),
  ];
}

/** One CSV after the other, an empty line between them. */
function csvText(samples: readonly Sample[]): string {
  return samples.map(({ entity, rows }) => csvHeader(entity) + csvEncoder(entity)(rows)).join("\r\n");
}
