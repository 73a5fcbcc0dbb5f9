import { quantile, QUANTILE_SCALE } from "../../random/quantile.ts";
import type { Stream } from "../../random/stream.ts";
import { lognormal50 } from "../../random/tables/lognormal.ts";
import type { AccountPlan } from "./account_plan.ts";
import { GROUP } from "./groups.ts";

/** Periods of an account fit into this many ordinals. */
const PERIODS = 1024;

/**
 * B(k): the balance of an account at the end of a period, in centavos, from 0. A closing account ends at 0; a blocked
 * one keeps its last level.
 */
export function level(stream: Stream, customer: number, plan: AccountPlan, period: number): number {
  if (plan.dormant) return period === plan.last && plan.endStatus === "CLOSED" ? 0 : plan.usualBalance;
  if (period === plan.last && plan.endStatus === "CLOSED") return 0;
  const word = stream.at(GROUP.accountLevel, customer, plan.ordinal * PERIODS + period).nextUint32();
  return Math.floor(plan.usualBalance * quantile(lognormal50, word) / QUANTILE_SCALE);
}
