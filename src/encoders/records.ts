/**
 * Batches for Kafka: a record for each row of an entity that has a topic.
 *
 * @module
 */

import type { Batch, Entity, Row } from "../model/entity.ts";
import type { EncodedBatch, Encoder, EncoderDescription, EventIdOf } from "../ports/encoder.ts";
import type { HeaderTemplate, RecordBlock } from "../ports/kafka.ts";
import { framedAvroEncoder } from "./avro.ts";
import type { ByteBuffer } from "./bytes.ts";
import { appendInstant, cloudEventHeaders, type EventTimeOf, eventTimeOf } from "./cloud_events.ts";
import { compile } from "./compile.ts";
import { encodedBatch } from "./encoded_batch.ts";
import { jsonEncoder } from "./json.ts";
import { RecordBuilder } from "./record_builder.ts";

/** How the records of a run look; all of a run look alike. */
export interface PayloadFormat {
  /** Of their values. */
  readonly encoding: "avro" | "json";
  /** Whether they have CloudEvents headers. */
  readonly cloudEvents: boolean;
}

/** Records; the handle of an entity's topic is its place in the description. */
export interface RecordsDescription extends EncoderDescription<EncodedRecords> {
  /** Which encoder it is. */
  readonly format: "records";
  /** How the records look. */
  readonly payload: PayloadFormat;
  /** Id of each entity's Avro schema, by entity name; none for JSON. */
  readonly schemaIds: Readonly<Record<string, number>>;
  /** The records' time stamps: when they are sent, or when their events happened. */
  readonly recordTimestamp: "send" | "event";
}

/** Records of a batch. */
export interface EncodedRecords {
  /** The records. */
  readonly block: RecordBlock;
  /** Bytes of their keys, headers and values, those that all records have included. */
  readonly size: number;
}

/** Headers of an entity's topic: its own, then those of CloudEvents where they are wanted. */
export function recordHeaders(entity: Entity, { encoding, cloudEvents }: PayloadFormat): readonly HeaderTemplate[] {
  const own = entity.topic?.headers ?? [];
  return [...own, ...(cloudEvents ? cloudEventHeaders(entity, `application/${encoding}`) : [])];
}

/**
 * Makes the encoder of records.
 *
 * @param eventId Gives `ce_id`.
 */
export function recordBatches(description: RecordsDescription, eventId: EventIdOf): Encoder<EncodedRecords> {
  const { entities } = description;
  const builder = new RecordBuilder();
  const writers = entities.map((entity, handle) => new RecordWriter(entity, handle, description, eventId));
  return {
    encode(batch: Batch): EncodedBatch<EncodedRecords> {
      const size = writers.reduce((sum, writer) => sum + writer.write(batch[writer.name] ?? [], builder), 0);
      const block = builder.take();
      return encodedBatch(entities, batch, { block, size }, [block.bytes.buffer, block.index.buffer]);
    },
  };
}

/** Keys, headers and values of an entity's records. */
class RecordWriter {
  readonly name: string;
  readonly #entity: Entity;
  /** Names of the topic's own headers that each row brings. */
  readonly #ownHeaders: readonly string[];
  readonly #cloudEvents: boolean;
  readonly #handle: number;
  readonly #keyOf: (row: Row) => string;
  readonly #encode: (row: Row, into: ByteBuffer) => void;
  readonly #eventId: EventIdOf;
  readonly #eventTime: EventTimeOf;
  readonly #stamped: boolean;
  /** Bytes of header names, and of the values that all records have. */
  readonly #headerBytes: number;

  constructor(
    entity: Entity,
    handle: number,
    { payload, schemaIds, recordTimestamp }: RecordsDescription,
    eventId: EventIdOf,
  ) {
    const headers = recordHeaders(entity, payload);
    this.name = entity.name;
    this.#entity = entity;
    this.#ownHeaders = (entity.topic!.headers ?? []).filter(({ value }) => value === undefined).map(({ name }) => name);
    this.#cloudEvents = payload.cloudEvents;
    this.#handle = handle;
    this.#keyOf = keyOf([entity.topic!.key].flat());
    this.#encode = payload.encoding === "avro"
      ? framedAvroEncoder(entity, schemaIds[entity.name]!)
      : appendJson(jsonEncoder(entity));
    this.#eventId = eventId;
    this.#eventTime = eventTimeOf(entity);
    this.#stamped = recordTimestamp === "event";
    this.#headerBytes = headers.reduce((sum, { name, value = "" }) => sum + name.length + value.length, 0);
  }

  /** Adds a record for each row; tells the bytes of their keys, headers and values. */
  write(rows: readonly Row[], builder: RecordBuilder): number {
    const { bytes } = builder;
    const before = bytes.length;
    let subjects = 0;
    for (const row of rows) {
      const key = this.#keyOf(row);
      bytes.appendWord(key);
      builder.endKey(this.#handle);
      const time = this.#eventTime(row);
      for (const name of this.#ownHeaders) {
        bytes.append(row[name] as string);
        builder.endHeader();
      }
      if (this.#cloudEvents) {
        bytes.appendWord(this.#eventId(this.#entity, row));
        builder.endHeader();
        appendInstant(time, bytes);
        builder.endHeader();
        builder.keyAsHeader();
        subjects += key.length;
      }
      if (this.#stamped) builder.stamp(time);
      this.#encode(row, bytes);
      builder.endValue();
    }
    return bytes.length - before + subjects + rows.length * this.#headerBytes;
  }
}

/** Makes the function that tells a record's key. */
function keyOf(names: readonly string[]): (row: Row) => string {
  const values = names.map((name) => `row[${JSON.stringify(name)}]`);
  return compile<(row: Row) => string>(`(row) => ${values.join(' + ":" + ')}`, {});
}

function appendJson(encode: (row: Row) => string): (row: Row, into: ByteBuffer) => void {
  return (row, into) => into.append(encode(row));
}
