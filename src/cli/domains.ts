/**
 * The domains that the program knows.
 *
 * @module
 */

import { bankDomain } from "../domains/bank/domain.ts";
import type { Domain, DomainDescription } from "../ports/domain.ts";
import type { Manifest } from "../ports/manifest.ts";
import { DESCRIPTIONS } from "./domain_list.ts";
import { UsageError } from "./errors.ts";
import { grouped } from "./numbers.ts";

/** The domain that is meant where nobody names another. */
export const DEFAULT_DOMAIN: Domain = bankDomain;

const DOMAINS: Domain[] = [bankDomain];

/**
 * Adds a domain to the program: `--domain`, its own flags, and manifests that name it. To be called before the commands
 * are loaded.
 *
 * @throws {RangeError} If another domain has its name, or a flag that it would have.
 */
export function registerDomain(domain: Domain): void {
  const names = ({ name, unit, volumes }: DomainDescription) => [name, unit.entity, ...volumes.map(({ name }) => name)];
  const taken = names(domain).find((name) => DESCRIPTIONS.some((known) => names(known).includes(name)));
  if (taken !== undefined) {
    throw new RangeError(`Cannot add the domain "${domain.name}": there is a "${taken}" already`);
  }
  DOMAINS.push(domain);
  DESCRIPTIONS.push(domain);
}

/** The domain of a command line. */
export function chosenDomain({ domain }: { readonly domain?: string }): Domain {
  return domain === undefined ? DEFAULT_DOMAIN : domainNamed(domain);
}

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
