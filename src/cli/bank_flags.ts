/**
 * The flags that say what is generated, and how much of what.
 *
 * @module
 */

import { EARLIEST_EPOCH_YEAR, LATEST_EPOCH_YEAR } from "../domains/bank/epoch.ts";
import {
  DAYS_RANGE,
  DEFAULT_DAYS,
  DEFAULT_SEED,
  DEFAULT_VOLUMES,
  GREATEST_CUSTOMERS,
  SEED_RANGE,
  VOLUME_RANGES,
} from "../domains/bank/options.ts";
import type { Flag } from "./flag.ts";
import { asOfInstant, decimal, epochDay, integer, type ValueKind } from "./values.ts";

/** A number of customers. */
export function customerCount(example: number): ValueKind<number> {
  return integer(1, GREATEST_CUSTOMERS, example);
}

/** How many customers. */
export const customers = {
  long: "customers",
  isCommon: true,
  variable: "N",
  category: "What is generated",
  summary: "How many customers, with all they have.",
  detail: "The customers of a smaller run are the first of a larger one of the same seed, byte for byte.",
  default: "100",
  kind: customerCount(100),
} as const satisfies Flag;

/** The number from which all follows. */
export const seed = {
  long: "seed",
  isCommon: true,
  variable: "N",
  category: "What is generated",
  summary: "The number from which all data follows.",
  detail: "The same seed, epoch and as-of give the same bytes on any machine, in any target.",
  default: String(DEFAULT_SEED),
  kind: integer(...SEED_RANGE, DEFAULT_SEED),
} as const satisfies Flag;

const epoch = {
  long: "epoch",
  variable: "DATE",
  category: "What is generated",
  summary: "The 1 January from which histories are counted.",
  detail: "Customers joined in the five years before it.",
  default: "that of the as-of's year",
  kind: epochDay(EARLIEST_EPOCH_YEAR, LATEST_EPOCH_YEAR),
} as const satisfies Flag;

/** The instant whose state is shown. */
export const asOf = {
  long: "as-of",
  isCommon: true,
  variable: "INSTANT",
  category: "What is generated",
  summary: "The instant whose state is shown; events are before it.",
  detail: "A day such as 2025-07-01 is its 00:00 in São Paulo; 2025-07-01T12:00:00Z and -03:00 are understood too.",
  default: "that of the target, else today",
  kind: asOfInstant(EARLIEST_EPOCH_YEAR, LATEST_EPOCH_YEAR),
} as const satisfies Flag;

/** The same where no target can say it. */
export const asOfToday = { ...asOf, default: "today" } as const;

/** How long a time is written. */
export const days = {
  long: "days",
  variable: "N",
  category: "What is generated",
  summary: "Days before the as-of whose events are written.",
  detail: "Opening positions hold what came before. Instalment schedules are always whole.",
  default: String(DEFAULT_DAYS),
  kind: integer(...DAYS_RANGE, DEFAULT_DAYS),
} as const satisfies Flag;

const accountsPerCustomer = {
  long: "accounts-per-customer",
  variable: "X",
  category: "How much of what",
  summary: "Mean accounts a customer.",
  default: String(DEFAULT_VOLUMES.accountsPerCustomer),
  kind: decimal(...VOLUME_RANGES.accountsPerCustomer, 1.5),
} as const satisfies Flag;

const cardShare = {
  long: "card-share",
  variable: "X",
  category: "How much of what",
  summary: "Share of customers who hold a credit card.",
  default: String(DEFAULT_VOLUMES.cardShare),
  kind: decimal(...VOLUME_RANGES.cardShare, 0.7),
} as const satisfies Flag;

const loanShare = {
  long: "loan-share",
  variable: "X",
  category: "How much of what",
  summary: "Mean loans a customer, a seventh of them for housing.",
  default: String(DEFAULT_VOLUMES.loanShare),
  kind: decimal(...VOLUME_RANGES.loanShare, 0.35),
} as const satisfies Flag;

const purchasesPerHolder = {
  long: "purchases-per-holder",
  variable: "X",
  category: "How much of what",
  summary: "Mean card purchases a year of each card holder.",
  detail: "The card's limit may allow fewer: at default incomes 200 gives about 170, and 500 about 320.",
  default: String(DEFAULT_VOLUMES.purchasesPerHolder),
  kind: decimal(...VOLUME_RANGES.purchasesPerHolder, 57),
} as const satisfies Flag;

const tradesPerAccount = {
  long: "trades-per-account",
  variable: "X",
  category: "How much of what",
  summary: "Mean trades a year of each investment account.",
  default: String(DEFAULT_VOLUMES.tradesPerAccount),
  kind: decimal(...VOLUME_RANGES.tradesPerAccount, 20),
} as const satisfies Flag;

const activity = {
  long: "activity",
  variable: "X",
  category: "How much of what",
  summary: "Times the habits of customers are as common as usual.",
  detail: "A customer's habit (salary, bills, Pix, cash) is on or off as a whole; no month of it is thinned out. " +
    "No share of customers passes 1, and covers and settlements stay: 0 gives about 6 transactions a customer, 1 gives " +
    "20, 2 gives 32, 3 gives 42.",
  default: String(DEFAULT_VOLUMES.activity),
  kind: decimal(...VOLUME_RANGES.activity, 1.5),
} as const satisfies Flag;

/** What the data follows from, whatever the instant. */
export const POPULATION = [customers, seed, epoch] as const;

/** How much there is of what. */
export const VOLUMES = [
  accountsPerCustomer,
  cardShare,
  loanShare,
  purchasesPerHolder,
  tradesPerAccount,
  activity,
] as const;
