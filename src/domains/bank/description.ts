import type { DomainDescription, Volume } from "../../ports/domain.ts";
import { EARLIEST_EPOCH_YEAR, LATEST_EPOCH_YEAR } from "./epoch.ts";
import {
  DAYS_RANGE,
  DEFAULT_DAYS,
  DEFAULT_SEED,
  DEFAULT_VOLUMES,
  GREATEST_CUSTOMERS,
  VOLUME_RANGES,
  type Volumes,
} from "./options.ts";

/** What each volume is called outside this domain, and what it means. */
const VOLUMES: Readonly<Record<keyof Volumes, Omit<Volume, "default" | "range">>> = {
  accountsPerCustomer: { name: "accounts_per_customer", summary: "Mean accounts a customer.", example: 1.5 },
  cardShare: { name: "card_share", summary: "Share of customers who hold a credit card.", example: 0.7 },
  loanShare: { name: "loan_share", summary: "Mean loans a customer, a seventh of them for housing.", example: 0.35 },
  purchasesPerHolder: {
    name: "purchases_per_holder",
    summary: "Mean card purchases a year of each card holder.",
    detail: "The card's limit may allow fewer: at default incomes 200 gives about 170, and 500 about 320.",
    example: 57,
  },
  tradesPerAccount: {
    name: "trades_per_account",
    summary: "Mean trades a year of each investment account.",
    example: 20,
  },
  activity: {
    name: "activity",
    summary: "Times the habits of customers are as common as usual.",
    detail: "A customer's habit (salary, bills, Pix, cash) is on or off as a whole; no month of it is thinned out. " +
      "No share of customers passes 1, and covers and settlements stay: 0 gives about 6 transactions a customer, 1 gives " +
      "20, 2 gives 32, 3 gives 42.",
    example: 1.5,
  },
};

const KEYS = Object.keys(VOLUMES) as (keyof Volumes)[];

/** The Brazilian bank, as far as command lines know it. */
export const bankDescription: DomainDescription = {
  name: "bank",
  unit: {
    entity: "customers",
    one: "customer",
    most: GREATEST_CUSTOMERS,
    usual: 100,
    summary: "How many customers, with all they have.",
  },
  volumes: KEYS.map((key) => ({ ...VOLUMES[key], default: DEFAULT_VOLUMES[key], range: VOLUME_RANGES[key] })),
  defaults: { seed: DEFAULT_SEED, days: DEFAULT_DAYS, topicPrefix: "banking" },
  details: {
    epoch: "Customers joined in the five years before it.",
    days: "Opening positions hold what came before. Instalment schedules are always whole.",
  },
  pages: { named: "a customer's number, a CPF or an id", personal: "CPF" },
  daysRange: DAYS_RANGE,
  years: [EARLIEST_EPOCH_YEAR, LATEST_EPOCH_YEAR],
};

/** Volumes as this domain has them, from those of a manifest; what is not named has its default. */
export function bankVolumes(named: Readonly<Record<string, number>>): Volumes {
  const volumes: Record<keyof Volumes, number> = { ...DEFAULT_VOLUMES };
  for (const key of KEYS) volumes[key] = named[VOLUMES[key].name] ?? DEFAULT_VOLUMES[key];
  return volumes;
}
