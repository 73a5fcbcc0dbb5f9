/**
 * The domains that the program knows.
 *
 * @module
 */

import { bankDomain } from "../../domains/bank/domain.ts";
import type { Domain, DomainDescription } from "../../ports/domain.ts";
import type { Manifest } from "../../ports/manifest.ts";
import { DESCRIPTIONS } from "./domain_list.ts";
import { UsageError } from "../failures.ts";
import { grouped } from "../terminal/numbers.ts";

/** The domain that is meant where nobody names another. */
export const DEFAULT_DOMAIN: Domain = bankDomain;

/** A domain, and the module that workers run to make its batches. */
interface Registered {
  readonly domain: Domain;
  readonly workerModule: URL | undefined;
}

const DOMAINS: Registered[] = [{ domain: bankDomain, workerModule: new URL("../worker.ts", import.meta.url) }];

/**
 * Adds a domain to the program: `--domain`, its own flags, and manifests that name it. To be called before the commands
 * are loaded.
 *
 * @param workerModule What a worker runs: it registers the domain, then imports `worker.ts`. Without it, loads of the
 * domain have no workers.
 * @throws {RangeError} If another domain has its name, or a flag that it would have.
 */
export function registerDomain(domain: Domain, workerModule?: URL): void {
  const names = ({ name, unit, volumes }: DomainDescription) => [name, unit.entity, ...volumes.map(({ name }) => name)];
  const taken = names(domain).find((name) => DESCRIPTIONS.some((known) => names(known).includes(name)));
  if (taken !== undefined) {
    throw new RangeError(`Cannot add the domain "${domain.name}": there is a "${taken}" already`);
  }
  DOMAINS.push({ domain, workerModule });
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
  const found = DOMAINS.find(({ domain }) => domain.name === name);
  if (found !== undefined) return found.domain;
  throw new UsageError(
    `Cannot use the domain "${name}": expected ${DOMAINS.map(({ domain }) => domain.name).join(", ")}`,
    "a newer version of datagen may know it",
  );
}

/**
 * The module that workers run for a domain.
 *
 * @returns Undefined where there is none, or where the program may not read it.
 */
export function workerModuleOf(name: string): URL | undefined {
  const module = DOMAINS.find(({ domain }) => domain.name === name)?.workerModule;
  if (module === undefined || module.protocol !== "file:") return module;
  return Deno.permissions.querySync({ name: "read", path: module }).state === "granted" ? module : undefined;
}

/** How many units a run has: `1,000 customers`. */
export function unitsText({ domain, units }: Pick<Manifest, "domain" | "units">): string {
  const { entity, one } = domainNamed(domain).unit;
  return `${grouped(units)} ${units === 1 ? one : entity}`;
}
