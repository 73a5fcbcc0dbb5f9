/**
 * Real servers for tests: PostgreSQL 18 and 15, Kafka, a Schema Registry, and the Kafka client's native library.
 *
 * ```ts
 * const test = await testsWith("postgres", "kafka");
 *
 * test("load writes what it says", async () => {
 *   const { bootstrap } = await kafka();
 *   await freshDatabase(async ({ url }) => { ... });
 * });
 * ```
 *
 * Servers come from the environment (see `VARIABLES`), or are fetched and started by `deno task test` and
 * `deno task test:with FILE`, each once in a run, at the first question. Where one cannot be had, its tests are skipped
 * and the reason is printed; with `CI=true` they fail, but for what is `OPTIONAL`.
 *
 * @module
 */

import postgresClient from "postgres";
import { HUB_VARIABLE } from "./services/hub.ts";
import { type KafkaAddress, type KafkaOptions, type OwnKafka, startKafka } from "./services/kafka_server.ts";
import {
  inOneLine,
  type Missing,
  type Need,
  obtain,
  OPTIONAL,
  type Shared,
  type SharedName,
  VARIABLES,
} from "./services/offers.ts";
import { type OwnPgBouncer, type PgBouncerOptions, startPgBouncer } from "./services/pgbouncer_server.ts";
import {
  type OwnPostgres,
  type PostgresAddress,
  type PostgresOptions,
  startPostgres,
} from "./services/postgres_server.ts";
import { type OwnRegistry, type RegistryAddress, startRegistry } from "./services/registry_server.ts";
import type { Ledger } from "./services/server_process.ts";

export { type Certificates, makeCertificates } from "./services/certificates.ts";
export type { KafkaAddress, KafkaOptions, OwnKafka, SecureListeners } from "./services/kafka_server.ts";
export type { Need } from "./services/offers.ts";
export type { OwnPgBouncer, PoolMode } from "./services/pgbouncer_server.ts";
export type { OwnPostgres, PostgresAddress, PostgresOptions } from "./services/postgres_server.ts";
export type { OwnRegistry, RegistryAddress } from "./services/registry_server.ts";
export { freePort, ServerProcess, sleep } from "./services/server_process.ts";

/** Defines a test, as `Deno.test(name, fn)` does. */
export type DefineTest = (name: string, fn: (context: Deno.TestContext) => void | Promise<void>) => void;

/** Where to ask for servers; undefined if the tests were started without the program that offers them. */
const hub = Deno.env.get(HUB_VARIABLE) || undefined;
const inCi = Deno.env.get("CI") === "true";

/** Gives the function that defines tests which need servers. Fetches what is not there; starts nothing yet. */
export async function testsWith(...needs: readonly Need[]): Promise<DefineTest> {
  const answers = await Promise.all(needs.map(missing));
  const lacking = answers.find((answer) => answer !== undefined);
  const required = needs.some((need, at) => answers[at] !== undefined && !OPTIONAL.has(need));
  if (lacking !== undefined && hub === undefined) console.error(`services: ${inOneLine(lacking)}`);
  return (name, fn) => {
    if (lacking === undefined) Deno.test(name, fn);
    else if (inCi && required) Deno.test(name, () => Promise.reject(new Error(inOneLine(lacking))));
    else Deno.test({ name, fn, ignore: lacking !== undefined });
  };
}

/** PostgreSQL 18, shared by all tests of the run. */
export function postgres(): Promise<PostgresAddress> {
  return shared("postgres");
}

/** PostgreSQL 15, shared by all tests of the run. */
export function postgres15(): Promise<PostgresAddress> {
  return shared("postgres15");
}

/** A Kafka broker, shared by all tests of the run: use a {@linkcode freshPrefix}. */
export function kafka(): Promise<KafkaAddress> {
  return shared("kafka");
}

/** A Schema Registry, shared by all tests of the run: subjects begin with the topics' prefix. */
export function schemaRegistry(): Promise<RegistryAddress> {
  return shared("schemaRegistry");
}

/**
 * Calls `use` with a new empty database, which is dropped afterwards, open connections or not.
 *
 * @param server Default: PostgreSQL 18.
 */
export async function freshDatabase<Result>(
  use: (database: PostgresAddress) => Promise<Result>,
  server: "postgres" | "postgres15" = "postgres",
): Promise<Result> {
  const address = await shared(server);
  const database = `test_${random()}`;
  await command(address.url, `CREATE DATABASE ${database}`);
  try {
    const url = new URL(address.url);
    url.pathname = `/${database}`;
    return await use({ ...address, database, url: url.href });
  } finally {
    await command(address.url, `DROP DATABASE ${database} WITH (FORCE)`);
  }
}

/** A prefix for topics that no other test uses. */
export function freshPrefix(): string {
  return `test-${random()}`;
}

/** A PostgreSQL of the test's own, to be had with `await using`: it and its files are gone at the end of the block. */
export function privatePostgres(options: PostgresOptions = {}): Promise<OwnPostgres> {
  return startPostgres(options, ledger);
}

/** A PgBouncer of the test's own before a PostgreSQL server, to be had with `await using`. */
export function privatePgBouncer(server: PostgresAddress, options: PgBouncerOptions): Promise<OwnPgBouncer> {
  return startPgBouncer(server, options, ledger);
}

/** A Kafka broker of the test's own, to be had with `await using`. */
export function privateKafka(options: KafkaOptions = {}): Promise<OwnKafka> {
  return startKafka({ ...options, config: { ...QUICK_RETURN, ...options.config } }, ledger);
}

/** After a kill, a broker may join again only when its last session has ended: by default after 9 s. */
const QUICK_RETURN = { "broker.session.timeout.ms": "3000", "broker.heartbeat.interval.ms": "500" };

/** A Schema Registry of the test's own, to be had with `await using`. Its schemas are gone after `stop` or `kill`. */
export function privateSchemaRegistry(): Promise<OwnRegistry> {
  return startRegistry(ledger);
}

/** The run ends the processes that a test file which died left behind. */
const ledger: Ledger = {
  add: (pid, folder) => tellHub("PUT", pid, folder),
  remove: (pid) => tellHub("DELETE", pid),
};

async function tellHub(method: string, pid: number, folder?: string): Promise<void> {
  if (hub === undefined) return;
  const body = folder === undefined ? {} : { body: folder };
  await (await fetch(`${hub}/processes/${pid}`, { method, ...body })).body?.cancel();
}

async function missing(need: Need): Promise<Missing | undefined> {
  if (isShared(need) && Deno.env.get(VARIABLES[need])) return undefined;
  if (hub !== undefined) return await (await fetch(`${hub}/obtain/${need}`)).json() ?? undefined;
  if (!isShared(need)) return await obtain(need);
  return {
    reason: `Cannot reach ${need}: the tests were not started by "deno task test:with"`,
    remedy: `start them by it, or set ${VARIABLES[need]}`,
  };
}

function isShared(need: Need): need is SharedName {
  return Object.hasOwn(VARIABLES, need);
}

async function shared<Name extends SharedName>(name: Name): Promise<Shared[Name]> {
  const set = Deno.env.get(VARIABLES[name]);
  if (set) return fromEnvironment(name, set) as Shared[Name];
  const answer = await fetch(`${hub}/start/${name}`);
  if (!answer.ok) throw new Error(await answer.text());
  return await answer.json();
}

function fromEnvironment(name: SharedName, set: string): Shared[SharedName] {
  if (name === "kafka") return { bootstrap: set };
  if (name === "schemaRegistry") return { url: set };
  const url = new URL(set);
  return {
    url: set,
    host: url.hostname,
    port: Number(url.port || 5432),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: url.pathname.slice(1),
  };
}

async function command(url: string, statement: string): Promise<void> {
  const sql = postgresClient(url, { max: 1, onnotice: () => {} });
  try {
    await sql.unsafe(statement);
  } finally {
    await sql.end();
  }
}

function random(): string {
  return crypto.randomUUID().slice(0, 8) + Date.now().toString(36);
}
