/**
 * The domains that the program knows.
 *
 * @module
 */

import { bankDomain } from "../domains/bank/domain.ts";
import type { Domain } from "../ports/domain.ts";
import type { Manifest } from "../ports/manifest.ts";
import { UsageError } from "./errors.ts";
import { grouped } from "./numbers.ts";

/** The domain that is meant where nobody names another. */
export const DEFAULT_DOMAIN: Domain = bankDomain;

const DOMAINS: readonly Domain[] = [bankDomain];

/**
 * The domain of a manifest.
 *
 * @throws {UsageError} If this version does not know it.
 */
export function domainNamed(name: string): Domain {
  const found = DOMAINS.find((domain) => domain.name === name);
  if (found !== undefined) return found;
  throw new UsageError(
    `Cannot use the domain "${name}": expected ${DOMAINS.map((domain) => domain.name).join(", ")}`,
    "a newer version of datagen may know it",
  );
}

/** How many units a run has: `1,000 customers`. */
export function unitsText({ domain, units }: Pick<Manifest, "domain" | "units">): string {
  const { entity, one } = domainNamed(domain).unit;
  return `${grouped(units)} ${units === 1 ? one : entity}`;
}
