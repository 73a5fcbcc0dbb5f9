/** Where a command line sends rows, and how it reaches the servers: flag, environment, cluster, default. */

import assert from "node:assert/strict";
import type { Values } from "../../src/cli/parser/flag.ts";
import { LOAD_FLAGS } from "../../src/cli/flags/flags.ts";
import { KINDS } from "../../src/cli/kinds/kinds.ts";
import { domainFlags } from "../../src/cli/flags/population_flags.ts";
import { resend, SERVER_FLAGS } from "../../src/cli/flags/server_flags.ts";
import { parse } from "../../src/cli/parser/parse.ts";
import { resolveKafka, resolvePostgres } from "../../src/cli/settings/servers.ts";
import { type LoadPlan, resolveTargets } from "../../src/cli/settings/targets.ts";
import { targetText } from "../../src/cli/parser/values.ts";

type LoadValues = Values<typeof LOAD_FLAGS>;
type Variables = Readonly<Record<string, string>>;

const DEFAULT_ADDRESS = ["localhost", 5432, "postgres", "postgres", "datagen"];

function valuesOf(line: string): LoadValues {
  const invocation = parse(["load", ...line.split(" ").filter((word) => word !== "")]);
  assert.equal(invocation.kind, "run");
  return (invocation as { words: { values: LoadValues } }).words.values;
}

function planOf(line: string, variables: Variables = {}): Promise<LoadPlan> {
  return resolveTargets(valuesOf(line), (name) => variables[name]);
}

async function targetsOf(line: string, variables: Variables = {}): Promise<string> {
  return (await planOf(line, variables)).targets.map(({ target }) => targetText(target)).join(" ");
}

async function postgresOf(line: string, variables: Variables = {}): Promise<unknown[]> {
  const { connection } = await resolvePostgres(valuesOf(line), (name) => variables[name]);
  return [connection.host, connection.port, connection.user, connection.password, connection.database];
}

function kafkaOf(line: string, variables: Variables = {}) {
  return resolveKafka(valuesOf(line), (name) => variables[name]);
}

for (
  const [line, targets] of [
    ["", "sqlite:datagen.sqlite"],
    ["--customers 10", "sqlite:datagen.sqlite"],
    ["--customers 500 --seed 42 --fast --truncate", "sqlite:datagen.sqlite"],
    ["--customers 500 --create-topics", "postgres kafka"],
    ["--customers 100 --seed 42 --create-topics --truncate", "postgres kafka"],
    ["--customers 1000 --skip-kafka", "postgres"],
    ["--customers 1000 --skip-postgres", "kafka"],
    ["--postgres-url postgresql://u@h/d --kafka-bootstrap a:9092,b:9092 --schema-registry http://r", "postgres kafka"],
    ["--customers 100 --skip-postgres --create-topics", "kafka"],
    ["--customers 500 --seed 42 --skip-kafka --truncate", "postgres"],
    ["--customers 100000 --workers 8 --create-topics --truncate", "postgres kafka"],
    ["--kafka-cluster oss", "postgres kafka"],
    ["--kafka-bootstrap a:9092 --skip-kafka", "postgres"],
    ["--to kafka", "kafka"],
    ["--to kafka --to postgres", "kafka postgres"],
    ["--to sqlite:a --to postgres --postgres-url postgresql://u@h/d", "sqlite:a postgres"],
  ] as const
) {
  Deno.test(`load ${line} goes to ${targets}`, async () => assert.equal(await targetsOf(line), targets));
}

Deno.test("DATAGEN_POSTGRES_URL and DATAGEN_KAFKA_BOOTSTRAP choose both servers; --to is exact all the same", async () => {
  assert.equal(await targetsOf("", { DATAGEN_POSTGRES_URL: "postgresql://u@h/d" }), "postgres kafka");
  assert.equal(await targetsOf("", { DATAGEN_KAFKA_BOOTSTRAP: "a:9092" }), "postgres kafka");
  assert.equal(await targetsOf("--to csv:out", { DATAGEN_KAFKA_BOOTSTRAP: "a:9092" }), "csv:out");
});

Deno.test("PGHOST, KAFKA_BOOTSTRAP and SCHEMA_REGISTRY_URL choose nothing", async () => {
  const variables = { PGHOST: "prod", KAFKA_BOOTSTRAP: "prod:9092", SCHEMA_REGISTRY_URL: "http://prod:8081" };
  assert.equal(await targetsOf("", variables), "sqlite:datagen.sqlite");
  const { postgres, kafka } = await planOf("--to postgres --to kafka", variables);
  assert.deepEqual([postgres!.connection.host, kafka!.bootstrap], ["prod", "prod:9092"]);
  assert.equal(kafka!.registry!.urls, "http://prod:8081");
});

Deno.test("PostgreSQL is found by flag, then environment, then cluster, then default", async () => {
  const url = "postgresql://u:p@h:1/d";
  assert.deepEqual(await postgresOf(""), DEFAULT_ADDRESS);
  assert.deepEqual(await postgresOf("--kafka-cluster oss"), DEFAULT_ADDRESS.with(1, 15432));
  assert.deepEqual(await postgresOf("--kafka-cluster oss", { PGPORT: "7" }), DEFAULT_ADDRESS.with(1, 7));
  assert.deepEqual(await postgresOf("", { PGPORT: "7", DATAGEN_POSTGRES_URL: url }), ["h", 1, "u", "p", "d"]);
  assert.deepEqual(
    await postgresOf(`--kafka-cluster oss --postgres-url ${url}`, {
      DATAGEN_POSTGRES_URL: "postgresql://no@no/no",
    }),
    ["h", 1, "u", "p", "d"],
  );
});

Deno.test("a URL of PostgreSQL is completed by PG variables, and never redirected", async () => {
  const variables = { PGHOST: "prod", PGPASSWORD: "secret", PGDATABASE: "bank" };
  assert.deepEqual(await postgresOf("--postgres-url postgresql://u@h", variables), ["h", 5432, "u", "secret", "bank"]);
});

Deno.test("the default password is not sent to another host or user", async () => {
  assert.equal((await postgresOf("", { PGHOST: "prod" }))[3], undefined);
  assert.equal((await postgresOf("", { PGUSER: "ana" }))[3], undefined);
  assert.equal((await postgresOf("", { PGPASSFILE: "f" }))[3], undefined);
  assert.equal((await postgresOf("--postgres-url postgresql://postgres@localhost:5432/datagen"))[3], undefined);
  assert.equal((await postgresOf("", { PGPASSWORD: "other" }))[3], "other");
});

Deno.test("Kafka is found by flag, then environment, then cluster, then default", () => {
  const both = { DATAGEN_KAFKA_BOOTSTRAP: "a:1", KAFKA_BOOTSTRAP: "b:1" };
  assert.equal(kafkaOf("").bootstrap, "localhost:9092");
  assert.equal(kafkaOf("--kafka-cluster oss").bootstrap, "localhost:19092,localhost:19093,localhost:19094");
  assert.equal(kafkaOf("--kafka-cluster oss", { KAFKA_BOOTSTRAP: "b:1" }).bootstrap, "b:1");
  assert.equal(kafkaOf("", both).bootstrap, "a:1");
  assert.equal(kafkaOf("--kafka-cluster oss --kafka-bootstrap c:1", both).bootstrap, "c:1");
});

Deno.test("the Schema Registry is found by flag, then environment, then cluster, then default", () => {
  const variables = { SCHEMA_REGISTRY_URL: "http://e" };
  assert.equal(kafkaOf("").registry!.urls, "http://localhost:8081");
  assert.equal(kafkaOf("--kafka-cluster oss").registry!.urls, "http://localhost:18081");
  assert.equal(kafkaOf("--kafka-cluster oss", variables).registry!.urls, "http://e");
  assert.equal(kafkaOf("--schema-registry http://f", variables).registry!.urls, "http://f");
  assert.equal(kafkaOf("--no-avro --schema-registry http://f").registry, undefined);
});

Deno.test("the replication factor is the flag's, else that of --kafka-cluster, else the broker's own", () => {
  assert.equal(kafkaOf("").replicationFactor, -1);
  assert.equal(kafkaOf("--kafka-cluster cp").replicationFactor, -1);
  assert.equal(kafkaOf("--kafka-cluster oss").replicationFactor, 3);
  assert.equal(kafkaOf("--kafka-cluster oss --replication-factor 2").replicationFactor, 2);
});

Deno.test("flags of TLS and SASL become librdkafka's properties, and -X goes before them", async () => {
  const ca = await Deno.makeTempFile();
  await Deno.writeTextFile(ca, "-----BEGIN CERTIFICATE-----\nMAMCAQA=\n-----END CERTIFICATE-----\n"); // as far as it is looked at
  const secret = { DATAGEN_KAFKA_PASSWORD: "hunter2" };
  assert.deepEqual(kafkaOf("").properties, {});
  assert.deepEqual(kafkaOf("--kafka-tls").properties, { "security.protocol": "SSL" });
  assert.deepEqual(kafkaOf(`--kafka-ca ${ca} --kafka-user ana --kafka-sasl scram-sha-256`, secret).properties, {
    "security.protocol": "SASL_SSL",
    "ssl.ca.location": ca,
    "sasl.mechanism": "SCRAM-SHA-256",
    "sasl.username": "ana",
    "sasl.password": "hunter2",
  });
  const given = kafkaOf("-X linger.ms=9 --kafka-user ana -X sasl.mechanism=SCRAM-SHA-512", secret).properties;
  assert.deepEqual([given["linger.ms"], given["sasl.mechanism"]], ["9", "SCRAM-SHA-512"]);
  await Deno.remove(ca);
});

Deno.test("the password of Kafka is the first line of its file", async () => {
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(file, "hunter2\nnever this\n");
  assert.equal(kafkaOf(`--kafka-user ana --kafka-password-file ${file}`).properties["sasl.password"], "hunter2");
  await Deno.remove(file);
});

Deno.test("credentials of the Schema Registry come from the environment", () => {
  const { basicAuth, bearerToken } = kafkaOf("", {
    SCHEMA_REGISTRY_BASIC_AUTH_USER_INFO: "ana:hun:ter2",
    DATAGEN_SCHEMA_REGISTRY_TOKEN: "t0k3n",
  }).registry!;
  assert.deepEqual([basicAuth, bearerToken], [{ user: "ana", password: "hun:ter2" }, "t0k3n"]);
});

Deno.test("each target takes its entities: files all, PostgreSQL masters, Kafka events", async () => {
  const taken = async (line: string) => (await planOf(line)).targets.map(({ entities }) => entities.length);
  assert.deepEqual(await taken(""), [11]);
  assert.deepEqual(await taken("--to postgres --to kafka --to csv:out"), [7, 4, 11]);
  assert.deepEqual(await taken("--to postgres --to kafka --postgres-events"), [11, 4]);
});

Deno.test("--only narrows every target, whatever the spelling", async () => {
  const { targets } = await planOf("--to postgres --to kafka --only credit-cards,Customers --only trades");
  assert.deepEqual(targets.map(({ entities }) => entities.map(({ name }) => name)), [
    ["customers", "credit_cards"],
    ["trades"],
  ]);
});

Deno.test("the options that lead to the servers again hold no password", async () => {
  const line = "--postgres-url postgresql://ana:hunter2@h:1/d?sslmode=require&password=hunter3 --no-cloudevents " +
    "--kafka-bootstrap a:9092 --schema-registry http://eva:hunter4@r --postgres-events --kafka-user ana " +
    "-X sasl.password=hunter5 -X linger.ms=9 --only customers,trades";
  assert.deepEqual((await planOf(line)).words, [
    "--to postgres",
    "--to kafka",
    "--only customers,trades",
    "--postgres-url postgresql://ana@h:1/d?sslmode=require",
    "--postgres-events",
    "--kafka-bootstrap a:9092",
    "--schema-registry http://r",
    "--kafka-user ana",
    "--no-cloudevents",
    "-X linger.ms=9",
  ]);
});

Deno.test("the options that lead to the servers again hold no part of a password, whatever it is made of", async () => {
  const { words } = await planOf(
    `--postgres-url postgresql://ana:Sec,ret'9"@h:1/d?passfile=/p/f&application_name=a&sslrootcert=/ca.pem ` +
      `--schema-registry http://loader:s3c'r"et@r:1/v7/?token=hunter2,https://t0ken@s -X sasl.kerberos.kinit.cmd=kinit`,
  );
  assert.deepEqual(words, [
    "--to postgres",
    "--to kafka",
    "--postgres-url postgresql://ana@h:1/d?passfile=/p/f&application_name=a&sslrootcert=/ca.pem",
    "--schema-registry http://r:1/v7,https://s",
  ]);
});

Deno.test("a URL of PostgreSQL that was given is told even where it is the default, which has a password", async () => {
  const url = "--postgres-url postgresql://postgres@localhost:5432/datagen";
  assert.deepEqual((await planOf(`${url} --skip-kafka`)).words, ["--to postgres", url]);
});

Deno.test("the documented servers need no options to be found again", async () => {
  assert.deepEqual((await planOf("--create-topics --skip-postgres")).words, ["--to kafka", "--create-topics"]);
  assert.deepEqual((await planOf("--to postgres")).words, ["--to postgres"]);
  assert.deepEqual((await planOf("")).words, []);
  const { words } = await planOf("--to postgres", { PGHOST: "db", PGUSER: "ana" });
  assert.deepEqual(words, ["--to postgres", "--postgres-url postgresql://ana@db:5432/datagen"]);
});

/** Flags of `load` that are about no kind of target; those that say what is generated are told by the manifest. */
const OF_ANY_TARGET =
  "as-of days to only truncate yes json quiet progress fast workers rate duration domain seed epoch log-level log-format verbose config"
    .split(" ");

Deno.test("every flag of load is about a kind of target, or said to be about none", () => {
  const owned = new Set<string>([...SERVER_FLAGS, resend, ...domainFlags()].map(({ long }) => long));
  for (const { long } of KINDS.flatMap(({ flags }) => flags)) owned.add(long);
  const names = LOAD_FLAGS.map(({ long }): string => long);
  assert.deepEqual(names.filter((long) => !owned.has(long) && !OF_ANY_TARGET.includes(long)), []);
  assert.deepEqual(OF_ANY_TARGET.filter((long) => !names.includes(long) || owned.has(long)), []);
});
