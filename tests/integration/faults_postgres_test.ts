/**
 * What `load` says when PostgreSQL cannot be used or fails half way, and that the same command goes on afterwards as if
 * nothing had happened.
 */

import assert from "node:assert/strict";
import { AS_OF } from "../support/bank_load.ts";
import { tableCounts, tableDigests, withSql } from "../support/postgres_reader.ts";
import { READER_PASSWORD, WRONG_PASSWORD } from "../support/secrets.ts";
import {
  freePort,
  freshDatabase,
  makeCertificates,
  type OwnPostgres,
  privatePostgres,
  testsWith,
} from "../support/services.ts";
import type { Outcome } from "../support/program.ts";
import { assertFailure, datagen, datagenOk, type ExpectedFailure, RunningProgram } from "../support/servers_program.ts";
import { inFreshFolder } from "../support/program.ts";
import { unprivilegedUser } from "../support/services/commands.ts";
import { hasWritten, LOGGED, withoutLog } from "../support/log_events.ts";

const test = await testsWith("ownPostgres", "postgres");

/** The line that the debug log has when so many customers were given to PostgreSQL. */
const written = (customers: number) => hasWritten("postgres:", customers);

function words(url: string, customers = 900): string[] {
  return [
    "load",
    "--customers",
    String(customers),
    "--as-of",
    AS_OF,
    "--postgres-url",
    url,
    "--postgres-events",
    "--skip-kafka",
  ];
}

/** The same URL with something else in it. */
function changed(url: string, change: (url: URL) => void): string {
  const other = new URL(url);
  change(other);
  return other.href;
}

/** Makes an empty database on a server of the test's own; gives its URL. */
async function newDatabase({ url }: OwnPostgres): Promise<string> {
  const name = `fault_${crypto.randomUUID().slice(0, 8)}`;
  await withSql(url, (sql) => sql.unsafe(`CREATE DATABASE ${name}`));
  return changed(url, (other) => other.pathname = name);
}

interface Refusal extends ExpectedFailure {
  readonly name: string;
  readonly url: (server: OwnPostgres) => string;
}

/** Each before anything is written. */
const REFUSALS: readonly Refusal[] = [
  {
    name: "the server is down",
    url: () => `postgres://postgres:${encodeURIComponent(WRONG_PASSWORD)}@127.0.0.1:${freePort()}/datagen`,
    status: 1,
    error: /Cannot connect to postgres:\/\/127\.0\.0\.1:\d+\/datagen: connection refused$/,
    hint: /start the server, or name another with --postgres-url$/,
  },
  {
    name: "no host has this name",
    url: ({ url }) => changed(url, (other) => other.hostname = "no-such-host.invalid"),
    status: 1,
    error: /Cannot connect to postgres:\/\/no-such-host\.invalid:\d+\/datagen: there is no host of this name$/,
    hint: /start the server, or name another with --postgres-url$/,
  },
  {
    name: "the password is wrong",
    url: ({ url }) => changed(url, (other) => other.password = encodeURIComponent(WRONG_PASSWORD)),
    status: 2,
    error: /Cannot connect to \S+: password authentication failed for user "postgres"$/,
    hint: /check the user, and give the password as PGPASSWORD or in ~\/\.pgpass$/,
  },
  {
    name: "the database is missing",
    url: ({ url }) => changed(url, (other) => other.pathname = "nowhere"),
    status: 2,
    error: /Cannot connect to \S+\/nowhere: database "nowhere" does not exist$/,
    hint: /create the database first: CREATE DATABASE/,
  },
  {
    name: "the certificate is for another host",
    url: ({ url, caFile }) => {
      const address = changed(url, (other) => other.hostname = "127.0.0.2");
      return `${address}?sslmode=verify-full&sslrootcert=${encodeURIComponent(caFile!)}`;
    },
    status: 2,
    error: /Cannot connect to \S+: the server's certificate is for another host$/,
    hint: /see sslmode, sslrootcert, sslcert and sslkey/,
  },
];

test("load into a PostgreSQL that cannot be used says why in one line", async (context) => {
  const config = { listen_addresses: "127.0.0.1,127.0.0.2" };
  await using server = await privatePostgres({ tls: "offered", ...(Deno.build.os === "linux" ? { config } : {}) });
  const refusals = REFUSALS.filter(({ name }) => Deno.build.os === "linux" || !/another host/.test(name));
  for (const { name, url, ...expected } of refusals) {
    await context.step(name, async () => assertFailure(await datagen(words(url(server), 10)), expected));
  }
  await context.step("the authority is not the one that is trusted", () =>
    inFreshFolder(async (folder) => {
      const { caFile } = await makeCertificates(folder);
      const url = `${server.url}?sslmode=verify-full&sslrootcert=${encodeURIComponent(caFile)}`;
      assertFailure(await datagen(words(url, 10)), {
        status: 2,
        error: /Cannot connect to \S+: the server's certificate is not from an authority that is trusted$/,
        hint: /see sslmode, sslrootcert, sslcert and sslkey/,
      });
      await datagenOk(words(`${server.url}?sslmode=verify-full&sslrootcert=${encodeURIComponent(server.caFile!)}`, 10));
    }));
  await context.step("the user may only read", () => assertReaderRefused(server));
});

test("load refuses a PostgreSQL without TLS when sslmode=require", () =>
  freshDatabase(async ({ url }) => {
    assertFailure(await datagen(words(`${url}?sslmode=require`, 10)), {
      status: 2,
      error: /Cannot connect to \S+: the server does not support TLS$/,
      hint: /write sslmode=prefer or sslmode=disable in --postgres-url or PGSSLMODE, or have the server do TLS$/,
    });
  }));

async function assertReaderRefused(server: OwnPostgres): Promise<void> {
  const url = await newDatabase(server);
  await withSql(
    url,
    (sql) => sql.unsafe(`CREATE ROLE reader LOGIN PASSWORD '${READER_PASSWORD.replaceAll("'", "''")}'`),
  );
  const asReader = changed(url, (other) => {
    other.username = "reader";
    other.password = encodeURIComponent(READER_PASSWORD);
  });
  assertFailure(await datagen(words(asReader, 10)), {
    status: 2,
    error: /Cannot use \S+: user "reader" may not create tables in schema "public"$/,
    hint: /.*GRANT CREATE ON SCHEMA/,
  });
  assert.deepEqual(await tableCounts(url), {});
}

test("load goes on after PostgreSQL failed half way, and leaves what an undisturbed load leaves", async (context) => {
  await using server = await privatePostgres();
  const undisturbed = await newDatabase(server);
  await datagenOk(words(undisturbed));
  const expected = await tableDigests(undisturbed);

  const locked = assertLockedTable(); // waits for 10 s, so it goes on beside the others
  for (const how of ["kill", "stop"] as const) {
    await context.step(`the server is restarted (${how}) in the middle`, async () => {
      const url = await newDatabase(server);
      const program = new RunningProgram([...words(url), ...LOGGED]);
      assert.equal(await program.logs(written(512)), true);
      try {
        await server[how]();
      } finally {
        await server.start();
      }
      const { status, stderr } = await program.outcome();
      assert.equal(status, 1, stderr);
      assert.match(
        withoutLog(stderr),
        /^error: Cannot \w+ .+: (the server (closed|has crashed).+|terminating connection due to administrator command)\nhint: .+again.*\n$/,
      );
      await datagenOk(words(url));
      assert.deepEqual(await tableDigests(url), expected);
    });
  }
  await context.step("a second datagen is refused, and the first goes on", async () => {
    const url = await newDatabase(server);
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
    assert.deepEqual(await tableDigests(url), expected);
  });
  await context.step({
    name: "the disk is full",
    ignore: Deno.build.os !== "linux", // others have no prlimit
    fn: () => assertQuota(server),
  });
  await context.step("a table is locked by another session", () => locked);
});

/** On the shared server, which is not restarted: loads 300 customers, then 900 while another session holds a table. */
async function assertLockedTable(): Promise<void> {
  await freshDatabase(async ({ url }) => {
    await datagenOk(words(url, 300));
    await withSql(url, (sql) =>
      sql.begin(async (session) => {
        await session.unsafe("LOCK TABLE accounts IN ACCESS EXCLUSIVE MODE");
        assertFailure(await datagen(words(url)), {
          status: 1,
          error: /Cannot .+: a table is locked by another session$/,
          hint: /end that session/,
        });
      }));
    await datagenOk(words(url));
    assert.equal((await tableCounts(url))["customers"], 900);
  });
}

/** The files of a server may not grow beyond this: enough for its log, too little for the largest table. */
const QUOTA_BYTES = 16 * 1024 * 1024 + 4096;

async function assertQuota(server: OwnPostgres): Promise<void> {
  const url = await newDatabase(server);
  let limited: Outcome;
  try {
    await limitFiles(server, String(QUOTA_BYTES));
    limited = await datagen(words(url, 2_500));
  } finally {
    await limitFiles(server, "unlimited");
  }
  assertFailure(limited, { status: 1, error: /Cannot .+: the server's disk is full$/, hint: /make room there/ });
  const { stdout } = await datagenOk([...words(url, 2_500), "--json"]);
  assert.deepEqual(await tableCounts(url), JSON.parse(stdout).rows);
}

/** Limits the files of all processes that the server starts from now on, as a quota would: `unlimited` ends it. */
async function limitFiles({ pid }: OwnPostgres, bytes: string): Promise<void> {
  const args = ["--pid", String(pid), `--fsize=${bytes}:`];
  const asServer = await unprivilegedUser() ?? {}; // only a server's own user may always change its limits
  const { success, stderr } = await new Deno.Command("prlimit", { args, ...asServer, stderr: "piped" }).output();
  assert.equal(success, true, new TextDecoder().decode(stderr));
}
