/**
 * From the values of a command line to what is to be done: defaults, environment, contradictions. Nothing is opened.
 *
 * @module
 */

import { normalize, resolve } from "node:path";
import { defaultEpoch } from "../domains/bank/epoch.ts";
import {
  type BankOptions,
  DEFAULT_DAYS,
  DEFAULT_SEED,
  DEFAULT_VOLUMES,
  type Volumes,
} from "../domains/bank/options.ts";
import { isoDate, isoInstant } from "../time/calendar.ts";
import { localDay, startOfLocalDay } from "../time/sao_paulo.ts";
import { UsageError } from "./errors.ts";
import { type COMMON_FLAGS, type LOAD_FLAGS, LOG_LEVELS, logLevel, type SAMPLE_FLAGS, type Values } from "./flags.ts";
import type { LogSettings } from "./log.ts";
import { environment } from "./output.ts";
import { type Target, targetText } from "./values.ts";

/** Customers when none are asked for. */
export const DEFAULT_CUSTOMERS = 100;

export { DEFAULT_DAYS, DEFAULT_SEED };

/** Where `load` writes when no target is given. */
export const DEFAULT_TARGET: Target = { kind: "sqlite", path: "datagen.sqlite" };

/** Decides what is logged and how: flag, then a `LOG_LEVEL` that is one of ours (others set it too), then the default. */
export function resolveLog(values: Values<typeof COMMON_FLAGS>): LogSettings {
  const fromEnvironment = environment("LOG_LEVEL")?.toLowerCase();
  const level = values["log-level"] ?? LOG_LEVELS.find((known) => known === fromEnvironment) ?? logLevel.default;
  return { level, format: values["log-format"] ?? "text" };
}

/** Flags that say what is generated. */
type Population = Pick<Values<typeof SAMPLE_FLAGS>, "seed" | "epoch" | "as-of" | "days" | VolumeFlag>;
type VolumeFlag =
  | "accounts-per-customer"
  | "card-share"
  | "loan-share"
  | "purchases-per-holder"
  | "trades-per-account"
  | "activity";

/** The volumes asked for, or undefined when none of them was. */
export function resolveVolumes(values: Pick<Population, VolumeFlag>): Volumes | undefined {
  const asked = {
    accountsPerCustomer: values["accounts-per-customer"],
    cardShare: values["card-share"],
    loanShare: values["loan-share"],
    purchasesPerHolder: values["purchases-per-holder"],
    tradesPerAccount: values["trades-per-account"],
    activity: values.activity,
  };
  const given = Object.entries(asked).filter(([, value]) => value !== undefined);
  return given.length === 0 ? undefined : { ...DEFAULT_VOLUMES, ...Object.fromEntries(given) };
}

/**
 * Decides what the bank's rows follow from, where no target says it.
 *
 * @param nowMs The time, UTC milliseconds.
 */
export function resolveBank(values: Population, nowMs: number): BankOptions {
  const asOf = values["as-of"] ?? startOfLocalDay(localDay(nowMs));
  const epoch = values.epoch ?? defaultEpoch(asOf);
  refuseEarlyAsOf(asOf, epoch, values["as-of"] !== undefined);
  return {
    seed: values.seed ?? DEFAULT_SEED,
    epoch,
    asOf,
    days: values.days ?? DEFAULT_DAYS,
    volumes: resolveVolumes(values) ?? DEFAULT_VOLUMES,
  };
}

/** What `load` is to do. */
export interface LoadPlan {
  readonly targets: readonly Target[];
  readonly jsonFormat: "array" | "lines";
  /** Rows of each entity on the console, where that was given. */
  readonly limit?: number;
}

/** Decides where rows go. */
export function resolveTargets(
  values: Pick<Values<typeof LOAD_FLAGS>, "to" | "format" | "limit">,
): LoadPlan {
  const targets = values.to ?? [DEFAULT_TARGET];
  refuseSamePlaces(targets);
  if (values.format !== undefined && !targets.some(({ kind }) => kind === "json")) {
    throw new UsageError(
      `Cannot use --format "${values.format}" without a json target: the targets are ${targets.map(targetText)}`,
      "write --to json:out, or leave --format away",
    );
  }
  if (values.limit !== undefined && !targets.some(({ kind }) => kind === "console")) {
    throw new UsageError(
      `Cannot use --limit ${values.limit} without a console target: the targets are ${targets.map(targetText)}`,
      "write --to console, or leave --limit away",
    );
  }
  return {
    targets,
    jsonFormat: values.format ?? "array",
    ...(values.limit === undefined ? {} : { limit: values.limit }),
  };
}

/**
 * Refuses what `load` cannot do with all of its values at once.
 *
 * @param nowMs The time, UTC milliseconds.
 */
export function refuseContradictions(values: Values<typeof LOAD_FLAGS>, nowMs: number): void {
  const { epoch, quiet, json, progress, "as-of": asOf } = values;
  if (epoch !== undefined) refuseEarlyAsOf(asOf ?? nowMs, epoch, asOf !== undefined);
  if (quiet && json) throw new UsageError("Cannot use --quiet with --json: one prints, one does not", "leave one away");
  if (quiet && progress === "always") {
    throw new UsageError("Cannot use --quiet with --progress always", "leave one of them away");
  }
}

/** Writes an instant in the shortest form that the command line understands. */
export function asOfText(asOf: number): string {
  const day = localDay(asOf);
  return startOfLocalDay(day) === asOf ? isoDate(day) : isoInstant(asOf);
}

function refuseEarlyAsOf(asOf: number, epoch: number, given: boolean): void {
  if (asOf >= startOfLocalDay(epoch)) return;
  const first = isoDate(epoch);
  if (given) {
    throw new UsageError(
      `Cannot use --as-of ${asOfText(asOf)}: it is before the epoch ${first}`,
      `write --epoch ${isoDate(defaultEpoch(asOf))}, or a later --as-of`,
    );
  }
  throw new UsageError(
    `Cannot use --epoch ${first}: it is after today`,
    `write --as-of ${first}, or an earlier --epoch`,
  );
}

function refuseSamePlaces(targets: readonly Target[]): void {
  const seen = new Map<string, Target>();
  for (const target of targets) {
    const place = target.kind === "console" ? "console" : normalized(target.path);
    const before = seen.get(place);
    seen.set(place, target);
    if (before === undefined) continue;
    if (before.kind === target.kind) {
      throw new UsageError(`Cannot use --to ${targetText(target)} twice: one target is one place`, "give each once");
    }
    throw new UsageError(
      `Cannot use --to ${targetText(before)} with --to ${targetText(target)}: they are the same place`,
      `write --to ${targetText(target)}-${target.kind}`,
    );
  }
}

/** Makes a path such that two spellings of one place are equal, as far as that shows without looking. */
function normalized(path: string): string {
  const place = Deno.build.os === "windows" ? path.toLowerCase() : path;
  try {
    return resolve(place);
  } catch {
    return normalize(place).replace(/(?<=.)[/\\]$/, ""); // Deno may not tell the folder of the process
  }
}
