/**
 * What SQLite itself can do here: the statements of the sink, fed constants. `bench` divides the sink's speed by it.
 *
 * @module
 */

import { type Entity, fieldsOf, type Row } from "../../model/entity.ts";
import type { Field } from "../../model/field.ts";
import { closeQuietly } from "../../ports/closing.ts";
import {
  createIndexes,
  createTables,
  findBrokenReferences,
  openForWriting,
  TableWriter,
} from "../../adapters/sqlite/database.ts";

/** Rows per call of the writer, about what one block of units has. */
const ROWS_PER_BATCH = 4096;

/** The time that constant rows took. */
export interface BaselineResult {
  /** Rows written, of all entities. */
  readonly rows: number;
  /** Seconds from the first row to the end of the checks. */
  readonly seconds: number;
}

/**
 * Fills a new file with constant rows (only the keys and the unique columns differ), builds the indexes and checks the
 * foreign keys, with the very statements of the sink. A foreign key holds its parent's first
 * key, unless it must be unique.
 *
 * @param path A file that does not exist, or `:memory:`.
 * @param rows Rows of each entity, by name; at least 1 for each that another refers to.
 * @param now Reads a clock, in milliseconds.
 */
export function constantBaseline(
  path: string,
  entities: readonly Entity[],
  rows: Readonly<Record<string, number>>,
  now: () => number,
): BaselineResult {
  const database = openForWriting(path, { foreignKeys: false });
  try {
    createTables(database, entities);
    const sources = entities.map((entity) => ({
      writer: new TableWriter(database, entity),
      rows: new ConstantRows(entity, entities),
      count: rows[entity.name] ?? 0,
    }));
    const start = now();
    for (const { writer, rows, count } of sources) {
      for (let from = 0; from < count; from += 100_000) {
        database.exec("BEGIN");
        const to = Math.min(from + 100_000, count);
        for (let at = from; at < to; at += ROWS_PER_BATCH) {
          const some = rows.take(at, Math.min(at + ROWS_PER_BATCH, to));
          writer.write({ count: some.length, rows: some });
        }
        database.exec("COMMIT");
      }
    }
    database.exec("PRAGMA synchronous = FULL; BEGIN");
    createIndexes(database, entities);
    findBrokenReferences(database, entities);
    database.exec("COMMIT");
    const seconds = (now() - start) / 1000;
    return { rows: sources.reduce((sum, { count }) => sum + count, 0), seconds };
  } finally {
    closeQuietly(() => database.close());
  }
}

/** Makes rows that meet every constraint; the objects are made once and used again. */
class ConstantRows {
  /** Fields that differ from row to row, each with the code in its keys; 0 for a number. */
  readonly #varying: readonly { readonly name: string; readonly code: number }[];
  readonly #rows: Row[];

  constructor(entity: Entity, entities: readonly Entity[]) {
    this.#varying = [...varyingFields(entity)].map((name) => {
      const field = entity.fields[name]!;
      const parent = entities.find((other) => other.name === field.references);
      return { name, code: isNumeric(field) ? 0 : (parent ?? entity).code };
    });
    const constant = Object.fromEntries(fieldsOf(entity).map(([name, field]) => [name, constantOf(field, entities)]));
    this.#rows = Array.from({ length: ROWS_PER_BATCH }, () => ({ ...constant }));
  }

  /** Rows `from` to `to` (excluded), at most {@linkcode ROWS_PER_BATCH}; valid until the next call. */
  take(from: number, to: number): readonly Row[] {
    for (let at = from; at < to; at++) {
      const row = this.#rows[at - from]!;
      for (const { name, code } of this.#varying) row[name] = code === 0 ? at + 1 : keyText(code, at);
    }
    return to - from === ROWS_PER_BATCH ? this.#rows : this.#rows.slice(0, to - from);
  }
}

/** The key, each unique field, and one field of each list: where all refer to something, row n names parent n. */
function varyingFields(entity: Entity): Set<string> {
  const names = new Set(fieldsOf(entity).filter(([, field]) => field.unique === true).map(([name]) => name));
  if (entity.key !== undefined) names.add(entity.key);
  for (const list of entity.unique ?? []) {
    names.add(list.find((name) => canVary(entity.fields[name]!)) ?? list[0]!);
  }
  return names;
}

function canVary(field: Field<unknown>): boolean {
  return field.references === undefined && field.kind !== "enum" && !(field.kind === "text" && (field.length ?? 0) < 8);
}

function constantOf(field: Field<unknown>, entities: readonly Entity[]): string | number | null {
  const parent = entities.find(({ name }) => name === field.references);
  if (parent !== undefined) return keyText(parent.code, 0);
  switch (field.kind) {
    case "uuid":
      return keyText(0, 0);
    case "text":
      return "constant text".slice(0, field.length);
    case "enum":
      return field.values![0]!;
    case "date":
      return 20_000;
    case "instant":
      return 1_700_000_000_000;
    default:
      return field.min ?? Math.min(1, field.max ?? 1);
  }
}

function isNumeric(field: Field<unknown>): boolean {
  return field.kind !== "uuid" && field.kind !== "text" && field.kind !== "enum";
}

/** Gives text `n` of an entity, in UUID form; in the order of `n` the texts are as scattered as real keys. */
function keyText(code: number, n: number): string {
  const scattered = Math.imul(n, 0x9e37_79b1) >>> 0; // an odd factor: no two `n` below 2^32 meet
  return `${hex(scattered)}-0000-4000-8000-0000${hex(code)}`;
}

function hex(n: number): string {
  return n.toString(16).padStart(8, "0");
}
