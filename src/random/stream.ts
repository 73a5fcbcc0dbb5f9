import { threefry4x32 } from "./threefry.ts";

/** 128 bits that key one family of values: four words, each an integer taken modulo 2^32. */
export type Key = readonly [number, number, number, number];

/**
 * Derives a key from numbers, so that each purpose has its own and none can be had from another.
 *
 * @param seed The run's seed, an integer in `0..2^53 - 1`.
 * @param purpose What the key is for; any text.
 * @param version The data version: another version gives other keys.
 */
export function deriveKey(seed: number, purpose: string, version: number): Key {
  const words = new Uint32Array(4);
  const seedHigh = Math.floor(seed / 0x1_0000_0000);
  threefry4x32(words, seed | 0, seedHigh, version, purpose.length, 0x64617461, 0x67656e00, 0, 0);
  for (let at = 0; at < purpose.length; at++) {
    threefry4x32(words, purpose.charCodeAt(at), at, 0, 1, words[0]!, words[1]!, words[2]!, words[3]!);
  }
  return [words[0]!, words[1]!, words[2]!, words[3]!];
}

/** Where distributions get their randomness: one method, so that a test can replay chosen words. */
export interface WordSource {
  /** The next uniform integer in `0..2^32 - 1`. */
  nextUint32(): number;
}

/**
 * A keyed stream of words that can be set to any place in constant time. A place is (group, index, ordinal): the field
 * group of one entity, the customer, and which of the customer's months, cards or trades it is. Streams at different
 * places are independent, so that adding a draw here changes nothing there.
 *
 * One instance is meant to be moved from place to place: it allocates nothing after construction.
 */
export class Stream implements WordSource {
  readonly #words = new Uint32Array(4);
  readonly #key0: number;
  readonly #key1: number;
  readonly #key2: number;
  readonly #key3: number;
  #group = 0;
  #index = 0;
  #ordinal = 0;
  #block = 0;
  #used = 4;

  /** @param key Usually from {@linkcode deriveKey}. */
  constructor(key: Key) {
    this.#key0 = key[0] | 0;
    this.#key1 = key[1] | 0;
    this.#key2 = key[2] | 0;
    this.#key3 = key[3] | 0;
  }

  /** Moves to the start of the stream of a place and returns itself. Arguments are taken modulo 2^32. */
  at(group: number, index: number, ordinal = 0): this {
    this.#group = group | 0;
    this.#index = index | 0;
    this.#ordinal = ordinal | 0;
    this.#block = 0;
    this.#used = 4;
    return this;
  }

  /** The next uniform integer in `0..2^32 - 1`. */
  nextUint32(): number {
    if (this.#used === 4) this.#refill();
    return this.#words[this.#used++]!;
  }

  #refill(): void {
    threefry4x32(
      this.#words,
      this.#block,
      this.#ordinal,
      this.#index,
      this.#group,
      this.#key0,
      this.#key1,
      this.#key2,
      this.#key3,
    );
    this.#block++;
    this.#used = 0;
  }
}
