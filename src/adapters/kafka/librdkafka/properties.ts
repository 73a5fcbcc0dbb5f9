/** Settings of librdkafka: what datagen sets, the presets, and the check of what users set. */

import { KafkaError } from "../../../ports/kafka.ts";
import { isSecret } from "../../secret_names.ts";
import { plain } from "./errors.ts";
import { layered, type Properties } from "./layered.ts";
import { cString, ERROR_TEXT_BYTES, pinned, textIn } from "./memory.ts";
import type { Librdkafka } from "./symbols.ts";

export type { Properties };

/** Longest value that is asked for: a list of addresses. */
const VALUE_BYTES = 65_536;

/** Names of the presets. */
export const PRESET_NAMES = ["reliable", "fast", "bulk", "event-by-event", "streaming"] as const;

/** A named set of producer settings. */
export type PresetName = typeof PRESET_NAMES[number];

/** Of every producer, whatever the preset. */
const ALWAYS: Properties = {
  "client.id": "datagen",
  partitioner: "murmur2_random", // where Java clients and ksqlDB expect the keys
};

/** Without a preset: nothing lost, nothing doubled. Batching as measured against a broker on the same two cores. */
const DEFAULT: Properties = {
  acks: "all",
  "enable.idempotence": "true",
  "linger.ms": "20",
  "batch.size": "1000000",
  "batch.num.messages": "10000",
  "compression.type": "lz4",
  "queue.buffering.max.messages": "20000",
  "queue.buffering.max.kbytes": "131072",
  "transaction.timeout.ms": "60000",
};

/** What all presets share. */
const OF_PRESETS: Properties = {
  "socket.nagle.disable": "true",
  "socket.send.buffer.bytes": "1048576",
};

const PRESETS: Readonly<Record<PresetName, Properties>> = {
  reliable: { ...preset("all", 16384, 5, "snappy", 100_000, 1_048_576), "enable.idempotence": "true" },
  fast: preset("0", 65536, 50, "snappy", 100_000, 1_048_576),
  bulk: preset("0", 1_048_576, 100, "lz4", 1_000_000, 2_097_152),
  "event-by-event": preset("all", 1, 0, "snappy", 100_000, 1_048_576),
  streaming: preset("1", 32768, 20, "snappy", 500_000, 1_048_576),
};

/** Settings with which a preset differs from the others. */
function preset(
  acks: string,
  batchBytes: number,
  lingerMs: number,
  compression: string,
  queueRecords: number,
  queueKbytes: number,
): Properties {
  return {
    ...OF_PRESETS,
    acks,
    "message.send.max.retries": acks === "0" ? "0" : "3",
    "batch.size": `${batchBytes}`,
    "linger.ms": `${lingerMs}`,
    "compression.type": compression,
    "queue.buffering.max.messages": `${queueRecords}`,
    "queue.buffering.max.kbytes": `${queueKbytes}`,
  };
}

/**
 * Settings of a producer.
 *
 * @param preset A named row of settings; undefined for datagen's own, which are idempotent with `acks=all`.
 * @param own The user's, which go before all others.
 */
export function producerProperties(preset: PresetName | undefined, own: Properties): Record<string, string> {
  return layered(ALWAYS, preset === undefined ? DEFAULT : PRESETS[preset], own);
}

/** Settings of a client that only asks, changes or reads: it is never an idempotent producer, whatever `acks` are. */
export function clientProperties(own: Properties): Record<string, string> {
  return layered(ALWAYS, own, { "enable.idempotence": "false", "enable.gapless.guarantee": "false" });
}

/**
 * Asks librdkafka what settings come to, whatever names and spellings they were given in: `acks=all` is `-1`, and
 * `request.required.acks` is `acks`. Nothing is opened.
 *
 * @param names Any names of properties.
 * @returns Their values, the defaults included; an empty text where there is none, and for a property of topics where
 * no property of topics is set.
 * @throws {KafkaError} `_INVALID_ARG` with the name of the first that librdkafka does not take; never with a secret.
 */
export function valuesInForce<Name extends string>(
  calls: Librdkafka,
  properties: Properties,
  names: readonly Name[],
): Record<Name, string> {
  const conf = newConf(calls, properties);
  const values = names.map((name) => [name, valueIn(calls, conf, name)] as const);
  calls.rd_kafka_conf_destroy(conf);
  return Object.fromEntries(values) as Record<Name, string>;
}

/**
 * Makes an `rd_kafka_conf_t`, to be destroyed or handed to a new client.
 *
 * @throws As {@linkcode valuesInForce} does.
 */
export function newConf(calls: Librdkafka, properties: Properties): Deno.PointerValue {
  const conf = calls.rd_kafka_conf_new();
  try {
    for (const [name, value] of Object.entries(properties)) setProperty(calls, conf, name, value);
  } catch (cause) {
    calls.rd_kafka_conf_destroy(conf);
    throw cause;
  }
  return conf;
}

function setProperty(calls: Librdkafka, conf: Deno.PointerValue, name: string, value: string): void {
  const memory = pinned(ERROR_TEXT_BYTES);
  const result = calls.rd_kafka_conf_set(conf, cString(name), cString(value), memory, BigInt(memory.length));
  if (result === 0) return;
  if (result === -2) throw refused(name, "librdkafka has no such property");
  throw refused(name, isSecret(name) ? "its value is not accepted" : plain(textIn(memory)));
}

function refused(name: string, reason: string): KafkaError {
  return new KafkaError(`Cannot set Kafka property "${name}": ${reason}`, { code: "_INVALID_ARG" });
}

/** Value that a client really has, defaults included; empty where it has none. */
export function propertyOf(calls: Librdkafka, handle: Deno.PointerValue, name: string): string {
  return valueIn(calls, calls.rd_kafka_conf(handle), name);
}

function valueIn(calls: Librdkafka, conf: Deno.PointerValue, name: string): string {
  const memory = pinned(VALUE_BYTES);
  const size = new BigUint64Array([BigInt(memory.length)]);
  return calls.rd_kafka_conf_get(conf, cString(name), memory, size) === 0 ? textIn(memory) : "";
}
