/**
 * Equity sessions of B3, the Brazilian exchange, from 2006 to 2100. A day is a number of days since 1970-01-01; session
 * 0 is the first of 2006.
 *
 * @module
 */

import { b3Closings } from "../reference/br/holidays.ts";
import { easterSunday, isBankBusinessDay } from "./business_days.ts";
import { daysFromCivil, HOUR_MS, MINUTE_MS, weekday, yearOf } from "./calendar.ts";

/** Start of regular trading, milliseconds after 00:00 in São Paulo. */
export const SESSION_OPEN_MS: number = 10 * HOUR_MS;
/** Start of trading on Ash Wednesday, milliseconds after 00:00 in São Paulo. */
export const ASH_WEDNESDAY_OPEN_MS: number = 13 * HOUR_MS;
/** End of continuous trading, where the closing auction begins; milliseconds after 00:00 in São Paulo. */
export const CONTINUOUS_CLOSE_MS: number = 16 * HOUR_MS + 55 * MINUTE_MS;
/** End of the session, milliseconds after 00:00 in São Paulo. */
export const SESSION_CLOSE_MS: number = 17 * HOUR_MS;

const FIRST_YEAR = 2006;
const LAST_YEAR = 2100;
const FIRST_DAY = daysFromCivil(FIRST_YEAR, 1, 1);
const DAY_COUNT = daysFromCivil(LAST_YEAR + 1, 1, 1) - FIRST_DAY;

/** Sessions before each day, and before the day after the last one. Filled on first use, like the next two. */
const sessionsBefore = new Uint16Array(DAY_COUNT + 1);
/** Day of each session, counted from the first day. */
const sessionOffsets = new Uint16Array(DAY_COUNT);
let sessionCount = 0;

/**
 * Tells whether B3 holds an equity session on a day.
 *
 * @param day Days since 1970-01-01, in 2006 to 2100.
 * @returns True on session days.
 * @throws {RangeError} If `day` is outside 2006 to 2100.
 */
export function isSession(day: number): boolean {
  return sessionIndex(day + 1) !== sessionIndex(day);
}

/**
 * Counts the sessions from 2006-01-01 to a day, the day not included: the index of the first session on or after it.
 *
 * @param day Days since 1970-01-01, in 2006-01-01 to 2101-01-01.
 * @returns Sessions before `day`, from 0.
 * @throws {RangeError} If `day` is outside 2006-01-01 to 2101-01-01.
 */
export function sessionIndex(day: number): number {
  if (sessionCount === 0) fill();
  const index = sessionsBefore[day - FIRST_DAY];
  if (index === undefined) {
    throw new RangeError(
      `Cannot count sessions up to day ${day}: expected ${FIRST_YEAR}-01-01..${LAST_YEAR + 1}-01-01`,
    );
  }
  return index;
}

/**
 * Tells the day of a session.
 *
 * @param index Session index, 0 for the first session of 2006.
 * @returns Days since 1970-01-01.
 * @throws {RangeError} If there is no such session in 2006 to 2100.
 */
export function sessionDay(index: number): number {
  if (sessionCount === 0) fill();
  const offset = sessionOffsets[index];
  if (offset === undefined || index >= sessionCount) {
    throw new RangeError(`Cannot find the day of session ${index}: expected an index in 0..${sessionCount - 1}`);
  }
  return FIRST_DAY + offset;
}

/**
 * Finds the `n`-th session after a day, which need not be a session: `addSessions(day, 2)` is the settlement day (D+2)
 * of a trade on `day`.
 *
 * @param day Days since 1970-01-01, in 2006 to 2100.
 * @param n Sessions to go forward; 0 means the last session on or before `day`, -1 the one before that.
 * @returns Days since 1970-01-01.
 * @throws {RangeError} If `day` or the result is outside 2006 to 2100.
 */
export function addSessions(day: number, n: number): number {
  return sessionDay(sessionIndex(day + 1) + n - 1);
}

/**
 * Tells when trading begins: at 13:00 on Ash Wednesday, else at 10:00.
 *
 * @param day Days since 1970-01-01, a session.
 * @returns Milliseconds after 00:00 in São Paulo.
 */
export function sessionOpenMs(day: number): number {
  if (weekday(day) !== 3) return SESSION_OPEN_MS;
  return day === easterSunday(yearOf(day)) - 46 ? ASH_WEDNESDAY_OPEN_MS : SESSION_OPEN_MS;
}

function fill(): void {
  const closed = new Uint8Array(DAY_COUNT);
  for (let year = FIRST_YEAR; year <= LAST_YEAR; year++) markClosings(year, closed);
  let count = 0;
  for (let offset = 0; offset < DAY_COUNT; offset++) {
    sessionsBefore[offset] = count;
    if (closed[offset] === 0 && isBankBusinessDay(FIRST_DAY + offset)) sessionOffsets[count++] = offset;
  }
  sessionsBefore[DAY_COUNT] = count;
  sessionCount = count;
}

function markClosings(year: number, closed: Uint8Array): void {
  for (const { month, day, from = year, to = year } of b3Closings) {
    if (from <= year && year <= to) closed[daysFromCivil(year, month, day) - FIRST_DAY] = 1;
  }
  let last = daysFromCivil(year, 12, 31);
  while (weekday(last) === 0 || weekday(last) === 6) last--;
  closed[last - FIRST_DAY] = 1;
}
