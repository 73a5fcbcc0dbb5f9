import assert from "node:assert/strict";
import fc from "fast-check";
import { AliasTable } from "../../src/random/alias.ts";
import { Poisson } from "../../src/random/poisson.ts";
import { chance, pick, uniformInt } from "../../src/random/uniform.ts";
import { assertChiSquare, assertNear, gridDraws, gridWords, moments, Replay, testStream } from "../support/words.ts";

const TWO_32 = 2 ** 32;

// ---- uniformInt ----

/** The first word that, drawn for `size` values, stands for `value`. */
function firstWordFor(value: number, size: number): number {
  const product = value * TWO_32; // exact, as value < 2^21
  return (product - product % size) / size + (product % size === 0 ? 0 : 1);
}

const exactSize = fc.integer({ min: 2, max: 2 ** 21 });
const largeSize = fc.integer({ min: 2 ** 21 + 1, max: TWO_32 });

Deno.test("uniformInt() gives each of up to 2^21 results the same number of words", () => {
  const results = exactSize.chain((size) => fc.tuple(fc.constant(size), fc.nat(size - 1)));
  fc.assert(fc.property(results, ([size, result]) => {
    const first = firstWordFor(result, size);
    const end = firstWordFor(result + 1, size);
    // Only the first word of a run can be rejected; then the second of these answers.
    const source = new Replay(first, end - 1);
    assert.equal(uniformInt(source, 0, size - 1), result);
    const accepted = end - first - (source.left === 0 ? 1 : 0);
    assert.equal(accepted, Math.floor(TWO_32 / size));
    assert.equal(uniformInt(new Replay(first + 1), 0, size - 1), result);
  }));
});

Deno.test("uniformInt() gives each of more than 2^21 results the same number of words", () => {
  fc.assert(fc.property(largeSize, (size) => {
    const limit = TWO_32 - TWO_32 % size;
    assert.equal(uniformInt(new Replay(limit - 1), 0, size - 1), size - 1);
    if (limit === TWO_32) return;
    assert.equal(uniformInt(new Replay(limit, TWO_32 - 1, 5), 0, size - 1), 5);
  }));
});

Deno.test("uniformInt() draws again for a word that would favour a result", () => {
  assert.equal(uniformInt(new Replay(0, 7), 0, 2), 0); // 2^32 % 3 is 1: word 0 alone is too many
  assert.throws(() => uniformInt(new Replay(0), 0, 2), /drew more words/);
  assert.equal(uniformInt(new Replay(0), 0, 3), 0);
  assert.throws(() => uniformInt(new Replay(TWO_32 - 1), 0, TWO_32 - 2), /drew more words/);
  assert.equal(uniformInt(new Replay(TWO_32 - 1), 0, TWO_32 - 1), TWO_32 - 1);
});

Deno.test("uniformInt() stays in its bounds and reaches both, negative ones too", () => {
  fc.assert(fc.property(fc.integer(), fc.nat(50), (from, spread) => {
    const results = new Set(gridWords(1000).map((word) => uniformInt(new Replay(word, word + 1), from, from + spread)));
    assert.deepEqual([Math.min(...results), Math.max(...results)], [from, from + spread]);
    assert.equal(results.size, spread + 1);
  }));
  const widest = [0, TWO_32 - 1].map((word) => uniformInt(new Replay(word), -(2 ** 31), 2 ** 31 - 1));
  assert.deepEqual(widest, [-(2 ** 31), 2 ** 31 - 1]);
});

for (const size of [2, 3, 7, 100, 1000, 2 ** 21 - 1, 2 ** 21, 2 ** 21 + 1, 3 * 2 ** 30, TWO_32 - 1, TWO_32]) {
  Deno.test(`uniformInt() draws ${size} values evenly`, () => {
    const stream = testStream(1);
    const bins = Math.min(size, 96);
    const counts = new Array<number>(bins).fill(0);
    for (let draw = 0; draw < 20_000; draw++) {
      counts[Math.floor((uniformInt(stream, -5, size - 6) + 5) / size * bins)]!++;
    }
    assertChiSquare(counts, size <= 1000 ? binSizes(size, bins) : counts.map(() => 1));
  });
}

/** How many of `0..size - 1` fall into each of `bins` parts. */
function binSizes(size: number, bins: number): number[] {
  const sizes = new Array<number>(bins).fill(0);
  for (let value = 0; value < size; value++) sizes[Math.floor(value / size * bins)]!++;
  return sizes;
}

// ---- chance, pick ----

Deno.test("chance() is never at 0, always at 1, and true for the words below its share", () => {
  assert.equal(chance(new Replay(0), 0), false);
  assert.equal(chance(new Replay(TWO_32 - 1), 1), true);
  assert.equal(chance(new Replay(2 ** 30 - 1), 0.25), true);
  assert.equal(chance(new Replay(2 ** 30), 0.25), false);
});

Deno.test("pick() draws every element evenly", () => {
  const stream = testStream(2);
  const list = ["a", "b", "c", "d", "e"];
  const drawn = Array.from({ length: 10_000 }, () => pick(stream, list));
  assertChiSquare(list.map((letter) => drawn.filter((each) => each === letter).length), [1, 1, 1, 1, 1]);
});

// ---- AliasTable ----

Deno.test("AliasTable gives each index exactly its share of all pairs of draws", () => {
  const weights = fc.array(fc.nat(12), { minLength: 1, maxLength: 9 }).filter((list) => list.some((each) => each > 0));
  fc.assert(fc.property(weights, (weights) => {
    const table = new AliasTable(weights);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const counts = weights.map(() => 0);
    for (let column = 0; column < weights.length; column++) {
      for (let level = 0; level < total; level++) {
        const words = [firstWordFor(column, weights.length) + 1, firstWordFor(level, total) + 1];
        counts[table.draw(new Replay(...words))]!++;
      }
    }
    assert.deepEqual(counts, weights.map((weight) => weight * weights.length));
  }));
});

Deno.test("AliasTable draws large, uneven weights in proportion and never a weight of 0", () => {
  const weights = [5_000_000, 0, 1, 2_499_999, 0, 1_250_000, 625_000, 625_000, 0];
  const table = new AliasTable(weights);
  const stream = testStream(3);
  const counts = weights.map(() => 0);
  for (let draw = 0; draw < 50_000; draw++) counts[table.draw(stream)]!++;
  assert.deepEqual([counts[1], counts[4], counts[8]], [0, 0, 0]);
  const common = [0, 3, 5, 6, 7];
  assertChiSquare(common.map((at) => counts[at]!), common.map((at) => weights[at]!));
});

Deno.test("AliasTable accepts a sum of 2^32 and draws from it", () => {
  const table = new AliasTable([TWO_32 - 1, 1]);
  assert.equal(table.draw(new Replay(0, TWO_32 - 1)), 0);
  assert.equal(table.draw(new Replay(TWO_32 - 1, 2)), 0);
  assert.equal(table.draw(new Replay(TWO_32 - 1, 1)), 1);
});

Deno.test("AliasTable rejects weights that are no distribution", () => {
  for (const weights of [[], [0], [0, 0], [1, -1], [0.5], [NaN], [Infinity], [TWO_32, 1], [2 ** 53 - 1, 2 ** 53 - 1]]) {
    assert.throws(() => new AliasTable(weights), RangeError, `[${weights}]`);
  }
  assert.throws(() => new AliasTable(new Array<number>(2 ** 22).fill(1000)), RangeError); // length times sum over 2^53
});

// ---- Poisson ----

for (const mean of [0.05, 0.5, 1, 3.7, 12, 40, 100]) {
  Deno.test(`Poisson of mean ${mean} has that mean and variance`, () => {
    const found = moments(gridDraws(new Poisson(mean), 65_536));
    assertNear(found.mean, mean, 0.001, "mean");
    assertNear(found.deviation ** 2, mean, 0.005, "variance");
  });
}

Deno.test("Poisson gives every count its probability to 2^-30", () => {
  for (const mean of [0.05, 1, 3.7, 12]) {
    const table = new Poisson(mean);
    let term = Math.exp(-mean);
    let upTo = term;
    for (let count = 0; upTo < 1 - 2 ** -20; count++) {
      const border = Math.floor(upTo * TWO_32);
      assert.ok(table.draw(new Replay(border - 4)) <= count, `mean ${mean}, count ${count}`);
      assert.ok(table.draw(new Replay(border + 4)) > count, `mean ${mean}, count ${count}`);
      term *= mean / (count + 1);
      upTo += term;
    }
  }
});

Deno.test("Poisson has a count for every word", () => {
  fc.assert(fc.property(fc.double({ min: 0, max: 100, noNaN: true }), fc.nat(), (mean, word) => {
    const table = new Poisson(mean);
    const draws = [0, word, word + 2 ** 31, TWO_32 - 1].map((word) => table.draw(new Replay(word)));
    assert.ok(draws.every((count, at) => Number.isInteger(count) && count >= (draws[at - 1] ?? 0)));
    assert.ok(draws[3]! < mean + 10 * Math.sqrt(mean) + 15, `${draws[3]} for mean ${mean}`);
  }));
});

Deno.test("Poisson of mean 0 is always 0", () => {
  for (const word of [0, 1, 2 ** 31, TWO_32 - 1]) assert.equal(new Poisson(0).draw(new Replay(word)), 0);
});

Deno.test("Poisson rejects a mean outside 0..100", () => {
  for (const mean of [-1, -Number.MIN_VALUE, 100.001, Infinity, NaN]) {
    assert.throws(() => new Poisson(mean), RangeError, String(mean));
  }
});

// ---- snapshots ----

Deno.test("uniformInt() keeps its draws: a change is a new data version", () => {
  const stream = testStream(10);
  const draws = [6, 1000, 2 ** 21, 2 ** 21 + 1, TWO_32].map((size) => uniformInt(stream, 0, size - 1));
  assert.deepEqual(draws, [3, 208, 1_139_917, 175_775, 1_991_602_734]);
});

Deno.test("AliasTable keeps its draws: a change is a new data version", () => {
  const table = new AliasTable([50, 25, 12, 6, 4, 2, 1]);
  const stream = testStream(11);
  assert.equal(Array.from({ length: 24 }, () => table.draw(stream)).join(""), "340010110000120110020100");
});

Deno.test("Poisson keeps its draws: a change is a new data version", () => {
  const table = new Poisson(3.7);
  const stream = testStream(13);
  assert.equal(Array.from({ length: 24 }, () => table.draw(stream)).join(""), "462373744554303436532342");
});
