/**
 * The command lines of the original documents, with `datagen load` in the place of `load_data.py`, and what they must
 * do. Addresses come from the variables that complete a chosen server, so the words are those of the documents; where
 * those ask for 10,000 customers and more, the test asks for fewer.
 */

import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { EVENTS, eventsOf } from "../support/bank_load.ts";
import { assertTopics, readerTestsWith, readTopics } from "../support/kafka_reader.ts";
import { tableCounts, tableDigests, withSql } from "../support/postgres_reader.ts";
import { inFreshFolder, type Outcome } from "../support/program.ts";
import { freshDatabase, privateKafka, privateSchemaRegistry } from "../support/services.ts";
import { assertFailure, datagen, datagenOk } from "../support/servers_program.ts";

const test = await readerTestsWith("postgres", "ownKafka", "ownSchemaRegistry");

const MASTERS = ["customers", "properties", "stocks", "accounts", "credit_cards", "loans"] as const;
const OK_LINE = /^\[OK\] ([\w .-]+): (\d+) (?:rows|events)$/gm;

/** Lines of later issues, each with what it needs; until then they are refused. Alone, --rate and --duration are not. */
const NOT_YET = [
  { words: "load --stream --duration 3600 --rate 1000", needs: /this version sends no live events/ },
  { words: "stream --rate 1000 --duration 3600", needs: /there is no such command/ },
  { words: "stream --domain retail", needs: /there is no such command/ },
] as const;

/** Servers for one line after the other, as a person has them. */
interface Desk {
  readonly env: Readonly<Record<string, string>>;
  readonly url: string;
  readonly bootstrap: string;
  readonly registry: string;
}

test("the command lines of the original documents do what they say", async (context) => {
  await using broker = await privateKafka();
  await using registry = await privateSchemaRegistry();

  /** A step with an empty database and no topics. */
  const step = (name: string, fn: (desk: Desk) => Promise<void>) =>
    context.step(name, () =>
      freshDatabase(async ({ url, host, port, user, password, database }) => {
        const env = {
          PGHOST: host,
          PGPORT: String(port),
          PGUSER: user,
          PGPASSWORD: password,
          PGDATABASE: database,
          KAFKA_BOOTSTRAP: broker.bootstrap,
          SCHEMA_REGISTRY_URL: registry.url,
        };
        try {
          await fn({ env, url, bootstrap: broker.bootstrap, registry: registry.url });
        } finally {
          await datagenOk(["reset", "--to", "kafka", "--yes"], env);
        }
      }));

  await step("without an option of a server: SQLite, and the line that loads both", sqliteLines);
  await step("--create-topics, --truncate, --workers, --fast: both servers", bothLines);
  await step("strategy 2: Kafka first, PostgreSQL later", kafkaFirst);
  await step("--skip-kafka, --skip-postgres: one server", oneServer);
  await step("strategies 3 and 4: again and again", repeated);
  await step("--retention-hours, --replication-factor, --kafka-cluster: new topics", topicOptions);
  await step("--postgres-url, --kafka-bootstrap and --schema-registry: there", addresses);
  await step("--no-avro, --no-cloudevents", plainRecords);
  await step("the checks that the guides tell people to run", guideChecks);
});

test("benchmark.py and generate_sample_data.py have their counterparts, and what is not there yet is refused", () =>
  inFreshFolder(async (cwd) => {
    await datagenOk(["load", "--customers", "10", "--to", "json:local"], {}, { cwd });
    const ignored = await datagen(["load", "--customers", "1", "--rate", "1000", "--duration", "3600"], {}, { cwd });
    assert.deepEqual(
      [ignored.status, ignored.stderr.match(/^warn: --(?:rate|duration) has no effect: .*$/gm)?.length],
      [0, 2],
    );
    assert.equal(JSON.parse(await Deno.readTextFile(join(cwd, "local", "customers.json"))).length, 10);
    for (const { words, needs } of NOT_YET) {
      const outcome = await datagen(words.split(" "), {}, { cwd });
      assertFailure(outcome, { status: 2, error: new RegExp(`.*${needs.source}`), hint: /.+/ });
    }
  }));

function load(words: string, { env }: Desk): Promise<Outcome> {
  return datagenOk(["load", ...words.split(" ").filter((word) => word !== "")], env);
}

async function sqliteLines({ env, url }: Desk): Promise<void> {
  for (const [words, customers] of [["", 100], ["--customers 10", 10], ["--customers 500 --seed 42", 500]] as const) {
    await inFreshFolder(async (cwd) => {
      const args = ["load", ...words.split(" ").filter((word) => word !== "")];
      const { stdout } = await datagenOk(args, env, { cwd });
      assert.match(stdout, /into PostgreSQL and Kafka: add --to postgres --to kafka$/m);
      const base = new DatabaseSync(join(cwd, "datagen.sqlite"), { readOnly: true });
      assert.deepEqual({ ...base.prepare("SELECT count(*) AS rows FROM customers").get() }, { rows: customers });
      base.close();
      assertFailure(await datagen(["load", "--customers", "10000", "--seed", "2024"], env, { cwd }), {
        status: 2,
        error: /Cannot load seed 2024 into sqlite:datagen\.sqlite: it holds seed 42$/,
        hint: /--truncate replaces what is there/,
      });
    });
  }
  assert.deepEqual(await tableCounts(url), {}); // PGHOST alone never redirects a load
}

async function bothLines(desk: Desk): Promise<void> {
  const held = async () => {
    const { bootstrap, registry } = desk;
    const { topics, shape } = await readTopics({ bootstrap, registry, prefix: "banking", digest: true });
    assert.deepEqual(EVENTS.map((name) => shape[name]!.partitions), [6, 6, 3, 3]);
    return { tables: await tableDigests(desk.url), topics };
  };
  const loads = async (words: string, customers: number) => {
    assertSaysAll(await load(words, desk), customers);
    return await held();
  };
  await loads("--customers 500 --create-topics", 500);
  const hundred = await loads("--customers 100 --seed 42 --create-topics --truncate", 100);
  const other = await loads("--customers 120 --seed 42 --create-topics --truncate", 120); // 10000 in the documents
  assert.notDeepEqual(other, hundred);
  const eight = await loads("--customers 100 --workers 8 --create-topics --truncate", 100); // 100000
  const fast = await loads("--customers 100 --fast --create-topics --truncate", 100); // 1000000, without --fast
  assert.deepEqual([eight, fast], [hundred, hundred]);
  await load("--customers 100 --seed 42 --create-topics", desk); // once more, which changes nothing
  assert.deepEqual(await held(), hundred);
}

async function kafkaFirst(desk: Desk): Promise<void> {
  const { url: postgres, bootstrap, registry } = desk;
  await load("--customers 100 --seed 42 --skip-postgres --create-topics", desk);
  assert.deepEqual(await tableCounts(postgres), {});
  await load("--customers 100 --seed 42 --skip-kafka --truncate", desk);
  const topics = await assertTopics({ bootstrap, registry, postgres, prefix: "banking" });
  assert.notEqual(topics["transactions"]!.records, 0);
}

async function oneServer(desk: Desk): Promise<void> {
  await load("--customers 1000 --skip-kafka", desk);
  assert.equal((await tableCounts(desk.url))["customers"], 1000);
  assert.match((await datagenOk(["topics", "plan"], desk.env)).stdout, /banking\.transactions is missing/);
  const { stdout } = await load("--customers 1000 --skip-postgres --json", desk);
  const { bootstrap, registry } = desk;
  await assertTopics({ bootstrap, registry, prefix: "banking", expect: eventsOf(JSON.parse(stdout).rows) });
}

async function repeated(desk: Desk): Promise<void> {
  await load("--customers 500 --seed 42 --skip-kafka --truncate", desk);
  const first = await tableDigests(desk.url);
  await load("--customers 500 --seed 42 --skip-kafka --truncate", desk);
  assert.deepEqual(await tableDigests(desk.url), first);

  const sent = async () => {
    const { bootstrap, registry } = desk;
    const { topics } = await readTopics({ bootstrap, registry, prefix: "banking", digest: true });
    return EVENTS.map((name) => topics[name]!.records);
  };
  const words = "--customers 500 --seed 42 --skip-postgres --create-topics";
  await load(words, desk);
  const once = await sent();
  assert.match((await load(words, desk)).stdout, /: already complete; --resend sends it again/);
  assert.deepEqual(await sent(), once);
  await load(`${words} --resend`, desk);
  assert.deepEqual(await sent(), once.map((records) => 2 * records));
}

async function topicOptions(desk: Desk): Promise<void> {
  const tooMany = { status: 2, error: /.*replication.*/i, hint: /.+/ } as const;
  const words = ["load", "--customers", "10", "--create-topics", "--skip-postgres"];
  assertFailure(await datagen([...words, "--replication-factor", "3"], desk.env), tooMany);
  assertFailure(await datagen([...words, "--kafka-cluster", "oss"], desk.env), tooMany); // which means 3 copies
  const three = await datagenOk(["topics", "plan", "--replication-factor", "3"], desk.env);
  assert.equal(three.stdout.match(/ partitions?, replication factor 3, /g)?.length, 5);
  await load("--customers 10 --create-topics --skip-postgres --retention-hours 168", desk);
  const plan = async (hours: string) =>
    (await datagenOk(["topics", "plan", "--retention-hours", hours], desk.env)).stdout;
  assert.match(await plan("168"), /^5 topics at \S+ are as they should be\n$/);
  assert.match(await plan("8"), /banking\.trades has retention\.ms 604800000, not 28800000/);
}

async function addresses(desk: Desk): Promise<void> {
  const { url, bootstrap, registry } = desk;
  const brokers = `${bootstrap},${bootstrap.replace("127.0.0.1", "localhost")}`;
  const words = ["--postgres-url", url, "--kafka-bootstrap", brokers, "--schema-registry", registry];
  const nowhere = {
    PGHOST: "no-such-host.invalid",
    KAFKA_BOOTSTRAP: "no-such-host.invalid:9092",
    SCHEMA_REGISTRY_URL: "http://no-such-host.invalid:8081",
  };
  const { stdout } = await datagenOk(["load", ...words], nowhere);
  const expect = assertSaysAll({ stdout }, 100);
  assert.equal((await tableCounts(url))["customers"], 100);
  await assertTopics({ bootstrap, registry, prefix: "banking", postgres: url, expect: eventsOf(expect) });
}

async function plainRecords(desk: Desk): Promise<void> {
  const { url, bootstrap } = desk;
  const { stdout } = await load("--customers 10 --create-topics --no-avro --no-cloudevents --json", desk);
  const expect = eventsOf(JSON.parse(stdout).rows);
  await assertTopics({ bootstrap, prefix: "banking", postgres: url, expect, cloudEvents: false });
}

async function guideChecks(desk: Desk): Promise<void> {
  const { url, bootstrap, registry } = desk;
  const { stdout } = await load("--customers 1000 --create-topics", desk);
  const told = assertSaysAll({ stdout }, 1000);
  await withSql(url, async (sql) => {
    for (const table of MASTERS) {
      const [row] = await sql`SELECT count(*)::int AS rows FROM ${sql(table)}`;
      assert.equal(row!["rows"], told[table], table);
    }
    const [joined] = await sql`SELECT count(DISTINCT c.customer_id)::int AS customers, count(a.account_id)::int AS some
      FROM customers c LEFT JOIN accounts a ON a.customer_id = c.customer_id
      LEFT JOIN credit_cards k ON k.customer_id = c.customer_id`;
    assert.equal(joined!["customers"], 1000);
    assert.equal(joined!["some"] >= told["accounts"]!, true);
  });
  const { topics, shape } = await readTopics({ bootstrap, registry, prefix: "banking", digest: true });
  for (const name of EVENTS) {
    assert.equal(topics[name]!.records, told[name]);
    assert.equal(shape[name]!.offsets >= told[name]!, true); // the ends of transactions take offsets
  }
  const subjects = await (await fetch(`${registry}/subjects`)).json();
  assert.equal(subjects.includes("banking.transactions-value"), true);
  const latest = await (await fetch(`${registry}/subjects/banking.transactions-value/versions/latest`)).json();
  assert.equal(JSON.parse(latest.schema).name, "Transaction");
  assert.equal((await fetch(`${registry}/config`)).status, 200);
}

/** Name of an entity's topic. */
function topicOf(entity: string): string {
  return `banking.${entity.replaceAll("_", "-")}`;
}

/** Makes sure that the closing lines name all tables and topics, and gives the rows that they tell, by entity too. */
function assertSaysAll({ stdout }: Pick<Outcome, "stdout">, customers: number): Record<string, number> {
  const told = Object.fromEntries([...stdout.matchAll(OK_LINE)].map(([, name, rows]) => [name!, Number(rows)]));
  for (const name of [...MASTERS, ...EVENTS.map(topicOf)]) assert.equal(name in told, true, `${name}\n${stdout}`);
  assert.equal(told["customers"], customers);
  assert.match(stdout, /\nValidation: ALL OK\n$/);
  return { ...told, ...Object.fromEntries(EVENTS.map((name) => [name, told[topicOf(name)]!])) };
}
