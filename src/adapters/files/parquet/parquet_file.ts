/**
 * A Parquet file while it is written. Rows come in batches, but are kept together in groups of a fixed size, so that
 * equal rows make equal bytes however they came, and readers find few large groups. A group is written when it is full
 * and the footer, which names all groups, at the end. What a commit must keep of both lies in a file beside it until
 * then: `NAME.parquet.partial.rows-OFFSET`, with what belongs behind the first OFFSET bytes. It is a list of states,
 * each with the units that it was committed for.
 */

import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { parquetMetadata, type RowGroup } from "hyparquet";
import type { Column, EntityColumns } from "../../../encoders/columns.ts";
import type { Entity } from "../../../model/entity.ts";
import { closeAfterSync } from "../../../ports/closing.ts";
import { freeMemory } from "../../../ports/encoder.ts";
import { append } from "../append.ts";
import type { EntityFile, FilePlace } from "../file_set_sink.ts";
import { syncDirectory } from "../../sync.ts";
import { RowGroups } from "./row_groups.ts";

/** What is kept beside the file at a commit. */
interface State {
  /** Units whose rows are in the file, in this state and in those before it. */
  readonly units: number;
  /** The groups in the file; in the first state only. */
  readonly groups?: readonly RowGroup[];
  /** Rows of the first columns that are in a group. */
  readonly skip: number;
  /** Rows behind the last group. */
  readonly columns: readonly EntityColumns[];
}

/** Writes one. */
export class ParquetFile implements EntityFile<EntityColumns> {
  readonly #file: Deno.FsFile;
  readonly #path: string;
  readonly #groups: RowGroups;
  readonly #groupRows: number;
  #bytes: number;
  /** What came since the last group. */
  #columns: EntityColumns[];
  /** Rows of the first columns that are in a group. */
  #skip: number;
  /** Rows behind the last group. */
  #rows: number;
  /** How many of the columns are in the file beside it; absent where there is none for the groups at hand. */
  #kept: number | undefined;
  /** The file beside it that the manifest counts on. */
  #committed: string | undefined;

  private constructor(
    { file, path, bytes }: FilePlace,
    entity: Entity,
    groupRows: number,
    states: readonly State[],
  ) {
    this.#file = file;
    this.#path = path;
    this.#groupRows = groupRows;
    this.#bytes = bytes;
    this.#groups = new RowGroups(entity, states[0]?.groups, bytes);
    this.#columns = states.flatMap(({ columns }) => columns);
    this.#skip = states[0]?.skip ?? 0;
    this.#rows = this.#columns.reduce((sum, { count }) => sum + count, -this.#skip);
    this.#kept = states.length === 0 ? undefined : this.#columns.length;
    this.#committed = states.length === 0 ? undefined : besideFile(path, bytes);
  }

  /**
   * Begins a file, or goes on with it: behind its last group, whether it was finished or not.
   *
   * @param groupRows Rows of a full group.
   * @throws If what belongs behind the bytes that count is not there.
   */
  static open(entity: Entity, place: FilePlace, groupRows: number): ParquetFile {
    const { file, path, bytes, units } = place;
    const beside = besideFile(path, bytes);
    let states: State[] = [];
    if (bytes > 0) {
      states = readStates(beside, units);
      if (states.length === 0) {
        states = [{ units, groups: readGroups(file, path), skip: 0, columns: [] }];
        keep(beside, states[0]!, true); // before the footer is cut off, the only other place that has the groups
      }
    }
    removeBeside(path, bytes > 0 ? beside : undefined);
    file.truncateSync(bytes);
    file.seekSync(bytes, Deno.SeekMode.Start);
    const opened = new ParquetFile(place, entity, groupRows, states);
    if (bytes === 0) opened.#append();
    return opened;
  }

  write(columns: EntityColumns): void {
    if (columns.count === 0) return;
    this.#columns.push(columns);
    this.#rows += columns.count;
    while (this.#rows >= this.#groupRows) this.#addGroup(this.#groupRows);
  }

  commit(units: number): number {
    this.#file.syncDataSync();
    const beside = besideFile(this.#path, this.#bytes);
    const isFirst = this.#kept === undefined;
    const columns = this.#columns.slice(this.#kept);
    if (isFirst) removeBeside(this.#path, this.#committed);
    if (isFirst || columns.length > 0) {
      const state = { units, skip: this.#skip, columns, ...(isFirst ? { groups: this.#groups.groups } : {}) };
      keep(beside, state, isFirst);
    }
    this.#kept = this.#columns.length;
    this.#committed = beside;
    return this.#bytes;
  }

  finish(): number {
    if (this.#rows > 0) this.#addGroup(this.#rows);
    const bytes = this.#bytes;
    this.#groups.end();
    this.#append();
    this.#file.syncDataSync();
    return bytes;
  }

  settle(): void {
    removeBeside(this.#path);
  }

  #addGroup(rows: number): void {
    this.#groups.add({ columns: this.#columns, skip: this.#skip, rows });
    this.#append();
    this.#kept = undefined;
    this.#rows -= rows;
    const last = this.#columns.at(-1)!; // no others reach beyond the group
    for (const { columns } of this.#columns) if (this.#rows === 0 || columns !== last.columns) freeColumns(columns);
    this.#columns = this.#rows > 0 ? [last] : [];
    this.#skip = this.#rows > 0 ? last.count - this.#rows : 0;
  }

  #append(): void {
    const bytes = this.#groups.take();
    append(this.#file, bytes);
    this.#bytes += bytes.length;
  }
}

/** Gives back the memory of columns that are written. */
function freeColumns(columns: readonly Column[]): void {
  freeMemory(columns.map((column) => ("texts" in column ? column.lengths : column).buffer));
}

/** Bytes before a state that say how long it is. */
const LENGTH_BYTES = 4;

/** Where what belongs behind the first bytes of a file is kept. */
function besideFile(path: string, bytes: number): string {
  return `${path}.rows-${bytes}`;
}

/** Writes a state, as the first of a file or behind those that are there; it is durable when this returns. */
function keep(path: string, state: State, isFirst: boolean): void {
  const bytes = serialize(state);
  const length = new Uint8Array(LENGTH_BYTES);
  new DataView(length.buffer).setUint32(0, bytes.length);
  const file = Deno.openSync(path, { write: true, create: isFirst, truncate: isFirst, append: !isFirst });
  closeAfterSync(() => {
    append(file, length);
    append(file, bytes);
    file.syncDataSync();
  }, () => [() => file.close()]);
  if (isFirst) syncDirectory(dirname(path));
}

/** Reads the states of no more than so many units, and cuts off those behind them, which no manifest counts on. */
function readStates(path: string, units: number): State[] {
  if (!existsSync(path)) return [];
  const bytes = readFileSync(path);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const states: State[] = [];
  let end = 0;
  while (end + LENGTH_BYTES <= bytes.length) {
    const from = end + LENGTH_BYTES;
    const to = from + view.getUint32(end);
    if (to > bytes.length) break; // a process ended while it was written
    const state: State = deserialize(bytes.subarray(from, to));
    if (state.units > units) break;
    states.push({ ...state, columns: state.columns.map(owned) });
    end = to;
  }
  Deno.truncateSync(path, end);
  return states;
}

/** Columns in memory of their own, which can be given back; what is read lies in that of the file. */
function owned({ count, columns }: EntityColumns): EntityColumns {
  const copies = columns.map((column) =>
    "texts" in column ? { ...column, lengths: column.lengths.slice() } : column.slice()
  );
  return { count, columns: copies };
}

/** Reads the groups of a finished file. */
function readGroups(file: Deno.FsFile, path: string): readonly RowGroup[] {
  const { size } = file.statSync();
  const length = new DataView(readAt(file, size - 8, 8)).getUint32(0, true);
  try {
    return parquetMetadata(readAt(file, size - 8 - length, 8 + length)).row_groups;
  } catch (cause) {
    throw new Error(`${path} does not end as a Parquet file does`, { cause });
  }
}

function readAt(file: Deno.FsFile, from: number, length: number): ArrayBuffer {
  const bytes = new Uint8Array(Math.max(length, 0));
  file.seekSync(Math.max(from, 0), Deno.SeekMode.Start);
  for (let at = 0; at < bytes.length;) {
    const read = file.readSync(bytes.subarray(at));
    if (read === null) break;
    at += read;
  }
  return bytes.buffer;
}

/** Removes what is kept beside a file, one of them aside. */
function removeBeside(path: string, kept?: string): void {
  const directory = dirname(path);
  const start = `${basename(path)}.rows-`;
  for (const name of readdirSync(directory)) {
    const found = join(directory, name);
    if (name.startsWith(start) && found !== kept) rmSync(found, { force: true });
  }
}
