import type { Stream } from "../../random/stream.ts";
import { GROUP } from "./groups.ts";

/** Habits of a customer, each on or off as a whole. The numbers are ordinals of their streams. */
export const HABIT = {
  salary: 0,
  bill: 1,
  cardBill: 2,
  installment: 3,
  pixOut: 4,
  pixIn: 5,
  withdrawal: 6,
  deposit: 7,
  transfer: 8,
  partner: 9,
} as const;

/** Share of customers who have each habit, in the order of {@linkcode HABIT}. */
const SHARES = [0.17, 0.17, 0.1, 0.2, 0.3, 0.2, 0.46, 0.35, 0.2, 0.9];

/**
 * Whether a customer has a habit.
 *
 * @param activity Factor of the shares: with more of it, habits are added and none is lost.
 */
export function hasHabit(stream: Stream, customer: number, habit: number, activity: number): boolean {
  return stream.at(GROUP.habit, customer, habit).nextUint32() < SHARES[habit]! * activity * 4_294_967_296;
}
