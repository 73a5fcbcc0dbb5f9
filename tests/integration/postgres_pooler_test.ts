/** Loads by way of a pooler, PgBouncer: what it shares among its clients must not be taken for a load's own. */

import assert from "node:assert/strict";
import { AS_OF } from "../support/bank_load.ts";
import { tableCounts, type TableDigests, tableDigests, withSql } from "../support/postgres_reader.ts";
import { assertFailure, datagen, datagenOk, RunningProgram } from "../support/servers_program.ts";
import { freshDatabase, type OwnPgBouncer, type PoolMode, privatePgBouncer, testsWith } from "../support/services.ts";
import { hasWritten, LOGGED } from "../support/log_events.ts";

const test = await testsWith("pgBouncer", "postgres");

/** The line that the debug log has when so many customers were given to PostgreSQL. */
const written = (customers: number) => hasWritten("postgres:", customers);

/** An empty database, and a pooler before it. */
interface Pooled {
  /** By way of the pooler. */
  readonly url: string;
  readonly direct: string;
  readonly pooler: OwnPgBouncer;
}

function pooled(mode: PoolMode, work: (place: Pooled) => Promise<void>): Promise<void> {
  return freshDatabase(async (server) => {
    await using pooler = await privatePgBouncer(server, { mode });
    await work({ url: pooler.url, direct: server.url, pooler });
  });
}

function words(url: string, customers = 900): string[] {
  const size = ["--customers", String(customers), "--as-of", AS_OF];
  return ["load", ...size, "--postgres-url", url, "--postgres-events", "--skip-kafka"];
}

let whole: Promise<TableDigests> | undefined;

/** The tables of a load that met no pooler. */
function expected(): Promise<TableDigests> {
  return whole ??= freshDatabase(async ({ url }) => {
    await datagenOk(words(url));
    return await tableDigests(url);
  });
}

/** What a session of the server is set to that the pooler gives to the next client. */
async function sessionState(url: string): Promise<Record<string, unknown>> {
  const names = [
    "lock_timeout",
    "timezone",
    "client_min_messages",
    "maintenance_work_mem",
    "default_statistics_target",
    "client_connection_check_interval",
    "application_name",
  ];
  return await withSql(url, async (sql) => {
    const settings = await sql`SELECT name, setting FROM pg_settings WHERE name IN ${sql(names)} ORDER BY name`;
    const [locks] = await sql`SELECT count(*)::int AS rows FROM pg_locks WHERE locktype = 'advisory'
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
    return { ...Object.fromEntries(settings.map((row) => [row["name"], row["setting"]])), locks: locks!["rows"] };
  });
}

for (const mode of ["session", "transaction"] as const) {
  test(`a load by way of pool_mode=${mode} is the load without it, and leaves sessions as they were`, () =>
    pooled(mode, async ({ url, direct }) => {
      const before = await sessionState(url);
      assert.equal(before["locks"], 0);
      await datagenOk(words(url, 300));
      assert.deepEqual(await sessionState(url), before);
      await datagenOk(words(url)); // nothing holds the next one up
      assert.deepEqual(await sessionState(url), before);
      assert.deepEqual(await tableDigests(direct), await expected());
    }));

  test(`pool_mode=${mode}: a second datagen is refused, and the first goes on`, () =>
    pooled(mode, async ({ url, direct }) => {
      const first = new RunningProgram([...words(url), ...LOGGED]);
      assert.equal(await first.logs(written(64)), true);
      await first.heldStill(async () =>
        assertFailure(await datagen(words(url)), {
          status: 2,
          error: /Cannot use \S+: it is being written by another process$/,
          hint: /wait until the other datagen is done/,
        })
      );
      assert.equal((await first.outcome()).status, 0);
      assert.deepEqual(await tableDigests(direct), await expected());
    }));

  test(`pool_mode=${mode}: what was killed is gone on with at once`, () =>
    pooled(mode, async ({ url, direct }) => {
      const first = new RunningProgram([...words(url), ...LOGGED]);
      assert.equal(await first.logs(written(512)), true);
      first.kill();
      await first.outcome();
      await datagenOk(words(url));
      assert.deepEqual(await tableDigests(direct), await expected());
    }));

  test(`pool_mode=${mode}: of loads that start at once, one loads and no row is doubled`, () =>
    pooled(mode, async ({ url, direct }) => {
      const outcomes = await Promise.all([1, 2, 3].map(() => datagen(words(url))));
      const statuses = outcomes.map(({ status }) => status).sort();
      assert.deepEqual(statuses.filter((status) => status === 0).length >= 1, true, outcomes[0]!.stderr);
      for (const { status, stderr } of outcomes) {
        if (status !== 0) assert.match(stderr, /^error: Cannot use \S+: it is being written by another process\n/);
      }
      assert.deepEqual(await tableDigests(direct), await expected());
    }));
}

test("a pool of one connection is too small, which is told", () =>
  freshDatabase(async (server) => {
    await using pooler = await privatePgBouncer(server, { mode: "transaction", poolSize: 1, waitSeconds: 2 });
    assertFailure(await datagen(words(pooler.url)), {
      status: 1,
      error: /Cannot \w+( \w+)* postgres:\S+: query_wait_timeout$/,
      hint: /.*raise its default_pool_size/,
    });
    assert.deepEqual(await tableCounts(server.url), {});
  }));

test("pool_mode=statement is refused before anything is written", () =>
  pooled("statement", async ({ url, direct }) => {
    const refusal = {
      status: 2,
      error: /Cannot use \S+: transaction blocks not allowed in statement pooling mode$/,
      hint: /.*pool_mode=transaction or session/,
    } as const;
    assertFailure(await datagen(words(url)), refusal);
    assert.deepEqual(await tableCounts(direct), {});
    const { status, stdout } = await datagen(["doctor", "--to", "postgres", "--postgres-url", url]);
    assert.equal(status, 1);
    assert.match(stdout, /^\[FAIL\] postgres: .*: transaction blocks not allowed in statement pooling mode$/m);
  }));
