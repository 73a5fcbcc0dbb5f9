import type { PostgresSettings } from "../settings/servers.ts";
import type { TargetKind } from "./kind.ts";

/** `postgres`: tables of a schema; masters, unless events are asked for. */
export const postgres: TargetKind<PostgresSettings> = {
  name: "postgres",
  form: "postgres",
  example: "postgres",
  server: {
    categories: ["PostgreSQL"],
    addressHint: "write --to postgres, and where it is with --postgres-url URL",
    hosts: ({ connection }) => connection.servers.map(({ host, address }) => address ?? host),
  },
  readers: ({ settings: { connection: { user, host, port, database } } }) => [
    `psql -h ${host} -p ${port} -U ${user} ${database}`, // it asks for the password, or takes it from PGPASSWORD
  ],
  takes: ({ role }, values) => role !== "event" || values["postgres-events"] === true,
  flags: [],
  resolve: async (values, environment) =>
    await (await import("../settings/servers.ts")).resolvePostgres(values, environment),
  words: (values, { words }) => [...words, ...(values["postgres-events"] ? ["--postgres-events"] : [])],
  open: async ({ entities, settings }) =>
    await (await import("../settings/open_servers.ts")).openPostgresSink(settings, entities),
  estimate: async ({ entities }, sampled) =>
    (await import("./estimate.ts")).inPostgres({ format: "copy", entities }, sampled),
};
