/**
 * SQL tables and indexes, from the entity descriptions. What databases differ in is a {@linkcode SqlDialect}.
 *
 * Tables are made without any index that data in random key order would have to keep up to date; the indexes, those of
 * keys and unique columns included, come after the data.
 *
 * @module
 */

import { type Entity, fieldsOf, referencesWithin } from "../model/entity.ts";
import type { Field } from "../model/field.ts";
import { powerOfTen, scaleOf } from "./text.ts";

/** What one database has its own words for. */
export interface SqlDialect {
  /** Definition of the column that numbers the rows, filled by the database. */
  readonly rowNumber: string;
  /** Text after the closing parenthesis of a table, for example ` STRICT`. */
  readonly tableSuffix: string;
  /** Type of a column. */
  type(field: Field<unknown>): string;
  /** Conditions that a column's values meet, null always allowed; without the word CHECK. */
  checks(column: string, field: Field<unknown>): string[];
}

/** An index of a table. */
export interface SqlIndex {
  /** Name: `orders_pkey`, `orders_number_key`, `lines_order_id_idx`. */
  readonly name: string;
  readonly table: string;
  /** Columns or expressions, in order, as SQL. */
  readonly columns: readonly string[];
  readonly unique: boolean;
}

/**
 * SQLite's words, for STRICT tables. Money and decimals are REAL: the double nearest to the decimal, and a CHECK that
 * it has no more digits than the field. Both are exact for every amount of 15 digits.
 *
 * A list of values is a chain of `=`, since SQLite builds a temporary index for each `IN` of more than two values, row
 * by row: four such columns halved the speed. Lengths of text are not checked: that took another quarter of it.
 */
export const SQLITE: SqlDialect = {
  rowNumber: "INTEGER PRIMARY KEY",
  tableSuffix: " STRICT",
  type(field) {
    switch (field.kind) {
      case "money":
      case "decimal":
      case "double":
        return "REAL";
      case "int":
        return "INTEGER";
      default:
        return "TEXT";
    }
  },
  checks(column, field) {
    const checks = rangeChecks(column, field);
    if (field.kind === "enum") checks.push(field.values!.map((value) => `${column} = ${sqlText(value)}`).join(" OR "));
    if (field.kind === "money" || field.kind === "decimal") {
      const power = powerOfTen(scaleOf(field));
      checks.push(`round(${column} * ${power}) / ${power} = ${column}`);
    }
    return checks;
  },
};

/** Name of the column that numbers the rows of an `incremental` entity. */
export const ROW_NUMBER = "incremental_id";

/**
 * Writes CREATE TABLE for an entity.
 *
 * @param entities All entities of the database. A field that refers to another one gets no foreign key: its value is an
 * id whose parent is elsewhere.
 * @returns The statement, without a semicolon.
 */
export function createTable(entity: Entity, entities: readonly Entity[], dialect: SqlDialect): string {
  const lines = fieldsOf(entity).map(([name, field]) => columnDefinition(name, field, dialect));
  if (entity.incremental) lines.unshift(`${sqlName(ROW_NUMBER)} ${dialect.rowNumber}`);
  for (const { field, parent, key } of referencesWithin(entity, entities)) {
    lines.push(`FOREIGN KEY (${sqlName(field)}) REFERENCES ${sqlName(parent.name)} (${sqlName(key)})`);
  }
  return `CREATE TABLE ${sqlName(entity.name)} (\n  ${lines.join(",\n  ")}\n)${dialect.tableSuffix}`;
}

/**
 * Lists the indexes of an entity's table, in the order in which they are made: key, unique columns, foreign keys. A
 * foreign key that already begins another index gets none of its own.
 */
export function indexesOf(entity: Entity): SqlIndex[] {
  const table = entity.name;
  const fields = fieldsOf(entity);
  const unique = [
    ...(entity.key === undefined ? [] : [{ name: `${table}_pkey`, names: [entity.key] }]),
    ...fields.filter(([, field]) => field.unique === true).map(([name]) => uniqueOver([name])),
    ...(entity.unique ?? []).map(uniqueOver),
  ];
  const begun = new Set(unique.map(({ names }) => names[0]));
  const foreign = fields.filter(([name, field]) => field.references !== undefined && !begun.has(name));
  return [
    ...unique.map(({ name, names }) => ({ name, table, columns: names.map(keyColumn), unique: true })),
    ...foreign.map(([name]) => ({ name: `${table}_${name}_idx`, table, columns: [sqlName(name)], unique: false })),
  ];

  function uniqueOver(names: readonly string[]): { name: string; names: readonly string[] } {
    return { name: `${table}_${names.join("_")}_key`, names };
  }

  /** Nulls are all different to a unique index: in a list of columns, one stands for the empty text. */
  function keyColumn(name: string, _: number, names: readonly string[]): string {
    const nullable = entity.fields[name]!.nullable && names.length > 1;
    return nullable ? `coalesce(${sqlName(name)}, '')` : sqlName(name);
  }
}

/** Writes CREATE INDEX, without a semicolon. An index that exists is left alone. */
export function createIndex(index: SqlIndex): string {
  const unique = index.unique ? "UNIQUE " : "";
  const columns = index.columns.join(", ");
  return `CREATE ${unique}INDEX IF NOT EXISTS ${sqlName(index.name)} ON ${sqlName(index.table)} (${columns})`;
}

/**
 * Writes tables and indexes as a script, each statement with its semicolon.
 *
 * @param entities What gets a table.
 * @param database All entities of the database, those that `entities` refer to among them; default: `entities`.
 */
export function schemaScript(
  entities: readonly Entity[],
  dialect: SqlDialect,
  database: readonly Entity[] = entities,
): string {
  const tables = entities.map((entity) => `${createTable(entity, database, dialect)};\n`);
  const indexes = entities.flatMap(indexesOf).map((index) => `${createIndex(index)};\n`);
  return `${tables.join("\n")}\n${indexes.join("")}`;
}

/**
 * Writes INSERT for `rows` rows of an entity at once, values bound by position in column order.
 *
 * @param rows Rows a statement, at least 1.
 */
export function insertInto(entity: Entity, rows: number): string {
  const names = Object.keys(entity.fields);
  const one = `(${names.map(() => "?").join(", ")})`;
  const values = Array.from({ length: rows }, () => one).join(", ");
  return `INSERT INTO ${sqlName(entity.name)} (${names.map(sqlName).join(", ")}) VALUES ${values}`;
}

/** Quotes a name of a table, a column or an index. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Quotes a text. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function columnDefinition(name: string, field: Field<unknown>, dialect: SqlDialect): string {
  const column = sqlName(name);
  const parts = [column, dialect.type(field)];
  if (!field.nullable) parts.push("NOT NULL");
  for (const check of dialect.checks(column, field)) parts.push(`CHECK (${check})`);
  return parts.join(" ");
}

/** Conditions for the least and the greatest value, in the unit in which the database holds it. */
function rangeChecks(column: string, field: Field<unknown>): string[] {
  const power = powerOfTen(scaleOf(field));
  const checks: string[] = [];
  if (field.min !== undefined) checks.push(`${column} >= ${field.min / power}`);
  if (field.max !== undefined) checks.push(`${column} <= ${field.max / power}`);
  return checks;
}
