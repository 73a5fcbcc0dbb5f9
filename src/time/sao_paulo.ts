/**
 * São Paulo time (America/Sao_Paulo) since 1990: UTC-3, in daylight saving UTC-2, the latter never again after
 * 2019-02-17. Before 1990 every instant counts as UTC-3, except the period that was running on 1990-01-01.
 *
 * @module
 */

import { daylightSavingPeriods } from "../reference/br/daylight_saving.ts";

// Not imported from calendar.ts, which imports this module.
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const STANDARD = -3 * HOUR;
const DAYLIGHT = -2 * HOUR;

/** Instants of change in order: daylight saving begins at even positions and ends at odd ones. */
const CHANGES = changes();
const LAST_CHANGE = CHANGES[CHANGES.length - 1]!;
/** Wall time, as if it were UTC, from which only standard time exists. */
const LAST_CHANGE_WALL = LAST_CHANGE + DAYLIGHT;

/**
 * Tells São Paulo's offset from UTC.
 *
 * @param utcMs UTC epoch milliseconds.
 * @returns Milliseconds to add to UTC: -10,800,000, or -7,200,000 in daylight saving.
 */
export function saoPauloOffsetMs(utcMs: number): number {
  return utcMs >= LAST_CHANGE ? STANDARD : searchOffset(utcMs);
}

/**
 * Tells the civil day in São Paulo.
 *
 * @param utcMs UTC epoch milliseconds.
 * @returns Days since 1970-01-01.
 */
export function localDay(utcMs: number): number {
  return Math.floor((utcMs + saoPauloOffsetMs(utcMs)) / DAY);
}

/**
 * Tells the first instant of a civil day in São Paulo: 00:00, or 01:00 where daylight saving skips midnight.
 *
 * @param day Days since 1970-01-01.
 * @returns UTC epoch milliseconds.
 */
export function startOfLocalDay(day: number): number {
  return instantAt(day, 0);
}

/**
 * Tells the instant of a São Paulo wall time. A time that daylight saving skips moves forward by an hour; of a time
 * that comes twice, the first is meant.
 *
 * @param day Days since 1970-01-01.
 * @param msOfDay Milliseconds since midnight on the clock; below 0 or from 86,400,000 on, another day is meant.
 * @returns UTC epoch milliseconds.
 */
export function instantAt(day: number, msOfDay: number): number {
  const wall = day * DAY + msOfDay;
  if (wall >= LAST_CHANGE_WALL) return wall - STANDARD;
  const inDaylight = wall - DAYLIGHT;
  return searchOffset(inDaylight) === DAYLIGHT ? inDaylight : wall - STANDARD;
}

/** Offset by binary search for the number of changes up to `utcMs`: odd means daylight saving. */
function searchOffset(utcMs: number): number {
  let low = 0;
  let high = CHANGES.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (CHANGES[middle]! <= utcMs) low = middle + 1;
    else high = middle;
  }
  return (low & 1) === 1 ? DAYLIGHT : STANDARD;
}

function changes(): Float64Array {
  const instants = new Float64Array(daylightSavingPeriods.length * 2);
  daylightSavingPeriods.forEach(({ start, end }, i) => {
    instants[2 * i] = start * DAY - STANDARD;
    instants[2 * i + 1] = end * DAY - DAYLIGHT;
  });
  return instants;
}
