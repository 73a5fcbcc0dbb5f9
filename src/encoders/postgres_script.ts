/**
 * All that a load finds or makes in a schema of PostgreSQL, as one script; of it, the two tables in which a schema keeps
 * its run, one row a field.
 *
 * @module
 */

import type { Entity } from "../model/entity.ts";
import {
  addConstraints,
  createPostgresIndex,
  createPostgresTable,
  postgresComments,
  postgresConstraints,
  postgresIndexes,
  postgresTable,
} from "./postgres_schema.ts";
import { sqlName, sqlText } from "./sql_schema.ts";

/** One of the two tables. */
export interface MarkTable {
  readonly name: string;
  /** Its comment. */
  readonly doc: string;
}

/** What was loaded. */
export const MANIFEST = "datagen_manifest";

/** How far the load got, and which load it is. */
export const PROGRESS = "datagen_progress";

/** Both of them. */
export const MARK_TABLES: readonly MarkTable[] = [
  { name: MANIFEST, doc: "What datagen loaded into this schema, one row a field." },
  {
    name: PROGRESS,
    doc: "How far the load got, one row a field; written in the transactions of the rows themselves.",
  },
];

/** Writes the statements that make one of them, each with its semicolon; one that exists is left alone. */
export function createMarkTable({ name, doc }: MarkTable, schema: string): string {
  const table = postgresTable(schema, name);
  return `CREATE TABLE IF NOT EXISTS ${table} (
  "key" text PRIMARY KEY,
  "value" json NOT NULL
);
COMMENT ON TABLE ${table} IS ${sqlText(doc)};
`;
}

/**
 * Writes everything as one script: schema, tables, comments, what comes after the data, and the tables of the marks.
 * `psql` can run it; a load into the empty tables that it makes finds everything there, and needs no right to make it.
 *
 * @param entities What gets a table, parents before children.
 * @param schema Default: `public`.
 * @param database All entities of the database; default: `entities`.
 */
export function postgresScript(
  entities: readonly Entity[],
  schema = "public",
  database: readonly Entity[] = entities,
): string {
  const tables = entities.map((entity) =>
    [createPostgresTable(entity, schema), ...postgresComments(entity, schema)].map(statement).join("")
  );
  const keys = entities.map((entity) => {
    const constraints = postgresConstraints(entity, database, schema);
    const indexes = postgresIndexes(entity, database).map((index) => createPostgresIndex(entity, index, schema));
    return [...(constraints.length === 0 ? [] : [addConstraints(entity, constraints, schema)]), ...indexes]
      .map(statement).join("");
  });
  const opening = schema === "public" ? [] : [statement(`CREATE SCHEMA IF NOT EXISTS ${sqlName(schema)}`)];
  const marks = MARK_TABLES.map((table) => createMarkTable(table, schema));
  return [...opening, ...tables, ...keys.filter((text) => text !== ""), ...marks].join("\n");
}

function statement(text: string): string {
  return `${text};\n`;
}
