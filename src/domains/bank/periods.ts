import { DAY_MS, MINUTE_MS } from "../../time/calendar.ts";
import { localDay, startOfLocalDay } from "../../time/sao_paulo.ts";

/** Days of a period of an account's book. */
export const PERIOD_DAYS = 91;

/** Causes end this long before a period does, so that the settling entry is the last. */
export const SETTLING_MS = 10 * MINUTE_MS;

/**
 * The periods of an account: number 0 from its opening to the first boundary, then 91 days each, up to the last one if
 * the account is closed or blocked. Boundaries are midnights in São Paulo.
 */
export interface Periods {
  /** When the account was opened. */
  readonly openAt: number;
  /** First boundary, in days since 1970. */
  readonly firstBoundary: number;
  /** Number of the last period; `Infinity` while nothing ends the account. */
  readonly last: number;
}

/** Start of a period, UTC milliseconds. */
export function periodStart(periods: Periods, period: number): number {
  return period === 0 ? periods.openAt : startOfLocalDay(periods.firstBoundary + (period - 1) * PERIOD_DAYS);
}

/** End of a period, not included: the start of the next. */
export function periodEnd(periods: Periods, period: number): number {
  return startOfLocalDay(periods.firstBoundary + period * PERIOD_DAYS);
}

/** The period that holds an instant at or after the opening; at most the last one. */
export function periodAt(periods: Periods, at: number): number {
  const day = localDay(at) - periods.firstBoundary;
  const period = day < 0 ? 0 : Math.floor(day / PERIOD_DAYS) + 1;
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

/** The first entry of an account is its opening deposit; other causes begin after this. */
export const OPENING_MS = 60 * MINUTE_MS;

/** Latest millisecond of a local day that a cause may have. */
export const LATEST_CAUSE_MS = DAY_MS - SETTLING_MS - 1;
