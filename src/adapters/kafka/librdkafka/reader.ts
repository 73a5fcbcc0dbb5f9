/** Reads small topics from their beginning to their end, and counts the records of others. */

import { closeAfter } from "../../../ports/closing.ts";
import { KafkaError, type OffsetRange, type ReadRecord } from "../../../ports/kafka.ts";
import { Client, type ClientOptions, KIND } from "./client.ts";
import { codeError, codeName, mayPass, topicRight, withTrouble } from "./errors.ts";
import type { OpenLibrary } from "./library.ts";
import { bytesAt, cString, textAt, viewAt } from "./memory.ts";
import { layered, type Properties } from "./layered.ts";
import { CODE } from "./symbols.ts";

/** Members of `rd_kafka_message_t`. */
const MESSAGE = { error: 0, partition: 16, value: 24, length: 32, key: 40, keyLength: 48, offset: 56 } as const;

/** Where reading begins. A partition whose first record is gone is read from its oldest: to ask for that takes longer. */
const FROM_BEGINNING = 0n;
/** Records that are taken at once. */
const BATCH = 1000;
/** How long a call may wait for records. */
const WAIT_MS = 20;

/** What makes a reader see committed records only, and tell when it is at the end. */
const READING: Properties = {
  "isolation.level": "read_committed",
  "enable.partition.eof": "true",
  "enable.auto.commit": "false",
  "auto.offset.reset": "earliest",
  "fetch.wait.max.ms": "10", // the end of a partition is told after a fetch that brought nothing
  "fetch.error.backoff.ms": "10",
};

/** Little is fetched ahead: as a rule only the first records are wanted. */
const COUNTING: Properties = {
  "queued.min.messages": "1000",
  "max.partition.fetch.bytes": "262144",
};

const DECODER = new TextDecoder();

/**
 * Reads all that `read_committed` shows of a topic: to where each partition ends when the reader arrives there.
 *
 * @param partitions How many it has.
 * @param timeoutMs Longest time for all of it.
 * @returns Records by partition, then by offset.
 * @throws {KafkaError} If the end is not reached in time, or the topic cannot be read.
 */
export async function readAll(
  library: OpenLibrary,
  properties: Properties,
  topic: string,
  partitions: number,
  timeoutMs: number,
  options: ClientOptions = {},
): Promise<ReadRecord[]> {
  const records: ReadRecord[] = [];
  const starts = new Map(Array.from({ length: partitions }, (_, partition) => [partition, FROM_BEGINNING]));
  await read(library, layered(properties, READING), topic, { starts, silenceMs: timeoutMs, deadlineMs: timeoutMs }, (
    view,
    partition,
  ) => {
    records.push(record(view, partition));
    return false;
  }, options);
  return records.sort((a, b) => a.partition - b.partition || a.offset - b.offset);
}

/**
 * Counts the records that `read_committed` shows within some offsets of a topic.
 *
 * @param ranges Partitions that are read; each begins at a record that is still there, or behind one.
 * @param silenceMs Longest time without any record.
 * @throws {KafkaError} If no record comes for that long, or the topic cannot be read.
 */
export async function countRecords(
  library: OpenLibrary,
  properties: Properties,
  topic: string,
  ranges: ReadonlyMap<number, OffsetRange>,
  silenceMs: number,
  options: ClientOptions = {},
): Promise<number> {
  let count = 0;
  const filled = [...ranges].filter(([, { from, to }]) => from < to);
  const starts = new Map(filled.map(([partition, { from }]) => [partition, BigInt(from)]));
  await read(library, layered(properties, READING, COUNTING), topic, { starts, silenceMs }, (view, partition) => {
    const offset = Number(view.getBigInt64(MESSAGE.offset));
    const { to } = ranges.get(partition)!;
    if (offset < to) count++;
    return offset >= to - 1;
  }, options);
  return count;
}

/** What is read, and how long. */
interface Extent {
  /** Where each partition begins. */
  readonly starts: ReadonlyMap<number, bigint>;
  /** Longest time without any record, in milliseconds. */
  readonly silenceMs: number;
  /** Longest time for all of it, in milliseconds; default: no limit. */
  readonly deadlineMs?: number;
}

/** Looks at a record, a `rd_kafka_message_t`; tells whether its partition needs no further one. */
type Visit = (view: Deno.UnsafePointerView, partition: number) => boolean;

async function read(
  library: OpenLibrary,
  properties: Properties,
  topic: string,
  extent: Extent,
  visit: Visit,
  options: ClientOptions,
): Promise<void> {
  const client = new Client(library, KIND.consumer, properties, options);
  const reading = new Reading(client, topic, extent, visit);
  await closeAfter(() => reading.toEnd(), () => [() => reading.close(), () => client.close()]);
}

class Reading {
  readonly #client: Client;
  readonly #name: string;
  readonly #extent: Extent;
  readonly #visit: Visit;
  readonly #topic: Deno.PointerValue;
  readonly #queue: Deno.PointerValue;
  readonly #unfinished: Set<number>;
  readonly #messages = new BigUint64Array(BATCH);
  #failure: KafkaError | undefined;

  constructor(client: Client, name: string, extent: Extent, visit: Visit) {
    const { calls, handle } = client;
    this.#client = client;
    this.#name = name;
    this.#extent = extent;
    this.#visit = visit;
    this.#topic = calls.rd_kafka_topic_new(handle, cString(name), null);
    this.#queue = calls.rd_kafka_queue_new(handle);
    this.#unfinished = new Set(extent.starts.keys());
  }

  async toEnd(): Promise<void> {
    const { calls } = this.#client;
    const { starts, silenceMs, deadlineMs = Infinity } = this.#extent;
    const deadline = performance.now() + deadlineMs;
    let heardAt = performance.now();
    for (const [partition, start] of starts) {
      calls.rd_kafka_consume_start_queue(this.#topic, partition, start, this.#queue);
    }
    while (this.#unfinished.size > 0) {
      if (performance.now() > Math.min(deadline, heardAt + silenceMs)) throw this.#late();
      this.#client.serve();
      const count = await calls.rd_kafka_consume_batch_queue(this.#queue, WAIT_MS, this.#messages, BigInt(BATCH));
      if (count > 0) heardAt = performance.now();
      // each of them: a client that is owed a message is never taken down
      for (let n = 0; n < Number(count); n++) this.#take(Deno.UnsafePointer.create(this.#messages[n]!));
      if (this.#failure !== undefined) throw this.#failure;
    }
  }

  async close(): Promise<void> {
    const { calls } = this.#client;
    for (const partition of this.#extent.starts.keys()) await calls.rd_kafka_consume_stop(this.#topic, partition);
    calls.rd_kafka_queue_destroy(this.#queue);
    calls.rd_kafka_topic_destroy(this.#topic);
  }

  #take(message: Deno.PointerValue): void {
    const { calls } = this.#client;
    const view = viewAt(message);
    const error = view.getInt32(MESSAGE.error);
    const partition = view.getInt32(MESSAGE.partition);
    const reason = error === 0 ? "" : textAt(calls.rd_kafka_message_errstr(message));
    const isLast = error === CODE.partitionEof || (error === 0 && this.#visit(view, partition));
    calls.rd_kafka_message_destroy(message);
    if (isLast) this.#unfinished.delete(partition);
    else if (error !== 0 && !mayPass(codeName(calls, error))) {
      const rights = [topicRight("Read", this.#name)];
      this.#failure ??= codeError(calls, `read topic "${this.#name}"`, error, { reason, rights });
    }
  }

  #late(): KafkaError {
    const seconds = Math.round(this.#extent.silenceMs / 1000);
    const message = `Cannot read topic "${this.#name}" to its end within ${seconds} s`;
    return withTrouble(new KafkaError(message, { code: "_TIMED_OUT", retriable: true }), this.#client.trouble);
  }
}

function record(view: Deno.UnsafePointerView, partition: number): ReadRecord {
  const key = view.getPointer(MESSAGE.key);
  const value = view.getPointer(MESSAGE.value);
  return {
    partition,
    offset: Number(view.getBigInt64(MESSAGE.offset)),
    key: key === null ? undefined : DECODER.decode(bytesAt(key, Number(view.getBigUint64(MESSAGE.keyLength)))),
    value: value === null ? undefined : bytesAt(value, Number(view.getBigUint64(MESSAGE.length))),
  };
}
