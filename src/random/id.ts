import { Speck64 } from "./speck.ts";
import type { Key } from "./stream.ts";

/** What an id stands for. */
export interface IdParts {
  /** Entity code, in `0..63`. */
  readonly entity: number;
  /** Customer index, in `0..2^27 - 1`; 0 for what belongs to no customer. */
  readonly customer: number;
  /** Which of the customer's records of this entity, in `0..2^31 - 1`. */
  readonly ordinal: number;
}

/** Character codes of the two hexadecimal digits of every byte, at twice the byte and the place after it. */
const HEX_CODES = Uint8Array.from({ length: 512 }, (_, at) => {
  const digit = at % 2 === 0 ? at >>> 5 : (at >>> 1) & 0xf;
  return digit < 10 ? 48 + digit : 87 + digit;
});

const HYPHEN = 45;

/**
 * Turns (entity, customer, ordinal) into a UUID and back. The 64 bits of the parts are enciphered by Speck64/128 under
 * one key, and the 58 bits that version 4's layout leaves free hold a second encipherment under another, so that ids
 * are distinct by construction, look random, and a foreign id is recognised.
 */
export class IdCodec {
  readonly #cipher: Speck64;
  readonly #seal: Speck64;

  /**
   * Prepares both ciphers.
   *
   * @param key Key of the cipher that hides the parts.
   * @param sealKey Key of the check bits.
   */
  constructor(key: Key, sealKey: Key) {
    this.#cipher = new Speck64(key);
    this.#seal = new Speck64(sealKey);
  }

  /** The id of a record: 36 characters, lower case, hyphenated. Parts out of range give ids of other records. */
  encode(entity: number, customer: number, ordinal: number): string {
    const cipher = this.#cipher;
    const seal = this.#seal;
    cipher.encrypt((entity << 26) | (customer >>> 1), (customer << 31) | ordinal);
    const first = cipher.high;
    seal.encrypt(first, cipher.low);
    // 64 bits of the cipher and the upper 58 of the seal, with version 4 and the variant between them.
    const second = (cipher.low & 0xffff0000) | 0x4000 | ((cipher.low >>> 4) & 0xfff);
    const third = 0x80000000 | ((cipher.low & 0xf) << 26) | (seal.high >>> 6);
    const fourth = (seal.high << 26) | (seal.low >>> 6);
    return hyphenated(first, second, third, fourth);
  }

  /** The parts of an id that {@linkcode encode} gave under the same keys; `undefined` for any other text. */
  decode(id: string): IdParts | undefined {
    if (!/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id)) return undefined;
    const variant = parseInt(id.slice(19, 23), 16);
    const high = parseInt(id.slice(0, 8), 16) | 0;
    const low = (parseInt(id.slice(9, 13) + id.slice(15, 18), 16) << 4) | ((variant >>> 10) & 0xf);
    this.#cipher.decrypt(high, low);
    const parts = {
      entity: this.#cipher.high >>> 26,
      customer: ((this.#cipher.high & 0x3ffffff) << 1) | (this.#cipher.low >>> 31),
      ordinal: this.#cipher.low & 0x7fffffff,
    };
    return this.encode(parts.entity, parts.customer, parts.ordinal) === id ? parts : undefined;
  }
}

/**
 * Four words as a hyphenated UUID. One call with all the codes makes a flat string; adding pieces makes a tree that the
 * first reader has to flatten, which costs more than twice as much.
 */
function hyphenated(first: number, second: number, third: number, fourth: number): string {
  const codes = HEX_CODES;
  const first24 = (first >>> 23) & 0x1fe;
  const first16 = (first >>> 15) & 0x1fe;
  const first8 = (first >>> 7) & 0x1fe;
  const first0 = (first << 1) & 0x1fe;
  const second24 = (second >>> 23) & 0x1fe;
  const second16 = (second >>> 15) & 0x1fe;
  const second8 = (second >>> 7) & 0x1fe;
  const second0 = (second << 1) & 0x1fe;
  const third24 = (third >>> 23) & 0x1fe;
  const third16 = (third >>> 15) & 0x1fe;
  const third8 = (third >>> 7) & 0x1fe;
  const third0 = (third << 1) & 0x1fe;
  const fourth24 = (fourth >>> 23) & 0x1fe;
  const fourth16 = (fourth >>> 15) & 0x1fe;
  const fourth8 = (fourth >>> 7) & 0x1fe;
  const fourth0 = (fourth << 1) & 0x1fe;
  return String.fromCharCode(
    codes[first24]!,
    codes[first24 + 1]!,
    codes[first16]!,
    codes[first16 + 1]!,
    codes[first8]!,
    codes[first8 + 1]!,
    codes[first0]!,
    codes[first0 + 1]!,
    HYPHEN,
    codes[second24]!,
    codes[second24 + 1]!,
    codes[second16]!,
    codes[second16 + 1]!,
    HYPHEN,
    codes[second8]!,
    codes[second8 + 1]!,
    codes[second0]!,
    codes[second0 + 1]!,
    HYPHEN,
    codes[third24]!,
    codes[third24 + 1]!,
    codes[third16]!,
    codes[third16 + 1]!,
    HYPHEN,
    codes[third8]!,
    codes[third8 + 1]!,
    codes[third0]!,
    codes[third0 + 1]!,
    codes[fourth24]!,
    codes[fourth24 + 1]!,
    codes[fourth16]!,
    codes[fourth16 + 1]!,
    codes[fourth8]!,
    codes[fourth8 + 1]!,
    codes[fourth0]!,
    codes[fourth0 + 1]!,
  );
}
