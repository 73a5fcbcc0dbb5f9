import type { WordSource } from "./stream.ts";

/** Tables hold values times this. */
export const QUANTILE_SCALE = 1_000_000;

const TWO_32 = 0x1_0000_0000;
const CELLS = 1024;
const CELL_SIZE = TWO_32 / CELLS;

/**
 * A distribution as its quantile function: 1,025 values times {@linkcode QUANTILE_SCALE}, ascending, at probabilities
 * 0/1024 to 1024/1024 (the two ends at 1/16384 and 16383/16384, so that they are finite). Written by
 * `tools/quantile_tables.ts`.
 */
export type QuantileTable = readonly number[];

/**
 * The value at probability `word / 2^32`, by linear interpolation, still times {@linkcode QUANTILE_SCALE}.
 *
 * @param word Uniform in `0..2^32 - 1`; a fraction is allowed.
 */
export function quantile(table: QuantileTable, word: number): number {
  const cell = Math.floor(word / CELL_SIZE);
  const below = table[cell]!;
  return below + (table[cell + 1]! - below) * (word - cell * CELL_SIZE) / CELL_SIZE;
}

/**
 * A scaled quantile table cut to a range: what falls outside is drawn again inside, in proportion, so that no value
 * piles up at an end.
 */
export class TruncatedQuantile {
  readonly #table: QuantileTable;
  readonly #scale: number;
  readonly #min: number;
  readonly #max: number;
  readonly #fromWord: number;
  readonly #words: number;

  /**
   * @param table The distribution.
   * @param scale The value that 1 of the table stands for, for example a median in centavos.
   * @param min Least result, an integer.
   * @param max Greatest result, an integer.
   */
  constructor(table: QuantileTable, scale: number, min: number, max: number) {
    this.#table = table;
    this.#scale = scale;
    this.#min = min;
    this.#max = max;
    this.#fromWord = wordAt(table, min * QUANTILE_SCALE / scale);
    this.#words = wordAt(table, max * QUANTILE_SCALE / scale) - this.#fromWord;
  }

  /** Draws an integer in `min..max`, both included. */
  draw(source: WordSource): number {
    const word = this.#fromWord + source.nextUint32() / TWO_32 * this.#words;
    const value = Math.floor(quantile(this.#table, word) * this.#scale / QUANTILE_SCALE + 0.5);
    return value < this.#min ? this.#min : value > this.#max ? this.#max : value;
  }
}

/** The word whose quantile is `value`: the inverse of {@linkcode quantile}, kept within `0..2^32 - 1`. */
function wordAt(table: QuantileTable, value: number): number {
  if (value <= table[0]!) return 0;
  if (value >= table[CELLS]!) return TWO_32 - 1;
  let low = 0;
  let high = CELLS;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (table[middle]! <= value) low = middle;
    else high = middle;
  }
  const below = table[low]!;
  return (low + (value - below) / (table[high]! - below)) * CELL_SIZE;
}
