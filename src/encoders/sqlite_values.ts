import { type Entity, fieldsOf, type Row } from "../model/entity.ts";
import type { Field } from "../model/field.ts";
import { columnExpression, compile } from "./compile.ts";
import { powerOfTen, scaleOf, TEXT_HELPERS, textExpression } from "./text.ts";

/** A value that SQLite stores. */
export type SqliteValue = string | number | null;

/**
 * Puts the values of a row into `values` at `at` and the places after it, in column order. Money and decimals are
 * divided once, which gives the double nearest to the decimal; days and instants are ISO 8601 text.
 */
export type SqliteEncoder = (row: Row, values: SqliteValue[], at: number) => void;

/** Makes the encoder of an entity's rows. */
export function sqliteEncoder(entity: Entity): SqliteEncoder {
  const assignments = fieldsOf(entity).map(([name, field], place) => {
    const value = columnExpression(name, field, (value) => sqliteExpression(field, value), "null");
    return `values[at + ${place}] = ${value};`;
  });
  return compile<SqliteEncoder>(`(row, values, at) => { ${assignments.join("\n")} }`, TEXT_HELPERS);
}

function sqliteExpression(field: Field<unknown>, value: string): string {
  switch (field.kind) {
    case "money":
    case "decimal":
      return `${value} / ${powerOfTen(scaleOf(field))}`;
    case "date":
    case "instant":
      return textExpression(field, value);
    default:
      return value;
  }
}
