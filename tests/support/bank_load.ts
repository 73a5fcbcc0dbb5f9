/**
 * A load of the bank into servers, for tests that look at what came of it.
 *
 * @module
 */

import { freshDatabase, freshPrefix, kafka, schemaRegistry } from "./services.ts";

/** The entities that go to Kafka. */
export const EVENTS = ["transactions", "card_transactions", "trades", "installments"] as const;

/** Where a load goes. */
export interface Places {
  /** Of an empty database. */
  readonly url: string;
  readonly bootstrap: string;
  /** Of the Schema Registry. */
  readonly registry: string;
  /** What topics' names begin with. */
  readonly prefix: string;
}

/** A day within 2026, so that loads of any year give the same rows. */
export const AS_OF = "2026-06-30";

/** The words that load customers into both servers. */
export function loadWords(customers: number, { url, bootstrap, registry, prefix }: Places): string[] {
  return [
    ...["load", "--customers", String(customers), "--as-of", AS_OF],
    ...["--postgres-url", url],
    ...["--kafka-bootstrap", bootstrap, "--schema-registry", registry, "--topic-prefix", prefix, "--create-topics"],
  ];
}

/** Calls `use` with an empty database and a prefix of its own on the shared servers. */
export async function inFreshPlaces<Result>(use: (places: Places) => Promise<Result>): Promise<Result> {
  const [{ bootstrap }, { url: registry }] = await Promise.all([kafka(), schemaRegistry()]);
  return await freshDatabase(({ url }) => use({ url, bootstrap, registry, prefix: freshPrefix() }));
}

/** Records of each event entity from the rows that `--json` tells. */
export function eventsOf(rows: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(EVENTS.map((name) => [name, rows[name] ?? 0]));
}
