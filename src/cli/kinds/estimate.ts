/**
 * What a sample of rows takes in each kind of target, for `datagen plan`.
 *
 * @module
 */

import type { FileManifest } from "../../adapters/files/file_manifest.ts";
import type { TextFormat } from "../../adapters/files/text_file.ts";
import type { EntityColumns } from "../../encoders/columns.ts";
import { encoderOf } from "../../encoders/encoder.ts";
import type { CopyDescription } from "../../encoders/entity_bytes.ts";
import type { LinesDescription } from "../../encoders/json_lines.ts";
import type { RecordsDescription } from "../../encoders/records.ts";
import { indexesOf } from "../../encoders/sql_schema.ts";
import { type Batch, type Entity, fieldsOf } from "../../model/entity.ts";
import { closeAfter } from "../../ports/closing.ts";
import type { EncodedBatch, EncoderDescription } from "../../ports/encoder.ts";
import type { PlanReport } from "../../run/plan.ts";
import type { Estimate, Sampled } from "./kind.ts";
import type { KafkaSettings } from "../settings/servers.ts";

/** Rows of each entity on a console when no limit is given. */
const DEFAULT_LIMIT = 10;

/** Bytes of a PostgreSQL row beside its values: header, pointer, number of the row. */
const POSTGRES_ROW_BYTES = 36;

/** Bytes of an index entry in PostgreSQL, with the room that pages keep; equal values share one where they may. */
const POSTGRES_ENTRY_BYTES = { unique: 38, shared: 11 } as const;

/** Bytes of JSON lines on standard output. */
export function onLines(description: LinesDescription, { report }: Sampled): Estimate {
  const { content, seconds } = encoded(description, report);
  return { bytes: content.length, fixedBytes: 0, seconds };
}

/** Bytes of tables and their indexes: the values as COPY sends them, less their lengths. */
export function inPostgres(description: CopyDescription, { report }: Sampled): Estimate {
  const { content, counts, seconds } = encoded(description, report);
  const bytes = description.entities.map((entity, at) =>
    content[at]!.length + counts[entity.name]! * aroundRow(entity)
  );
  return { bytes: sum(bytes), fixedBytes: 0, seconds };
}

/** Bytes of a row in PostgreSQL beside its values, less those that COPY has beside them. */
function aroundRow(entity: Entity): number {
  const lengths = 2 + 4 * fieldsOf(entity).length;
  const entries = indexesOf(entity).map(({ unique }) => POSTGRES_ENTRY_BYTES[unique ? "unique" : "shared"]);
  return sum(entries) + POSTGRES_ROW_BYTES - lengths;
}

/** Bytes of keys, headers and values, before any compression. */
export function inKafka(
  entities: readonly Entity[],
  { registry, cloudEvents }: KafkaSettings,
  { report }: Sampled,
): Estimate {
  const encoding = registry === undefined ? "json" : "avro";
  const description: RecordsDescription = {
    format: "records",
    entities,
    payload: { encoding, cloudEvents },
    schemaIds: Object.fromEntries(entities.map(({ name }) => [name, 1])), // all take as many bytes
    recordTimestamp: "send",
  };
  const { content, seconds } = encoded(description, report);
  return { bytes: content.size, fixedBytes: 0, seconds };
}

/** Bytes of the rows, of what stands around them, and of the manifest beside them. */
export function inFiles(
  format: TextFormat,
  entities: readonly Entity[],
  { report, manifest, share }: Sampled,
): Estimate {
  const { content, seconds } = encoded(format.encoder(entities), report);
  const utf8 = new TextEncoder();
  const heads = entities.map((entity) => utf8.encode(format.head(entity)).length);
  const tails = content.map(({ length }) =>
    format.tail(length === 0).length - (length === 0 ? 0 : format.separator.length)
  );
  const bytes = content.map(({ length }, at) => Math.round(heads[at]! + length * share));
  return {
    bytes: sum(content.map(({ length }) => length)),
    fixedBytes: sum(heads) + sum(tails) + manifestBytes(format.name, entities, bytes, { report, manifest, share }),
    seconds,
  };
}

/** Bytes of the manifest beside files of so many bytes. */
function manifestBytes(
  files: string,
  entities: readonly Entity[],
  bytes: readonly number[],
  { manifest, report }: Sampled,
): number {
  const beside: FileManifest = {
    files,
    complete: true,
    bytes: Object.fromEntries(entities.map(({ name }, at) => [name, bytes[at]!])),
    progress: { units: manifest.units, rows: report.rows },
    manifest,
  };
  return jsonBytes(beside);
}

/** Bytes of Parquet files: one group of the sample's rows for each, and the manifest beside them. */
export async function inParquet(entities: readonly Entity[], sampled: Sampled): Promise<Estimate> {
  const { GROUP_ROWS, RowGroups } = await import("../../adapters/files/parquet/row_groups.ts");
  const { report, share } = sampled;
  const start = performance.now();
  const { content } = encoded<readonly EntityColumns[]>({ format: "columns", entities }, report);
  const files = entities.map((entity, at) => {
    const groups = new RowGroups(entity);
    const head = groups.take().length;
    const columns = content[at]!;
    if (columns.count > 0) groups.add({ columns: [columns], skip: 0, rows: columns.count });
    const rows = groups.take().length;
    const empty = new RowGroups(entity);
    groups.end();
    empty.end();
    const none = empty.take().length - head;
    const grown = groups.take().length - none; // what a group takes in the footer
    return { rows, around: head + none + grown * Math.ceil(report.rows[entity.name]! / GROUP_ROWS) };
  });
  const seconds = (performance.now() - start) / 1000;
  const fixed = sum(files.map(({ around }) => around));
  const bytes = files.map(({ rows, around }) => Math.round(around + rows * share));
  return {
    bytes: sum(files.map(({ rows }) => rows)),
    fixedBytes: fixed + manifestBytes("parquet", entities, bytes, sampled),
    seconds,
  };
}

/** Encodes the sample as a target asks for it, and tells how long that took. */
function encoded<Content>(
  description: EncoderDescription<Content>,
  { sample }: PlanReport,
): EncodedBatch<Content> & { readonly seconds: number } {
  const encoder = encoderOf(description);
  const start = performance.now();
  return { ...encoder.encode(sample), seconds: (performance.now() - start) / 1000 };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function jsonBytes(content: unknown): number {
  return new TextEncoder().encode(`${JSON.stringify(content, null, 2)}\n`).length;
}

/** Shows the sample to nobody. The console ends at its limit, so that no bytes grow with the rows beyond it. */
export async function onConsole(
  entities: readonly Entity[],
  { report, manifest }: Sampled,
  limit = DEFAULT_LIMIT,
): Promise<Estimate> {
  const { ConsoleSink } = await import("../../adapters/console/console_sink.ts");
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
    await sink.write(encoded(await sink.begin(manifest, "create"), report));
    await sink.finish(manifest, { units: report.sampleUnits, rows: {} });
    return bytes;
  }
}

/** Writes the sample into a database in memory, twice: an empty one tells what tables and indexes take by themselves. */
export async function inSqlite(entities: readonly Entity[], { report, manifest }: Sampled): Promise<Estimate> {
  const { SqliteSink } = await import("../../adapters/sqlite/sqlite_sink.ts");
  const empty = await fill({});
  const full = await fill(report.sample);
  // Half of an empty table's page is full by the time it grows.
  const fixedBytes = empty.bytes / 2;
  return { bytes: full.bytes - fixedBytes, fixedBytes, seconds: full.seconds };

  async function fill(batch: Batch): Promise<{ bytes: number; seconds: number }> {
    const sink = new SqliteSink(":memory:", entities);
    return await closeAfter(async () => {
      const encoder = encoderOf(await sink.begin(manifest, "create"));
      const start = performance.now();
      await sink.write(encoder.encode(batch));
      const progress = { units: report.sampleUnits, rows: {} };
      await sink.commit(progress);
      await sink.finish(manifest, progress);
      return { seconds: (performance.now() - start) / 1000, bytes: await sink.bytes() };
    }, () => [() => sink.close()]);
  }
}
