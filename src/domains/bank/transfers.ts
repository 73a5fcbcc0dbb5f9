/**
 * How money goes from bank to bank, by the day: Pix at any time since it exists; before it, and beside it, TED and DOC
 * in the hours of banks.
 *
 * @module
 */

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
  const day = localDay(at);
  const time = at - startOfLocalDay(day);
  return time >= TED_FROM_MS && time < TED_UNTIL_MS && isBankBusinessDay(day);
}

/**
 * When a transfer goes out that somebody wants to make at an instant: then, once there is Pix; before, in the hours of
 * TED, at the latest on the last business day of a span.
 *
 * @param at Instant wanted, UTC milliseconds, on a day of the span.
 * @param firstDay First day of the span; with the last one it holds a business day.
 * @param lastDay Last day of the span, included.
 */
export function transferInstant(at: number, firstDay: number, lastDay: number): number {
  if (at >= PIX_FROM || isTedTime(at)) return at;
  const wanted = localDay(at);
  const time = Math.floor((at - startOfLocalDay(wanted)) * (TED_UNTIL_MS - TED_FROM_MS) / (25 * HOUR_MS));
  let day = nextBusinessDay(wanted);
  if (day > lastDay) {
    for (day = wanted; day > firstDay && !isBankBusinessDay(day);) day--;
  }
  return instantAt(day, TED_FROM_MS + time);
}
