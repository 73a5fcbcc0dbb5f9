/** Reads from a cluster what there is of a run: its marks, and where its partitions stand. */

import type { KafkaAdmin, TopicState, Watermarks } from "../../../ports/kafka.ts";
import { type MarkRecord, type Marks, marksTopic, NO_MARKS, type Offsets, parseMarks } from "./marks.ts";

/** Longest wait for the marks to be read, in milliseconds. */
const READ_MS = 60_000;

/**
 * Reads the marks of a prefix, as far as they are committed.
 *
 * @throws {SyntaxError} If their topic holds something else.
 */
export async function readMarks(admin: KafkaAdmin, prefix: string): Promise<Marks> {
  const topic = marksTopic(prefix);
  if ((await admin.topics([topic])).length === 0) return NO_MARKS;
  return parseMarks(await admin.readAll(topic, READ_MS));
}

/** Tells whether marks are committed, and none came after them. */
export async function areMarked(admin: KafkaAdmin, prefix: string, marks: readonly MarkRecord[]): Promise<boolean> {
  const newest = new Map<string | undefined, string | undefined>();
  for (const { key, value } of await admin.readAll(marksTopic(prefix), READ_MS)) {
    newest.set(key, value && new TextDecoder().decode(value));
  }
  return marks.every(({ key, value }) => newest.get(key) === value);
}

/** Asks where the partitions of topics begin and end; a topic that does not exist is left out. */
export async function watermarksOf(
  admin: KafkaAdmin,
  topics: readonly string[],
): Promise<Map<string, readonly Watermarks[]>> {
  const existing = await admin.topics(topics);
  const marks = await Promise.all(existing.map(({ name, partitions }) => admin.watermarks(name, partitions)));
  return new Map(existing.map(({ name }, at) => [name, marks[at]!]));
}

/**
 * Asks where the partitions of topics end.
 *
 * @param states What the cluster tells of them: it lists all of its topics to tell it, so that once is enough.
 * @throws {KafkaError} If a topic does not exist.
 */
export async function endsOf(
  admin: KafkaAdmin,
  topics: readonly string[],
  states: readonly TopicState[],
): Promise<Offsets> {
  const partitions = new Map(states.map((state) => [state.name, state.partitions]));
  const marks = await Promise.all(topics.map((name) => admin.watermarks(name, partitions.get(name))));
  return Object.fromEntries(topics.map((name, at) => [name, marks[at]!.map(({ high }) => high)]));
}

/**
 * Deletes all records of topics; the topics stay.
 *
 * @returns Nothing; topics that do not exist are passed over.
 */
export async function emptyTopics(admin: KafkaAdmin, topics: readonly string[]): Promise<void> {
  for (const [topic, marks] of await watermarksOf(admin, topics)) {
    const before = new Map(marks.flatMap(({ low, high }, partition) => low < high ? [[partition, high] as const] : []));
    if (before.size > 0) await admin.deleteRecords(topic, before);
  }
}
