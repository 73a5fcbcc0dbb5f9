/**
 * A target that is a directory with one file an entity. Until the run is finished, each file is `NAME.partial`, and
 * `datagen.manifest.json` says how many bytes of it count. What a killed process wrote behind that is cut off when the
 * run goes on.
 *
 * @module
 */

import { existsSync, mkdirSync, renameSync, rmdirSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Entity } from "../../model/entity.ts";
import { closeAfterSync, closeQuietly } from "../../ports/closing.ts";
import { type EncodedBatch, type EncoderDescription, freeMemory } from "../../ports/encoder.ts";
import type { Manifest, Progress } from "../../ports/manifest.ts";
import {
  type BeginMode,
  type BrokenReference,
  type Sink,
  SinkError,
  TargetError,
  type TargetState,
} from "../../ports/sink.ts";
import { followLinks, keepsNothing } from "../places.ts";
import { probeDirectory } from "../probe.ts";
import { syncDirectory } from "../sync.ts";
import { busyError, damagedError, isAbsent, isPermission, sinkError, targetError, unkeptError } from "../failures.ts";
import {
  type FileManifest,
  MANIFEST_NAME,
  manifestPath,
  readFileManifest,
  writeFileManifest,
} from "./file_manifest.ts";
import type { FileRecord } from "./record_reader.ts";
import { checkFiles, type FilesCheck } from "./references.ts";

/** How the files of a set are written and read. */
export interface FileFormat<Rows = unknown> {
  /** The manifest's word: `csv`, `csv excel-br`, `json`, `jsonl` or `parquet`. Files of one are not gone on with as another. */
  readonly name: string;
  /** What stands behind the dot of the files' names. */
  readonly extension: string;
  /** Whether a file keeps rows after `write` and frees their memory itself (default false). */
  readonly keepsRows?: boolean;
  /** Describes the encoder of the rows; its content has an entry for each entity. */
  encoder(entities: readonly Entity[]): EncoderDescription<readonly Rows[]>;
  /** Begins to write an entity's file, or goes on with it. */
  open(entity: Entity, place: FilePlace): EntityFile<Rows> | Promise<EntityFile<Rows>>;
  /** Reads the records of a file, some at a time, with those fields at least; its tail may be missing. */
  read(path: string, fields: readonly string[]): AsyncIterable<readonly FileRecord[]>;
}

/** Where a file is written, and how much of it counts; what stands behind that was not committed. */
export interface FilePlace {
  /** Open to read and to write. */
  readonly file: Deno.FsFile;
  /** Where it is while it is written. */
  readonly path: string;
  /** Bytes that count; 0 for a file that is begun. */
  readonly bytes: number;
  /** Units whose rows count. */
  readonly units: number;
}

/** One entity's file while it is written. */
export interface EntityFile<Rows> {
  /** Takes the rows of a batch. */
  write(rows: Rows): void;
  /**
   * Makes durable what was written, the rows of so many units.
   *
   * @returns Bytes of the file that count.
   */
  commit(units: number): number;
  /**
   * Writes what closes the file, and makes it durable. A commit came before.
   *
   * @returns Bytes before what a longer run writes anew.
   */
  finish(): number;
  /** Removes what was kept beside the file, as the manifest says now that it is complete. */
  settle?(): void;
}

const PARTIAL = ".partial";

/** How often a lock is tried again, and after how long. */
const LOCK_TRIES = 6;
const LOCK_WAIT_MS = 50;

/** One entity's file. */
interface OpenFile<Rows> {
  readonly entity: Entity;
  readonly file: Deno.FsFile;
  readonly rows: EntityFile<Rows>;
}

/** Writes batches into the files of a directory. */
export class FileSetSink<Rows = unknown> implements Sink {
  readonly target: string;
  readonly placeOption = "path";
  readonly durable = true;
  readonly entities: readonly Entity[];
  readonly appends = false;
  readonly visibility = "at commit";
  readonly stages = { finish: "giving the files their names", validate: "reading the files, following references" };
  readonly #given: string;
  #followed: string | undefined;
  readonly #format: FileFormat<Rows>;
  readonly #hint: string;
  #files: OpenFile<Rows>[] = [];
  /** The first entity's file, whose lock keeps others out. */
  #locked: Deno.FsFile | undefined;
  #manifest: Manifest | undefined;
  /** What `begin` made, while nothing was done with it: it goes when the sink closes. */
  #untouched: { readonly directory: string | undefined } | undefined;
  #check: FilesCheck | undefined;

  /**
   * Opens nothing yet.
   *
   * @param scheme Word before the colon of the target: `csv` or `json`.
   * @param directory The directory; made when it is missing.
   * @param entities What the files hold, parents before children.
   */
  constructor(scheme: string, directory: string, entities: readonly Entity[], format: FileFormat<Rows>) {
    this.target = `${scheme}:${directory}`;
    this.#hint = `choose another directory with \`${scheme}:DIR\``;
    this.#given = directory;
    this.entities = entities;
    this.#format = format;
  }

  /** The directory; where the given path is a link, the one that it leads to. */
  get #directory(): string {
    return this.#followed ??= followLinks(this.#given);
  }

  /** Looks at the directory: its manifest, or whether it holds files of our names without one, or files being written. */
  async inspect(): Promise<TargetState> {
    const found = this.#inspect();
    await this.#refuseBusy();
    if (found === undefined) return { kind: "empty" };
    const complete = found.complete && found.manifest.units <= found.progress.units;
    return { kind: complete ? "complete" : "partial", manifest: found.manifest, progress: found.progress };
  }

  /**
   * Opens the files. The manifest says first what is going to be there, so that a process killed at any step leaves
   * something that can be resumed. `replace` leaves old complete files where they are until `finish`.
   *
   * @throws {TargetError} If another process writes the files, or what stands there is not what `mode` needs.
   */
  async begin(manifest: Manifest, mode: BeginMode): Promise<EncoderDescription<readonly Rows[]>> {
    try {
      const found = this.#inspect();
      const fresh = mode === "create" || mode === "replace";
      if (mode === "create" && found !== undefined) throw new Error("it holds another run");
      if (!fresh && found === undefined) throw new Error("there is nothing to go on with");
      const made = mkdirSync(this.#directory, { recursive: true }); // the first that was missing
      const bytes = fresh ? {} : found!.bytes;
      await this.#lock(bytes, found);
      this.#untouched = mode === "create" ? { directory: made } : undefined;
      this.#manifest = manifest;
      this.#check = undefined;
      const progress = fresh ? { units: 0, rows: {} } : found!.progress;
      this.#writeManifest({ bytes, progress, complete: false });
      for (const entity of this.entities) await this.#open(entity, bytes[entity.name] ?? 0, progress.units);
      return this.#format.encoder(this.entities);
    } catch (error) {
      await this.close().catch(() => {});
      throw targetError(this.target, error, this.#hint);
    }
  }

  /** Hands the rows to the files. */
  // deno-lint-ignore require-await
  async write({ content, buffers }: EncodedBatch<readonly Rows[]>): Promise<void> {
    this.#attempt("write to", () => {
      for (const [at, { rows }] of this.#files.entries()) rows.write(content[at]!);
      if (this.#format.keepsRows !== true) freeMemory(buffers);
    });
  }

  /** Waits until the files are on the disk, then writes the mark. */
  // deno-lint-ignore require-await
  async commit(progress: Progress): Promise<void> {
    this.#attempt("write to", () => this.#commit(progress));
  }

  /** Writes what closes the files, gives them their names, and says in the manifest that they are complete. */
  // deno-lint-ignore require-await
  async finish(manifest: Manifest, progress: Progress): Promise<void> {
    this.#attempt("complete", () => {
      this.#manifest = manifest;
      this.#commit(progress);
      const files = this.#files;
      const bytes = Object.fromEntries(files.map(({ entity, rows }) => [entity.name, rows.finish()]));
      this.#closeFiles();
      const named = this.entities.map(({ name }) => this.#final(name));
      for (const path of named) rename(path + PARTIAL, path);
      for (const directory of new Set(named.map(dirname))) syncDirectory(directory);
      this.#writeManifest({ bytes, progress, complete: true });
      for (const { rows } of files) rows.settle?.();
    });
  }

  /** Counts the records by reading every file. */
  async counts(): Promise<Record<string, number>> {
    return (await this.#read()).counts;
  }

  /** Reads every file and looks each foreign key up in the parent's; memory does not grow with the files. */
  async brokenReferences(): Promise<BrokenReference[]> {
    return (await this.#read()).broken;
  }

  /** Size of all data files and the manifest. */
  // deno-lint-ignore require-await
  async bytes(): Promise<number> {
    const paths = [...this.entities.map(({ name }) => this.#standing(name)), join(this.#directory, MANIFEST_NAME)];
    return paths.reduce((sum, path) => sum + (existsSync(path) ? statSync(path).size : 0), 0);
  }

  /** Closes the files; what was not committed is cut off when the run goes on. New ones without rows are removed. */
  // deno-lint-ignore require-await
  async close(): Promise<void> {
    closeAfterSync(() => this.#closeFiles(), () => [() => this.#removeUntouched()]);
  }

  #removeUntouched(): void {
    const untouched = this.#untouched;
    if (untouched === undefined) return;
    this.#untouched = undefined;
    const manifest = manifestPath(this.#directory);
    const paths = [...this.entities.map(({ name }) => this.#partial(name)), manifest, `${manifest}.tmp`];
    for (const path of paths) rmSync(path, { force: true });
    if (untouched.directory !== undefined) removeEmpty(resolve(this.#directory), resolve(untouched.directory));
  }

  #inspect(): FileManifest | undefined {
    try {
      this.#refuseUnkept(this.target, this.#directory);
      if (this.#checkDirectory()) return undefined;
      for (const { name } of this.entities) {
        this.#refuseUnkept(`${this.target}/${name}.${this.#format.extension}`, this.#final(name));
      }
      const found = readFileManifest(this.#directory);
      if (found === "foreign") throw this.#notOurs(MANIFEST_NAME);
      if (found === undefined) {
        const names = this.entities.flatMap(({ name }) => [this.#final(name), this.#partial(name)]);
        // An empty partial file is what a process leaves that is killed between its first two steps.
        const taken = names.find((path) => existsSync(path) && !(path.endsWith(PARTIAL) && statSync(path).size === 0));
        if (taken !== undefined) throw this.#notOurs(basename(taken));
        return undefined;
      }
      if (found.files === this.#format.name) return found;
      throw new TargetError(
        `Cannot use ${this.target}: it holds ${this.#described(found.files)}`,
        this.#askFor(found.files),
      );
    } catch (error) {
      throw targetError(this.target, error, this.#hint);
    }
  }

  /** Files of another format; of CSV in both cases it is the dialect that differs. */
  #described(files: string): string {
    const dialect = dialectOf(files);
    return dialectOf(this.#format.name) === undefined || dialect === undefined
      ? `${files} files of datagen`
      : `csv files of datagen, dialect ${dialect}`;
  }

  #askFor(files: string): string {
    const dialect = dialectOf(files);
    const wanted = dialect === undefined ? `ask for ${files} files too` : `give \`dialect ${dialect}\` too`;
    return `${wanted}, or ${this.#hint}`;
  }

  #refuseUnkept(target: string, path: string): void {
    const kind = keepsNothing(path);
    if (kind !== undefined) throw unkeptError(target, kind, this.target.replace(/:.*/s, ":DIR"));
  }

  /** Tells whether the directory is missing; where it is, one above it must be writable. */
  #checkDirectory(): boolean {
    let path = resolve(this.#directory);
    for (let missing = false;; missing = true) {
      try {
        if (!statSync(path).isDirectory()) throw new Error(missing ? `"${path}" is a file` : "it is a file");
        probeDirectory(path);
        return missing;
      } catch (error) {
        if (missing && isPermission(error)) return true; // what may be made may lie where nothing may be read
        if (!isAbsent(error) || dirname(path) === path) throw error;
        path = dirname(path);
      }
    }
  }

  #notOurs(name: string): TargetError {
    return new TargetError(
      `Cannot use ${this.target}: it holds ${name}, which datagen did not make`,
      `${this.#hint}; this one is never overwritten`,
    );
  }

  /**
   * Locks the first entity's file, which stays the same file from its first byte to its last name. A process that was
   * just started by a former holder may keep the lock for a moment, so it is tried for a third of a second.
   *
   * @throws {TargetError} If another process holds the lock, or was here since `found` was read.
   */
  async #lock(bytes: FileManifest["bytes"], found: FileManifest | undefined): Promise<void> {
    const { name } = this.entities[0]!;
    const file = Deno.openSync(this.#begun(name, bytes[name] ?? 0), { read: true, write: true, create: true });
    this.#locked = file;
    if (!await tryLock(file, true) || JSON.stringify(this.#inspect()) !== JSON.stringify(found)) {
      throw busyError(this.target);
    }
  }

  /** Refuses files that another process writes, by a shared lock that is given back at once. */
  async #refuseBusy(): Promise<void> {
    const path = this.#standing(this.entities[0]!.name);
    if (!existsSync(path)) return;
    using file = Deno.openSync(path, { read: true });
    if (!await tryLock(file, false)) throw busyError(this.target);
  }

  /** Opens an entity's partial file, of which `bytes` count. */
  async #open(entity: Entity, bytes: number, units: number): Promise<void> {
    const partial = this.#partial(entity.name);
    const begun = this.#begun(entity.name, bytes);
    if (begun !== partial) rename(begun, partial);
    const first = entity === this.entities[0];
    const file = first ? this.#locked! : Deno.openSync(partial, { read: true, write: true, create: bytes === 0 });
    try {
      if (file.statSync().size < bytes) throw new Error(`${partial} is shorter than ${MANIFEST_NAME} says`);
      const rows = await this.#format.open(entity, { file, path: partial, bytes, units });
      this.#files.push({ entity, file, rows });
    } catch (error) {
      if (!first) closeQuietly(() => file.close());
      throw error;
    }
  }

  /** Where a file with `bytes` that count is: under its final name, if the process ended while names were changed. */
  #begun(name: string, bytes: number): string {
    const partial = this.#partial(name);
    return bytes > 0 && !existsSync(partial) ? this.#final(name) : partial;
  }

  #commit(progress: Progress): void {
    const bytes = Object.fromEntries(
      this.#files.map(({ entity, rows }) => [entity.name, rows.commit(progress.units)]),
    );
    this.#writeManifest({ bytes, progress, complete: false });
  }

  #writeManifest(state: Pick<FileManifest, "bytes" | "progress" | "complete">): void {
    writeFileManifest(this.#directory, { files: this.#format.name, ...state, manifest: this.#manifest! });
  }

  async #read(): Promise<FilesCheck> {
    try {
      for (const { name } of this.entities) {
        if (!existsSync(this.#standing(name))) throw new Error(`${name}.${this.#format.extension} is missing`);
      }
      return this.#check ??= await checkFiles(
        this.entities,
        ({ name }, fields) => this.#format.read(this.#standing(name), fields),
      );
    } catch (error) {
      throw damagedError(this.target, error);
    }
  }

  #attempt(action: string, work: () => void): void {
    try {
      if (this.#files.length === 0) throw new Error("it is not open");
      this.#check = undefined;
      this.#untouched = undefined;
      work();
    } catch (error) {
      closeQuietly(() => this.#closeFiles());
      throw error instanceof SinkError ? error : sinkError(action, this.target, error);
    }
  }

  #closeFiles(): void {
    const open = new Set([this.#locked, ...this.#files.map(({ file }) => file)]);
    this.#locked = undefined;
    this.#files = [];
    closeAfterSync(() => {}, () => [...open].map((file) => () => file?.close()));
  }

  #standing(name: string): string {
    return existsSync(this.#partial(name)) ? this.#partial(name) : this.#final(name);
  }

  /** Where a file gets its final name; behind a link, so that the link stays. */
  #final(name: string): string {
    return followLinks(join(this.#directory, `${name}.${this.#format.extension}`));
  }

  #partial(name: string): string {
    return this.#final(name) + PARTIAL;
  }
}

/** The dialect of CSV files, by the name of their format. */
function dialectOf(files: string): string | undefined {
  const [, dialect = "rfc4180"] = /^csv(?: (.+))?$/.exec(files) ?? [];
  return files.startsWith("csv") ? dialect : undefined;
}

/** Tries to lock a file for a third of a second. */
async function tryLock(file: Deno.FsFile, exclusive: boolean): Promise<boolean> {
  let held = file.tryLockSync(exclusive);
  for (let left = LOCK_TRIES; !held && left > 0; left--) {
    await new Promise((resolve) => setTimeout(resolve, LOCK_WAIT_MS));
    held = file.tryLockSync(exclusive);
  }
  return held;
}

/**
 * Renames a file. Windows says that it is busy, or that access is denied, where another program has it open, such as
 * Excel.
 */
function rename(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (cause) {
    if (Deno.build.os !== "windows" || isAbsent(cause)) throw cause;
    throw Object.assign(new Error(`EBUSY: ${from} to ${to}`, { cause }), { code: "EBUSY" });
  }
}

/** Removes a directory and those above it up to `last`, as far as they are empty. */
function removeEmpty(path: string, last: string): void {
  try {
    for (let next = path; next.length >= last.length; next = dirname(next)) rmdirSync(next);
  } catch { /* someone else has put something there */ }
}
