import { deriveKey, Stream } from "../../random/stream.ts";
import { stocks } from "../../reference/br/stocks.ts";
import { sessionIndex } from "../../time/sessions.ts";
import { GROUP } from "./groups.ts";

/** A day's move is up to this part of the price range, before it is pulled back. */
const STEP = 0.06;

/** How much of the distance to the middle of the range a day takes back. */
const REVERSION = 0.03;

/** How far low and high lie outside open and close, as a part of the price range. */
const SPREAD = 0.01;

/**
 * Daily low, high and close of every stock, in centavos: a mean-reverting walk inside the stock's range from the first
 * session of 2006, keyed by the seed. One table serves a whole process.
 */
export class Prices {
  readonly #sessions: number;
  readonly #low: Int32Array;
  readonly #high: Int32Array;
  readonly #close: Int32Array;

  /** @param untilDay Day up to which prices are asked for, days since 1970, included. */
  constructor(seed: number, version: number, untilDay: number) {
    this.#sessions = sessionIndex(untilDay + 1);
    const size = this.#sessions * stocks.length;
    this.#low = new Int32Array(size);
    this.#high = new Int32Array(size);
    this.#close = new Int32Array(size);
    const stream = new Stream(deriveKey(seed, "prices", version));
    for (let stock = 0; stock < stocks.length; stock++) this.#walk(stream, stock);
  }

  #walk(stream: Stream, stock: number): void {
    const { minCents, maxCents } = stocks[stock]!;
    const range = maxCents - minCents;
    const middle = (minCents + maxCents) / 2;
    let price = middle;
    for (let session = 0; session < this.#sessions; session++) {
      const place = stream.at(GROUP.price, stock, session);
      const open = price;
      // The sum of two uniform draws: triangular, mean 0, within one step.
      const move = (place.nextUint32() + place.nextUint32()) / 4_294_967_296 - 1;
      price += move * range * STEP + (middle - price) * REVERSION;
      if (price < minCents) price = 2 * minCents - price;
      if (price > maxCents) price = 2 * maxCents - price;
      const spread = range * SPREAD * place.nextUint32() / 4_294_967_296;
      const at = session * stocks.length + stock;
      this.#close[at] = Math.floor(price + 0.5);
      this.#low[at] = Math.max(minCents, Math.floor(Math.min(open, price) - spread));
      this.#high[at] = Math.min(maxCents, Math.ceil(Math.max(open, price) + spread));
    }
  }

  /** Close of a session, by its index. */
  close(stock: number, session: number): number {
    return this.#close[session * stocks.length + stock]!;
  }

  /** Lowest price of a session. */
  low(stock: number, session: number): number {
    return this.#low[session * stocks.length + stock]!;
  }

  /** Highest price of a session. */
  high(stock: number, session: number): number {
    return this.#high[session * stocks.length + stock]!;
  }
}
