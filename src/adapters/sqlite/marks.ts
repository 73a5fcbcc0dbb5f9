/** The two tables in which a file keeps its run: `datagen_manifest` and `datagen_progress`, one row a field. */

import type { DatabaseSync } from "node:sqlite";
import { type Manifest, manifestOf, type Progress, progressOf } from "../../ports/manifest.ts";

const TABLES = ["datagen_manifest", "datagen_progress"] as const;

/** What a file says of its run. */
export interface Marks {
  readonly manifest: Manifest;
  readonly progress: Progress;
  /** Whether the run was finished: its data, its indexes, its checks. */
  readonly complete: boolean;
}

/** Makes the two tables. */
export function createMarks(database: DatabaseSync): void {
  for (const table of TABLES) {
    database.exec(`CREATE TABLE "${table}" (\n  "key" TEXT PRIMARY KEY,\n  "value" TEXT NOT NULL\n) STRICT`);
  }
}

/** Writes manifest, progress and flag; to be called in the transaction of the rows they speak of. */
export function writeMarks(database: DatabaseSync, { manifest, progress, complete }: Marks): void {
  put(database, "datagen_manifest", { ...manifest });
  put(database, "datagen_progress", { ...progress, complete });
}

/**
 * Reads what {@linkcode writeMarks} wrote.
 *
 * @returns The marks, `"none"` where the database is without any table, `"foreign"` where it is not ours.
 */
export function readMarks(database: DatabaseSync): Marks | "none" | "foreign" {
  const names = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all().map((row) => row["name"]);
  if (names.length === 0) return "none";
  if (!TABLES.every((table) => names.includes(table))) return "foreign";
  const manifest = manifestOf(get(database, "datagen_manifest"));
  const { complete, ...kept } = get(database, "datagen_progress");
  const progress = progressOf(kept);
  if (manifest === undefined || progress === undefined) return "foreign";
  return { manifest, progress, complete: complete === true };
}

/** Fields that are not there any more go away. */
function put(database: DatabaseSync, table: string, fields: Record<string, unknown>): void {
  const names = Object.keys(fields);
  database.prepare(`DELETE FROM "${table}" WHERE "key" NOT IN (${names.map(() => "?")})`).run(...names);
  const statement = database.prepare(
    `INSERT INTO "${table}" ("key", "value") VALUES (?, ?)
     ON CONFLICT ("key") DO UPDATE SET "value" = excluded."value"`,
  );
  for (const [key, value] of Object.entries(fields)) statement.run(key, toText(value));
}

function get(database: DatabaseSync, table: string): Record<string, unknown> {
  const rows = database.prepare(`SELECT "key", "value" FROM "${table}"`).all();
  return Object.fromEntries(rows.map((row) => [String(row["key"]), fromText(String(row["value"]))]));
}

/** Writes text as it is and everything else as JSON; text that could be taken for JSON, as JSON too. */
function toText(value: unknown): string {
  return typeof value === "string" && fromText(value) === value ? value : JSON.stringify(value);
}

function fromText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
