/** Settings of a topic: asked and changed. */

import { adminRequest, resultArray, throwResourceError } from "./admin_request.ts";
import type { Client } from "./client.ts";
import { takeError, topicRight } from "./errors.ts";
import { cString, pointerArray, textAt } from "./memory.ts";
import type { Properties } from "./properties.ts";
import type { Librdkafka } from "./symbols.ts";

/** `RD_KAFKA_RESOURCE_TOPIC` */
const TOPIC = 2;
/** `RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG`: set on this very topic. */
const OF_TOPIC = 1;
/** `RD_KAFKA_ALTER_CONFIG_OP_TYPE_SET` */
const SET = 0;

/** A setting of a topic. */
interface Setting {
  readonly name: string;
  readonly value: string;
  /** Whether it is set on the topic itself, not a default of broker or cluster. */
  readonly own: boolean;
}

/** Asks for all settings of a topic, defaults included; secrets are left out. */
export function topicSettings(client: Client, topic: string, timeoutMs: number): Promise<Setting[]> {
  const { calls } = client;
  const action = `ask for the settings of topic "${topic}"`;
  const resource = calls.rd_kafka_ConfigResource_new(TOPIC, cString(topic));
  const asked = adminRequest(client, action, timeoutMs, (options, queue) => {
    calls.rd_kafka_DescribeConfigs(client.handle, pointerArray([resource]), 1n, options, queue);
  }, (event) => {
    const result = calls.rd_kafka_event_DescribeConfigs_result(event);
    const resources = resultArray(result, calls.rd_kafka_DescribeConfigs_result_resources);
    throwResourceError(calls, action, topicRight("DescribeConfigs", topic), resources);
    return resources.flatMap((found) => readSettings(calls, found));
  });
  return asked.finally(() => calls.rd_kafka_ConfigResource_destroy(resource));
}

function readSettings(calls: Librdkafka, resource: Deno.PointerValue): Setting[] {
  return resultArray(resource, calls.rd_kafka_ConfigResource_configs).flatMap((entry) => {
    const value = calls.rd_kafka_ConfigEntry_value(entry);
    if (value === null) return [];
    const name = textAt(calls.rd_kafka_ConfigEntry_name(entry));
    return [{ name, value: textAt(value), own: calls.rd_kafka_ConfigEntry_source(entry) === OF_TOPIC }];
  });
}

/** Changes some settings of a topic and leaves the others, also with a librdkafka that can only replace them all. */
export async function changeTopicSettings(
  client: Client,
  topic: string,
  settings: Properties,
  timeoutMs: number,
): Promise<void> {
  if (client.calls.rd_kafka_IncrementalAlterConfigs !== null) {
    return await change(client, topic, settings, timeoutMs, true);
  }
  const own = (await topicSettings(client, topic, timeoutMs)).filter((setting) => setting.own);
  const kept = Object.fromEntries(own.map(({ name, value }) => [name, value]));
  await change(client, topic, { ...kept, ...settings }, timeoutMs, false);
}

function change(
  client: Client,
  topic: string,
  settings: Properties,
  timeoutMs: number,
  incremental: boolean,
): Promise<void> {
  const { calls } = client;
  const action = `change the settings of topic "${topic}"`;
  const resource = calls.rd_kafka_ConfigResource_new(TOPIC, cString(topic));
  for (const [name, value] of Object.entries(settings)) {
    if (!incremental) calls.rd_kafka_ConfigResource_set_config(resource, cString(name), cString(value));
    else addIncremental(calls, action, resource, name, value);
  }
  const changed = adminRequest(client, action, timeoutMs, (options, queue) => {
    const send = incremental ? calls.rd_kafka_IncrementalAlterConfigs! : calls.rd_kafka_AlterConfigs;
    send(client.handle, pointerArray([resource]), 1n, options, queue);
  }, (event) => {
    throwResourceError(calls, action, topicRight("AlterConfigs", topic), changedResources(calls, event, incremental));
  });
  return changed.finally(() => calls.rd_kafka_ConfigResource_destroy(resource));
}

function addIncremental(
  calls: Librdkafka,
  action: string,
  resource: Deno.PointerValue,
  name: string,
  value: string,
): void {
  const error = calls.rd_kafka_ConfigResource_add_incremental_config!(resource, cString(name), SET, cString(value));
  if (error !== null) throw takeError(calls, action, error);
}

function changedResources(calls: Librdkafka, event: Deno.PointerValue, incremental: boolean): Deno.PointerValue[] {
  if (incremental) {
    const result = calls.rd_kafka_event_IncrementalAlterConfigs_result!(event);
    return resultArray(result, calls.rd_kafka_IncrementalAlterConfigs_result_resources!);
  }
  const result = calls.rd_kafka_event_AlterConfigs_result(event);
  return resultArray(result, calls.rd_kafka_AlterConfigs_result_resources);
}
