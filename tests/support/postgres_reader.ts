/**
 * What stands in PostgreSQL's tables, without the program's own code.
 *
 * @module
 */

import postgres from "postgres";

/** A table's rows, in any order: how many, and a hash of all of them. */
export type TableDigests = Readonly<Record<string, string>>;

/** Calls `use` with a connection that is closed afterwards. */
export async function withSql<Result>(url: string, use: (sql: postgres.Sql) => Promise<Result>): Promise<Result> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await use(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** Counts the rows of all tables of a schema that hold the bank, by name. */
export function tableCounts(url: string, schema = "public"): Promise<Record<string, number>> {
  return withSql(url, async (sql) => {
    const counts: Record<string, number> = {};
    for (const table of await tableNames(sql, schema)) {
      const [row] = await sql`SELECT count(*)::int AS rows FROM ${sql(schema)}.${sql(table)}`;
      counts[table] = row!["rows"];
    }
    return counts;
  });
}

/**
 * Hashes the rows of all tables of a schema that hold the bank. `incremental_id` is left out: the database gives it.
 *
 * @returns `ROWS:HASH` by table.
 */
export function tableDigests(url: string, schema = "public"): Promise<TableDigests> {
  return withSql(url, async (sql) => {
    const digests: Record<string, string> = {};
    for (const table of await tableNames(sql, schema)) digests[table] = await digestOf(sql, schema, table);
    return digests;
  });
}

async function digestOf(sql: postgres.Sql, schema: string, table: string): Promise<string> {
  const columns = await sql`SELECT column_name FROM information_schema.columns
    WHERE table_schema = ${schema} AND table_name = ${table} AND column_name <> 'incremental_id' ORDER BY column_name`;
  const names = columns.map((column) => column["column_name"] as string);
  const [row] = await sql`
    SELECT count(*) || ':' || coalesce(sum(('x' || left(md5(line), 15))::bit(60)::bigint), 0) AS digest
    FROM (SELECT (${sql(names)})::text AS line FROM ${sql(schema)}.${sql(table)}) AS lines`;
  return row!["digest"];
}

/** The tables without those in which the program keeps its marks. */
async function tableNames(sql: postgres.Sql, schema: string): Promise<string[]> {
  const tables = await sql`SELECT table_name FROM information_schema.tables
    WHERE table_schema = ${schema} AND table_type = 'BASE TABLE' ORDER BY table_name`;
  return tables.map((table) => table["table_name"] as string).filter((name) => !name.startsWith("datagen_"));
}
