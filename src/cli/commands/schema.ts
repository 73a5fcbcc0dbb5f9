import { bankEntities } from "../../domains/bank/entities/mod.ts";
import { catalogue, catalogueMarkdown } from "../../encoders/catalogue.ts";
import { schemaScript, SQLITE } from "../../encoders/sql_schema.ts";
import type { Entity } from "../../model/entity.ts";
import { entitiesNamed } from "../entities.ts";
import { EXIT } from "../errors.ts";
import type { SCHEMA_FLAGS, Words } from "../flags.ts";
import { writeOut } from "../output.ts";

/** Prints how entities are stored, or what they mean. */
export function run({ values, args }: Words<typeof SCHEMA_FLAGS>): Promise<number> {
  const entities = entitiesNamed(args);
  writeOut(schemaText(entities, values.format ?? "ddl"));
  return Promise.resolve(EXIT.done);
}

function schemaText(entities: readonly Entity[], format: "ddl" | "json" | "markdown"): string {
  switch (format) {
    case "ddl":
      return schemaScript(entities, SQLITE, bankEntities);
    case "json":
      return `${JSON.stringify(catalogue(entities), null, 2)}\n`;
    case "markdown":
      return catalogueMarkdown(entities);
  }
}
