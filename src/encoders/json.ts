/**
 * JSON as spec §5.1 has it: exact decimals as strings, days and instants in ISO 8601 (UTC), the columns of an embedded
 * value such as an address gathered in one nested object. Non-ASCII text is kept as it is.
 *
 * @module
 */

import { type Entity, fieldsOf, type Row } from "../model/entity.ts";
import type { Field } from "../model/field.ts";
import { columnExpression, compile } from "./compile.ts";
import { isFreeText, TEXT_HELPERS, textExpression } from "./text.ts";

/** Writes one row as a JSON object on one line, without a line end. */
export type JsonEncoder = (row: Row) => string;

/** What a JSON string may not hold as it is, and surrogates: a lone one is escaped, so that the text is valid UTF-8. */
// deno-lint-ignore no-control-regex
const NEEDS_ESCAPE = /["\\\u0000-\u001f\ud800-\udfff]/;

/** A piece of the object: text that is the same in every row, or an expression of the compiled function. */
type Piece = { readonly text: string } | { readonly expression: string };

/** Makes the encoder of an entity's rows. A nested object stands where the first of its columns does. */
export function jsonEncoder(entity: Entity): JsonEncoder {
  const fields = fieldsOf(entity);
  const members = fields.flatMap(([name, field]) => {
    if (field.nestedIn === undefined) return [member(name, field)];
    const inside = fields.filter(([, other]) => other.nestedIn === field.nestedIn);
    if (inside[0]![0] !== name) return [];
    return [[{ text: `${JSON.stringify(field.nestedIn)}:` }, ...object(inside.map((pair) => member(...pair)))]];
  });
  return compile<JsonEncoder>(`(row) => ${joined(object(members))}`, { ...TEXT_HELPERS, jsonText });
}

/** Writes a text as a JSON string. */
export function jsonText(text: string): string {
  return NEEDS_ESCAPE.test(text) ? JSON.stringify(text) : `"${text}"`;
}

function object(members: readonly Piece[][]): Piece[] {
  const listed = members.flatMap((member, at) => at === 0 ? member : [{ text: "," }, ...member]);
  return [{ text: "{" }, ...listed, { text: "}" }];
}

function member(name: string, field: Field<unknown>): Piece[] {
  const label = { text: `${JSON.stringify(name)}:` };
  switch (field.kind) {
    case "int":
    case "double":
      return [label, { expression: columnExpression(name, field, (value) => value, '"null"') }];
  }
  if (isFreeText(field)) {
    return [label, { expression: columnExpression(name, field, (value) => `jsonText(${value})`, '"null"') }];
  }
  if (!field.nullable) { // the quotes join the text around them
    const expression = columnExpression(name, field, (value) => textExpression(field, value), "");
    return [label, { text: '"' }, { expression }, { text: '"' }];
  }
  const quoted = (value: string) => `'"' + ${textExpression(field, value)} + '"'`;
  return [label, { expression: columnExpression(name, field, quoted, '"null"') }];
}

/** Writes the sum of the pieces, neighbouring texts as one literal. */
function joined(pieces: readonly Piece[]): string {
  const terms: string[] = [];
  let text = "";
  for (const piece of pieces) {
    if ("text" in piece) {
      text += piece.text;
      continue;
    }
    terms.push(JSON.stringify(text), piece.expression);
    text = "";
  }
  return [...terms, JSON.stringify(text)].join(" + ");
}
