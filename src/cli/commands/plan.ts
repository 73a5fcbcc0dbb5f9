import { bankEntities } from "../../domains/bank/entities/mod.ts";
import type { BankOptions } from "../../domains/bank/options.ts";
import type { FileManifest } from "../../adapters/files/file_manifest.ts";
import { csvEncoder, csvHeader } from "../../encoders/csv.ts";
import { jsonEncoder } from "../../encoders/json.ts";
import type { Entity, Row } from "../../model/entity.ts";
import type { Manifest } from "../../ports/manifest.ts";
import type { Batch } from "../../ports/sink.ts";
import { manifestFor } from "../../run/identity.ts";
import { plan, type PlanReport } from "../../run/plan.ts";
import { isoDate, isoInstant } from "../../time/calendar.ts";
import { EXIT } from "../errors.ts";
import type { PLAN_FLAGS, Words } from "../flags.ts";
import { duration, grouped, roughDuration, size } from "../numbers.ts";
import { writeOut } from "../output.ts";
import { asOfText, DEFAULT_CUSTOMERS, type LoadPlan, resolveBank, resolveTargets } from "../resolve.ts";
import { type Target, targetText } from "../values.ts";
import { VERSION } from "../version.ts";

/** Rows of each entity on a console when no limit is given. */
const DEFAULT_LIMIT = 10;

/** How a target of files is written, as its manifest says it. */
type FileKind = "csv" | "json" | "jsonl";

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
  /** Bytes that do not: those of an empty target, and all of a console's. */
  readonly fixedBytes: number;
  readonly seconds: number;
}

/** Tells what a load would make, from a sample of it. */
export async function run({ values }: Words<typeof PLAN_FLAGS>): Promise<number> {
  const loadPlan = resolveTargets(values);
  const options = resolveBank(values, Date.now());
  const customers = values.customers ?? DEFAULT_CUSTOMERS;
  const report = plan(options, customers);
  const share = growth(report);
  const generating = report.secondsPerCustomer * customers;
  const plans: TargetPlan[] = [];
  const manifest = manifestFor(options, { customers, version: VERSION }, bankEntities.map(({ name }) => name), undefined);
  for (const target of loadPlan.targets) {
    const written = await write(target, report, loadPlan, manifest, share);
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
  { jsonFormat, limit }: LoadPlan,
  manifest: Manifest,
  share: number,
): Promise<Written> {
  switch (target.kind) {
    case "sqlite":
      return await writeSqlite(report, manifest);
    case "console":
      return await writeConsole(report, manifest, limit ?? DEFAULT_LIMIT);
    case "csv":
      return writeFiles("csv", report, manifest, share);
    case "json":
      return writeFiles(jsonFormat === "array" ? "json" : "jsonl", report, manifest, share);
  }
}

/** Encodes the sample, and adds what stands around the rows and the manifest beside them. */
function writeFiles(files: FileKind, report: PlanReport, manifest: Manifest, share: number): Written {
  const start = performance.now();
  const sample: Batch = report.sample;
  const encoder = new TextEncoder();
  const written = bankEntities.map((entity) => {
    const { rows, head, tail } = textOf(entity, sample[entity.name]!, files);
    return { name: entity.name, bytes: encoder.encode(rows).length, head: head.length, tail: tail.length };
  });
  const content: FileManifest = {
    files,
    complete: true,
    bytes: Object.fromEntries(written.map(({ name, head, bytes }) => [name, Math.round(head + bytes * share)])),
    progress: { customers: manifest.customers, rows: report.rows },
    manifest,
  };
  return {
    bytes: written.reduce((sum, { bytes }) => sum + bytes, 0),
    fixedBytes: written.reduce((sum, { head, tail }) => sum + head + tail, jsonBytes(content)),
    seconds: (performance.now() - start) / 1000,
  };
}

/** The text of an entity's rows, and what stands around them. */
function textOf(entity: Entity, rows: readonly Row[], files: FileKind): { rows: string; head: string; tail: string } {
  if (files === "csv") return { rows: csvEncoder(entity)(rows), head: csvHeader(entity), tail: "" };
  const encode = jsonEncoder(entity);
  if (files === "jsonl") return { rows: rows.map((row) => `${encode(row)}\n`).join(""), head: "", tail: "" };
  // No comma stands behind the last row: the line end of the tail takes the place of its two characters.
  return { rows: rows.map((row) => `${encode(row)},\n`).join(""), head: "[\n", tail: rows.length > 0 ? "\n" : "]\n" };
}

function jsonBytes(content: unknown): number {
  return new TextEncoder().encode(`${JSON.stringify(content, null, 2)}\n`).length;
}

/** Shows the sample to nobody. The console ends at its limit, so that no bytes grow with the rows beyond it. */
async function writeConsole(report: PlanReport, manifest: Manifest, limit: number): Promise<Written> {
  const { ConsoleSink } = await import("../../adapters/console/console_sink.ts");
  const encoder = new TextEncoder();
  const sample: Batch = report.sample;
  let fixedBytes = await shownBytes(bankEntities, 0);
  for (const entity of bankEntities) {
    const shown = Math.min(limit, report.rows[entity.name] ?? 0);
    const sampled = Math.min(limit, sample[entity.name]!.length);
    if (sampled === 0) continue;
    fixedBytes += (await shownBytes([entity], limit) - await shownBytes([entity], 0)) * shown / sampled;
  }
  return { bytes: 0, fixedBytes, seconds: 0 };

  async function shownBytes(entities: readonly Entity[], limit: number): Promise<number> {
    let bytes = 0;
    const sink = new ConsoleSink(entities, (line) => void (bytes += encoder.encode(line).length + 1), { limit });
    await sink.write(sample);
    await sink.finish(manifest, { customers: report.sampleCustomers, rows: {} });
    return bytes;
  }
}

/** Writes the sample into a database in memory, twice: an empty one tells what tables and indexes take by themselves. */
async function writeSqlite(report: PlanReport, manifest: Manifest): Promise<Written> {
  const { SqliteSink } = await import("../../adapters/sqlite/sqlite_sink.ts");
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
