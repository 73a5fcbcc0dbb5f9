/**
 * The Kafka target: a topic for each event entity, and one with the marks by which a run is gone on with. Records of a
 * commit and its mark are one transaction, unless the producer's settings rule that out.
 *
 * @module
 */

import type { Entity } from "../../model/entity.ts";
import { type KafkaAdmin, KafkaError, type TopicSpec } from "../../ports/kafka.ts";
import type { Manifest, Progress } from "../../ports/manifest.ts";
import type { Batch, BeginMode, BrokenReference, Sink, SinkError, TargetLoss, TargetState } from "../../ports/sink.ts";
import { compactedOf } from "./compaction.ts";
import { DEADLINES, type Deadlines, type Delivery, type KafkaClient, type Unsettled } from "./delivery.ts";
import { ensureTopics } from "./ensure_topics.ts";
import { topicRight } from "./errors.ts";
import { goneError, useError, writeError } from "./failures.ts";
import { countedText, guaranteeOf, guaranteeText, weaker } from "./guarantee.ts";
import { lossOf, unmarkedOf } from "./loss.ts";
import {
  bytesOf,
  forgetProgress,
  isComplete,
  madeRecord,
  type Marks,
  marksTopic,
  NO_MARKS,
  type Offsets,
  type ProgressMark,
  progressOf,
  progressRecord,
  type RunMark,
  runRecord,
} from "./marks.ts";
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
import { PlainDelivery } from "./plain_delivery.ts";
import type { RecordBlock } from "./record_block.ts";
import { RecordWriter, type RecordWriterOptions } from "./record_writer.ts";
import { refuseWithoutRights, transactionalIdOf } from "./rights.ts";
import { areMarked, emptyTopics, endsOf, readMarks, watermarksOf } from "./run_state.ts";
import { eventTopics, progressTopic, type TopicOptions } from "./topics.ts";
import { Transactions } from "./transactions.ts";

/** How a sink reaches a cluster and what it writes there. */
export interface KafkaSinkOptions extends TopicOptions, PayloadOptions, RecordWriterOptions {
  /** Addresses of the cluster, `host:port`, separated by commas; for messages. */
  readonly brokers: string;
  /** Makes the producer and the admin client. */
  readonly client: KafkaClient;
  /** Settings of the producer, as librdkafka names them, beside those of the cluster. */
  readonly properties: Readonly<Record<string, string>>;
  /** Whether commits are transactions. */
  readonly transactional: boolean;
  /** Whether to make topics that are missing; otherwise the broker may, by its own defaults. */
  readonly createTopics: boolean;
  /** Longest waits. */
  readonly deadlines?: Deadlines;
}

/** Longest time that partitions are asked for their ends while the broker is away, in milliseconds. */
const ENDS_MS = 30_000;
/** Prefix that a target's name leaves out. */
const DEFAULT_PREFIX = "banking";
/** Longest time that the broker keeps a transaction open whose writer is gone; its topics' readers wait meanwhile. */
const TRANSACTION_TIMEOUT_MS = 60_000;

/** Writes events into topics. */
export class KafkaSink implements Sink {
  readonly target: string;
  readonly durable = true;
  readonly appends = true;
  readonly entities: readonly Entity[];
  readonly #options: KafkaSinkOptions;
  readonly #topics: readonly TopicSpec[];
  readonly #admin: KafkaAdmin;
  readonly #delivery: Delivery;
  readonly #warnings: string[] = [];
  #marks: Marks = NO_MARKS;
  #run: RunMark | undefined;
  /** The mark that this writer moves on. */
  #own: ProgressMark | undefined;
  /** Bytes that it spoke of when this process took it up. */
  #ownBytes = 0;
  /** What the marks before it hold. */
  #before: readonly ProgressMark[] = [];
  #writers: RecordWriter[] = [];
  #block: RecordBlock | undefined;
  /** The largest batch that all topics take, in bytes, as far as it is known. */
  #batchBytes: number | undefined;
  /** Records of the run that were there before this process, by entity name. */
  #found: Readonly<Record<string, number>> = {};
  /** What is sent or committed, one after the other; after an error, nothing more. */
  #work: Promise<void> = Promise.resolve();

  /**
   * Connects nothing yet.
   *
   * @param entities Only those with a topic are taken.
   */
  constructor(options: KafkaSinkOptions, entities: readonly Entity[]) {
    const { brokers, prefix, client } = options;
    this.target = `kafka://${brokers}${prefix === DEFAULT_PREFIX ? "" : `/${prefix}`}`;
    this.entities = entities.filter(({ topic }) => topic !== undefined);
    this.#options = options;
    this.#topics = eventTopics(this.entities, options);
    this.#admin = client.admin();
    const fitting: KafkaClient = {
      ...client,
      producer: (properties) => client.producer(fitBatch(properties, this.#batchBytes)),
    };
    this.#delivery = newDelivery({ ...options, client: fitting }, this.#admin, this.entities.length);
  }

  /** What delivery the run gives as a whole; known once it has begun, or where one stands. */
  get guarantee(): string | undefined {
    const run = this.#run ?? this.#marks.run;
    return run && guaranteeText(run.guarantee);
  }

  /** What its counts are, by the weakest delivery of the run. */
  get countedAs(): string | undefined {
    const run = this.#run ?? this.#marks.run;
    return run && countedText(run.guarantee);
  }

  /** Topics that are not as they should be, records that are not Avro, time stamps that are too old. */
  get warnings(): readonly string[] {
    const kept = this.#run === undefined ? this.#marks.run : undefined;
    return [...this.#warnings, ...(kept ? otherFormat(kept.payload, wantedFormat(this.#options)) : [])];
  }

  /**
   * Reads the marks. Where a run is not complete, a writer of the same prefix that still lives is fenced first: only
   * then what the marks say is the end of it.
   */
  async inspect(): Promise<TargetState> {
    return await this.#using(async () => {
      await this.#admin.cluster();
      this.#marks = await readMarks(this.#admin, this.#options.prefix);
      if (this.#marks.run === undefined) return await this.#unmarked();
      if (!isComplete(this.#marks)) {
        await this.#delivery.open();
        this.#marks = await readMarks(this.#admin, this.#options.prefix);
      }
      const { run, progress } = this.#marks;
      const held = await watermarksOf(this.#admin, Object.keys(run!.start));
      await this.#refuseHidden(Object.keys(run!.start).filter((name) => !held.has(name)));
      const loss = lossOf(run!, progress, held) ?? await this.#compacted(held);
      return {
        kind: isComplete(this.#marks) ? "complete" : "partial",
        manifest: run!.manifest,
        progress: progressOf(this.#marks),
        ...(loss === undefined ? {} : { loss }),
      };
    });
  }

  /**
   * Makes topics, registers schemas, ends what an earlier writer left open, and marks the run. `replace` empties the
   * topics that the marks name; `resend` leaves what is there and starts again from the first customer.
   *
   * @throws {TargetError} If the registry or the cluster refuses something, or a run is gone on with in other records.
   */
  async begin(manifest: Manifest, mode: BeginMode): Promise<void> {
    await this.#using(async () => {
      const held = mode === "resume" || mode === "extend" ? this.#marks.run : undefined;
      const payload = await this.#settle(held, mode === "resend" ? this.#marks.run : held);
      const { made, warnings, batchBytes } = await this.#ensureTopics(manifest, mode === "replace");
      this.#batchBytes = batchBytes;
      const schemaIds = await registerSchemas(payload, this.#options.registry);
      this.#warnings.push(...payload.warnings, ...warnings);
      await this.#delivery.open();
      if (mode === "replace") await emptyTopics(this.#admin, Object.keys(this.#marks.run?.start ?? {}));
      this.#route(payload, schemaIds);
      this.#run = this.#newRun(manifest, payload, held, held?.start ?? await this.#ends(ENDS_MS));
      await this.#delivery.commit([
        runRecord(this.#run),
        ...(held === undefined ? forgetProgress(this.#marks) : []),
        madeRecord([...this.#marks.made, ...made]),
      ]);
      this.#goOn(held === undefined ? [] : this.#marks.progress);
    });
  }

  /** Encodes rows into the block at hand. */
  // deno-lint-ignore require-await
  async write(batch: Batch): Promise<void> {
    this.#block ??= this.#delivery.take();
    for (const writer of this.#writers) {
      const rows = batch[writer.entity.name];
      if (rows !== undefined) writer.write(rows, this.#block);
    }
    this.#delivery.poll();
  }

  /** Sends the block at hand. */
  async release(after: Promise<void>): Promise<void> {
    const block = this.#swap();
    await this.#next(async () => {
      await after;
      if (block !== undefined) await this.#delivery.send(block);
    });
  }

  /** Sends what is not sent yet, and commits it with the mark. */
  async commit(progress: Progress): Promise<void> {
    const block = this.#swap();
    const mark = this.#mark(progress);
    await this.#next(() => this.#commit(block, mark));
  }

  /** Commits what is left, then marks the run as complete, with the ends of all partitions. */
  async finish(_manifest: Manifest, progress: Progress): Promise<void> {
    if (this.#block !== undefined) await this.commit(progress);
    const mark = this.#mark(progress);
    await this.#next(async () => {
      this.#own = { ...mark, end: await this.#ends(ENDS_MS), complete: true };
      await this.#delivery.commit([progressRecord(this.#own)]);
    });
  }

  /** Counts the records of the run: those of earlier processes by the marks, those of this one as acknowledged. */
  // deno-lint-ignore require-await
  async counts(): Promise<Record<string, number>> {
    const found = this.#run === undefined ? progressOf(this.#marks).rows : this.#found;
    return Object.fromEntries(
      this.entities.map(({ name }, handle) => [name, (found[name] ?? 0) + (this.#delivery.delivered[handle] ?? 0)]),
    );
  }

  /** Finds none: topics have no foreign keys. */
  // deno-lint-ignore require-await
  async brokenReferences(): Promise<BrokenReference[]> {
    return [];
  }

  /** Bytes of the run's records as they were given to the producer: keys, headers, values. */
  // deno-lint-ignore require-await
  async bytes(): Promise<number> {
    if (this.#own === undefined) return bytesOf(this.#marks);
    return bytesOf({ ...this.#marks, progress: [...this.#before, this.#own] });
  }

  /** Aborts the open transaction. */
  async close(): Promise<void> {
    await this.#work.catch(() => {});
    await this.#delivery.close();
    await this.#admin.close();
  }

  /** Decides how records look; beside others of the run they look alike. */
  async #settle(held: RunMark | undefined, beside: RunMark | undefined): Promise<Payload> {
    const { prefix } = this.#options;
    const payload = await settlePayload(this.target, prefix, this.entities, this.#options, held?.payload);
    if (beside !== undefined) refuseOtherFormat(this.target, beside.payload, payload.format);
    return payload;
  }

  /** What compaction has deleted of the run whose marks are there. */
  async #compacted(held: Awaited<ReturnType<typeof watermarksOf>>): Promise<TargetLoss | undefined> {
    const { loss, warnings } = await compactedOf(this.#admin, this.#options.prefix, this.entities, this.#marks, held);
    this.#warnings.push(...warnings);
    return loss;
  }

  /** What the user may not see looks as if it did not exist. */
  async #refuseHidden(names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    const rights = names.map((name) => topicRight(name === this.#marksTopic ? "Read" : "Write", name));
    await refuseWithoutRights(this.target, this.#admin, rights);
  }

  /** Without marks there should be no records either: nobody knows which of them are of the run. */
  async #unmarked(): Promise<TargetState> {
    const unmarked = unmarkedOf(this.#marksTopic, await watermarksOf(this.#admin, this.#names));
    if (unmarked !== undefined) await this.#refuseHidden([this.#marksTopic]);
    return { kind: "empty", ...(unmarked === undefined ? {} : { unmarked }) };
  }

  /** Names of the topics of the events. */
  get #names(): readonly string[] {
    return this.#topics.map(({ name }) => name);
  }

  get #marksTopic(): string {
    return marksTopic(this.#options.prefix);
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

  #route({ format }: Payload, schemaIds: ReadonlyMap<string, number>): void {
    this.#writers = this.entities.map((entity, handle) =>
      new RecordWriter(entity, handle, format, schemaIds.get(entity.name), this.#options)
    );
    const marks = { topic: this.#marksTopic, headers: [] };
    this.#delivery.route([
      ...this.#writers.map(({ headers }, at) => ({ topic: this.#topics[at]!.name, headers })),
      marks,
    ]);
  }

  #newRun(manifest: Manifest, payload: Payload, held: RunMark | undefined, start: Offsets): RunMark {
    const guarantee = guaranteeOf(this.#options.properties, this.#options.transactional);
    return {
      format: 1,
      manifest,
      payload: payload.format,
      guarantee: held === undefined ? guarantee : weaker(held.guarantee, guarantee),
      attempt: held?.attempt ?? (this.#marks.run?.attempt ?? 0) + 1,
      start,
      ...subjectsOf(payload, this.#marks.run),
    };
  }

  /** Takes up the mark of what is not complete, or begins one behind what is. */
  #goOn(progress: readonly ProgressMark[]): void {
    const last = progress.at(-1);
    this.#found = progressOf({ ...this.#marks, progress }).rows;
    if (last !== undefined && !last.complete) {
      this.#before = progress.slice(0, -1);
      this.#own = last;
    } else {
      const from = last?.customers ?? 0;
      const { attempt } = this.#run!;
      this.#before = progress;
      this.#own = { from, customers: from, rows: {}, bytes: 0, end: {}, complete: false, attempt };
    }
    this.#ownBytes = this.#own.bytes;
  }

  /** Tells how far this writer got with all that was written by now. */
  #mark({ customers, rows }: Progress): ProgressMark {
    const before = progressOf({ ...this.#marks, progress: this.#before }).rows;
    return {
      ...this.#own!,
      customers,
      rows: Object.fromEntries(this.entities.map(({ name }) => [name, (rows[name] ?? 0) - (before[name] ?? 0)])),
      bytes: this.#writers.reduce((sum, { bytes }) => sum + bytes, this.#ownBytes),
    };
  }

  #swap(): RecordBlock | undefined {
    const block = this.#block;
    this.#block = undefined;
    return block;
  }

  async #commit(block: RecordBlock | undefined, mark: ProgressMark): Promise<void> {
    if (block !== undefined) await this.#delivery.send(block);
    const own = { ...mark, end: await this.#ends(0) };
    await this.#delivery.commit([progressRecord(own)]);
    this.#own = own;
  }

  /**
   * Where the partitions end; never before where they ended, unless someone deleted a topic meanwhile. While no broker
   * tells, it is asked again, and then what the last mark says stands: a lower bound is all that a mark needs.
   */
  async #ends(patienceMs: number): Promise<Offsets> {
    const ends = await this.#askEnds(performance.now() + patienceMs);
    for (const [topic, offsets] of Object.entries(this.#own?.end ?? {})) {
      const shorter = offsets.some((offset, partition) => (ends[topic]![partition] ?? 0) < offset);
      if (shorter) throw this.#gone(topic);
    }
    return ends;
  }

  async #askEnds(until: number): Promise<Offsets> {
    for (;;) {
      try {
        if ((await this.#admin.topics([this.#marksTopic])).length === 0) throw this.#gone(this.#marksTopic);
        return await endsOf(this.#admin, this.#names);
      } catch (error) {
        if (!(error instanceof KafkaError) || error.code === "UNKNOWN_TOPIC_OR_PART") throw error;
        const known = this.#own?.end ?? {};
        if (performance.now() >= until && this.#names.every((name) => name in known)) return known;
        if (performance.now() >= until + ENDS_MS) throw error;
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    }
  }

  #gone(topic: string): SinkError {
    return goneError(this.target, topic, topic !== this.#marksTopic, this.#unsettled());
  }

  /** With `acks=0` a record counts as delivered when it is sent, which tells nothing of it. */
  #unsettled(): Unsettled | undefined {
    return this.#run?.guarantee === "at-most-once" ? undefined : this.#delivery.unsettled();
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
      throw writeError(this.target, error, this.#unsettled());
    });
    this.#work.catch(() => {}); // whoever called gets the error
    await this.#work;
  }
}

const DAY_MS = 86_400_000;
/** `batch.size` of librdkafka where nobody says otherwise. */
const LIBRDKAFKA_BATCH = 1_000_000;

/** Batches as large as the topics take: a broker refuses a larger one whole, and would refuse it again. */
function fitBatch(properties: Readonly<Record<string, string>>, bytes: number | undefined): Record<string, string> {
  const wanted = Number(properties["batch.size"] ?? LIBRDKAFKA_BATCH);
  return { ...properties, ...(bytes === undefined || bytes >= wanted ? {} : { "batch.size": String(bytes) }) };
}

/** All topics are there when records are sent. One that is deleted then shall not come back empty, by other settings. */
const NO_NEW_TOPICS = { "allow.auto.create.topics": "false" };

function newDelivery(options: KafkaSinkOptions, admin: KafkaAdmin, marksHandle: number): Delivery {
  const { client, prefix, transactional, deadlines = DEADLINES } = options;
  const own = { ...NO_NEW_TOPICS, ...options.properties };
  if (!transactional) return new PlainDelivery({ client, properties: own, marksHandle, deadlines });
  const properties = {
    "transaction.timeout.ms": String(TRANSACTION_TIMEOUT_MS),
    ...own,
    "transactional.id": transactionalIdOf(prefix),
  };
  const isMarked: ConstructorParameters<typeof Transactions>[0]["isMarked"] = (marks) =>
    areMarked(admin, prefix, marks);
  return new Transactions({ client, properties, marksHandle, isMarked, deadlines });
}
