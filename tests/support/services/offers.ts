/**
 * What a test run can offer to its tests: each service's name, where it may be set, how it is had and started.
 *
 * @module
 */

import { fillVendor, hostTarget } from "../../../tools/librdkafka.ts";
import { MissingServer } from "./commands.ts";
import { type KafkaAddress, kafkaJars, startKafka } from "./kafka_server.ts";
import { kafkaToolsJar } from "./kafka_tools.ts";
import { pgBouncerProgram } from "./pgbouncer_server.ts";
import { postgresPrograms } from "./postgres_programs.ts";
import { type PostgresAddress, startPostgres } from "./postgres_server.ts";
import { type RegistryAddress, registryJar, startRegistry } from "./registry_server.ts";

/** A server that all tests of a run share. */
export interface Shared {
  readonly postgres: PostgresAddress;
  readonly postgres15: PostgresAddress;
  readonly kafka: KafkaAddress;
  readonly schemaRegistry: RegistryAddress;
}

/** Name of a server that all tests of a run share. */
export type SharedName = keyof Shared;

/**
 * Something that a test needs: a shared server; the programs for a server of its own, PostgreSQL 18, Kafka or a Schema
 * Registry; the Kafka client's native library, which Kafka implies; the tools of Kafka's distribution; or PgBouncer.
 */
export type Need =
  | SharedName
  | "ownPostgres"
  | "ownKafka"
  | "ownSchemaRegistry"
  | "librdkafka"
  | "kafkaTools"
  | "pgBouncer";

/** What no registry of packages has for every system, so that its tests are skipped even with `CI=true`. */
export const OPTIONAL: ReadonlySet<Need> = new Set<Need>(["pgBouncer"]);

/** Why something cannot be had. */
export interface Missing {
  /** One line. */
  readonly reason: string;
  /** What to do, one line. */
  readonly remedy: string;
}

/** The variables that name a server of one's own instead of a shared one. */
export const VARIABLES: Readonly<Record<SharedName, string>> = {
  postgres: "DATAGEN_TEST_POSTGRES_URL",
  postgres15: "DATAGEN_TEST_POSTGRES15_URL",
  kafka: "DATAGEN_TEST_KAFKA_BOOTSTRAP",
  schemaRegistry: "DATAGEN_TEST_SCHEMA_REGISTRY",
};

const OBTAIN: Readonly<Record<Need, () => Promise<unknown>>> = {
  postgres: () => postgresPrograms(18),
  ownPostgres: () => postgresPrograms(18),
  postgres15: () => postgresPrograms(15),
  kafka: () => Promise.all([kafkaJars(), librdkafka()]),
  ownKafka: () => Promise.all([kafkaJars(), librdkafka()]),
  schemaRegistry: registryJar,
  ownSchemaRegistry: registryJar,
  librdkafka,
  kafkaTools: kafkaToolsJar,
  pgBouncer: pgBouncerProgram,
};

const START: { readonly [Name in SharedName]: () => Promise<Shared[Name] & AsyncDisposable> } = {
  postgres: () => startPostgres({ version: 18 }),
  postgres15: () => startPostgres({ version: 15 }),
  kafka: () => startKafka(),
  schemaRegistry: () => startRegistry(),
};

/** What a person is told about something that cannot be had. */
export function inOneLine({ reason, remedy }: Missing): string {
  return `${reason}. Remedy: ${remedy}`;
}

/** Tells whether a text is the name of something that tests may need. */
export function isNeed(text: string): text is Need {
  return Object.hasOwn(OBTAIN, text);
}

/** Tells whether a text is the name of a shared server. */
export function isSharedName(text: string): text is SharedName {
  return Object.hasOwn(START, text);
}

/** Fetches what is needed, unless it is there; gives the reason if it cannot be had. */
export async function obtain(need: Need): Promise<Missing | undefined> {
  try {
    await OBTAIN[need]();
    return undefined;
  } catch (error) {
    if (error instanceof MissingServer) return { reason: error.message, remedy: error.remedy };
    throw error;
  }
}

/** Starts a server to be shared; to dispose of it ends it. */
export function startShared<Name extends SharedName>(name: Name): Promise<Shared[Name] & AsyncDisposable> {
  return START[name]();
}

let vendored: Promise<string> | undefined;

async function librdkafka(): Promise<void> {
  if (Deno.env.get("DATAGEN_LIBRDKAFKA")) return;
  try {
    await (vendored ??= fillVendor(hostTarget()));
  } catch (error) {
    const remedy = "install Python with pip, or set DATAGEN_LIBRDKAFKA to the path of a librdkafka";
    throw new MissingServer(error instanceof Error ? error.message : String(error), remedy, { cause: error });
  }
}
