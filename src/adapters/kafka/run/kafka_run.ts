/**
 * What a Kafka sink knows of its run: the marks that it found, the run that it writes, how far that got, and what the
 * topics have of it. Whatever moves records is not its business.
 *
 * @module
 */

import type { PayloadFormat } from "../../../encoders/records.ts";
import type { Entity } from "../../../model/entity.ts";
import type { KafkaAdmin } from "../../../ports/kafka.ts";
import { type Manifest, MARKS_FORMAT, type Progress } from "../../../ports/manifest.ts";
import type { BeginMode, SinkError } from "../../../ports/sink.ts";
import type { Delivery, Unsettled } from "../delivery/delivery.ts";
import { guaranteeText, weaker } from "../delivery/guarantee.ts";
import { Arrivals } from "./arrivals.ts";
import {
  bytesOf,
  forgetProgress,
  madeRecord,
  type MarkRecord,
  type Marks,
  missingOf,
  NO_MARKS,
  type Offsets,
  type ProgressMark,
  progressOf,
  type RunMark,
  runRecord,
} from "./marks.ts";
import { PrefixWatch } from "./prefix_watch.ts";
import { RunProgress } from "./run_progress.ts";
import { readMarks } from "./run_state.ts";
import { ENDS_MS, TopicEnds } from "./topic_ends.ts";

/** Where a run is, and who writes it. */
export interface KafkaRunOptions {
  readonly prefix: string;
  readonly entities: readonly Entity[];
  /** Name of each entity's topic, in their order. */
  readonly topics: readonly string[];
  readonly marksTopic: string;
  readonly admin: KafkaAdmin;
  readonly delivery: Delivery;
  readonly transactional: boolean;
  /** Longest wait for records that were sent without transactions to show in their topics, in milliseconds. */
  readonly arrivalMs: number | undefined;
  /** Makes the error of a topic that someone has deleted. */
  readonly gone: (topic: string) => SinkError;
}

/** How a run begins. */
export interface NewRun {
  readonly manifest: Manifest;
  readonly mode: BeginMode;
  readonly payload: PayloadFormat;
  readonly subjects: Pick<RunMark, "subjects" | "otherSubjects">;
  /** Names of the topics that were made for it. */
  readonly made: readonly string[];
}

/** The run of one sink. */
export class KafkaRun {
  readonly #options: KafkaRunOptions;
  readonly #topicEnds: TopicEnds;
  /** Name of this process in the marks. */
  readonly #writer = crypto.randomUUID();
  #marks: Marks = NO_MARKS;
  #run: RunMark | undefined;
  #progress: RunProgress | undefined;
  /** Without transactions, what came of the records of this process. */
  #arrivals: Arrivals | undefined;
  /** Without transactions, tells when another has taken the prefix. */
  #watch: PrefixWatch | undefined;

  /** Reads nothing yet. */
  constructor(options: KafkaRunOptions) {
    const { admin, topics, marksTopic, gone } = options;
    this.#options = options;
    this.#topicEnds = new TopicEnds(admin, topics, marksTopic, gone);
  }

  /** The marks that were read last. */
  get marks(): Marks {
    return this.#marks;
  }

  /** The run that stands there and is kept as it is; undefined once this process has begun one. */
  get kept(): RunMark | undefined {
    return this.#run === undefined ? this.#marks.run : undefined;
  }

  /** What delivery the run gives as a whole, in a few words; known once it has begun, or where one stands. */
  get guarantee(): string | undefined {
    const run = this.#run ?? this.#marks.run;
    return run && guaranteeText(run.guarantee);
  }

  /** Records of the run by entity name: those of earlier processes, less those that the topics have not got. */
  get counts(): Readonly<Record<string, number>> {
    const found = this.#progress?.found ?? progressOf(this.#marks).rows;
    const missing = missingOf(this.#allMarks);
    const { entities, delivery } = this.#options;
    return Object.fromEntries(entities.map(({ name }, handle) => {
      const sent = (found[name] ?? 0) + (delivery.delivered[handle] ?? 0);
      return [name, sent - (missing[name] ?? 0)];
    }));
  }

  /** Bytes of the run's records. */
  get bytes(): number {
    return bytesOf({ ...this.#marks, progress: this.#allMarks });
  }

  /** With `acks=0` a record counts as delivered when it is sent, which tells nothing of it. */
  get unsettled(): Unsettled | undefined {
    return this.#run?.guarantee === "at-most-once" ? undefined : this.#options.delivery.unsettled();
  }

  /** Reads the marks; tells whether they are of another run than those before, or none. */
  async read(): Promise<{ readonly isOtherRun: boolean }> {
    const before = JSON.stringify(this.#marks.run);
    this.#marks = await readMarks(this.#options.admin, this.#options.prefix);
    return { isOtherRun: JSON.stringify(this.#marks.run) !== before };
  }

  /** The run that is gone on with in this mode. */
  held(mode: BeginMode): RunMark | undefined {
    return mode === "resume" || mode === "extend" ? this.#marks.run : undefined;
  }

  /** Begins the run; its topics are there, and named to the delivery. */
  async begin({ manifest, mode, payload, subjects, made }: NewRun): Promise<void> {
    const { delivery, transactional, entities } = this.#options;
    const held = this.held(mode);
    const ends = await this.#ends(ENDS_MS);
    if (!transactional) this.#watchOver(ends);
    this.#run = {
      format: MARKS_FORMAT,
      manifest,
      payload,
      guarantee: held === undefined ? delivery.guarantee : weaker(held.guarantee, delivery.guarantee),
      attempt: held?.attempt ?? (this.#marks.run?.attempt ?? 0) + 1,
      writers: [...held?.writers ?? [], this.#writer],
      transactional,
      start: held?.start ?? ends,
      ...subjects,
    };
    const records: MarkRecord[] = [
      runRecord(this.#run),
      ...(held === undefined ? forgetProgress(this.#marks) : []),
      madeRecord([...this.#marks.made, ...made]),
    ];
    await delivery.commit(records);
    const marks = held === undefined ? [] : this.#marks.progress;
    const own = { attempt: this.#run.attempt, writer: this.#writer };
    this.#progress = new RunProgress(marks, entities.map(({ name }) => name), own);
  }

  /**
   * Tells how far this writer got with all that was written by now.
   *
   * @param bytes Bytes that this process has written.
   */
  mark(progress: Progress, bytes: number): ProgressMark {
    return this.#progress!.mark(progress, bytes);
  }

  /**
   * Completes a mark, which is written next, by where the partitions end and, without transactions, by what they have
   * not got.
   *
   * @throws {KafkaError} If another one has taken the prefix.
   */
  async settled(mark: ProgressMark, patienceMs: number): Promise<ProgressMark> {
    const { delivery, entities, topics } = this.#options;
    await delivery.settle();
    const ask = () => this.#ends(patienceMs);
    if (this.#arrivals === undefined) return this.#progress!.settled(mark, await ask(), undefined);
    const sent = topics.map((topic, handle) => [topic, delivery.delivered[handle] ?? 0]);
    const { ends, missing } = await this.#arrivals.wait(Object.fromEntries(sent), ask);
    await this.#watch?.check();
    const ofTopics = entities.map(({ name }, handle) => [name, missing[topics[handle]!]!] as const);
    return this.#progress!.settled(mark, ends, Object.fromEntries(ofTopics.filter(([, count]) => count > 0)));
  }

  /** Takes a mark that is written as the own one. */
  moveTo(mark: ProgressMark): void {
    this.#progress!.moveTo(mark);
  }

  /** All marks of the run's attempt as they stand. */
  get #allMarks(): readonly ProgressMark[] {
    return this.#progress?.marks ?? this.#marks.progress;
  }

  /** Begins to look, without transactions, for what they would promise: that all arrives, and that nobody else writes. */
  #watchOver(ends: Offsets): void {
    const { admin, prefix, arrivalMs } = this.#options;
    this.#arrivals = new Arrivals(ends, arrivalMs);
    this.#watch = new PrefixWatch(admin, prefix, { writer: this.#writer, before: this.#marks.run });
  }

  async #ends(patienceMs: number): Promise<Offsets> {
    return await this.#topicEnds.ask(this.#progress?.end ?? {}, patienceMs);
  }
}
