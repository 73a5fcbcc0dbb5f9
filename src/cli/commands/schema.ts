import { avroSchema } from "../../encoders/avro_schema.ts";
import { catalogue, catalogueMarkdown } from "../../encoders/catalogue.ts";
import { postgresScript } from "../../encoders/postgres_script.ts";
import { schemaScript, SQLITE } from "../../encoders/sql_schema.ts";
import type { Entity } from "../../model/entity.ts";
import { chosenDomain } from "../domains/domains.ts";
import { entitiesNamed } from "../settings/entities.ts";
import { EXIT } from "../failures.ts";
import type { Words } from "../parser/flag.ts";
import type { SCHEMA_FLAGS } from "../flags/flags.ts";
import { writeOut } from "../terminal/output.ts";

/** Prints how entities are stored, or what they mean. */
export function run({ values, args }: Words<typeof SCHEMA_FLAGS>): Promise<number> {
  const domain = chosenDomain(values);
  writeOut(schemaText(entitiesNamed(args, domain), values.format ?? "ddl", domain.entities));
  return Promise.resolve(EXIT.done);
}

type Format = "ddl" | "postgres" | "avro" | "json" | "markdown";

function schemaText(entities: readonly Entity[], format: Format, all: readonly Entity[]): string {
  switch (format) {
    case "ddl":
      return schemaScript(entities, SQLITE, all);
    case "postgres":
      return postgresScript(entities, undefined, all);
    case "avro":
      return avroText(entities);
    case "json":
      return `${JSON.stringify(catalogue(entities), null, 2)}\n`;
    case "markdown":
      return catalogueMarkdown(entities);
  }
}

/** One schema as itself, ready for a registry or a consumer; several as a list. */
function avroText(entities: readonly Entity[]): string {
  const schemas = entities.map(avroSchema);
  return `${JSON.stringify(schemas.length === 1 ? schemas[0] : schemas, null, 2)}\n`;
}
