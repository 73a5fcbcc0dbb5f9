import type { WordSource } from "./stream.ts";

const TWO_32 = 0x1_0000_0000;

/** Largest size for which `word * size` stays exact in a double. */
const EXACT_SIZE = 0x20_0000;

/**
 * Draws an integer in `from..to`, both included, without modulo bias; rarely draws a second word.
 *
 * Up to 2^21 values: the upper half of the 53-bit product `word * size` (Lemire, "Fast Random Integer Generation in an
 * Interval", 2019), rejecting the few lower halves that would favour some results. Above: rejection of the last,
 * incomplete run of `size` words.
 *
 * @param from Least result, a safe integer.
 * @param to Greatest result; `to - from < 2^32`.
 */
export function uniformInt(source: WordSource, from: number, to: number): number {
  const size = to - from + 1;
  if (size <= EXACT_SIZE) {
    for (;;) {
      const product = source.nextUint32() * size;
      const high = Math.floor(product / TWO_32);
      const low = product - high * TWO_32;
      if (low >= size || low >= TWO_32 % size) return from + high;
    }
  }
  const limit = TWO_32 - TWO_32 % size;
  let word = source.nextUint32();
  while (word >= limit) word = source.nextUint32();
  return from + word % size;
}

/** Draws `true` with probability `share`, a fraction in `0..1`, rounded to a multiple of 2^-32. */
export function chance(source: WordSource, share: number): boolean {
  return source.nextUint32() < share * TWO_32;
}

/** Draws one element of a non-empty list, all equally likely. */
export function pick<Value>(source: WordSource, list: readonly Value[]): Value {
  return list[uniformInt(source, 0, list.length - 1)]!;
}
