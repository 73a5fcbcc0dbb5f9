/** Exact text of the values in a row, by field kind, and what all text encoders share. */

import type { Field } from "../model/field.ts";
import { isoDate, isoInstant } from "../time/calendar.ts";

const CENTAVOS = Array.from({ length: 100 }, (_, n) => `.${String(n).padStart(2, "0")}`);

/** Writes centavos as reais with two digits after the point: `-0.05` for -5. */
export function moneyText(cents: number): string {
  if (cents < 0) return `-${moneyText(-cents)}`;
  const rest = cents % 100;
  return (cents - rest) / 100 + CENTAVOS[rest]!;
}

/**
 * Writes a scaled integer with all its digits after the point: `0.015000` for 15000 at scale 6.
 *
 * @param value Integer within ±(2^53 − 1).
 * @param scale Digits after the point, `0..15`.
 */
export function decimalText(value: number, scale: number): string {
  if (scale === 0) return String(value);
  if (value < 0) return `-${decimalText(-value, scale)}`;
  const digits = String(value).padStart(scale + 1, "0");
  return `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** Tells 10^`scale` for a scale in `0..15`, exactly. */
export function powerOfTen(scale: number): number {
  let power = 1;
  for (let digit = 0; digit < scale; digit++) power *= 10;
  return power;
}

/** Functions that the expressions of {@linkcode textExpression} call. */
export const TEXT_HELPERS = { moneyText, decimalText, isoDate, isoInstant } as const;

/**
 * Writes the expression for the text of a value that is not null.
 *
 * @param field Description of the value.
 * @param value Expression of the value as it stands in a row.
 * @returns An expression of a string, or of a number whose text is the encoding.
 */
export function textExpression(field: Field<unknown>, value: string): string {
  switch (field.kind) {
    case "money":
      return `moneyText(${value})`;
    case "decimal":
      return `decimalText(${value}, ${scaleOf(field)})`;
    case "date":
      return `isoDate(${value})`;
    case "instant":
      return `isoInstant(${value})`;
    default:
      return value;
  }
}

/** Writes a value of a row as people and text formats see it; null is the empty text. For places that are not hot. */
export function valueText(field: Field<unknown>, value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "string") return value;
  switch (field.kind) {
    case "money":
      return moneyText(value);
    case "decimal":
      return decimalText(value, scaleOf(field));
    case "date":
      return isoDate(value);
    case "instant":
      return isoInstant(value);
    default:
      return String(value);
  }
}

/** Tells the digits after the point of a field's values: 2 for money, 0 for what is no decimal. */
export function scaleOf(field: Field<unknown>): number {
  return field.kind === "money" ? 2 : field.kind === "decimal" ? field.scale ?? 0 : 0;
}

/** Tells whether a field's values may hold any character; ids are plain, as are the words of enums. */
export function isFreeText(field: Field<unknown>): boolean {
  return field.kind === "text" || (field.kind === "enum" && !field.values!.every((word) => PLAIN_WORD.test(word)));
}

const PLAIN_WORD = /^\w+$/;
