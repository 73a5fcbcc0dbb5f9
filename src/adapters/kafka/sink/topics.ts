/** The topics of the event entities: how they should be, how they are, and what can be done about it. */

import type { Entity } from "../../../model/entity.ts";
import type { KafkaAdmin, KafkaError, TopicSpec, TopicState } from "../../../ports/kafka.ts";
import { isForbidden } from "../librdkafka/errors.ts";
import { marksTopic } from "../run/marks.ts";
import { type Settings, type Stamps, unmetBy } from "./topic_demands.ts";

/** How topics are to be. */
export interface TopicOptions {
  /** What their names begin with, before a full stop. */
  readonly prefix: string;
  /** How long records are kept, in hours from 1; -1 for ever. */
  readonly retentionHours: number;
  /** Copies of each partition, from 1; {@linkcode BROKER_REPLICAS} for as many as the broker makes by itself. */
  readonly replicationFactor: number;
}

/** The broker's own replication factor, `default.replication.factor`. */
const BROKER_REPLICAS = -1;

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
  /** What becomes of records if it stays so, as a clause. */
  readonly harm?: string;
  /** Whether nothing is loaded as long as it is so. */
  readonly refused?: boolean;
}

/** What is to be done to topics. */
export interface TopicPlan {
  readonly wanted: readonly TopicSpec[];
  /** In the order of `wanted`; empty where all is as it should be. */
  readonly differences: readonly TopicDifference[];
  /** Settings in force of the topics that exist, by name. */
  readonly settings: ReadonlyMap<string, Settings>;
  /** Topics whose settings this user may not read, with the refusal. */
  readonly unread: ReadonlyMap<string, KafkaError>;
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
    partitions: entity.topic!.partitions,
    replicationFactor,
    settings: { "cleanup.policy": "delete", "retention.ms": String(retentionMs), "retention.bytes": "-1" },
  }));
}

/** Describes the topic that holds how far a load got. Compacted: the newest record of each key is kept for ever. */
export function progressTopic({ prefix, replicationFactor }: TopicOptions): TopicSpec {
  return { name: marksTopic(prefix), partitions: 1, replicationFactor, settings: { "cleanup.policy": "compact" } };
}

/**
 * Compares topics with the cluster's.
 *
 * @param stamps Time stamps of the records, where these are not the time of their sending.
 */
export async function planTopics(
  wanted: readonly TopicSpec[],
  admin: KafkaAdmin,
  stamps?: Stamps,
): Promise<TopicPlan> {
  const states = new Map((await admin.topics(wanted.map(({ name }) => name))).map((state) => [state.name, state]));
  const differences: TopicDifference[] = [];
  const settings = new Map<string, Settings>();
  const unread = new Map<string, KafkaError>();
  for (const spec of wanted) {
    const state = states.get(spec.name);
    if (state === undefined) {
      differences.push({ topic: spec.name, kind: "missing", wanted: describe(spec), applicable: true });
      continue;
    }
    const held = await readSettings(admin, spec.name, unread);
    settings.set(spec.name, held);
    differences.push(...shapeDifferences(spec, state), ...settingDifferences(spec, state, held, stamps));
  }
  return { wanted, differences, settings, unread };
}

/** Nothing where the user may not read them. */
async function readSettings(admin: KafkaAdmin, topic: string, unread: Map<string, KafkaError>): Promise<Settings> {
  try {
    return await admin.settings(topic);
  } catch (error) {
    if (!isForbidden(error)) throw error;
    unread.set(topic, error);
    return {};
  }
}

/**
 * Makes what is missing, adds partitions, changes settings. Never takes partitions away, never deletes.
 *
 * @returns Names of the topics that were made.
 * @throws {KafkaError} If the cluster refuses something; what was done before stays.
 */
export async function applyTopics(
  { wanted, differences }: Pick<TopicPlan, "wanted" | "differences">,
  admin: KafkaAdmin,
): Promise<string[]> {
  const applied = differences.filter(({ applicable }) => applicable);
  const missing = new Set(applied.filter(({ kind }) => kind === "missing").map(({ topic }) => topic));
  if (missing.size > 0) await admin.createTopics(wanted.filter(({ name }) => missing.has(name)));
  for (const { topic, kind, setting, wanted } of applied) {
    if (kind === "partitions") await admin.addPartitions(topic, Number(wanted));
    if (kind === "setting") await admin.changeSettings(topic, { [setting!]: wanted });
  }
  return [...missing];
}

/**
 * Tells a difference in one line, without a full stop.
 *
 * @param topics Names of all topics that have it.
 */
export function differenceText(
  { topic, kind, setting, wanted, held, harm }: TopicDifference,
  topics: readonly string[] = [topic],
): string {
  const [who, has] = topics.length === 1 ? [`topic ${topic}`, "has"] : [`topics ${topics.join(", ")}`, "have"];
  if (kind === "missing") return `topic ${topic} is missing: ${wanted}`;
  if (kind === "partitions") return `topic ${topic} has ${partitionsText(Number(held))}, not ${wanted}`;
  return `${who} ${has} ${setting ?? kind} ${held}, not ${wanted}${harm === undefined ? "" : `: ${harm}`}`;
}

/** Tells differences, a line each; topics that differ alike share one. */
export function differenceTexts(differences: readonly TopicDifference[]): string[] {
  const alike = Map.groupBy(differences, (difference) => differenceText(difference, ["", ""]));
  return [...alike.values()].flatMap((group) => {
    if (group[0]!.kind !== "setting") return group.map((difference) => differenceText(difference));
    return [differenceText(group[0]!, group.map(({ topic }) => topic))];
  });
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
  const replicas = replicationFactor === BROKER_REPLICAS ? "the broker's" : replicationFactor;
  return [partitionsText(partitions), `replication factor ${replicas}`, ...set].join(", ");
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
  if (spec.replicationFactor !== BROKER_REPLICAS && state.replicationFactor !== spec.replicationFactor) {
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

function settingDifferences(
  spec: TopicSpec,
  state: TopicState,
  settings: Settings,
  stamps: Stamps | undefined,
): TopicDifference[] {
  return unmetBy(spec, state, settings, stamps).map(({ keep, ...unmet }) => ({
    topic: spec.name,
    kind: "setting",
    ...unmet,
    applicable: keep !== true,
  }));
}
