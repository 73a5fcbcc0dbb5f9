/**
 * Lets only one datagen write a schema, by what PostgreSQL promises of transactions, whatever pooler stands between.
 *
 * A lock that ends with its transaction is held by a connection of its own, so that whoever comes second is told at once.
 * That connection may be lost while the load goes on; so each transaction that writes rows also makes sure, and holds on
 * to it until it ends, that the schema is still in the hands of its load. Only this keeps rows from being doubled.
 *
 * @module
 */

import { PROGRESS } from "../../encoders/postgres_script.ts";
import { postgresTable } from "../../encoders/postgres_schema.ts";
import { sqlText } from "../../encoders/sql_schema.ts";
import { busyError } from "../failures.ts";
import type { PostgresConnection } from "./connection.ts";
import { openError, OTHER_WRITER } from "./failures.ts";
import { PostgresSession } from "./session.ts";

/** First half of the numbers of datagen's locks, of a load and of the moment in which one begins; the second half is that of the schema. */
const LOAD_LOCK = 0x64_61_74_61;
const BEGIN_LOCK = LOAD_LOCK + 1;

/** How long the lock of a load that was killed may still be held: the server has to notice. */
const LOCK_MS = 3_000;

/** The lock of one schema. */
export class SchemaLock {
  readonly #session: PostgresSession;

  private constructor(session: PostgresSession) {
    this.#session = session;
  }

  /**
   * Takes the lock that other datagens respect, until it is closed.
   *
   * @throws {TargetError} If another one has it, or a pooler keeps no transactions.
   * @throws {SinkError} If the server cannot be reached.
   */
  static async take(connection: PostgresConnection, schema: string, target: string): Promise<SchemaLock> {
    const session = await PostgresSession.open(connection, target);
    try {
      await session.begin();
      await takeLock(session, schema, target);
      return new SchemaLock(session);
    } catch (error) {
      await session.close();
      throw openError("use", target, error);
    }
  }

  /** Gives the lock back. Safe to call twice. */
  async close(): Promise<void> {
    await this.#session.close();
  }
}

/**
 * Takes the lock of a schema for the open transaction.
 *
 * @throws {TargetError} If another datagen has it.
 */
export async function takeLock(session: PostgresSession, schema: string, target: string): Promise<void> {
  const until = performance.now() + LOCK_MS;
  for (;;) {
    const [row] = await session.query(
      `SELECT pg_try_advisory_xact_lock(${LOAD_LOCK}, hashtext(${sqlText(schema)})) AS taken`,
    );
    if (row!["taken"] === true) return;
    if (performance.now() >= until) throw busyError(target);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/**
 * Writes the statement with which the transaction begins that takes a schema into the hands of a load: it fails where the
 * marks are no longer what was read, and two of them wait for each other.
 *
 * @param read Result of {@linkcode readVersion}.
 */
export function claimStatement(schema: string, read: string | undefined): string {
  return doBlock(`
    PERFORM pg_advisory_xact_lock(${BEGIN_LOCK}, hashtext(${sqlText(schema)}));
    IF to_regclass(${sqlText(postgresTable(schema, PROGRESS))}) IS NOT NULL THEN
      IF (${versionQuery(schema)}) IS DISTINCT FROM ${read === undefined ? "NULL" : sqlText(read)} THEN ${RAISE} END IF;
    ELSIF ${read !== undefined} THEN ${RAISE}
    END IF;`);
}

/**
 * Writes the statement with which each transaction begins that writes rows: it fails where the schema is in the hands of
 * another load, and nobody can take it until the transaction ends.
 *
 * @param writer What the load has put into the marks to be told from others.
 */
export function fenceStatement(schema: string, writer: string): string {
  return doBlock(`
    PERFORM FROM ${postgresTable(schema, PROGRESS)}
      WHERE "key" = 'writer' AND "value"::text = ${sqlText(JSON.stringify(writer))} FOR UPDATE;
    IF NOT FOUND THEN ${RAISE} END IF;`);
}

/** Reads what changes with every change of the marks; undefined where there are none, or no table for them. */
export async function readVersion(session: PostgresSession, schema: string): Promise<string | undefined> {
  const [row] = await session.query(`${versionQuery(schema)}`);
  return row?.["version"] === null ? undefined : row?.["version"] as string;
}

const RAISE = `RAISE EXCEPTION 'another datagen writes to this schema' USING ERRCODE = '${OTHER_WRITER}';`;

function versionQuery(schema: string): string {
  return `SELECT md5(string_agg("key" || '=' || "value"::text, ',' ORDER BY "key")) AS version
    FROM ${postgresTable(schema, PROGRESS)}`;
}

function doBlock(body: string): string {
  return `DO ${sqlText(`BEGIN${body}\nEND`)};\n`;
}
