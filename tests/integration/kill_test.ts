/**
 * A load that is killed at any moment and run again leaves what an undisturbed one leaves: the same records for
 * `read_committed` readers, the same rows.
 *
 * Its long form has 20 moments of a load of 10,000 customers.
 *
 * @module
 */

import assert from "node:assert/strict";
import { inFreshPlaces, loadWords, type Places } from "../support/bank_load.ts";
import { draws } from "../support/draws.ts";
import { readerTestsWith, readTopics } from "../support/kafka_reader.ts";
import { tableDigests, withSql } from "../support/postgres_reader.ts";
import { sleep } from "../support/services.ts";
import { datagenOk, RunningProgram } from "../support/servers_program.ts";
import { hasWritten, LOGGED } from "../support/log_events.ts";
import { isWide } from "../support/wide.ts";

const [kills, customers] = isWide ? [20, 10_000] : [4, 900];
const test = await readerTestsWith("postgres", "kafka", "schemaRegistry");

/** A moment at which the program is killed. */
interface Moment {
  readonly name: string;
  /** Resolves at the moment; false if the program was done before. */
  readonly comes: (program: RunningProgram, places: Places) => Promise<boolean>;
}

/** Moments that every form has. */
const NAMED: readonly Moment[] = [
  { name: "before the first commit", comes: (program) => program.logs(hasWritten("", 32)) },
  { name: "inside a COPY", comes: insideCopy },
  { name: "while it sends", comes: (program) => afterCustomers(program, Math.floor(customers * 0.6), 7) },
  {
    name: "in finish",
    comes: (program) =>
      program.logs(({ stage, target }) => stage === "finish" && target?.startsWith("postgres:") === true),
  },
];

test(`load leaves the same after kill -9 at ${kills} moments as without, for ${customers} customers`, async (context) => {
  const undisturbed = await inFreshPlaces(async (places) => {
    await datagenOk(words(places));
    return await left(places);
  });
  for (const moment of moments(kills)) {
    await context.step(`killed ${moment.name}`, () =>
      inFreshPlaces(async (places) => {
        const program = new RunningProgram([...words(places), ...LOGGED]);
        assert.equal(await moment.comes(program, places), true, "the program was done before the moment came");
        program.kill();
        assert.equal((await program.outcome()).status, 137);
        await datagenOk(words(places));
        assert.deepEqual(await left(places), undisturbed);
      }));
  }
});

function words(places: Places): string[] {
  return [...loadWords(customers, places), "--postgres-events"];
}

/** What readers of both servers see. */
async function left({ url, bootstrap, registry, prefix }: Places) {
  const { topics } = await readTopics({ bootstrap, registry, prefix, digest: true });
  return { topics, tables: await tableDigests(url) };
}

/** The named moments, then random ones, always the same: all over the load, which ends at about 105 % of its customers. */
function moments(count: number): Moment[] {
  const draw = draws(20_261_121);
  const random = Array.from({ length: Math.max(0, count - NAMED.length) }, (): Moment => {
    const part = draw();
    const delayMs = Math.floor(draw() * 60);
    if (part > 0.9) {
      return {
        name: `${delayMs * 10} ms after the last customer`,
        comes: async (program) => await afterCustomers(program, customers, delayMs * 10),
      };
    }
    const at = Math.floor(part / 0.9 * customers);
    return { name: `${delayMs} ms after customer ${at}`, comes: (program) => afterCustomers(program, at, delayMs) };
  });
  return [...NAMED, ...random].slice(0, count);
}

/** Waits until so many customers were written, then some milliseconds. */
async function afterCustomers(program: RunningProgram, atLeast: number, delayMs: number): Promise<boolean> {
  const reached = Math.min(customers, Math.ceil(atLeast / 32) * 32);
  if (!await program.logs(hasWritten("kafka:", reached))) return false;
  await sleep(delayMs);
  return !program.ended;
}

/** Waits until a COPY of the program has taken rows in. */
async function insideCopy(program: RunningProgram, { url }: Places): Promise<boolean> {
  await program.logs(hasWritten("kafka:", 64));
  return await withSql(url, async (sql) => {
    while (!program.ended) {
      const copies = await sql`SELECT 1 FROM pg_stat_progress_copy
        WHERE datname = current_database() AND tuples_processed > 0`;
      if (copies.length > 0) return true;
    }
    return false;
  });
}
