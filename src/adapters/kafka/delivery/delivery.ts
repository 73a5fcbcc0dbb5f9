/** How blocks of records and marks reach the broker: in transactions, or without. */

import { RecordBuilder } from "../../../encoders/record_builder.ts";
import { freeMemory } from "../../../ports/encoder.ts";
import { type HeaderTemplate, KafkaError, type Producer, type RecordBlock, WORD } from "../../../ports/kafka.ts";
import type { Guarantee } from "./guarantee.ts";
import type { MarkRecord } from "../run/marks.ts";

/** A topic that is written to. */
export interface Route {
  readonly topic: string;
  readonly headers: readonly HeaderTemplate[];
}

/** What became of the records that were given since the last commit, marks left out. */
export interface Unsettled {
  /** Acknowledged by the broker. */
  readonly delivered: number;
  /** Refused, or thrown away after another was. */
  readonly failed: number;
  /** Neither, so far. */
  readonly unknown: number;
}

/** Sends blocks in order, then marks that speak of them. After an error only `close` may be called. */
export interface Delivery {
  /** What it promises; known once it is open. */
  readonly guarantee: Guarantee;
  /**
   * Makes the producer; in transactions, ends what an earlier one with the same id left open: what it had prepared is
   * committed, the rest aborted. A second call does nothing.
   *
   * @throws {KafkaError} If the broker does not answer in time, or refuses.
   */
  open(): Promise<void>;
  /** Names the topics, once, before the first block; their handles are their places. */
  route(routes: readonly Route[]): void;
  /** Sends a block, which is the delivery's from now on. */
  send(block: RecordBlock): Promise<void>;
  /** Waits until all that was sent is acknowledged, where that comes before the commit: without transactions. */
  settle(): Promise<void>;
  /** Makes all that was sent durable, and the marks with or after it. */
  commit(marks: readonly MarkRecord[]): Promise<void>;
  /** Records that the broker acknowledged and that were committed, by handle. */
  readonly delivered: readonly number[];
  /** What became of the records since the last commit; asked when something has failed. */
  unsettled(): Unsettled;
  /** Leaves out what was not committed, and releases everything. Safe to call twice. */
  close(): Promise<void>;
}

/** Longest waits, in milliseconds. */
export interface Deadlines {
  /** For the broker to take the transactional id. */
  readonly open: number;
  /** For everything sent to be acknowledged and committed. */
  readonly commit: number;
  /** For an abort when the delivery is closed. */
  readonly abort: number;
  /** From the first error on, for a transaction to be sent again. */
  readonly recovery: number;
  /** For records that were sent without transactions to show in their topics, since the last one did (default 10 s). */
  readonly arrival?: number;
}

/** What holds unless a test says otherwise. A transaction itself ends after 60 s without an answer. */
export const DEADLINES: Deadlines = { open: 60_000, commit: 90_000, abort: 10_000, recovery: 120_000 };

/** Makes the records of marks. */
export function marksBlock(handle: number, marks: readonly MarkRecord[]): RecordBlock {
  const builder = new RecordBuilder(MARKS_BYTES, marks.length);
  for (const { key, value } of marks) {
    builder.bytes.append(key);
    builder.endKey(handle);
    if (value === undefined) {
      builder.noValue();
    } else {
      builder.bytes.append(value);
      builder.endValue();
    }
  }
  return builder.take();
}

/** Bytes of marks, about. */
const MARKS_BYTES = 0x2000;

/** Gives the memory of a block back, which nobody reads any more. */
export function freeBlock({ bytes, index }: RecordBlock): void {
  freeMemory([bytes.buffer, index.buffer]);
}

/** Adds the records of a block to counts by topic handle. */
export function countRecords({ index }: RecordBlock, counts: number[]): void {
  for (let at = 0; at < index.length; at += index[at + WORD.length]!) {
    const handle = index[at + WORD.topic]!;
    counts[handle] = (counts[handle] ?? 0) + 1;
  }
}

/**
 * Tells what became of records.
 *
 * @param producer The one that got them; without it nothing is known of them.
 * @param given Records since the last commit, by handle; marks are left out, whatever stands at theirs.
 * @param acknowledged Acknowledged before these, by handle.
 */
export function unsettledOf(
  producer: Producer | undefined,
  given: readonly number[],
  acknowledged: readonly number[],
  marksHandle: number,
): Unsettled {
  producer?.poll();
  let [delivered, failed, total] = [0, 0, 0];
  for (const [handle, count] of given.entries()) {
    if (handle === marksHandle) continue;
    const before = acknowledged[handle] ?? 0;
    const counts = producer?.counts(handle) ?? { accepted: before, delivered: before, failed: 0 };
    delivered += counts.delivered - before;
    failed += counts.failed;
    total += Math.max(count, counts.accepted - before); // of a block that failed half way, a part was taken
  }
  return { delivered, failed, unknown: total - delivered - failed };
}

/**
 * Makes sure that the broker acknowledged as many records as were given.
 *
 * @param acknowledged Acknowledged so far by a producer, by handle, before these.
 * @returns Acknowledged so far, after these.
 * @throws {KafkaError} If some are missing.
 */
export function checkDelivered(
  producer: Producer,
  given: readonly number[],
  acknowledged: readonly number[],
): number[] {
  return given.map((count, handle) => {
    const before = acknowledged[handle] ?? 0;
    const { delivered } = producer.counts(handle);
    if (delivered - before === count) return delivered;
    const reason = producer.failure?.message ?? "the broker did not acknowledge them";
    throw new KafkaError(`${count - (delivered - before)} of ${count} records were not delivered: ${reason}`, {
      code: producer.failure?.code ?? "_FAIL",
    });
  });
}
