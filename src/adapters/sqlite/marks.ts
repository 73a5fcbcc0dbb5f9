/** The two tables in which a file keeps its run: `datagen_manifest` and `datagen_progress`, one row a field. */

import type { DatabaseSync } from "node:sqlite";
import type { Manifest, Progress } from "../../ports/manifest.ts";

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
  const manifest = get(database, "datagen_manifest");
  const { complete, ...progress } = get(database, "datagen_progress");
  if (manifest["format"] !== 1 || typeof progress["customers"] !== "number") return "foreign";
  return {
    manifest: manifest as unknown as Manifest,
    progress: progress as unknown as Progress,
    complete: complete === true,
  };
}

function put(database: DatabaseSync, table: string, fields: Record<string, unknown>): void {
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
