import assert from "node:assert/strict";
import { examine } from "../../src/adapters/postgres/doctor.ts";
import type { PostgresSink } from "../../src/adapters/postgres/postgres_sink.ts";
import { dropMade, findMade, rehearseDrop } from "../../src/adapters/postgres/made.ts";
import { postgresScript } from "../../src/encoders/postgres_script.ts";
import { sqlText } from "../../src/encoders/sql_schema.ts";
import { valueText } from "../../src/encoders/text.ts";
import { type Entity, fieldsOf, type Row } from "../../src/model/entity.ts";
import { SinkError, TargetError } from "../../src/ports/sink.ts";
import { inDatabase, type ToyDatabase } from "../support/postgres_toy.ts";
import { withSql } from "../support/postgres_reader.ts";
import { sleep, testsWith } from "../support/services.ts";
import type { RowSink } from "../support/row_sink.ts";
import {
  buyer,
  loadToy,
  purchase,
  stand,
  toyBatch,
  toyEntities,
  toyManifest,
  toyProgress,
  writeToy,
} from "../support/toy_shop.ts";

const test = await testsWith("postgres", "postgres15");

/** All rows of the three tables, every key and index, and the mark; without the numbers that the database gives. */
async function dump({ ask }: ToyDatabase, schema = "public"): Promise<string[]> {
  const rows = [];
  for (const { name } of toyEntities) {
    rows.push(...await ask(`SELECT (to_jsonb(t) - 'incremental_id')::text FROM "${schema}"."${name}" AS t ORDER BY 1`));
  }
  const keys = await ask(`
    SELECT c.relname, k.conname, k.convalidated, pg_get_constraintdef(k.oid) FROM pg_constraint AS k
      JOIN pg_class AS c ON c.oid = k.conrelid WHERE k.connamespace = '"${schema}"'::regnamespace AND k.contype <> 'n'
    UNION ALL SELECT tablename, indexname, true, indexdef FROM pg_indexes WHERE schemaname = '${schema}'
    ORDER BY 1, 2, 4`);
  const marks = await ask(`SELECT * FROM "${schema}".datagen_progress WHERE key <> 'schema_made' ORDER BY key`);
  return [...rows, ...keys, ...marks].map((row) => row.join(" ").replaceAll(`${schema}.`, ""));
}

async function refused(
  work: Promise<unknown>,
  text: RegExp,
  kind: typeof TargetError | typeof SinkError = TargetError,
) {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof kind, String(error));
    assert.match(error.message, text);
    assert.ok(!error.message.includes("\n") && error.hint, error.message);
    return true;
  });
}

async function finishToy(sink: RowSink<PostgresSink>, from: number, to: number): Promise<void> {
  await writeToy(sink, from, to);
  await sink.finish(toyManifest(to), toyProgress(to));
}

for (const server of ["postgres", "postgres15"] as const) {
  test(`PostgresSink loads the rows that the server reads from their text (${server})`, () =>
    inDatabase(async (database) => {
      const sink = database.open();
      assert.deepEqual(await sink.inspect(), { kind: "empty" });
      await loadToy(sink, 25);
      for (const entity of toyEntities) {
        assert.deepEqual(await differences(database, entity, toyBatch(0, 25)[entity.name]!), []);
      }
      assert.deepEqual(await database.ask("SELECT name FROM buyers WHERE incremental_id = 25"), [["Buyer 24"]]);
      assert.deepEqual(await sink.counts(), toyProgress(25).rows);
      assert.deepEqual(await sink.brokenReferences(), []);
      assert.ok(await sink.bytes() > 8192);
    }, server));

  test(`PostgresSink leaves keys, checks, indexes and comments in force (${server})`, () =>
    inDatabase(async (database) => {
      await loadToy(database.open({ schema: "my shop" }), 5);
      const found = await database.ask(`SELECT conname FROM pg_constraint
        WHERE connamespace = '"my shop"'::regnamespace AND contype <> 'n' AND convalidated ORDER BY conname COLLATE "C"`);
      assert.deepEqual(found.flat(), [
        "buyers_credit_check",
        "buyers_email_key",
        "buyers_level_check",
        "buyers_pkey",
        "datagen_manifest_pkey",
        "datagen_progress_pkey",
        "purchases_amount_check",
        "purchases_buyer_id_fkey",
        "purchases_buyer_id_number_key",
        "purchases_number_check",
        "purchases_pkey",
        "stands_buyer_id_fkey",
        "stands_buyer_id_purchase_id_key",
        "stands_purchase_id_fkey",
      ]);
      const [comment] = await database.ask(`SELECT obj_description('"my shop".buyers'::regclass),
        col_description('"my shop".buyers'::regclass, 6), to_regclass('"my shop".stands_purchase_id_idx') IS NOT NULL`);
      assert.deepEqual(comment, [buyer.doc, buyer.fields.city.doc, "t"]);
      await assert.rejects(
        database.ask(`INSERT INTO "my shop".stands SELECT * FROM "my shop".stands WHERE purchase_id IS NULL LIMIT 1`),
        /stands_buyer_id_purchase_id_key/,
      );
    }, server));
}

/** Rows that stand in only one of a table and what the server makes of the rows' text; the number of the row is left out. */
async function differences({ ask }: ToyDatabase, entity: Entity, rows: readonly Row[]): Promise<(string | null)[][]> {
  const names = Object.keys(entity.fields).map((name) => `"${name}"`).join(", ");
  const texts = rows.map((row) =>
    Object.fromEntries(
      fieldsOf(entity).map(([name, field]) => [name, row[name] === null ? null : valueText(field, row[name]!)]),
    )
  );
  const table = `SELECT ${names} FROM ${entity.name}`;
  const expected = `SELECT ${names} FROM json_populate_recordset(null::${entity.name}, ${
    sqlText(JSON.stringify(texts))
  })`;
  return await ask(`(${table} EXCEPT ALL ${expected}) UNION ALL (${expected} EXCEPT ALL ${table})`);
}

test("a finish that was broken off is gone on with", () =>
  inDatabase(async (database) => {
    const sink = database.open();
    await sink.begin(toyManifest(20), "create");
    await writeToy(sink, 0, 20);
    const stop = new AbortController();
    const reason = new Error("enough");
    await withSql(database.url, (sql) =>
      sql.begin(async (session) => {
        await session.unsafe("LOCK TABLE purchases IN ACCESS SHARE MODE"); // its keys have to wait
        setTimeout(() => stop.abort(reason), 100);
        await assert.rejects(sink.finish(toyManifest(20), toyProgress(20), stop.signal), reason);
        await sessionsEnd(database);
      }));
    await database.ask("ALTER TABLE purchases ADD CONSTRAINT purchases_number_check CHECK (number >= 1) NOT VALID");
    const again = database.open();
    assert.equal((await again.inspect()).kind, "partial");
    await again.begin(toyManifest(20), "resume");
    await again.finish(toyManifest(20), toyProgress(20));
    await loadToy(database.open({ schema: "whole" }), 20);
    assert.deepEqual(await dump(database), await dump(database, "whole"));
  }));

/** Waits until the server has noticed that the sink is gone. */
async function sessionsEnd({ ask }: ToyDatabase): Promise<void> {
  const sessions = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'datagen' AND datname = current_database()";
  while ((await ask(sessions)).length > 0) await sleep(50);
}

test("an extended run holds what a fresh one holds, and its rows came under the constraints", () =>
  inDatabase(async (database) => {
    await loadToy(database.open({ schema: "fresh" }), 40);
    await loadToy(database.open({ schema: "grown" }), 15);
    const sink = database.open({ schema: "grown" });
    assert.equal((await sink.inspect()).kind, "complete");
    await sink.begin(toyManifest(40), "extend");
    await writeToy(sink, 15, 25);
    await refused(writeToy(sink, 20, 25).then(() => sink.commit(toyProgress(25))), /buyers_\w+_?key"/, SinkError);
    await sink.close();
    const again = database.open({ schema: "grown" });
    assert.deepEqual((await again.inspect()).progress, toyProgress(25));
    await again.begin(toyManifest(40), "resume");
    await finishToy(again, 25, 40);
    assert.deepEqual(await dump(database, "grown"), await dump(database, "fresh"));
  }));

test("replace empties the tables, and begins their numbers again", () =>
  inDatabase(async (database) => {
    await loadToy(database.open(), 30);
    await database.ask("CREATE INDEX mine ON buyers (name)");
    const sink = database.open();
    await sink.inspect();
    await sink.begin(toyManifest(10), "replace");
    const { kind, manifest, progress } = await sink.inspect();
    assert.deepEqual([kind, manifest, progress], ["partial", toyManifest(10), { units: 0, rows: {} }]);
    await finishToy(sink, 0, 10);
    assert.deepEqual(await database.ask("SELECT min(incremental_id), max(incremental_id) FROM purchases"), [[
      "1",
      "30",
    ]]);
    await database.ask("DROP INDEX mine"); // it was not datagen's, so it stood
    await loadToy(database.open({ schema: "fresh" }), 10);
    assert.deepEqual(await dump(database), await dump(database, "fresh"));
  }));

test("replace with other entities empties what was there, and makes what is missing", () =>
  inDatabase(async (database) => {
    await loadToy(database.open(), 10);
    const masters = database.open({}, [buyer]);
    await masters.begin(toyManifest(5), "replace");
    await finishToy(masters, 0, 5);
    assert.deepEqual(await masters.counts(), { buyers: 5 });
    assert.deepEqual(await database.ask("SELECT count(*) FROM purchases"), [["0"]]);
    await masters.close();
    const all = database.open();
    await all.begin(toyManifest(10), "replace");
    await finishToy(all, 0, 10);
    await loadToy(database.open({ schema: "fresh" }), 10);
    assert.deepEqual(await dump(database), await dump(database, "fresh"));
  }));

test("tables that were made by the script of datagen schema are filled as they are", () =>
  inDatabase(async (database) => {
    await database.ask(postgresScript(toyEntities));
    const sink = database.open();
    assert.deepEqual(await sink.inspect(), { kind: "empty" });
    await loadToy(sink, 10);
    await loadToy(database.open({ schema: "fresh" }), 10);
    assert.deepEqual(await dump(database), await dump(database, "fresh"));
  }));

for (
  const [statement, text] of [
    ["CREATE TABLE buyers (name varchar(40) NOT NULL)", /column "incremental_id" of table "buyers" is missing$/],
    ["CREATE VIEW stands AS SELECT 1", /"stands" is a view$/],
    ["ALTER TABLE buyers ADD age int NOT NULL", /table "buyers" has a column "age" that .*default and NOT NULL$/],
    ["ALTER TABLE buyers ALTER name TYPE text", /column "name" of table "buyers" is text and not varchar\(40\)$/],
    ["ALTER TABLE buyers ALTER since DROP NOT NULL", /column "since" of table "buyers" may be null$/],
    ["ALTER TABLE purchases ALTER note SET NOT NULL", /column "note" of table "purchases" may not be null$/],
    ["INSERT INTO stands VALUES (gen_random_uuid(), null, 1)", /its table "stands" was not made by datagen$/],
    ["ALTER TABLE datagen_manifest DROP value", /its table "datagen_manifest" was not made by datagen$/],
  ] as const
) {
  test(`PostgresSink.inspect() refuses a schema after ${statement}`, () =>
    inDatabase(async ({ open, ask }) => {
      if (!/^CREATE (TABLE b|V)/.test(statement)) await ask(columnsOnly);
      await ask(statement);
      const before = await ask("SELECT relname FROM pg_class ORDER BY oid");
      await refused(open().inspect(), text);
      await refused(open().begin(toyManifest(5), "replace"), text);
      assert.deepEqual(await ask("SELECT relname FROM pg_class ORDER BY oid"), before);
    }));
}

/** Tables whose rows nothing refers to. */
const columnsOnly = postgresScript([buyer, purchase, stand], "public", []);

test("PostgresSink.inspect() hints at reset for tables of another shape only where it would drop them", () =>
  inDatabase(async ({ open, ask }) => {
    const hint = async () => await open().inspect().then(() => "", (error: TargetError) => error.hint);
    await ask("CREATE TABLE buyers (age int)");
    assert.equal(await hint(), "choose another schema with `schema`");
    await ask("DROP TABLE buyers");
    await loadToy(open(), 1);
    await ask("ALTER TABLE buyers DROP since");
    assert.equal(
      await hint(),
      "choose another schema with `schema`, or drop datagen's tables with datagen reset",
    );
  }));

test("PostgresSink.inspect() tells of a table that was dropped since", () =>
  inDatabase(async ({ open, ask }) => {
    await loadToy(open(), 5);
    await ask("DROP TABLE stands");
    const { kind, loss } = await open().inspect();
    assert.deepEqual([kind, loss], ["complete", { kind: "recreated", detail: 'table "stands" has been dropped' }]);
  }));

test("a second PostgresSink on the same schema is refused, on another it is not", () =>
  inDatabase(async ({ open }) => {
    const first = open();
    await first.inspect();
    await open({ schema: "other" }).inspect();
    await refused(open().inspect(), /it is being written by another process$/);
    await first.close();
    await open().inspect();
  }));

/** Ends the sessions that hold locks of datagen, as a server or a pooler may do by itself. */
async function loseLocks({ ask }: ToyDatabase): Promise<void> {
  const locks = `FROM pg_locks JOIN pg_database AS d ON d.oid = database
    WHERE locktype = 'advisory' AND datname = current_database()`;
  await ask(`SELECT pg_terminate_backend(pid) ${locks}`);
  while ((await ask(`SELECT 1 ${locks}`)).length > 0) await sleep(20);
}

test("a load whose lock is lost writes no row once another load has taken the schema", () =>
  inDatabase(async (database) => {
    await loadToy(database.open({ schema: "whole" }), 50);
    const first = database.open({ schema: "shop" });
    await first.begin(toyManifest(50), "create");
    await writeToy(first, 0, 20);
    await first.write(toyBatch(20, 25));
    await loseLocks(database);
    await writeToy(first, 25, 30); // its own marks are still there
    const second = database.open({ schema: "shop" });
    assert.deepEqual((await second.inspect()).progress, toyProgress(30));
    await second.begin(toyManifest(50), "resume");
    const other = /^Cannot write to \S+: another datagen writes to this schema$/;
    await refused(writeToy(first, 30, 40), other, SinkError);
    await finishToy(second, 30, 50);
    assert.deepEqual(await dump(database, "shop"), await dump(database, "whole"));
  }));

test("of two loads that saw the same state, however they came to it, only one begins", () =>
  inDatabase(async (database) => {
    for (const [schema, customers] of [["new", 0], ["grown", 10]] as const) {
      if (customers > 0) await loadToy(database.open({ schema }), customers);
      const [one, other] = [database.open({ schema }), database.open({ schema })];
      await one.inspect();
      await loseLocks(database);
      await other.inspect();
      const mode = customers > 0 ? "extend" : "create";
      const begun = await Promise.allSettled([one, other].map((sink) => sink.begin(toyManifest(30), mode)));
      const [failed, more] = begun.filter(({ status }) => status === "rejected") as PromiseRejectedResult[];
      assert.match(String(failed?.reason), /Cannot use \S+: another datagen writes to this schema$/);
      assert.equal(more, undefined);
    }
  }));

test("PostgresSink.brokenReferences() finds what a foreign key no longer prevents", () =>
  inDatabase(async ({ open, ask }) => {
    await loadToy(open(), 5);
    await ask("ALTER TABLE purchases DROP CONSTRAINT purchases_buyer_id_fkey");
    await ask("ALTER TABLE stands DROP CONSTRAINT stands_buyer_id_fkey");
    await ask("DELETE FROM buyers WHERE name IN ('Buyer 1', 'Buyer 2')");
    assert.deepEqual(await open().brokenReferences(), [
      { entity: "purchases", field: "buyer_id", parent: "buyers", rows: 6 },
      { entity: "stands", field: "buyer_id", parent: "buyers", rows: 4 },
    ]);
  }));

test("a row that a constraint refuses fails the finish, which names the constraint and no value", () =>
  inDatabase(async ({ open }) => {
    const sink = open();
    await sink.begin(toyManifest(5), "create");
    await sink.write({ buyers: toyBatch(0, 1)["buyers"]!, purchases: toyBatch(1, 2)["purchases"]! });
    await refused(sink.finish(toyManifest(5), toyProgress(5)), /purchases_buyer_id_fkey"$/, SinkError);
    await sink.close();
    assert.equal((await open().inspect()).kind, "partial");
  }));

test("a session that the server ends fails what is written next, and the commit before stands", () =>
  inDatabase(async ({ open, ask }) => {
    const sink = open();
    await sink.begin(toyManifest(50), "create");
    await writeToy(sink, 0, 10);
    await ask(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'datagen' AND datname = current_database()`);
    const reason = /^Cannot write to \S+: terminating connection due to administrator command$/;
    await refused(writeToy(sink, 10, 50), reason, SinkError);
    await sink.close();
    assert.deepEqual((await open().inspect()).progress, toyProgress(10));
  }));

test("findMade() lists what datagen made, and dropMade() drops no more", () =>
  inDatabase(async ({ open, ask, connection }) => {
    assert.deepEqual(await findMade(connection, "shop"), { tables: [], schema: "not made" });
    await loadToy(open({ schema: "shop" }), 5);
    await ask("CREATE TABLE shop.mine (a int)");
    const made = await findMade(connection, "shop");
    assert.equal(made.schema, "stays"); // as it holds mine
    assert.deepEqual(made.tables.slice(0, 3), [
      { table: "buyers", rows: 5 },
      { table: "purchases", rows: 15 },
      { table: "stands", rows: 10 },
    ]);
    await ask("CREATE VIEW shop.rich AS SELECT * FROM shop.buyers");
    for (const drop of [rehearseDrop, dropMade]) {
      await refused(
        drop(connection, "shop"),
        /cannot drop .+ because .+ \(view shop\.rich depends on table shop\.buyers\)$/,
      );
    }
    await ask("DROP VIEW shop.rich");
    await rehearseDrop(connection, "shop");
    assert.equal((await findMade(connection, "shop")).tables.length, 5);
    const dropped = await dropMade(connection, "shop");
    assert.deepEqual([dropped.tables.length, dropped.schema], [5, false]);
    assert.deepEqual(await ask("SELECT relname FROM pg_class WHERE relnamespace = 'shop'::regnamespace"), [["mine"]]);
    assert.deepEqual(await findMade(connection, "shop"), { tables: [], schema: "not made" });
  }));

test("examine() describes the server, and what stands in the way", () =>
  inDatabase(async ({ ask, connection }) => {
    const { detail, problems } = await examine(connection, toyEntities, "bank");
    assert.match(
      detail,
      /^postgres:\S+\?schema=bank: PostgreSQL 18\.\d+, user \w+, UTF8, no TLS, may make schema bank$/,
    );
    assert.deepEqual(problems, []);
    await ask(`ALTER DATABASE "${connection.database}" SET default_transaction_read_only = on`);
    assert.deepEqual((await examine(connection, toyEntities, "bank")).problems, [
      { problem: "it is read-only", hint: "name the server that takes writes" },
    ]);
  }));
