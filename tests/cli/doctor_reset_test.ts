/** What `doctor` finds before a load does, and what `reset` drops, leaves and refuses, on real servers. */

import assert from "node:assert/strict";
import { bankCatalogue } from "../../src/domains/bank/entities/mod.ts";
import { avroSchema } from "../../src/encoders/avro_schema.ts";
import { inFreshPlaces, loadWords, type Places } from "../support/bank_load.ts";
import { clientOf } from "../support/kafka_targets.ts";
import { tableCounts, withSql } from "../support/postgres_reader.ts";
import { assertFailure, datagen, datagenOk } from "../support/servers_program.ts";
import { privateKafka, testsWith } from "../support/services.ts";

const test = await testsWith("postgres", "kafka", "schemaRegistry", "ownKafka");

function serverWords({ url, bootstrap, registry, prefix }: Places): string[] {
  return [
    ...["--postgres-url", url, "--kafka-bootstrap", bootstrap],
    ...["--schema-registry", registry, "--topic-prefix", prefix],
  ];
}

async function sql(url: string, statements: string): Promise<void> {
  await withSql(url, (client) => client.unsafe(statements).simple());
}

/** Names of the subjects that begin with a prefix. */
async function subjects({ registry, prefix }: Places): Promise<string[]> {
  const all: string[] = await (await fetch(`${registry}/subjects`)).json();
  return all.filter((name) => name.startsWith(`${prefix}.`)).sort();
}

async function topics({ bootstrap, prefix }: Places): Promise<number> {
  const admin = clientOf(bootstrap).admin();
  try {
    const names = ["transactions", "card-transactions", "trades", "installments", "datagen-progress"];
    return (await admin.topics(names.map((name) => `${prefix}.${name}`))).length;
  } finally {
    await admin.close();
  }
}

test("doctor tells versions, the cluster's id, and the line that loads", () =>
  inFreshPlaces(async (places) => {
    const { stdout } = await datagenOk(["doctor", ...serverWords(places)]);
    assert.match(stdout, /^\[OK\] postgres: \S+: PostgreSQL 18\.\d+, user postgres, /m);
    assert.match(stdout, /^\[OK\] kafka: \S+ answers, 1 broker, cluster [\w-]{22}, version not told$/m);
    assert.match(stdout, /^\[OK\] topics: 0 of 5 topics of \S+ exist; this user may make the others$/m);
    assert.match(
      stdout,
      /^\[OK\] registry: \S+ answers, Apicurio 2\.\d\S+, \d+ subjects?, \d of 4 schemas are registered/m,
    );
    const [, line] = /\nNext, with the password in PGPASSWORD: datagen (load --customers 1000 .*)\n$/.exec(stdout)!;
    const password = decodeURIComponent(new URL(places.url).password);
    await datagenOk(line!.replace(" 1000 ", " 1 ").split(" "), { PGPASSWORD: password });
    assert.equal((await tableCounts(places.url))["customers"], 1);
  }));

test("doctor refuses what load would refuse: tables of another shape, copies that no broker can hold", () =>
  inFreshPlaces(async (places) => {
    await sql(places.url, "CREATE TABLE customers (id int)");
    const words = serverWords(places);
    const { status, stdout } = await datagen(["doctor", ...words, "--replication-factor", "3"]);
    assert.equal(status, 1);
    const problem = /^\[FAIL\] postgres: (.*column "\w+" of table "customers" is missing)\n {5}next: (.*)$/m.exec(
      stdout,
    )!;
    const load = await datagen(loadWords(1, places));
    assert.equal(load.stderr, `error: ${problem[1]}\nhint: ${problem[2]}\n`);
    assert.equal(problem[2], "choose another schema with --postgres-schema"); // reset would not drop it
    assert.match(
      stdout,
      /^\[FAIL\] topics: .*unable to replicate.*\n {5}next: give a --replication-factor of at most/m,
    );
    assert.match(stdout, /\nNext: mend what is marked \[FAIL\], then run doctor again with the same options\n$/);
    await sql(places.url, "DROP TABLE customers; CREATE TABLE transactions (id int)");
    assert.equal((await datagen(["doctor", ...words])).status, 0);
    assert.match(
      (await datagen(["doctor", ...words, "--postgres-events"])).stdout,
      /^\[FAIL\] postgres: .*"transactions"/m,
    );
  }));

test("doctor compares topics as topics plan does, and fails for none that only differs", () =>
  inFreshPlaces(async (places) => {
    const { bootstrap, prefix } = places;
    const admin = clientOf(bootstrap).admin();
    const settings = { "retention.ms": "7200000" };
    await admin.createTopics([{ name: `${prefix}.trades`, partitions: 1, replicationFactor: 1, settings }]);
    await admin.close();
    const words = ["--kafka-bootstrap", bootstrap, "--topic-prefix", prefix];
    const doctor = async (...more: string[]) =>
      (await datagenOk(["doctor", "--to", "kafka", ...words, "--no-avro", ...more])).stdout;
    const partitions = `topic ${prefix}.trades has 1 partition, not 3`;
    assert.ok(
      (await doctor()).includes(`\n[--] topics: ${partitions}\n     next: "datagen topics apply" changes it\n`),
    );
    assert.doesNotMatch(await doctor(), /retention/);
    const retention = `topic ${prefix}.trades has retention.ms 7200000, not 3600000`;
    assert.ok((await doctor("--retention-hours", "1")).includes(`\n[--] topics: ${retention}\n`));
    const plan = await datagenOk(["topics", "plan", ...words, "--retention-hours", "1"]);
    assert.ok(plan.stdout.includes(partitions) && plan.stdout.includes(retention));
  }));

test("doctor fails where a user may make no topics, as load does", async () => {
  const config = {
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "super.users": "User:ANONYMOUS", // the broker itself; whoever logs in has no right
  };
  await using broker = await privateKafka({ secure: true, config });
  const { saslPlaintext, user, password } = broker.secure!;
  const words = ["--to", "kafka", "--kafka-bootstrap", saslPlaintext, "--kafka-user", user, "--no-avro"];
  const environment = { DATAGEN_KAFKA_PASSWORD: password };
  const { status, stdout } = await datagen(["doctor", ...words], environment);
  assert.equal(status, 1);
  assert.match(stdout, /^\[OK\] kafka: /m);
  assert.match(stdout, /^\[FAIL\] topics: .*the right Create on Topic \S+ is missing \(authorization failed\)$/m);
  const found = /^\[FAIL\] rights: (the rights Write on .* are missing)\n {5}next: (.*)$/m.exec(stdout)!;
  const { stderr } = await datagen(["load", "--customers", "1", "--create-topics", ...words], environment);
  assert.deepEqual(stderr.split("\n").slice(0, 2), [
    `error: Cannot use kafka://${saslPlaintext}: ${found[1]}`,
    `hint: ${found[2]}`,
  ]);
});

test("doctor names the page that describes the properties of -X when one is unknown", async () => {
  const { status, stdout } = await datagen(["doctor", "--to", "kafka", "--no-avro", "-X", "foo.bar=1"]);
  assert.equal(status, 1);
  assert.match(
    stdout,
    /"foo\.bar": librdkafka has no such property\n {5}next: https:\S+CONFIGURATION\.md lists the properties/,
  );
});

test("reset leaves a subject that was there before, and says so", () =>
  inFreshPlaces(async (places) => {
    const subject = `${places.prefix}.transactions-value`;
    const schema = JSON.stringify(avroSchema(bankCatalogue.find(({ name }) => name === "transactions")!));
    const answer = await fetch(`${places.registry}/subjects/${subject}/versions`, {
      method: "POST",
      headers: { "Content-Type": "application/vnd.schemaregistry.v1+json" },
      body: JSON.stringify({ schema }),
    });
    assert.equal(answer.status, 200, await answer.text());
    const words = [...loadWords(3, places), "--skip-postgres"];
    await datagenOk(words);
    await datagenOk([...words, "--truncate"]); // finds all four subjects there
    const { stdout } = await datagenOk(["reset", "--to", "kafka", ...serverWords(places).slice(2), "--yes"]);
    assert.equal(stdout.match(/^ {2}dropped subject /gm)?.length, 3);
    assert.ok(stdout.endsWith(`\n  left subject ${subject}, which was there before\n`), stdout);
    assert.deepEqual(await subjects(places), [subject]);
  }));

test("reset drops nothing on any server when a table cannot be dropped", () =>
  inFreshPlaces(async (places) => {
    await datagenOk(loadWords(3, places));
    await sql(places.url, "CREATE VIEW names AS SELECT name FROM customers");
    const words = ["reset", ...serverWords(places), "--yes"];
    const refused = await datagen(words);
    assertFailure(refused, {
      status: 2,
      error: /.*other objects depend on.* \(view names depends on table customers\)$/,
      hint: /remove what depends on the tables/,
    });
    assert.equal(refused.stdout, "");
    assert.equal((await subjects(places)).length, 4);
    assert.equal(await topics(places), 5);
    await sql(places.url, "DROP VIEW names");
    await datagenOk(words);
    assert.deepEqual([await subjects(places), await topics(places), await tableCounts(places.url)], [[], 0, {}]);
  }));

test("reset tells a user who does not own the tables to log in as their owner", () =>
  inFreshPlaces(async (places) => {
    await datagenOk([...loadWords(1, places), "--skip-kafka"]);
    const name = `ana_${crypto.randomUUID().slice(0, 8)}`;
    await sql(
      places.url,
      `CREATE ROLE ${name} LOGIN PASSWORD 'ana-test-password'; GRANT ALL ON ALL TABLES IN SCHEMA public TO ${name}`,
    );
    try {
      const url = new URL(places.url);
      [url.username, url.password] = [name, "ana-test-password"];
      assertFailure(await datagen(["reset", "--to", "postgres", "--postgres-url", url.href, "--yes"]), {
        status: 2,
        error: /Cannot reset \S+: must be owner of table \w+$/,
        hint: /log in as the owner of the tables$/,
      });
    } finally {
      await sql(places.url, `DROP OWNED BY ${name}; DROP ROLE ${name}`);
    }
  }));

for (const json of [false, true]) {
  test(`reset ${json ? "--json " : ""}tells what was dropped before something failed`, () =>
    inFreshPlaces(async (places) => {
      await datagenOk([...loadWords(3, places), "--skip-postgres"]);
      const kept = `${places.prefix}.trades-value`;
      await using proxy = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
        const { pathname } = new URL(request.url);
        if (request.method === "DELETE" && pathname.includes(kept)) return new Response("{}", { status: 403 });
        return fetch(`${places.registry}${pathname}`, { method: request.method });
      });
      const registry = `http://127.0.0.1:${proxy.addr.port}`;
      const words = ["reset", "--to", "kafka", ...serverWords({ ...places, registry }).slice(2), "--yes"];
      const { status, stdout, stderr } = await datagen(json ? [...words, "--json"] : words);
      assert.equal(status, 1);
      assert.match(
        stderr,
        /^error: Cannot delete the subject \S+trades-value at the Schema Registry \S+: the right to delete the subject is missing\n/,
      );
      const [target] = json ? JSON.parse(stdout).targets : [{ drops: stdout.match(/(?<=\n {2}dropped ).*/g) }];
      const gone = ["card-transactions", "installments"].map((name) => `${places.prefix}.${name}-value`);
      assert.deepEqual(target.drops, gone.map((subject) => `subject ${subject} at ${registry}`));
      assert.equal(await topics(places), 5);
    }));
}
