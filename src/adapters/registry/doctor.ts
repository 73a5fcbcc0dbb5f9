/** What a load would find at a Schema Registry: asked with no more rights than a load needs, and nothing is written. */

import { RegistryError } from "../../ports/registry.ts";
import type { RegistryClient } from "./registry_client.ts";

/** A schema that a load needs. */
export interface WantedSchema {
  /** Name of the entity. */
  readonly entity: string;
  readonly subject: string;
  /** JSON text. */
  readonly schema: string;
}

/** What was found. */
export interface RegistryFindings {
  /** What is there, in one line. */
  readonly detail: string;
  /** What keeps a load from registering its schemas. */
  readonly problems: readonly { readonly problem: string; readonly hint: string }[];
}

/** Modes in which a registry takes new schemas. */
const WRITABLE = ["READWRITE", "IMPORT", undefined];

/**
 * Looks the schemas up, and looks at what would keep those that are missing from being registered.
 *
 * @throws {RegistryError} If the registry cannot be asked.
 */
export async function examineRegistry(
  registry: RegistryClient,
  wanted: readonly WantedSchema[],
): Promise<RegistryFindings> {
  const lacking: WantedSchema[] = [];
  const problems: RegistryFindings["problems"][number][] = [];
  for (const each of wanted) {
    const { found } = await registry.lookup(each.subject, each.schema);
    if (found === "schema") continue;
    lacking.push(each);
    const problem = await obstacle(registry, each, found === "others");
    if (problem !== undefined) problems.push(problem);
  }
  const product = await registry.product() ?? "version not told";
  const subjects = await subjectCount(registry);
  const held = `${wanted.length - lacking.length} of ${wanted.length} schemas are registered`;
  const rest = lacking.length === 0 || problems.length > 0 ? "" : "; registering the rest takes the right to write";
  return { detail: `${registry.url} answers, ${product}${subjects}, ${held}${rest}`, problems };
}

async function obstacle(
  registry: RegistryClient,
  { entity, subject, schema }: WantedSchema,
  hasOthers: boolean,
): Promise<RegistryFindings["problems"][number] | undefined> {
  const mode = await registry.mode(subject);
  if (!WRITABLE.includes(mode)) {
    return {
      problem: `subject ${subject} lacks its schema, and its mode is ${mode}`,
      hint: `let it be registered: "datagen schema ${entity} \`format avro\`" prints it`,
    };
  }
  const reason = hasOthers ? await registry.incompatibility(subject, schema) : undefined;
  if (reason === undefined) return undefined;
  return {
    problem: `the schema of subject ${subject} is not compatible with the one there: ${reason}`,
    hint: "choose another `prefix`, or change the subject's compatibility",
  };
}

/** How many subjects there are, where this user may ask; a load needs no such right. */
async function subjectCount(registry: RegistryClient): Promise<string> {
  try {
    const { length } = await registry.subjects();
    return `, ${length} subject${length === 1 ? "" : "s"}`;
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    return "";
  }
}
