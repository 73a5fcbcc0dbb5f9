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

/** Sessions made beyond those asked for once there are some: a year, so that a stream seldom waits for them. */
const SESSIONS_AHEAD = 250;

/**
 * Daily low, high and close of every stock, in centavos: a mean-reverting walk inside the stock's range from the first
 * session of 2006, keyed by the seed. One table serves a whole process.
 */
export class Prices {
  readonly #stream: Stream;
  /** Where the walk of each stock stands, centavos with fractions. */
  readonly #prices: Float64Array;
  #sessions = 0;
  #low = new Int32Array(0);
  #high = new Int32Array(0);
  #close = new Int32Array(0);

  /** Knows no price before {@linkcode reach} is called. */
  constructor(seed: number, version: number) {
    this.#stream = new Stream(deriveKey(seed, "prices", version));
    this.#prices = Float64Array.from(stocks, ({ minCents, maxCents }) => (minCents + maxCents) / 2);
  }

  /**
   * Makes prices known, some 40 ms for twenty years; costs nothing where they are.
   *
   * @param day Day up to which prices will be asked for, days since 1970, included.
   */
  reach(day: number): void {
    const wanted = sessionIndex(day + 1);
    if (wanted <= this.#sessions) return;
    const sessions = this.#sessions === 0 ? wanted : wanted + SESSIONS_AHEAD;
    this.#low = grown(this.#low, sessions * stocks.length);
    this.#high = grown(this.#high, sessions * stocks.length);
    this.#close = grown(this.#close, sessions * stocks.length);
    for (let stock = 0; stock < stocks.length; stock++) this.#walk(stock, sessions);
    this.#sessions = sessions;
  }

  /** Goes on with the walk of a stock up to a number of sessions. */
  #walk(stock: number, sessions: number): void {
    const { minCents, maxCents } = stocks[stock]!;
    const range = maxCents - minCents;
    const middle = (minCents + maxCents) / 2;
    let price = this.#prices[stock]!;
    for (let session = this.#sessions; session < sessions; session++) {
      const place = this.#stream.at(GROUP.price, stock, session);
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
    this.#prices[stock] = price;
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

function grown(values: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(length);
  longer.set(values);
  return longer;
}
