/** Asks the brokers for some topics by name; unlike a request for metadata, this makes none, and tells of no others. */

import type { TopicState } from "../../../ports/kafka.ts";
import { adminRequest, resultArray } from "./admin_request.ts";
import type { Client } from "./client.ts";
import { codeName } from "./errors.ts";
import { cString, type Pinned, pointerArray, textAt } from "./memory.ts";

/** Longest wait for an answer; whoever gets none asks for all topics, with more patience. */
const TIMEOUT_MS = 2_000;

/** Codes of topics that are not there for who asks. */
const ABSENT: ReadonlySet<string> = new Set(["UNKNOWN_TOPIC_OR_PART", "TOPIC_AUTHORIZATION_FAILED"]);

/**
 * Reads the descriptions of topics, one for each name; librdkafka must be 2.3 or newer.
 *
 * @param action What is asked for, for messages.
 * @param withOperations Whether they are to tell what the user may do.
 * @param read Reads one `rd_kafka_TopicDescription_t`; gets its topic's name and error.
 */
export async function describeTopics<T>(
  client: Client,
  action: string,
  topics: readonly string[],
  { timeoutMs, withOperations }: { readonly timeoutMs: number; readonly withOperations: boolean },
  read: (description: Deno.PointerValue, name: string, error: string | undefined) => T,
): Promise<T[]> {
  const { calls } = client;
  const names: Pinned[] = topics.map(cString);
  const array = pointerArray(names.map((name) => Deno.UnsafePointer.of(name)));
  const collection = calls.rd_kafka_TopicCollection_of_topic_names!(array, BigInt(names.length));
  const asked = adminRequest(client, action, timeoutMs, (options, queue) => {
    if (withOperations) calls.rd_kafka_AdminOptions_set_include_authorized_operations!(options, 1);
    calls.rd_kafka_DescribeTopics!(client.handle, collection, options, queue);
  }, (event) => {
    const result = calls.rd_kafka_event_DescribeTopics_result!(event);
    return resultArray(result, calls.rd_kafka_DescribeTopics_result_topics!).map((description) => {
      const code = calls.rd_kafka_error_code(calls.rd_kafka_TopicDescription_error!(description));
      const name = textAt(calls.rd_kafka_TopicDescription_name!(description));
      return read(description, name, code === 0 ? undefined : codeName(calls, code));
    });
  });
  return await asked.finally(() => calls.rd_kafka_TopicCollection_destroy!(collection));
}

/**
 * Tells which of some topics exist.
 *
 * @returns Undefined where librdkafka or the broker is too old to tell, or gives no clear answer soon.
 */
export async function topicStates(client: Client, names: readonly string[]): Promise<TopicState[] | undefined> {
  const { calls } = client;
  if (calls.rd_kafka_DescribeTopics === null) return undefined;
  if (names.length === 0) return [];
  const asking = { timeoutMs: TIMEOUT_MS, withOperations: false };
  const told = await describeTopics(client, "ask for topics", names, asking, (description, name, error) => {
    if (error !== undefined) return ABSENT.has(error) ? "absent" : undefined;
    const partitions = resultArray(description, calls.rd_kafka_TopicDescription_partitions!);
    const copies = partitions.slice(0, 1).map((partition) =>
      resultArray(partition, calls.rd_kafka_TopicPartitionInfo_replicas!).length
    );
    return { name, partitions: partitions.length, replicationFactor: copies[0] ?? 0 };
  }).catch(() => undefined);
  if (told === undefined || told.includes(undefined)) return undefined;
  return told.filter((state) => typeof state === "object");
}
