/**
 * The flags that say what is generated, and how much of what.
 *
 * @module
 */

import { type DomainDescription, SEED_RANGE } from "../../ports/domain.ts";
import { DEFAULT_DESCRIPTION, DESCRIPTIONS } from "../domains/domain_list.ts";
import { UsageError } from "../failures.ts";
import type { Flag, ValueFlag } from "../parser/flag.ts";
import { asOfInstant, decimal, epochDay, integer, oneOf, type ValueKind } from "../parser/values.ts";

const { defaults, daysRange, years } = DEFAULT_DESCRIPTION;

/** A number of units. */
export function unitCount({ unit }: DomainDescription, example = unit.usual): ValueKind<number> {
  return integer(1, unit.most, example);
}

/** The flag that counts the units of a domain: `--customers`. */
export function unitFlag(domain: DomainDescription): ValueFlag<number> {
  const { unit } = domain;
  return {
    long: flagName(unit.entity),
    isCommon: true,
    variable: "N",
    category: "What is generated",
    summary: unit.summary,
    detail: `The ${unit.entity} of a smaller run are the first of a larger one of the same seed, byte for byte.`,
    default: String(unit.usual),
    kind: unitCount(domain),
  };
}

function volumeFlags({ volumes }: DomainDescription): ValueFlag<number>[] {
  return volumes.map(({ name, summary, detail, default: usual, range, example }) => ({
    long: flagName(name),
    variable: "X",
    category: "How much of what",
    summary,
    ...(detail === undefined ? {} : { detail }),
    default: String(usual),
    kind: decimal(...range, example),
  }));
}

/** The flags that are some domain's own: what it counts, and its volumes. */
export function domainFlags(): readonly ValueFlag<number>[] {
  return [...DESCRIPTIONS.map(unitFlag), ...DESCRIPTIONS.flatMap(volumeFlags)];
}

/** Values of a command line, those of the flags of domains among them. */
type AnyValues = Readonly<Record<string, unknown>>;

/** How many units of a domain were asked for; undefined where nobody said it. */
export function unitsAsked({ unit }: DomainDescription, values: object): number | undefined {
  return (values as AnyValues)[flagName(unit.entity)] as number | undefined;
}

/** The volumes of a domain that were asked for, by their names; undefined when none of them was. */
export function volumesAsked({ volumes }: DomainDescription, values: object): Record<string, number> | undefined {
  const given = volumes.flatMap(({ name }) => {
    const value = (values as AnyValues)[flagName(name)];
    return value === undefined ? [] : [[name, value as number] as const];
  });
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

/**
 * Refuses the flags of other domains than the one that is generated.
 *
 * @throws {UsageError} If there is one.
 */
export function refuseForeignFlags(domain: DomainDescription, values: object): void {
  for (const other of DESCRIPTIONS.filter(({ name }) => name !== domain.name)) {
    const flags = [unitFlag(other), ...volumeFlags(other)];
    const used = flags.find(({ long }) => (values as AnyValues)[long] !== undefined);
    if (used === undefined) continue;
    const isCount = used.long === flagName(other.unit.entity);
    throw new UsageError(
      `Cannot use --${used.long} with the domain ${domain.name}: it belongs to the domain ${other.name}`,
      isCount ? `write --${flagName(domain.unit.entity)}, or --domain ${other.name}` : `write --domain ${other.name}`,
    );
  }
}

/** The name of a flag of something that manifests name. */
export function flagName(name: string): string {
  return name.replaceAll("_", "-");
}

/** Which world is generated. */
export const domain = {
  long: "domain",
  variable: "NAME",
  category: "What is generated",
  summary: `${DESCRIPTIONS.map(({ name }) => name).join(" or ")}: the world that the rows are of.`,
  detail: "A file that holds a run says it by itself.",
  default: DEFAULT_DESCRIPTION.name,
  kind: oneOf([DEFAULT_DESCRIPTION.name, ...DESCRIPTIONS.slice(1).map(({ name }) => name)]),
} as const satisfies Flag;

/** The number from which all follows. */
export const seed = {
  long: "seed",
  isCommon: true,
  variable: "N",
  category: "What is generated",
  summary: "The number from which all data follows.",
  detail: "The same seed, epoch and as-of give the same bytes on any machine, in any target.",
  default: String(defaults.seed),
  kind: integer(...SEED_RANGE, defaults.seed),
} as const satisfies Flag;

const epoch = {
  long: "epoch",
  variable: "DATE",
  category: "What is generated",
  summary: "The 1 January from which histories are counted.",
  detail: DEFAULT_DESCRIPTION.details.epoch,
  default: "that of the as-of's year",
  kind: epochDay(...years),
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
  kind: asOfInstant(...years),
} as const satisfies Flag;

/** The same where no target can say it. */
export const asOfToday = { ...asOf, default: "today" } as const;

/** How long a time is written. */
export const days = {
  long: "days",
  variable: "N",
  category: "What is generated",
  summary: "Days before the as-of whose events are written.",
  detail: DEFAULT_DESCRIPTION.details.days,
  default: String(defaults.days),
  kind: integer(...daysRange, defaults.days),
} as const satisfies Flag;

/** What the data follows from, whatever the instant, beside what a domain counts. */
export const POPULATION = [domain, seed, epoch] as const;
