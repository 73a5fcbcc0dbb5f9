/**
 * How fast Kafka takes events: a whole load, with and without transactions and by preset, against one constant record
 * that the same producer sends. Without a broker, librdkafka's own cluster in this process takes them.
 *
 * @module
 */

import type { KafkaClient, Producer } from "../../ports/kafka.ts";
import { LibrdkafkaProducer } from "../../adapters/kafka/librdkafka/producer.ts";
import { librdkafka } from "../../adapters/kafka/librdkafka/library.ts";
import { sendConstantRecords } from "./producer_only.ts";
import { PRESET_NAMES, type PresetName, producerProperties } from "../../adapters/kafka/librdkafka/properties.ts";
import { dropMade, findMade } from "../../adapters/kafka/sink/made.ts";
import { KafkaSink } from "../../adapters/kafka/sink/kafka_sink.ts";
import type { RunOptions } from "../../ports/domain.ts";
import { closeAfter } from "../../ports/closing.ts";
import type { SchemaRegistry } from "../../ports/registry.ts";
import { BATCH_UNITS, load } from "../../run/load.ts";
import { DEFAULT_DOMAIN } from "../domains/domains.ts";
import { openKafka } from "../settings/open_servers.ts";
import type { KafkaSettings } from "../settings/servers.ts";
import type { Figure, Measured, PeakMemory } from "./figures.ts";
import { sendEvents } from "./kafka_events.ts";
import { benchRequest } from "./sqlite.ts";

/** Share of the customers with which each preset is measured, and the fewest: one of them sends record by record. */
const PRESET_SHARE = 0.1;
const PRESET_CUSTOMERS = 256;

/** For comparisons with a constant record, which compresses to nothing. */
const UNCOMPRESSED = { "compression.type": "none" } as const;

/** Brokers of the cluster in this process. */
const MOCK = { "test.mock.num.brokers": "3", ...UNCOMPRESSED } as const;

/** Partitions of the constant record's topic, as many as that of the transactions. */
const PARTITIONS = 6;

/** Stands for a Schema Registry, so that none has to be there. */
const REGISTRY: SchemaRegistry = {
  url: "nowhere",
  incompatibility: () => Promise.resolve(undefined),
  lookup: () => Promise.resolve({ found: "nothing" as const }),
  register: () => Promise.resolve(1),
  subjects: () => Promise.resolve([]),
};

/** How a load is sent. */
interface Sending {
  readonly preset?: PresetName;
  readonly properties?: Readonly<Record<string, string>>;
  readonly transactional: boolean;
}

/** Figures of a real cluster; topics are made for each and deleted after it. */
export function kafkaFigures(
  settings: KafkaSettings,
  options: RunOptions,
  customers: number,
  memory: PeakMemory,
): Figure[] {
  let events = 0;
  return [
    {
      name: "kafka",
      what: "Kafka, from generation to committed transactions",
      against: ["kafka_without_transactions"],
      measure: () => loadOnce({ transactional: true }, customers),
    },
    {
      name: "kafka_without_transactions",
      what: "Kafka, the same load without transactions",
      measure: () => loadOnce({ transactional: false }, customers),
    },
    {
      name: "kafka_uncompressed",
      what: "Kafka, the same load with transactions, not compressed",
      against: ["kafka_constant"],
      async measure() {
        const measured = await loadOnce({ properties: UNCOMPRESSED, transactional: true }, customers);
        events = measured.rows;
        return measured;
      },
    },
    { name: "kafka_constant", what: "Kafka, one constant record, not compressed", measure: constantOnce },
    ...PRESET_NAMES.map((preset): Figure => ({
      name: `kafka_${preset.replaceAll("-", "_")}`,
      what: `Kafka, --preset ${preset}, fewer customers, once`,
      once: true,
      measure: () => loadOnce({ preset, transactional: false }, presetCustomers(customers)),
    })),
  ];

  /** Loads the events; the time runs from the first batch, when topics and producer are there. */
  async function loadOnce({ preset, transactional, ...sending }: Sending, customers: number): Promise<Measured> {
    const own = { ...settings.properties, ...sending.properties };
    const { client, properties } = await openKafka({
      ...settings,
      properties: own,
      ...(preset === undefined ? {} : { preset }),
    });
    const prefix = freshPrefix();
    let first: { readonly rows: number; readonly atMs: number } | undefined;
    return await closeAfter(async () => {
      const sink = new KafkaSink({
        ...settings,
        brokers: settings.bootstrap,
        client,
        properties,
        transactional,
        prefix,
        createTopics: true,
        registry: REGISTRY,
      }, DEFAULT_DOMAIN.entities);
      const report = await load(benchRequest(options, customers), [sink], {
        progress({ rows }) {
          first ??= { rows, atMs: performance.now() };
          memory.look();
        },
      });
      if (!report.ok) throw new Error("Cannot measure Kafka as records are missing");
      if (customers <= BATCH_UNITS) return { rows: report.written, seconds: report.seconds }; // there is one batch
      return { rows: report.written - first!.rows, seconds: (performance.now() - first!.atMs) / 1000 };
    }, () => [() => drop(client, prefix)]);
  }

  async function drop(client: KafkaClient, prefix: string): Promise<void> {
    const admin = client.admin();
    const made = async () => await dropMade(await findMade(admin, prefix, undefined), admin, undefined, () => {});
    await closeAfter(made, () => [() => admin.close()]);
  }

  async function constantOnce(): Promise<Measured> {
    const { client, properties } = await openKafka({
      ...settings,
      properties: { ...settings.properties, ...UNCOMPRESSED },
    });
    const topic = `${freshPrefix()}.constant`;
    const admin = client.admin();
    const producer = client.producer(properties);
    return await closeAfter(async () => {
      const { replicationFactor } = settings;
      await admin.createTopics([{ name: topic, partitions: PARTITIONS, replicationFactor, settings: {} }]);
      return await constant(producer, topic, events);
    }, () => [() => producer.close(), () => admin.deleteTopics([topic]), () => admin.close()]);
  }
}

/** Figures of librdkafka's cluster in this process, which has no transactions of ours and keeps nothing. */
export function mockKafkaFigures(options: RunOptions, customers: number): Figure[] {
  let events = 0;
  return [
    {
      name: "mock_kafka",
      what: "Kafka in this process, from generation to acknowledgement",
      against: ["mock_kafka_constant"],
      async measure() {
        const measured = await withProducer((producer) => sendEvents(producer, options, customers));
        events = measured.rows;
        return measured;
      },
    },
    {
      name: "mock_kafka_constant",
      what: "Kafka in this process, one constant record",
      measure: () => withProducer((producer) => constant(producer, "constant", events)),
    },
  ];

  async function withProducer(use: (producer: LibrdkafkaProducer) => Promise<Measured>): Promise<Measured> {
    const producer = new LibrdkafkaProducer(librdkafka(), producerProperties(undefined, MOCK));
    return await closeAfter(async () => {
      return await use(producer);
    }, () => [() => producer.close()]);
  }
}

function presetCustomers(customers: number): number {
  return Math.min(customers, Math.max(PRESET_CUSTOMERS, Math.ceil(customers * PRESET_SHARE)));
}

async function constant(producer: Producer, topic: string, events: number): Promise<Measured> {
  const { records, seconds } = await sendConstantRecords(producer, topic, Math.max(1, events));
  return { rows: records, seconds };
}

function freshPrefix(): string {
  return `datagen-bench-${crypto.randomUUID().slice(0, 8)}`;
}
