/** The topics of the event entities: how they should be, how they are, and what can be done about it. */

import type { Entity } from "../../model/entity.ts";
import type { KafkaAdmin, TopicSpec, TopicState } from "../../ports/kafka.ts";
import { marksTopic } from "./marks.ts";

/** Partitions of a topic whose entity does not say. */
const DEFAULT_PARTITIONS = 3;

/** How topics are to be. */
export interface TopicOptions {
  /** What their names begin with, before a full stop. */
  readonly prefix: string;
  /** How long records are kept, in hours from 1; -1 for ever. */
  readonly retentionHours: number;
  /** Copies of each partition, from 1. */
  readonly replicationFactor: number;
}

/** Something in which the cluster is not as it should be. */
export interface TopicDifference {
  readonly topic: string;
  readonly kind: "missing" | "partitions" | "replication factor" | "setting";
  /** Name of the setting, for example `retention.ms`. */
  readonly setting?: string;
  readonly wanted: string;
  /** Absent where the topic is. */
  readonly held?: string;
  /** Whether `applyTopics` can bring it about: nothing is ever made smaller or deleted, no replica moved. */
  readonly applicable: boolean;
}

/** What is to be done to topics. */
export interface TopicPlan {
  readonly wanted: readonly TopicSpec[];
  /** In the order of `wanted`; empty where all is as it should be. */
  readonly differences: readonly TopicDifference[];
}

/** Name of the topic that an entity's records go to. */
export function topicName(prefix: string, { name, topic }: Entity): string {
  if (topic === undefined) throw new RangeError(`Cannot name a topic as entity "${name}" has none`);
  return `${prefix}.${topic.name}`;
}

/** Describes the topics of those entities that have one, in their order. */
export function eventTopics(entities: readonly Entity[], options: TopicOptions): TopicSpec[] {
  const { retentionHours, replicationFactor } = options;
  const retentionMs = retentionHours < 0 ? -1 : retentionHours * 3_600_000;
  return entities.filter(({ topic }) => topic !== undefined).map((entity) => ({
    name: topicName(options.prefix, entity),
    partitions: entity.topic!.partitions ?? DEFAULT_PARTITIONS,
    replicationFactor,
    settings: { "retention.ms": String(retentionMs) },
  }));
}

/** Describes the topic that holds how far a load got. Compacted: the newest record of each key is kept for ever. */
export function progressTopic({ prefix, replicationFactor }: TopicOptions): TopicSpec {
  return { name: marksTopic(prefix), partitions: 1, replicationFactor, settings: { "cleanup.policy": "compact" } };
}

/** Compares topics with the cluster's. */
export async function planTopics(wanted: readonly TopicSpec[], admin: KafkaAdmin): Promise<TopicPlan> {
  const states = new Map((await admin.topics(wanted.map(({ name }) => name))).map((state) => [state.name, state]));
  const differences: TopicDifference[] = [];
  for (const spec of wanted) {
    const state = states.get(spec.name);
    if (state === undefined) {
      differences.push({ topic: spec.name, kind: "missing", wanted: describe(spec), applicable: true });
    } else {
      differences.push(...shapeDifferences(spec, state), ...await settingDifferences(spec, admin));
    }
  }
  return { wanted, differences };
}

/**
 * Makes what is missing, adds partitions, changes settings. Never takes partitions away, never deletes.
 *
 * @returns Names of the topics that were made.
 * @throws {KafkaError} If the cluster refuses something; what was done before stays.
 */
export async function applyTopics({ wanted, differences }: TopicPlan, admin: KafkaAdmin): Promise<string[]> {
  const applied = differences.filter(({ applicable }) => applicable);
  const missing = new Set(applied.filter(({ kind }) => kind === "missing").map(({ topic }) => topic));
  if (missing.size > 0) await admin.createTopics(wanted.filter(({ name }) => missing.has(name)));
  for (const { topic, kind, setting, wanted } of applied) {
    if (kind === "partitions") await admin.addPartitions(topic, Number(wanted));
    if (kind === "setting") await admin.changeSettings(topic, { [setting!]: wanted });
  }
  return [...missing];
}

/** Tells a difference in one line, without a full stop. */
export function differenceText({ topic, kind, setting, wanted, held }: TopicDifference): string {
  if (kind === "missing") return `topic ${topic} is missing: ${wanted}`;
  if (kind === "partitions") return `topic ${topic} has ${partitionsText(Number(held))}, not ${wanted}`;
  return `topic ${topic} has ${setting ?? kind} ${held}, not ${wanted}`;
}

/** Tells in one line, without a full stop, what was done about a difference. */
export function changeText({ topic, kind, setting, wanted, held }: TopicDifference): string {
  if (kind === "missing") return `topic ${topic} was made: ${wanted}`;
  return `topic ${topic}: ${setting ?? kind} ${held} -> ${wanted}`;
}

/** Tells how many partitions there are, for example `1 partition`. */
export function partitionsText(count: number): string {
  return `${count} partition${count === 1 ? "" : "s"}`;
}

function describe({ partitions, replicationFactor, settings }: TopicSpec): string {
  const set = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  return [partitionsText(partitions), `replication factor ${replicationFactor}`, ...set].join(", ");
}

function shapeDifferences(spec: TopicSpec, state: TopicState): TopicDifference[] {
  const differences: TopicDifference[] = [];
  const { name: topic } = spec;
  if (state.partitions !== spec.partitions) {
    differences.push({
      topic,
      kind: "partitions",
      wanted: String(spec.partitions),
      held: String(state.partitions),
      applicable: state.partitions < spec.partitions && spec.settings["cleanup.policy"] !== "compact",
    });
  }
  if (state.replicationFactor !== spec.replicationFactor) {
    differences.push({
      topic,
      kind: "replication factor",
      wanted: String(spec.replicationFactor),
      held: String(state.replicationFactor),
      applicable: false,
    });
  }
  return differences;
}

async function settingDifferences({ name, settings }: TopicSpec, admin: KafkaAdmin): Promise<TopicDifference[]> {
  const held = await admin.settings(name);
  return Object.entries(settings).filter(([setting, value]) => held[setting] !== value).map(([setting, value]) => ({
    topic: name,
    kind: "setting",
    setting,
    wanted: value,
    held: held[setting] ?? "unknown",
    applicable: true,
  }));
}
