/**
 * Batches for sinks that show rows to whoever looks: lines for a program, the first rows for a person.
 *
 * @module
 */

import type { Batch } from "../model/entity.ts";
import type { EncodedBatch, Encoder, EncoderDescription } from "../ports/encoder.ts";
import { ByteBuffer } from "./bytes.ts";
import { encodedBatch } from "./encoded_batch.ts";
import { type JsonEncoder, jsonEncoder } from "./json.ts";

/**
 * Every row as a JSON object on a line, entity after entity. Where more than one entity comes, each object begins with a
 * member `entity` that names it.
 */
export interface LinesDescription extends EncoderDescription<Lines> {
  /** Which encoder it is. */
  readonly format: "lines";
}

/** The first rows of each entity in a batch, each as JSON on one line. */
export interface PreviewDescription extends EncoderDescription<Preview> {
  /** Which encoder it is. */
  readonly format: "preview";
  /** Rows of each entity at most. */
  readonly limit: number;
}

/** Lines of a batch, as UTF-8. */
export type Lines = Uint8Array<ArrayBuffer>;

/** JSON texts of each entity's first rows, in the order of the description. */
export type Preview = readonly (readonly string[])[];

/** Makes the encoder of lines. */
export function lineBatches({ entities }: LinesDescription): Encoder<Lines> {
  const encoders = entities.map((entity) => ({
    name: entity.name,
    encode: jsonEncoder(entity),
    start: entities.length === 1 ? "{" : `{"entity":${JSON.stringify(entity.name)},`,
  }));
  const buffer = new ByteBuffer();
  return {
    encode(batch: Batch): EncodedBatch<Lines> {
      for (const { name, encode, start } of encoders) {
        for (const row of batch[name] ?? []) buffer.append(`${start}${encode(row).slice(1)}\n`);
      }
      const content = buffer.take();
      return encodedBatch(entities, batch, content, [content.buffer]);
    },
  };
}

/** Makes the encoder of first rows. */
export function previewBatches({ entities, limit }: PreviewDescription): Encoder<Preview> {
  const encoders: [name: string, encode: JsonEncoder][] = entities.map((entity) => [entity.name, jsonEncoder(entity)]);
  return {
    encode(batch: Batch): EncodedBatch<Preview> {
      const content = encoders.map(([name, encode]) => (batch[name] ?? []).slice(0, limit).map(encode));
      return encodedBatch(entities, batch, content, [], content.flat().reduce((sum, text) => sum + text.length, 0));
    },
  };
}
