/** How the records of a run look: schemas are looked at before anything is made, and registered before records are. */

import { avroSchema } from "../../../encoders/avro_schema.ts";
import type { PayloadFormat } from "../../../encoders/records.ts";
import type { Entity } from "../../../model/entity.ts";
import { RegistryError, type SchemaRegistry } from "../../../ports/registry.ts";
import { TargetError } from "../../../ports/sink.ts";
import type { Marks, RunMark } from "../run/marks.ts";
import { topicName } from "./topics.ts";

/** What decides how records look. */
export interface PayloadOptions {
  /** Where Avro schemas are registered; without one, records are JSON. */
  readonly registry?: SchemaRegistry | undefined;
  /** What happens when the registry cannot be asked: an error before anything is written, or JSON and a warning. */
  readonly registryFallback: "fail" | "json";
  /** Whether records have CloudEvents headers. */
  readonly cloudEvents: boolean;
}

/** A schema and where it belongs. */
interface SubjectSchema {
  /** Name of the entity. */
  readonly entity: string;
  readonly subject: string;
  /** JSON text. */
  readonly schema: string;
  /** Under which the subject holds it already; undefined where it is to be registered. */
  readonly id: number | undefined;
}

/** What was settled. */
export interface Payload {
  readonly format: PayloadFormat;
  /** One for each entity; none for JSON. */
  readonly schemas: readonly SubjectSchema[];
  /** Those of their subjects that have no version yet. */
  readonly newSubjects: readonly string[];
  /** What the user should know. */
  readonly warnings: readonly string[];
}

/**
 * Decides how records look, and makes sure that the registry takes their schemas. Nothing is registered yet.
 *
 * @param begun Format of the run that is gone on with, which rules a fallback out.
 * @throws {RegistryError} If the registry cannot be asked.
 * @throws {TargetError} If a schema does not follow those that its subject holds.
 */
export async function settlePayload(
  target: string,
  prefix: string,
  entities: readonly Entity[],
  { registry, registryFallback, cloudEvents }: PayloadOptions,
  begun: PayloadFormat | undefined,
): Promise<Payload> {
  const json: Payload = { format: { encoding: "json", cloudEvents }, schemas: [], newSubjects: [], warnings: [] };
  if (registry === undefined) return json;
  try {
    const schemas: SubjectSchema[] = [];
    const newSubjects: string[] = [];
    for (const wanted of wantedSchemas(prefix, entities)) {
      const { subject, schema } = wanted;
      const held = await registry.lookup(subject, schema);
      if (held.found === "others") await refuseIncompatible(target, registry, subject, schema);
      if (held.found === "nothing") newSubjects.push(subject);
      schemas.push({ ...wanted, id: held.found === "schema" ? held.id : undefined });
    }
    return { format: { encoding: "avro", cloudEvents }, schemas, newSubjects, warnings: [] };
  } catch (error) {
    const unreachable = error instanceof RegistryError && error.retriable;
    if (!unreachable || registryFallback === "fail" || begun?.encoding === "avro") throw error;
    return { ...json, warnings: [`records are JSON, not Avro: ${error.message}`] };
  }
}

/** The schemas that records of a prefix have, and their subjects. */
export function wantedSchemas(prefix: string, entities: readonly Entity[]): Omit<SubjectSchema, "id">[] {
  return entities.filter(({ topic }) => topic !== undefined).map((entity) => ({
    entity: entity.name,
    subject: `${topicName(prefix, entity)}-value`,
    schema: JSON.stringify(avroSchema(entity)),
  }));
}

/** How records are to look if the registry answers. */
export function wantedFormat({ registry, cloudEvents }: PayloadOptions): PayloadFormat {
  return { encoding: registry === undefined ? "json" : "avro", cloudEvents };
}

/** Tells in what a run's records are not as asked; a run that is complete keeps them. */
export function otherFormat(held: PayloadFormat, wanted: PayloadFormat): string[] {
  return [
    ...(held.encoding === wanted.encoding
      ? []
      : [`its records are ${NAMES[held.encoding]}, not ${NAMES[wanted.encoding]}`]),
    ...(held.cloudEvents === wanted.cloudEvents
      ? []
      : [`its records have ${held.cloudEvents ? "CloudEvents" : "no"} headers`]),
  ];
}

/**
 * Registers the schemas that their subjects lack.
 *
 * @returns Id of each entity's schema, by entity name; empty for JSON.
 * @throws {RegistryError} If the registry cannot be asked, or refuses one; it names all subjects that lack theirs.
 */
export async function registerSchemas(
  { schemas }: Payload,
  registry: SchemaRegistry | undefined,
): Promise<Record<string, number>> {
  const ids: Record<string, number> = {};
  for (const [at, { entity, subject, schema, id }] of schemas.entries()) {
    try {
      ids[entity] = id ?? await registry!.register(subject, schema);
    } catch (cause) {
      if (!(cause instanceof RegistryError) || cause.retriable) throw cause;
      throw lackError(cause, schemas.slice(at).filter(({ id }) => id === undefined));
    }
  }
  return ids;
}

/** The error of a registry that takes no schema, with what would have to be registered there by somebody else. */
function lackError(cause: RegistryError, lacking: readonly SubjectSchema[]): RegistryError {
  const subjects = lacking.map(({ subject }) => subject).join(", ");
  return new RegistryError(`${cause.message}; without their schema are ${subjects}`, {
    cause,
    retriable: false,
    hint: cause.hint ??
      `"datagen schema ${lacking[0]!.entity} \`format avro\`" prints the schema for whoever may register it`,
  });
}

/**
 * Tells the subjects that datagen made apart from those that were there before it.
 *
 * @param marks Those that stood under this prefix.
 */
export function subjectsOf(
  { schemas, newSubjects }: Payload,
  { run: earlier, madeSubjects = [] }: Pick<Marks, "run" | "madeSubjects">,
): Pick<RunMark, "subjects" | "otherSubjects"> {
  const made = new Set([...earlier?.subjects ?? [], ...madeSubjects, ...newSubjects]);
  const used = new Set([...earlier?.otherSubjects ?? [], ...schemas.map(({ subject }) => subject)]);
  return { subjects: [...made].sort(), otherSubjects: [...used].filter((subject) => !made.has(subject)).sort() };
}

/**
 * Refuses to mix records that look different in one run.
 *
 * @throws {TargetError} If a run was begun with other records.
 */
export function refuseOtherFormat(target: string, begun: PayloadFormat, wanted: PayloadFormat): void {
  if (begun.encoding !== wanted.encoding) {
    throw new TargetError(
      `Cannot go on in ${target} with ${NAMES[wanted.encoding]}: the run was begun with ${NAMES[begun.encoding]}`,
      `${
        begun.encoding === "avro" ? "leave `no registry` away" : "give `no registry`"
      }, or begin anew with \`truncate\``,
    );
  }
  if (begun.cloudEvents !== wanted.cloudEvents) {
    const [now, then] = wanted.cloudEvents ? ["with", "without"] : ["without", "with"];
    throw new TargetError(
      `Cannot go on in ${target} ${now} CloudEvents headers: the run was begun ${then} them`,
      `${
        wanted.cloudEvents ? "give `no cloudEvents`" : "leave `no cloudEvents` away"
      }, or begin anew with \`truncate\``,
    );
  }
}

const NAMES = { avro: "Avro", json: "JSON" } as const;

async function refuseIncompatible(
  target: string,
  registry: SchemaRegistry,
  subject: string,
  schema: string,
): Promise<void> {
  const reason = await registry.incompatibility(subject, schema);
  if (reason === undefined) return;
  throw new TargetError(
    `Cannot use ${target}: the schema of subject ${subject} is not compatible with the one in ${registry.url}: ${reason}`,
    "choose another `prefix`, or change the subject's compatibility",
  );
}
