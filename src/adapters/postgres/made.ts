/** What datagen made in a schema, and how to drop it. */

import { MARK_TABLES } from "../../encoders/postgres_script.ts";
import { postgresTable } from "../../encoders/postgres_schema.ts";
import { sqlName, sqlText } from "../../encoders/sql_schema.ts";
import { readTables } from "./catalogue.ts";
import { type PostgresConnection, targetText } from "./connection.ts";
import { openError } from "./failures.ts";
import { PostgresSession } from "./session.ts";
import { readMarksOf } from "./standing.ts";
import { takeLock } from "./writers.ts";

/** PostgreSQL's code for what only the owner of a table may do. */
const INSUFFICIENT_PRIVILEGE = "42501";

/** A table that datagen made. */
export interface MadeTable {
  readonly table: string;
  readonly rows: number;
}

/** What datagen made in a schema. */
export interface Made {
  readonly tables: readonly MadeTable[];
  /** The schema itself: `goes` where datagen made it and nothing else is in it, `stays` where something is. */
  readonly schema: "not made" | "goes" | "stays";
}

/** What was dropped. */
export interface Dropped {
  /** Names of the tables. */
  readonly tables: readonly string[];
  readonly schema: boolean;
}

/**
 * Lists the tables that the marks of a schema name and that are still there, and at last those of the marks themselves.
 *
 * @returns No table where datagen made none.
 * @throws {TargetError} If the schema cannot be read, or has marks that are not datagen's.
 */
export async function findMade(connection: PostgresConnection, schema: string): Promise<Made> {
  return await inSession(connection, schema, async (session, target) => {
    const { names, schemaMade } = await standingOf(session, schema, target);
    const tables: MadeTable[] = [];
    for (const table of names) {
      const [row] = await session.query(`SELECT count(*)::float8 AS rows FROM ${postgresTable(schema, table)}`);
      tables.push({ table, rows: Number(row!["rows"]) });
    }
    if (!schemaMade) return { tables, schema: "not made" };
    return { tables, schema: await holdsOthers(session, schema, names) ? "stays" : "goes" };
  });
}

/**
 * Drops what {@linkcode findMade} lists, in one transaction. What else depends on a table is not dropped with it, and
 * keeps it. The schema goes where datagen made it and nothing else is in it.
 *
 * @throws {TargetError} If another datagen writes the schema, something depends on a table, or the user may not drop it.
 */
export async function dropMade(connection: PostgresConnection, schema: string): Promise<Dropped> {
  return await drop(connection, schema, "COMMIT");
}

/**
 * Does what {@linkcode dropMade} does and takes it back, so that what stands in its way shows before anything is gone.
 *
 * @throws {TargetError} As {@linkcode dropMade} does.
 */
export async function rehearseDrop(connection: PostgresConnection, schema: string): Promise<void> {
  await drop(connection, schema, "ROLLBACK");
}

async function drop(connection: PostgresConnection, schema: string, end: "COMMIT" | "ROLLBACK"): Promise<Dropped> {
  return await inSession(connection, schema, async (session, target) => {
    await session.begin();
    await takeLock(session, schema, target);
    const { names, schemaMade } = await standingOf(session, schema, target);
    const tables = names.map((name) => postgresTable(schema, name)).join(", ");
    if (names.length > 0) await session.script(`DROP TABLE ${tables}`);
    const dropsSchema = schemaMade && !await holdsOthers(session, schema, []);
    if (dropsSchema) await session.script(`DROP SCHEMA ${sqlName(schema)}`);
    await session.end(end);
    return { tables: names, schema: dropsSchema };
  });
}

async function standingOf(
  session: PostgresSession,
  schema: string,
  target: string,
): Promise<{ names: string[]; schemaMade: boolean }> {
  const markTables = MARK_TABLES.map(({ name }) => name);
  const marks = await readMarksOf(session, await readTables(session, schema, markTables), schema, target);
  if (marks === undefined) return { names: [], schemaMade: false };
  const present = await readTables(session, schema, [...marks.tables, ...markTables]);
  const names = [...marks.tables, ...markTables].filter((name) => present.get(name)?.kind === "table");
  return { names, schemaMade: marks.schemaMade };
}

/** Tells whether a schema holds anything beside some tables and what belongs to them, such as their sequences. */
async function holdsOthers(session: PostgresSession, schema: string, tables: readonly string[]): Promise<boolean> {
  const names = ["", ...tables].map(sqlText).join(", "); // an empty list is no SQL
  const [row] = await session.query(`
    WITH ours AS (SELECT c.oid FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
      WHERE n.nspname = ${sqlText(schema)} AND c.relname IN (${names}))
    SELECT EXISTS (SELECT FROM pg_depend AS d JOIN pg_namespace AS n ON n.oid = d.refobjid
      WHERE d.refclassid = 'pg_namespace'::regclass AND d.deptype = 'n' AND n.nspname = ${sqlText(schema)}
        AND NOT (d.classid = 'pg_class'::regclass AND (d.objid IN (SELECT oid FROM ours) OR EXISTS (
          SELECT FROM pg_depend AS s WHERE s.classid = 'pg_class'::regclass AND s.objid = d.objid
            AND s.refclassid = 'pg_class'::regclass AND s.refobjid IN (SELECT oid FROM ours)
            AND s.deptype IN ('i', 'a'))))) AS found`);
  return row!["found"] === true;
}

async function inSession<Result>(
  connection: PostgresConnection,
  schema: string,
  work: (session: PostgresSession, target: string) => Promise<Result>,
): Promise<Result> {
  const target = targetText(connection, schema);
  const session = await PostgresSession.open(connection, target);
  try {
    return await work(session, target);
  } catch (error) {
    const owned = (error as { code?: unknown }).code === INSUFFICIENT_PRIVILEGE;
    throw openError("reset", target, error, owned ? "log in as the owner of the tables" : undefined);
  } finally {
    await session.close();
  }
}
