/** Sends records by librdkafka, and knows what became of each. */

import {
  type DeliveryCounts,
  type HeaderTemplate,
  KafkaError,
  type KafkaRight,
  type Producer,
  type RecordBlock,
  WORD,
} from "../../../ports/kafka.ts";
import { Client, type ClientOptions, delay, KIND } from "./client.ts";
import { codeError, fatalError, REFUSALS, takeError, topicRight, withTrouble } from "./errors.ts";
import type { OpenLibrary } from "./library.ts";
import { addressOf, cString, viewAt } from "./memory.ts";
import { MessageBatch } from "./message_batch.ts";
import { layered, type Properties } from "./layered.ts";
import { propertyOf } from "./properties.ts";
import { CODE, type Librdkafka, MSG_F_COPY } from "./symbols.ts";
import { MESSAGE, TopicWriter } from "./topic_writer.ts";

/** Records that are sent before delivery reports are taken. */
const POLL_RECORDS = 1000;
/** How long a transaction call may block before trouble is looked at; it is then called again, and goes on. */
const SLICE_MS = 2000;
/** How long delivery reports of purged records are waited for at the end. */
const CLOSING_MS = 5000;
/** The queue counts as stuck this long after the last record in it should have expired. */
const STALL_MARGIN_MS = 5000;

/** What became of a topic's records. */
interface Counts {
  accepted: number;
  delivered: number;
  failed: number;
}

/**
 * A producer of librdkafka; with `transactional.id` among its properties a transactional one.
 *
 * When a broker has refused a record for good inside a transaction, the numbers of the records have a gap: the first
 * transaction after the abort fails too (`OUT_OF_ORDER_SEQUENCE_NUMBER`, abortable). A new producer has no such memory.
 */
export class LibrdkafkaProducer implements Producer {
  readonly acks: number;
  readonly #client: Client;
  readonly #calls: Librdkafka;
  readonly #writers: TopicWriter[] = [];
  readonly #counts: Counts[] = [];
  readonly #batch = new MessageBatch(POLL_RECORDS);
  readonly #queueRecords: number;
  readonly #stallMs: number;
  readonly #transactional: boolean;
  #outstanding = 0;
  #failure: KafkaError | undefined;
  #aborting = false;

  /**
   * Makes a producer; it connects in the background.
   *
   * @param properties All settings, `bootstrap.servers` included; see `producerProperties`. Default of `acks`: all.
   * @throws {KafkaError} `_INVALID_ARG` if a property is unknown or wrong, or some do not go together.
   */
  constructor(library: OpenLibrary, properties: Properties, options: ClientOptions = {}) {
    // acks are a setting of topics: librdkafka tells none of these while none is set
    this.#client = new Client(library, KIND.producer, layered({ acks: "all" }, properties), options);
    this.#calls = library.calls;
    this.acks = Number(this.#property("acks"));
    this.#transactional = this.#property("transactional.id") !== "";
    this.#queueRecords = Number(this.#property("queue.buffering.max.messages")) || Infinity;
    this.#stallMs = (Number(this.#property("message.timeout.ms")) || 300_000) + STALL_MARGIN_MS;
  }

  get failure(): KafkaError | undefined {
    return this.#client.fatal ?? this.#failure;
  }

  /** Records in the queue or on their way. */
  get outstanding(): number {
    return this.#outstanding;
  }

  counts(topic: number): DeliveryCounts {
    const counts = this.#counts[topic];
    if (counts === undefined) {
      throw new RangeError(`Cannot count the records of topic ${topic}: there is no such handle`);
    }
    return { ...counts };
  }

  topic(name: string, headers: readonly HeaderTemplate[]): number {
    const handle = this.#writers.length;
    const topic = this.#calls.rd_kafka_topic_new(this.#client.handle, cString(name), null);
    if (topic === null) {
      throw codeError(this.#calls, `write to topic "${name}"`, this.#calls.rd_kafka_last_error());
    }
    this.#writers.push(new TopicWriter(name, handle, topic, headers));
    this.#counts.push({ accepted: 0, delivered: 0, failed: 0 });
    return handle;
  }

  async send(block: RecordBlock): Promise<void> {
    for (let at = 0; at < block.index.length;) {
      this.poll();
      if (this.#outstanding >= this.#queueRecords) await this.#room();
      this.#throwFailure();
      const next = await this.#trySome(block, at);
      if (next === at) await this.#room(); // no room for its bytes
      at = next;
    }
  }

  poll(): void {
    const { calls } = this.#client;
    for (let event = this.#client.nextReport(); event !== null; event = this.#client.nextReport()) {
      this.#report(event);
      calls.rd_kafka_event_destroy(event);
    }
  }

  async flush(timeoutMs: number): Promise<number> {
    const deadline = performance.now() + timeoutMs;
    this.poll();
    while (this.#outstanding > 0 && performance.now() < deadline && this.#client.fatal === undefined) {
      await delay(1);
      this.poll();
    }
    return this.#outstanding;
  }

  async initTransactions(timeoutMs: number): Promise<void> {
    await this.#connect(Math.min(timeoutMs, SLICE_MS));
    await this.#finish(
      "begin to write transactions",
      timeoutMs,
      (ms) => this.#calls.rd_kafka_init_transactions(this.#client.handle, ms),
    );
  }

  beginTransaction(): void {
    const error = this.#calls.rd_kafka_begin_transaction(this.#client.handle);
    if (error !== null) throw takeError(this.#calls, "begin a transaction", error);
  }

  async commitTransaction(timeoutMs: number): Promise<void> {
    await this.#finish(
      "commit the transaction",
      timeoutMs,
      (ms) => this.#calls.rd_kafka_commit_transaction(this.#client.handle, ms),
    );
  }

  async abortTransaction(timeoutMs: number): Promise<void> {
    this.#aborting = true;
    try {
      await this.#finish(
        "abort the transaction",
        timeoutMs,
        (ms) => this.#calls.rd_kafka_abort_transaction(this.#client.handle, ms),
      );
      this.poll();
      this.#failure = undefined;
    } finally {
      this.#aborting = false;
    }
  }

  async close(): Promise<void> {
    const { handle } = this.#client;
    if (handle === null) return;
    this.#aborting = true;
    this.#calls.rd_kafka_purge(handle, 1 | 2);
    await this.flush(CLOSING_MS);
    for (const { topic } of this.#writers) this.#calls.rd_kafka_topic_destroy(topic);
    await this.#client.close();
  }

  /** As `#sendSome`, with the reason why a transaction takes nothing any more: librdkafka only tells it at a commit. */
  async #trySome(block: RecordBlock, at: number): Promise<number> {
    try {
      return this.#sendSome(block, at);
    } catch (failure) {
      if (!this.#transactional || !(failure instanceof KafkaError) || failure.code !== "_STATE") throw failure;
      const reason = await this.#calls.rd_kafka_commit_transaction(this.#client.handle, SLICE_MS);
      throw reason === null ? failure : takeError(this.#calls, "send records", reason, this.#rights());
    }
  }

  /**
   * Sends records until it is time for delivery reports, the queue is full or the block is at its end.
   *
   * @param at First word of the first record in the index.
   * @returns First word of the next record; `at` if there was no room for any.
   */
  #sendSome(block: RecordBlock, at: number): number {
    const base = addressOf(block.bytes);
    let room = Math.min(POLL_RECORDS, this.#queueRecords - this.#outstanding);
    while (at < block.index.length && room > 0) {
      const topic = block.index[at + WORD.topic]!;
      const writer = this.#writers[topic];
      if (writer === undefined) throw new RangeError(`Cannot send to topic ${topic}: there is no such handle`);
      const taken = writer.hasHeaders || block.stamped
        ? this.#sendOne(writer, block, at, base)
        : this.#sendMany(writer, block, at, base, room);
      if (taken === 0) return at;
      this.#accept(topic, taken);
      room -= taken;
      for (let n = 0; n < taken; n++) at += block.index[at + WORD.length]!;
    }
    return at;
  }

  #accept(topic: number, records: number): void {
    this.#counts[topic]!.accepted += records;
    this.#outstanding += records;
  }

  #sendOne(writer: TopicWriter, block: RecordBlock, at: number, base: number): number {
    writer.fill(block, at, base);
    const error = this.#calls.rd_kafka_produceva(this.#client.handle, writer.units, writer.unitCount);
    if (error === null) return 1;
    const full = this.#calls.rd_kafka_error_code(error) === CODE.queueFull;
    const failure = takeError(this.#calls, `send a record to topic "${writer.name}"`, error, this.#rights(writer.name));
    if (full) return 0;
    throw this.#refusal(failure);
  }

  #sendMany(writer: TopicWriter, block: RecordBlock, at: number, base: number, room: number): number {
    const batch = this.#batch;
    const count = batch.fill(writer, block, at, base, room);
    const taken = this.#calls.rd_kafka_produce_batch(writer.topic, -1, MSG_F_COPY, batch.messages, count);
    if (taken === count) return taken;
    const refused = batch.firstError(count);
    if (refused === CODE.queueFull) return taken; // the rest was not tried
    this.#accept(block.index[at + WORD.topic]!, taken); // also some behind the one that was refused
    const rights = this.#rights(writer.name);
    throw this.#refusal(codeError(this.#calls, `send a record to topic "${writer.name}"`, refused, { rights }));
  }

  /** The reason why the client takes no record any more, if it has one; else why it does not take this one. */
  #refusal(failure: KafkaError): KafkaError {
    this.poll();
    return fatalError(this.#calls, this.#client.handle, "go on writing to Kafka") ?? failure;
  }

  /** Reads a delivery report: records of one topic, with one error for all of them where there is any. */
  #report(event: Deno.PointerValue): void {
    const { calls } = this.#client;
    const total = calls.rd_kafka_event_message_count(event);
    const error = calls.rd_kafka_event_error(event);
    const first = calls.rd_kafka_event_message_next(event);
    if (first === null) return;
    const topic = viewAt(first).getUint32(MESSAGE.opaque * 4);
    const failed = error === CODE.none ? 0 : this.#failed(event, first, topic);
    this.#counts[topic]!.delivered += total - failed;
    this.#counts[topic]!.failed += failed;
    this.#outstanding -= total;
    if (failed < total) this.#client.trouble = undefined;
  }

  /** Counts the failed records of a report: a broker may refuse some records of a batch and take the others. */
  #failed(event: Deno.PointerValue, first: Deno.PointerValue, topic: number): number {
    let failed = 0;
    for (let message = first; message !== null; message = this.#calls.rd_kafka_event_message_next(event)) {
      const view = viewAt(message);
      const code = view.getInt32(MESSAGE.err * 4);
      if (code === CODE.none) continue;
      failed++;
      const purged = code === CODE.purgeQueue || code === CODE.purgeInFlight;
      if (!this.#aborting && !purged) this.#failure ??= this.#deliveryError(code, topic);
    }
    return failed;
  }

  #deliveryError(code: number, topic: number): KafkaError {
    const { name } = this.#writers[topic]!;
    const error = codeError(this.#calls, `deliver records to topic "${name}"`, code, { rights: this.#rights(name) });
    const { retriable, message, right } = error;
    const failure = new KafkaError(message, { code: error.code, retriable, abortable: this.#transactional, right });
    return withTrouble(failure, this.#client.trouble);
  }

  /** Waits until a quarter of the queue is free. */
  async #room(): Promise<void> {
    const enough = this.#queueRecords * 0.75;
    let least = this.#outstanding;
    let since = performance.now();
    do {
      await delay(1);
      this.poll();
      this.#throwFailure();
      if (this.#outstanding < least) {
        least = this.#outstanding;
        since = performance.now();
      }
      if (performance.now() - since > this.#stallMs) throw this.#stuck();
    } while (this.#outstanding > enough);
  }

  #stuck(): KafkaError {
    const seconds = Math.round(this.#stallMs / 1000);
    const message = `Cannot send records: the queue of ${this.#outstanding} has not moved for ${seconds} s`;
    return withTrouble(new KafkaError(message, { code: "_QUEUE_FULL", retriable: true }), this.#client.trouble);
  }

  #throwFailure(): void {
    const { failure } = this;
    if (failure !== undefined) throw failure;
  }

  /**
   * Calls something that blocks, on another thread, again and again until it is done, and takes delivery reports
   * meanwhile: a commit waits for them.
   */
  async #finish(action: string, timeoutMs: number, call: (ms: number) => Promise<Deno.PointerValue>): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const left = deadline - performance.now();
      const error = await this.#serveWhile(call(Math.ceil(Math.max(1, Math.min(left, SLICE_MS)))));
      if (error === null) return;
      const failure = takeError(this.#calls, action, error, this.#rights());
      if (failure.fatal) this.#client.fatal ??= failure;
      const { trouble } = this.#client;
      const hopeless = trouble !== undefined && REFUSALS.has(trouble.code);
      if (!failure.retriable || hopeless || left <= SLICE_MS) throw withTrouble(failure, trouble);
      await delay(10);
    }
  }

  /** Waits for a connection: a client that looks for its coordinator without one rests for half a second. */
  async #connect(timeoutMs: number): Promise<void> {
    const place = new BigUint64Array(new ArrayBuffer(8));
    const code = await this.#calls.rd_kafka_metadata(this.#client.handle, 0, null, place, timeoutMs);
    if (code === CODE.none) this.#calls.rd_kafka_metadata_destroy(Deno.UnsafePointer.create(place[0]!));
  }

  async #serveWhile(pending: Promise<Deno.PointerValue>): Promise<Deno.PointerValue> {
    let done = false;
    const settled = pending.finally(() => done = true);
    while (!done) {
      this.poll();
      await Promise.race([settled, delay(2)]);
    }
    this.poll();
    return await settled;
  }

  /** Rights that sending needs; the last only of brokers before Kafka 2.8. */
  #rights(topic?: string): KafkaRight[] {
    const name = this.#property("transactional.id");
    return [
      ...(topic === undefined ? [] : [topicRight("Write", topic)]),
      ...(name === "" ? [] : [{ operation: "Write", resource: "TransactionalId", name } as const]),
      { operation: "IdempotentWrite", resource: "Cluster", name: "kafka-cluster" },
    ];
  }

  #property(name: string): string {
    return propertyOf(this.#calls, this.#client.handle, name);
  }
}
