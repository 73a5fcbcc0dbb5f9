/** Batches for files that keep the values of a column together. */

import { type Batch, fieldsOf, type Row } from "../model/entity.ts";
import type { Field } from "../model/field.ts";
import type { EncodedBatch, Encoder, EncoderDescription } from "../ports/encoder.ts";
import { compile } from "./compile.ts";
import { encodedBatch } from "./encoded_batch.ts";

/** Values of a column of text. */
export interface TextColumn {
  /** All of them, one after the other. */
  readonly texts: string;
  /** Characters of each; -1 for null. */
  readonly lengths: Int32Array<ArrayBuffer>;
}

/** Values of a column: of numbers as they are in a row, NaN for null; or of text. */
export type Column = Float64Array<ArrayBuffer> | TextColumn;

/** Rows of one entity. */
export interface EntityColumns {
  /** How many rows there are. */
  readonly count: number;
  /** In column order. */
  readonly columns: readonly Column[];
}

/** Columns, those of each entity of the description. */
export interface ColumnsDescription extends EncoderDescription<readonly EntityColumns[]> {
  /** Which encoder it is. */
  readonly format: "columns";
}

/** Makes the encoder. */
export function columnBatches({ entities }: ColumnsDescription): Encoder<readonly EntityColumns[]> {
  const gatherers = entities.map((entity) => fieldsOf(entity).map(([name, field]) => gatherer(name, field)));
  return {
    encode(batch: Batch): EncodedBatch<readonly EntityColumns[]> {
      const content = gatherers.map((columns, at) => {
        const rows = batch[entities[at]!.name] ?? [];
        return { count: rows.length, columns: columns.map((gather) => gather(rows)) };
      });
      const all = content.flatMap(({ columns }) => columns);
      const buffers = all.map((column) => ("texts" in column ? column.lengths : column).buffer);
      const characters = all.reduce((sum, column) => sum + ("texts" in column ? column.texts.length : 0), 0);
      return encodedBatch(entities, batch, content, buffers, characters);
    },
  };
}

/** Whether the values of a field are text; all others are numbers. */
export function isTextual({ kind }: Field<unknown>): boolean {
  return kind === "uuid" || kind === "text" || kind === "enum";
}

function gatherer(name: string, field: Field<unknown>): (rows: readonly Row[]) => Column {
  const value = `rows[n][${JSON.stringify(name)}]`;
  if (!isTextual(field)) {
    return compile<(rows: readonly Row[]) => Float64Array<ArrayBuffer>>(
      `(rows) => {
        const numbers = new Float64Array(rows.length);
        for (let n = 0; n < rows.length; n++) numbers[n] = ${field.nullable ? `${value} ?? NaN` : value};
        return numbers;
      }`,
      {},
    );
  }
  const add = "{ texts += text; lengths[n] = text.length; }";
  return compile<(rows: readonly Row[]) => TextColumn>(
    `(rows) => {
      const lengths = new Int32Array(rows.length);
      let texts = "";
      for (let n = 0; n < rows.length; n++) {
        const text = ${value};
        ${field.nullable ? `if (text === null) lengths[n] = -1; else ${add}` : add}
      }
      return { texts, lengths };
    }`,
    {},
  );
}

/**
 * Reads values of a column.
 *
 * @param from First row.
 * @param to Row after the last one.
 * @param valueOf Turns a number as it is in a row into what is wanted.
 */
export function columnValues<Value>(
  column: Column,
  from: number,
  to: number,
  valueOf: (number: number) => Value,
): (Value | string | null)[] {
  const values: (Value | string | null)[] = [];
  if (!("texts" in column)) {
    for (let n = from; n < to; n++) {
      const number = column[n]!;
      values.push(Number.isNaN(number) ? null : valueOf(number));
    }
    return values;
  }
  const { texts, lengths } = column;
  let at = 0;
  for (let n = 0; n < from; n++) at += Math.max(lengths[n]!, 0);
  for (let n = from; n < to; n++) {
    const length = lengths[n]!;
    values.push(length < 0 ? null : texts.slice(at, at += length));
  }
  return values;
}
