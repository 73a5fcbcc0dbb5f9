/** Whether a PostgreSQL server can take a load. */

import { MARK_TABLES } from "../../encoders/postgres_script.ts";
import type { Entity } from "../../model/entity.ts";
import { TargetError } from "../../ports/sink.ts";
import { readFacts, readTables, type ServerFacts } from "./catalogue.ts";
import { type PostgresConnection, targetText } from "./connection.ts";
import { openError } from "./failures.ts";
import { PostgresSession } from "./session.ts";
import { lackingRights, type TargetProblem } from "./rights.ts";
import { problemOf, readStanding } from "./standing.ts";

/** What a server is, and what stands in the way of a load. */
export interface PostgresExamination {
  /** The server and who is logged in, in one line. */
  readonly detail: string;
  /** Nothing where a load can begin. */
  readonly problems: readonly TargetProblem[];
}

/**
 * Looks at a server and at a schema there, as a load does before it begins.
 *
 * @param entities What would be loaded.
 * @throws {TargetError} If the server does not let this user in.
 * @throws {SinkError} If the server cannot be reached.
 */
export async function examine(
  connection: PostgresConnection,
  entities: readonly Entity[],
  schema: string,
): Promise<PostgresExamination> {
  const target = targetText(connection, schema);
  const session = await PostgresSession.open(connection, target);
  try {
    await session.begin(); // a pooler may keep none
    const facts = await readFacts(session, schema);
    const problem = problemOf(facts);
    const problems = problem === undefined ? await problemsOf(session, facts, entities, schema, target) : [problem];
    return {
      detail: detailOf(facts, session.encrypted, schema, target),
      problems,
    };
  } catch (error) {
    throw openError("examine", target, error);
  } finally {
    await session.close();
  }
}

/** Lists all rights that are missing; where none is, what else stands in the way. */
async function problemsOf(
  session: PostgresSession,
  facts: ServerFacts,
  entities: readonly Entity[],
  schema: string,
  target: string,
): Promise<TargetProblem[]> {
  const tables = await readTables(session, schema, [...entities, ...MARK_TABLES].map(({ name }) => name));
  const lacking = await lackingRights(session, { facts, tables, entities, schema });
  if (lacking.length === 0) return await problemsOfSchema(session, entities, schema, target);
  return lacking.map(({ problem, hint }) => ({ problem: `Cannot use ${target}: ${problem}`, hint }));
}

/** Finds what in a schema stands in the way: tables that are not datagen's or of another shape. */
async function problemsOfSchema(
  session: PostgresSession,
  entities: readonly Entity[],
  schema: string,
  target: string,
): Promise<TargetProblem[]> {
  try {
    await readStanding(session, entities, schema, target);
    return [];
  } catch (error) {
    if (error instanceof TargetError) return [{ problem: error.message, hint: error.hint }];
    throw error;
  }
}

function detailOf(facts: ServerFacts, encrypted: boolean, schema: string, target: string): string {
  const { version, user, encoding, schemaExists } = facts;
  return [
    `${target}: PostgreSQL ${version}`,
    `user ${user}`,
    encoding,
    encrypted ? "TLS" : "no TLS",
    schemaExists ? `may write schema ${schema}` : `may make schema ${schema}`,
  ].join(", ");
}
