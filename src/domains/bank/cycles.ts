import { firstDayOfMonth, HOUR_MS, monthIndexOf } from "../../time/calendar.ts";
import { instantAt, localDay, startOfLocalDay } from "../../time/sao_paulo.ts";

/** Days from the closing of a bill to its due day. */
export const DUE_DAYS = 8;

/** Time of day at which bills are paid. */
const PAYMENT_MS = 10 * HOUR_MS;

/** Most monthly parts of a purchase. */
export const MOST_PARTS = 12;

/**
 * Billing cycles of a card are numbered by the month in which their bill is due. Cycle n holds the purchases from the
 * closing of cycle n - 1 (included) to its own (excluded); its bill is paid on its due day at 10:00, before the next
 * closing.
 *
 * @param dueDay Day of the month, `1..28`.
 * @returns UTC milliseconds.
 */
export function cycleClosing(dueDay: number, cycle: number): number {
  return startOfLocalDay(closingDay(dueDay, cycle));
}

/** Day on which a cycle closes at 00:00, days since 1970. */
export function closingDay(dueDay: number, cycle: number): number {
  return firstDayOfMonth(cycle) + dueDay - 1 - DUE_DAYS;
}

/** When the bill of a cycle is paid. */
export function cyclePayment(dueDay: number, cycle: number): number {
  return instantAt(firstDayOfMonth(cycle) + dueDay - 1, PAYMENT_MS);
}

/** The cycle that holds an instant. */
export function cycleAt(dueDay: number, at: number): number {
  const day = localDay(at);
  let cycle = monthIndexOf(day);
  while (closingDay(dueDay, cycle) <= day) cycle++;
  return cycle;
}

/** The amount of part `part` (from 0) of a purchase in `parts` equal parts; the last one takes the rounding. */
export function partAmount(amount: number, parts: number, part: number): number {
  const equal = Math.floor(amount / parts);
  return part === parts - 1 ? amount - equal * (parts - 1) : equal;
}

/** What a purchase of a cycle still leaves open when the bills of the cycles up to `paidCycle` are paid. */
export function openAmount(amount: number, parts: number, cycle: number, paidCycle: number): number {
  const paidParts = paidCycle - cycle + 1;
  if (paidParts <= 0) return amount;
  return paidParts >= parts ? 0 : amount - Math.floor(amount / parts) * paidParts;
}

/** Number of the last cycle whose bill is paid before an instant. */
export function lastPaidCycle(dueDay: number, at: number): number {
  const cycle = monthIndexOf(localDay(at));
  return cyclePayment(dueDay, cycle) < at ? cycle : cycle - 1;
}
