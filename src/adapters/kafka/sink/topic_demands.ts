/**
 * What a load asks of the settings that are in force for a topic, whether the topic has them of its own or inherits them
 * from the broker: everything that can destroy or refuse its records.
 *
 * @module
 */

import type { TopicSpec, TopicState } from "../../../ports/kafka.ts";

/** Settings in force, by name; a broker that is too old for one leaves it out. */
export type Settings = Readonly<Record<string, string>>;

/** The time stamps of records that carry those of their events, in milliseconds since 1970. */
export interface Stamps {
  /** Where the run's days begin; some events are older. */
  readonly oldestMs: number;
  readonly newestMs: number;
}

/** A setting that is not as a load needs it. */
export interface Unmet {
  readonly setting: string;
  /** What it should be. */
  readonly wanted: string;
  /** What it is. */
  readonly held: string;
  /** What becomes of records, as a clause; absent where nothing does. */
  readonly harm?: string;
  /** Whether a load is refused, since records are certainly lost or not taken. */
  readonly refused?: boolean;
  /** Whether it may not be changed by us. */
  readonly keep?: boolean;
}

/** Bytes of the smallest batch that every topic must take: a record has up to 1,000, a mark up to 1,500. */
const LEAST_BATCH = 2_000;
/** Kafka's own `max.message.bytes`. */
const USUAL_BATCH = 1_048_588;
/** Retention below it may end before the load does; the least that `--retention-hours` makes. */
const LEAST_RETENTION_MS = 3_600_000;
/** A record may wait so long in the producer's queue, and bears the time at which it got there. */
const QUEUED_MS = 300_000;
/** No event is older: schedules may go back further than the run's days. */
const OLDEST_MS = 50 * 366 * 86_400_000;
/** Kafka's way to say that any time stamp is taken. */
const ANY_AGE = "9223372036854775807";

/** Settings that refuse old time stamps; the second is that of Kafka before 3.6. */
const OLDEST_TAKEN = ["message.timestamp.before.max.ms", "message.timestamp.difference.max.ms"] as const;

/**
 * Compares the settings of a topic with what a load needs.
 *
 * @param held Settings in force.
 * @param stamps Absent where records bear the time of their sending.
 */
export function unmetBy(spec: TopicSpec, state: TopicState, held: Settings, stamps?: Stamps): Unmet[] {
  const isMarks = spec.settings["cleanup.policy"] === "compact";
  const found = isMarks ? [marksPolicy(held)] : [
    eventsPolicy(held),
    retention(held, spec.settings["retention.ms"]!, stamps),
    retentionBytes(held),
    ...timeStamps(held, stamps),
  ];
  return [...found, batchSize(held), copies(held, state)].filter((unmet) => unmet !== undefined);
}

/** The smallest batch that all of these topics take, in bytes; undefined where none of them tells. */
export function smallestBatch(topics: Iterable<Settings>): number | undefined {
  const limits = [...topics].flatMap((held) => numberOf(held["max.message.bytes"]) ?? []);
  return limits.length === 0 ? undefined : Math.min(...limits);
}

/** Marks in any other topic than a compacted one expire. */
function marksPolicy({ "cleanup.policy": held }: Settings): Unmet | undefined {
  if (held === undefined || held === "compact") return undefined;
  return { setting: "cleanup.policy", wanted: "compact", held };
}

/** Tells whether compaction deletes records: all but the newest of each key. */
export function compacts({ "cleanup.policy": policy = "" }: Settings): boolean {
  return policy.split(",").some((word) => word.trim() === "compact");
}

function eventsPolicy(settings: Settings): Unmet | undefined {
  if (!compacts(settings)) return undefined;
  const harm = "it keeps only the newest event of each key";
  return { setting: "cleanup.policy", wanted: "delete", held: settings["cleanup.policy"]!, harm, refused: true };
}

function retention({ "retention.ms": held }: Settings, wanted: string, stamps?: Stamps): Unmet | undefined {
  const heldMs = numberOf(held);
  if (held === undefined || heldMs === undefined || heldMs < 0) return differs("retention.ms", wanted, held);
  const neededMs = stamps === undefined
    ? LEAST_RETENTION_MS
    : Math.max(LEAST_RETENTION_MS, Date.now() - stamps.oldestMs);
  if (heldMs >= neededMs) return differs("retention.ms", wanted, held);
  const hours = Math.ceil(neededMs / 3_600_000);
  const harm = stamps === undefined
    ? "events may be deleted before anybody reads them"
    : `events are stamped with their own time, so the broker soon deletes those of more than ${
      timeText(heldMs)
    } ago; ` +
      `\`retentionHours ${hours}\` for new topics keeps them`;
  const enough = stamps === undefined ? wanted : String(hours * 3_600_000);
  return { setting: "retention.ms", wanted: enough, held, harm };
}

function retentionBytes({ "retention.bytes": held }: Settings): Unmet | undefined {
  const bytes = numberOf(held);
  if (bytes === undefined || bytes < 0) return undefined;
  const harm = "the oldest events of a partition that holds more are deleted";
  return { setting: "retention.bytes", wanted: "-1", held: held!, harm };
}

function timeStamps(held: Settings, stamps: Stamps | undefined): (Unmet | undefined)[] {
  if (held["message.timestamp.type"] === "LogAppendTime") return [stamps && appendTime()];
  return [...OLDEST_TAKEN.map((setting) => oldest(setting, held[setting], stamps)), stamps && newest(held, stamps)];
}

function appendTime(): Unmet {
  const harm = "the broker files events by its own time, not by theirs";
  return { setting: "message.timestamp.type", wanted: "CreateTime", held: "LogAppendTime", harm };
}

function oldest(setting: string, held: string | undefined, stamps: Stamps | undefined): Unmet | undefined {
  const takenMs = numberOf(held);
  const neededMs = stamps === undefined ? QUEUED_MS : Date.now() - stamps.oldestMs;
  if (takenMs === undefined || takenMs >= (stamps === undefined ? neededMs : OLDEST_MS)) return undefined;
  const limit = `it takes no record that is stamped with more than ${timeText(takenMs)} ago`;
  const harm = stamps === undefined
    ? `${limit}, and a record may wait for ${timeText(neededMs)} to be sent`
    : `${limit}, and events are stamped with their own time`;
  return { setting, wanted: ANY_AGE, held: held!, harm, refused: stamps !== undefined && takenMs < neededMs };
}

function newest({ "message.timestamp.after.max.ms": held }: Settings, { newestMs }: Stamps): Unmet | undefined {
  const takenMs = numberOf(held);
  const neededMs = newestMs - Date.now();
  if (takenMs === undefined || takenMs >= neededMs) return undefined;
  const harm = `it takes no record from more than ${timeText(takenMs)} ahead, and the as-of is ${
    timeText(neededMs)
  } ahead`;
  return { setting: "message.timestamp.after.max.ms", wanted: ANY_AGE, held: held!, harm, refused: true };
}

function batchSize({ "max.message.bytes": held }: Settings): Unmet | undefined {
  const bytes = numberOf(held);
  if (bytes === undefined || bytes >= LEAST_BATCH) return undefined;
  const harm = `it refuses records of more than ${bytes} bytes`;
  return { setting: "max.message.bytes", wanted: String(USUAL_BATCH), held: held!, harm };
}

/** Brokers since Kafka 3.7 ask for as many copies as there are, older ones for as many as the setting says. */
function copies({ "min.insync.replicas": held }: Settings, { replicationFactor }: TopicState): Unmet | undefined {
  if (!(numberOf(held)! > replicationFactor)) return undefined;
  const count = `${replicationFactor} cop${replicationFactor === 1 ? "y" : "ies"}`;
  const harm = `with ${count} an older broker takes no record`;
  return { setting: "min.insync.replicas", wanted: String(replicationFactor), held: held!, harm, keep: true };
}

function differs(setting: string, wanted: string, held: string | undefined): Unmet | undefined {
  return held === wanted || held === undefined ? undefined : { setting, wanted, held };
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined || !/^-?\d+$/.test(text) ? undefined : Number(text);
}

/** For example `36 h`. */
function timeText(ms: number): string {
  if (ms < 60_000) return `${Math.round(ms / 1000)} s`;
  return ms < 2 * 3_600_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 3_600_000)} h`;
}
