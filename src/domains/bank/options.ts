import { SEED_RANGE } from "../../ports/domain.ts";
import { daysFromCivil, isoDate, parseInstant, parseIsoDate, yearOf } from "../../time/calendar.ts";
import { localDay, startOfLocalDay } from "../../time/sao_paulo.ts";
import { defaultEpoch, EARLIEST_EPOCH_YEAR, LATEST_EPOCH_YEAR } from "./epoch.ts";

/** Version of the bank's data: it changes when any row of any seed does. */
export const DATA_VERSION = 3;

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
  /**
   * Mean purchases a year of each card holder, in `0..500`, as far as the card's limit allows: at default incomes 200
   * gives about 170, and 500 about 320.
   */
  readonly purchasesPerHolder: number;
  /** Mean trades a year of each investment account, in `0..500`. */
  readonly tradesPerAccount: number;
  /**
   * Times the habits of customers are as common as by default, in `0..3`; a habit is on or off as a whole. No share of
   * customers passes 1, and covers and settlements stay: a customer has some 6 transactions a year at 0, 20 at 1, 32 at
   * 2 and 42 at 3.
   */
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

/** Seed when none is given. */
export const DEFAULT_SEED = 42;

/** Days of events when none are given. */
export const DEFAULT_DAYS = 365;

/** Least and greatest allowed value. */
export type Range = readonly [min: number, max: number];

/** Days of events; each is an integer. */
export const DAYS_RANGE: Range = [1, 3650];

/** Every volume's range. */
export const VOLUME_RANGES: Readonly<Record<keyof Volumes, Range>> = {
  accountsPerCustomer: [1, 3],
  cardShare: [0, 1],
  loanShare: [0, 1],
  purchasesPerHolder: [0, 500],
  tradesPerAccount: [0, 500],
  activity: [0, 3],
};

/** What decides every row of the bank, whenever it is looked at. */
export interface BankIdentity {
  /** An integer in `0..2^53 - 1`. */
  readonly seed: number;
  /** 1 January from which the customers' history is counted, in days since 1970. */
  readonly epoch: number;
  /** How much there is of what. */
  readonly volumes: Volumes;
}

/** A bank and the window of it that is wanted. */
export interface BankOptions extends BankIdentity {
  /** Instant of which the state is shown, UTC milliseconds; no event is at or after it. */
  readonly asOf: number;
  /** Days before `asOf` whose events are written, an integer in `1..3650`. */
  readonly days: number;
}

/** Options as people write them; what is left out has the documented default. */
export interface BankSettings {
  /** An integer in `0..2^53 - 1`, default 42. */
  readonly seed?: number;
  /** `YYYY-MM-DD` (00:00 in São Paulo) or an ISO 8601 instant, in 2011 to 2070. */
  readonly asOf: string;
  /** `YYYY-01-01` in 2011 to 2070; default: 1 January of the as-of's year in São Paulo. */
  readonly epoch?: string;
  /** An integer in `1..3650`, default 365. */
  readonly days?: number;
  /** Default {@linkcode DEFAULT_VOLUMES}; any of them may be left out. */
  readonly volumes?: Partial<Volumes>;
}

/**
 * Options from settings.
 *
 * @throws {SyntaxError} If `asOf` or `epoch` is in no known form.
 * @throws {RangeError} If a setting is out of its range, `epoch` is no 1 January, or `asOf` is before it.
 */
export function bankOptions(settings: BankSettings): BankOptions {
  const asOf = parseInstant(settings.asOf);
  checkYear("asOf", settings.asOf, yearOf(localDay(asOf)));
  const epoch = settings.epoch === undefined ? defaultEpoch(asOf) : parseIsoDate(settings.epoch);
  checkYear("epoch", settings.epoch ?? isoDate(epoch), yearOf(epoch));
  if (epoch !== daysFromCivil(yearOf(epoch), 1, 1)) {
    throw new RangeError(`Cannot use epoch "${settings.epoch}": expected a 1 January`);
  }
  if (asOf < startOfLocalDay(epoch)) {
    throw new RangeError(`Cannot show the state of "${settings.asOf}": it is before the epoch ${isoDate(epoch)}`);
  }
  const { seed = DEFAULT_SEED, days = DEFAULT_DAYS } = settings;
  checkInteger("seed", seed, SEED_RANGE);
  checkInteger("days", days, DAYS_RANGE);
  const volumes = { ...DEFAULT_VOLUMES, ...settings.volumes };
  for (const [name, range] of Object.entries(VOLUME_RANGES)) checkNumber(name, volumes[name as keyof Volumes], range);
  return { seed, asOf, epoch, days, volumes };
}

function checkYear(name: string, text: string, year: number): void {
  if (year >= EARLIEST_EPOCH_YEAR && year <= LATEST_EPOCH_YEAR) return;
  throw new RangeError(
    `Cannot use ${name} "${text}": expected a year in ${EARLIEST_EPOCH_YEAR}..${LATEST_EPOCH_YEAR}`,
  );
}

function checkInteger(name: string, value: number, [min, max]: Range): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new RangeError(`Cannot use ${name} "${value}": expected an integer in ${min}..${max}`);
}

function checkNumber(name: string, value: number, [min, max]: Range): void {
  if (typeof value === "number" && value >= min && value <= max) return;
  throw new RangeError(`Cannot use ${name} "${value}": expected a number in ${min}..${max}`);
}
