import type { Manifest } from "../../ports/manifest.ts";
import type { LoadReport } from "../../run/report.ts";
import { isoDate, parseInstant } from "../../time/calendar.ts";
import { DEFAULT_DESCRIPTION } from "../domains/domain_list.ts";
import { domainNamed } from "../domains/domains.ts";
import { flagName } from "../flags/population_flags.ts";
import { quoted } from "../terminal/text.ts";
import { asOfText } from "./resolve.ts";

/**
 * Writes the command line that makes the same data again.
 *
 * @param words Options that choose the same targets, without a secret.
 * @param isShort Whether options that have their default are left out, or only those that are seldom given.
 */
export function commandLine(manifest: Manifest, words: readonly string[], isShort = false): string {
  const { units, seed, epoch, days, options } = manifest;
  const domain = domainNamed(manifest.domain);
  const { defaults, unit } = domain;
  const asOf = parseInstant(manifest.as_of);
  const parts = [
    ...(domain.name === DEFAULT_DESCRIPTION.name ? [] : [`--domain ${domain.name}`]),
    ...(isShort && units === unit.usual ? [] : [`--${flagName(unit.entity)} ${units}`]),
    ...(isShort && seed === defaults.seed ? [] : [`--seed ${seed}`]),
    ...(isShort && epoch === isoDate(domain.defaultEpoch(asOf)) ? [] : [`--epoch ${epoch}`]),
    `--as-of ${asOfText(asOf)}`,
    ...(days === defaults.days ? [] : [`--days ${days}`]),
  ];
  for (const { name, default: usual } of domain.volumes) {
    const asked = options[name];
    if (asked !== undefined && asked !== usual) parts.push(`--${flagName(name)} ${asked}`);
  }
  return ["datagen load", ...parts, ...words.map(quoted)].join(" ");
}

/** The command line that makes the data of a load again; for a replacement that was stopped, that goes on with it. */
export function againLine({ manifest, targets }: LoadReport, words: readonly string[], isShort = false): string {
  const replacing = targets.some(({ outcome, complete }) => outcome === "replaced" && !complete);
  return `${commandLine(manifest, words, isShort)}${replacing ? " --truncate" : ""}`;
}
