/** What datagen made in a schema, and how to drop it. */

import { postgresTable } from "../../encoders/postgres_schema.ts";
import { readTables } from "./catalogue.ts";
import { type PostgresConnection, targetText } from "./connection.ts";
import { openError } from "./errors.ts";
import { MARK_TABLES } from "./marks.ts";
import { PostgresSession } from "./session.ts";
import { readMarksOf } from "./target.ts";
import { takeLock } from "./writers.ts";

/** PostgreSQL's code for what only the owner of a table may do. */
const INSUFFICIENT_PRIVILEGE = "42501";

/** A table that datagen made. */
export interface MadeTable {
  readonly table: string;
  readonly rows: number;
}

/**
 * Lists the tables that the marks of a schema name and that are still there, and at last those of the marks themselves.
 *
 * @returns Nothing where datagen made nothing.
 * @throws {TargetError} If the schema cannot be read, or has marks that are not datagen's.
 */
export async function findMade(connection: PostgresConnection, schema: string): Promise<MadeTable[]> {
  return await inSession(connection, schema, async (session, target) => {
    const made: MadeTable[] = [];
    for (const table of await namesOf(session, schema, target)) {
      const [row] = await session.query(`SELECT count(*)::float8 AS rows FROM ${postgresTable(schema, table)}`);
      made.push({ table, rows: Number(row!["rows"]) });
    }
    return made;
  });
}

/**
 * Drops what {@linkcode findMade} lists, in one transaction. What else depends on a table is not dropped with it, and
 * keeps it. The schema stays.
 *
 * @returns Names of the tables that were dropped.
 * @throws {TargetError} If another datagen writes the schema, something depends on a table, or the user may not drop it.
 */
export async function dropMade(connection: PostgresConnection, schema: string): Promise<string[]> {
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

async function drop(connection: PostgresConnection, schema: string, end: "COMMIT" | "ROLLBACK"): Promise<string[]> {
  return await inSession(connection, schema, async (session, target) => {
    await session.begin();
    await takeLock(session, schema, target);
    const names = await namesOf(session, schema, target);
    if (names.length > 0) {
      await session.script(`DROP TABLE ${names.map((name) => postgresTable(schema, name)).join(", ")}`);
    }
    await session.end(end);
    return names;
  });
}

async function namesOf(session: PostgresSession, schema: string, target: string): Promise<string[]> {
  const marks = await readMarksOf(session, await readTables(session, schema, MARK_TABLES), schema, target);
  if (marks === undefined) return [];
  const present = await readTables(session, schema, [...marks.tables, ...MARK_TABLES]);
  return [...marks.tables, ...MARK_TABLES].filter((name) => present.get(name)?.kind === "table");
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
