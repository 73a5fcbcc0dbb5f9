/** Whether a PostgreSQL server can take a load. */

import type { Entity } from "../../model/entity.ts";
import { TargetError } from "../../ports/sink.ts";
import { readFacts, type ServerFacts } from "./catalogue.ts";
import { type PostgresConnection, targetText } from "./connection.ts";
import { openError } from "./errors.ts";
import { PostgresSession } from "./session.ts";
import { problemOf, readStanding, type TargetProblem } from "./target.ts";

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
    const problem = problemOf(facts) ?? await problemOfSchema(session, entities, schema, target);
    return {
      detail: detailOf(facts, session.encrypted, schema, target),
      problems: problem === undefined ? [] : [problem],
    };
  } catch (error) {
    throw openError("examine", target, error);
  } finally {
    await session.close();
  }
}

/** Finds what in a schema stands in the way: missing rights, or tables that are not datagen's or of another shape. */
async function problemOfSchema(
  session: PostgresSession,
  entities: readonly Entity[],
  schema: string,
  target: string,
): Promise<TargetProblem | undefined> {
  try {
    await readStanding(session, entities, schema, target);
    return undefined;
  } catch (error) {
    if (error instanceof TargetError) return { problem: error.message, hint: error.hint };
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
