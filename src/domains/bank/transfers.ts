/**
 * How money goes from bank to bank, by the day: Pix at any time since it exists; before it, and beside it, TED and DOC
 * in the hours of banks.
 *
 * @module
 */

import { mix } from "../../random/permutation.ts";
import { isBankBusinessDay, nextBusinessDay } from "../../time/business_days.ts";
import { daysFromCivil, HOUR_MS } from "../../time/calendar.ts";
import { instantAt, localDay, startOfLocalDay } from "../../time/sao_paulo.ts";

/** First day of Pix, 16 November 2020; transfers before it are TED. Source: Banco Central do Brasil. */
export const PIX_FIRST_DAY = daysFromCivil(2020, 11, 16);

/** First instant of Pix, UTC milliseconds. */
export const PIX_FROM = startOfLocalDay(PIX_FIRST_DAY);

/** Banks send a TED on business days, from 07:00 (included) to 17:00. */
const TED_FROM_MS = 7 * HOUR_MS;
const TED_UNTIL_MS = 17 * HOUR_MS;

/** Whether banks send a TED at an instant. */
export function isTedTime(at: number): boolean {
  return isTedHour(timeOfDay(at)) && isBankBusinessDay(localDay(at));
}

/**
 * When a transfer goes out that somebody wants to make at an instant: then, once there is Pix; before, in the hours of
 * TED, on the first business day from then on that is in a span and still before Pix, else on the last one before.
 *
 * @param at Instant wanted, UTC milliseconds, on a day of the span.
 * @param firstDay First day of the span; with the last one it holds a business day.
 * @param lastDay Last day of the span, included.
 */
export function transferInstant(at: number, firstDay: number, lastDay: number): number {
  if (at >= PIX_FROM || isTedTime(at)) return at;
  const wanted = localDay(at);
  const next = nextBusinessDay(wanted);
  if (next <= lastDay && next < PIX_FIRST_DAY) return tedInstant(next, at);
  return tedInstant(Math.max(firstDay, lastBusinessDay(wanted)), at);
}

/**
 * When money is sent that is needed at an instant: then, once there is Pix; before, in the last hours of TED until then.
 *
 * @param earliest What it must not come before, UTC milliseconds.
 */
export function transferBefore(at: number, earliest: number): number {
  if (at >= PIX_FROM || isTedTime(at)) return at;
  const needed = localDay(at);
  const latest = timeOfDay(at) < TED_UNTIL_MS ? needed - 1 : needed;
  return Math.max(earliest, tedInstant(lastBusinessDay(latest), at));
}

/** The time of an instant on another day, or where TED has no such hour, some other one that follows from it. */
function tedInstant(day: number, at: number): number {
  const time = timeOfDay(at);
  return instantAt(
    day,
    isTedHour(time) ? time : TED_FROM_MS + (mix(at % 0x1_0000_0000) >>> 0) % (TED_UNTIL_MS - TED_FROM_MS),
  );
}

/** The last business day up to a day. */
function lastBusinessDay(day: number): number {
  while (!isBankBusinessDay(day)) day--;
  return day;
}

/** Milliseconds since the day began in São Paulo. */
function timeOfDay(at: number): number {
  return at - startOfLocalDay(localDay(at));
}

function isTedHour(time: number): boolean {
  return time >= TED_FROM_MS && time < TED_UNTIL_MS;
}
