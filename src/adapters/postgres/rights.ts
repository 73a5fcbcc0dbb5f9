/**
 * What a load may do in a schema, compared with what it needs there. It needs no more than its rows do: where all tables
 * are there with their keys, as `datagen schema --format postgres` makes them, neither CREATE nor ownership.
 *
 * @module
 */

import { MARK_TABLES } from "../../encoders/postgres_script.ts";
import { sqlName } from "../../encoders/sql_schema.ts";
import { type Entity, fieldsOf } from "../../model/entity.ts";
import type { FoundTable, ServerFacts, TableRight } from "./catalogue.ts";
import { type FoundKeys, missingKeys, readKeys } from "./keys.ts";
import type { PostgresSession } from "./session.ts";

/** What stands in the way of a load, and what to do about it; one line each. */
export interface TargetProblem {
  readonly problem: string;
  readonly hint: string;
}

/** Where and as whom a load writes. */
interface Place {
  readonly facts: ServerFacts;
  readonly tables: ReadonlyMap<string, FoundTable>;
  readonly entities: readonly Entity[];
  readonly schema: string;
}

/** What a load needs of the tables with rows, and of those with its marks. */
const ROW_RIGHTS: readonly TableRight[] = ["SELECT", "INSERT"];
const MARK_RIGHTS: readonly TableRight[] = ["SELECT", "INSERT", "UPDATE", "DELETE"];

const SCRIPT = 'what "datagen schema `format postgres`" prints';

/** Lists the rights that a load lacks, each with the GRANT that gives it. */
export async function lackingRights(session: PostgresSession, place: Place): Promise<TargetProblem[]> {
  return [
    ...schemaProblems(place),
    ...MARK_TABLES.flatMap(({ name }) => tableProblems(name, MARK_RIGHTS, place)),
    ...place.entities.flatMap(({ name }) => tableProblems(name, ROW_RIGHTS, place)),
    ...await keyProblems(session, place),
  ];
}

/** Writes the GRANT of rights on a table. */
export function grantOn(table: string, rights: readonly TableRight[], schema: string, user: string): string {
  return `GRANT ${rights.join(", ")} ON ${shortName(schema)}.${shortName(table)} TO ${shortName(user)}`;
}

/** Writes a name as people do: without quotes where it needs none. */
function shortName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : sqlName(name);
}

function schemaProblems({ facts, tables, entities, schema }: Place): TargetProblem[] {
  const { user, database, schemaExists, mayCreate, mayUse } = facts;
  const wanted = [...entities, ...MARK_TABLES].map(({ name }) => name);
  const to = `TO ${shortName(user)}`;
  if (schemaExists && !mayUse) {
    const grant = `GRANT USAGE ON SCHEMA ${shortName(schema)} ${to}`;
    return [{ problem: `permission denied for schema ${schema}: user "${user}" may not use it`, hint: grant }];
  }
  if (mayCreate || wanted.every((name) => tables.has(name))) return [];
  const grant = schemaExists ? `CREATE ON SCHEMA ${shortName(schema)}` : `CREATE ON DATABASE ${shortName(database)}`;
  return [{
    problem: `user "${user}" may not create ${schemaExists ? "tables in" : "the"} schema "${schema}"`,
    hint: `GRANT ${grant} ${to}, or have somebody who may run ${SCRIPT}`,
  }];
}

function tableProblems(name: string, needed: readonly TableRight[], { facts, tables, schema }: Place): TargetProblem[] {
  const table = tables.get(name);
  if (table === undefined) return [];
  const { user } = facts;
  const lacking = needed.filter((right) => !table.rights.has(right));
  if (lacking.length > 0) {
    const problem = `permission denied for table ${name}: user "${user}" has no ${lacking.join(", ")}`;
    return [{ problem, hint: grantOn(name, lacking, schema, user) }];
  }
  if (!table.rowSecurity) return [];
  return [{
    problem: `row-level security of table "${name}" applies to user "${user}", and COPY does not work with it`,
    hint: `ALTER TABLE ${shortName(schema)}.${shortName(name)} DISABLE ROW LEVEL SECURITY, or log in as its owner`,
  }];
}

/** Keys that are missing come after the data: only the owner of a table may make them. */
async function keyProblems(session: PostgresSession, place: Place): Promise<TargetProblem[]> {
  const { tables, entities, schema, facts: { user } } = place;
  const known = entities.filter(({ name }) => tables.has(name));
  if (known.every(({ name }) => tables.get(name)!.owned)) return [];
  const found = await readKeys(session, known, schema);
  const foreign = known.filter(({ name }) => !tables.get(name)!.owned).flatMap((entity): TargetProblem[] => {
    const [missing] = missingKeys(entity, entities, schema, found.get(entity.name)!);
    if (missing === undefined) return [];
    return [{
      problem:
        `must be owner of table ${entity.name}: "${missing}" is missing there, and user "${user}" may not add it`,
      hint: `have the owner run ${SCRIPT}, or ALTER TABLE ... OWNER TO ${shortName(user)}`,
    }];
  });
  return [...foreign, ...referenceProblems(place, found)];
}

/** A foreign key that is made needs a right on its parent's table too. */
function referenceProblems(
  { tables, entities, schema, facts }: Place,
  found: ReadonlyMap<string, FoundKeys>,
): TargetProblem[] {
  const own = entities.filter(({ name }) => tables.get(name)?.owned ?? true);
  const parents = new Set(own.flatMap((entity) =>
    fieldsOf(entity)
      .filter(([field]) => found.get(entity.name)?.constraints.has(`${entity.name}_${field}_fkey`) !== true)
      .map(([, { references }]) => references)
  ));
  return [...parents].flatMap((name) => {
    const table = name === undefined ? undefined : tables.get(name);
    if (table === undefined || table.rights.has("REFERENCES")) return [];
    const problem = `permission denied for table ${name}: user "${facts.user}" has no REFERENCES`;
    return [{ problem, hint: grantOn(table.name, ["REFERENCES"], schema, facts.user) }];
  });
}
