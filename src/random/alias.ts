import type { WordSource } from "./stream.ts";
import { uniformInt } from "./uniform.ts";

/**
 * Draws from a fixed discrete distribution in constant time (Vose, "A Linear Algorithm for Generating Random Numbers
 * with a Given Distribution", 1991). The table is built in integers, so that it is the same on every machine.
 */
export class AliasTable {
  readonly #cut: Float64Array;
  readonly #alias: Uint32Array;
  readonly #total: number;

  /**
   * @param weights Integers from 0, at least one of them positive. Their sum is at most 2^32, the most that one word
   * can decide, and `weights.length` times the sum is a safe integer.
   * @throws {RangeError} If a weight is negative or not an integer, if all are zero, or if the sum is too large.
   */
  constructor(weights: readonly number[]) {
    const size = weights.length;
    let total = 0;
    for (const weight of weights) {
      if (!Number.isSafeInteger(weight) || weight < 0) {
        throw new RangeError(`Cannot build an alias table as weights must be integers from 0: weight is ${weight}`);
      }
      total += weight;
    }
    if (total === 0) throw new RangeError("Cannot build an alias table as all weights are 0");
    if (total > 0x1_0000_0000 || size * total > Number.MAX_SAFE_INTEGER) {
      throw new RangeError(`Cannot build an alias table as the sum of ${size} weights is too large: sum is ${total}`);
    }
    const cut = new Float64Array(size);
    const alias = new Uint32Array(size);
    const small: number[] = [];
    const large: number[] = [];
    for (let at = 0; at < size; at++) {
      cut[at] = weights[at]! * size;
      (cut[at]! < total ? small : large).push(at);
    }
    while (small.length > 0 && large.length > 0) {
      const poor = small.pop()!;
      const rich = large[large.length - 1]!;
      alias[poor] = rich;
      cut[rich] = cut[rich]! - (total - cut[poor]!);
      if (cut[rich]! < total) small.push(large.pop()!);
    }
    for (const at of large) cut[at] = total;
    this.#cut = cut;
    this.#alias = alias;
    this.#total = total;
  }

  /** Draws an index of the weights, each with probability weight over sum. */
  draw(source: WordSource): number {
    const column = uniformInt(source, 0, this.#alias.length - 1);
    return uniformInt(source, 0, this.#total - 1) < this.#cut[column]! ? column : this.#alias[column]!;
  }
}
