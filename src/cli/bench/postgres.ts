/**
 * How fast PostgreSQL is loaded, against `psql \copy` of the same rows into the same tables.
 *
 * @module
 */

import { targetText } from "../../adapters/postgres/connection.ts";
import type { RunOptions } from "../../ports/domain.ts";
import { closeAfter } from "../../ports/closing.ts";
import type { Batch } from "../../model/entity.ts";
import { batchOf } from "../../run/batches.ts";
import { BATCH_UNITS, load } from "../../run/load.ts";
import { DEFAULT_DOMAIN } from "../domains/domains.ts";
import type { PostgresSettings } from "../settings/servers.ts";
import type { Figure, PeakMemory } from "./figures.ts";
import { benchRequest } from "./sqlite.ts";

/** What the PostgreSQL figures need. */
export interface PostgresBench {
  readonly settings: PostgresSettings;
  /** Where `psql` reads its files; without one, `psql` is not measured. */
  readonly folder: string | undefined;
}

/**
 * Tells whether there is a `psql` that may be run.
 *
 * @returns Undefined if there is; else why not.
 */
export async function psqlMissing(): Promise<string | undefined> {
  try {
    const { success } = await new Deno.Command("psql", { args: ["--version"], stdout: "null", stderr: "null" })
      .output();
    return success ? undefined : "psql does not start";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "there is no psql on the PATH";
    if (error instanceof Deno.errors.NotCapable) return "Deno may not run it: --allow-run=psql";
    throw error;
  }
}

/** Figures of PostgreSQL: all entities, into schemas that are made for it and dropped after it. */
export function postgresFigures(
  { settings: { connection }, folder }: PostgresBench,
  options: RunOptions,
  customers: number,
  memory: PeakMemory,
): Figure[] {
  const figures: Figure[] = [{
    name: "postgres",
    what: "PostgreSQL, from generation to checked tables",
    against: ["psql"],
    async measure() {
      const { PostgresSink } = await import("../../adapters/postgres/postgres_sink.ts");
      const schema = freshSchema();
      return await closeAfter(async () => {
        const sink = new PostgresSink(connection, DEFAULT_DOMAIN.entities, { schema });
        const report = await load(benchRequest(options, customers), [sink], { progress: () => memory.look() });
        if (!report.ok) throw new Error("Cannot measure PostgreSQL as the validation found mismatches");
        return { rows: report.written, seconds: report.seconds };
      }, () => [() => dropSchema(schema)]);
    },
  }];
  if (folder === undefined) return figures;
  return [...figures, {
    name: "psql",
    what: "psql \\copy, the same rows from files in text format",
    async measure() {
      const { psqlBaseline, writeCopyFiles } = await import("./psql_baseline.ts");
      const files = await Deno.makeTempDir({ dir: folder });
      return await closeAfter(async () => {
        const rows = writeCopyFiles(files, DEFAULT_DOMAIN.entities, batches(options, customers));
        return await psqlBaseline(
          connection,
          DEFAULT_DOMAIN.entities,
          files,
          rows,
          freshSchema(),
          () => performance.now(),
        );
      }, () => [() => Deno.remove(files, { recursive: true })]);
    },
  }];

  async function dropSchema(schema: string): Promise<void> {
    const { PostgresSession } = await import("../../adapters/postgres/session.ts");
    const session = await PostgresSession.open(connection, targetText(connection, schema));
    await closeAfter(async () => {
      await session.script(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`);
    }, () => [() => session.close()]);
  }
}

function freshSchema(): string {
  return `datagen_bench_${crypto.randomUUID().slice(0, 8)}`;
}

function* batches(options: RunOptions, customers: number): Generator<Batch> {
  const population = DEFAULT_DOMAIN.open(options);
  for (let from = 0; from < customers; from += BATCH_UNITS) {
    yield batchOf(population, from, Math.min(from + BATCH_UNITS, customers));
  }
}
