/**
 * Starts PostgreSQL, Kafka and a Schema Registry on free loopback ports, prints their addresses and a command line that
 * uses them, and ends them at Ctrl-C or SIGTERM. With `--json` the addresses come as one line of JSON. Run it with
 * `deno task services`.
 *
 * @module
 */

import { Hub } from "../tests/support/services/hub.ts";
import type { Missing, SharedName } from "../tests/support/services/offers.ts";

/** How to reach the servers. */
export interface Addresses {
  readonly postgresUrl: string;
  readonly kafkaBootstrap: string;
  readonly schemaRegistry: string;
}

const NAMES = ["postgres", "kafka", "schemaRegistry"] as const satisfies readonly SharedName[];

/** What a person is told about the servers. */
export function describe({ postgresUrl, kafkaBootstrap, schemaRegistry }: Addresses): string {
  return `PostgreSQL       ${postgresUrl}
Kafka            ${kafkaBootstrap}
Schema Registry  ${schemaRegistry}

deno task datagen load --customers 1000 --postgres-url ${postgresUrl} --kafka-bootstrap ${kafkaBootstrap} ` +
    `--schema-registry ${schemaRegistry} --create-topics

They run until Ctrl-C; then they and their data are gone.`;
}

async function startAll(hub: Hub): Promise<Addresses> {
  const missing = (await Promise.all(NAMES.map((name) => hub.obtain(name)))).filter((one): one is Missing => !!one);
  if (missing.length > 0) throw new Error("Cannot start all servers: see above");
  const [postgres, kafka, registry] = await Promise.all([
    hub.start("postgres"),
    hub.start("kafka"),
    hub.start("schemaRegistry"),
  ]);
  return { postgresUrl: postgres.url, kafkaBootstrap: kafka.bootstrap, schemaRegistry: registry.url };
}

async function main(args: readonly string[]): Promise<number> {
  const unknown = args.find((arg) => arg !== "--json");
  if (unknown !== undefined) {
    console.error(`error: unknown option "${unknown}"; allowed: --json`);
    return 2;
  }
  const stop = Promise.withResolvers<void>();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    if (signal === "SIGINT" || Deno.build.os !== "windows") Deno.addSignalListener(signal, () => stop.resolve());
  }
  await using hub = new Hub();
  const started = startAll(hub);
  try {
    await Promise.race([started, stop.promise]);
    const addresses = await Promise.race([started, stop.promise.then(() => undefined)]);
    if (addresses === undefined) return 130;
    console.log(args.includes("--json") ? JSON.stringify(addresses) : describe(addresses));
    await stop.promise;
    return 0;
  } catch (error) {
    console.error(`error: ${error instanceof Error ? error.message : error}`);
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
