/** Compares where partitions stand with where the marks of a run, if there is one, say that they stood. */

import type { Watermarks } from "../../../ports/kafka.ts";
import type { TargetLoss } from "../../../ports/sink.ts";
import { endOf, type Offsets, type ProgressMark, type RunMark } from "./marks.ts";
import { partitionsText } from "../sink/topics.ts";

/**
 * Tells what topics have lost of a run.
 *
 * @param held Partitions of each topic that still exists, by name.
 * @returns Undefined where everything is there.
 */
export function lossOf(
  run: RunMark,
  progress: readonly ProgressMark[],
  held: ReadonlyMap<string, readonly Watermarks[]>,
): TargetLoss | undefined {
  const end = endOf(run, progress);
  const recreated = Object.entries(end).flatMap(([topic, offsets]) => recreation(topic, offsets, held.get(topic)));
  if (recreated.length > 0) return { kind: "recreated", detail: recreated.join("; ") };
  const expired = Object.keys(end).flatMap((topic) => expiry(topic, run.start, end, held.get(topic)!));
  return expired.length > 0 ? { kind: "expired", detail: expired.join("; ") } : undefined;
}

/**
 * Tells which topics hold records although there are no marks: they were deleted, or someone else wrote the records.
 *
 * @param marks Name of the topic where the marks should be.
 * @param held Partitions of each topic that exists, by name.
 * @returns Undefined where all topics are empty, those among them whose records have expired.
 */
export function unmarkedOf(marks: string, held: ReadonlyMap<string, readonly Watermarks[]>): string | undefined {
  const topics = [...held].filter(([, partitions]) => partitions.some(({ low, high }) => low < high));
  if (topics.length === 0) return undefined;
  const names = topics.map(([name]) => name).sort().join(", ");
  const [noun, verb] = topics.length === 1 ? ["topic", "holds"] : ["topics", "hold"];
  return `${noun} ${names} ${verb} records, and ${marks} does not tell of which run`;
}

function recreation(topic: string, end: readonly number[], held: readonly Watermarks[] | undefined): string[] {
  if (held === undefined) return [`topic ${topic} is gone`];
  if (held.length < end.length) return [`topic ${topic} has ${partitionsText(held.length)}, it had ${end.length}`];
  const shorter = end.findIndex((offset, partition) => held[partition]!.high < offset);
  if (shorter < 0) return [];
  return [`topic ${topic} ends at offset ${held[shorter]!.high} in partition ${shorter}, it ended at ${end[shorter]}`];
}

/** The ends of transactions take offsets too, so a topic may have lost a few records fewer than the offsets say. */
function expiry(topic: string, start: Offsets, end: Offsets, held: readonly Watermarks[]): string[] {
  const gone = end[topic]!.reduce(
    (sum, offset, partition) =>
      sum + Math.max(0, Math.min(held[partition]!.low, offset) - (start[topic]![partition] ?? 0)),
    0,
  );
  return gone === 0 ? [] : [`about ${gone} records of topic ${topic} were deleted`];
}
