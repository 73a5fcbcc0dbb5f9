/**
 * What a run leaves behind in Kafka so that it can be gone on with: records of a compacted topic, JSON values.
 *
 * | key | value |
 * | --- | --- |
 * | `run` | the manifest, how its records look, and where each partition stood when it began |
 * | `progress/<first unit>/<attempt>/<writer>` | how far that writer got from that unit on |
 * | `made` | the topics that datagen made, whatever the run |
 * | `made-subjects` | the subjects that it registered, or was about to, before a run began |
 *
 * A mark is written in the transaction of the records that it speaks of. There is one run for each prefix, and one
 * writer for it at a time, who writes over no other's mark: one without transactions learns too late that another has
 * taken its place. Keys of earlier versions, `progress/<first unit>/0-of-1`, are read too.
 *
 * @module
 */

import type { PayloadFormat } from "../../../encoders/records.ts";
import type { ReadRecord } from "../../../ports/kafka.ts";
import {
  type Manifest,
  manifestOf,
  MARKS_FORMAT,
  type Progress,
  progressOf as readProgress,
} from "../../../ports/manifest.ts";
import type { Guarantee } from "../delivery/guarantee.ts";

/** An offset for each partition, from partition 0, by topic name. */
export type Offsets = Readonly<Record<string, readonly number[]>>;

/** What a run is and how it began. */
export interface RunMark {
  /** Version of the marks' own shape. */
  readonly format: typeof MARKS_FORMAT;
  readonly manifest: Manifest;
  readonly payload: PayloadFormat;
  /** The weakest delivery that any part of it had. */
  readonly guarantee: Guarantee;
  /** How often unit 0 was begun with under this prefix, from 1; progress of an earlier attempt does not count. */
  readonly attempt: number;
  /**
   * Names of the processes that have written this attempt, the one that has the prefix last. Progress of others does not
   * count. Absent where a version wrote it that names none.
   */
  readonly writers?: readonly string[];
  /** Whether the last of them sends in transactions. Absent as `writers` is; then an exactly-once run tells that it does. */
  readonly transactional?: boolean;
  /** Where the partitions ended before the first record of this attempt; names all topics of the run. */
  readonly start: Offsets;
  /** Subjects that datagen made, for this run or one before it under the prefix. */
  readonly subjects: readonly string[];
  /** Subjects that such a run used and that were there before. */
  readonly otherSubjects: readonly string[];
}

/** How far one writer got. */
export interface ProgressMark {
  /** First unit of those that it speaks of. */
  readonly from: number;
  /** The unit after the last whose records are all there. */
  readonly units: number;
  /** Records from unit `from` on, by entity name. */
  readonly rows: Readonly<Record<string, number>>;
  /**
   * Records of these that their topics did not get, as the offsets tell without transactions, by entity name; absent
   * where there is none.
   */
  readonly missing?: Readonly<Record<string, number>>;
  /** Bytes of their keys, headers and values. */
  readonly bytes: number;
  /** Where the partitions ended, at least; exact in a complete one. */
  readonly end: Offsets;
  /** Whether the writer was done with all that it had to do. */
  readonly complete: boolean;
  /** The run's attempt that it belongs to. */
  readonly attempt: number;
  /** Name of the process that wrote it; absent where a version wrote it that names none. */
  readonly writer?: string;
}

/** All marks of a prefix. */
export interface Marks {
  /** Absent where topics were made and nothing was loaded, or where its mark was deleted. */
  readonly run?: RunMark;
  /** In the order of units, the furthest from each on; those of the run's attempt and its writers only. */
  readonly progress: readonly ProgressMark[];
  /** Names of the topics that datagen made. */
  readonly made: readonly string[];
  /** Subjects that it made or was about to make; absent where there is none. */
  readonly madeSubjects?: readonly string[];
  /** Keys of all records that are not deleted. */
  readonly keys: readonly string[];
}

/** A mark as it is written; without a value it deletes the one before. */
export interface MarkRecord {
  readonly key: string;
  readonly value?: string;
}

const RUN = "run";
const MADE = "made";
const MADE_SUBJECTS = "made-subjects";
const PROGRESS = "progress/";

/** Marks where there are none. */
export const NO_MARKS: Marks = { progress: [], made: [], keys: [] };

/** Name of the topic that holds the marks of a prefix. */
export function marksTopic(prefix: string): string {
  return `${prefix}.datagen-progress`;
}

/** Writes the mark of a run. */
export function runRecord(run: RunMark): MarkRecord {
  return { key: RUN, value: JSON.stringify(run) };
}

/** Writes how far a writer got, under a key that no other attempt or writer has. */
export function progressRecord(progress: ProgressMark): MarkRecord {
  const { from, attempt, writer = "0-of-1" } = progress;
  return { key: `${PROGRESS}${from}/${attempt}/${writer}`, value: JSON.stringify(progress) };
}

/** Writes the names of the topics that datagen made. */
export function madeRecord(topics: readonly string[]): MarkRecord {
  return { key: MADE, value: JSON.stringify([...new Set(topics)].sort()) };
}

/** Writes the names of the subjects that datagen made. */
export function madeSubjectsRecord(subjects: readonly string[]): MarkRecord {
  return { key: MADE_SUBJECTS, value: JSON.stringify([...new Set(subjects)].sort()) };
}

/** Writes the records that delete all progress, so that the run's next attempt starts from nothing. */
export function forgetProgress(marks: Marks): MarkRecord[] {
  return marks.keys.filter((key) => key.startsWith(PROGRESS)).map((key) => ({ key }));
}

/**
 * Reads the records of a marks topic, in the order of their offsets.
 *
 * @throws {SyntaxError} If the topic holds something that is no mark, or one of a later version.
 */
export function parseMarks(records: readonly ReadRecord[]): Marks {
  const latest = new Map<string, Uint8Array>();
  for (const { key = "", value } of records) {
    if (value === undefined) latest.delete(key);
    else latest.set(key, value);
  }
  const keys = [...latest.keys()];
  const run = latest.has(RUN) ? parseRun(parse(latest.get(RUN)!)) : undefined;
  const progress = keys.filter((key) => key.startsWith(PROGRESS))
    .map((key) => parseProgress(parse(latest.get(key)!)))
    .filter((mark) => run !== undefined && isOf(mark, run));
  const made = latest.has(MADE) ? parse(latest.get(MADE)!) as string[] : [];
  const madeSubjects = latest.has(MADE_SUBJECTS) ? parse(latest.get(MADE_SUBJECTS)!) as string[] : [];
  if (!Array.isArray(made) || !Array.isArray(madeSubjects) || (keys.length > 0 && !keys.some(isMark))) throw foreign();
  return {
    ...(run === undefined ? {} : { run }),
    progress: furthest(progress),
    made,
    ...(madeSubjects.length === 0 ? {} : { madeSubjects }),
    keys,
  };
}

/** Tells whether a mark is of a run's attempt, and by one of its writers. */
function isOf({ attempt, writer }: ProgressMark, run: RunMark): boolean {
  return attempt === run.attempt && (writer === undefined || (run.writers?.includes(writer) ?? true));
}

/** Of marks that begin with the same unit, each goes on with the one before: the furthest tells of all. */
function furthest(progress: readonly ProgressMark[]): ProgressMark[] {
  const sorted = progress.toSorted((a, b) =>
    a.from - b.from || a.units - b.units || Number(a.complete) - Number(b.complete)
  );
  return sorted.filter(({ from }, at) => sorted[at + 1]?.from !== from);
}

/** What all writers did, as one. */
export function progressOf({ progress }: Marks): Progress {
  return { units: progress.at(-1)?.units ?? 0, rows: added(progress.map(({ rows }) => rows)) };
}

/** Records that all writers sent and their topics did not get, by entity name. */
export function missingOf(progress: readonly ProgressMark[]): Record<string, number> {
  return added(progress.map(({ missing = {} }) => missing));
}

/** Adds up counts by entity name. */
export function added(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [name, count] of counts.flatMap((each) => Object.entries(each))) sums[name] = (sums[name] ?? 0) + count;
  return sums;
}

/** Tells whether all that the run is to hold was written and marked so. */
export function isComplete({ run, progress }: Marks): boolean {
  return run !== undefined && progress.length > 0 && progress.every(({ complete }) => complete) &&
    progress.at(-1)!.units >= run.manifest.units;
}

/** Bytes of all records of the run. */
export function bytesOf({ progress }: Marks): number {
  return progress.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Where each partition ended when the last mark that speaks of it was written; the run's start where none does. */
export function endOf(run: RunMark, progress: readonly ProgressMark[]): Offsets {
  const highest = (topic: string, partition: number) =>
    progress.reduce((most, { end }) => Math.max(most, end[topic]?.[partition] ?? 0), 0);
  return Object.fromEntries(
    Object.entries(run.start).map(([topic, start]) => {
      const partitions = Math.max(start.length, ...progress.map(({ end }) => end[topic]?.length ?? 0));
      const ends = Array.from({ length: partitions }, (_, n) => Math.max(start[n] ?? 0, highest(topic, n)));
      return [topic, ends];
    }),
  );
}

function isMark(key: string): boolean {
  return key === RUN || key === MADE || key === MADE_SUBJECTS || key.startsWith(PROGRESS);
}

function parse(value: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(value));
  } catch {
    throw foreign();
  }
}

function parseRun(value: unknown): RunMark {
  const run = value as RunMark;
  if (run === null || typeof run !== "object" || typeof run.start !== "object") throw foreign();
  const manifest = manifestOf(run.manifest);
  if (![1, MARKS_FORMAT].includes(run.format)) throw new SyntaxError("it was written by a later version of datagen");
  if (manifest === undefined) throw foreign();
  return { ...run, format: MARKS_FORMAT, manifest };
}

function parseProgress(value: unknown): ProgressMark {
  const progress = readProgress<ProgressMark>(value);
  if (progress === undefined) throw foreign();
  return progress;
}

function foreign(): SyntaxError {
  return new SyntaxError("it holds records that datagen did not write");
}
