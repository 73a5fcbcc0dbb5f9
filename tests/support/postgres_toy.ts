/** The toy shop in a PostgreSQL database of the test's own. */

import type { Sql } from "postgres";
import { type PostgresConnection, resolveConnection } from "../../src/adapters/postgres/connection.ts";
import { PostgresSink, type PostgresSinkOptions } from "../../src/adapters/postgres/postgres_sink.ts";
import type { Entity } from "../../src/model/entity.ts";
import { withSql } from "./postgres_reader.ts";
import { type RowSink, takingRows } from "./row_sink.ts";
import { freshDatabase } from "./services.ts";
import { toyEntities } from "./toy_shop.ts";

/** A database and ways to get at it. */
export interface ToyDatabase {
  readonly url: string;
  readonly connection: PostgresConnection;
  /** Makes a sink that is closed at the end of the test. */
  open(options?: PostgresSinkOptions, entities?: readonly Entity[]): RowSink<PostgresSink>;
  /** Runs SQL as an independent client; gives the rows of one statement as arrays of text. */
  ask(statement: string): Promise<(string | null)[][]>;
}

/** Runs a test in a fresh database of PostgreSQL 18 (default) or 15. */
export async function inDatabase(
  work: (database: ToyDatabase) => Promise<void>,
  server: "postgres" | "postgres15" = "postgres",
): Promise<void> {
  await freshDatabase(async ({ url }) => {
    const connection = resolveConnection(url, () => undefined);
    const sinks: RowSink<PostgresSink>[] = [];
    const open = (options?: PostgresSinkOptions, entities: readonly Entity[] = toyEntities) => {
      const sink = takingRows(new PostgresSink(connection, entities, options));
      sinks.push(sink);
      return sink;
    };
    try {
      await work({ url, connection, open, ask: (statement) => withSql(url, (sql) => texts(sql, statement)) });
    } finally {
      for (const sink of sinks) await sink.close();
    }
  }, server);
}

async function texts(sql: Sql, statement: string): Promise<(string | null)[][]> {
  const rows = await sql.unsafe(statement).raw();
  return rows.map((row) => row.map((value) => value && new TextDecoder().decode(value)));
}
