/** Asks the brokers what the user who asks may do. */

import { type Authorized, KafkaError } from "../../../ports/kafka.ts";
import { adminRequest, type ReadArray, resultArray } from "./admin_request.ts";
import type { Client } from "./client.ts";
import { codeName } from "./errors.ts";
import { cString, type Pinned, pointerArray, textAt, viewAt } from "./memory.ts";
import type { Librdkafka } from "./symbols.ts";

/** Names of `rd_kafka_AclOperation_t`, which are those of Kafka's protocol. */
const OPERATIONS: Readonly<Record<number, string>> = {
  3: "Read",
  4: "Write",
  5: "Create",
  6: "Delete",
  7: "Alter",
  8: "Describe",
  10: "DescribeConfigs",
  11: "AlterConfigs",
  12: "IdempotentWrite",
};

/** Longest wait for a controller: not every cluster that speaks Kafka's protocol names one. */
const CONTROLLER_MS = 15_000;
const UNTOLD: ReadonlySet<string> = new Set(["_TIMED_OUT", "_UNSUPPORTED_FEATURE", "UNSUPPORTED_VERSION"]);

/** Asks for the rights on the cluster and on topics; undefined where librdkafka or the broker is too old to tell. */
export async function authorized(
  client: Client,
  topics: readonly string[],
  timeoutMs: number,
): Promise<Authorized | undefined> {
  const cluster = await ofCluster(client, timeoutMs);
  return cluster && { cluster, ...await ofTopics(client, topics, timeoutMs) };
}

/**
 * Asks for the rights on the cluster; this goes to a broker at the address that it announces.
 *
 * @returns Undefined where librdkafka or the broker is too old to tell, or no broker is the controller, who is asked.
 * @throws {KafkaError} `ANNOUNCED` if no such address can be reached; any error but these.
 */
export async function ofCluster(client: Client, timeoutMs: number): Promise<ReadonlySet<string> | undefined> {
  const { calls } = client;
  if (calls.rd_kafka_DescribeCluster === null) return undefined;
  return await describeCluster(client, Math.min(timeoutMs, CONTROLLER_MS)).catch((error) => {
    if (error instanceof KafkaError && UNTOLD.has(error.code)) return undefined;
    throw error;
  });
}

async function describeCluster(client: Client, timeoutMs: number): Promise<ReadonlySet<string> | undefined> {
  const { calls } = client;
  return await adminRequest(client, "ask for rights on the cluster", timeoutMs, (options, queue) => {
    calls.rd_kafka_AdminOptions_set_include_authorized_operations!(options, 1);
    calls.rd_kafka_DescribeCluster!(client.handle, options, queue);
  }, (event) => {
    const result = calls.rd_kafka_event_DescribeCluster_result!(event);
    return operations(result, calls.rd_kafka_DescribeCluster_result_authorized_operations!);
  });
}

async function ofTopics(
  client: Client,
  topics: readonly string[],
  timeoutMs: number,
): Promise<Omit<Authorized, "cluster">> {
  if (topics.length === 0) return { topics: new Map(), hidden: new Set() };
  const { calls } = client;
  const names: Pinned[] = topics.map(cString);
  const array = pointerArray(names.map((name) => Deno.UnsafePointer.of(name)));
  const collection = calls.rd_kafka_TopicCollection_of_topic_names!(array, BigInt(names.length));
  const asked = adminRequest(client, "ask for rights on topics", timeoutMs, (options, queue) => {
    calls.rd_kafka_AdminOptions_set_include_authorized_operations!(options, 1);
    calls.rd_kafka_DescribeTopics!(client.handle, collection, options, queue);
  }, (event) => readTopics(calls, event));
  return await asked.finally(() => calls.rd_kafka_TopicCollection_destroy!(collection));
}

function readTopics(calls: Librdkafka, event: Deno.PointerValue): Omit<Authorized, "cluster"> {
  const result = calls.rd_kafka_event_DescribeTopics_result!(event);
  const topics = new Map<string, ReadonlySet<string>>();
  const hidden = new Set<string>();
  for (const description of resultArray(result, calls.rd_kafka_DescribeTopics_result_topics!)) {
    const name = textAt(calls.rd_kafka_TopicDescription_name!(description));
    const code = calls.rd_kafka_error_code(calls.rd_kafka_TopicDescription_error!(description));
    const allowed = operations(description, calls.rd_kafka_TopicDescription_authorized_operations!);
    if (codeName(calls, code) === "TOPIC_AUTHORIZATION_FAILED") hidden.add(name);
    else if (code === 0 && allowed !== undefined) topics.set(name, allowed);
  }
  return { topics, hidden };
}

function operations(of: Deno.PointerValue, read: ReadArray): ReadonlySet<string> | undefined {
  const count = new BigUint64Array(1);
  const array = read(of, count);
  if (array === null) return undefined;
  const view = viewAt(array);
  const codes = Array.from({ length: Number(count[0]) }, (_, n) => view.getInt32(n * 4));
  return new Set(codes.flatMap((code) => OPERATIONS[code] ?? []));
}
