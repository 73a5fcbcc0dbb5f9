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
import { closeQuietly } from "../../ports/closing.ts";
import type { BrokenReference } from "../../ports/sink.ts";
import type { FileRecord } from "./record_reader.ts";

/** Different keys that are looked up together. */
const BATCH_KEYS = 20_000;

/** What reading all files tells. */
export interface FilesCheck {
  readonly counts: Record<string, number>;
  readonly broken: BrokenReference[];
}

/**
 * Reads all files once, and the parents' besides as often as needed.
 *
 * @param read Reads the records of an entity from the beginning.
 * @param batchKeys Different keys that are looked up together (default 20,000).
 */
export function checkFiles(
  entities: readonly Entity[],
  read: (entity: Entity) => Iterator<FileRecord>,
  batchKeys: number = BATCH_KEYS,
): FilesCheck {
  const counts: Record<string, number> = {};
  const broken: BrokenReference[] = [];
  for (const entity of entities) {
    const lookups = referencesWithin(entity, entities).map(({ field, parent, key }) => ({
      name: field,
      parent,
      lookup: new Lookup(key, () => read(parent), batchKeys),
    }));
    try {
      counts[entity.name] = 0;
      const records = read(entity);
      for (let next = records.next(); !next.done; next = records.next()) {
        counts[entity.name]!++;
        for (const { name, lookup } of lookups) lookup.add(next.value[name]);
      }
      for (const { name, parent, lookup } of lookups) {
        const rows = lookup.missing();
        if (rows > 0) broken.push({ entity: entity.name, field: name, parent: parent.name, rows });
      }
    } finally {
      for (const { lookup } of lookups) closeQuietly(() => lookup.close());
    }
  }
  return { counts, broken };
}

/** One foreign key: its values on one side, the parent's file on the other. */
class Lookup {
  readonly #key: string;
  readonly #open: () => Iterator<FileRecord>;
  readonly #batchKeys: number;
  /** Keys to look up, with the rows that hold each. */
  #pending = new Map<unknown, number>();
  /** Keys that were met for the batch before. */
  #met = new Set<unknown>();
  #parents: Iterator<FileRecord> | undefined;
  /** Records of the parent's file before the next one. */
  #position = 0;
  #missing = 0;

  constructor(key: string, open: () => Iterator<FileRecord>, batchKeys: number) {
    this.#key = key;
    this.#open = open;
    this.#batchKeys = batchKeys;
  }

  /** Takes the value of one row. */
  add(value: unknown): void {
    if (value === null || this.#met.has(value)) return;
    this.#pending.set(value, (this.#pending.get(value) ?? 0) + 1);
    if (this.#pending.size >= this.#batchKeys) this.#resolve();
  }

  /** Tells, after the last row, how many have no parent. */
  missing(): number {
    this.#resolve();
    return this.#missing;
  }

  close(): void {
    this.#parents?.return?.();
    this.#parents = undefined;
  }

  #resolve(): void {
    const met = new Set<unknown>();
    const start = this.#position;
    let wrapped = false;
    while (this.#pending.size > 0 && !(wrapped && this.#position >= start)) {
      this.#parents ??= this.#open();
      const next = this.#parents.next();
      if (next.done) {
        if (wrapped) break; // the file is shorter now than it was before
        wrapped = true;
        this.#parents = undefined;
        this.#position = 0;
        continue;
      }
      this.#position++;
      const key = next.value[this.#key];
      if (this.#pending.delete(key)) met.add(key);
    }
    for (const rows of this.#pending.values()) this.#missing += rows;
    this.#pending = new Map();
    this.#met = met;
  }
}
