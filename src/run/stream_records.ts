import type { Clock } from "../ports/clock.ts";
import { systemClock } from "./system_clock.ts";

/** How a stream runs. */
export interface StreamOptions {
  /** Records a second, more than 0; 0 means as fast as `write` takes them. */
  readonly ratePerSecond: number;
  /** Milliseconds after which the stream ends, more than 0 (default: with the records). */
  readonly durationMs?: number;
  /**
   * Most records that are made up for at once after a stall, an integer from 1 (default: those of one second). What a
   * longer stall has missed beyond that is not made up for, so that a sleeping laptop does not wake up to a flood.
   */
  readonly burst?: number;
  /** Ends the stream before its next record when it is aborted; records already written stay. */
  readonly signal?: AbortSignal;
  /** Default: the machine's monotonic clock. */
  readonly clock?: Clock;
}

/** What a stream did. */
export interface StreamResult {
  /** Records that `write` has taken. */
  readonly sent: number;
  /** Seconds from the first moment to the last. */
  readonly seconds: number;
}

/** Milliseconds after which a stream without pauses lets other tasks run, so that a signal can reach it. */
const YIELD_MS = 20;

/**
 * Writes records at a steady rate. Record k (from 0) is due k / rate seconds after the start, whatever the waits before
 * it were: waiting too long or a slow `write` delays a record, but does not shift those after it.
 *
 * @param records Taken one at a time, none before it is due.
 * @param write Takes one record; the next is not due before it resolves.
 * @throws {RangeError} If the rate, the duration or the burst is outside its range.
 * @throws Whatever `write` or `records` throws.
 */
export async function streamRecords<Item>(
  records: Iterable<Item> | AsyncIterable<Item>,
  write: (record: Item) => void | Promise<void>,
  options: StreamOptions,
): Promise<StreamResult> {
  const { ratePerSecond, durationMs = Infinity, signal, clock = systemClock } = options;
  const burst = options.burst ?? Math.max(1, Math.ceil(ratePerSecond));
  check("ratePerSecond", ratePerSecond, ratePerSecond >= 0 && ratePerSecond < Infinity, "0 or more");
  check("durationMs", durationMs, durationMs > 0, "more than 0");
  check("burst", burst, Number.isInteger(burst) && burst >= 1, "an integer from 1");

  const intervalMs = ratePerSecond === 0 ? 0 : 1000 / ratePerSecond;
  const start = clock.now();
  let origin = start; // record k is due at origin + k * intervalMs: a product, so that no error adds up
  let rested = start;
  let sent = 0;
  const iterator = iteratorOf(records);
  try {
    while (await ready()) {
      const next = await iterator.next();
      if (next.done) return result();
      await write(next.value);
      sent++;
    }
    await iterator.return?.();
    return result();
  } catch (error) {
    await Promise.resolve(iterator.return?.()).catch(() => {}); // the first error is the one to tell
    throw error;
  }

  /** Waits until the next record is due; false when the stream ends before. */
  async function ready(): Promise<boolean> {
    for (;;) {
      const now = clock.now();
      if (signal?.aborted || now - start >= durationMs) return false;
      const wait = dueAt(now) - now;
      if (wait <= 0 && now - rested < YIELD_MS) return true;
      await clock.sleep(Math.max(0, Math.min(wait, start + durationMs - now)), signal);
      rested = clock.now();
    }
  }

  function dueAt(now: number): number {
    if (intervalMs === 0) return now;
    const earliest = now - burst * intervalMs;
    const due = origin + sent * intervalMs;
    if (due >= earliest) return due;
    origin += earliest - due;
    return earliest;
  }

  function result(): StreamResult {
    return { sent, seconds: (clock.now() - start) / 1000 };
  }
}

function iteratorOf<Item>(records: Iterable<Item> | AsyncIterable<Item>): Iterator<Item> | AsyncIterator<Item> {
  return Symbol.asyncIterator in records ? records[Symbol.asyncIterator]() : records[Symbol.iterator]();
}

function check(name: string, value: number, holds: boolean, allowed: string): void {
  if (!holds) throw new RangeError(`Cannot stream with ${name} ${value}: expected ${allowed}`);
}
