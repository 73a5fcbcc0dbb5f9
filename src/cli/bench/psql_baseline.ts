/**
 * What PostgreSQL's own client does here: `psql` with `\copy` in text format, of the same rows, into the same new
 * tables, keys and indexes included. `bench` divides the sink's speed by it.
 *
 * @module
 */

import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import {
  addConstraints,
  createPostgresIndex,
  createPostgresTable,
  postgresConstraints,
  postgresIndexes,
  postgresTable,
} from "../../encoders/postgres_schema.ts";
import { sqlName } from "../../encoders/sql_schema.ts";
import { valueText } from "../../encoders/text.ts";
import { type Batch, type Entity, fieldsOf, type Row } from "../../model/entity.ts";
import { closeAfter, closeAfterSync } from "../../ports/closing.ts";
import { type PostgresConnection, targetText } from "../../adapters/postgres/connection.ts";
import { PostgresSession } from "../../adapters/postgres/session.ts";

/** The time that `psql` took. */
export interface PsqlResult {
  /** Rows of all tables. */
  readonly rows: number;
  /** Seconds from the start of `psql` to the last index. */
  readonly seconds: number;
}

/**
 * Writes rows into files as COPY reads them in text format, one file a table.
 *
 * @param folder An empty folder.
 * @returns Rows of all files.
 */
export function writeCopyFiles(folder: string, entities: readonly Entity[], batches: Iterable<Batch>): number {
  const files = new Map(entities.map(({ name }) => [name, openSync(fileOf(folder, name), "w")]));
  let rows = 0;
  closeAfterSync(() => {
    for (const batch of batches) {
      for (const entity of entities) {
        const some = batch[entity.name] ?? [];
        if (some.length > 0) writeSync(files.get(entity.name)!, some.map((row) => copyLine(entity, row)).join(""));
        rows += some.length;
      }
    }
  }, () => [...files.values()].map((file) => () => closeSync(file)));
  return rows;
}

/**
 * Has `psql` make the tables, copy the files, and make keys, constraints and indexes, statement by statement, in a
 * schema that is made for it and dropped after it.
 *
 * @param folder Where {@linkcode writeCopyFiles} wrote `rows` rows.
 * @param schema Name of a schema that does not exist.
 * @param now Reads a clock, in milliseconds.
 * @throws {Deno.errors.NotFound} If there is no `psql`.
 */
export async function psqlBaseline(
  connection: PostgresConnection,
  entities: readonly Entity[],
  folder: string,
  rows: number,
  schema: string,
  now: () => number,
): Promise<PsqlResult> {
  const session = await PostgresSession.open(connection, targetText(connection, schema));
  return await closeAfter(
    async () => {
      await session.script(`CREATE SCHEMA ${sqlName(schema)}`);
      const start = now();
      await psql(connection, script(entities, folder, schema));
      return { rows, seconds: (now() - start) / 1000 };
    },
    () => [
      () => session.script(`SET LOCAL client_min_messages = error; DROP SCHEMA IF EXISTS ${sqlName(schema)} CASCADE`),
      () => session.close(),
    ],
  );
}

async function psql(connection: PostgresConnection, commands: string): Promise<void> {
  const { servers, user, password, database, sslMode } = connection;
  const [host, port] = [servers.map((server) => server.host).join(), servers.map((server) => server.port).join()];
  const child = new Deno.Command("psql", {
    args: ["-q", "-X", "-v", "ON_ERROR_STOP=1", "-h", host, "-p", port, "-U", user, "-d", database],
    env: { PGSSLMODE: sslMode, ...(password === undefined ? {} : { PGPASSWORD: password }) },
    stdin: "piped",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const input = child.stdin.getWriter();
  await input.write(new TextEncoder().encode(commands));
  await input.close();
  const { success, stderr } = await child.output();
  if (!success) throw new Error(`Cannot measure psql: ${new TextDecoder().decode(stderr).split("\n")[0]}`);
}

function script(entities: readonly Entity[], folder: string, schema: string): string {
  const lines = [
    ...entities.map((entity) => `${createPostgresTable(entity, schema)};`),
    ...entities.map((entity) => {
      const columns = Object.keys(entity.fields).map(sqlName).join(", ");
      return `\\copy ${postgresTable(schema, entity.name)} (${columns}) FROM '${fileOf(folder, entity.name)}'`;
    }),
    ...entities.flatMap((entity) => [
      `${addConstraints(entity, postgresConstraints(entity, entities, schema), schema)};`,
      ...postgresIndexes(entity, entities).map((index) => `${createPostgresIndex(entity, index, schema)};`),
    ]),
  ];
  return `${lines.join("\n")}\n`;
}

function fileOf(folder: string, table: string): string {
  return join(folder, `${table}.copy`);
}

function copyLine(entity: Entity, row: Row): string {
  const values = fieldsOf(entity).map(([name, field]) => {
    const value = row[name]!;
    return value === null ? "\\N" : valueText(field, value).replace(/[\\\t\n\r]/g, (special) => ESCAPES[special]!);
  });
  return `${values.join("\t")}\n`;
}

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };
