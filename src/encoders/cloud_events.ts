/**
 * CloudEvents 1.0 in binary mode, as its Kafka binding has it: the value is the event's data, and everything about the
 * event is a header. Some headers are the same in all records of a topic, others are each record's own:
 *
 * ```text
 * ce_specversion  1.0                           all records
 * ce_type         what happened                 all records
 * ce_source       where it happened             all records
 * content-type    media type of the value       all records
 * ce_id           id of the event               each record
 * ce_time         when it happened, UTC         each record
 * ce_subject      key of the record             each record
 * ```
 *
 * @module
 */

import type { Entity, Row } from "../model/entity.ts";
import type { EventIdOf } from "../ports/encoder.ts";
import type { HeaderTemplate } from "../ports/kafka.ts";
import { DAY_MS, HOUR_MS, isoDate, MINUTE_MS } from "../time/calendar.ts";
import type { ByteBuffer } from "./bytes.ts";
import { compile } from "./compile.ts";

/** How a value is encoded. */
export type MediaType = "application/avro" | "application/json";

/** The id of an event whose rows never change: its key. */
export const keyAsEventId: EventIdOf = (entity, row) => row[entity.key!] as string;

/** Tells when an event happened, in UTC epoch milliseconds. */
export type EventTimeOf = (row: Row) => number;

/**
 * Lists the headers of an event entity's topic, in the order in which records carry them. The last three, `ce_id`,
 * `ce_time` and `ce_subject`, are each record's own.
 *
 * @param mediaType How the records' values are encoded.
 * @throws {RangeError} If the entity has no topic.
 */
export function cloudEventHeaders(entity: Entity, mediaType: MediaType): readonly HeaderTemplate[] {
  const { eventType, source } = topicOf(entity);
  return [
    { name: "ce_specversion", value: "1.0" },
    { name: "ce_type", value: eventType },
    { name: "ce_source", value: source },
    { name: "content-type", value: mediaType },
    { name: "ce_id" },
    { name: "ce_time" },
    { name: "ce_subject" },
  ];
}

/**
 * Makes the function that tells the event time of an entity's rows: the first of the topic's fields that is not null.
 *
 * @throws {RangeError} If the entity has no topic, or its rows may have no event time.
 */
export function eventTimeOf(entity: Entity): EventTimeOf {
  const { eventTime } = topicOf(entity);
  const last = entity.fields[eventTime.at(-1) ?? ""];
  if (last === undefined || last.nullable) {
    throw new RangeError(`Cannot tell the event time of "${entity.name}" as it may be null in all of: ${eventTime}`);
  }
  const values = eventTime.map((name) => `row[${JSON.stringify(name)}]`);
  return compile<EventTimeOf>(`(row) => ${values.join(" ?? ")}`, {});
}

/**
 * Appends an instant as `ce_time` has it, `YYYY-MM-DDThh:mm:ss.SSSZ`. It makes no text, unlike `isoInstant`, which
 * takes four times as long with its bytes.
 *
 * @param ms UTC epoch milliseconds.
 * @throws {RangeError} If the year is not in `0..9999`.
 */
export function appendInstant(ms: number, into: ByteBuffer): void {
  const days = Math.floor(ms / DAY_MS);
  const rest = ms - days * DAY_MS;
  into.appendWord(isoDate(days));
  const bytes = into.reserve(14);
  const at = into.length;
  bytes[at] = LETTER_T;
  writeTwoDigits(bytes, at + 1, (rest / HOUR_MS) | 0);
  bytes[at + 3] = COLON;
  writeTwoDigits(bytes, at + 4, ((rest / MINUTE_MS) | 0) % 60);
  bytes[at + 6] = COLON;
  writeTwoDigits(bytes, at + 7, ((rest / 1000) | 0) % 60);
  bytes[at + 9] = POINT;
  const thousandths = rest % 1000;
  const hundreds = (thousandths / 100) | 0;
  bytes[at + 10] = DIGIT_0 + hundreds;
  writeTwoDigits(bytes, at + 11, thousandths - hundreds * 100);
  bytes[at + 13] = LETTER_Z;
  into.advance(at + 14);
}

const LETTER_T = 84;
const LETTER_Z = 90;
const COLON = 58;
const POINT = 46;
const DIGIT_0 = 48;

function writeTwoDigits(bytes: Uint8Array, at: number, value: number): void {
  const tens = (value / 10) | 0;
  bytes[at] = DIGIT_0 + tens;
  bytes[at + 1] = DIGIT_0 + value - tens * 10;
}

function topicOf(entity: Entity): NonNullable<Entity["topic"]> {
  if (entity.topic === undefined) throw new RangeError(`Cannot send "${entity.name}" as it has no topic`);
  return entity.topic;
}
