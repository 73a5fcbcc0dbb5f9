import { quantile, QUANTILE_SCALE } from "../../random/quantile.ts";
import { deriveKey, Stream } from "../../random/stream.ts";
import { lognormal100 } from "../../random/tables/lognormal.ts";
import { chance, uniformInt } from "../../random/uniform.ts";
import { chosenAmounts } from "../../reference/br/prices.ts";
import { pixClock } from "../../reference/br/rhythm.ts";
import { firstDayOfMonth } from "../../time/calendar.ts";
import { instantAt } from "../../time/sao_paulo.ts";
import { Endings } from "./amounts.ts";
import { ClockWeights } from "./rhythm.ts";
import { GROUP } from "./groups.ts";
import { PEOPLE } from "./options.ts";
import { transferInstant } from "./transfers.ts";

/** Deals that a pair may make in a week. */
const ROUNDS = 1;

/** Weeks are numbered below this, up to the year 2127. */
const LAST_WEEK = 8192;

/** Share of weeks in which a pair makes a deal. */
const DEAL_SHARE = 0.05;

/** Amounts: lognormal about this median, centavos, from one real. */
const MEDIAN_AMOUNT = 9_000;
const LEAST_AMOUNT = 100;
const MOST_AMOUNT = 500_000;

/** A Pix between two people of the data set, the same seen from either side. */
export interface Deal {
  readonly payer: number;
  readonly payee: number;
  readonly at: number;
  /** Centavos. */
  readonly amount: number;
  /** Week and round, for ids; below 2^14. */
  readonly number: number;
}

/** Number of the week, from Monday to Sunday, that holds a day. */
export function weekOf(day: number): number {
  return Math.floor((day + 3) / 7);
}

/** Weeks after which a deal's number begins again; its month tells which it is. */
const NUMBERED_WEEKS = 4096;

/** The week and round of a deal by its number and the month of its ordinal. */
export function roundOf(number: number, month: number): [week: number, round: number] {
  const lower = number >>> 2;
  const turns = Math.round((weekOf(firstDayOfMonth(month)) - lower) / NUMBERED_WEEKS);
  return [lower + turns * NUMBERED_WEEKS, number & 3];
}

const AMOUNTS = new Endings(chosenAmounts.pix);
const CLOCK = new ClockWeights(pixClock);

/**
 * Who pays whom. In a (week, round) everybody's partner is `index xor mask`, so both sides find each other without a
 * list; small masks are the most likely, so that partners of a small data set are mostly in it.
 */
export class Partners {
  readonly #maskStream: Stream;
  /** Masks by (week, round), 0 where not yet made: they are the same for everybody. */
  readonly #masks = new Int32Array(LAST_WEEK * 4);
  readonly #deals: Stream;

  constructor(seed: number, version: number) {
    this.#maskStream = new Stream(deriveKey(seed, "partner masks", version));
    this.#deals = new Stream(deriveKey(seed, "partner deals", version));
  }

  /** The deals of a person in a week, before it is known whether both accounts are open. */
  deals(person: number, week: number, into: Deal[]): void {
    for (let round = 0; round < ROUNDS; round++) {
      const number = week * 4 + round;
      const partner = this.partner(person, week, round);
      if (partner >= PEOPLE - 1) continue; // beyond the people, or the index that is nobody
      const lower = Math.min(person, partner);
      const place = this.#deals.at(GROUP.partnerDeal, lower, number);
      if (!chance(place, DEAL_SHARE)) continue;
      const lowerPays = (place.nextUint32() & 1) === 0;
      const monday = week * 7 - 3;
      const day = monday + uniformInt(place, 0, 6);
      const wanted = instantAt(day, CLOCK.draw(place));
      const amount = Math.floor(MEDIAN_AMOUNT * quantile(lognormal100, place.nextUint32()) / QUANTILE_SCALE);
      const higher = Math.max(person, partner);
      into.push({
        payer: lowerPays ? lower : higher,
        payee: lowerPays ? higher : lower,
        at: transferInstant(wanted, monday, monday + 6),
        amount: AMOUNTS.near(place, Math.min(MOST_AMOUNT, Math.max(LEAST_AMOUNT, amount)), LEAST_AMOUNT, MOST_AMOUNT),
        number: (week % NUMBERED_WEEKS << 2) | round,
      });
    }
  }

  /** Who may deal with a person in a (week, round); nobody where that is no index of a person. */
  partner(person: number, week: number, round: number): number {
    const number = week * 4 + round;
    if (this.#masks[number] === 0) this.#masks[number] = this.#mask(week, round);
    return person ^ this.#masks[number]!;
  }

  /** A number from 1 whose highest bit is at each place half as often as at the one below. */
  #mask(week: number, round: number): number {
    const place = this.#maskStream.at(GROUP.partnerMask, week, round);
    let bits = 0;
    let word = place.nextUint32();
    while (bits < 26 && (word & 1) === 0) {
      bits++;
      word >>>= 1;
    }
    return (1 << bits) | (place.nextUint32() & ((1 << bits) - 1));
  }
}
