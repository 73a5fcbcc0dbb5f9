/**
 * Passwords and tokens never show, however much is told. `datagen` and `runProgram` of the tests' support look for them
 * in everything that the program writes in any test; here it is made to tell as much as it can.
 */

import assert from "node:assert/strict";
import { withSql } from "../support/postgres_reader.ts";
import {
  assertNoSecrets,
  QUERY_TOKEN,
  READER_PASSWORD,
  REGISTRY_PASSWORD,
  REGISTRY_TOKEN,
  WRAPPED_TOKEN,
  WRONG_PASSWORD,
} from "../support/secrets.ts";
import { freshDatabase, freshPrefix, kafka, privateKafka, schemaRegistry, testsWith } from "../support/services.ts";
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

test("assertNoSecrets() finds a part of a password, a line of a token, and what JSON or a URL makes of them", () => {
  for (const secret of [WRONG_PASSWORD, REGISTRY_PASSWORD, READER_PASSWORD, WRAPPED_TOKEN]) {
    const parts = secret.split(/[,'"/@%\n]/);
    assert.ok(parts.length > 1);
    for (const text of [...parts, secret.replaceAll(/\s/g, " "), JSON.stringify(secret), encodeURIComponent(secret)]) {
      assert.throws(() => assertNoSecrets(`a ${text} b`, "here"), /here shows the secret/);
    }
  }
});

test("load tells no part of a password that logs in, whatever it is made of, nor of a query", () =>
  freshDatabase(async ({ url }) => {
    await withSql(url, async (sql) => {
      await sql.unsafe(`CREATE ROLE signs SUPERUSER LOGIN PASSWORD '${READER_PASSWORD.replaceAll("'", "''")}'`);
    });
    try {
      const { host, pathname } = new URL(url);
      const address = `postgresql://signs:${READER_PASSWORD}@${host}${pathname}?application_name=tests`; // as it is
      const registry = new URL((await schemaRegistry()).url);
      registry.search = `token=${QUERY_TOKEN}`;
      const where = ["--postgres-url", address, "--schema-registry", registry.href, "--topic-prefix", freshPrefix()];
      const { bootstrap } = await kafka();
      for (const loud of LOUD) {
        const words = [
          "load",
          "--customers",
          "5",
          "--create-topics",
          "--kafka-bootstrap",
          bootstrap,
          ...where,
          ...loud,
        ];
        const { status, stderr, stdout } = await datagen(words);
        assert.equal(status, 0, stderr);
        assert.match(stdout, /--postgres-url \S*postgresql:\/\/signs@/);
      }
    } finally {
      await withSql(url, (sql) => sql.unsafe(`DROP OWNED BY signs CASCADE`));
      await withSql(url, (sql) => sql.unsafe(`DROP ROLE signs`));
    }
  }));

test("load repeats no password of what it cannot use", async () => {
  const command = ["load", "--customers", "5"];
  const cases: readonly (readonly [words: string[], environment?: Record<string, string>])[] = [
    [[`postgresql://u:${WRONG_PASSWORD}@h/d`]],
    [["--postgres-url", `postgresql://u:${WRONG_PASSWORD}@h/d`]],
    [["--postgres-url", `postgres:u:${WRONG_PASSWORD}`]],
    [["--to", `postgres://u:${WRONG_PASSWORD}@h.db`]],
    [["--kafka-bootstrap", `SASL_SSL://u:${WRONG_PASSWORD}@h:9092`]],
    [["--schema-registry", `http://u:${WRONG_PASSWORD}@h`]],
    [["--schema-registry", `http://h:1:2?token=${QUERY_TOKEN}`]],
    [["--to", "kafka", "--no-avro", "-X", `sasl.password ${WRONG_PASSWORD}`]],
    [["--to", "kafka", "--no-avro", "-X", `sasl.pasword=${WRONG_PASSWORD}`]],
    [["--to", "kafka", "--no-avro", "-X", `sasl.oauthbearer.method=${WRONG_PASSWORD}`]],
    [[], { DATAGEN_POSTGRES_URL: `postgres:u:${WRONG_PASSWORD}` }],
    [["--to", "kafka"], { DATAGEN_SCHEMA_REGISTRY_TOKEN: WRAPPED_TOKEN }],
    [["--to", "kafka"], { SCHEMA_REGISTRY_BASIC_AUTH_USER_INFO: WRONG_PASSWORD }],
  ];
  for (const [words, environment] of cases) {
    for (const loud of LOUD) {
      const { status, stderr } = await datagen([...command, ...words, ...loud], environment);
      assert.equal(status, 2, `${words.length} ${stderr}`);
    }
  }
});

test("load, doctor, topics and reset tell no password of PostgreSQL, Kafka or the registry, when all is well", () =>
  freshDatabase(async ({ url }) => {
    await using broker = await privateKafka({ secure: true });
    const registry = new URL((await schemaRegistry()).url);
    registry.username = "loader";
    registry.password = encodeURIComponent(REGISTRY_PASSWORD);
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
    wrong.password = encodeURIComponent(WRONG_PASSWORD);
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
