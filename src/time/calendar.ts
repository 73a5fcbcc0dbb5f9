/**
 * The civil (Gregorian) calendar in integer arithmetic. A day is a number of days since 1970-01-01, an instant a number
 * of UTC epoch milliseconds, a month index a number of months since January 2000. All three may be negative.
 *
 * @module
 */

import { instantAt, startOfLocalDay } from "./sao_paulo.ts";

/** Milliseconds in a minute. */
export const MINUTE_MS = 60_000;
/** Milliseconds in an hour. */
export const HOUR_MS = 3_600_000;
/** Milliseconds in a day of 24 hours. */
export const DAY_MS = 86_400_000;

/** A date of the civil calendar. */
export interface CivilDay {
  /** Astronomical year: 0 is 1 BC. */
  readonly year: number;
  /** Month of the year, `1..12`. */
  readonly month: number;
  /** Day of the month, `1..31`. */
  readonly day: number;
}

const BASE_YEAR = 2000;
/** Months whose first day the table holds: 2000-01 to 2101-01, the end of 2100. */
const TABLE_MONTHS = 101 * 12 + 1;
const FIRST_DAYS = monthTable();
const TABLE_START = FIRST_DAYS[0]!;
const TABLE_DAYS = FIRST_DAYS[TABLE_MONTHS - 1]! - TABLE_START;

const ISO_START = daysFromCivil(1990, 1, 1);
const ISO_TEXTS: string[] = new Array<string>(daysFromCivil(2111, 1, 1) - ISO_START).fill("");
const MINUTE_TEXTS = texts(24 * 60, (n) => `T${digits(Math.floor(n / 60), 2)}:${digits(n % 60, 2)}:`);
const SECOND_TEXTS = texts(60, (n) => `${digits(n, 2)}.`);
const MILLISECOND_TEXTS = texts(1000, (n) => `${digits(n, 3)}Z`);

/**
 * Counts the days from 1970-01-01 to a civil date. A month or day outside its range carries over: month 13 is January
 * of the next year, day 0 the last day of the month before.
 *
 * @param year Year, 2024 for 2024.
 * @param month Month of the year, `1..12`.
 * @param day Day of the month, from 1.
 * @returns Days since 1970-01-01, negative before it.
 */
export function daysFromCivil(year: number, month: number, day: number): number {
  return firstDayOfMonth((year - BASE_YEAR) * 12 + month - 1) + day - 1;
}

/**
 * Splits a day into year, month and day of the month. Allocates: not for hot paths.
 *
 * @param days Days since 1970-01-01.
 * @returns The civil date.
 */
export function civilFromDays(days: number): CivilDay {
  const monthIndex = monthIndexOf(days);
  const year = BASE_YEAR + Math.floor(monthIndex / 12);
  return {
    year,
    month: monthIndex - (year - BASE_YEAR) * 12 + 1,
    day: days - firstDayOfMonth(monthIndex) + 1,
  };
}

/**
 * Tells the year of a day.
 *
 * @param days Days since 1970-01-01.
 * @returns The civil year.
 */
export function yearOf(days: number): number {
  return BASE_YEAR + Math.floor(monthIndexOf(days) / 12);
}

/**
 * Tells the month of a day.
 *
 * @param days Days since 1970-01-01.
 * @returns Months since January 2000, negative before it.
 */
export function monthIndexOf(days: number): number {
  const offset = days - TABLE_START;
  if (offset < 0 || offset >= TABLE_DAYS) return computeMonthIndex(days);
  const guess = (offset * 2153) >>> 16; // 2153 / 65536 months a day: at most one month off before 2101
  if (days < FIRST_DAYS[guess]!) return guess - 1;
  return days < FIRST_DAYS[guess + 1]! ? guess : guess + 1;
}

/**
 * Tells the first day of a month.
 *
 * @param monthIndex Months since January 2000.
 * @returns Days since 1970-01-01.
 */
export function firstDayOfMonth(monthIndex: number): number {
  if (monthIndex >= 0 && monthIndex < TABLE_MONTHS) return FIRST_DAYS[monthIndex]!;
  return computeFirstDay(monthIndex);
}

/**
 * Counts the days of a month.
 *
 * @param monthIndex Months since January 2000.
 * @returns `28..31`.
 */
export function daysInMonth(monthIndex: number): number {
  return firstDayOfMonth(monthIndex + 1) - firstDayOfMonth(monthIndex);
}

/**
 * Tells the day of the month.
 *
 * @param days Days since 1970-01-01.
 * @returns `1..31`.
 */
export function dayOfMonth(days: number): number {
  return days - firstDayOfMonth(monthIndexOf(days)) + 1;
}

/**
 * Tells the day of the week.
 *
 * @param days Days since 1970-01-01.
 * @returns `0..6`, 0 being Sunday.
 */
export function weekday(days: number): number {
  if (days >= 0) return (days + 4) % 7; // 1970-01-01 was a Thursday
  return days + 4 - Math.floor((days + 4) / 7) * 7;
}

/**
 * Moves a day by whole months, to the month's last day where the same day of the month does not exist.
 *
 * @param days Days since 1970-01-01.
 * @param months Months to add; may be negative.
 * @returns Days since 1970-01-01.
 */
export function addMonths(days: number, months: number): number {
  const monthIndex = monthIndexOf(days);
  const dayIndex = days - firstDayOfMonth(monthIndex);
  const first = firstDayOfMonth(monthIndex + months);
  const last = firstDayOfMonth(monthIndex + months + 1) - 1;
  return first + dayIndex < last ? first + dayIndex : last;
}

/**
 * Writes a day as `YYYY-MM-DD`.
 *
 * @param days Days since 1970-01-01, year in `0..9999`. Texts of 1990 to 2110 are kept.
 * @returns The ISO 8601 date.
 * @throws {RangeError} If the year is outside `0..9999`.
 */
export function isoDate(days: number): string {
  const slot = days - ISO_START;
  if (slot < 0 || slot >= ISO_TEXTS.length) return computeIsoDate(days);
  const kept = ISO_TEXTS[slot]!;
  return kept === "" ? (ISO_TEXTS[slot] = computeIsoDate(days)) : kept;
}

let lastInstant = 0;
let lastInstantText = "1970-01-01T00:00:00.000Z";

/**
 * Writes an instant as `YYYY-MM-DDTHH:MM:SS.mmmZ`. The last text is kept: rows often hold one instant twice.
 *
 * @param ms UTC epoch milliseconds, an integer, year in `0..9999`.
 * @returns The ISO 8601 instant in UTC.
 * @throws {RangeError} If the year is outside `0..9999`.
 */
export function isoInstant(ms: number): string {
  if (ms === lastInstant) return lastInstantText;
  const days = Math.floor(ms / DAY_MS);
  const msOfDay = ms - days * DAY_MS;
  const minute = (msOfDay / MINUTE_MS) | 0;
  const msOfMinute = msOfDay - minute * MINUTE_MS;
  const second = (msOfMinute / 1000) | 0;
  const millisecond = MILLISECOND_TEXTS[msOfMinute - second * 1000]!;
  lastInstantText = isoDate(days) + MINUTE_TEXTS[minute]! + SECOND_TEXTS[second]! + millisecond;
  lastInstant = ms;
  return lastInstantText;
}

/**
 * Reads a `YYYY-MM-DD` date.
 *
 * @param text The date, nothing around it.
 * @returns Days since 1970-01-01.
 * @throws {SyntaxError} If `text` does not have the form `YYYY-MM-DD`.
 * @throws {RangeError} If `text` names a day that does not exist, such as 2023-02-29.
 */
export function parseIsoDate(text: string): number {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) throw new SyntaxError(`Cannot parse date "${text}": expected YYYY-MM-DD`);
  const days = daysFromText(text);
  if (days === undefined) throw new RangeError(`Cannot parse date "${text}": expected a day that exists`);
  return days;
}

const INSTANT =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{3}))?)?(?:(Z)|([+-])(\d{2}):(\d{2}))?)?$/;

/**
 * Reads an instant: `YYYY-MM-DD` (the start of that day in São Paulo) or `YYYY-MM-DDTHH:MM[:SS[.mmm]]` followed by `Z`,
 * by an offset `±HH:MM`, or by nothing (São Paulo wall time). A space may stand for the `T`.
 *
 * @param text The instant, nothing around it.
 * @returns UTC epoch milliseconds.
 * @throws {SyntaxError} If `text` has another form, or names a date, time or offset that does not exist.
 */
export function parseInstant(text: string): number {
  const match = INSTANT.exec(text);
  const days = match === null ? undefined : daysFromText(match[1]!);
  if (match === null || days === undefined) throw unreadable();
  const [, , hour, minute, second = "0", millisecond = "0", utc, sign, offsetHour = "0", offsetMinute = "0"] = match;
  if (hour === undefined || minute === undefined) return startOfLocalDay(days);

  const msOfDay = clock(hour, minute) + below(60, second) * 1000 + Number(millisecond);
  if (utc !== undefined) return days * DAY_MS + msOfDay;
  if (sign === undefined) return instantAt(days, msOfDay);
  const offset = clock(offsetHour, offsetMinute);
  return days * DAY_MS + msOfDay - (sign === "-" ? -offset : offset);

  function clock(hours: string, minutes: string): number {
    return below(24, hours) * HOUR_MS + below(60, minutes) * MINUTE_MS;
  }

  function below(limit: number, field: string): number {
    if (Number(field) >= limit) throw unreadable();
    return Number(field);
  }

  function unreadable(): SyntaxError {
    return new SyntaxError(
      `Cannot parse instant "${text}": expected YYYY-MM-DD or YYYY-MM-DDTHH:MM[:SS[.mmm]], ` +
        "then Z, an offset such as -03:00, or nothing for São Paulo time",
    );
  }
}

/** Day that a text of the form `YYYY-MM-DD` names, or undefined where there is no such day. */
function daysFromText(text: string): number | undefined {
  const month = Number(text.slice(5, 7));
  const day = Number(text.slice(8, 10));
  if (month < 1 || month > 12) return undefined;
  const monthIndex = (Number(text.slice(0, 4)) - BASE_YEAR) * 12 + month - 1;
  if (day < 1 || day > daysInMonth(monthIndex)) return undefined;
  return firstDayOfMonth(monthIndex) + day - 1;
}

/**
 * First day of any month, without the table. Years are counted from 1 March, so that the leap day ends one; the months
 * from March on then last 31, 30, 31, 30, 31 days, twice and once more, which `(153 m + 2) / 5` sums.
 */
function computeFirstDay(monthIndex: number): number {
  const marchMonths = monthIndex - 2;
  const yearsFromBase = Math.floor(marchMonths / 12);
  const year = BASE_YEAR + yearsFromBase;
  const dayOfYear = Math.floor((153 * (marchMonths - yearsFromBase * 12) + 2) / 5);
  const leapDays = Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400);
  return 365 * year + leapDays + dayOfYear - 719_468; // days from 0000-03-01 to 1970-01-01
}

/** Month index of any day, without the table: the inverse of {@linkcode computeFirstDay}, by eras of 400 years. */
function computeMonthIndex(days: number): number {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  return (era * 400 + yearOfEra - BASE_YEAR) * 12 + marchMonth + 2;
}

function computeIsoDate(days: number): string {
  const { year, month, day } = civilFromDays(days);
  if (!(year >= 0 && year <= 9999)) {
    throw new RangeError(`Cannot write day ${days} as a date: expected a year in 0..9999`);
  }
  return `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`;
}

function monthTable(): Int32Array {
  const table = new Int32Array(TABLE_MONTHS);
  for (let monthIndex = 0; monthIndex < TABLE_MONTHS; monthIndex++) table[monthIndex] = computeFirstDay(monthIndex);
  return table;
}

function texts(count: number, text: (n: number) => string): string[] {
  return Array.from({ length: count }, (_, n) => text(n));
}

function digits(n: number, width: number): string {
  return String(n).padStart(width, "0");
}
