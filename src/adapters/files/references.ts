/**
 * Looks every foreign key of a set of files up, exactly and in flat memory.
 *
 * The keys that the child names are collected in batches of bounded size. For each batch the parent's file is read from
 * where the last look-up stopped, round its end if need be, until every key of the batch was met or all of it was seen;
 * what was not met is broken. Nothing is assumed about the order of the files: since both are in unit order, a
 * batch just costs the next piece of the parent's file, and all batches together about one reading of it. The keys of
 * the batch before are kept as well, for a parent whose children are on both sides of a cut.
 *
 * @module
 */

import { type Entity, referencesWithin } from "../../model/entity.ts";
import type { BrokenReference } from "../../ports/sink.ts";
import type { FileRecord } from "./record_reader.ts";

/** Different keys that are looked up together. */
const BATCH_KEYS = 20_000;

/** What reading all files tells. */
export interface FilesCheck {
  readonly counts: Record<string, number>;
  readonly broken: BrokenReference[];
}

/** Reads the records of an entity from the beginning, some at a time; each has some fields at least. */
export type ReadRecords = (entity: Entity, fields: readonly string[]) => AsyncIterable<readonly FileRecord[]>;

/**
 * Reads all files once, and the parents' besides as often as needed.
 *
 * @param batchKeys Different keys that are looked up together (default 20,000).
 */
export async function checkFiles(
  entities: readonly Entity[],
  read: ReadRecords,
  batchKeys: number = BATCH_KEYS,
): Promise<FilesCheck> {
  const counts: Record<string, number> = {};
  const broken: BrokenReference[] = [];
  for (const entity of entities) {
    const lookups = referencesWithin(entity, entities).map(({ field, parent, key }) => ({
      name: field,
      parent,
      lookup: new Lookup(key, () => read(parent, [key]), batchKeys),
    }));
    try {
      counts[entity.name] = 0;
      for await (const records of read(entity, lookups.map(({ name }) => name))) {
        counts[entity.name]! += records.length;
        for (const { name, lookup } of lookups) {
          for (const record of records) {
            if (lookup.add(record[name])) await lookup.resolve();
          }
        }
      }
      for (const { name, parent, lookup } of lookups) {
        await lookup.resolve();
        if (lookup.missing > 0) {
          broken.push({ entity: entity.name, field: name, parent: parent.name, rows: lookup.missing });
        }
      }
    } finally {
      for (const { lookup } of lookups) await lookup.close();
    }
  }
  return { counts, broken };
}

/** One foreign key: its values on one side, the parent's file on the other. */
class Lookup {
  /** Rows whose key was met nowhere, among those that were resolved. */
  missing = 0;
  readonly #key: string;
  readonly #open: () => AsyncIterable<readonly FileRecord[]>;
  readonly #batchKeys: number;
  /** Keys to look up, with the rows that hold each. */
  #pending = new Map<unknown, number>();
  /** Keys that were met for the batch before. */
  #met = new Set<unknown>();
  #parents: AsyncIterator<readonly FileRecord[]> | undefined;
  /** Records of the parent's file that were read and not looked at yet. */
  #read: Iterator<FileRecord> = [].values();
  /** Records of the parent's file before the next one. */
  #position = 0;

  constructor(key: string, open: () => AsyncIterable<readonly FileRecord[]>, batchKeys: number) {
    this.#key = key;
    this.#open = open;
    this.#batchKeys = batchKeys;
  }

  /** Takes the value of one row; tells whether there are enough of them to be resolved. */
  add(value: unknown): boolean {
    if (value === null || this.#met.has(value)) return false;
    this.#pending.set(value, (this.#pending.get(value) ?? 0) + 1);
    return this.#pending.size >= this.#batchKeys;
  }

  /** Looks up what was taken. */
  async resolve(): Promise<void> {
    const met = new Set<unknown>();
    const start = this.#position;
    let wrapped = false;
    while (this.#pending.size > 0 && !(wrapped && this.#position >= start)) {
      const parent = this.#read.next();
      if (parent.done) {
        if (await this.#readMore()) continue;
        if (wrapped) break; // the file is shorter now than it was before
        wrapped = true;
        this.#parents = undefined;
        this.#position = 0;
        continue;
      }
      this.#position++;
      const key = parent.value[this.#key];
      if (this.#pending.delete(key)) met.add(key);
    }
    for (const rows of this.#pending.values()) this.missing += rows;
    this.#pending = new Map();
    this.#met = met;
  }

  async close(): Promise<void> {
    const parents = this.#parents;
    this.#parents = undefined;
    await parents?.return?.();
  }

  /** Reads some records of the parent's file; tells whether there were any. */
  async #readMore(): Promise<boolean> {
    this.#parents ??= this.#open()[Symbol.asyncIterator]();
    const next = await this.#parents.next();
    if (next.done) return false;
    this.#read = next.value.values();
    return true;
  }
}
