import type { Key } from "./stream.ts";

const ROUNDS = 8;

/**
 * A keyed permutation of `0..left * right - 1`, by an unbalanced Feistel network (Black and Rogaway, "Ciphers with
 * Arbitrary Finite Domains", 2002): it gives distinct numbers to distinct indexes without remembering any.
 *
 * Numbers that no double holds are given as two digits, to {@linkcode permuteDigits} and {@linkcode invertDigits}, whose
 * result is in `upper` and `lower`, so that a call allocates nothing.
 */
export class Permutation {
  /** Upper digit of the last result, in `0..left - 1`. */
  upper = 0;
  /** Lower digit of the last result, in `0..right - 1`. */
  lower = 0;
  readonly #left: number;
  readonly #right: number;
  readonly #roundKeys = new Int32Array(ROUNDS);

  /**
   * @param key Usually from `deriveKey`.
   * @param left Size of the upper digit, in `2..2^32`.
   * @param right Size of the lower digit, in `2..2^32`; `left * right` at most 2^53 for all but digits.
   */
  constructor(key: Key, left: number, right: number) {
    this.#left = left;
    this.#right = right;
    for (let round = 0; round < ROUNDS; round++) {
      this.#roundKeys[round] = mix(key[round & 3]! ^ Math.imul(round + 1, 0x9e3779b9));
    }
  }

  /** The image of `value`, an integer in `0..left * right - 1`. */
  permute(value: number): number {
    const upper = Math.floor(value / this.#right);
    this.permuteDigits(upper, value - upper * this.#right);
    return this.upper * this.#right + this.lower;
  }

  /** The value whose image is `image`. */
  invert(image: number): number {
    const upper = Math.floor(image / this.#right);
    this.invertDigits(upper, image - upper * this.#right);
    return this.upper * this.#right + this.lower;
  }

  /** Permutes the number of two digits. */
  permuteDigits(upper: number, lower: number): void {
    for (let round = 0; round < ROUNDS; round += 2) {
      upper = (upper + (mix(lower ^ this.#roundKeys[round]!) >>> 0) % this.#left) % this.#left;
      lower = (lower + (mix(upper ^ this.#roundKeys[round + 1]!) >>> 0) % this.#right) % this.#right;
    }
    this.upper = upper;
    this.lower = lower;
  }

  /** Finds the number of two digits whose image is (`upper`, `lower`). */
  invertDigits(upper: number, lower: number): void {
    for (let round = ROUNDS - 2; round >= 0; round -= 2) {
      const lowerShift = (mix(upper ^ this.#roundKeys[round + 1]!) >>> 0) % this.#right;
      lower = (lower + this.#right - lowerShift) % this.#right;
      const upperShift = (mix(lower ^ this.#roundKeys[round]!) >>> 0) % this.#left;
      upper = (upper + this.#left - upperShift) % this.#left;
    }
    this.upper = upper;
    this.lower = lower;
  }
}

/** MurmurHash3's 32-bit finalizer (Appleby): a bijection of 32-bit integers in which every bit reaches every other. */
export function mix(word: number): number {
  let hash = word | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
