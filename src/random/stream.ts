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
 * A keyed stream of words. A place in it is (group, index, ordinal): the field group of one entity, the customer, and
 * which of the customer's months, cards or trades it is. What is drawn at different places is independent, so that
 * adding a draw here changes nothing there.
 */
export class Stream {
  readonly #block: Block;

  /** @param key Usually from {@linkcode deriveKey}. */
  constructor(key: Key) {
    this.#block = new Block(key);
  }

  /** The start of a place; arguments are taken modulo 2^32. Equal places give equal words, whoever else draws. */
  at(group: number, index: number, ordinal = 0): Place {
    return new Place(this.#block, group | 0, index | 0, ordinal | 0);
  }
}

/**
 * Where in a stream to draw, a value of its own: only who holds it can move it on, and any number may be drawn from in
 * turns. The places of a stream share the memory of four words; one that finds another's there computes its own again.
 *
 * Members are `private` and not `#private`: a run takes millions of places, and the engine initialises `#` members so
 * slowly that a place with one draw costs twice as much.
 */
export class Place implements WordSource {
  private readonly block: Block;
  private readonly group: number;
  private readonly index: number;
  private readonly ordinal: number;
  /** Tells it from the other places of its stream. */
  private readonly serial: number;
  /** Number of words drawn. */
  private drawn: number;

  /** Used by {@linkcode Stream.at} alone. */
  constructor(block: Block, group: number, index: number, ordinal: number) {
    this.block = block;
    this.group = group;
    this.index = index;
    this.ordinal = ordinal;
    this.serial = block.serial = (block.serial + 1) & 0x3fffffff;
    this.drawn = 0;
  }

  /** The next uniform integer in `0..2^32 - 1`. */
  nextUint32(): number {
    const { block, drawn } = this;
    this.drawn = drawn + 1;
    if ((drawn & 3) === 0 || block.holder !== this.serial) {
      block.holder = this.serial;
      block.compute(drawn >>> 2, this.ordinal, this.index, this.group);
    }
    return block.words[drawn & 3]!;
  }
}

/** What the places of a stream share: its key, and memory for four words. */
class Block {
  readonly words = new Uint32Array(4);
  /** Serial number of the place that the words are of. */
  holder: number;
  /** That of the last place that was taken. */
  serial: number;
  readonly key0: number;
  readonly key1: number;
  readonly key2: number;
  readonly key3: number;

  constructor(key: Key) {
    this.holder = 0;
    this.serial = 0;
    this.key0 = key[0] | 0;
    this.key1 = key[1] | 0;
    this.key2 = key[2] | 0;
    this.key3 = key[3] | 0;
  }

  compute(number: number, ordinal: number, index: number, group: number): void {
    threefry4x32(this.words, number, ordinal, index, group, this.key0, this.key1, this.key2, this.key3);
  }
}
