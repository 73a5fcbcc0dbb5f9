import { Poisson } from "../../random/poisson.ts";
import type { Place } from "../../random/stream.ts";
import { uniformInt } from "../../random/uniform.ts";
import type { Clock, DayRhythm, DayRule } from "../../reference/br/rhythm.ts";
import { easterSunday, isNationalHoliday } from "../../time/business_days.ts";
import { civilFromDays, daysFromCivil, HOUR_MS, weekday, yearOf } from "../../time/calendar.ts";

const PER_MILLE = 1_000;

/** Years whose mean weight is that of an ordinary day: four, so that each day of February counts. */
const MEAN_YEARS: readonly [first: number, last: number] = [2023, 2026];

/** Weights of days, and days drawn by them. Weights are made for whole years, as they are asked for. */
export class DayWeights {
  readonly #rhythm: DayRhythm;
  /** First day that is known, and the sums of the weights before each day from there on; the last is that of all. */
  #first = 0;
  #sums = new Float64Array(1);
  #mean = 0;

  constructor(rhythm: DayRhythm) {
    this.#rhythm = rhythm;
  }

  /** Draws a day of `from` to `to` (excluded), days since 1970. */
  draw(place: Place, from: number, to: number): number {
    this.#know(from, to);
    const sums = this.#sums;
    let low = from - this.#first;
    let high = to - this.#first;
    const wanted = sums[low]! + uniformInt(place, 0, sums[high]! - sums[low]! - 1);
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (sums[middle]! <= wanted) low = middle;
      else high = middle;
    }
    return this.#first + low;
  }

  /** How much more happens on the days `from` to `to` (excluded) than on as many ordinary ones. */
  season(from: number, to: number): number {
    if (this.#mean === 0) {
      const [first, last] = [daysFromCivil(MEAN_YEARS[0], 1, 1), daysFromCivil(MEAN_YEARS[1] + 1, 1, 1)];
      this.#mean = this.#total(first, last) / (last - first);
    }
    return this.#total(from, to) / ((to - from) * this.#mean);
  }

  #total(from: number, to: number): number {
    this.#know(from, to);
    return this.#sums[to - this.#first]! - this.#sums[from - this.#first]!;
  }

  /** Makes the weights of the years from one day to another, and of those between them and the years that are known. */
  #know(from: number, to: number): void {
    const known = this.#sums.length - 1;
    if (known > 0 && from >= this.#first && to <= this.#first + known) return;
    const firstYear = yearOf(known > 0 ? Math.min(from, this.#first) : from);
    const lastYear = yearOf(known > 0 ? Math.max(to, this.#first + known - 1) : to);
    const years = Array.from({ length: lastYear - firstYear + 1 }, (_, n) => weightsOf(this.#rhythm, firstYear + n));
    this.#first = daysFromCivil(firstYear, 1, 1);
    this.#sums = new Float64Array(1 + years.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const weights of years) {
      for (const weight of weights) this.#sums[at + 1] = this.#sums[at++]! + weight;
    }
  }
}

/** Weights of all days of a year, whole numbers from 1. */
function weightsOf({ weekdays, months, monthDays, holiday, occasions }: DayRhythm, year: number): Float64Array {
  const first = daysFromCivil(year, 1, 1);
  const weights = new Float64Array(daysFromCivil(year + 1, 1, 1) - first);
  for (let at = 0; at < weights.length; at++) {
    const day = first + at;
    const { month, day: ofMonth } = civilFromDays(day);
    const [, byDay] = monthDays.findLast(([from]) => from <= ofMonth)!;
    const weight = weekdays[weekday(day)]! * months[month - 1]! / PER_MILLE * byDay / PER_MILLE;
    weights[at] = isNationalHoliday(day) ? weight * holiday / PER_MILLE : weight;
  }
  for (const { on, days: [from, to], weight } of occasions) {
    const middle = dayOf(on, year) - first;
    for (let at = middle + from; at <= middle + to; at++) {
      if (at >= 0 && at < weights.length) weights[at] = weights[at]! * weight / PER_MILLE;
    }
  }
  return weights.map((weight) => Math.max(1, Math.floor(weight)));
}

function dayOf(rule: DayRule, year: number): number {
  if ("easterOffset" in rule) return easterSunday(year) + rule.easterOffset;
  if ("day" in rule) return daysFromCivil(year, rule.month, rule.day);
  const first = daysFromCivil(year, rule.month, 1);
  return first + (rule.weekday - weekday(first) + 7) % 7 + 7 * (rule.nth - 1) + (rule.plus ?? 0);
}

/** Times of day drawn by the weights of hours. */
export class ClockWeights {
  readonly #hours: Uint8Array;

  /** @param clock Weights of the 24 hours, whole numbers. */
  constructor(clock: Clock) {
    this.#hours = Uint8Array.from(clock.flatMap((weight, hour) => new Array(weight).fill(hour)));
  }

  /** Draws a time of day in milliseconds. */
  draw(place: Place): number {
    const hour = this.#hours[uniformInt(place, 0, this.#hours.length - 1)]!;
    return hour * HOUR_MS + uniformInt(place, 0, HOUR_MS - 1);
  }
}

/** Seasons are counted in parts of an ordinary one: a table of counts for each. */
const SEASON_STEPS = 16;

/** Counts whose mean follows the season. */
export class SeasonalPoisson {
  readonly #mean: number;
  readonly #tables: Poisson[] = [];

  /** @param mean Expected count in an ordinary season. */
  constructor(mean: number) {
    this.#mean = mean;
  }

  /** Draws a count; `season` is the factor of the mean. */
  draw(place: Place, season: number): number {
    const step = Math.floor(season * SEASON_STEPS + 0.5);
    return (this.#tables[step] ??= new Poisson(this.#mean * step / SEASON_STEPS)).draw(place);
  }
}
