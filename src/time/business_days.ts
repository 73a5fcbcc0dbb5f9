/**
 * National holidays and bank business days of 1990 to 2150. A day is a number of days since 1970-01-01.
 *
 * @module
 */

import {
  bankHolidays,
  bankMovableHolidays,
  type FixedHoliday,
  type MovableHoliday,
  nationalHolidays,
  nationalMovableHolidays,
} from "../reference/br/holidays.ts";
import { daysFromCivil, weekday } from "./calendar.ts";

const FIRST_YEAR = 1990;
const LAST_YEAR = 2150;
const FIRST_DAY = daysFromCivil(FIRST_YEAR, 1, 1);
const DAY_COUNT = daysFromCivil(LAST_YEAR + 1, 1, 1) - FIRST_DAY;

const WEEKEND = 1;
const NATIONAL = 2;
const BANK = 4;

/** Why a day is not a business day, one byte a day; 0 on business days. Filled on first use. */
const marks = new Uint8Array(DAY_COUNT);
let filled = false;

/**
 * Computes Easter Sunday of the Gregorian calendar.
 *
 * @param year Year, from 1583.
 * @returns Days since 1970-01-01.
 */
export function easterSunday(year: number): number {
  // The anonymous Gregorian computus: the golden number gives the paschal full moon, the rest its Sunday.
  const century = Math.floor(year / 100);
  const golden = year % 19;
  const solar = century - Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const epact = (19 * golden + solar - Math.floor(century / 4) + 15) % 30;
  const sunday = (32 + 2 * (century % 4) + 2 * Math.floor(year % 100 / 4) - epact - year % 4) % 7;
  const late = Math.floor((golden + 11 * epact + 22 * sunday) / 451);
  return daysFromCivil(year, 3, 22) + epact + sunday - 7 * late;
}

/**
 * Tells whether a day is a national holiday, Good Friday included, Carnival and Corpus Christi not.
 *
 * @param day Days since 1970-01-01, in 1990 to 2150.
 * @returns True also for a holiday that falls on a weekend.
 * @throws {RangeError} If `day` is outside 1990 to 2150.
 */
export function isNationalHoliday(day: number): boolean {
  return (marksOf(day) & NATIONAL) !== 0;
}

/**
 * Tells whether banks settle on a day: Monday to Friday, not a national holiday, not Carnival Monday or Tuesday, not
 * Corpus Christi. 24 December and the last weekday of the year are business days.
 *
 * @param day Days since 1970-01-01, in 1990 to 2150.
 * @returns True on business days.
 * @throws {RangeError} If `day` is outside 1990 to 2150.
 */
export function isBankBusinessDay(day: number): boolean {
  return marksOf(day) === 0;
}

/**
 * Finds the first bank business day on or after a day.
 *
 * @param day Days since 1970-01-01, in 1990 to 2150.
 * @returns `day` itself if it is a business day.
 * @throws {RangeError} If `day` or the result is outside 1990 to 2150.
 */
export function nextBusinessDay(day: number): number {
  while (marksOf(day) !== 0) day++;
  return day;
}

function marksOf(day: number): number {
  if (!filled) fill();
  const mark = marks[day - FIRST_DAY];
  if (mark === undefined) {
    throw new RangeError(`Cannot look up holidays of day ${day}: expected a day of ${FIRST_YEAR}..${LAST_YEAR}`);
  }
  return mark;
}

function fill(): void {
  for (let saturday = 6 - weekday(FIRST_DAY); saturday < DAY_COUNT; saturday += 7) {
    marks[saturday] = WEEKEND;
    marks[saturday + 1] = WEEKEND; // past the end it is ignored
  }
  for (let year = FIRST_YEAR; year <= LAST_YEAR; year++) {
    const easter = easterSunday(year);
    for (const holiday of nationalHolidays) markFixed(year, holiday, NATIONAL);
    for (const holiday of nationalMovableHolidays) markMovable(year, easter, holiday, NATIONAL);
    for (const holiday of bankHolidays) markFixed(year, holiday, BANK);
    for (const holiday of bankMovableHolidays) markMovable(year, easter, holiday, BANK);
  }
  filled = true;
}

function markFixed(year: number, holiday: FixedHoliday, mark: number): void {
  if (isValidIn(year, holiday)) marks[daysFromCivil(year, holiday.month, holiday.day) - FIRST_DAY]! |= mark;
}

function markMovable(year: number, easter: number, holiday: MovableHoliday, mark: number): void {
  if (isValidIn(year, holiday)) marks[easter + holiday.easterOffset - FIRST_DAY]! |= mark;
}

function isValidIn(year: number, { from = year, to = year }: FixedHoliday | MovableHoliday): boolean {
  return from <= year && year <= to;
}
