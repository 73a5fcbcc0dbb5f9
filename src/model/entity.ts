import type { Field } from "./field.ts";

/** A header that all records of a topic have, beside those of CloudEvents. */
export interface TopicHeader {
  /** As it is sent. */
  readonly name: string;
  /** The same in all records; absent where each row brings its own, as a text of that name, which may be no field. */
  readonly value?: string;
}

/** Where an event entity goes in Kafka. */
export interface TopicDescription {
  /** Name after the prefix, for example `order-lines`. */
  readonly name: string;
  /** Field whose value is the record's key; of several, the values with a colon between. */
  readonly key: string | readonly string[];
  /** Headers of its own, in their order (default none); 13 of them at most may be each row's own. */
  readonly headers?: readonly TopicHeader[];
  /** Fields that hold the event time: the first that is not null. */
  readonly eventTime: readonly string[];
  /** Partitions of a topic that datagen makes, at least 1. */
  readonly partitions: number;
  /** What a record is, as `ce_type` says it: `com.example.order.created.v1`. */
  readonly eventType: string;
  /** Where its records come from, as `ce_source` says it: `/example/orders`. */
  readonly source: string;
}

/** Everything the program knows of one entity; schemas, columns and row types derive from it. */
export interface Entity<Fields extends Record<string, Field<unknown>> = Record<string, Field<unknown>>> {
  /** Table name, plural: `order_lines`. */
  readonly name: string;
  /** Code inside ids, in `1..63`; never reused. */
  readonly code: number;
  /** Name of one, for people and for Avro: `OrderLine`. */
  readonly title: string;
  /** Namespace of its Avro record: `com.example.shop`. */
  readonly namespace: string;
  /** Two sentences for the catalogue at most. */
  readonly doc: string;
  /** Whether rows are masters (tables), events (topics) or the state at the window's start. */
  readonly role: "master" | "event" | "state";
  /** Field that identifies a row; absent where `unique` does. */
  readonly key?: string;
  /** Whether tables get `incremental_id`, a number that the database fills. */
  readonly incremental: boolean;
  /** Columns in order. */
  readonly fields: Fields;
  /** Lists of fields that are unique together. */
  readonly unique?: readonly (readonly string[])[];
  /** Topic of an event entity. */
  readonly topic?: TopicDescription;
}

/** Checks a description and returns it with its exact type. */
export function entity<const Fields extends Record<string, Field<unknown>>>(
  description: Entity<Fields>,
): Entity<Fields> {
  const names = [
    description.key,
    ...(description.unique ?? []).flat(),
    ...[description.topic?.key].flat(),
    ...(description.topic?.eventTime ?? []),
  ];
  for (const name of names) {
    if (name !== undefined && !(name in description.fields)) {
      throw new RangeError(`Cannot describe entity "${description.name}" as it has no field "${name}"`);
    }
  }
  return description;
}

/** The plain object that is one row of an entity. */
export type RowOf<Described> = Described extends Entity<infer Fields>
  ? { -readonly [Name in keyof Fields]: Fields[Name] extends Field<infer Value> ? Value : never }
  : never;

/** A row of some entity, for code that serves them all. */
export type Row = Record<string, string | number | null>;

/** Rows generated together, by entity name, parents before children; a block's rows are in unit order. */
export type Batch = Readonly<Record<string, readonly Row[]>>;

/** Fields of an entity as (name, field) pairs, in column order. */
export function fieldsOf(described: Entity): [string, Field<unknown>][] {
  return Object.entries(described.fields);
}

/** A field that holds a key of another entity. */
export interface Reference {
  readonly field: string;
  readonly parent: Entity;
  /** Field of the parent that it holds. */
  readonly key: string;
}

/** Lists the references of an entity whose parents are among some entities, in column order. */
export function referencesWithin(described: Entity, entities: readonly Entity[]): Reference[] {
  return fieldsOf(described).flatMap(([field, { references }]) => {
    const parent = entities.find(({ name }) => name === references);
    return parent?.key === undefined ? [] : [{ field, parent, key: parent.key }];
  });
}
