import { mix } from "../../random/permutation.ts";
import { nextBusinessDay } from "../../time/business_days.ts";
import { HOUR_MS, MINUTE_MS } from "../../time/calendar.ts";
import { instantAt, localDay } from "../../time/sao_paulo.ts";
import { PIX_FIRST_DAY } from "./transfers.ts";

/** Days of a period of an account's book. */
export const PERIOD_DAYS = 91;

/** The first entry of an account is its opening deposit; other causes begin after this. */
export const OPENING_MS = 60 * MINUTE_MS;

/** Boundaries lie between these times of day, so that settling entries come in waking hours; before Pix, in TED's. */
const EARLIEST_BOUNDARY_MS = 8 * HOUR_MS;
const BOUNDARY_SPAN_MS = 13 * HOUR_MS;
const TED_BOUNDARY_SPAN_MS = 9 * HOUR_MS;

/**
 * The periods of an account: number 0 from its opening to the first boundary, then 91 days each, up to the last one if
 * the account is closed or blocked. Each boundary is a day at a time of its own between 08:00 and 21:00 in São Paulo;
 * before Pix, the first business day from then on, until 17:00.
 */
export interface Periods {
  /** When the account was opened. */
  readonly openAt: number;
  /** Day of the first boundary, in days since 1970. */
  readonly firstBoundary: number;
  /** A keyed 32-bit word from which the times of the boundaries follow. */
  readonly timeWord: number;
  /** Number of the last period; `Infinity` while nothing ends the account. */
  readonly last: number;
}

/** Start of a period, UTC milliseconds. */
export function periodStart(periods: Periods, period: number): number {
  return period === 0 ? periods.openAt : periodEnd(periods, period - 1);
}

/** End of a period, not included: the start of the next. */
export function periodEnd(periods: Periods, period: number): number {
  const word = mix(periods.timeWord ^ Math.imul(period + 1, 0x9e3779b9)) >>> 0;
  const day = periods.firstBoundary + period * PERIOD_DAYS;
  return day < PIX_FIRST_DAY
    ? instantAt(nextBusinessDay(day), EARLIEST_BOUNDARY_MS + word % TED_BOUNDARY_SPAN_MS)
    : instantAt(day, EARLIEST_BOUNDARY_MS + word % BOUNDARY_SPAN_MS);
}

/** When the settling entry of a period is made: at its last millisecond. */
export function settlingAt(periods: Periods, period: number): number {
  return periodEnd(periods, period) - 1;
}

/** The period that holds an instant at or after the opening; at most the last one. */
export function periodAt(periods: Periods, at: number): number {
  const day = localDay(at) - periods.firstBoundary;
  const ended = day < 0 ? -1 : Math.floor(day / PERIOD_DAYS);
  const period = ended >= 0 && at < periodEnd(periods, ended) ? ended : ended + 1;
  return period > periods.last ? periods.last : period;
}

/** When the account stops: `Infinity` while nothing ends it. */
export function endOfPeriods(periods: Periods): number {
  return periods.last === Infinity ? Infinity : periodEnd(periods, periods.last);
}

/** Whether causes may move the account at an instant: after its first hour, before its end. */
export function isOpenAt(periods: Periods, at: number): boolean {
  return at >= periods.openAt + OPENING_MS && (periods.last === Infinity || at < periodEnd(periods, periods.last));
}
