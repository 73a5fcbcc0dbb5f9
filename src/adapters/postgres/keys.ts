/**
 * What comes after the data: primary keys, UNIQUE, CHECK, indexes, and at last the foreign keys, which need the keys of
 * their parents. Each step asks the catalogue what is missing, so that it can be broken off and gone on with.
 *
 * @module
 */

import {
  addConstraints,
  createPostgresIndex,
  type PostgresConstraint,
  postgresConstraints,
  type PostgresIndex,
  postgresIndexes,
  postgresTable,
} from "../../encoders/postgres_schema.ts";
import { sqlName, sqlText } from "../../encoders/sql_schema.ts";
import { type Entity, fieldsOf } from "../../model/entity.ts";
import type { BrokenReference } from "../../ports/sink.ts";
import type { PostgresSession } from "./session.ts";

/** Memory for the sort of one index; more of it made nothing faster. */
const BUILD_SETTINGS = "SET LOCAL maintenance_work_mem = '128MB';\n";

/** What there is of a table's keys. */
export interface FoundKeys {
  /** Constraints by name, each with whether the rows that were there before it were checked. */
  readonly constraints: ReadonlyMap<string, boolean>;
  readonly indexes: ReadonlySet<string>;
  readonly bytes: number;
}

/** What is to be done at one table. */
interface Job {
  readonly statements: readonly string[];
  readonly bytes: number;
}

/**
 * Makes all keys, constraints and indexes that are missing, every row checked.
 *
 * @param sessions They work beside one another, each at a table of its own.
 */
export async function buildKeys(
  sessions: readonly PostgresSession[],
  entities: readonly Entity[],
  schema: string,
): Promise<void> {
  const found = await readKeys(sessions[0]!, entities, schema);
  await inParallel(sessions, entities.map((entity) => keyJob(entity, entities, schema, found.get(entity.name)!)));
  for (const statement of foreignKeyStatements(entities, schema, found)) await build(sessions[0]!, statement);
  const added = await readKeys(sessions[0]!, entities, schema);
  await inParallel(
    sessions,
    entities.map((entity) => validationJob(entity, entities, schema, added.get(entity.name)!)),
  );
}

/** Rows for each entry that statistics may have: PostgreSQL reads 300 rows for an entry, so this is a sample of 3 %. */
const ROWS_PER_STATISTIC = 10_000;
const LEAST_STATISTICS = 10;

/**
 * Lets the planner know what the tables hold; a load is followed by queries at once. Small tables get coarser statistics
 * than the server's default, as making those of 30,000 rows a table would be a tenth of a small load's time.
 *
 * @param rows Rows by table.
 */
export async function analyze(
  sessions: readonly PostgresSession[],
  entities: readonly Entity[],
  schema: string,
  rows: Readonly<Record<string, number>>,
): Promise<void> {
  const [found] = await sessions[0]!.query("SELECT current_setting('default_statistics_target')::int AS target");
  const jobs = entities.map(({ name }): Job => {
    const wanted = Math.max(LEAST_STATISTICS, Math.ceil((rows[name] ?? 0) / ROWS_PER_STATISTIC));
    const target = Math.min(Number(found!["target"]), wanted);
    const statement = `SET LOCAL default_statistics_target = ${target}; ANALYZE ${postgresTable(schema, name)}`;
    return { statements: [statement], bytes: rows[name] ?? 0 };
  });
  await inParallel(sessions, jobs);
}

/** Looks every foreign key up by reading both tables; one entry for each that is broken. */
export async function findBrokenReferences(
  session: PostgresSession,
  entities: readonly Entity[],
  schema: string,
): Promise<BrokenReference[]> {
  const broken: BrokenReference[] = [];
  for (const entity of entities) {
    for (const [field, { references }] of fieldsOf(entity)) {
      const parent = entities.find(({ name, key }) => name === references && key !== undefined);
      if (parent === undefined) continue;
      const [row] = await session.query(`
        SELECT count(*)::int AS rows FROM ${postgresTable(schema, entity.name)} AS child
        WHERE ${sqlName(field)} IS NOT NULL AND NOT EXISTS (
          SELECT FROM ${postgresTable(schema, parent.name)} AS parent
          WHERE parent.${sqlName(parent.key!)} = child.${sqlName(field)})`);
      const rows = Number(row!["rows"]);
      if (rows > 0) broken.push({ entity: entity.name, field, parent: parent.name, rows });
    }
  }
  return broken;
}

/** Lists the names of the keys, constraints and indexes that a table lacks. */
export function missingKeys(entity: Entity, database: readonly Entity[], schema: string, found: FoundKeys): string[] {
  return [
    ...postgresConstraints(entity, database, schema).filter(({ name }) => !found.constraints.has(name)),
    ...postgresIndexes(entity, database).filter(({ name }) => !found.indexes.has(name)),
  ].map(({ name }) => name);
}

function keyJob(entity: Entity, database: readonly Entity[], schema: string, found: FoundKeys): Job {
  const constraints = postgresConstraints(entity, database, schema)
    .filter(({ kind, name }) => kind !== "foreign key" && !found.constraints.has(name));
  const indexes = postgresIndexes(entity, database).filter(({ name }) => !found.indexes.has(name));
  return { statements: keyStatements(entity, constraints, indexes, schema), bytes: found.bytes };
}

/** One statement for all constraints of a table reads the table once for all checks. */
function keyStatements(
  entity: Entity,
  constraints: readonly PostgresConstraint[],
  indexes: readonly PostgresIndex[],
  schema: string,
): string[] {
  return [
    ...(constraints.length === 0 ? [] : [addConstraints(entity, constraints, schema)]),
    ...indexes.map((index) => createPostgresIndex(entity, index, schema)),
  ];
}

/**
 * Foreign keys are made first and validated after: making one locks the parent's table, validating it does not, so that
 * the tables of one parent can be validated beside one another.
 */
function foreignKeyStatements(
  entities: readonly Entity[],
  schema: string,
  found: ReadonlyMap<string, FoundKeys>,
): string[] {
  return entities.flatMap((entity) =>
    postgresConstraints(entity, entities, schema)
      .filter(({ kind, name }) => kind === "foreign key" && !found.get(entity.name)!.constraints.has(name))
      .map((key) => addConstraints(entity, [{ ...key, definition: `${key.definition} NOT VALID` }], schema))
  );
}

function validationJob(entity: Entity, database: readonly Entity[], schema: string, found: FoundKeys): Job {
  const statements = postgresConstraints(entity, database, schema)
    .filter(({ name }) => found.constraints.get(name) === false)
    .map(({ name }) => `ALTER TABLE ${postgresTable(schema, entity.name)} VALIDATE CONSTRAINT ${sqlName(name)}`);
  return { statements, bytes: found.bytes };
}

/** Does the largest job first; each session takes the next one when it is free. */
async function inParallel(sessions: readonly PostgresSession[], jobs: readonly Job[]): Promise<void> {
  const waiting = jobs.filter(({ statements }) => statements.length > 0).sort((a, b) => a.bytes - b.bytes);
  const results = await Promise.allSettled(sessions.map(async (session) => {
    for (let job = waiting.pop(); job !== undefined; job = waiting.pop()) {
      for (const statement of job.statements) await build(session, statement);
    }
  }));
  const failed = results.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

async function build(session: PostgresSession, statement: string): Promise<void> {
  await session.script(`${BUILD_SETTINGS}${statement}`);
}

/** Reads what there is of the keys of tables that exist, by name. */
export async function readKeys(
  session: PostgresSession,
  entities: readonly Entity[],
  schema: string,
): Promise<Map<string, FoundKeys>> {
  const rows = await session.query(`
    SELECT c.relname AS name, pg_relation_size(c.oid)::float8 AS bytes,
      (SELECT coalesce(jsonb_object_agg(k.conname, k.convalidated), '{}') FROM pg_constraint AS k
        WHERE k.conrelid = c.oid) AS constraints,
      (SELECT coalesce(jsonb_agg(i.relname), '[]') FROM pg_index AS x JOIN pg_class AS i ON i.oid = x.indexrelid
        WHERE x.indrelid = c.oid AND x.indisvalid) AS indexes
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = ${sqlText(schema)} AND c.relname IN (${entities.map(({ name }) => sqlText(name)).join(", ")})`);
  return new Map(rows.map((row) => [String(row["name"]), {
    constraints: new Map(Object.entries(row["constraints"] as Record<string, boolean>)),
    indexes: new Set(row["indexes"] as string[]),
    bytes: Number(row["bytes"]),
  }]));
}
