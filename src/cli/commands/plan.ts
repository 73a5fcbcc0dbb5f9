import { bankEntities } from "../../domains/bank/entities/mod.ts";
import { type BankOptions, DATA_VERSION } from "../../domains/bank/options.ts";
import { csvEncoder, csvHeader } from "../../encoders/csv.ts";
import { jsonEncoder } from "../../encoders/json.ts";
import type { Entity, Row } from "../../model/entity.ts";
import type { Manifest } from "../../ports/manifest.ts";
import type { Batch } from "../../ports/sink.ts";
import { plan, type PlanReport } from "../../run/plan.ts";
import { isoDate, isoInstant } from "../../time/calendar.ts";
import { EXIT } from "../errors.ts";
import type { PLAN_FLAGS, Words } from "../flags.ts";
import { duration, grouped, roughDuration, size } from "../numbers.ts";
import { writeOut } from "../output.ts";
import { asOfText, DEFAULT_CUSTOMERS, resolveBank, resolveLog, resolveTargets } from "../resolve.ts";
import { type Target, targetText } from "../values.ts";
import { VERSION } from "../version.ts";

/** What one target will take. */
interface TargetPlan {
  readonly target: string;
  readonly bytes: number;
  /** About how long the load takes with this target alone, on this machine, as it is now. */
  readonly seconds: number;
}

/** Bytes of the sample in one target, and how long writing it took. */
interface Written {
  /** Bytes that grow with the rows. */
  readonly bytes: number;
  /** Bytes that an empty target has. */
  readonly fixedBytes: number;
  readonly seconds: number;
}

/** Tells what a load would make, from a sample of it. */
export async function run({ values }: Words<typeof PLAN_FLAGS>): Promise<number> {
  resolveLog(values); // refuses a bad LOG_LEVEL; there is nothing to log
  const { targets, jsonFormat } = resolveTargets(values);
  const options = resolveBank(values, Date.now());
  const customers = values.customers ?? DEFAULT_CUSTOMERS;
  const report = plan(options, customers);
  const share = growth(report);
  const generating = report.secondsPerCustomer * customers;
  const plans: TargetPlan[] = [];
  for (const target of targets) {
    const written = await write(target, report, jsonFormat, options);
    const bytes = Math.round(written.fixedBytes + written.bytes * share);
    plans.push({ target: targetText(target), bytes, seconds: generating + written.seconds * share });
  }
  writeOut(values.json ? `${JSON.stringify(asObject(report, plans, options, customers))}\n` : table());
  return EXIT.done;

  function table(): string {
    return planTable(report, plans, options, customers);
  }
}

/** Times the sample is contained in the whole: the rows of each entity, weighed by how long they are. */
function growth(report: PlanReport): number {
  let sampled = 0;
  let expected = 0;
  const sample: Batch = report.sample;
  for (const entity of bankEntities) {
    const rows = sample[entity.name]!;
    if (rows.length === 0) continue;
    const bytes = csvEncoder(entity)(rows).length;
    sampled += bytes;
    expected += bytes / rows.length * (report.rows[entity.name] ?? 0);
  }
  return sampled === 0 ? 0 : expected / sampled;
}

async function write(
  target: Target,
  report: PlanReport,
  jsonFormat: "array" | "lines",
  options: BankOptions,
): Promise<Written> {
  if (target.kind === "sqlite") return await writeSqlite(report, options);
  const start = performance.now();
  const sample: Batch = report.sample;
  const texts = bankEntities.map((entity) => textOf(entity, sample[entity.name]!, target.kind, jsonFormat));
  const encoder = new TextEncoder();
  const bytes = texts.reduce((sum, { rows }) => sum + encoder.encode(rows).length, 0);
  const fixedBytes = texts.reduce((sum, { frame }) => sum + frame.length, 0);
  return { bytes, fixedBytes, seconds: (performance.now() - start) / 1000 };
}

/** The text of an entity's rows, and what stands around them. */
function textOf(entity: Entity, rows: readonly Row[], kind: Target["kind"], jsonFormat: "array" | "lines") {
  if (kind === "csv") return { rows: csvEncoder(entity)(rows), frame: csvHeader(entity) };
  const encode = jsonEncoder(entity);
  const separator = kind === "json" && jsonFormat === "array" ? ",\n" : "\n";
  return { rows: rows.map((row) => encode(row) + separator).join(""), frame: kind === "json" ? "[\n]\n" : "" };
}

/** Writes the sample into a database in memory, twice: an empty one tells what tables and indexes take by themselves. */
async function writeSqlite(report: PlanReport, options: BankOptions): Promise<Written> {
  const { SqliteSink } = await import("../../adapters/sqlite/sqlite_sink.ts");
  const manifest = manifestOf(options, report.sampleCustomers);
  const empty = await fill({});
  const full = await fill(report.sample);
  // Half of an empty table's page is full by the time it grows.
  const fixedBytes = empty.bytes / 2;
  return { bytes: full.bytes - fixedBytes, fixedBytes, seconds: full.seconds };

  async function fill(batch: Batch): Promise<{ bytes: number; seconds: number }> {
    const sink = new SqliteSink(":memory:", bankEntities);
    try {
      await sink.begin(manifest, "create");
      const start = performance.now();
      await sink.write(batch);
      const progress = { customers: report.sampleCustomers, rows: {} };
      await sink.commit(progress);
      await sink.finish(manifest, progress);
      return { seconds: (performance.now() - start) / 1000, bytes: await sink.bytes() };
    } finally {
      await sink.close();
    }
  }
}

function manifestOf(options: BankOptions, customers: number): Manifest {
  return {
    format: 1,
    version: VERSION,
    data_version: DATA_VERSION,
    domain: "bank",
    seed: options.seed,
    epoch: isoDate(options.epoch),
    as_of: isoInstant(options.asOf),
    days: options.days,
    customers,
    options: {},
    intervals: [],
  };
}

function asObject(report: PlanReport, plans: readonly TargetPlan[], options: BankOptions, customers: number) {
  return {
    customers,
    seed: options.seed,
    epoch: isoDate(options.epoch),
    as_of: isoInstant(options.asOf),
    days: options.days,
    exact: report.exact,
    rows: report.rows,
    total_rows: total(report),
    targets: plans.map((target) => ({ ...target, seconds: Number(target.seconds.toPrecision(2)) })),
  };
}

function planTable(
  report: PlanReport,
  plans: readonly TargetPlan[],
  options: BankOptions,
  customers: number,
): string {
  const entities = bankEntities.map(({ name }) => name).filter((name) => name in report.rows);
  return `${
    [
      `${grouped(customers)} customers, seed ${options.seed}, epoch ${isoDate(options.epoch)}, ` +
      `as of ${asOfText(options.asOf)}, ${options.days} days`,
      report.exact ? "Rows, counted:" : "Rows, estimated; their sum within 2 %:",
      ...entities.map((name) => line(name, grouped(report.rows[name]!))),
      line("Total", grouped(total(report))),
      "",
      ...plans.map(({ target, bytes, seconds }) =>
        `${target}: about ${size(bytes)}, about ${seconds < 1 ? duration(seconds) : roughDuration(seconds)}`
      ),
      "Nothing was written. The time is for a target alone, on this machine, as busy as it is now.",
    ].join("\n")
  }\n`;
}

function line(name: string, text: string): string {
  return `  ${name.padEnd(22)}${text.padStart(14)}`;
}

function total(report: PlanReport): number {
  return Object.values(report.rows).reduce((sum, rows) => sum + rows, 0);
}
