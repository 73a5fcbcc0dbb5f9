/** Counts what came of the records of a producer without transactions, by the offsets at which its topics end. */

import { delay } from "../librdkafka/client.ts";
import type { Offsets } from "./marks.ts";

/** How long a topic may get nothing more before what it lacks counts as lost; a broker appends within milliseconds. */
const PATIENCE_MS = 10_000;
/** The same when records were lost before: the run has failed its validation then. */
const SHORT_PATIENCE_MS = 500;
/** Pause before partitions are asked again. */
const PAUSE_MS = 20;

/** Where topics end, and what they have not got. */
export interface Arrived {
  readonly ends: Offsets;
  /** Records that were sent and are not there, by topic; of all that were sent since the beginning. */
  readonly missing: Readonly<Record<string, number>>;
}

/**
 * Compares offsets. With `acks=0` the broker may still be appending when the last record is sent, and with `acks=1` an
 * offset is told only when all replicas have its record; so they are waited for. Who else writes to the topics is not
 * told apart: more records than were sent are no fault. Transactions would make it inexact, as their ends take offsets.
 */
export class Arrivals {
  readonly #start: Offsets;
  #patienceMs: number;

  /** @param start Where the topics ended before the first record. */
  constructor(start: Offsets, patienceMs: number = PATIENCE_MS) {
    this.#start = start;
    this.#patienceMs = patienceMs;
  }

  /**
   * Waits until topics have got what was sent to them, or nothing more comes.
   *
   * @param sent Records since the beginning, by topic.
   * @param ask Tells where the topics end.
   */
  async wait(sent: Readonly<Record<string, number>>, ask: () => Promise<Offsets>): Promise<Arrived> {
    let ends = await ask();
    let missing = this.#missing(sent, ends);
    for (let movedAt = performance.now(); isAny(missing) && performance.now() - movedAt < this.#patienceMs;) {
      await delay(PAUSE_MS);
      const before = total(ends);
      ends = await ask();
      missing = this.#missing(sent, ends);
      if (total(ends) > before) movedAt = performance.now();
    }
    if (isAny(missing)) this.#patienceMs = Math.min(this.#patienceMs, SHORT_PATIENCE_MS);
    return { ends, missing };
  }

  #missing(sent: Readonly<Record<string, number>>, ends: Offsets): Record<string, number> {
    return Object.fromEntries(
      Object.entries(sent).map(([topic, count]) => {
        const got = sum(ends[topic] ?? []) - sum(this.#start[topic] ?? []);
        return [topic, Math.max(0, count - got)];
      }),
    );
  }
}

function isAny(missing: Readonly<Record<string, number>>): boolean {
  return Object.values(missing).some((count) => count > 0);
}

function total(ends: Offsets): number {
  return sum(Object.values(ends).map(sum));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, number) => all + number, 0);
}
