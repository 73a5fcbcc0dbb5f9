/** Makes sure that the topics of a run exist before it begins. */

import { type KafkaAdmin, KafkaError, type TopicSpec } from "../../ports/kafka.ts";
import { TargetError } from "../../ports/sink.ts";
import { applyTopics, changeText, differenceText, planTopics, type TopicDifference } from "./topics.ts";

/** What a run finds or makes. */
export interface EnsuredTopics {
  /** Names of the topics that were made. */
  readonly made: readonly string[];
  /** In what the others are not as they should be. */
  readonly warnings: readonly string[];
}

/** Longest wait for a broker to make a topic by itself, in milliseconds. */
const AUTO_CREATE_MS = 15_000;

/**
 * Makes what is missing. What exists is never altered, except that the marks are kept from expiring.
 *
 * @param events Topics of the events.
 * @param marks Topic of the marks, which is always made.
 * @param create Whether to make the events' topics as they should be, or to let the broker make them as it does.
 * @throws {TargetError} If a topic is missing and the broker does not make it, or the marks would expire.
 * @throws {KafkaError} If the cluster refuses to make a topic.
 */
export async function ensureTopics(
  target: string,
  admin: KafkaAdmin,
  events: readonly TopicSpec[],
  marks: TopicSpec,
  create: boolean,
): Promise<EnsuredTopics> {
  const { wanted, differences } = await planTopics(create ? [...events, marks] : [marks], admin);
  const isMissing = ({ kind }: { kind: string }) => kind === "missing";
  const made = await applyTopics({ wanted, differences: differences.filter(isMissing) }, admin);
  const byBroker = create ? [] : await autoCreate(target, admin, events);
  made.push(...byBroker);
  const expiring = differences.find(({ topic, setting }) => topic === marks.name && setting === "cleanup.policy");
  if (expiring !== undefined) await compact(target, admin, marks, expiring);
  const left = differences.filter((difference) => !isMissing(difference) && difference !== expiring);
  return {
    made,
    warnings: [
      ...(expiring === undefined ? [] : [`${changeText(expiring)}: the marks in it must not expire`]),
      ...left.map((difference) => `${differenceText(difference)}; datagen topics plan tells more`),
      ...await madeOtherwise(events.filter(({ name }) => byBroker.includes(name)), admin),
    ],
  };
}

/** Topics that the broker has just made, if its settings are not ours. */
async function madeOtherwise(specs: readonly TopicSpec[], admin: KafkaAdmin): Promise<string[]> {
  const { differences } = await planTopics(specs, admin);
  const names = [...new Set(differences.map(({ topic }) => topic))].join(", ");
  if (names === "") return [];
  return [
    `the broker made ${names} by its own settings; datagen topics plan tells them, --create-topics makes its own`,
  ];
}

/** Keeps the newest mark of each key for ever, in a topic that someone else made, or the broker by itself. */
async function compact(target: string, admin: KafkaAdmin, marks: TopicSpec, expiring: TopicDifference): Promise<void> {
  try {
    await applyTopics({ wanted: [marks], differences: [expiring] }, admin);
  } catch (cause) {
    if (!(cause instanceof KafkaError) || cause.retriable) throw cause;
    throw new TargetError(
      `Cannot use ${target}: ${differenceText(expiring)}, so that marks expire, and it may not be altered`,
      "set cleanup.policy=compact on it, or ask somebody who may",
      { cause },
    );
  }
}

async function autoCreate(target: string, admin: KafkaAdmin, events: readonly TopicSpec[]): Promise<string[]> {
  const existing = new Set((await admin.topics(events.map(({ name }) => name))).map(({ name }) => name));
  const missing = events.map(({ name }) => name).filter((name) => !existing.has(name));
  for (const name of missing) {
    if (await admin.autoCreate(name, AUTO_CREATE_MS)) continue;
    throw new TargetError(
      `Cannot use ${target}: topic ${name} does not exist, and the broker does not make topics by itself`,
      "give --create-topics",
    );
  }
  return missing;
}
