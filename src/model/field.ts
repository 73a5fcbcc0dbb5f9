/**
 * Field kinds. The value of a field in a row is a plain JavaScript value:
 *
 * | kind | value in a row | outside |
 * | --- | --- | --- |
 * | `uuid`, `text`, `enum` | string | text |
 * | `money` | integer centavos | decimal with 2 digits after the point |
 * | `decimal` | integer, the value times 10^`scale` | decimal with `scale` digits after the point |
 * | `int`, `double` | number | number |
 * | `date` | days since 1970-01-01 | `YYYY-MM-DD` |
 * | `instant` | UTC epoch milliseconds | ISO 8601 with `Z` |
 */
export type FieldKind = "uuid" | "text" | "enum" | "money" | "decimal" | "int" | "double" | "date" | "instant";

/** What a field may say of itself beyond its kind. */
export interface FieldOptions {
  /** One sentence for the catalogue: meaning, unit, range. */
  readonly doc: string;
  /** Entity whose key the field holds. */
  readonly references?: string;
  /** Whether no two rows may have the same value. */
  readonly unique?: boolean;
  /** Least value, in the row's own unit (centavos, scaled integer). */
  readonly min?: number;
  /** Greatest value, in the row's own unit. */
  readonly max?: number;
  /** Name of the object that holds the field in JSON, for example `address`. */
  readonly nestedIn?: string;
  /**
   * How the Avro schema differs from what the field says, so that consumers of the original topics read on.
   * `optional`: the type allows null, although no row has it. `added`: the original schema does not know the field,
   * so it stands at the record's end and is null where an old record lacks it.
   */
  readonly avro?: "optional" | "added";
  /** Name of the Avro enum that an `enum` is; it is a string there where this is absent. */
  readonly avroEnum?: string;
  /** What a reader of Avro takes where a record lacks the field, which is never null. */
  readonly avroDefault?: string | number;
}

/** One column of an entity. `Value` is the type of its values in a row. */
export interface Field<Value> extends FieldOptions {
  /** What values it has, in a row and outside. */
  readonly kind: FieldKind;
  /** Whether a value may be null. */
  readonly nullable: boolean;
  /** Values of an `enum`, in their declared order. */
  readonly values?: readonly string[];
  /** Greatest number of characters of a `text`. */
  readonly length?: number;
  /** Total digits of a `decimal`. */
  readonly precision?: number;
  /** Digits after the point of a `decimal`. */
  readonly scale?: number;
  /** Carries `Value` for inference; never set. */
  readonly valueType?: Value;
}

/** An id in UUID form. */
export function uuid(options: FieldOptions): Field<string> {
  return { kind: "uuid", nullable: false, ...options };
}

/** Text of at most `length` characters. */
export function text(length: number, options: FieldOptions): Field<string> {
  return { kind: "text", nullable: false, length, ...options };
}

/** One of a fixed list of words. */
export function oneOf<const Values extends readonly string[]>(
  values: Values,
  options: FieldOptions,
): Field<Values[number]> {
  return { kind: "enum", nullable: false, values, ...options };
}

/** An amount in Brazilian reais, held in centavos; 15 digits, 2 after the point. */
export function money(options: FieldOptions): Field<number> {
  return { kind: "money", nullable: false, precision: 15, scale: 2, ...options };
}

/** A decimal number held as an integer times 10^`scale`. */
export function decimal(precision: number, scale: number, options: FieldOptions): Field<number> {
  return { kind: "decimal", nullable: false, precision, scale, ...options };
}

/** A 32-bit integer. */
export function int(options: FieldOptions): Field<number> {
  return { kind: "int", nullable: false, ...options };
}

/** A 64-bit floating-point number. */
export function double(options: FieldOptions): Field<number> {
  return { kind: "double", nullable: false, ...options };
}

/** A calendar day. */
export function date(options: FieldOptions): Field<number> {
  return { kind: "date", nullable: false, ...options };
}

/** A point in time. */
export function instant(options: FieldOptions): Field<number> {
  return { kind: "instant", nullable: false, ...options };
}

/** The same field, allowed to be null. */
export function nullable<Value>(field: Field<Value>): Field<Value | null> {
  return { ...field, nullable: true } as Field<Value | null>;
}
