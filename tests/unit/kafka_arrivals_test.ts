import assert from "node:assert/strict";
import { Arrivals } from "../../src/adapters/kafka/run/arrivals.ts";

/** Tells one after another of these, the last one for ever. */
function telling(...ends: readonly (readonly number[])[]): () => Promise<{ t: readonly number[] }> {
  let at = 0;
  return () => Promise.resolve({ t: ends[Math.min(at++, ends.length - 1)]! });
}

Deno.test("Arrivals waits for what the broker is still appending", async () => {
  const arrivals = new Arrivals({ t: [5, 0] }, 10_000);
  const ask = telling([5, 0], [7, 1], [9, 6]);
  assert.deepEqual(await arrivals.wait({ t: 10 }, ask), { ends: { t: [9, 6] }, missing: { t: 0 } });
});

Deno.test("Arrivals waits on while records come, however long, and then tells what is missing of all that was sent", async () => {
  const arrivals = new Arrivals({ t: [0] }, 60);
  const ask = telling(...Array.from({ length: 8 }, (_, n) => [n]));
  const start = performance.now();
  assert.deepEqual((await arrivals.wait({ t: 10 }, ask)).missing, { t: 3 });
  assert.ok(performance.now() - start > 150, "it did not wait on");
  assert.deepEqual((await arrivals.wait({ t: 20 }, telling([17]))).missing, { t: 3 });
  assert.deepEqual((await arrivals.wait({ t: 20 }, telling([20]))).missing, { t: 0 });
});

Deno.test("Arrivals takes no fault at more records, nor at more partitions, than it knows of", async () => {
  const arrivals = new Arrivals({ t: [3] }, 1);
  assert.deepEqual((await arrivals.wait({ t: 2 }, telling([4, 9]))).missing, { t: 0 });
});
