/**
 * What a sample of rows takes in each kind of target, for `datagen plan`.
 *
 * @module
 */

import type { FileManifest } from "../adapters/files/file_manifest.ts";
import { avroEncoder, FRAME_LENGTH } from "../encoders/avro.ts";
import { ByteBuffer } from "../encoders/bytes.ts";
import { cloudEventHeaders } from "../encoders/cloud_events.ts";
import { copyEncoder } from "../encoders/copy.ts";
import { type CsvDialect, csvEncoder, csvHeader } from "../encoders/csv.ts";
import { jsonEncoder } from "../encoders/json.ts";
import { indexesOf } from "../encoders/sql_schema.ts";
import { type Entity, fieldsOf, type Row } from "../model/entity.ts";
import { closeAfter } from "../ports/closing.ts";
import type { Manifest } from "../ports/manifest.ts";
import type { Batch } from "../ports/sink.ts";
import type { PlanReport } from "../run/plan.ts";
import type { LoadPlan, PlannedTarget } from "./targets.ts";

/** Rows of each entity on a console when no limit is given. */
const DEFAULT_LIMIT = 10;

/** Bytes of a PostgreSQL row beside its values: header, pointer, number of the row. */
const POSTGRES_ROW_BYTES = 36;

/** Bytes of an index entry in PostgreSQL, with the room that pages keep; equal values share one where they may. */
const POSTGRES_ENTRY_BYTES = { unique: 38, shared: 11 } as const;

/** Characters of the headers `ce_id`, `ce_time` and `ce_subject`: two ids and an instant. */
const OWN_HEADER_BYTES = 36 + 24 + 36;

/** How a target of files is written, as its manifest says it. */
type FileKind = "csv" | "json" | "jsonl";

/** Bytes of the sample in one target, and how long writing it took. */
export interface Estimate {
  /** Bytes that grow with the rows. */
  readonly bytes: number;
  /** Bytes that do not: those of an empty target, and all of a console's. */
  readonly fixedBytes: number;
  readonly seconds: number;
}

/**
 * Writes the sample as a target would have it, without touching the target.
 *
 * @param share Times the sample is contained in the whole.
 */
export async function estimate(
  { target, entities }: PlannedTarget,
  plan: LoadPlan,
  report: PlanReport,
  manifest: Manifest,
  share: number,
): Promise<Estimate> {
  switch (target.kind) {
    case "sqlite":
      return await inSqlite(entities, report, manifest);
    case "stdout":
      return encoded(entities, report, inLines);
    case "console":
      return await onConsole(entities, report, manifest, plan.limit ?? DEFAULT_LIMIT);
    case "csv":
      return inFiles("csv", entities, report, manifest, share, plan.csvDialect);
    case "json":
      return inFiles(plan.jsonFormat === "array" ? "json" : "jsonl", entities, report, manifest, share);
    case "postgres":
      return encoded(entities, report, inPostgres);
    case "kafka":
      return encoded(entities, report, (entity, rows) => inKafka(entity, rows, plan));
  }
}

/** Encodes the sample and adds up what `bytesOf` tells of each entity. */
function encoded(
  entities: readonly Entity[],
  { sample }: PlanReport,
  bytesOf: (entity: Entity, rows: readonly Row[]) => number,
): Estimate {
  const start = performance.now();
  const bytes = entities.reduce((sum, entity) => sum + bytesOf(entity, (sample as Batch)[entity.name]!), 0);
  return { bytes, fixedBytes: 0, seconds: (performance.now() - start) / 1000 };
}

/** Bytes of JSON lines on standard output, each with the name of its entity. */
function inLines(entity: Entity, rows: readonly Row[]): number {
  const encode = jsonEncoder(entity);
  const buffer = new ByteBuffer();
  for (const row of rows) buffer.append(encode(row));
  return buffer.length + rows.length * (`"entity":"${entity.name}",\n`.length);
}

/** Bytes of a table and its indexes: the values as COPY sends them, less their lengths. */
function inPostgres(entity: Entity, rows: readonly Row[]): number {
  const buffer = new ByteBuffer();
  copyEncoder(entity)(rows, buffer);
  const lengths = 2 + 4 * fieldsOf(entity).length;
  const entries = indexesOf(entity).map(({ unique }) => POSTGRES_ENTRY_BYTES[unique ? "unique" : "shared"]);
  const aRow = entries.reduce((sum, bytes) => sum + bytes, POSTGRES_ROW_BYTES - lengths);
  return buffer.length + rows.length * aRow;
}

/** Bytes of keys, headers and values, before any compression. */
function inKafka(entity: Entity, rows: readonly Row[], { kafka }: LoadPlan): number {
  const buffer = new ByteBuffer();
  const isAvro = kafka?.registry !== undefined;
  const json = jsonEncoder(entity);
  const avro = avroEncoder(entity);
  for (const row of rows) {
    buffer.append(row[entity.topic!.key] as string);
    if (isAvro) avro(row, buffer);
    else buffer.append(json(row));
  }
  const headers = kafka?.cloudEvents === false ? 0 : headerBytes(entity, isAvro);
  return buffer.length + rows.length * (headers + (isAvro ? FRAME_LENGTH : 0));
}

function headerBytes(entity: Entity, isAvro: boolean): number {
  return cloudEventHeaders(entity, isAvro ? "application/avro" : "application/json")
    .reduce((sum, { name, value }) => sum + name.length + (value?.length ?? 0), OWN_HEADER_BYTES);
}

/** Encodes the sample, and adds what stands around the rows and the manifest beside them. */
function inFiles(
  files: FileKind,
  entities: readonly Entity[],
  report: PlanReport,
  manifest: Manifest,
  share: number,
  dialect: CsvDialect = "rfc4180",
): Estimate {
  const start = performance.now();
  const sample: Batch = report.sample;
  const encoder = new TextEncoder();
  const written = entities.map((entity) => {
    const { rows, head, tail } = textOf(entity, sample[entity.name]!, files, dialect);
    const headBytes = encoder.encode(head).length;
    return { name: entity.name, bytes: encoder.encode(rows).length, head: headBytes, tail: tail.length };
  });
  const content: FileManifest = {
    files,
    complete: true,
    bytes: Object.fromEntries(written.map(({ name, head, bytes }) => [name, Math.round(head + bytes * share)])),
    progress: { units: manifest.units, rows: report.rows },
    manifest,
  };
  return {
    bytes: written.reduce((sum, { bytes }) => sum + bytes, 0),
    fixedBytes: written.reduce((sum, { head, tail }) => sum + head + tail, jsonBytes(content)),
    seconds: (performance.now() - start) / 1000,
  };
}

/** The text of an entity's rows, and what stands around them. */
function textOf(
  entity: Entity,
  rows: readonly Row[],
  files: FileKind,
  dialect: CsvDialect,
): { rows: string; head: string; tail: string } {
  if (files === "csv") return { rows: csvEncoder(entity, dialect)(rows), head: csvHeader(entity, dialect), tail: "" };
  const encode = jsonEncoder(entity);
  if (files === "jsonl") return { rows: rows.map((row) => `${encode(row)}\n`).join(""), head: "", tail: "" };
  // No comma stands behind the last row: the line end of the tail takes the place of its two characters.
  return { rows: rows.map((row) => `${encode(row)},\n`).join(""), head: "[\n", tail: rows.length > 0 ? "\n" : "]\n" };
}

function jsonBytes(content: unknown): number {
  return new TextEncoder().encode(`${JSON.stringify(content, null, 2)}\n`).length;
}

/** Shows the sample to nobody. The console ends at its limit, so that no bytes grow with the rows beyond it. */
async function onConsole(
  entities: readonly Entity[],
  report: PlanReport,
  manifest: Manifest,
  limit: number,
): Promise<Estimate> {
  const { ConsoleSink } = await import("../adapters/console/console_sink.ts");
  const encoder = new TextEncoder();
  const sample: Batch = report.sample;
  let fixedBytes = await shownBytes(entities, 0);
  for (const entity of entities) {
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
    await sink.finish(manifest, { units: report.sampleUnits, rows: {} });
    return bytes;
  }
}

/** Writes the sample into a database in memory, twice: an empty one tells what tables and indexes take by themselves. */
async function inSqlite(entities: readonly Entity[], report: PlanReport, manifest: Manifest): Promise<Estimate> {
  const { SqliteSink } = await import("../adapters/sqlite/sqlite_sink.ts");
  const empty = await fill({});
  const full = await fill(report.sample);
  // Half of an empty table's page is full by the time it grows.
  const fixedBytes = empty.bytes / 2;
  return { bytes: full.bytes - fixedBytes, fixedBytes, seconds: full.seconds };

  async function fill(batch: Batch): Promise<{ bytes: number; seconds: number }> {
    const sink = new SqliteSink(":memory:", entities);
    return await closeAfter(async () => {
      await sink.begin(manifest, "create");
      const start = performance.now();
      await sink.write(batch);
      const progress = { units: report.sampleUnits, rows: {} };
      await sink.commit(progress);
      await sink.finish(manifest, progress);
      return { seconds: (performance.now() - start) / 1000, bytes: await sink.bytes() };
    }, () => [() => sink.close()]);
  }
}
