/**
 * PostgreSQL tables, keys, checks, foreign keys, indexes and comments, from the entity descriptions. A table is made
 * with its columns only; everything that would slow down COPY comes after the data, each with a name of its own, so
 * that what is missing can be told from what is there.
 *
 * A reference to an entity that is not in the database is left out.
 *
 * @module
 */

import { type Entity, fieldsOf } from "../model/entity.ts";
import type { Field } from "../model/field.ts";
import { ROW_NUMBER, sqlName, sqlText } from "./sql_schema.ts";
import { decimalText, scaleOf } from "./text.ts";

/** A column of a table. */
export interface PostgresColumn {
  readonly name: string;
  /** Type in the short form: `varchar(255)`, `numeric(15,2)`, `timestamptz`. */
  readonly type: string;
  readonly nullable: boolean;
}

/** A constraint of a table that exists. */
export interface PostgresConstraint {
  /** Name as PostgreSQL would give it: `orders_pkey`, `orders_number_key`, `lines_order_id_fkey`. */
  readonly name: string;
  readonly kind: "primary key" | "unique" | "check" | "foreign key";
  /** What follows the name in `ADD CONSTRAINT`. */
  readonly definition: string;
}

/** An index that belongs to no constraint. */
export interface PostgresIndex {
  /** Name as PostgreSQL would give it: `lines_order_id_idx`. */
  readonly name: string;
  readonly column: string;
}

/** Writes the name of a table of a schema. */
export function postgresTable(schema: string, table: string): string {
  return `${sqlName(schema)}.${sqlName(table)}`;
}

/** Columns of an entity's table in order, the number of the row first where it has one. */
export function postgresColumns(entity: Entity): PostgresColumn[] {
  const number = { name: ROW_NUMBER, type: "bigint", nullable: false };
  const columns = fieldsOf(entity).map(([name, field]) => ({ name, type: typeOf(field), nullable: field.nullable }));
  return entity.incremental ? [number, ...columns] : columns;
}

/** Writes CREATE TABLE with columns, types and NOT NULL; a table that exists is left alone. Without a semicolon. */
export function createPostgresTable(entity: Entity, schema: string): string {
  const columns = postgresColumns(entity).map(({ name, type, nullable }) => {
    const identity = name === ROW_NUMBER ? " GENERATED ALWAYS AS IDENTITY" : nullable ? "" : " NOT NULL";
    return `${sqlName(name)} ${type}${identity}`;
  });
  return `CREATE TABLE IF NOT EXISTS ${postgresTable(schema, entity.name)} (\n  ${columns.join(",\n  ")}\n)`;
}

/**
 * Lists the constraints of an entity's table: primary key, unique columns, checks, foreign keys.
 *
 * @param database All entities of the database.
 */
export function postgresConstraints(
  entity: Entity,
  database: readonly Entity[],
  schema: string,
): PostgresConstraint[] {
  const fields = fieldsOf(entity);
  return [
    ...(entity.key === undefined ? [] : [primaryKey(entity.name, entity.key)]),
    ...fields.filter(([, field]) => field.unique === true).map(([name]) => uniqueOver(entity, [name])),
    ...(entity.unique ?? []).map((names) => uniqueOver(entity, names)),
    ...fields.flatMap(([name, field]) => checkOf(entity, name, field)),
    ...fields.flatMap(([name, field]) => foreignKey(entity, name, field, database, schema)),
  ];
}

/** Lists the indexes on foreign keys; one that already begins a key gets none of its own. */
export function postgresIndexes(entity: Entity, database: readonly Entity[]): PostgresIndex[] {
  const begun = new Set([entity.key, ...(entity.unique ?? []).map((names) => names[0])]);
  return fieldsOf(entity)
    .filter(([name, field]) => parentOf(field, database) !== undefined && field.unique !== true && !begun.has(name))
    .map(([name]) => ({ name: `${entity.name}_${name}_idx`, column: name }));
}

/** Writes ALTER TABLE that adds constraints. Without a semicolon. */
export function addConstraints(entity: Entity, constraints: readonly PostgresConstraint[], schema: string): string {
  const added = constraints.map(({ name, definition }) => `ADD CONSTRAINT ${sqlName(name)} ${definition}`);
  return `ALTER TABLE ${postgresTable(schema, entity.name)}\n  ${added.join(",\n  ")}`;
}

/** Writes CREATE INDEX. Without a semicolon. */
export function createPostgresIndex(entity: Entity, { name, column }: PostgresIndex, schema: string): string {
  return `CREATE INDEX ${sqlName(name)} ON ${postgresTable(schema, entity.name)} (${sqlName(column)})`;
}

/** Writes the comments on an entity's table and its columns, from the catalogue. Without semicolons. */
export function postgresComments(entity: Entity, schema: string): string[] {
  const table = postgresTable(schema, entity.name);
  const columns: [string, string][] = fieldsOf(entity).map(([name, { doc }]) => [name, doc]);
  if (entity.incremental) columns.unshift([ROW_NUMBER, "Number of the row in this table, given by the database."]);
  return [
    `COMMENT ON TABLE ${table} IS ${sqlText(entity.doc)}`,
    ...columns.map(([name, doc]) => `COMMENT ON COLUMN ${table}.${sqlName(name)} IS ${sqlText(doc)}`),
  ];
}

function typeOf(field: Field<unknown>): string {
  switch (field.kind) {
    case "text":
      return `varchar(${field.length})`;
    case "enum":
      return "text";
    case "money":
    case "decimal":
      return `numeric(${field.precision},${scaleOf(field)})`;
    case "int":
      return "integer";
    case "double":
      return "double precision";
    case "instant":
      return "timestamptz";
    default:
      return field.kind;
  }
}

function primaryKey(table: string, key: string): PostgresConstraint {
  return { name: `${table}_pkey`, kind: "primary key", definition: `PRIMARY KEY (${sqlName(key)})` };
}

/** Nulls are equal here: a pair of which one half is null may come once. PostgreSQL knows that from 15 on. */
function uniqueOver(entity: Entity, names: readonly string[]): PostgresConstraint {
  const nulls = names.length > 1 && names.some((name) => entity.fields[name]!.nullable) ? " NULLS NOT DISTINCT" : "";
  return {
    name: `${entity.name}_${names.join("_")}_key`,
    kind: "unique",
    definition: `UNIQUE${nulls} (${names.map(sqlName).join(", ")})`,
  };
}

function checkOf(entity: Entity, name: string, field: Field<unknown>): PostgresConstraint[] {
  const column = sqlName(name);
  const conditions: string[] = [];
  if (field.values !== undefined) conditions.push(`${column} IN (${field.values.map(sqlText).join(", ")})`);
  if (field.min !== undefined) conditions.push(`${column} >= ${limit(field.min, field)}`);
  if (field.max !== undefined) conditions.push(`${column} <= ${limit(field.max, field)}`);
  if (conditions.length === 0) return [];
  return [{ name: `${entity.name}_${name}_check`, kind: "check", definition: `CHECK (${conditions.join(" AND ")})` }];
}

/** A limit in the unit in which the database holds it, exactly. */
function limit(value: number, field: Field<unknown>): string {
  return field.kind === "money" || field.kind === "decimal" ? decimalText(value, scaleOf(field)) : String(value);
}

function foreignKey(
  entity: Entity,
  name: string,
  field: Field<unknown>,
  database: readonly Entity[],
  schema: string,
): PostgresConstraint[] {
  const parent = parentOf(field, database);
  if (parent === undefined) return [];
  const to = `${postgresTable(schema, parent.name)} (${sqlName(parent.key!)})`;
  return [{
    name: `${entity.name}_${name}_fkey`,
    kind: "foreign key",
    definition: `FOREIGN KEY (${sqlName(name)}) REFERENCES ${to}`,
  }];
}

/** The entity that a field refers to; undefined where it refers to none of the database. */
function parentOf({ references }: Field<unknown>, database: readonly Entity[]): Entity | undefined {
  return database.find((entity) => entity.name === references && entity.key !== undefined);
}
