import { defaultEpoch } from "../domains/bank/epoch.ts";
import { DEFAULT_SEED, DEFAULT_VOLUMES } from "../domains/bank/options.ts";
import type { Manifest } from "../ports/manifest.ts";
import type { LoadReport } from "../run/report.ts";
import { isoDate, parseInstant } from "../time/calendar.ts";
import { asOfText, DEFAULT_CUSTOMERS, DEFAULT_DAYS } from "./resolve.ts";

/**
 * Writes the command line that makes the same data again.
 *
 * @param words Options that choose the same targets, without a secret.
 * @param isShort Whether options that have their default are left out, or only those that are seldom given.
 */
export function commandLine(manifest: Manifest, words: readonly string[], isShort = false): string {
  const { customers, seed, epoch, days, options } = manifest;
  const asOf = parseInstant(manifest.as_of);
  const parts = [
    ...(isShort && customers === DEFAULT_CUSTOMERS ? [] : [`--customers ${customers}`]),
    ...(isShort && seed === DEFAULT_SEED ? [] : [`--seed ${seed}`]),
    ...(isShort && epoch === isoDate(defaultEpoch(asOf)) ? [] : [`--epoch ${epoch}`]),
    `--as-of ${asOfText(asOf)}`,
    ...(days === DEFAULT_DAYS ? [] : [`--days ${days}`]),
  ];
  for (const [name, value] of Object.entries(DEFAULT_VOLUMES)) {
    const flag = kebab(name);
    const asked = options[flag.replaceAll("-", "_")];
    if (asked !== undefined && asked !== value) parts.push(`--${flag} ${asked}`);
  }
  return ["datagen load", ...parts, ...words.map(quoted)].join(" ");
}

/** The command line that makes the data of a load again; for a replacement that was stopped, that goes on with it. */
export function againLine({ manifest, targets }: LoadReport, words: readonly string[], isShort = false): string {
  const replacing = targets.some(({ outcome, complete }) => outcome === "replaced" && !complete);
  return `${commandLine(manifest, words, isShort)}${replacing ? " --truncate" : ""}`;
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Quotes what stands behind a flag for a shell where it needs it. */
export function quoted(words: string): string {
  const [flag, value] = words.split(/ (.*)/s, 2) as [string, string?];
  if (value === undefined || /^[\w:./\\@%+=,-]+$/.test(value)) return words;
  return `${flag} "${value.replace(/["$`\\]/g, "\\$&")}"`;
}
