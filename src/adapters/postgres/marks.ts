/** What the tables `datagen_manifest` and `datagen_progress` of a schema say of its run. */

import { MANIFEST, PROGRESS } from "../../encoders/postgres_script.ts";
import { postgresTable } from "../../encoders/postgres_schema.ts";
import { sqlText } from "../../encoders/sql_schema.ts";
import { type Manifest, manifestOf, type Progress, progressOf } from "../../ports/manifest.ts";
import type { PostgresSession } from "./session.ts";

/** What a schema says of its run. */
export interface Marks {
  readonly manifest: Manifest;
  readonly progress: Progress;
  /** Whether the run was finished: its data, its keys, its checks. */
  readonly complete: boolean;
  /** The load in whose hands the schema is; absent where none is. */
  readonly writer?: string;
  /** Whether datagen made the schema, so that `reset` may drop it. */
  readonly schemaMade: boolean;
  /** Names of all tables that datagen has filled here, in this run or one that it replaced. */
  readonly tables: readonly string[];
}

/** Writes the statements that keep the marks, each with its semicolon. */
export function writeMarks(marks: Marks, schema: string): string {
  const { manifest, progress, complete, tables, writer, schemaMade } = marks;
  const gone = [...(writer === undefined ? ["writer"] : []), "customers"]; // the latter is what format 1 said for units
  const surplus = `DELETE FROM ${postgresTable(schema, PROGRESS)} WHERE "key" IN (${gone.map(sqlText)});\n`;
  return put(schema, MANIFEST, { ...manifest }) + surplus +
    put(schema, PROGRESS, { ...progress, complete, tables, writer, schema_made: schemaMade || undefined });
}

/** Writes the statement that keeps how far the run got, with its semicolon; the rest of the marks stays as it is. */
export function writeProgress(progress: Progress, schema: string): string {
  return put(schema, PROGRESS, { ...progress });
}

/** Reads what {@linkcode writeMarks} wrote: `none` where the tables are empty, `foreign` where they hold something else. */
export async function readMarks(session: PostgresSession, schema: string): Promise<Marks | "none" | "foreign"> {
  const kept = { manifest: await get(session, schema, MANIFEST), progress: await get(session, schema, PROGRESS) };
  if (Object.keys({ ...kept.manifest, ...kept.progress }).length === 0) return "none";
  const { complete, tables, writer, schema_made, ...others } = kept.progress;
  const [manifest, progress] = [manifestOf(kept.manifest), progressOf(others)];
  if (manifest === undefined || progress === undefined || !Array.isArray(tables)) return "foreign";
  return {
    manifest,
    progress,
    complete: complete === true,
    schemaMade: schema_made === true,
    ...(writer === undefined ? {} : { writer: String(writer) }),
    tables: tables.map(String),
  };
}

/** Fields that a manifest does not have any more go away. */
function put(schema: string, table: string, fields: Record<string, unknown>): string {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined);
  const rows = present.map(([key, value]) => `(${sqlText(key)}, ${sqlText(JSON.stringify(value))})`);
  const name = postgresTable(schema, table);
  const surplus = table === MANIFEST
    ? `DELETE FROM ${name} WHERE "key" NOT IN (${present.map(([key]) => sqlText(key)).join(", ")});\n`
    : "";
  return `${surplus}INSERT INTO ${name} ("key", "value") VALUES ${rows.join(", ")}
  ON CONFLICT ("key") DO UPDATE SET "value" = excluded."value";\n`;
}

async function get(session: PostgresSession, schema: string, table: string): Promise<Record<string, unknown>> {
  const rows = await session.query(`SELECT "key", "value" FROM ${postgresTable(schema, table)}`);
  return Object.fromEntries(rows.map((row) => [String(row["key"]), row["value"]]));
}
