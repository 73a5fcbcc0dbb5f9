/**
 * Batches for sinks that keep the rows of each entity apart: in files and tables.
 *
 * @module
 */

import type { Batch, Entity, Row } from "../model/entity.ts";
import type { EncodedBatch, Encoder, EncoderDescription } from "../ports/encoder.ts";
import { ByteBuffer } from "./bytes.ts";
import { copyEncoder } from "./copy.ts";
import { type CsvDialect, csvEncoder } from "./csv.ts";
import { encodedBatch } from "./encoded_batch.ts";
import { jsonEncoder } from "./json.ts";

/** Bytes of a batch's rows, a run of them for each entity of the description, in its order; empty where it has none. */
export type EntityBytes = readonly Uint8Array<ArrayBuffer>[];

/** Records of CSV, each with its line end; the header is not among them. */
export interface CsvDescription extends EncoderDescription<EntityBytes> {
  /** Which encoder it is. */
  readonly format: "csv";
  readonly dialect: CsvDialect;
}

/** What stands before each record of an array; the writer leaves it out before the first one. */
export const ARRAY_SEPARATOR = ",\n";

/** JSON objects: `array`: {@linkcode ARRAY_SEPARATOR} before each; `lines`: a line end behind each. */
export interface JsonDescription extends EncoderDescription<EntityBytes> {
  /** Which encoder it is. */
  readonly format: "json";
  readonly layout: "array" | "lines";
}

/** Rows as PostgreSQL's COPY reads them, without its header and trailer. */
export interface CopyDescription extends EncoderDescription<EntityBytes> {
  /** Which encoder it is. */
  readonly format: "copy";
}

/** Rows that become one text before it is written: many, as it is cheap, but not so many that the text gets old. */
const ROWS_PER_TEXT = 256;

/** Makes the encoder of CSV files. */
export function csvBatches({ entities, dialect }: CsvDescription): Encoder<EntityBytes> {
  return new EntityBytesEncoder(entities, (entity) => {
    const encode = csvEncoder(entity, dialect);
    return (rows, buffer) => {
      for (let from = 0; from < rows.length; from += ROWS_PER_TEXT) {
        buffer.append(encode(rows, from, Math.min(from + ROWS_PER_TEXT, rows.length)));
      }
    };
  });
}

/** Makes the encoder of JSON files. */
export function jsonBatches({ entities, layout }: JsonDescription): Encoder<EntityBytes> {
  const [before, after] = layout === "array" ? [ARRAY_SEPARATOR, ""] : ["", "\n"];
  return new EntityBytesEncoder(entities, (entity) => {
    const encode = jsonEncoder(entity);
    return (rows, buffer) => {
      for (let from = 0; from < rows.length; from += ROWS_PER_TEXT) {
        const to = Math.min(from + ROWS_PER_TEXT, rows.length);
        let text = "";
        for (let at = from; at < to; at++) text += before + encode(rows[at]!) + after;
        buffer.append(text);
      }
    };
  });
}

/** Makes the encoder of PostgreSQL tables. */
export function copyBatches({ entities }: CopyDescription): Encoder<EntityBytes> {
  return new EntityBytesEncoder(entities, copyEncoder);
}

/** Adds rows of one entity to a buffer. */
type Append = (rows: readonly Row[], buffer: ByteBuffer) => void;

class EntityBytesEncoder implements Encoder<EntityBytes> {
  readonly #entities: readonly Entity[];
  readonly #appends: readonly Append[];
  readonly #buffer = new ByteBuffer();

  constructor(entities: readonly Entity[], appendOf: (entity: Entity) => Append) {
    this.#entities = entities;
    this.#appends = entities.map(appendOf);
  }

  encode(batch: Batch): EncodedBatch<EntityBytes> {
    const ends = this.#entities.map(({ name }, at) => {
      const rows = batch[name] ?? [];
      if (rows.length > 0) this.#appends[at]!(rows, this.#buffer);
      return this.#buffer.length;
    });
    const bytes = this.#buffer.take();
    const content = ends.map((end, at) => bytes.subarray(ends[at - 1] ?? 0, end));
    return encodedBatch(this.#entities, batch, content, [bytes.buffer]);
  }
}
