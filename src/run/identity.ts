import { type BankOptions, DATA_VERSION, DEFAULT_VOLUMES, type Volumes } from "../domains/bank/options.ts";
import { defaultEpoch } from "../domains/bank/epoch.ts";
import type { Interval, Manifest } from "../ports/manifest.ts";
import { TargetError, type TargetState } from "../ports/sink.ts";
import { isoDate, isoInstant, parseInstant, parseIsoDate } from "../time/calendar.ts";
import { localDay, startOfLocalDay } from "../time/sao_paulo.ts";

/** What a user asks of a load; what is left out comes from the target's manifest, else from the defaults. */
export interface LoadRequest {
  /** Customers that the targets are to hold, from 1. */
  readonly customers: number;
  readonly seed: number;
  /** Days since 1970; default: 1 January of the as-of's year. */
  readonly epoch?: number | undefined;
  /** UTC milliseconds; default: today 00:00 in São Paulo. */
  readonly asOf?: number | undefined;
  /** Default 365. */
  readonly days?: number | undefined;
  readonly volumes?: Volumes | undefined;
  /** Whether to replace what datagen made in the targets. */
  readonly truncate: boolean;
  /** The clock's reading, UTC milliseconds. */
  readonly now: number;
  /** Version of the program. */
  readonly version: string;
}

/** Days of events when neither the user nor a manifest says. */
export const DEFAULT_DAYS = 365;

/** Settles what the request leaves open, by the manifest of an earlier run if there is one. */
export function resolveOptions(request: LoadRequest, earlier: Manifest | undefined): BankOptions {
  const asOf = request.asOf ?? (earlier ? parseInstant(earlier.as_of) : startOfLocalDay(localDay(request.now)));
  return {
    seed: request.seed,
    asOf,
    epoch: request.epoch ?? (earlier ? parseIsoDate(earlier.epoch) : defaultEpoch(asOf)),
    days: request.days ?? earlier?.days ?? DEFAULT_DAYS,
    volumes: request.volumes ?? (earlier ? volumesOf(earlier) : DEFAULT_VOLUMES),
  };
}

/** Options that a manifest records, by the names of their flags. */
function optionsOf(volumes: Volumes): Record<string, number> {
  return {
    accounts_per_customer: volumes.accountsPerCustomer,
    card_share: volumes.cardShare,
    loan_share: volumes.loanShare,
    purchases_per_holder: volumes.purchasesPerHolder,
    trades_per_account: volumes.tradesPerAccount,
    activity: volumes.activity,
  };
}

function volumesOf(manifest: Manifest): Volumes {
  const { options } = manifest;
  return {
    accountsPerCustomer: options.accounts_per_customer ?? DEFAULT_VOLUMES.accountsPerCustomer,
    cardShare: options.card_share ?? DEFAULT_VOLUMES.cardShare,
    loanShare: options.loan_share ?? DEFAULT_VOLUMES.loanShare,
    purchasesPerHolder: options.purchases_per_holder ?? DEFAULT_VOLUMES.purchasesPerHolder,
    tradesPerAccount: options.trades_per_account ?? DEFAULT_VOLUMES.tradesPerAccount,
    activity: options.activity ?? DEFAULT_VOLUMES.activity,
  };
}

/** The manifest of a run into a target that holds `earlier`, or nothing. */
export function manifestFor(
  options: BankOptions,
  customers: number,
  version: string,
  earlier: Manifest | undefined,
): Manifest {
  const held = earlier?.customers ?? 0;
  const added: Interval[] = customers > held ? [{ from: held, to: customers }] : [];
  return {
    format: 1,
    version: earlier?.version ?? version,
    data_version: DATA_VERSION,
    domain: "bank",
    seed: options.seed,
    epoch: isoDate(options.epoch),
    as_of: isoInstant(options.asOf),
    days: options.days,
    customers,
    options: optionsOf(options.volumes),
    intervals: [...earlier?.intervals ?? [], ...added],
  };
}

/**
 * Refuses to mix two runs in one target.
 *
 * @throws {TargetError} If the target holds another seed, epoch, time, window, volume or data version, or more customers
 * than are asked for.
 */
export function checkSameRun(target: string, state: TargetState, wanted: Manifest): void {
  const { manifest } = state;
  if (manifest === undefined) return;
  const hint = "--truncate replaces what is there; another --to leaves it alone";
  const compared: [string, unknown, unknown][] = [
    ["data version", manifest.data_version, wanted.data_version],
    ["domain", manifest.domain, wanted.domain],
    ["seed", manifest.seed, wanted.seed],
    ["epoch", manifest.epoch, wanted.epoch],
    ["as-of", manifest.as_of, wanted.as_of],
    ["days", manifest.days, wanted.days],
    ...Object.entries(wanted.options).map(([name, value]): [string, unknown, unknown] => [
      name.replaceAll("_", "-"),
      manifest.options[name],
      value,
    ]),
  ];
  for (const [name, held, asked] of compared) {
    if (held !== asked) {
      throw new TargetError(`Cannot load ${name} ${asked} into ${target}: it holds ${name} ${held}`, hint);
    }
  }
  if (manifest.customers > wanted.customers) {
    throw new TargetError(
      `Cannot load ${wanted.customers} customers into ${target}: it holds ${manifest.customers}`,
      `ask for ${manifest.customers} or more; ${hint}`,
    );
  }
}
