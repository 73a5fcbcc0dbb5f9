/**
 * Finds out whether compaction has deleted records of a run: the topic's ends stay where they were, and what lay between
 * them is gone. It leaves holes in the offsets, first at the beginning. So the beginning is read, and all is counted
 * where the topic is compacted now, or the beginning has more holes than the ends of transactions make.
 *
 * @module
 */

import type { Entity } from "../../../model/entity.ts";
import type { KafkaAdmin, KafkaError, OffsetRange, Watermarks } from "../../../ports/kafka.ts";
import type { TargetLoss } from "../../../ports/sink.ts";
import { isForbidden, rightText } from "../librdkafka/errors.ts";
import { endOf, isComplete, type Marks, type Offsets, progressOf } from "../run/marks.ts";
import { compacts, type Settings } from "./topic_demands.ts";
import { topicName } from "./topics.ts";

/** Offsets at the beginning of each partition that are looked at. */
const SAMPLE = 1000;
/** Share of them that may be something else than records: ends of transactions, and what was aborted. */
const HOLES = 0.1;
/** Longest wait for a record, in milliseconds. */
const SILENCE_MS = 30_000;

/** What is known of compaction. */
export interface CompactionReport {
  /** Absent where every record is there, as far as it could be read. */
  readonly loss?: TargetLoss;
  /** What could not be found out. */
  readonly warnings: readonly string[];
}

/**
 * Tells what compaction has deleted of a run.
 *
 * @param held Partitions of each topic, by name; nothing of the run has expired.
 */
export async function compactedOf(
  admin: KafkaAdmin,
  prefix: string,
  entities: readonly Entity[],
  marks: Marks,
  held: ReadonlyMap<string, readonly Watermarks[]>,
): Promise<CompactionReport> {
  const { start } = marks.run!;
  const end = isComplete(marks) ? endOf(marks.run!, marks.progress) : undefined; // else what the topic holds
  const { rows } = progressOf(marks);
  const found = await Promise.all(entities.map(async (entity) => {
    const topic = topicName(prefix, entity);
    const partitions = held.get(topic);
    const expected = rows[entity.name] ?? 0;
    if (partitions === undefined || expected === 0) return {};
    return await lossIn(admin, topic, rangesOf(start[topic] ?? [], partitions, end?.[topic]), expected);
  }));
  const lost = found.flatMap(({ lost }) => lost ?? []);
  const detail = `${lost.join("; ")} by compaction, which keeps only the newest of each key`;
  return {
    ...(lost.length === 0 ? {} : { loss: { kind: "expired", detail } as const }),
    warnings: unreadWarnings(found.flatMap(({ unread }) => unread ?? [])),
  };
}

function unreadWarnings(errors: readonly KafkaError[]): string[] {
  if (errors.length === 0) return [];
  const reasons = errors.map(({ right, message }) => right === undefined ? message : rightText(right));
  return [`whether compaction has deleted records cannot be seen without ${reasons.join(", ")}`];
}

async function lossIn(
  admin: KafkaAdmin,
  topic: string,
  ranges: ReadonlyMap<number, OffsetRange>,
  expected: number,
): Promise<{ readonly lost?: string; readonly unread?: KafkaError }> {
  try {
    if (!await isSuspect(admin, topic, ranges)) return {};
    const found = await admin.countRecords(topic, ranges, SILENCE_MS);
    return found >= expected
      ? {}
      : { lost: `${expected - found} of ${expected} records of topic ${topic} were deleted` };
  } catch (error) {
    if (!isForbidden(error)) throw error;
    return { unread: error };
  }
}

function rangesOf(
  start: readonly number[],
  partitions: readonly Watermarks[],
  end: Offsets[string] | undefined,
): Map<number, OffsetRange> {
  return new Map(partitions.map(({ low, high }, partition) => {
    const from = Math.max(low, start[partition] ?? 0);
    return [partition, { from, to: Math.min(high, end?.[partition] ?? high) }];
  }));
}

async function isSuspect(
  admin: KafkaAdmin,
  topic: string,
  ranges: ReadonlyMap<number, OffsetRange>,
): Promise<boolean> {
  if (compacts(await settingsOf(admin, topic))) return true;
  const sample = new Map([...ranges].map(([partition, { from, to }]) => {
    return [partition, { from, to: Math.min(to, from + SAMPLE) }];
  }));
  const offsets = [...sample.values()].reduce((sum, { from, to }) => sum + Math.max(0, to - from), 0);
  return await admin.countRecords(topic, sample, SILENCE_MS) < offsets * (1 - HOLES);
}

/** Settings in force; none where the user may not read them. */
async function settingsOf(admin: KafkaAdmin, topic: string): Promise<Settings> {
  try {
    return await admin.settings(topic);
  } catch (error) {
    if (!isForbidden(error)) throw error;
    return {};
  }
}
