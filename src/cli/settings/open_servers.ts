/**
 * From settings to clients and sinks of servers; nothing is connected to yet.
 *
 * @module
 */

import { type KafkaClient, KafkaError } from "../../ports/kafka.ts";
import { layered, type Properties } from "../../adapters/kafka/librdkafka/layered.ts";
import type { OpenLibrary } from "../../adapters/kafka/librdkafka/library.ts";
import type { RegistryClient } from "../../adapters/registry/registry_client.ts";
import type { Entity } from "../../model/entity.ts";
import { RegistryError } from "../../ports/registry.ts";
import type { Sink } from "../../ports/sink.ts";
import { UsageError } from "../failures.ts";
import type { KafkaSettings, PostgresSettings, RegistrySettings } from "./servers.ts";

/** Where librdkafka describes its properties. */
const PROPERTIES_PAGE = "https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md";

/** Properties that are datagen's to set, with the reason. */
const OWNED: Properties = {
  "bootstrap.servers": "--kafka-bootstrap says where the brokers are",
  "test.mock.num.brokers": "--kafka-bootstrap says where the brokers are",
  "transactional.id": "it follows from --topic-prefix",
  "allow.auto.create.topics": "a topic that is deleted during a load must not come back",
  "delivery.report.only.error": "every delivery is counted",
  "log.queue": "log lines are collected",
};

/** A Kafka cluster that clients can be made of. */
export interface OpenKafka {
  readonly client: KafkaClient;
  /** All settings of a producer. */
  readonly properties: Readonly<Record<string, string>>;
  /** Whether the settings allow transactions: none but datagen's own preset asks for them. */
  readonly isTransactional: boolean;
  /** The librdkafka in use. */
  readonly library: { readonly version: string; readonly path: string };
}

/** Makes the sink of a PostgreSQL database. */
export async function openPostgresSink(
  { connection, schema }: PostgresSettings,
  entities: readonly Entity[],
): Promise<Sink> {
  const { PostgresSink } = await import("../../adapters/postgres/postgres_sink.ts");
  return new PostgresSink(connection, entities, { schema });
}

/**
 * Makes the sink of a Kafka cluster.
 *
 * @throws As {@linkcode openKafka} and {@linkcode openRegistry} do.
 */
export async function openKafkaSink(
  settings: KafkaSettings,
  entities: readonly Entity[],
): Promise<Sink> {
  const { KafkaSink } = await import("../../adapters/kafka/sink/kafka_sink.ts");
  const { client, properties, isTransactional } = await openKafka(settings);
  const { bootstrap, prefix, retentionHours, replicationFactor, createTopics, cloudEvents, recordTimestamp } = settings;
  return new KafkaSink({
    brokers: bootstrap,
    client,
    properties,
    transactional: isTransactional,
    prefix,
    usualPrefix: settings.usualPrefix,
    retentionHours,
    replicationFactor,
    createTopics,
    cloudEvents,
    recordTimestamp,
    registry: settings.registry === undefined ? undefined : await openRegistry(settings.registry),
    registryFallback: settings.registryFallback,
  }, entities);
}

/**
 * Loads librdkafka and checks all settings, by what librdkafka makes of them. Nothing is connected to.
 *
 * @throws {UsageError} If librdkafka does not take a setting or all of them together, or one is datagen's own.
 * @throws {KafkaError} If there is no librdkafka.
 */
export async function openKafka(settings: KafkaSettings): Promise<OpenKafka> {
  const { librdkafka } = await import("../../adapters/kafka/librdkafka/library.ts");
  const { producerProperties, valuesInForce } = await import("../../adapters/kafka/librdkafka/properties.ts");
  const { librdkafkaClient } = await import("../../adapters/kafka/librdkafka/librdkafka_client.ts");
  const library = librdkafka();
  const cluster = layered(settings.properties, { "bootstrap.servers": settings.bootstrap });
  const properties = producerProperties(settings.preset, cluster);
  try {
    await refuseOwned(library.calls, settings.properties);
    const inForce = valuesInForce(library.calls, properties, ["enable.idempotence", "acks"]);
    const isTransactional = settings.preset === undefined && inForce["enable.idempotence"] === "true";
    if (isTransactional) refuseFewAcks(inForce.acks);
    // without brokers a client connects to nothing; it refuses what does not go together
    const alone = { "bootstrap.servers": "", ...(isTransactional ? { "transactional.id": "datagen" } : {}) };
    await librdkafkaClient(layered(properties, alone)).producer({}).close();
    return {
      client: librdkafkaClient(cluster),
      properties,
      isTransactional,
      library: { version: library.version, path: library.path },
    };
  } catch (error) {
    if (!(error instanceof KafkaError && error.code === "_INVALID_ARG")) throw error;
    throw new UsageError(error.message, `${PROPERTIES_PAGE} lists the properties of -X`, { cause: error });
  }
}

/** Refuses settings that change what is datagen's to decide, whatever name they go by. */
async function refuseOwned(calls: OpenLibrary["calls"], given: Properties): Promise<void> {
  const { valuesInForce } = await import("../../adapters/kafka/librdkafka/properties.ts");
  const names = Object.keys(OWNED);
  const without = valuesInForce(calls, {}, names);
  for (const [name, value] of Object.entries(given)) {
    const held = valuesInForce(calls, { [name]: value }, names);
    const changed = names.find((owned) => held[owned] !== without[owned]);
    if (changed !== undefined) throw new UsageError(`Cannot use -X ${name}: ${OWNED[changed]}`, "leave it away");
  }
}

function refuseFewAcks(acks: string): void {
  if (acks === "-1") return;
  throw new UsageError(
    `Cannot use -X acks=${acks} with transactions: they wait for all replicas`,
    "choose a --preset, or give -X enable.idempotence=false too",
  );
}

/**
 * Makes the client of a Schema Registry.
 *
 * @throws {UsageError} If an address, the credentials or the certificates cannot be used.
 */
export async function openRegistry({ urls, ...options }: RegistrySettings): Promise<RegistryClient> {
  const { RegistryClient } = await import("../../adapters/registry/registry_client.ts");
  try {
    return new RegistryClient(urls, options);
  } catch (error) {
    if (error instanceof RegistryError) {
      throw new UsageError(error.message, error.hint ?? "name a PEM file with --schema-registry-ca", { cause: error });
    }
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError(error.message, "write --schema-registry http://HOST:PORT, and log in with a user or a token");
  }
}
