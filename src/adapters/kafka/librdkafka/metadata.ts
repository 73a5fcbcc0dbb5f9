/** Reads what a cluster tells of its brokers and topics, `struct rd_kafka_metadata`. */

import { textAt, viewAt } from "./memory.ts";

/** A partition of a topic. */
interface PartitionMetadata {
  readonly id: number;
  /** Broker that takes its records; below 0 for none. */
  readonly leader: number;
  readonly replicas: number;
}

/** A topic as a broker tells of it. */
export interface TopicMetadata {
  readonly name: string;
  /** Error code; 0 if the topic is there. */
  readonly error: number;
  readonly partitions: readonly PartitionMetadata[];
}

/** What a broker told. */
export interface Metadata {
  /** As `host:port`, in the order of their ids. */
  readonly brokers: readonly string[];
  readonly topics: readonly TopicMetadata[];
}

/** Bytes of the structs, and where their members are, in the order of the header. */
const METADATA = { brokerCount: 0, brokers: 8, topicCount: 16, topics: 24 } as const;
const BROKER = { bytes: 24, id: 0, host: 8, port: 16 } as const;
const TOPIC = { bytes: 32, name: 0, partitionCount: 8, partitions: 16, error: 24 } as const;
const PARTITION = { bytes: 40, id: 0, leader: 8, replicaCount: 12 } as const;

/** Copies the struct, which the caller still has to free. */
export function readMetadata(pointer: Deno.PointerValue): Metadata {
  const view = viewAt(pointer);
  const brokers = structs(view.getPointer(METADATA.brokers), view.getInt32(METADATA.brokerCount), (all, n) => ({
    id: all.getInt32(n * BROKER.bytes + BROKER.id),
    address: `${textAt(all.getPointer(n * BROKER.bytes + BROKER.host))}:${
      all.getInt32(n * BROKER.bytes + BROKER.port)
    }`,
  }));
  brokers.sort((a, b) => a.id - b.id);
  return {
    brokers: brokers.map(({ address }) => address),
    topics: structs(view.getPointer(METADATA.topics), view.getInt32(METADATA.topicCount), readTopic),
  };
}

function readTopic(all: Deno.UnsafePointerView, n: number): TopicMetadata {
  const at = n * TOPIC.bytes;
  const partitions = all.getPointer(at + TOPIC.partitions);
  return {
    name: textAt(all.getPointer(at + TOPIC.name)),
    error: all.getInt32(at + TOPIC.error),
    partitions: structs(partitions, all.getInt32(at + TOPIC.partitionCount), readPartition),
  };
}

function readPartition(all: Deno.UnsafePointerView, n: number): PartitionMetadata {
  const at = n * PARTITION.bytes;
  return {
    id: all.getInt32(at + PARTITION.id),
    leader: all.getInt32(at + PARTITION.leader),
    replicas: all.getInt32(at + PARTITION.replicaCount),
  };
}

function structs<T>(
  array: Deno.PointerValue,
  count: number,
  read: (all: Deno.UnsafePointerView, n: number) => T,
): T[] {
  if (count === 0) return [];
  const all = viewAt(array);
  return Array.from({ length: count }, (_, n) => read(all, n));
}
