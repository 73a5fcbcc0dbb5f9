/** How far a run got: the marks of the writers before, and the one that this writer moves on. */

import type { Progress } from "../../../ports/manifest.ts";
import { added, type Offsets, type ProgressMark, progressOf } from "./marks.ts";

/** Counts by entity name. */
type Counts = Readonly<Record<string, number>>;

/** The marks of a run's attempt while one process writes. */
export class RunProgress {
  readonly #names: readonly string[];
  /** Records of the run that were there before this process. */
  readonly found: Counts;
  readonly #before: readonly ProgressMark[];
  readonly #rowsBefore: Counts;
  /** What this process took up, in its own name. */
  readonly #taken: ProgressMark;
  #own: ProgressMark;

  /**
   * Takes up the mark of what is not complete, or begins one behind what is.
   *
   * @param marks Those of the attempt, in order; none where it begins.
   * @param names Entities that are counted.
   * @param own Number of the attempt, from 1, and name of this process.
   */
  constructor(marks: readonly ProgressMark[], names: readonly string[], own: { attempt: number; writer: string }) {
    this.#names = names;
    const last = marks.at(-1);
    const from = last?.units ?? 0;
    const isOpen = last !== undefined && !last.complete;
    this.found = rowsOf(marks);
    this.#before = isOpen ? marks.slice(0, -1) : marks;
    this.#rowsBefore = rowsOf(this.#before);
    const begun = isOpen ? last : { from, units: from, rows: {}, bytes: 0, end: {}, complete: false };
    this.#taken = { ...begun, ...own };
    this.#own = this.#taken;
  }

  /** All marks of the attempt as they stand. */
  get marks(): readonly ProgressMark[] {
    return [...this.#before, this.#own];
  }

  /** Where partitions ended when the own mark was written last; empty before. */
  get end(): Offsets {
    return this.#own.end;
  }

  /**
   * The own mark with all that was written by now, before it is known what became of it.
   *
   * @param bytes Bytes that this process has written.
   */
  mark({ units, rows }: Progress, bytes: number): ProgressMark {
    const own = this.#names.map((name) => [name, (rows[name] ?? 0) - (this.#rowsBefore[name] ?? 0)]);
    return { ...this.#own, units, rows: Object.fromEntries(own), bytes: this.#taken.bytes + bytes };
  }

  /**
   * Completes a mark.
   *
   * @param end Where the partitions end.
   * @param lost Records of this process that their topics did not get, so far; none where that is not asked.
   */
  settled(mark: ProgressMark, end: Offsets, lost: Counts | undefined): ProgressMark {
    if (lost === undefined) return { ...mark, end };
    const { missing: _, ...others } = mark;
    const missing = added([this.#taken.missing ?? {}, lost]);
    return { ...others, end, ...(Object.keys(missing).length === 0 ? {} : { missing }) };
  }

  /** Takes a mark that is written as the own one. */
  moveTo(mark: ProgressMark): void {
    this.#own = mark;
  }
}

function rowsOf(progress: readonly ProgressMark[]): Counts {
  return progressOf({ progress, made: [], keys: [] }).rows;
}
