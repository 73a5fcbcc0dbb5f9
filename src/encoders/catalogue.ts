/** The catalogue: what every entity and field means, as data and as a page. */

import { type Entity, fieldsOf } from "../model/entity.ts";
import type { Field } from "../model/field.ts";
import { scaleOf, valueText } from "./text.ts";

/** One field of the catalogue. */
export interface CatalogueField {
  /** Column name. */
  readonly name: string;
  /** Kind of field, as in the descriptions. */
  readonly kind: string;
  /** Kind with its size: `text(255)`, `decimal(15,2)`. */
  readonly type: string;
  /** Whether it may be null. */
  readonly nullable: boolean;
  /** Whether no two rows may have the same value. */
  readonly unique: boolean;
  /** Meaning, unit and range in a sentence. */
  readonly doc: string;
  /** Entity whose key the field holds. */
  readonly references?: string;
  /** Values of an enum, in order. */
  readonly values?: readonly string[];
  /** Least value, as text formats write it. */
  readonly min?: string;
  /** Greatest value, as text formats write it. */
  readonly max?: string;
  /** Object that holds the field in JSON. */
  readonly nested_in?: string;
}

/** One entity of the catalogue. */
export interface CatalogueEntity {
  /** Table name. */
  readonly name: string;
  /** Name of one. */
  readonly title: string;
  /** What a row stands for. */
  readonly doc: string;
  /** `master`, `event` or `state`. */
  readonly role: string;
  /** Field that identifies a row. */
  readonly key?: string;
  /** Lists of fields that are unique together. */
  readonly unique: readonly (readonly string[])[];
  /** Topic of an event entity, before the prefix. */
  readonly topic?: string;
  /** Fields in column order. */
  readonly fields: readonly CatalogueField[];
}

/** Describes entities as plain data, ready for JSON. */
export function catalogue(entities: readonly Entity[]): CatalogueEntity[] {
  return entities.map((entity) => ({
    name: entity.name,
    title: entity.title,
    doc: entity.doc,
    role: entity.role,
    ...(entity.key === undefined ? {} : { key: entity.key }),
    unique: entity.unique ?? [],
    ...(entity.topic === undefined ? {} : { topic: entity.topic.name }),
    fields: fieldsOf(entity).map(([name, field]) => catalogueField(name, field, entity)),
  }));
}

/** Describes entities as a Markdown page: a heading and a table each. */
export function catalogueMarkdown(entities: readonly Entity[]): string {
  return catalogue(entities).map(section).join("\n");
}

function catalogueField(name: string, field: Field<unknown>, entity: Entity): CatalogueField {
  return {
    name,
    kind: field.kind,
    type: typeText(field),
    nullable: field.nullable,
    unique: field.unique === true || entity.key === name,
    doc: field.doc,
    ...(field.references === undefined ? {} : { references: field.references }),
    ...(field.values === undefined ? {} : { values: field.values }),
    ...(field.min === undefined ? {} : { min: valueText(field, field.min) }),
    ...(field.max === undefined ? {} : { max: valueText(field, field.max) }),
    ...(field.nestedIn === undefined ? {} : { nested_in: field.nestedIn }),
  };
}

function typeText(field: Field<unknown>): string {
  switch (field.kind) {
    case "text":
      return `text(${field.length})`;
    case "money":
    case "decimal":
      return `decimal(${field.precision},${scaleOf(field)})`;
    default:
      return field.kind;
  }
}

function section(entity: CatalogueEntity): string {
  const facts = [
    `Role: ${entity.role}.`,
    ...(entity.key === undefined ? [] : [`Key: \`${entity.key}\`.`]),
    ...entity.unique.map((names) => `Unique together: ${names.map((name) => `\`${name}\``).join(", ")}.`),
    ...(entity.topic === undefined ? [] : [`Topic: \`${entity.topic}\`.`]),
  ];
  const rows = entity.fields.map((field) => `| ${line(field).map(cell).join(" | ")} |`);
  return [
    `## ${entity.name}`,
    "",
    entity.doc,
    "",
    facts.join(" "),
    "",
    "| Field | Type | Null | Rules | Meaning |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

function line(field: CatalogueField): string[] {
  const rules = [
    ...(field.references === undefined ? [] : [`references \`${field.references}\``]),
    ...(field.unique ? ["unique"] : []),
    ...(field.values === undefined ? [] : [field.values.join(", ")]),
    ...(field.min === undefined ? [] : [`from ${field.min}`]),
    ...(field.max === undefined ? [] : [`to ${field.max}`]),
  ];
  return [`\`${field.name}\``, field.type, field.nullable ? "yes" : "no", rules.join("; "), field.doc];
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
