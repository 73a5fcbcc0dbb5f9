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

/** Text of every 16-bit number as four hexadecimal digits; made on first use. */
let hexTexts: string[] | undefined;

/**
 * Turns (entity, customer, ordinal) into a UUID and back. The 64 bits of the parts are enciphered by Speck64/128 under
 * one key, and the 58 bits that version 4's layout leaves free hold a second encipherment under another, so that ids
 * are distinct by construction, look random, and a foreign id is recognised.
 */
export class IdCodec {
  readonly #cipher: Speck64;
  readonly #seal: Speck64;
  readonly #hex: readonly string[];

  /**
   * Prepares both ciphers.
   *
   * @param key Key of the cipher that hides the parts.
   * @param sealKey Key of the check bits.
   */
  constructor(key: Key, sealKey: Key) {
    this.#cipher = new Speck64(key);
    this.#seal = new Speck64(sealKey);
    this.#hex = hexTexts ??= Array.from({ length: 65536 }, (_, value) => value.toString(16).padStart(4, "0"));
  }

  /** The id of a record: 36 characters, lower case, hyphenated. Parts out of range give ids of other records. */
  encode(entity: number, customer: number, ordinal: number): string {
    const hex = this.#hex;
    const cipher = this.#cipher;
    const seal = this.#seal;
    cipher.encrypt((entity << 26) | (customer >>> 1), (customer << 31) | ordinal);
    const high = cipher.high;
    const low = cipher.low;
    seal.encrypt(high, low);
    return hex[high >>> 16]! + hex[high & 0xffff]! + "-" + hex[low >>> 16]! + "-" +
      hex[0x4000 | ((low >>> 4) & 0xfff)]! + "-" + hex[0x8000 | ((low & 0xf) << 10) | (seal.high >>> 22)]! + "-" +
      hex[(seal.high >>> 6) & 0xffff]! + hex[((seal.high & 0x3f) << 10) | (seal.low >>> 22)]! +
      hex[(seal.low >>> 6) & 0xffff]!;
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
