/** Kafka sinks for the toy shop, whatever cluster is behind them. */

import type { KafkaClient } from "../../src/ports/kafka.ts";
import { KafkaSink, type KafkaSinkOptions } from "../../src/adapters/kafka/sink/kafka_sink.ts";
import { librdkafkaClient } from "../../src/adapters/kafka/librdkafka/librdkafka_client.ts";
import { type PresetName, producerProperties } from "../../src/adapters/kafka/librdkafka/properties.ts";
import type { Entity } from "../../src/model/entity.ts";
import { type RowSink, takingRows } from "./row_sink.ts";
import { toyEntities, toyId } from "./toy_shop.ts";

/** Settings of a sink; JSON in transactions unless something else is said. */
export type ToySinkOptions = Partial<KafkaSinkOptions> & { readonly client: KafkaClient; readonly prefix: string };

/** Makes a sink for the toy shop's one topic, `PREFIX.purchases`. */
export function toySink(options: ToySinkOptions): RowSink<KafkaSink> {
  return sinkFor(toyEntities, options);
}

/** Makes a sink for those of some entities that have a topic. */
export function sinkFor(entities: readonly Entity[], options: ToySinkOptions): RowSink<KafkaSink> {
  return takingRows(kafkaSink(entities, options));
}

/** As {@linkcode sinkFor}, for `load`, which encodes by itself. */
export function kafkaSink(entities: readonly Entity[], options: ToySinkOptions): KafkaSink {
  return new KafkaSink({
    brokers: "127.0.0.1:9092",
    properties: {},
    transactional: true,
    createTopics: true,
    retentionHours: 8,
    replicationFactor: 1,
    registryFallback: "fail",
    cloudEvents: true,
    recordTimestamp: "send",
    ...options,
  }, entities);
}

/** Clients of a real cluster, as `load` makes them. */
export function clientOf(
  bootstrap: string,
  own: Readonly<Record<string, string>> = {},
  preset?: PresetName,
): KafkaClient {
  return librdkafkaClient(producerProperties(preset, { "bootstrap.servers": bootstrap, ...own }));
}

/** Ids of the purchases of the first buyers, sorted, each `times` times. */
export function purchaseIds(buyers: number, times = 1): string[] {
  return Array.from({ length: buyers * 3 * times }, (_, n) => toyId(2, Math.floor(n / times))).sort();
}
