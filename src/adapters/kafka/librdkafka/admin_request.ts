/** One request of the admin API: from its options to its result. */

import { KafkaError, type KafkaRight } from "../../../ports/kafka.ts";
import { type Client, delay } from "./client.ts";
import { codeError, topicRight, withTrouble } from "./errors.ts";
import { ERROR_TEXT_BYTES, pinned, pointersAt, textAt } from "./memory.ts";
import type { Librdkafka } from "./symbols.ts";

/** How often an answer is looked for. */
const LOOK_MS = 5;
/** librdkafka itself ends a request in time; this much later nobody waits for it any more. */
const MARGIN_MS = 5000;

/** Reads an array of results out of a result event: `rd_kafka_..._result_topics` and its likes. */
export type ReadArray = (result: Deno.PointerValue, count: BigUint64Array<ArrayBuffer>) => Deno.PointerValue;

/**
 * Sends a request and waits for its answer.
 *
 * @param action What is asked for, for messages.
 * @param timeoutMs Longest wait.
 * @param send Sends it, with options and the queue that gets the answer.
 * @param read Reads the answer's event, which is gone afterwards.
 * @param rights Rights that the whole request needs.
 * @throws {KafkaError} If there is no answer in time, or none that can be read.
 */
export async function adminRequest<T>(
  client: Client,
  action: string,
  timeoutMs: number,
  send: (options: Deno.PointerValue, queue: Deno.PointerValue) => void,
  read: (event: Deno.PointerValue) => T,
  rights: readonly KafkaRight[] = [],
): Promise<T> {
  return await client.use(action, () => request(client, action, { timeoutMs, send, read, rights }));
}

/** What makes a request. */
interface Request<T> {
  readonly timeoutMs: number;
  readonly send: (options: Deno.PointerValue, queue: Deno.PointerValue) => void;
  readonly read: (event: Deno.PointerValue) => T;
  readonly rights: readonly KafkaRight[];
}

async function request<T>(client: Client, action: string, { timeoutMs, send, read, rights }: Request<T>): Promise<T> {
  const { calls } = client;
  const options = newOptions(calls, client.handle, timeoutMs);
  const queue = calls.rd_kafka_queue_new(client.handle);
  try {
    send(options, queue);
    const event = await answer(client, queue, action, timeoutMs);
    try {
      const code = calls.rd_kafka_event_error(event);
      const reason = textAt(calls.rd_kafka_event_error_string(event));
      if (code !== 0) throw withTrouble(codeError(calls, action, code, { reason, rights }), client.trouble);
      client.served = true;
      return read(event);
    } finally {
      calls.rd_kafka_event_destroy(event);
    }
  } finally {
    calls.rd_kafka_queue_destroy(queue);
    calls.rd_kafka_AdminOptions_destroy(options);
  }
}

async function answer(
  client: Client,
  queue: Deno.PointerValue,
  action: string,
  timeoutMs: number,
): Promise<Deno.PointerValue> {
  const start = performance.now();
  const deadline = start + timeoutMs + MARGIN_MS;
  for (;;) {
    client.serve();
    const event = client.calls.rd_kafka_queue_poll(queue, 0);
    if (event !== null) return event;
    client.throwUnreachable(performance.now() - start);
    if (client.closing) throw new KafkaError(`Cannot ${action}: the client is closed`, { code: "_STATE" });
    if (performance.now() > deadline) {
      const error = new KafkaError(`Cannot ${action}: no answer`, { code: "_TIMED_OUT", retriable: true });
      throw withTrouble(error, client.trouble);
    }
    await delay(LOOK_MS);
  }
}

function newOptions(calls: Librdkafka, handle: Deno.PointerValue, timeoutMs: number): Deno.PointerValue {
  const options = calls.rd_kafka_AdminOptions_new(handle, 0);
  const memory = pinned(ERROR_TEXT_BYTES);
  const size = BigInt(memory.length);
  calls.rd_kafka_AdminOptions_set_request_timeout(options, timeoutMs, memory, size);
  calls.rd_kafka_AdminOptions_set_operation_timeout(options, timeoutMs, memory, size);
  return options;
}

/** Reads the pointers of a result. */
export function resultArray(result: Deno.PointerValue, read: ReadArray): Deno.PointerValue[] {
  const count = new BigUint64Array(1);
  return pointersAt(read(result, count), Number(count[0]));
}

/**
 * Looks through `rd_kafka_topic_result_t`s.
 *
 * @param action What was asked for, without the topic.
 * @param operation What the user must be allowed to do with each topic.
 * @throws {KafkaError} The first refusal.
 */
export function throwTopicError(
  calls: Librdkafka,
  action: string,
  operation: string,
  results: readonly Deno.PointerValue[],
): void {
  for (const result of results) {
    const code = calls.rd_kafka_topic_result_error(result);
    if (code === 0) continue;
    const name = textAt(calls.rd_kafka_topic_result_name(result));
    const reason = textAt(calls.rd_kafka_topic_result_error_string(result));
    throw codeError(calls, `${action} "${name}"`, code, { reason, rights: [topicRight(operation, name)] });
  }
}

/**
 * Looks through `rd_kafka_ConfigResource_t`s.
 *
 * @param right What the user must be allowed to.
 * @throws {KafkaError} The first refusal.
 */
export function throwResourceError(
  calls: Librdkafka,
  action: string,
  right: KafkaRight,
  results: readonly Deno.PointerValue[],
): void {
  for (const result of results) {
    const code = calls.rd_kafka_ConfigResource_error(result);
    const reason = textAt(calls.rd_kafka_ConfigResource_error_string(result));
    if (code !== 0) throw codeError(calls, action, code, { reason, rights: [right] });
  }
}
