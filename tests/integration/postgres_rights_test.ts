/** Loads with the least rights that a load needs, and what is said where one of them is missing. */

import assert from "node:assert/strict";
import { AS_OF } from "../support/bank_load.ts";
import { tableCounts, tableDigests, withSql } from "../support/postgres_reader.ts";
import { assertFailure, datagen, datagenOk } from "../support/servers_program.ts";
import { freshDatabase, testsWith } from "../support/services.ts";

const test = await testsWith("postgres");

const MARKS = "datagen_manifest, datagen_progress";

/** A database, and a user in it who has been granted nothing yet. */
interface Place {
  /** As the superuser. */
  readonly admin: string;
  readonly url: string;
  readonly user: string;
  sql(statements: string): Promise<void>;
}

function withUser(work: (place: Place) => Promise<void>): Promise<void> {
  return freshDatabase(async ({ url: admin }) => {
    const user = `ana_${crypto.randomUUID().slice(0, 8)}`;
    const sql = (text: string) => withSql(admin, (client) => client.unsafe(text).simple()).then(() => {});
    await sql(`CREATE ROLE ${user} LOGIN PASSWORD 'ana-test-password'; REVOKE ALL ON SCHEMA public FROM PUBLIC`);
    const url = new URL(admin);
    [url.username, url.password] = [user, "ana-test-password"];
    try {
      await work({ admin, url: url.href, user, sql });
    } finally {
      await sql(`DROP OWNED BY ${user}; DROP ROLE ${user}`);
    }
  });
}

/** Makes all tables as an administrator does, and grants what the rights page says. */
async function prepare({ sql, user }: Place): Promise<void> {
  const { stdout } = await datagenOk(["schema", "--format", "postgres"]);
  await sql(stdout);
  await sql(`GRANT USAGE ON SCHEMA public TO ${user}; GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO ${user};
    GRANT UPDATE, DELETE ON ${MARKS} TO ${user}`);
}

function words(url: string, customers = 30): string[] {
  const size = ["--customers", String(customers), "--as-of", AS_OF];
  return ["load", ...size, "--postgres-url", url, "--postgres-events", "--skip-kafka"];
}

async function doctor(url: string): Promise<{ status: number; stdout: string }> {
  return await datagen(["doctor", "--to", "postgres", "--postgres-url", url, "--postgres-events"]);
}

test("a user with USAGE, SELECT and INSERT loads the tables that an administrator made, and goes on later", () =>
  withUser(async (place) => {
    await prepare(place);
    const { status, stdout } = await doctor(place.url);
    assert.equal(status, 0, stdout);
    assert.match(stdout, /^\[OK\] postgres: /m);
    await datagenOk(words(place.url));
    await datagenOk(words(place.url, 60));
    await freshDatabase(async ({ url }) => {
      await datagenOk(words(url, 60));
      assert.deepEqual(await tableDigests(place.admin), await tableDigests(url));
    });
  }));

test("a user with CREATE on the schema needs no right on the database", () =>
  withUser(async ({ sql, user, url }) => {
    await sql(`CREATE SCHEMA lab; GRANT USAGE, CREATE ON SCHEMA lab TO ${user}`);
    await datagenOk([...words(url), "--postgres-schema", "lab"]);
  }));

for (
  const { taken, error, hint } of [
    {
      taken: "REVOKE INSERT ON accounts FROM USER",
      error: /permission denied for table accounts: user "ana_\w+" has no INSERT$/,
      hint: /GRANT INSERT ON public\.accounts TO ana_\w+$/,
    },
    {
      taken: "REVOKE UPDATE, DELETE ON datagen_progress FROM USER",
      error: /permission denied for table datagen_progress: user "ana_\w+" has no UPDATE, DELETE$/,
      hint: /GRANT UPDATE, DELETE ON public\.datagen_progress TO ana_\w+$/,
    },
    {
      taken: "REVOKE USAGE ON SCHEMA public FROM USER",
      error: /permission denied for schema public: user "ana_\w+" may not use it$/,
      hint: /GRANT USAGE ON SCHEMA public TO ana_\w+$/,
    },
    {
      taken: "DROP TABLE installments",
      error: /user "ana_\w+" may not create tables in schema "public"$/,
      hint: /GRANT CREATE ON SCHEMA public TO ana_\w+, or .*datagen schema --format postgres/,
    },
    {
      taken: "ALTER TABLE accounts DROP CONSTRAINT accounts_customer_id_fkey",
      error:
        /must be owner of table accounts: "accounts_customer_id_fkey" is missing there, and user .* may not add it$/,
      hint: /have the owner run .*datagen schema --format postgres/,
    },
    {
      taken: "DROP TABLE installments; GRANT CREATE ON SCHEMA public TO USER",
      error: /permission denied for table loans: user "ana_\w+" has no REFERENCES$/,
      hint: /GRANT REFERENCES ON public\.loans TO ana_\w+$/,
    },
    {
      taken: "ALTER TABLE customers ENABLE ROW LEVEL SECURITY",
      error: /row-level security of table "customers" applies to user "ana_\w+", and COPY does not work with it$/,
      hint: /ALTER TABLE public\.customers DISABLE ROW LEVEL SECURITY/,
    },
  ] as const
) {
  test(`load and doctor name the right that is missing after ${taken}`, () =>
    withUser(async (place) => {
      await prepare(place);
      await place.sql(taken.replaceAll("USER", place.user));
      const load = await datagen(words(place.url));
      assertFailure(load, { status: 2, error: new RegExp(`Cannot use \\S+: ${error.source}`), hint });
      const [, message, advice] = /^error: (.*)\nhint: (.*)\n$/.exec(load.stderr)!;
      const { status, stdout } = await doctor(place.url);
      assert.equal(status, 1);
      assert.ok(stdout.includes(`\n[FAIL] postgres: ${message}\n     next: ${advice}\n`), stdout);
      assert.equal((await tableCounts(place.admin))["customers"], 0);
    }));
}

test("doctor lists all rights that are missing", () =>
  withUser(async (place) => {
    await prepare(place);
    await place.sql(`REVOKE INSERT ON accounts, loans FROM ${place.user}`);
    const { stdout } = await doctor(place.url);
    assert.deepEqual(stdout.match(/(?<=permission denied for table )\w+/g), ["accounts", "loans"]);
  }));

test("--truncate by a user who owns nothing takes DELETE or TRUNCATE, and names it", () =>
  withUser(async (place) => {
    await prepare(place);
    await datagenOk(words(place.url));
    const again = [...words(place.url, 10), "--truncate", "--seed", "7"];
    assertFailure(await datagen(again), {
      status: 2,
      error: /Cannot replace what \S+ holds: permission denied for table \w+: user "ana_\w+" has no DELETE$/,
      hint: /GRANT DELETE ON public\.\w+ TO ana_\w+$/,
    });
    assert.equal((await tableCounts(place.admin))["customers"], 30);
    await place.sql(`GRANT DELETE ON ALL TABLES IN SCHEMA public TO ${place.user}`);
    await datagenOk(again);
    assert.equal((await tableCounts(place.admin))["customers"], 10);
    await place.sql(`GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO ${place.user}`);
    await datagenOk([...words(place.url, 20), "--truncate"]);
    assert.equal((await tableCounts(place.admin))["customers"], 20);
  }));

test("a column that somebody added is no reason to refuse, unless nothing fills it", () =>
  withUser(async ({ admin, sql }) => {
    await datagenOk(words(admin));
    await sql(`ALTER TABLE customers ADD note text, ADD seen timestamptz NOT NULL DEFAULT now(),
      ADD serial bigint GENERATED ALWAYS AS IDENTITY`);
    await datagenOk(words(admin, 60));
    await datagenOk([...words(admin, 20), "--truncate"]);
    assert.equal((await tableCounts(admin))["customers"], 20);
    await sql("ALTER TABLE customers ALTER seen DROP DEFAULT");
    assertFailure(await datagen(words(admin, 90)), {
      status: 2,
      error: /Cannot use \S+: table "customers" has a column "seen" that .* without a default and NOT NULL$/,
      hint: /choose another schema/,
    });
  }));

test("reset drops the schema that datagen made, and leaves one that holds other things or was there before", () =>
  withUser(async ({ admin, sql }) => {
    const lab = ["--postgres-url", admin, "--postgres-schema", "lab"];
    const load = () => datagenOk([...words(admin, 3), "--postgres-schema", "lab"]);
    const reset = async (...more: string[]) => (await datagenOk(["reset", "--to", "postgres", ...lab, ...more])).stdout;
    const exists = () =>
      withSql(admin, async (client) => (await client`SELECT FROM pg_namespace WHERE nspname = 'lab'`).length === 1);
    await load();
    assert.match(await reset(), /\n {2}would drop schema lab\nNothing was dropped/);
    await sql("CREATE TABLE lab.mine (a int)");
    assert.match(await reset(), /\n {2}would leave schema lab, which holds other things too\n/);
    assert.match(await reset("--yes"), /\n {2}left schema lab, which holds other things too\n$/);
    assert.equal(await exists(), true);
    await sql("DROP TABLE lab.mine");
    await load(); // the schema is there
    assert.doesNotMatch(await reset("--yes"), /schema lab/);
    assert.equal(await exists(), true);
    await sql("DROP SCHEMA lab");
    await load();
    assert.match(await reset("--yes"), /\n {2}dropped schema lab\n$/);
    assert.equal(await exists(), false);
  }));

test("a database that is missing is told with the statement that makes it", () =>
  withUser(async ({ admin }) => {
    const url = new URL(admin);
    for (const [name, written] of [["no_bank_yet", "no_bank_yet"], ["No%20bank", '"No bank"']] as const) {
      url.pathname = `/${name}`;
      assertFailure(await datagen(words(url.href)), {
        status: 2,
        error: /Cannot connect to \S+: database ".*" does not exist$/,
        hint: new RegExp(`create the database first: CREATE DATABASE ${written}$`),
      });
    }
  }));

test("incremental_id numbers the rows in PostgreSQL too, in the order of the customers", () =>
  withUser(async ({ admin }) => {
    await datagenOk(words(admin, 60));
    await withSql(admin, async (sql) => {
      const [row] = await sql`SELECT min(incremental_id)::int, max(incremental_id)::int FROM customers`;
      assert.deepEqual([row!["min"], row!["max"]], [1, 60]);
      const [same] = await sql`SELECT count(*)::int AS rows FROM accounts JOIN customers USING (customer_id)
        WHERE accounts.incremental_id < customers.incremental_id`;
      assert.equal(same!["rows"], 0);
    });
  }));
