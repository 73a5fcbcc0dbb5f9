/** How the records of a run look: schemas are registered once, before anything is written. */

import { avroSchema } from "../../encoders/avro_schema.ts";
import type { Entity } from "../../model/entity.ts";
import { RegistryError, type SchemaRegistry } from "../../ports/registry.ts";
import { TargetError } from "../../ports/sink.ts";
import type { PayloadFormat } from "./marks.ts";
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

/** What was settled. */
export interface Payload {
  readonly format: PayloadFormat;
  /** Id of each entity's schema, by entity name; empty for JSON. */
  readonly schemaIds: ReadonlyMap<string, number>;
  /** Subjects that hold them. */
  readonly subjects: readonly string[];
  /** What the user should know. */
  readonly warnings: readonly string[];
}

/**
 * Registers a schema for each entity.
 *
 * @param begun Format of the run that is gone on with, which rules a fallback out.
 * @throws {RegistryError} If the registry cannot be asked or refuses a schema.
 * @throws {TargetError} If a schema does not follow those that its subject holds.
 */
export async function settlePayload(
  target: string,
  prefix: string,
  entities: readonly Entity[],
  { registry, registryFallback, cloudEvents }: PayloadOptions,
  begun: PayloadFormat | undefined,
): Promise<Payload> {
  const json: Payload = {
    format: { encoding: "json", cloudEvents },
    schemaIds: new Map(),
    subjects: [],
    warnings: [],
  };
  if (registry === undefined) return json;
  try {
    const schemaIds = new Map<string, number>();
    const schemas = entities.map((entity) => ({
      entity: entity.name,
      subject: `${topicName(prefix, entity)}-value`,
      schema: JSON.stringify(avroSchema(entity)),
    }));
    for (const { subject, schema } of schemas) await refuseIncompatible(target, registry, subject, schema);
    for (const { entity, subject, schema } of schemas) schemaIds.set(entity, await registry.register(subject, schema));
    return {
      format: { encoding: "avro", cloudEvents },
      schemaIds,
      subjects: schemas.map(({ subject }) => subject),
      warnings: [],
    };
  } catch (error) {
    const unreachable = error instanceof RegistryError && error.retriable;
    if (!unreachable || registryFallback === "fail" || begun?.encoding === "avro") throw error;
    return { ...json, warnings: [`records are JSON, not Avro: ${error.message}`] };
  }
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
      `${begun.encoding === "avro" ? "leave --no-avro away" : "give --no-avro"}, or begin anew with --truncate`,
    );
  }
  if (begun.cloudEvents !== wanted.cloudEvents) {
    const [now, then] = wanted.cloudEvents ? ["with", "without"] : ["without", "with"];
    throw new TargetError(
      `Cannot go on in ${target} ${now} CloudEvents headers: the run was begun ${then} them`,
      `${wanted.cloudEvents ? "give --no-cloudevents" : "leave --no-cloudevents away"}, or begin anew with --truncate`,
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
  if (await registry.isCompatible(subject, schema)) return;
  throw new TargetError(
    `Cannot use ${target}: the schema of subject ${subject} is not compatible with the ones in ${registry.url}`,
    "choose another --topic-prefix, or change the subject's compatibility",
  );
}
