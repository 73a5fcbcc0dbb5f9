/**
 * The Kafka target: a topic for each event entity, and one with the marks by which a run is gone on with. Records of a
 * commit and its mark are one transaction, unless the producer's settings rule that out.
 *
 * @module
 */

import { type EncodedRecords, recordHeaders, type RecordsDescription } from "../../../encoders/records.ts";
import type { Entity } from "../../../model/entity.ts";
import { closeAll } from "../../../ports/closing.ts";
import type { EncodedBatch } from "../../../ports/encoder.ts";
import type { KafkaAdmin, TopicSpec } from "../../../ports/kafka.ts";
import type { Manifest, Progress } from "../../../ports/manifest.ts";
import { type BeginMode, type BrokenReference, type Sink, TargetError, type TargetState } from "../../../ports/sink.ts";
import { DAY_MS } from "../../../time/calendar.ts";
import type { Delivery } from "../delivery/delivery.ts";
import { ensureTopics } from "./ensure_topics.ts";
import { goneError, useError, writeError } from "./failures.ts";
import { KafkaRun } from "../run/kafka_run.ts";
import { isComplete, marksTopic, progressRecord } from "../run/marks.ts";
import {
  otherFormat,
  type Payload,
  type PayloadOptions,
  refuseOtherFormat,
  registerSchemas,
  settlePayload,
  subjectsOf,
  wantedFormat,
} from "./payload.ts";
import { type DeliveryOptions, endTransactions, fittingClient, newDelivery } from "../delivery/new_delivery.ts";
import { remember } from "../run/remember.ts";
import { emptyTopics } from "../run/run_state.ts";
import { standingOf } from "../run/standing.ts";
import { eventTopics, progressTopic, topicName, type TopicOptions } from "./topics.ts";
import { ENDS_MS } from "../run/topic_ends.ts";

/** How a sink reaches a cluster and what it writes there. */
export interface KafkaSinkOptions extends TopicOptions, PayloadOptions, DeliveryOptions {
  /** Addresses of the cluster, `host:port`, separated by commas; for messages. */
  readonly brokers: string;
  /** Whether to make topics that are missing; otherwise the broker may, by its own defaults. */
  readonly createTopics: boolean;
  /** The records' time stamps: when they are sent, or when their events happened. */
  readonly recordTimestamp: "send" | "event";
  /** The prefix that the target's name leaves out, as it goes without saying (default: none). */
  readonly usualPrefix?: string | undefined;
}

/** What is settled before another writer of the prefix is stopped. */
interface Prepared {
  readonly payload: Payload;
  /** By entity name; empty for JSON. */
  readonly schemaIds: Readonly<Record<string, number>>;
  /** Names of the topics that were made. */
  readonly made: readonly string[];
}

/** Writes events into topics. */
export class KafkaSink implements Sink {
  readonly target: string;
  readonly placeOption = "prefix";
  readonly durable = true;
  readonly appends = true;
  /** Not every reader waits for the end of transactions. */
  readonly visibility = "at once";
  readonly stages = { finish: "committing the last events and the mark", validate: "counting acknowledged events" };
  readonly entities: readonly Entity[];
  readonly #options: KafkaSinkOptions;
  readonly #topics: readonly TopicSpec[];
  readonly #admin: KafkaAdmin;
  readonly #delivery: Delivery;
  readonly #run: KafkaRun;
  readonly #warnings: string[] = [];
  #prepared: Prepared | undefined;
  /** Bytes of the records that were written by this process. */
  #bytes = 0;
  /** Whether records were written since the last commit. */
  #uncommitted = false;
  /** The largest batch that all topics take, in bytes, as far as it is known. */
  #batchBytes: number | undefined;
  /** What is sent or committed, one after the other; after an error, nothing more. */
  #work: Promise<void> = Promise.resolve();

  /**
   * Connects nothing yet.
   *
   * @param entities Only those with a topic are taken.
   */
  constructor(options: KafkaSinkOptions, entities: readonly Entity[]) {
    const { brokers, prefix, usualPrefix, client } = options;
    this.target = `kafka://${brokers}${prefix === usualPrefix ? "" : `/${prefix}`}`;
    this.entities = entities.filter(({ topic }) => topic !== undefined);
    this.#options = options;
    this.#topics = eventTopics(this.entities, options);
    this.#admin = client.admin();
    const fitting = fittingClient(client, () => this.#batchBytes);
    this.#delivery = newDelivery({ ...options, client: fitting }, this.#admin, this.entities.length);
    this.#run = new KafkaRun({
      prefix,
      entities: this.entities,
      topics: this.#topics.map(({ name }) => name),
      marksTopic: this.#marksTopic,
      admin: this.#admin,
      delivery: this.#delivery,
      transactional: options.transactional,
      arrivalMs: options.deadlines?.arrival,
      gone: (topic) => goneError(this.target, topic, topic !== this.#marksTopic, this.#run.unsettled),
    });
  }

  /** What delivery the run gives as a whole; known once it has begun, or where one stands. */
  get guarantee(): string | undefined {
    return this.#run.guarantee;
  }

  /** Topics that are not as they should be, records that are not Avro, time stamps that are too old. */
  get warnings(): readonly string[] {
    const { kept } = this.#run;
    return [...this.#warnings, ...(kept ? otherFormat(kept.payload, wantedFormat(this.#options)) : [])];
  }

  /** Reads the marks and where the topics stand, as far as both are committed; whoever writes there goes on. */
  async inspect(): Promise<TargetState> {
    return await this.#using(async () => {
      await this.#admin.cluster();
      await this.#run.read();
      return await this.#state();
    });
  }

  /**
   * Makes topics and registers schemas; then, when nothing is left that could refuse the run, takes the transactional
   * id, which stops another writer of the prefix and ends the transaction that one left open. Only then the marks say
   * for good how far it got.
   *
   * @throws {TargetError} If the registry or the cluster refuses something, the run is gone on with in other records,
   * or another run has begun since `inspect`. Another writer goes on then.
   */
  async fence(manifest: Manifest, mode: BeginMode): Promise<TargetState> {
    return await this.#using(async () => {
      this.#refuseMode(mode);
      this.#prepared = await this.#prepare(manifest, mode);
      if ((await this.#run.read()).isOtherRun) throw this.#newRunError();
      const { run } = this.#run.marks;
      const inTransactions = run?.transactional ?? run?.guarantee === "exactly-once";
      const isOpen = inTransactions && !isComplete(this.#run.marks);
      if (isOpen && !this.#options.transactional) await endTransactions(this.#options);
      await this.#delivery.open();
      await this.#run.read();
      return await this.#state();
    });
  }

  /**
   * Marks the run, in topics that {@linkcode fence} has made ready; calls it where that was not done. `replace` empties
   * the topics that the marks name; `resend` leaves what is there and starts again from the first unit.
   *
   * @throws {TargetError} As `fence` does, and where it had to be called and finds other marks than `inspect`.
   */
  async begin(manifest: Manifest, mode: BeginMode): Promise<RecordsDescription> {
    return await this.#using(async () => {
      const { payload, schemaIds, made } = this.#prepared ?? await this.#fenceAsFound(manifest, mode);
      this.#refuseOtherFormat(payload, mode);
      const { marks } = this.#run;
      if (mode === "replace") await emptyTopics(this.#admin, Object.keys(marks.run?.start ?? {}));
      this.#route(payload);
      await this.#run.begin({ manifest, mode, payload: payload.format, subjects: subjectsOf(payload, marks), made });
      const { recordTimestamp } = this.#options;
      return { format: "records", entities: this.entities, payload: payload.format, schemaIds, recordTimestamp };
    });
  }

  /** Sends the records. */
  async write({ content: { block, size } }: EncodedBatch<EncodedRecords>): Promise<void> {
    if (block.count === 0) return;
    this.#bytes += size;
    this.#uncommitted = true;
    await this.#next(() => this.#delivery.send(block));
  }

  /** Commits what was sent, with the mark. */
  async commit(progress: Progress): Promise<void> {
    const mark = this.#run.mark(progress, this.#bytes);
    this.#uncommitted = false;
    await this.#next(async () => {
      const own = await this.#run.settled(mark, 0);
      await this.#delivery.commit([progressRecord(own)]);
      this.#run.moveTo(own);
    });
  }

  /** Commits what is left, then marks the run as complete, with the ends of all partitions. */
  async finish(_manifest: Manifest, progress: Progress): Promise<void> {
    if (this.#uncommitted) await this.commit(progress);
    const mark = this.#run.mark(progress, this.#bytes);
    await this.#next(async () => {
      const own = { ...await this.#run.settled(mark, ENDS_MS), complete: true };
      this.#run.moveTo(own);
      await this.#delivery.commit([progressRecord(own)]);
    });
  }

  /** Its topic. */
  nameOf(entity: Entity): string {
    return topicName(this.#options.prefix, entity);
  }

  /**
   * Counts the records of the run: those of earlier processes by the marks, those of this one as acknowledged; without
   * transactions, less those that the offsets of the topics do not show.
   */
  // deno-lint-ignore require-await
  async counts(): Promise<Record<string, number>> {
    return this.#run.counts;
  }

  /** Finds none: topics have no foreign keys. */
  // deno-lint-ignore require-await
  async brokenReferences(): Promise<BrokenReference[]> {
    return [];
  }

  /** Bytes of the run's records as they were given to the producer: keys, headers, values. */
  // deno-lint-ignore require-await
  async bytes(): Promise<number> {
    return this.#run.bytes;
  }

  /** Aborts the open transaction. */
  async close(): Promise<void> {
    await this.#work.catch(() => {});
    await closeAll([() => this.#delivery.close(), () => this.#admin.close()]);
  }

  /** Compares the marks that were read with the topics. */
  async #state(): Promise<TargetState> {
    const place = { target: this.target, admin: this.#admin, prefix: this.#options.prefix, entities: this.entities };
    const { state, warnings } = await standingOf(place, this.#run.marks);
    this.#warnings.push(...warnings);
    return state;
  }

  /** For callers that do not call `fence`, and so know of no marks but those that `inspect` found. */
  async #fenceAsFound(manifest: Manifest, mode: BeginMode): Promise<Prepared> {
    const told = () => JSON.stringify([this.#run.marks.run, this.#run.marks.progress]);
    const found = told();
    await this.fence(manifest, mode);
    if (told() === found) return this.#prepared!;
    throw new TargetError(
      `Cannot begin in ${this.target}: another load wrote there since it was inspected`,
      "call inspect and fence, and begin with what fence tells",
    );
  }

  /** Decides how records look, makes topics and registers schemas. */
  async #prepare(manifest: Manifest, mode: BeginMode): Promise<Prepared> {
    const { prefix, registry } = this.#options;
    const payload = await settlePayload(
      this.target,
      prefix,
      this.entities,
      this.#options,
      this.#run.held(mode)?.payload,
    );
    this.#refuseOtherFormat(payload, mode);
    const { made, warnings, batchBytes } = await this.#ensureTopics(manifest, mode === "replace");
    this.#batchBytes = batchBytes;
    await remember(this.#options.client, prefix, this.#run.marks, { topics: made, subjects: payload.newSubjects });
    const schemaIds = await registerSchemas(payload, registry);
    this.#warnings.push(...payload.warnings, ...warnings);
    return { payload, schemaIds, made };
  }

  #ensureTopics({ as_of, days }: Manifest, empties: boolean): ReturnType<typeof ensureTopics> {
    const newestMs = Date.parse(as_of);
    return ensureTopics(this.target, this.#admin, {
      events: this.#topics,
      marks: progressTopic(this.#options),
      create: this.#options.createTopics,
      empties,
      stamps: this.#options.recordTimestamp === "event" ? { oldestMs: newestMs - days * DAY_MS, newestMs } : undefined,
    });
  }

  /** Beside others of the run records look alike; those that `resend` leaves there are such others. */
  #refuseOtherFormat({ format }: Payload, mode: BeginMode): void {
    const beside = mode === "resend" ? this.#run.marks.run : this.#run.held(mode);
    if (beside !== undefined) refuseOtherFormat(this.target, beside.payload, format);
  }

  /** Refuses what does not fit the marks that were read. */
  #refuseMode(mode: BeginMode): void {
    const { run } = this.#run.marks;
    if (mode === "create" && run !== undefined) {
      throw new TargetError(`Cannot create ${this.target}: it holds a run`, "replace it with `truncate`");
    }
    if ((mode === "resume" || mode === "extend") && run === undefined) {
      throw new TargetError(`Cannot use ${this.target}: there is nothing to go on with`, "run the load again");
    }
  }

  /** A run that nobody has compared with this one, as it began after the marks were read, is not stopped. */
  #newRunError(): TargetError {
    return new TargetError(
      `Cannot load into ${this.target}: another load has begun there just now`,
      "let it finish, or run the same command again to take over from it",
    );
  }

  get #marksTopic(): string {
    return marksTopic(this.#options.prefix);
  }

  #route({ format }: Payload): void {
    const events = this.entities.map((entity, at) => ({
      topic: this.#topics[at]!.name,
      headers: recordHeaders(entity, format),
    }));
    this.#delivery.route([...events, { topic: this.#marksTopic, headers: [] }]);
  }

  async #using<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw useError(this.target, error);
    }
  }

  /** Does something after all that was begun before it. */
  async #next(work: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(work).catch((error) => {
      throw writeError(this.target, error, this.#run.unsettled);
    });
    this.#work.catch(() => {}); // whoever called gets the error
    await this.#work;
  }
}
