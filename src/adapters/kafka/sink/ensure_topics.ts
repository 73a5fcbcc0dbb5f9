/** Makes sure that the topics of a run exist, and neither destroy nor refuse its records, before it begins. */

import { type KafkaAdmin, KafkaError, type TopicSpec } from "../../../ports/kafka.ts";
import { TargetError } from "../../../ports/sink.ts";
import { rightText } from "../librdkafka/errors.ts";
import { loadRights, refuseWithoutRights } from "./rights.ts";
import { smallestBatch, type Stamps } from "./topic_demands.ts";
import {
  applyTopics,
  changeText,
  differenceText,
  differenceTexts,
  planTopics,
  type TopicDifference,
  type TopicPlan,
} from "./topics.ts";

/** The topics of a run. */
export interface WantedTopics {
  readonly events: readonly TopicSpec[];
  /** Topic of the marks, which is always made. */
  readonly marks: TopicSpec;
  /** Whether to make the events' topics as they should be, or to let the broker make them as it does. */
  readonly create: boolean;
  /** Whether the events' records are deleted first. */
  readonly empties: boolean;
  /** Time stamps of the events' records, where these are not the time of their sending. */
  readonly stamps?: Stamps | undefined;
}

/** What a run finds or makes. */
export interface EnsuredTopics {
  /** Names of the topics that were made. */
  readonly made: readonly string[];
  /** In what the others are not as they should be. */
  readonly warnings: readonly string[];
  /** The largest batch that all of them take, in bytes; undefined where the user may not read it. */
  readonly batchBytes: number | undefined;
}

/** Longest wait for a broker to make a topic by itself, in milliseconds. */
const AUTO_CREATE_MS = 15_000;

/**
 * Makes what is missing. What exists is never altered, except that the marks are kept from expiring.
 *
 * @throws {TargetError} If a topic is missing and the broker does not make it, if the marks would expire, if a right is
 * missing, or if a topic would certainly destroy or refuse events.
 * @throws {KafkaError} If the cluster refuses to make a topic.
 */
export async function ensureTopics(target: string, admin: KafkaAdmin, topics: WantedTopics): Promise<EnsuredTopics> {
  const { events, marks, create, stamps } = topics;
  const rights = loadRights(events.map(({ name }) => name), marks.name, topics.empties);
  await refuseWithoutRights(target, admin, rights);
  const found = await planTopics([...events, marks], admin, stamps);
  refuseHarmful(target, found);
  const missing = found.differences.filter(({ kind }) => kind === "missing").map(({ topic }) => topic);
  const ours = found.wanted.filter(({ name }) => missing.includes(name) && (create || name === marks.name));
  if (ours.length > 0) await admin.createTopics(ours);
  const byBroker = create ? [] : events.filter(({ name }) => missing.includes(name));
  await autoCreate(target, admin, byBroker);
  if (missing.length > 0) await refuseWithoutRights(target, admin, rights); // brokers tell more of what exists
  const others = await planTopics([...ours, ...byBroker], admin, stamps); // what they inherit from the broker
  refuseHarmful(target, others);
  return {
    made: missing,
    warnings: [
      ...await keepMarks(target, admin, marks, [...found.differences, ...others.differences]),
      ...differenceWarnings(found, topics),
      ...differenceWarnings(others, topics),
      ...madeOtherwise(others, byBroker),
      ...unreadWarnings([found, others]),
    ],
    batchBytes: smallestBatch([...found.settings.values(), ...others.settings.values()]),
  };
}

/** Settings under which records would be lost, or never be taken, are no matter of a warning. */
function refuseHarmful(target: string, { differences }: TopicPlan): void {
  const harmful = differences.filter(({ refused }) => refused);
  if (harmful.length === 0) return;
  throw new TargetError(
    `Cannot load into ${target}: ${differenceTexts(harmful).join("; ")}`,
    harmful.some(({ setting }) => setting === "cleanup.policy")
      ? '"datagen topics apply" sets cleanup.policy=delete; another `prefix` makes other topics'
      : "change the setting, or leave `recordTimestamp event` away",
  );
}

/** What exists is compared as a whole where topics are made by us, else only for what does harm. */
function differenceWarnings({ differences }: TopicPlan, { marks, create }: WantedTopics): string[] {
  const isTold = ({ topic, kind, setting, harm }: TopicDifference) =>
    kind !== "missing" && !(topic === marks.name && setting === "cleanup.policy") && (create || harm !== undefined);
  return differenceTexts(differences.filter(isTold)).map((text) => `${text}; datagen topics plan tells more`);
}

/** Topics that the broker has just made, if its settings are not ours. */
function madeOtherwise({ differences }: TopicPlan, byBroker: readonly TopicSpec[]): string[] {
  const isByBroker = (topic: string) => byBroker.some(({ name }) => name === topic);
  const names = [...new Set(differences.map(({ topic }) => topic).filter(isByBroker))].join(", ");
  if (names === "") return [];
  return [
    `the broker made ${names} by its own settings; datagen topics plan tells them, \`createTopics\` makes its own`,
  ];
}

/** What is not known may destroy records, and batches may be larger than the topics take. */
function unreadWarnings(plans: readonly TopicPlan[]): string[] {
  const errors = plans.flatMap(({ unread }) => [...unread.values()]);
  if (errors.length === 0) return [];
  const rights = errors.map(({ right, message }) => right === undefined ? message : rightText(right));
  return [
    `the settings of ${errors.length} topic${errors.length === 1 ? "" : "s"} cannot be compared with what a load ` +
    `needs, nor batches fitted to max.message.bytes: no right ${rights.join(", ")}`,
  ];
}

/** Keeps the newest mark of each key for ever, in a topic that someone else made, or the broker by itself. */
async function keepMarks(
  target: string,
  admin: KafkaAdmin,
  marks: TopicSpec,
  differences: readonly TopicDifference[],
): Promise<string[]> {
  const expiring = differences.find(({ topic, setting }) => topic === marks.name && setting === "cleanup.policy");
  if (expiring === undefined) return [];
  try {
    await applyTopics({ wanted: [marks], differences: [expiring] }, admin);
    return [`${changeText(expiring)}: the marks in it must not expire`];
  } catch (cause) {
    if (!(cause instanceof KafkaError) || cause.retriable) throw cause;
    throw new TargetError(
      `Cannot use ${target}: ${differenceText(expiring)}, so that marks expire, and it may not be altered`,
      "set cleanup.policy=compact on it, or ask somebody who may",
      { cause },
    );
  }
}

async function autoCreate(target: string, admin: KafkaAdmin, specs: readonly TopicSpec[]): Promise<void> {
  for (const { name } of specs) {
    if (await admin.autoCreate(name, AUTO_CREATE_MS)) continue;
    throw new TargetError(
      `Cannot use ${target}: topic ${name} does not exist, and the broker does not make topics by itself`,
      "give `createTopics`",
    );
  }
}
