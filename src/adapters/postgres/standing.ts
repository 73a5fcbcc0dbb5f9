/**
 * What stands in a schema before a load: whether it can be used, whether datagen made it, how far that got.
 *
 * @module
 */

import { postgresTable } from "../../encoders/postgres_schema.ts";
import { MANIFEST, MARK_TABLES, PROGRESS } from "../../encoders/postgres_script.ts";
import type { Entity } from "../../model/entity.ts";
import { TargetError, type TargetState } from "../../ports/sink.ts";
import { firstDifference, type FoundTable, readFacts, readTables, type ServerFacts } from "./catalogue.ts";
import { type Marks, readMarks } from "./marks.ts";
import { lackingRights, type TargetProblem } from "./rights.ts";
import type { PostgresSession } from "./session.ts";
import { readVersion } from "./writers.ts";

/** The first version that knows UNIQUE NULLS NOT DISTINCT. */
const LEAST_VERSION = 150_000;

const OTHER_SCHEMA = "choose another schema with `schema`";

/** What stands in a schema. */
export interface Standing {
  readonly facts: ServerFacts;
  /** Ours and the marks, as far as they are there, by name. */
  readonly tables: ReadonlyMap<string, FoundTable>;
  /** Absent where no load has begun. */
  readonly marks?: Marks;
  /** What the marks were, for the load that is to change them; absent where there are none. */
  readonly version?: string;
}

/**
 * Looks at a schema.
 *
 * @param entities What is to be loaded.
 * @throws {TargetError} If nothing can be written there, or what is there is not datagen's, or of another shape.
 */
export async function readStanding(
  session: PostgresSession,
  entities: readonly Entity[],
  schema: string,
  target: string,
): Promise<Standing> {
  const facts = await readFacts(session, schema);
  const problem = problemOf(facts);
  if (problem !== undefined) throw new TargetError(`Cannot use ${target}: ${problem.problem}`, problem.hint);
  const tables = await readTables(session, schema, [...entities, ...MARK_TABLES].map(({ name }) => name));
  const [lacking] = await lackingRights(session, { facts, tables, entities, schema });
  if (lacking !== undefined) throw new TargetError(`Cannot use ${target}: ${lacking.problem}`, lacking.hint);
  for (const entity of entities) {
    const table = tables.get(entity.name);
    const difference = table && firstDifference(entity, table);
    if (difference === undefined) continue;
    const made = (await readMarksOf(session, tables, schema, target))?.tables.includes(entity.name) ?? false;
    const hint = made ? `${OTHER_SCHEMA}, or drop datagen's tables with datagen reset` : OTHER_SCHEMA;
    throw new TargetError(`Cannot use ${target}: ${difference}`, hint);
  }
  const version = tables.has(PROGRESS) ? await readVersion(session, schema) : undefined; // before what it is of
  const marks = await readMarksOf(session, tables, schema, target);
  if (marks === undefined) await refuseForeignRows(session, entities, tables, schema, target);
  return { facts, tables, ...(marks === undefined ? {} : { marks }), ...(version === undefined ? {} : { version }) };
}

/** Puts what stands there in the words of the port. */
export async function stateOf(
  session: PostgresSession,
  { marks, tables }: Standing,
  schema: string,
): Promise<TargetState> {
  if (marks === undefined) return { kind: "empty" };
  const { manifest, progress, complete } = marks;
  const unknown = marks.tables.filter((name) => !tables.has(name));
  const others = unknown.length === 0 ? undefined : await readTables(session, schema, unknown);
  const gone = unknown.find((name) => !others!.has(name));
  return {
    kind: complete && manifest.units <= progress.units ? "complete" : "partial",
    manifest,
    progress,
    ...(gone === undefined ? {} : { loss: { kind: "recreated", detail: `table "${gone}" has been dropped` } }),
  };
}

/** Finds what of a server itself stands in the way of any load. */
export function problemOf({ versionNumber, version, readOnly, encoding }: ServerFacts): TargetProblem | undefined {
  if (versionNumber < LEAST_VERSION) {
    return { problem: `it is PostgreSQL ${version}`, hint: "use PostgreSQL 15 or newer" };
  }
  if (readOnly) return { problem: "it is read-only", hint: "name the server that takes writes" };
  if (encoding === "UTF8") return undefined;
  return {
    problem: `the encoding of its database is ${encoding}`,
    hint: "create a database with ENCODING 'UTF8' TEMPLATE template0",
  };
}

/**
 * Reads the marks of a schema.
 *
 * @param tables What there is of the tables of the marks, at least.
 * @returns Undefined where they are not there, or empty.
 * @throws {TargetError} If they are not datagen's.
 */
export async function readMarksOf(
  session: PostgresSession,
  tables: ReadonlyMap<string, FoundTable>,
  schema: string,
  target: string,
): Promise<Marks | undefined> {
  if (MARK_TABLES.every(({ name }) => !tables.has(name))) return undefined;
  const whole = MARK_TABLES.every(({ name }) => {
    const names = tables.get(name)?.columns.map((column) => column.name) ?? [];
    return names.includes("key") && names.includes("value");
  });
  const marks = whole ? await readMarks(session, schema) : "foreign";
  if (marks === "none") return undefined;
  if (marks !== "foreign") return marks;
  throw new TargetError(`Cannot use ${target}: its table "${MANIFEST}" was not made by datagen`, OTHER_SCHEMA);
}

/** Empty tables may have been made from our own DDL; rows without marks are somebody's. */
async function refuseForeignRows(
  session: PostgresSession,
  entities: readonly Entity[],
  tables: ReadonlyMap<string, FoundTable>,
  schema: string,
  target: string,
): Promise<void> {
  for (const { name } of entities) {
    if (!tables.has(name)) continue;
    const [row] = await session.query(`SELECT EXISTS (SELECT FROM ${postgresTable(schema, name)}) AS filled`);
    if (row!["filled"] !== true) continue;
    throw new TargetError(`Cannot use ${target}: its table "${name}" was not made by datagen`, OTHER_SCHEMA);
  }
}
