/** The two tables in which a schema keeps its run: `datagen_manifest` and `datagen_progress`, one row a field. */

import { postgresTable } from "../../encoders/postgres_schema.ts";
import { sqlText } from "../../encoders/sql_schema.ts";
import type { Manifest, Progress } from "../../ports/manifest.ts";
import type { PostgresSession } from "./session.ts";

const MANIFEST = "datagen_manifest";
/** Name of the table that says how far a load got, and which load it is. */
export const PROGRESS = "datagen_progress";

/** Names of the two tables. */
export const MARK_TABLES: readonly string[] = [MANIFEST, PROGRESS];

/** What a schema says of its run. */
export interface Marks {
  readonly manifest: Manifest;
  readonly progress: Progress;
  /** Whether the run was finished: its data, its keys, its checks. */
  readonly complete: boolean;
  /** The load in whose hands the schema is; absent where none is. */
  readonly writer?: string;
  /** Names of all tables that datagen has filled here, in this run or one that it replaced. */
  readonly tables: readonly string[];
}

/** Writes the statements that make the two tables, each with its semicolon. */
export function createMarks(schema: string): string {
  const comments = [
    [MANIFEST, "What datagen loaded into this schema, one row a field."],
    [PROGRESS, "How far the load got, one row a field; written in the transactions of the rows themselves."],
  ] as const;
  return comments.map(([table, comment]) => {
    const name = postgresTable(schema, table);
    return `CREATE TABLE IF NOT EXISTS ${name} (\n  "key" text PRIMARY KEY,\n  "value" json NOT NULL\n);
COMMENT ON TABLE ${name} IS ${sqlText(comment)};\n`;
  }).join("");
}

/** Writes the statements that keep the marks, each with its semicolon. */
export function writeMarks({ manifest, progress, complete, tables, writer }: Marks, schema: string): string {
  const surplus = writer === undefined
    ? `DELETE FROM ${postgresTable(schema, PROGRESS)} WHERE "key" = 'writer';\n`
    : "";
  return put(schema, MANIFEST, { ...manifest }) + surplus +
    put(schema, PROGRESS, { ...progress, complete, tables, writer });
}

/** Writes the statement that keeps how far the run got, with its semicolon; the rest of the marks stays as it is. */
export function writeProgress(progress: Progress, schema: string): string {
  return put(schema, PROGRESS, { ...progress });
}

/** Reads what {@linkcode writeMarks} wrote; undefined where the tables do not hold it. */
export async function readMarks(session: PostgresSession, schema: string): Promise<Marks | undefined> {
  const manifest = await get(session, schema, MANIFEST);
  const { complete, tables, writer, ...progress } = await get(session, schema, PROGRESS);
  if (manifest["format"] !== 1 || typeof progress["customers"] !== "number" || !Array.isArray(tables)) return undefined;
  return {
    manifest: manifest as unknown as Manifest,
    progress: progress as unknown as Progress,
    complete: complete === true,
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
