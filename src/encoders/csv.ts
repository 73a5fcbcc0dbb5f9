/**
 * CSV: a header, CRLF after every record, quotes only around values that need them, a quote inside doubled. Null is
 * nothing at all, the empty text is `""`, so that the two can be told apart. What differs is a {@linkcode CsvDialect}.
 *
 * @module
 */

import { type Entity, fieldsOf, type Row } from "../model/entity.ts";
import type { Field } from "../model/field.ts";
import { columnExpression, compile } from "./compile.ts";
import { isFreeText, TEXT_HELPERS, textExpression } from "./text.ts";

/**
 * `rfc4180`: as RFC 4180 has it, for programs. `excel-br`: for Excel with Brazilian settings, opened by a double click:
 * UTF-8 with a byte order mark, semicolons, decimal commas, instants as Excel takes them (UTC, whole seconds), and text
 * that Excel would turn into a number, a date or a formula as `="00123"`.
 */
export type CsvDialect = "rfc4180" | "excel-br";

/** Writes rows `from` (default 0) to `to` (excluded; default all) as records, each with its line end. */
export type CsvEncoder = (rows: readonly Row[], from?: number, to?: number) => string;

/** What one dialect has its own way for. */
interface DialectRules {
  /** Before the header. */
  readonly start: string;
  readonly separator: string;
  /** Writes the expression of a value that is not null. */
  value(field: Field<unknown>, value: string): string;
}

const DIALECTS: Readonly<Record<CsvDialect, DialectRules>> = {
  "rfc4180": {
    start: "",
    separator: ",",
    value: (field, value) => isFreeText(field) ? `csvText(${value})` : textExpression(field, value),
  },
  "excel-br": {
    start: "\uFEFF",
    separator: ";",
    value: excelExpression,
  },
};

/** Tells what stands between the values of a record. */
export function csvSeparator(dialect: CsvDialect): string {
  return DIALECTS[dialect].separator;
}

/** Writes the header record of an entity, line end included: the column names in order. */
export function csvHeader(entity: Entity, dialect: CsvDialect = "rfc4180"): string {
  const { start, separator } = DIALECTS[dialect];
  return `${start}${Object.keys(entity.fields).map(csvText).join(separator)}\r\n`;
}

/**
 * Makes the encoder of an entity's rows.
 *
 * @param dialect Default `rfc4180`.
 * @returns A function that is fastest when it gets a few hundred rows at a time.
 */
export function csvEncoder(entity: Entity, dialect: CsvDialect = "rfc4180"): CsvEncoder {
  const { separator, value } = DIALECTS[dialect];
  const columns = fieldsOf(entity).map(([name, field]) =>
    columnExpression(name, field, (expression) => value(field, expression), '""')
  );
  return compile<CsvEncoder>(
    `(rows, from = 0, to = rows.length) => {
      let text = "";
      for (let at = from; at < to; at++) {
        const row = rows[at];
        text += ${columns.join(` + "${separator}" + `)} + "\\r\\n";
      }
      return text;
    }`,
    { ...TEXT_HELPERS, csvText, excelText, decimalComma },
  );
}

const NEEDS_QUOTES = /[",;\r\n]/;
const NEEDS_QUOTES_4180 = /[",\r\n]/;

/** Writes one text as a value of RFC 4180, in quotes where it needs them. */
export function csvText(text: string): string {
  return NEEDS_QUOTES_4180.test(text) || text === "" ? quoted(text) : text;
}

/**
 * What Excel makes a number, a date or a formula of: digits with what may stand among them, and what begins as a
 * formula does. `2026-5` would be May 2026, `12E3` would be 12000, `+5521...` a number without its plus.
 */
const TAKEN_FOR_OTHERS = /^[=+@-]|^[\d\s.,/:E-]*\d[\d\s.,/:E-]*$/i;

/** Writes one text for Excel: a formula of a text where Excel would take it for something else. */
function excelText(text: string): string {
  if (TAKEN_FOR_OTHERS.test(text)) return quoted(`="${text.replaceAll('"', '""')}"`);
  return NEEDS_QUOTES.test(text) || text === "" ? quoted(text) : text;
}

function excelExpression(field: Field<unknown>, value: string): string {
  switch (field.kind) {
    case "money":
    case "decimal":
      return `decimalComma(${textExpression(field, value)})`;
    case "double":
      return `decimalComma(String(${value}))`;
    case "instant":
      return `isoInstant(${value}).slice(0, 19).replace("T", " ")`; // with milliseconds Excel shows 30:00,1
    default:
      return isFreeText(field) ? `excelText(${value})` : textExpression(field, value);
  }
}

function decimalComma(number: string): string {
  return number.replace(".", ",");
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
