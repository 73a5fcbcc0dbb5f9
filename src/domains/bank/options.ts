import { daysFromCivil, isoDate, parseInstant, parseIsoDate, yearOf } from "../../time/calendar.ts";
import { startOfLocalDay } from "../../time/sao_paulo.ts";
import { defaultEpoch } from "./epoch.ts";

/** Version of the bank's data: it changes when any row of any seed does. */
export const DATA_VERSION = 1;

/** Customers of the bank have indexes below this; people outside it those from here up to {@linkcode PEOPLE}. */
export const GREATEST_CUSTOMERS = 90_000_000;

/** How many people there are, customers and others. */
export const PEOPLE = 100_000_000;

/** How much there is of what; ratios a customer. Another value changes which data there is, never its truth. */
export interface Volumes {
  /** Mean accounts a customer, in `1..3`. */
  readonly accountsPerCustomer: number;
  /** Share of customers who hold a credit card, in `0..1`. */
  readonly cardShare: number;
  /** Mean loans a customer, in `0..1`; a seventh of them for housing. */
  readonly loanShare: number;
  /** Mean purchases a year of each card holder, in `0..500`. */
  readonly purchasesPerHolder: number;
  /** Mean trades a year of each investment account, in `0..500`. */
  readonly tradesPerAccount: number;
  /** Times the habits of customers are as common as by default, in `0..3`; a habit is on or off as a whole. */
  readonly activity: number;
}

/** The documented volumes. */
export const DEFAULT_VOLUMES: Volumes = {
  accountsPerCustomer: 1.5,
  cardShare: 0.7,
  loanShare: 0.35,
  purchasesPerHolder: 57,
  tradesPerAccount: 20,
  activity: 1,
};

/** What decides every row of the bank. */
export interface BankOptions {
  /** An integer in `0..2^53 - 1`. */
  readonly seed: number;
  /** 1 January from which the customers' history is counted, in days since 1970. */
  readonly epoch: number;
  /** Instant of which the state is shown, UTC milliseconds; no event is at or after it. */
  readonly asOf: number;
  /** Days before `asOf` whose events are written, from 1. */
  readonly days: number;
  /** How much there is of what. */
  readonly volumes: Volumes;
}

/** Options as people write them; what is left out has the documented default. */
export interface BankSettings {
  /** Default 42. */
  readonly seed?: number;
  /** `YYYY-MM-DD` (00:00 in São Paulo) or an ISO 8601 instant. */
  readonly asOf: string;
  /** `YYYY-01-01`; default: 1 January of the as-of's year in São Paulo. */
  readonly epoch?: string;
  /** Default 365. */
  readonly days?: number;
  /** Default {@linkcode DEFAULT_VOLUMES}; any of them may be left out. */
  readonly volumes?: Partial<Volumes>;
}

/**
 * Options from settings.
 *
 * @throws {SyntaxError} If `asOf` or `epoch` is in no known form.
 * @throws {RangeError} If `epoch` is no 1 January, or `asOf` is before it.
 */
export function bankOptions(settings: BankSettings): BankOptions {
  const asOf = parseInstant(settings.asOf);
  const epoch = settings.epoch === undefined ? defaultEpoch(asOf) : parseIsoDate(settings.epoch);
  if (epoch !== daysFromCivil(yearOf(epoch), 1, 1)) {
    throw new RangeError(`Cannot use epoch "${settings.epoch}": expected a 1 January`);
  }
  if (asOf < startOfLocalDay(epoch)) {
    throw new RangeError(`Cannot show the state of "${settings.asOf}": it is before the epoch ${isoDate(epoch)}`);
  }
  const volumes = { ...DEFAULT_VOLUMES, ...settings.volumes };
  return { seed: settings.seed ?? 42, asOf, epoch, days: settings.days ?? 365, volumes };
}
