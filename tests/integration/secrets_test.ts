/**
 * Passwords and tokens never show, however much is told. `datagen` and `runProgram` of the tests' support look for them
 * in everything that the program writes in any test; here it is made to tell as much as it can.
 */

import assert from "node:assert/strict";
import { withSql } from "../support/postgres_reader.ts";
import { assertNoSecrets, REGISTRY_PASSWORD, REGISTRY_TOKEN, WRONG_PASSWORD } from "../support/secrets.ts";
import { freshDatabase, freshPrefix, privateKafka, schemaRegistry, testsWith } from "../support/services.ts";
import { datagen, datagenOk, RunningProgram } from "../support/servers_program.ts";

const test = await testsWith("postgres", "ownKafka", "schemaRegistry");

const LOUD = [["--log-level", "debug"], ["--log-level", "debug", "--log-format", "json", "--verbose"], ["--json"]];

test("assertNoSecrets() finds a password as it is, in a URL, and in basic authentication", () => {
  for (const before of ["", "u:", "uu:", "uuu:"]) {
    assert.throws(() => assertNoSecrets(`Basic ${btoa(before + REGISTRY_PASSWORD)}`, "here"), /here shows the secret/);
  }
  assert.throws(() => assertNoSecrets(`postgres://u:${WRONG_PASSWORD}@h/d`, "here"), /here shows the secret/);
  assertNoSecrets("postgres://u@h/d", "here");
});

test("load, doctor, topics and reset tell no password of PostgreSQL, Kafka or the registry, when all is well", () =>
  freshDatabase(async ({ url }) => {
    await using broker = await privateKafka({ secure: true });
    const registry = new URL((await schemaRegistry()).url);
    registry.username = "loader";
    registry.password = REGISTRY_PASSWORD;
    const { saslSsl, caFile, user, password } = broker.secure!;
    const kafka = ["--kafka-bootstrap", saslSsl, "--topic-prefix", freshPrefix(), "--kafka-ca", caFile];
    const login = ["--kafka-user", user, "--kafka-sasl", "scram-sha-512", "--schema-registry", registry.href];
    const where = ["--postgres-url", url, ...kafka, ...login];
    const environment = { DATAGEN_KAFKA_PASSWORD: password };
    for (const loud of LOUD) {
      const { status, stderr } = await datagen(
        ["load", "--customers", "20", "--create-topics", ...where, ...loud],
        environment,
      );
      assert.equal(status, 0, stderr);
    }
    const byProperty = [...where, "-X", `sasl.password=${password}`];
    for (const command of [["doctor"], ["doctor", "--json"]]) await datagenOk([...command, ...byProperty]);
    await datagenOk(["topics", "plan", ...kafka, ...login.slice(0, 4)], environment);
    await datagenOk(["reset", ...byProperty]);
    await withSql(url, async (sql) => {
      const held = await sql`SELECT to_jsonb(t)::text AS held FROM datagen_manifest t`;
      assert.notEqual(held.length, 0);
      assertNoSecrets(JSON.stringify(held), "datagen_manifest");
    });
    await datagenOk(["reset", "--yes", ...byProperty]);
  }));

test("load and doctor tell no password or token when they are wrong, not even with --verbose", async () => {
  await using broker = await privateKafka({ secure: true });
  await using registry = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    // a registry that repeats what it was sent
    (request) => Response.json({ error_code: 401, message: request.headers.get("authorization") }, { status: 401 }),
  );
  await freshDatabase(async ({ url }) => {
    const wrong = new URL(url);
    wrong.password = WRONG_PASSWORD;
    const { saslPlaintext, user } = broker.secure!;
    const environment = { DATAGEN_KAFKA_PASSWORD: WRONG_PASSWORD, DATAGEN_SCHEMA_REGISTRY_TOKEN: REGISTRY_TOKEN };
    const address = `http://127.0.0.1:${registry.addr.port}`;
    const kafka = ["--kafka-bootstrap", saslPlaintext, "--kafka-user", user, "--schema-registry", address];
    const loud = ["--log-level", "debug", "--verbose"];
    const cases = [
      ["load", "--postgres-url", wrong.href, "--skip-kafka"],
      ["load", "--skip-postgres", ...kafka],
      ["load", "--skip-postgres", "--kafka-bootstrap", broker.bootstrap, "--schema-registry", address],
      ["doctor", "--postgres-url", wrong.href, ...kafka],
    ];
    for (const words of cases) {
      assert.notEqual(
        (await new RunningProgram([...words, ...loud], environment).outcome()).status,
        0,
        words.join(" "),
      );
    }
  });
});
