/**
 * Avro schemas, derived from the entity descriptions. Fields are flat, as the columns are: an address is not nested,
 * so that one record is the same bytes whether it comes from a row, a table or a file.
 *
 * | field | Avro |
 * | --- | --- |
 * | `uuid`, `text`, `enum` | `string`; an enum of its own where the field names one |
 * | `money`, `decimal` | `bytes`, logical type `decimal` |
 * | `int`, `double` | `int`, `double` |
 * | `date` | `int`, logical type `date` |
 * | `instant` | `long`, logical type `timestamp-millis` |
 *
 * What may be null is a union of `null` and the type, null by default.
 *
 * @module
 */

import { type Entity, fieldsOf } from "../model/entity.ts";
import type { Field } from "../model/field.ts";
import { scaleOf } from "./text.ts";

/** Avro type of a value that is not null. */
export type AvroType = "string" | "int" | "double" | AvroEnum | AvroLogicalType;

/** Avro type of a word of a list. */
export interface AvroEnum {
  readonly type: "enum";
  /** In the namespace of the record. */
  readonly name: string;
  readonly symbols: readonly string[];
}

/** Avro type that stands for another one. */
export type AvroLogicalType =
  | { readonly type: "bytes"; readonly logicalType: "decimal"; readonly precision: number; readonly scale: number }
  | { readonly type: "int"; readonly logicalType: "date" }
  | { readonly type: "long"; readonly logicalType: "timestamp-millis" };

/** One field of a record. */
export interface AvroField {
  /** Column name. */
  readonly name: string;
  /** Its type; a union begins with `null`. */
  readonly type: AvroType | readonly ["null", AvroType];
  /** Null for a union; else what the field says. */
  readonly default?: null | string | number;
  /** Meaning, unit and range in a sentence. */
  readonly doc: string;
}

/** Avro schema of an entity, ready for JSON. */
export interface AvroSchema {
  readonly type: "record";
  /** Name of one, for example `OrderLine`. */
  readonly name: string;
  readonly namespace: string;
  /** What a row stands for. */
  readonly doc: string;
  readonly fields: readonly AvroField[];
}

/** Derives the Avro schema of an entity. */
export function avroSchema(entity: Entity): AvroSchema {
  return {
    type: "record",
    name: entity.title,
    namespace: entity.namespace,
    doc: entity.doc,
    fields: avroFieldsOf(entity).map(([name, field]) => ({
      name,
      ...(isUnion(field) ? { type: ["null", avroType(field)] as const, default: null } : { type: avroType(field) }),
      ...(field.avroDefault === undefined ? {} : { default: field.avroDefault }),
      doc: field.doc,
    })),
  };
}

/** Fields of an entity in the order of its Avro record: as the columns, then those that were added later. */
export function avroFieldsOf(entity: Entity): [string, Field<unknown>][] {
  const fields = fieldsOf(entity);
  const added = fields.filter(([, field]) => field.avro === "added");
  return [...fields.filter(([, field]) => field.avro !== "added"), ...added];
}

/** Tells whether the Avro type of a field is a union with null. */
export function isUnion(field: Field<unknown>): boolean {
  return field.nullable || field.avro !== undefined;
}

function avroType(field: Field<unknown>): AvroType {
  switch (field.kind) {
    case "uuid":
    case "text":
      return "string";
    case "enum":
      return field.avroEnum === undefined ? "string" : { type: "enum", name: field.avroEnum, symbols: field.values! };
    case "money":
    case "decimal":
      return { type: "bytes", logicalType: "decimal", precision: field.precision!, scale: scaleOf(field) };
    case "int":
    case "double":
      return field.kind;
    case "date":
      return { type: "int", logicalType: "date" };
    case "instant":
      return { type: "long", logicalType: "timestamp-millis" };
  }
}
