/**
 * The SQLite target. A new file is written as `NAME.partial` and gets its name when all of it is there and checked; a
 * complete file is extended in place, in transactions.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import { closeSync, existsSync, openSync, readSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { SqliteRows, ValuesDescription } from "../../encoders/sqlite_rows.ts";
import type { Entity } from "../../model/entity.ts";
import { closeAfterSync, closeQuietly } from "../../ports/closing.ts";
import { type EncodedBatch, freeMemory } from "../../ports/encoder.ts";
import { nextTask } from "../../ports/next_task.ts";
import type { Manifest, Progress } from "../../ports/manifest.ts";
import {
  type BeginMode,
  type BrokenReference,
  type Sink,
  SinkError,
  TargetError,
  type TargetState,
} from "../../ports/sink.ts";
import { busyError, isAbsent, readError, sinkError, targetError, unkeptError } from "../failures.ts";
import {
  countRows,
  createTables,
  findBrokenReferences,
  indexStatements,
  isLocked,
  openForWriting,
  ReadByOthers,
  TableWriter,
} from "./database.ts";
import { followLinks, keepsNothing } from "../places.ts";
import { probeDirectory } from "../probe.ts";
import { syncDirectory } from "../sync.ts";
import { createMarks, type Marks, readMarks, writeMarks } from "./marks.ts";

const MEMORY = ":memory:";

/** How long readers of a file are waited for before it is written, and how often it is tried. */
const READERS_MS = 5_000;
const RETRY_MS = 100;

/** Who may hold the lock of a file. */
const WRITER = "the other datagen, or the program that has the file in a transaction,";

/** Writes batches into an SQLite file. */
export class SqliteSink implements Sink {
  readonly target: string;
  readonly placeOption = "path";
  readonly durable: boolean;
  readonly entities: readonly Entity[];
  readonly appends = false;
  readonly visibility = "at commit";
  readonly stages = { finish: "building indexes, following foreign keys", validate: "counting rows" };
  readonly #given: string;
  #followed: string | undefined;
  #database: DatabaseSync | undefined;
  #writers: readonly TableWriter[] = [];
  #marks: Marks | undefined;
  /** The file being written: the partial one, or the complete one that is extended. */
  #writing: string | undefined;
  #inTransaction = false;
  /** Whether the partial file was made by `begin` and nothing was done with it since: it goes when the sink closes. */
  #untouched = false;
  /** What the check of the finished file found; nothing was written since. */
  #broken: BrokenReference[] | undefined;

  /**
   * Opens nothing yet.
   *
   * @param path The file, or `:memory:` for a database that ends with the sink.
   * @param entities What the file holds, parents before children.
   */
  constructor(path: string, entities: readonly Entity[]) {
    this.target = `sqlite:${path}`;
    this.durable = path !== MEMORY;
    this.#given = path;
    this.entities = entities;
  }

  /** The complete file; where the given path is a link, the file that it leads to. */
  get #path(): string {
    return this.#followed ??= this.durable ? followLinks(this.#given) : MEMORY;
  }

  get #partial(): string {
    return this.durable ? `${this.#path}.partial` : MEMORY;
  }

  /** Looks at the file and at `NAME.partial`, which beside a file is what a `replace` left that was not finished. */
  // deno-lint-ignore require-await
  async inspect(): Promise<TargetState> {
    if (!this.durable) return { kind: "empty" };
    this.#checkPlace();
    const complete = this.#read(this.#path);
    if (complete === undefined) {
      const partial = this.#read(this.#partial);
      return partial === undefined ? { kind: "empty" } : stateOf(partial, false);
    }
    const replacing = this.#replacing();
    return { ...stateOf(complete, complete.complete), ...(replacing === undefined ? {} : { replacing }) };
  }

  /**
   * Opens the file. `replace` leaves an old complete file where it is until `finish`, and throws away a partial one.
   *
   * @throws {TargetError} If another process writes the file, or reads it for longer than 5 s, or what stands there is
   * not what `mode` needs.
   */
  async begin(manifest: Manifest, mode: BeginMode): Promise<ValuesDescription> {
    const fresh = mode === "create" || mode === "replace";
    try {
      const inPlace = !fresh && mode !== "resume-replace" && this.durable && existsSync(this.#path);
      this.#writing = inPlace ? this.#path : this.#partial;
      if (mode === "replace" && this.durable) await this.#removePartial();
      if (!fresh && !existsSync(this.#writing)) throw new Error("there is nothing to go on with");
      if (mode === "create" && this.durable && existsSync(this.#path)) throw new Error("it holds another run");
      // A new file is checked as a whole before it gets its name; in a complete one every row is checked as it comes.
      this.#untouched = fresh && this.durable && !existsSync(this.#writing);
      this.#database = await openPatiently(this.#writing, { foreignKeys: inPlace });
      const found = readMarks(this.#database);
      if (found === "foreign") throw notOurs(this.#writing);
      if (fresh && found !== "none") throw new Error("it holds another run");
      this.#start(manifest, found);
      return { format: "values", entities: this.entities };
    } catch (error) {
      const busy = isLocked(error);
      if (busy) this.#untouched = false; // it is the other one's
      await this.close().catch(() => {});
      if (busy) throw busyError(this.target, error, WRITER);
      if (error instanceof ReadByOthers) throw readError(this.target, error);
      throw targetError(this.target, error, "choose another file with `sqlite:FILE`");
    }
  }

  /** Writes the rows in the current transaction. */
  // deno-lint-ignore require-await
  async write({ content, buffers }: EncodedBatch<readonly SqliteRows[]>): Promise<void> {
    this.#attempt("write to", (database) => {
      if (content.every(({ count }) => count === 0)) return; // nobody commits what is not there
      this.#broken = undefined;
      if (!this.#inTransaction) database.exec("BEGIN");
      this.#inTransaction = true;
      for (const [at, writer] of this.#writers.entries()) writer.write(content[at]!);
      freeMemory(buffers);
    });
  }

  /** Ends the transaction, the mark inside it. */
  // deno-lint-ignore require-await
  async commit(progress: Progress): Promise<void> {
    this.#attempt("write to", (database) => {
      if (!this.#inTransaction) database.exec("BEGIN");
      this.#inTransaction = true;
      this.#mark(database, { ...this.#marks!, progress });
      database.exec("COMMIT");
      this.#inTransaction = false;
    });
  }

  /**
   * Builds the indexes, looks every foreign key up, and gives a new file its name.
   *
   * @throws {SinkError} If a foreign key is broken; the file stays partial then.
   * @throws The reason of `signal` if it is aborted meanwhile; the file stays partial then.
   */
  async finish(manifest: Manifest, progress: Progress, signal?: AbortSignal): Promise<void> {
    this.#attempt("complete", (database) => {
      database.exec("PRAGMA synchronous = FULL");
      if (!this.#inTransaction) database.exec("BEGIN");
      this.#inTransaction = true;
    });
    for (const statement of indexStatements(this.entities)) {
      await this.#pause(signal);
      this.#attempt("complete", (database) => database.exec(statement));
    }
    const broken: BrokenReference[] = [];
    for (const entity of this.entities) {
      await this.#pause(signal);
      this.#attempt("complete", (database) => broken.push(...findBrokenReferences(database, [entity])));
    }
    this.#attempt("complete", (database) => {
      this.#refuseBroken(broken);
      this.#mark(database, { manifest, progress, complete: true });
      database.exec("COMMIT");
      this.#inTransaction = false;
      if (this.durable) this.#settle();
    });
  }

  /** Counts the rows of each table. */
  // deno-lint-ignore require-await
  async counts(): Promise<Record<string, number>> {
    return this.#reading((database) => countRows(database, this.entities));
  }

  /** Gives what `PRAGMA foreign_key_check` finds, grouped by field. After `finish` that is what it found then. */
  // deno-lint-ignore require-await
  async brokenReferences(): Promise<BrokenReference[]> {
    return this.#broken ?? this.#reading((database) => findBrokenReferences(database, this.entities));
  }

  /** Size of the file, complete or partial; of the pages of a database in memory. */
  // deno-lint-ignore require-await
  async bytes(): Promise<number> {
    if (this.durable) {
      const path = this.#writing ?? this.#standing();
      return path !== undefined && existsSync(path) ? statSync(path).size : 0;
    }
    return this.#reading((database) => pragma(database, "page_count") * pragma(database, "page_size"));
  }

  /** Leaves out what was not committed, and removes a new file into which nothing was written. */
  // deno-lint-ignore require-await
  async close(): Promise<void> {
    closeAfterSync(() => this.#closeDatabase(), () => [() => this.#removeUntouched()]);
  }

  #removeUntouched(): void {
    if (!this.#untouched) return;
    this.#untouched = false;
    rmSync(this.#partial, { force: true });
    removeJournal(this.#partial);
  }

  #start(manifest: Manifest, found: Marks | "none" | "foreign"): void {
    const database = this.#database!;
    const known = typeof found === "string" ? undefined : found;
    const progress = known?.progress ?? { units: 0, rows: {} };
    database.exec("BEGIN");
    this.#inTransaction = true;
    if (known === undefined) {
      createMarks(database);
      createTables(database, this.entities);
    }
    this.#mark(database, { manifest, progress, complete: false });
    database.exec("COMMIT");
    this.#inTransaction = false;
    this.#writers = this.entities.map((entity) => new TableWriter(database, entity));
  }

  /** Lets other tasks run, so that an abort is seen; then everything since the last commit is undone. */
  async #pause(signal: AbortSignal | undefined): Promise<void> {
    await nextTask();
    if (!signal?.aborted) return;
    closeQuietly(() => this.#closeDatabase());
    throw signal.reason;
  }

  #mark(database: DatabaseSync, marks: Marks): void {
    writeMarks(database, marks);
    this.#marks = marks;
  }

  #refuseBroken(broken: BrokenReference[]): void {
    this.#broken = broken;
    const first = broken[0];
    if (first === undefined) return;
    throw new SinkError(
      `Cannot complete ${this.target}: ${first.rows} rows of ${first.entity}.${first.field} have no ${first.parent}`,
      { sink: this.target, retriable: false },
    );
  }

  /** Closes the file without leaving a journal beside it, and renames it where it has not its final name. */
  #settle(): void {
    const written = this.#writing!;
    this.#closeDatabase();
    if (written === this.#path) return;
    renameSync(written, this.#path);
    this.#writing = this.#path;
    syncDirectory(dirname(this.#path));
  }

  /** What a `replace` left; undefined where it cannot be gone on with, which `replace` then tells. */
  #replacing(): TargetState["replacing"] {
    try {
      const marks = this.#read(this.#partial);
      return marks && { manifest: marks.manifest, progress: marks.progress };
    } catch (error) {
      if (error instanceof TargetError) return undefined;
      throw error;
    }
  }

  async #removePartial(): Promise<void> {
    for (const path of [this.#path, this.#partial]) this.#read(path); // throws where one is not ours
    if (!existsSync(this.#partial)) return;
    (await openPatiently(this.#partial, { foreignKeys: false })).close(); // throws while another process writes it
    rmSync(this.#partial);
    removeJournal(this.#partial);
  }

  /** Reads the marks of a file; undefined where it is not there, or a partial one holds nothing yet. */
  #read(path: string): Marks | undefined {
    if (!existsSync(path)) return undefined;
    if (statSync(path).isDirectory()) {
      throw new TargetError(`Cannot use ${this.target}: it is a directory`, "name a file in it");
    }
    const empty = statSync(path).size === 0; // a process that is killed at its first step leaves this
    const marks = empty ? "none" : this.#open(path, (database) => readMarks(database));
    if (marks === "none" && path === this.#partial) return undefined;
    if (typeof marks === "string") throw notOurs(path);
    return marks;
  }

  /**
   * Opens a file to read; one whose writer was killed must first be rolled back, which takes more than reading. A file
   * in WAL mode, which ours are not, is opened to write as well: only then no files are left beside it.
   */
  #open<Result>(path: string, use: (database: DatabaseSync) => Result): Result {
    let readOnly = journalVersion(path) !== WAL;
    for (;;) {
      let database: DatabaseSync | undefined;
      try {
        database = new DatabaseSync(path, { readOnly });
        database.exec("PRAGMA busy_timeout = 0");
        return use(database);
      } catch (error) {
        if (error instanceof TargetError) throw error;
        const text = error instanceof Error ? error.message : String(error);
        if (/not a database/.test(text)) throw notOurs(path);
        if (isLocked(error)) throw busyError(this.target, error, WRITER);
        if (!readOnly || !existsSync(`${path}-journal`)) throw targetError(this.target, error, "choose another file");
        readOnly = false;
      } finally {
        closeQuietly(() => database?.close());
      }
    }
  }

  #standing(): string | undefined {
    return [this.#path, this.#partial].find((path) => existsSync(path));
  }

  /** Refuses a place where no file can be made, before one is. */
  #checkPlace(): void {
    try {
      const kind = keepsNothing(this.#path);
      if (kind !== undefined) throw unkeptError(this.target, kind, "sqlite:FILE");
    } catch (error) {
      throw targetError(this.target, error, "choose another file");
    }
    this.#checkDirectory(dirname(this.#path));
  }

  #checkDirectory(directory: string): void {
    try {
      if (!statSync(directory).isDirectory()) throw new Error("its directory is a file");
      probeDirectory(directory);
    } catch (error) {
      if (isAbsent(error)) {
        throw new TargetError(
          `Cannot use ${this.target}: no such directory "${directory}"`,
          "make the directory first",
        );
      }
      throw targetError(this.target, error, "choose a directory that you may write to");
    }
  }

  #attempt(action: string, work: (database: DatabaseSync) => void): void {
    try {
      if (this.#database === undefined) throw new Error("it is not open");
      this.#untouched = false;
      work(this.#database);
    } catch (error) {
      closeQuietly(() => this.#closeDatabase());
      throw sinkError(action, this.target, error);
    }
  }

  #reading<Result>(use: (database: DatabaseSync) => Result): Result {
    if (this.#database !== undefined) return use(this.#database);
    const path = this.#standing();
    if (path === undefined) throw sinkError("read", this.target, new Error("no such file or directory"));
    return this.#open(path, use);
  }

  /** Closes the database. What was not committed is undone: now or, where that fails too, when it is next opened. */
  #closeDatabase(): void {
    const database = this.#database;
    this.#database = undefined;
    this.#writers = [];
    if (database === undefined) return;
    try {
      if (this.#inTransaction) database.exec("ROLLBACK");
    } catch { /* SQLite may have rolled back by itself */ }
    this.#inTransaction = false;
    try {
      database.exec("PRAGMA journal_mode = DELETE");
    } catch { /* a journal that could not be played back stays for the next one to try */ }
    database.close();
  }
}

/** Opens a file for writing; while others only read it, that is tried again for {@linkcode READERS_MS}. */
async function openPatiently(path: string, options: { foreignKeys: boolean }): Promise<DatabaseSync> {
  for (const until = performance.now() + READERS_MS;;) {
    try {
      return openForWriting(path, options);
    } catch (error) {
      if (!(error instanceof ReadByOthers) || performance.now() >= until) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

function stateOf(marks: Marks, finished: boolean): TargetState {
  const complete = finished && marks.manifest.units <= marks.progress.units;
  return { kind: complete ? "complete" : "partial", manifest: marks.manifest, progress: marks.progress };
}

function notOurs(path: string): TargetError {
  return new TargetError(
    `Cannot use sqlite:${path}: it is not a datagen database`,
    "choose another file; this one is never overwritten",
  );
}

function pragma(database: DatabaseSync, name: string): number {
  return Number(Object.values(database.prepare(`PRAGMA ${name}`).get()!)[0]);
}

function removeJournal(path: string): void {
  rmSync(`${path}-journal`, { force: true });
}

/** Value of the header's byte 18 in a file whose journal is a write-ahead log. */
const WAL = 2;

/** Reads how a file is journalled: byte 18 of SQLite's file header; undefined where there is none. */
function journalVersion(path: string): number | undefined {
  const header = new Uint8Array(19);
  const file = openSync(path, "r");
  try {
    return readSync(file, header, 0, header.length, 0) === header.length ? header[18] : undefined;
  } finally {
    closeQuietly(() => closeSync(file));
  }
}
