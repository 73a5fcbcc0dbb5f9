/**
 * Our tables in an SQLite file: how it is opened, filled, indexed and checked. The sink and the baseline of `bench`
 * share every statement.
 *
 * @module
 */

import { DatabaseSync, type StatementSync } from "node:sqlite";
import {
  createIndex,
  createTable,
  indexesOf,
  insertInto,
  SQLITE,
  sqlName,
  sqlText,
} from "../../encoders/sql_schema.ts";
import { type NextRow, rowReader, type SqliteRows, type SqliteValue } from "../../encoders/sqlite_rows.ts";
import type { Entity } from "../../model/entity.ts";
import { closeQuietly } from "../../ports/closing.ts";
import type { BrokenReference } from "../../ports/sink.ts";

/**
 * Rows of one INSERT. Measured on transactions: 1 row 330 K rows/s, 8 rows 475 K, 16 rows 450 K, 64 rows 420 K.
 * Arguments built into one array are as fast as code with each argument written out.
 */
const ROWS_PER_INSERT = 8;

/** Page cache in KiB; the sorters of the indexes may use as much again. */
const CACHE_KIB = 8_192;

/** Raised when a file cannot be locked for writing as others only read it; they may be done in a moment. */
export class ReadByOthers extends Error {
  override name = "ReadByOthers";
}

/**
 * Opens a file for bulk writing by this process alone, or a database in memory for `:memory:`.
 *
 * The journal holds a transaction until its end, and is emptied in place: whatever kills the process leaves the last
 * commit. `locking_mode=EXCLUSIVE` keeps the lock that the first statement takes until the file is closed.
 *
 * @throws {Error} `database is locked` if another process writes the file.
 * @throws {ReadByOthers} If others read it.
 */
export function openForWriting(path: string, options: { foreignKeys: boolean }): DatabaseSync {
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: options.foreignKeys });
  try {
    database.exec("PRAGMA busy_timeout = 0; BEGIN IMMEDIATE; ROLLBACK"); // only a writer stands in its way, no reader
    lockOutReaders(database);
    database.exec(`PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -${CACHE_KIB}`);
    return database;
  } catch (error) {
    closeQuietly(() => database.close());
    throw error;
  }
}

function lockOutReaders(database: DatabaseSync): void {
  try {
    database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT");
  } catch (cause) {
    throw isLocked(cause) ? new ReadByOthers("others read the database", { cause }) : cause;
  }
}

/** Tells whether SQLite refuses something because of a lock that another connection holds. */
export function isLocked(error: unknown): boolean {
  return /database is locked/.test(String(error));
}

/** Makes the tables of all entities, without indexes. */
export function createTables(database: DatabaseSync, entities: readonly Entity[]): void {
  for (const entity of entities) database.exec(createTable(entity, entities, SQLITE));
}

/** Makes the indexes of all entities that are not there yet; the order is always the same. */
export function createIndexes(database: DatabaseSync, entities: readonly Entity[]): void {
  for (const statement of indexStatements(entities)) database.exec(statement);
}

/** The statements of {@linkcode createIndexes}, for whoever lets other tasks run between them. */
export function indexStatements(entities: readonly Entity[]): string[] {
  return entities.flatMap(indexesOf).map(createIndex);
}

/** Writes rows of one entity, in prepared statements of several rows each. */
export class TableWriter {
  readonly #reader: (rows: SqliteRows) => NextRow;
  readonly #width: number;
  readonly #many: StatementSync;
  readonly #one: StatementSync;
  readonly #manyValues: SqliteValue[];
  readonly #oneValues: SqliteValue[];

  constructor(database: DatabaseSync, entity: Entity) {
    this.#reader = rowReader(entity);
    this.#width = Object.keys(entity.fields).length;
    this.#many = database.prepare(insertInto(entity, ROWS_PER_INSERT));
    this.#one = database.prepare(insertInto(entity, 1));
    this.#manyValues = new Array<SqliteValue>(ROWS_PER_INSERT * this.#width).fill(null);
    this.#oneValues = new Array<SqliteValue>(this.#width).fill(null);
  }

  write(rows: SqliteRows): void {
    const next = this.#reader(rows);
    const values = this.#manyValues;
    let left = rows.count;
    for (; left >= ROWS_PER_INSERT; left -= ROWS_PER_INSERT) {
      for (let n = 0; n < ROWS_PER_INSERT; n++) next(values, n * this.#width);
      this.#many.run(...values);
    }
    for (; left > 0; left--) {
      next(this.#oneValues, 0);
      this.#one.run(...this.#oneValues);
    }
  }
}

/** Counts the rows of every entity's table. */
export function countRows(database: DatabaseSync, entities: readonly Entity[]): Record<string, number> {
  return Object.fromEntries(entities.map(({ name }) => {
    const row = database.prepare(`SELECT count(*) AS n FROM ${sqlName(name)}`).get();
    return [name, Number(row!["n"])];
  }));
}

/** Looks every foreign key up, table by table; one entry for each that is broken. */
export function findBrokenReferences(database: DatabaseSync, entities: readonly Entity[]): BrokenReference[] {
  return entities.flatMap(({ name }) => {
    const broken = database.prepare(
      `SELECT keys."from" AS field, broken.parent AS parent, count(*) AS n
       FROM pragma_foreign_key_check(${sqlText(name)}) AS broken
       JOIN pragma_foreign_key_list(${sqlText(name)}) AS keys ON keys.id = broken.fkid
       GROUP BY broken.fkid ORDER BY keys."from"`,
    ).all();
    return broken.map((row) => ({
      entity: name,
      field: String(row["field"]),
      parent: String(row["parent"]),
      rows: Number(row["n"]),
    }));
  });
}
