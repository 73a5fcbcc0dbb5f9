/** Reads small topics from their beginning to their end. */

import { KafkaError, type ReadRecord } from "../../ports/kafka.ts";
import { closeAfter } from "../../ports/closing.ts";
import { Client, type ClientOptions, KIND } from "./client.ts";
import { codeError, codeName, mayPass, withTrouble } from "./errors.ts";
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
  const client = new Client(library, KIND.consumer, layered(properties, READING), options);
  const reading = new Reading(client, topic, partitions);
  await closeAfter(() => reading.toEnd(timeoutMs), () => [() => reading.close(), () => client.close()]);
  return reading.records.sort((a, b) => a.partition - b.partition || a.offset - b.offset);
}

class Reading {
  readonly records: ReadRecord[] = [];
  readonly #client: Client;
  readonly #name: string;
  readonly #topic: Deno.PointerValue;
  readonly #queue: Deno.PointerValue;
  readonly #partitions: number;
  readonly #unfinished: Set<number>;
  readonly #messages = new BigUint64Array(BATCH);

  constructor(client: Client, name: string, partitions: number) {
    const { calls, handle } = client;
    this.#client = client;
    this.#name = name;
    this.#topic = calls.rd_kafka_topic_new(handle, cString(name), null);
    this.#queue = calls.rd_kafka_queue_new(handle);
    this.#partitions = partitions;
    this.#unfinished = new Set(Array(partitions).keys());
  }

  async toEnd(timeoutMs: number): Promise<void> {
    const { calls } = this.#client;
    const deadline = performance.now() + timeoutMs;
    for (const partition of this.#unfinished) {
      calls.rd_kafka_consume_start_queue(this.#topic, partition, FROM_BEGINNING, this.#queue);
    }
    while (this.#unfinished.size > 0) {
      if (performance.now() > deadline) throw this.#late(timeoutMs);
      this.#client.serve();
      const count = await calls.rd_kafka_consume_batch_queue(this.#queue, WAIT_MS, this.#messages, BigInt(BATCH));
      for (let n = 0; n < Number(count); n++) this.#take(Deno.UnsafePointer.create(this.#messages[n]!));
    }
  }

  async close(): Promise<void> {
    const { calls } = this.#client;
    for (let partition = 0; partition < this.#partitions; partition++) {
      await calls.rd_kafka_consume_stop(this.#topic, partition);
    }
    calls.rd_kafka_queue_destroy(this.#queue);
    calls.rd_kafka_topic_destroy(this.#topic);
  }

  #take(message: Deno.PointerValue): void {
    const { calls } = this.#client;
    const view = viewAt(message);
    const error = view.getInt32(MESSAGE.error);
    const partition = view.getInt32(MESSAGE.partition);
    const reason = error === 0 ? "" : textAt(calls.rd_kafka_message_errstr(message));
    if (error === 0) this.records.push(record(view, partition));
    calls.rd_kafka_message_destroy(message);
    if (error === CODE.partitionEof) this.#unfinished.delete(partition);
    else if (error !== 0 && !mayPass(codeName(calls, error))) {
      throw codeError(calls, `read topic "${this.#name}"`, error, reason);
    }
  }

  #late(timeoutMs: number): KafkaError {
    const message = `Cannot read topic "${this.#name}" to its end within ${Math.round(timeoutMs / 1000)} s`;
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
