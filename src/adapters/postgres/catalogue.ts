/** What PostgreSQL's catalogue says of our tables. */

import { type PostgresColumn, postgresColumns } from "../../encoders/postgres_schema.ts";
import { ROW_NUMBER, sqlText } from "../../encoders/sql_schema.ts";
import type { Entity } from "../../model/entity.ts";
import type { PostgresSession } from "./session.ts";

/** What the server and the schema allow. */
export interface ServerFacts {
  /** For example `18.4`. */
  readonly version: string;
  /** For example 180004. */
  readonly versionNumber: number;
  readonly database: string;
  readonly user: string;
  /** Encoding of the database, for example `UTF8`. */
  readonly encoding: string;
  /** Whether nothing can be written: a standby, or a database or user that is set so. */
  readonly readOnly: boolean;
  readonly schemaExists: boolean;
  /** Whether the user may make tables in the schema or, where there is none, make the schema. */
  readonly mayCreate: boolean;
  /** Whether the user may use what is in the schema; true where there is none. */
  readonly mayUse: boolean;
}

/** What a user may be granted on a table, as far as it matters to a load. */
export type TableRight = typeof TABLE_RIGHTS[number];

const TABLE_RIGHTS = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES"] as const;

/** A table or anything else that has the name of one of our tables. */
export interface FoundTable {
  readonly name: string;
  /** `table`, or what else it is. */
  readonly kind: string;
  readonly columns: readonly FoundColumn[];
  /** What the user may do there. */
  readonly rights: ReadonlySet<TableRight>;
  /** Whether the user is its owner, or a member of the role that is. */
  readonly owned: boolean;
  /** Whether policies decide which of its rows the user may write. */
  readonly rowSecurity: boolean;
}

interface FoundColumn extends PostgresColumn {
  /** Whether the database fills it where nothing is given. */
  readonly filled: boolean;
}

/** Asks the server what it is and what it allows. */
export async function readFacts(session: PostgresSession, schema: string): Promise<ServerFacts> {
  const [row] = await session.query(`
    SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number,
      current_database() AS database, current_user AS user, pg_encoding_to_char(d.encoding) AS encoding,
      pg_is_in_recovery() OR current_setting('transaction_read_only')::bool AS read_only, n.oid IS NOT NULL AS existing,
      CASE WHEN n.oid IS NULL THEN has_database_privilege(d.oid, 'CREATE')
        ELSE has_schema_privilege(n.oid, 'CREATE') AND has_schema_privilege(n.oid, 'USAGE') END AS may_create,
      n.oid IS NULL OR has_schema_privilege(n.oid, 'USAGE') AS may_use
    FROM pg_database AS d LEFT JOIN pg_namespace AS n ON n.nspname = ${sqlText(schema)}
    WHERE d.datname = current_database()`);
  return {
    version: String(row!["version"]).split(" ")[0]!,
    versionNumber: Number(row!["number"]),
    database: String(row!["database"]),
    user: String(row!["user"]),
    encoding: String(row!["encoding"]),
    readOnly: row!["read_only"] === true,
    schemaExists: row!["existing"] === true,
    mayCreate: row!["may_create"] === true,
    mayUse: row!["may_use"] === true,
  };
}

/** Describes what there is of these names in a schema, by name. */
export async function readTables(
  session: PostgresSession,
  schema: string,
  names: readonly string[],
): Promise<Map<string, FoundTable>> {
  const rows = await session.query(`
    SELECT c.relname AS name, c.relkind AS kind, a.attname AS column, a.attnotnull AS not_null,
      format_type(a.atttypid, a.atttypmod) AS type, a.attidentity <> '' OR a.atthasdef AS filled,
      (SELECT string_agg(r, ' ') FROM unnest(ARRAY[${TABLE_RIGHTS.map(sqlText).join(", ")}]) AS r
        WHERE has_table_privilege(c.oid, r)) AS rights,
      pg_has_role(c.relowner, 'USAGE') AS owned, row_security_active(c.oid) AS row_security
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
      LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE n.nspname = ${sqlText(schema)} AND c.relname IN (${names.map(sqlText).join(", ")})
    ORDER BY c.relname, a.attnum`);
  const tables = new Map<string, FoundTable & { columns: FoundColumn[] }>();
  for (const row of rows) {
    const name = String(row["name"]);
    const table = tables.get(name) ?? {
      name,
      kind: KINDS[String(row["kind"])] ?? "relation of another kind",
      columns: [],
      rights: new Set(String(row["rights"] ?? "").split(" ") as TableRight[]),
      owned: row["owned"] === true,
      rowSecurity: row["row_security"] === true,
    };
    tables.set(name, table);
    if (row["column"] === null) continue;
    table.columns.push({
      name: String(row["column"]),
      type: shortType(String(row["type"])),
      nullable: row["not_null"] !== true,
      filled: row["filled"] === true,
    });
  }
  return tables;
}

/**
 * Compares a table with what it has to be. The order of the columns is of no matter, as COPY names them, nor are others
 * that the database can fill.
 *
 * @returns The first difference in words, for example `table "orders" has no column "price"`; undefined if there is none.
 */
export function firstDifference(entity: Entity, table: FoundTable): string | undefined {
  if (table.kind !== "table") return `"${entity.name}" is a ${table.kind}`;
  const expected = postgresColumns(entity);
  for (const column of expected) {
    const found = table.columns.find(({ name }) => name === column.name);
    const difference = found === undefined ? "is missing" : columnDifference(column, found);
    if (difference !== undefined) return `column "${column.name}" of table "${entity.name}" ${difference}`;
  }
  const surplus = table.columns.find((column) =>
    !column.nullable && !column.filled && !expected.some(({ name }) => name === column.name)
  );
  return surplus &&
    `table "${entity.name}" has a column "${surplus.name}" that datagen does not know, without a default and NOT NULL`;
}

function columnDifference(expected: PostgresColumn, found: FoundColumn): string | undefined {
  if (found.type !== expected.type) return `is ${found.type} and not ${expected.type}`;
  if (found.nullable !== expected.nullable) return found.nullable ? "may be null" : "may not be null";
  if (expected.name === ROW_NUMBER && !found.filled) return "is not filled by the database";
  return undefined;
}

const KINDS: Readonly<Record<string, string>> = {
  r: "table",
  p: "table",
  v: "view",
  m: "materialized view",
  f: "foreign table",
  S: "sequence",
  i: "index",
  c: "type",
};

function shortType(type: string): string {
  return type.replace(/^character varying/, "varchar").replace(/^timestamp with time zone$/, "timestamptz");
}
