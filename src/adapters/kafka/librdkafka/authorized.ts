/** Asks the brokers what the user who asks may do. */

import { type Authorized, KafkaError } from "../../../ports/kafka.ts";
import { adminRequest, type ReadArray } from "./admin_request.ts";
import type { Client } from "./client.ts";
import { describeTopics } from "./describe_topics.ts";
import { viewAt } from "./memory.ts";

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
  const told = new Map<string, ReadonlySet<string>>();
  const hidden = new Set<string>();
  const asking = { timeoutMs, withOperations: true };
  await describeTopics(client, "ask for rights on topics", topics, asking, (description, name, error) => {
    const allowed = operations(description, calls.rd_kafka_TopicDescription_authorized_operations!);
    if (error === "TOPIC_AUTHORIZATION_FAILED") hidden.add(name);
    else if (error === undefined && allowed !== undefined) told.set(name, allowed);
  });
  return { topics: told, hidden };
}

function operations(of: Deno.PointerValue, read: ReadArray): ReadonlySet<string> | undefined {
  const count = new BigUint64Array(1);
  const array = read(of, count);
  if (array === null) return undefined;
  const view = viewAt(array);
  const codes = Array.from({ length: Number(count[0]) }, (_, n) => view.getInt32(n * 4));
  return new Set(codes.flatMap((code) => OPERATIONS[code] ?? []));
}
