/** Statements that make datagen's tables in a schema, empty them, and drop them. */

import {
  createPostgresTable,
  postgresComments,
  postgresConstraints,
  postgresIndexes,
  postgresTable,
} from "../../encoders/postgres_schema.ts";
import { createMarkTable, MARK_TABLES } from "../../encoders/postgres_script.ts";
import { sqlName, sqlText } from "../../encoders/sql_schema.ts";
import type { Entity } from "../../model/entity.ts";
import { TargetError } from "../../ports/sink.ts";
import { type FoundTable, readTables } from "./catalogue.ts";
import { grantOn } from "./rights.ts";
import type { PostgresSession } from "./session.ts";
import type { Standing } from "./standing.ts";

/** Writes the statements that make what is missing of schema, tables and comments, each with its semicolon. */
export function createTables({ facts, tables }: Standing, entities: readonly Entity[], schema: string): string {
  const missing = entities.filter(({ name }) => !tables.has(name));
  return [
    ...(facts.schemaExists ? [] : [`CREATE SCHEMA ${sqlName(schema)};\n`]),
    ...MARK_TABLES.filter(({ name }) => !tables.has(name)).map((table) => createMarkTable(table, schema)),
    ...missing.flatMap((entity) => [createPostgresTable(entity, schema), ...postgresComments(entity, schema)])
      .map((statement) => `${statement};\n`),
  ].join("");
}

/**
 * Writes the statements that empty tables, each with its semicolon. Where the user owns them, their numbers begin again,
 * and the keys go too, for the speed of new tables; they are made again after the data. Else TRUNCATE or DELETE does, as
 * the user may, and both stay as they are.
 *
 * @param names Tables that datagen has filled; those that are not there any more are passed over.
 * @param entities What is to be loaded; of other tables only the foreign keys go, which hold on to the keys of these.
 * @throws {TargetError} If the user may empty one of them in no way.
 */
export async function emptyTables(
  session: PostgresSession,
  names: readonly string[],
  entities: readonly Entity[],
  { schema, target, user }: { readonly schema: string; readonly target: string; readonly user: string },
): Promise<string> {
  const present = [...(await readTables(session, schema, names)).values()];
  if (present.length === 0) return "";
  const all = present.map(({ name }) => postgresTable(schema, name)).join(", ");
  if (present.every(({ owned }) => owned)) {
    const keys = await dropKeys(session, present.map(({ name }) => name), entities, schema);
    return `${keys}TRUNCATE ${all} RESTART IDENTITY;\n`;
  }
  if (present.every(({ rights }) => rights.has("TRUNCATE"))) return `TRUNCATE ${all};\n`;
  const closed = present.find(({ rights }) => !rights.has("DELETE"));
  if (closed === undefined) return deleteRows(present, entities, schema);
  throw new TargetError(
    `Cannot replace what ${target} holds: permission denied for table ${closed.name}: user "${user}" has no DELETE`,
    grantOn(closed.name, ["DELETE"], schema, user),
  );
}

/** Children first, as far as they are known, since foreign keys are in force. */
function deleteRows(tables: readonly FoundTable[], entities: readonly Entity[], schema: string): string {
  const place = ({ name }: FoundTable) => entities.findIndex((entity) => entity.name === name);
  const childrenFirst = [...tables].sort((one, other) => place(other) - place(one));
  const others = childrenFirst.filter((table) => place(table) < 0);
  return [...others, ...childrenFirst.filter((table) => place(table) >= 0)]
    .map(({ name }) => `DELETE FROM ${postgresTable(schema, name)};\n`).join("");
}

/** Writes the statements that drop constraints and indexes which have our names, foreign keys first. */
async function dropKeys(
  session: PostgresSession,
  names: readonly string[],
  entities: readonly Entity[],
  schema: string,
): Promise<string> {
  const constraints = entities.flatMap((entity) =>
    postgresConstraints(entity, entities, schema).map(({ name }) => name)
  );
  const indexes = entities.flatMap((entity) => postgresIndexes(entity, entities).map(({ name }) => name));
  const tables = list(names);
  const rows = await session.query(`
    SELECT format('ALTER TABLE %I.%I DROP CONSTRAINT %I', n.nspname, c.relname, k.conname) AS statement,
      CASE k.contype WHEN 'f' THEN 1 ELSE 2 END AS step
    FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
      LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = k.conkey[1]
    WHERE n.nspname = ${sqlText(schema)} AND c.relname IN (${tables})
      AND (k.conname IN (${
    list(constraints)
  }) OR k.contype = 'f' AND k.conname = c.relname || '_' || a.attname || '_fkey')
    UNION ALL
    SELECT format('DROP INDEX %I.%I', n.nspname, i.relname), 3
    FROM pg_index AS x JOIN pg_class AS c ON c.oid = x.indrelid JOIN pg_class AS i ON i.oid = x.indexrelid
      JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = ${sqlText(schema)} AND c.relname IN (${tables}) AND i.relname IN (${list(indexes)})
    ORDER BY step, statement`);
  return rows.map((row) => `${row["statement"]};\n`).join("");
}

/** Texts for IN; an empty list is no SQL, so there is always one that nothing is called. */
function list(texts: readonly string[]): string {
  return ["", ...texts].map(sqlText).join(", ");
}
