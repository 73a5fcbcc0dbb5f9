import type { Key } from "./stream.ts";

const ROUNDS = 27;

/**
 * Speck64/128, the block cipher of Beaulieu, Shors, Smith, Treatman-Clark, Weeks and Wingers (2013): 64-bit blocks
 * under a 128-bit key, in additions, rotations and exclusive-ors. After `encrypt` or `decrypt` the result is in `high`
 * and `low`, so that a call allocates nothing.
 */
export class Speck64 {
  /** Upper half of the last result, a signed 32-bit integer. */
  high = 0;
  /** Lower half of the last result, a signed 32-bit integer. */
  low = 0;
  readonly #roundKeys = new Int32Array(ROUNDS);

  /** @param key Four words, the one that the paper prints first (K3) first. */
  constructor(key: Key) {
    const schedule = [key[2] | 0, key[1] | 0, key[0] | 0];
    let roundKey = key[3] | 0;
    for (let round = 0; round < ROUNDS; round++) {
      this.#roundKeys[round] = roundKey;
      const word = schedule[round]!;
      const next = ((((word >>> 8) | (word << 24)) + roundKey) | 0) ^ round;
      schedule.push(next);
      roundKey = ((roundKey << 3) | (roundKey >>> 29)) ^ next;
    }
  }

  /** Enciphers the block (`high`, `low`), each half taken modulo 2^32. */
  encrypt(high: number, low: number): void {
    let x = high | 0;
    let y = low | 0;
    const keys = this.#roundKeys;
    for (let round = 0; round < ROUNDS; round++) {
      x = ((((x >>> 8) | (x << 24)) + y) | 0) ^ keys[round]!;
      y = ((y << 3) | (y >>> 29)) ^ x;
    }
    this.high = x;
    this.low = y;
  }

  /** Deciphers the block (`high`, `low`): the inverse of {@linkcode encrypt}. */
  decrypt(high: number, low: number): void {
    let x = high | 0;
    let y = low | 0;
    const keys = this.#roundKeys;
    for (let round = ROUNDS - 1; round >= 0; round--) {
      const mixed = y ^ x;
      y = (mixed >>> 3) | (mixed << 29);
      const sum = ((x ^ keys[round]!) - y) | 0;
      x = (sum << 8) | (sum >>> 24);
    }
    this.high = x;
    this.low = y;
  }
}
