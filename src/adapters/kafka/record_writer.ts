/** Writes the rows of one entity into blocks, as records of its topic. */

import { framedAvroEncoder } from "../../encoders/avro.ts";
import type { ByteBuffer } from "../../encoders/bytes.ts";
import {
  appendInstant,
  cloudEventHeaders,
  type EventIdOf,
  type EventTimeOf,
  eventTimeOf,
} from "../../encoders/cloud_events.ts";
import { jsonEncoder } from "../../encoders/json.ts";
import type { Entity, Row } from "../../model/entity.ts";
import type { HeaderTemplate } from "../../ports/kafka.ts";
import type { PayloadFormat } from "./marks.ts";
import type { RecordBlock } from "./record_block.ts";

/** What records carry beside keys and values. */
export interface RecordWriterOptions {
  /** Gives `ce_id`. */
  readonly eventId: EventIdOf;
  /** The record's time stamp: when it is sent, or when its event happened. */
  readonly recordTimestamp: "send" | "event";
}

/** Keys, headers and values of an entity's records. */
export class RecordWriter {
  readonly entity: Entity;
  /** Headers of the topic's records; empty without CloudEvents. */
  readonly headers: readonly HeaderTemplate[];
  readonly #handle: number;
  readonly #key: string;
  readonly #encode: (row: Row, into: ByteBuffer) => void;
  readonly #eventId: EventIdOf;
  readonly #eventTime: EventTimeOf;
  readonly #stamped: boolean;
  /** Bytes of header names, and of the values that all records have. */
  readonly #headerBytes: number;
  #bytes = 0;

  /**
   * Compiles the encoder.
   *
   * @param handle Handle of the entity's topic.
   * @param schemaId Id of its Avro schema; not needed for JSON.
   */
  constructor(
    entity: Entity,
    handle: number,
    { encoding, cloudEvents }: PayloadFormat,
    schemaId: number | undefined,
    { eventId, recordTimestamp }: RecordWriterOptions,
  ) {
    this.entity = entity;
    this.headers = cloudEvents ? cloudEventHeaders(entity, `application/${encoding}`) : [];
    this.#handle = handle;
    this.#key = entity.topic!.key;
    this.#encode = encoding === "avro" ? framedAvroEncoder(entity, schemaId!) : appendJson(entity);
    this.#eventId = eventId;
    this.#eventTime = eventTimeOf(entity);
    this.#stamped = recordTimestamp === "event";
    this.#headerBytes = this.headers.reduce((sum, { name, value = "" }) => sum + name.length + value.length, 0);
  }

  /** Bytes of the keys, headers and values written so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Appends a record for each row. */
  write(rows: readonly Row[], block: RecordBlock): void {
    const { bytes } = block;
    const before = bytes.length;
    let subjects = 0;
    for (const row of rows) {
      const key = row[this.#key] as string;
      bytes.appendWord(key);
      block.endKey(this.#handle);
      const time = this.#eventTime(row);
      if (this.headers.length > 0) {
        bytes.appendWord(this.#eventId(this.entity, row));
        block.endHeader();
        appendInstant(time, bytes);
        block.endHeader();
        block.keyAsHeader();
        subjects += key.length;
      }
      if (this.#stamped) block.stamp(time);
      this.#encode(row, bytes);
      block.endValue();
    }
    this.#bytes += bytes.length - before + subjects + rows.length * this.#headerBytes;
  }
}

function appendJson(entity: Entity): (row: Row, into: ByteBuffer) => void {
  const encode = jsonEncoder(entity);
  return (row, into) => into.append(encode(row));
}
