/**
 * From the values of a command line to what is to be done: defaults, environment, contradictions. Nothing is opened.
 *
 * @module
 */

import { type Domain, type RunOptions, volumesOf } from "../../ports/domain.ts";
import { isoDate, isoInstant } from "../../time/calendar.ts";
import { localDay, startOfLocalDay } from "../../time/sao_paulo.ts";
import { UsageError } from "../failures.ts";
import type { Values } from "../parser/flag.ts";
import { type COMMON_FLAGS, type LOAD_FLAGS, LOG_LEVELS, logLevel, type SAMPLE_FLAGS } from "../flags/flags.ts";
import type { LogSettings } from "../terminal/log.ts";
import { environment } from "../terminal/output.ts";
import { refuseForeignFlags, volumesAsked } from "../flags/population_flags.ts";

/** Decides what is logged and how: flag, then a `LOG_LEVEL` that is one of ours (others set it too), then the default. */
export function resolveLog(values: Values<typeof COMMON_FLAGS>): LogSettings {
  const fromEnvironment = environment("LOG_LEVEL")?.toLowerCase();
  const level = values["log-level"] ?? LOG_LEVELS.find((known) => known === fromEnvironment) ?? logLevel.default;
  return { level, format: values["log-format"] ?? "text" };
}

/** Flags that say what is generated. */
type Population = Pick<Values<typeof SAMPLE_FLAGS>, "seed" | "epoch" | "as-of" | "days">;

/**
 * Decides what the rows follow from, where no target says it.
 *
 * @param nowMs The time, UTC milliseconds.
 */
export function resolveRun(domain: Domain, values: Population, nowMs: number): RunOptions {
  refuseForeignFlags(domain, values);
  const asOf = values["as-of"] ?? startOfLocalDay(localDay(nowMs));
  const { defaults } = domain;
  const epoch = values.epoch ?? domain.defaultEpoch(asOf);
  refuseEarlyAsOf(domain, asOf, epoch, values["as-of"] !== undefined);
  return {
    seed: values.seed ?? defaults.seed,
    epoch,
    asOf,
    days: values.days ?? defaults.days,
    volumes: volumesOf(domain, volumesAsked(domain, values)),
  };
}

/**
 * Refuses what `load` cannot do with all of its values at once.
 *
 * @param nowMs The time, UTC milliseconds.
 */
export function refuseContradictions(domain: Domain, values: Values<typeof LOAD_FLAGS>, nowMs: number): void {
  const { epoch, quiet, json, progress, truncate, resend, yes, "as-of": asOf } = values;
  if (epoch !== undefined) refuseEarlyAsOf(domain, asOf ?? nowMs, epoch, asOf !== undefined);
  if (quiet && json) throw new UsageError("Cannot use --quiet with --json: one prints, one does not", "leave one away");
  if (quiet && progress === "always") {
    throw new UsageError("Cannot use --quiet with --progress always", "leave one of them away");
  }
  if (truncate && resend) {
    throw new UsageError(
      "Cannot use --truncate with --resend: one empties the topics, one adds to them",
      "leave one of them away",
    );
  }
  if (yes && !truncate) throw new UsageError("Cannot use --yes without --truncate: nothing is asked", "leave it away");
}

/** Writes an instant in the shortest form that the command line understands. */
export function asOfText(asOf: number): string {
  const day = localDay(asOf);
  return startOfLocalDay(day) === asOf ? isoDate(day) : isoInstant(asOf);
}

function refuseEarlyAsOf(domain: Domain, asOf: number, epoch: number, given: boolean): void {
  if (asOf >= startOfLocalDay(epoch)) return;
  const first = isoDate(epoch);
  if (given) {
    throw new UsageError(
      `Cannot use --as-of ${asOfText(asOf)}: it is before the epoch ${first}`,
      `write --epoch ${isoDate(domain.defaultEpoch(asOf))}, or a later --as-of`,
    );
  }
  throw new UsageError(
    `Cannot use --epoch ${first}: it is after today`,
    `write --as-of ${first}, or an earlier --epoch`,
  );
}
