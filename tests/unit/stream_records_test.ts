import assert from "node:assert/strict";
import type { Clock } from "../../src/ports/clock.ts";
import { streamFileName, type StreamOptions, streamRecords, systemClock } from "../../sinks.ts";

/** A clock that only moves when someone waits; each wait takes `lateMs` longer than asked. */
class TestClock implements Clock {
  ms = 1000;
  sleeps = 0;
  readonly #lateMs: number;

  constructor(lateMs = 0) {
    this.#lateMs = lateMs;
  }

  now(): number {
    return this.ms;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.sleeps++;
    if (!signal?.aborted) this.ms += ms + this.#lateMs;
    return Promise.resolve();
  }
}

function* naturals(): Generator<number> {
  for (let n = 0;; n++) yield n;
}

async function timesOf(clock: TestClock, options: Omit<StreamOptions, "clock">): Promise<number[]> {
  const times: number[] = [];
  await streamRecords(naturals(), () => void times.push(clock.ms - 1000), { ...options, clock });
  return times;
}

Deno.test("streamRecords() sends record k at k / rate seconds", async () => {
  const times = await timesOf(new TestClock(), { ratePerSecond: 10, durationMs: 450 });
  assert.deepEqual(times, [0, 100, 200, 300, 400]);
});

Deno.test("streamRecords() does not drift though every wait is 3 ms too long", async () => {
  const times = await timesOf(new TestClock(3), { ratePerSecond: 10, durationMs: 100_000 });
  assert.equal(times.length, 1000);
  assert.deepEqual(times.slice(-2), [99_803, 99_903]);
});

Deno.test("streamRecords() keeps rates that have no exact period", async () => {
  const times = await timesOf(new TestClock(), { ratePerSecond: 3, durationMs: 1_000_000 });
  assert.equal(times.length, 3000);
});

Deno.test("streamRecords() makes up for a stall, by no more than the burst", async () => {
  const clock = new TestClock();
  const times: number[] = [];
  const write = (n: number) => {
    times.push(clock.ms - 1000);
    if (n === 0) clock.ms += 1000; // 10 records long
  };
  await streamRecords(naturals(), write, { ratePerSecond: 10, burst: 4, durationMs: 1250, clock });
  assert.deepEqual(times, [0, 1000, 1000, 1000, 1000, 1000, 1100, 1200]);
});

Deno.test("streamRecords() ends with the records and tells how many and how long", async () => {
  const result = await streamRecords(["a", "b", "c"], () => {}, { ratePerSecond: 4, clock: new TestClock() });
  assert.deepEqual(result, { sent: 3, seconds: 0.75 });
});

Deno.test("streamRecords() with rate 0 waits for nothing but lets other tasks run", async () => {
  const clock = new TestClock();
  const write = () => void (clock.ms += 1); // a millisecond each
  const result = await streamRecords(naturals(), write, { ratePerSecond: 0, durationMs: 1000, clock });
  assert.deepEqual(result, { sent: 1000, seconds: 1 });
  assert.ok(clock.sleeps >= 45 && clock.sleeps <= 55, `slept ${clock.sleeps} times`);
});

Deno.test("streamRecords() stops before the next record when it is aborted", async () => {
  const abort = new AbortController();
  const seen: number[] = [];
  const write = (n: number) => {
    seen.push(n);
    if (n === 4) abort.abort();
  };
  const options = { ratePerSecond: 10, signal: abort.signal, clock: new TestClock() };
  const result = await streamRecords(naturals(), write, options);
  assert.equal(result.sent, 5);
  assert.deepEqual(seen, [0, 1, 2, 3, 4]);
});

Deno.test("streamRecords() is woken from a long wait by the signal", async () => {
  const abort = new AbortController();
  const write = () => void queueMicrotask(() => abort.abort());
  const options = { ratePerSecond: 0.001, signal: abort.signal, clock: systemClock }; // the next is due in 1000 s
  assert.equal((await streamRecords(naturals(), write, options)).sent, 1);
});

Deno.test("streamRecords() takes asynchronous records and waits for write", async () => {
  async function* records() {
    yield "a";
    await Promise.resolve();
    yield "b";
  }
  const seen: string[] = [];
  const write = async (record: string) => {
    await Promise.resolve();
    seen.push(record);
  };
  await streamRecords(records(), write, { ratePerSecond: 0, clock: new TestClock() });
  assert.deepEqual(seen, ["a", "b"]);
});

Deno.test("streamRecords() closes the records when write fails, and passes its error on", async () => {
  let closed = false;
  function* records() {
    try {
      yield* naturals();
    } finally {
      closed = true;
    }
  }
  const write = () => {
    throw new Error("no room");
  };
  await assert.rejects(streamRecords(records(), write, { ratePerSecond: 0, clock: new TestClock() }), /no room/);
  assert.ok(closed);
});

for (
  const [options, message] of [
    [{ ratePerSecond: -1 }, /ratePerSecond -1: expected 0 or more/],
    [{ ratePerSecond: NaN }, /ratePerSecond NaN/],
    [{ ratePerSecond: 1, durationMs: 0 }, /durationMs 0: expected more than 0/],
    [{ ratePerSecond: 1, burst: 0.5 }, /burst 0.5: expected an integer from 1/],
  ] as const
) {
  Deno.test(`streamRecords() refuses ${JSON.stringify(options)} (${message.source})`, async () => {
    await assert.rejects(streamRecords([], () => {}, options), (error) => {
      return error instanceof RangeError && message.test(error.message);
    });
  });
}

Deno.test("streamFileName() turns the dots of a topic into underscores", () => {
  assert.equal(streamFileName("banking.card-transactions"), "banking_card-transactions.jsonl");
});
