/**
 * Encoders are compiled: each writes the text of a function for one entity, every column's code in line, and has it
 * compiled once. Measured on transactions (17 columns), that is 1.3 to 2 times as fast as a closure per column, since
 * the engine sees each property access and each conversion at its own place.
 *
 * The text is made of our own entity descriptions only, and every name in it is quoted.
 *
 * @module
 */

import type { Field } from "../model/field.ts";

/**
 * Compiles a function.
 *
 * @param text A function expression; it sees `helpers` under their names, and globals as all code does, but nothing of
 * the module or function that calls this.
 * @param helpers Functions and values that the text uses.
 * @returns The function.
 */
export function compile<Compiled>(text: string, helpers: Readonly<Record<string, unknown>>): Compiled {
  const make = new Function(...Object.keys(helpers), `"use strict"; return ${text};`);
  return make(...Object.values(helpers)) as Compiled;
}

/**
 * Writes the expression for a column of `row`.
 *
 * @param name Column.
 * @param field Its description; only a nullable one is asked whether it is null.
 * @param write Turns the expression of the value into that of its encoding.
 * @param absent Expression that stands for null.
 */
export function columnExpression(
  name: string,
  field: Field<unknown>,
  write: (value: string) => string,
  absent: string,
): string {
  const value = `row[${JSON.stringify(name)}]`;
  return field.nullable ? `(${value} === null ? ${absent} : ${write(value)})` : write(value);
}
