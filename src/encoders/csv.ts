/**
 * CSV as RFC 4180 has it: a header, CRLF after every record, quotes only around values that need them, a quote inside
 * doubled. Null is nothing at all, the empty text is `""`, so that the two can be told apart.
 *
 * @module
 */

import { type Entity, fieldsOf, type Row } from "../model/entity.ts";
import type { Field } from "../model/field.ts";
import { columnExpression, compile } from "./compile.ts";
import { isFreeText, TEXT_HELPERS, textExpression } from "./text.ts";

/** Writes rows `from` (default 0) to `to` (excluded; default all) as records, each with its line end. */
export type CsvEncoder = (rows: readonly Row[], from?: number, to?: number) => string;

const NEEDS_QUOTES = /[",\r\n]/;

/** Writes the header record of an entity, line end included: the column names in order. */
export function csvHeader(entity: Entity): string {
  return `${Object.keys(entity.fields).map(csvText).join(",")}\r\n`;
}

/**
 * Makes the encoder of an entity's rows.
 *
 * @returns A function that is fastest when it gets a few hundred rows at a time.
 */
export function csvEncoder(entity: Entity): CsvEncoder {
  const columns = fieldsOf(entity).map(([name, field]) =>
    columnExpression(name, field, (value) => csvExpression(field, value), '""')
  );
  return compile<CsvEncoder>(
    `(rows, from = 0, to = rows.length) => {
      let text = "";
      for (let at = from; at < to; at++) {
        const row = rows[at];
        text += ${columns.join(' + "," + ')} + "\\r\\n";
      }
      return text;
    }`,
    { ...TEXT_HELPERS, csvText },
  );
}

/** Writes one text as a CSV value, in quotes where it needs them. */
export function csvText(text: string): string {
  if (text === "") return '""';
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function csvExpression(field: Field<unknown>, value: string): string {
  return isFreeText(field) ? `csvText(${value})` : textExpression(field, value);
}
