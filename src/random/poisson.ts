import type { WordSource } from "./stream.ts";

const TWO_32 = 0x1_0000_0000;

/** Above this the table would need more than 32-bit steps to be exact. */
const GREATEST_MEAN = 100;

/** A Poisson distribution as a table of cumulative probabilities, built with additions, products and divisions only. */
export class Poisson {
  readonly #upTo: Float64Array;

  /**
   * @param mean Expected count, in `0..100`.
   * @throws {RangeError} If the mean is out of range.
   */
  constructor(mean: number) {
    if (!(mean >= 0 && mean <= GREATEST_MEAN)) {
      throw new RangeError(`Cannot build a Poisson table as mean must be in 0..${GREATEST_MEAN}: mean is ${mean}`);
    }
    const terms = [1]; // mean^k / k!, whose sum is e^mean
    let sum = 1;
    for (let count = 1; count < mean || terms[count - 1]! > sum / 0x4_0000_0000; count++) {
      terms.push(terms[count - 1]! * mean / count);
      sum += terms[count]!;
    }
    this.#upTo = new Float64Array(terms.length);
    let reached = 0;
    for (let count = 0; count < terms.length; count++) {
      reached += terms[count]!;
      this.#upTo[count] = Math.floor(reached / sum * TWO_32);
    }
    this.#upTo[terms.length - 1] = TWO_32;
  }

  /** Draws a count from 0 with one word. */
  draw(source: WordSource): number {
    const word = source.nextUint32();
    let count = 0;
    while (word >= this.#upTo[count]!) count++;
    return count;
  }
}
