/** Chosen words, regular words and what statistics say of the draws, for the tests of `src/random/`. */

import assert from "node:assert/strict";
import { deriveKey, type Place, Stream, type WordSource } from "../../src/random/stream.ts";

const TWO_32 = 2 ** 32;

/** A source that gives chosen words and then throws, so that a test sees how many were used. */
export class Replay implements WordSource {
  readonly #words: number[];

  /** @param words In the order in which they are given. */
  constructor(...words: number[]) {
    this.#words = words;
  }

  /** How many words are left. */
  get left(): number {
    return this.#words.length;
  }

  /** The next chosen word. */
  nextUint32(): number {
    const word = this.#words.shift();
    assert.ok(word !== undefined, "drew more words than there are");
    return word;
  }
}

/** A stream of its own for each test that draws at random: the seed is fixed. */
export function testStream(group: number): Place {
  return new Stream(deriveKey(42, "test", 1)).at(group, 0);
}

/** Words in the middle of `count` equal parts of the range: a regular grid of probabilities. */
export function gridWords(count: number): number[] {
  return Array.from({ length: count }, (_, at) => Math.floor((at + 0.5) / count * TWO_32));
}

/** What a distribution that uses one word a draw gives for {@linkcode gridWords}. */
export function gridDraws(distribution: { draw(source: WordSource): number }, count: number): number[] {
  return gridWords(count).map((word) => distribution.draw(new Replay(word)));
}

/** Mean and standard deviation. */
export function moments(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / values.length) };
}

/** Fails unless `value` is within `share` of `expected`. */
export function assertNear(value: number, expected: number, share: number, what: string): void {
  assert.ok(Math.abs(value - expected) <= share * Math.abs(expected), `${what} is ${value}, expected ${expected}`);
}

/** Fails if the counts differ from the weights by more than chance explains, four standard deviations. */
export function assertChiSquare(counts: readonly number[], weights: readonly number[]): void {
  const draws = counts.reduce((sum, count) => sum + count, 0);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let statistic = 0;
  for (const [at, weight] of weights.entries()) {
    const expected = draws * weight / total;
    statistic += (counts[at]! - expected) ** 2 / expected;
  }
  const freedom = weights.length - 1;
  const distance = Math.abs(statistic - freedom) / Math.sqrt(2 * freedom);
  assert.ok(distance < 4, `chi-square is ${statistic} with ${freedom} degrees of freedom`);
}
