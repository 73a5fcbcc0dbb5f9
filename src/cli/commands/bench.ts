import { Bank } from "../../domains/bank/bank.ts";
import { bankEntities } from "../../domains/bank/entities/mod.ts";
import type { BankOptions } from "../../domains/bank/options.ts";
import { ByteBuffer } from "../../encoders/bytes.ts";
import { csvEncoder } from "../../encoders/csv.ts";
import { jsonEncoder } from "../../encoders/json.ts";
import type { Batch } from "../../ports/sink.ts";
import { BATCH_CUSTOMERS, load } from "../../run/load.ts";
import { EXIT, UsageError } from "../errors.ts";
import type { BENCH_FLAGS, Values, Words } from "../flags.ts";
import { grouped, rate, size } from "../numbers.ts";
import { writeOut } from "../output.ts";
import { resolveBank } from "../resolve.ts";
import { VERSION } from "../version.ts";

/** Customers when none are asked for: enough for a second or so of each figure. */
const DEFAULT_CUSTOMERS = 2000;

/** Customers before the clock runs, so that the engine has compiled what it measures. */
const WARM_UP_CUSTOMERS = 512;

/** Every figure is the median of so many rounds; of one where a round is long. */
const ROUNDS = 3;

/** Customers from which one round is enough. */
const LONG_CUSTOMERS = 10_000;

/** The instant whose state is measured: fixed, so that runs of different days compare. */
const AS_OF = Date.UTC(2026, 0, 1, 3);

/** What is measured: name in the JSON and text of the table. */
const WHAT = {
  objects: "generate: rows as objects",
  generate: "generate: CSV bytes into a reused buffer",
  json: "generate: JSON lines into a reused buffer",
  sqlite: "SQLite, from generation to checked file",
  sqlite_constants: "SQLite, the same statements fed constants",
} as const;

type FigureName = keyof typeof WHAT;

/** One thing measured. */
interface Figure {
  readonly name: FigureName;
  measure(): Promise<Measured> | Measured;
}

/** One measurement. */
interface Measured {
  readonly rows: number;
  readonly seconds: number;
  readonly bytes?: number;
}

/** A figure, median of its rounds. */
interface Result extends Measured {
  readonly rows_per_second: number;
}

/** The most memory that loads into a SQLite file held: what grows with the customers shows in the ratio. */
interface MemoryGrowth {
  readonly small: LoadMemory;
  readonly large: LoadMemory;
  /** Peak of the large load to that of the small one, which ran before it in the same process. */
  readonly ratio: number;
}

/** The most memory that the process was seen to hold in the course of one load. */
interface LoadMemory {
  readonly customers: number;
  readonly peak_rss_bytes: number;
}

/** Everything that was measured. */
interface Bench {
  readonly version: string;
  readonly machine: Record<string, string | number>;
  readonly customers: number;
  readonly seed: number;
  readonly rounds: number;
  /** Where the SQLite figures wrote. */
  readonly sqlite_in: "file" | "memory" | "nothing";
  readonly figures: Record<string, Result>;
  /** Medians over the rounds; what is compared ran one after the other. */
  readonly ratios: Record<string, number>;
  /** Absent where nothing was loaded into a file. */
  readonly memory?: MemoryGrowth;
  readonly peak_rss_bytes: number;
}

/** Measures this machine. */
export async function run({ values }: Words<typeof BENCH_FLAGS>): Promise<number> {
  const customers = customersOf(values);
  const options = resolveBank({ ...(values.seed === undefined ? {} : { seed: values.seed }), "as-of": AS_OF }, AS_OF);
  const bench = await measureAll(options, customers, values["skip-sqlite"] ?? false);
  writeOut(values.json ? `${JSON.stringify(bench)}\n` : table(bench));
  return EXIT.done;
}

function customersOf(values: Values<typeof BENCH_FLAGS>): number {
  const { customers, scale } = values;
  if (customers !== undefined && scale !== undefined && customers !== scale) {
    throw new UsageError(
      `Cannot use --customers ${customers} with --scale ${scale}: they are two names of one number`,
      "leave --scale away",
    );
  }
  return customers ?? scale ?? DEFAULT_CUSTOMERS;
}

async function measureAll(options: BankOptions, customers: number, skipSqlite: boolean): Promise<Bench> {
  const folder = skipSqlite ? undefined : await temporaryFolder();
  const memory = new PeakMemory();
  try {
    const figures = (some: number) => [
      ...generationFigures(options, some, memory),
      ...(skipSqlite ? [] : sqliteFigures(options, some, folder, memory)),
    ];
    for (const figure of figures(Math.min(customers, WARM_UP_CUSTOMERS))) await figure.measure();
    const growth = folder === undefined ? undefined : await memoryGrowth(options, customers, folder);
    const rounds = customers < LONG_CUSTOMERS ? ROUNDS : 1;
    const measured = new Map<FigureName, Measured[]>();
    for (let round = 0; round < rounds; round++) {
      for (const figure of figures(customers)) {
        measured.set(figure.name, [...(measured.get(figure.name) ?? []), await figure.measure()]);
      }
    }
    return {
      version: VERSION,
      machine: await machine(),
      customers,
      seed: options.seed,
      rounds,
      sqlite_in: skipSqlite ? "nothing" : folder === undefined ? "memory" : "file",
      figures: Object.fromEntries([...measured].map(([name, rounds]) => [name, resultOf(rounds)])),
      ratios: ratiosOf(measured),
      ...(growth === undefined ? {} : { memory: growth }),
      peak_rss_bytes: Math.max(memory.bytes, growth?.large.peak_rss_bytes ?? 0),
    };
  } finally {
    if (folder !== undefined) await Deno.remove(folder, { recursive: true });
  }
}

function generationFigures(options: BankOptions, customers: number, memory: PeakMemory): Figure[] {
  const csv = bankEntities.map((entity) => ({ name: entity.name, encode: csvEncoder(entity) }));
  const json = bankEntities.map((entity) => ({ name: entity.name, encode: jsonEncoder(entity) }));
  return [
    { name: "objects", measure: () => timed(() => {}) },
    {
      name: "generate",
      measure: () =>
        timed((batch, buffer) => {
          for (const { name, encode } of csv) buffer.append(encode(batch[name]!));
        }),
    },
    {
      name: "json",
      measure: () =>
        timed((batch, buffer) => {
          for (const { name, encode } of json) {
            for (const row of batch[name]!) buffer.append(`${encode(row)}\n`);
          }
        }),
    },
  ];

  function timed(encode: (batch: Batch, buffer: ByteBuffer) => void): Measured {
    const buffer = new ByteBuffer();
    let rows = 0;
    let bytes = 0;
    const start = performance.now();
    const bank = new Bank(options);
    for (let from = 0; from < customers; from += BATCH_CUSTOMERS) {
      const batch: Batch = {
        ...bank.batch(from, Math.min(from + BATCH_CUSTOMERS, customers)),
        stocks: from === 0 ? bank.stocks() : [],
      };
      for (const { name } of bankEntities) rows += batch[name]!.length;
      buffer.clear();
      encode(batch, buffer);
      bytes += buffer.length;
      memory.look();
    }
    return { rows, seconds: (performance.now() - start) / 1000, bytes };
  }
}

function sqliteFigures(
  options: BankOptions,
  customers: number,
  folder: string | undefined,
  memory: PeakMemory,
): Figure[] {
  let counts: Record<string, number> = {};
  return [
    {
      name: "sqlite",
      async measure() {
        const { SqliteSink } = await import("../../adapters/sqlite/sqlite_sink.ts");
        const path = freshFile(folder);
        const { seed, epoch, asOf, days, volumes } = options;
        const request = { customers, seed, epoch, asOf, days, volumes, truncate: false, now: asOf, version: VERSION };
        const sink = new SqliteSink(path, bankEntities);
        const report = await load(request, [sink], { progress: () => memory.look() });
        if (!report.ok) throw new Error("Cannot measure SQLite as the validation found mismatches");
        counts = { ...report.rows };
        return { rows: report.written, seconds: report.seconds };
      },
    },
    {
      name: "sqlite_constants",
      async measure() {
        const { constantBaseline } = await import("../../adapters/sqlite/baseline.ts");
        const rows = Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, Math.max(1, count)]));
        const measured = constantBaseline(freshFile(folder), bankEntities, rows, () => performance.now());
        memory.look();
        return measured;
      },
    },
  ];
}

/** Loads a tenth of the customers, then all of them: memory is seldom given back, so the small load comes first. */
async function memoryGrowth(options: BankOptions, customers: number, folder: string): Promise<MemoryGrowth> {
  const small = await loadMemory(Math.ceil(customers / 10));
  const large = await loadMemory(customers);
  return { small, large, ratio: Number((large.peak_rss_bytes / small.peak_rss_bytes).toFixed(3)) };

  async function loadMemory(customers: number): Promise<LoadMemory> {
    const memory = new PeakMemory();
    for (const { name, measure } of sqliteFigures(options, customers, folder, memory)) {
      if (name === "sqlite") await measure();
    }
    return { customers, peak_rss_bytes: memory.bytes };
  }
}

let files = 0;

function freshFile(folder: string | undefined): string {
  return folder === undefined ? ":memory:" : `${folder}/${++files}.sqlite`;
}

/** Makes a folder for the SQLite files; undefined without the permission to write, so that memory takes its place. */
async function temporaryFolder(): Promise<string | undefined> {
  try {
    return await Deno.makeTempDir({ prefix: "datagen-bench-" });
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}

/** The most memory that the process was seen to hold. */
class PeakMemory {
  bytes = 0;

  look(): void {
    this.bytes = Math.max(this.bytes, Deno.memoryUsage().rss);
  }
}

function resultOf(rounds: readonly Measured[]): Result {
  const middle = [...rounds].sort((a, b) => a.seconds - b.seconds)[Math.floor(rounds.length / 2)]!;
  return { ...middle, rows_per_second: Math.round(middle.rows / middle.seconds) };
}

function ratiosOf(measured: ReadonlyMap<FigureName, readonly Measured[]>): Record<string, number> {
  const pairs = [["generate", "objects"], ["json", "objects"], ["sqlite", "sqlite_constants"]] as const;
  return Object.fromEntries(pairs.flatMap(([name, against]) => {
    const rounds = measured.get(name);
    const others = measured.get(against);
    if (rounds === undefined || others === undefined) return [];
    const ratios = rounds.map((round, at) => round.rows / round.seconds / (others[at]!.rows / others[at]!.seconds));
    return [[`${name}_to_${against}`, Number(ratios.sort((a, b) => a - b)[Math.floor(ratios.length / 2)]!.toFixed(3))]];
  }));
}

async function machine(): Promise<Record<string, string | number>> {
  const { os, arch } = Deno.build;
  const cpu = await cpuModel();
  return {
    cores: navigator.hardwareConcurrency,
    ...(cpu === undefined ? {} : { cpu }),
    os,
    arch,
    deno: Deno.version.deno,
  };
}

/** Name of the processor; undefined without the permission to ask. */
async function cpuModel(): Promise<string | undefined> {
  try {
    return (await import("node:os")).cpus()[0]?.model.trim();
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}

function table(bench: Bench): string {
  const { machine, figures, ratios, customers, seed, rounds } = bench;
  return `${
    [
      `datagen ${bench.version}, ${machine["cores"]} cores${
        machine["cpu"] === undefined ? "" : ` (${machine["cpu"]})`
      }, ` +
      `${machine["os"]} ${machine["arch"]}, deno ${machine["deno"]}`,
      `${grouped(customers)} customers, seed ${seed}, median of ${rounds}, one core`,
      "",
      `${"".padEnd(44)}${"rows".padStart(12)}${"seconds".padStart(10)}${"rows/s".padStart(12)}`,
      ...Object.entries(figures).map(([name, { rows, seconds }]) =>
        `${WHAT[name as FigureName].padEnd(44)}${grouped(rows).padStart(12)}${seconds.toFixed(2).padStart(10)}` +
        rate(rows, seconds).padStart(12)
      ),
      "",
      ...Object.entries(ratios).map(([name, ratio]) =>
        `${name.replaceAll("_", " ").padEnd(44)}${ratio.toFixed(2).padStart(12)}`
      ),
      ...memoryLines(bench.memory),
      `${"peak memory".padEnd(44)}${size(bench.peak_rss_bytes).padStart(12)}`,
    ].join("\n")
  }\n`;
}

function memoryLines(memory: MemoryGrowth | undefined): string[] {
  if (memory === undefined) return [];
  const loads = [memory.small, memory.large].map(({ customers, peak_rss_bytes }) =>
    `${`peak memory, SQLite load of ${grouped(customers)}`.padEnd(44)}${size(peak_rss_bytes).padStart(12)}`
  );
  return [...loads, `${"large to small load".padEnd(44)}${memory.ratio.toFixed(2).padStart(12)}`];
}
