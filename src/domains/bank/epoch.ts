import { daysFromCivil, yearOf } from "../../time/calendar.ts";
import { localDay } from "../../time/sao_paulo.ts";

/** First year that can be an epoch: the customers' history begins five years before it, and sessions in 2006. */
export const EARLIEST_EPOCH_YEAR = 2011;

/** Last year that can be an epoch: ids number months up to 2085. */
export const LATEST_EPOCH_YEAR = 2070;

/** Years before the epoch in which customers and their products appear. */
const HISTORY_YEARS = 5;

/** Days before the epoch on which the last customer joins, so that products follow within the five years. */
const LAST_JOINING_DAYS = 60;

/** The epoch of an as-of when none is given: 1 January of its year in São Paulo, in days since 1970. */
export function defaultEpoch(asOf: number): number {
  return daysFromCivil(yearOf(localDay(asOf)), 1, 1);
}

/** First day on which a customer may join. */
export function firstJoiningDay(epoch: number): number {
  return daysFromCivil(yearOf(epoch) - HISTORY_YEARS, 1, 1);
}

/** Last day on which a customer may join. */
export function lastJoiningDay(epoch: number): number {
  return epoch - LAST_JOINING_DAYS;
}
