/** The commands against real servers: `load` with the narrowest permissions, `doctor`, `topics`, `reset`, `bench`. */

import assert from "node:assert/strict";
import { AS_OF, eventsOf, inFreshPlaces, loadWords, type Places } from "../support/bank_load.ts";
import { clientOf } from "../support/kafka_targets.ts";
import { tableCounts } from "../support/postgres_reader.ts";
import { inFreshFolder, type Outcome, runProgram } from "../support/program.ts";
import { assertNoSecrets } from "../support/secrets.ts";
import { datagen, datagenOk } from "../support/servers_program.ts";
import { testsWith } from "../support/services.ts";

const test = await testsWith("postgres", "kafka", "schemaRegistry", "librdkafka");

/** Permissions that PostgreSQL needs, and those of Kafka with its registry. */
const POSTGRES_NEEDS = ({ url }: Places) => [`--allow-net=${hostOf(url)}`];
const KAFKA_NEEDS = ({ registry }: Places) => [
  "--allow-ffi",
  `--allow-net=${hostOf(registry)}`,
  "--allow-env",
  "--allow-read",
];

test("load into PostgreSQL needs no more than its address", () =>
  inFreshPlaces(async (places) => {
    const stdout = await loadWith(POSTGRES_NEEDS(places), [...loadWords(5, places), "--skip-kafka"]);
    assert.match(stdout, /\nPostgreSQL\n {2}customers +5\n/);
    assert.match(stdout, /\n\[OK\] customers: 5 rows\n[^]*\nValidation: ALL OK\n$/);
    assert.equal((await tableCounts(places.url))["customers"], 5);
  }));

test("load into Kafka needs no more than librdkafka, the registry's address, the environment and to read", () =>
  inFreshPlaces(async (places) => {
    const stdout = await loadWith(KAFKA_NEEDS(places), [...loadWords(5, places), "--skip-postgres"]);
    assert.match(stdout, /\nKafka\n {2}transactions +\d+\n/);
    assert.match(stdout, /\n\[OK\] \S+\.transactions: \d+ events\n[^]*\nValidation: ALL OK\n$/);
    assert.match(stdout, /\n {2}delivery: exactly once/);
  }));

test("load names the permission that is missing for a server", () =>
  inFreshPlaces((places) =>
    inFreshFolder(async (cwd) => {
      const words = loadWords(5, places);
      const postgres = await runProgram([...words, "--skip-kafka"], {
        cwd,
        permissions: ["--allow-read", "--allow-env"],
      });
      assert.equal(postgres.stderr.split("\n")[1], `hint: give deno the permission: --allow-net=${hostOf(places.url)}`);
      const kafka = await runProgram([...words, "--skip-postgres"], {
        cwd,
        permissions: ["--allow-read", "--allow-env"],
      });
      assert.match(kafka.stderr, /\nhint: give deno the permission: --allow-ffi(=\/.*librdkafka.*)?\n/);
      assert.deepEqual([postgres.status, kafka.status], [1, 1]);
    })
  ));

test("the line that load tells leads to the same run again", () =>
  inFreshPlaces(async (places) => {
    const { reproduce, rows } = await report(loadWords(5, places));
    assert.doesNotMatch(reproduce, /password/);
    const environment = { PGPASSWORD: decodeURIComponent(new URL(places.url).password) };
    const { stdout } = await datagenOk([...reproduce.split(" ").slice(1), "--json"], environment);
    const again = JSON.parse(stdout);
    assert.deepEqual(again.rows, rows);
    assert.deepEqual(again.targets.map(({ outcome }: { outcome: string }) => outcome), ["unchanged", "unchanged"]);
  }));

test("load says of a run that Kafka holds that it is complete, and --resend sends it again", () =>
  inFreshPlaces(async (places) => {
    const words = [...loadWords(5, places), "--skip-postgres"];
    const { rows } = await report(words);
    const again = await datagenOk(words);
    assert.match(again.stdout, /: already complete; --resend sends it again/);
    const { targets: [target] } = await report([...words, "--resend"]);
    assert.equal(target.outcome, "resent");
    assert.deepEqual(eventsOf(target.written), eventsOf(rows));
  }));

test("load says of events that have expired what is gone, and not that they are complete", () =>
  inFreshPlaces(async (places) => {
    const words = [...loadWords(5, places), "--skip-postgres"];
    const { rows } = await report(words);
    const admin = clientOf(places.bootstrap).admin();
    const topic = `${places.prefix}.installments`;
    const ends = (await admin.watermarks(topic)).map(({ high }, partition) => [partition, high] as const);
    await admin.deleteRecords(topic, new Map(ends.filter(([, high]) => high > 0)));
    await admin.close();
    const again = await datagen(words);
    assert.equal(again.status, 1);
    assert.match(again.stdout, /: complete once, but since then about \d+ records of topic \S+ were deleted; --resend/);
    assert.doesNotMatch(again.stdout, /already/);
    const { targets: [target] } = JSON.parse((await datagen([...words, "--json"])).stdout);
    assert.deepEqual([target.outcome, target.complete], ["expired", false]);
    assert.deepEqual((await report([...words, "--resend"])).rows, rows);
  }));

test("load names the topics in its validation, and the entities of other targets", () =>
  inFreshPlaces(async (places) => {
    const { checks, rows } = await report([...loadWords(5, places), "--postgres-events"]);
    const details = Object.fromEntries(checks.map(({ name, detail }: Record<string, string>) => [name, detail]));
    assert.equal(details[`${places.prefix}.card-transactions`], `${rows.card_transactions} events`);
    assert.equal(details["card_transactions"], `${rows.card_transactions} rows`);
  }));

test("load --only and --postgres-events decide what the tables and topics are", () =>
  inFreshPlaces(async (places) => {
    const words = [...loadWords(5, places), "--postgres-events", "--only", "accounts,trades"];
    const { rows, targets } = await report(words);
    assert.deepEqual(Object.keys(rows), ["accounts", "trades"]);
    assert.deepEqual(targets.map(({ rows }: { rows: object }) => Object.keys(rows)), [["accounts", "trades"], [
      "trades",
    ]]);
    assert.deepEqual(Object.keys(await tableCounts(places.url)), ["accounts", "trades"]);
  }));

test("doctor tells what each server is, and fails where one that was named cannot be used", () =>
  inFreshPlaces(async (places) => {
    const well = await datagen(["doctor", ...serverWords(places), "--json"]);
    const { ok, findings } = JSON.parse(well.stdout);
    assert.deepEqual([well.status, ok], [0, true]);
    for (const name of ["program", "postgres", "librdkafka", "kafka", "topics", "registry"]) {
      assert.equal(findings.find((finding: { name: string }) => finding.name === name)?.ok, true, name);
    }
    const ill = await datagen(["doctor", "--to", "postgres", "--postgres-url", "postgresql://ana@127.0.0.1:1/d"]);
    assert.equal(ill.status, 1);
    assert.match(
      ill.stdout,
      /\n\[FAIL\] postgres: Cannot connect to .*: connection refused\n {5}next: start the server/,
    );
  }));

test("topics plan tells what is missing, apply makes it, and reset drops it", () =>
  inFreshPlaces(async ({ bootstrap, prefix }) => {
    const words = ["--kafka-bootstrap", bootstrap, "--topic-prefix", prefix];
    const planned = await datagenOk(["topics", "plan", ...words]);
    assert.match(planned.stdout, /^\[TO DO\] topic .*\.transactions is missing: 6 partitions, .*\n/);
    assert.match(planned.stdout, /\n5 to do: run "datagen topics apply" with the same options\n$/);
    assert.match(
      (await datagenOk(["topics", "apply", ...words])).stdout,
      /^\[DONE\] topic .*\.transactions was made: 6 partitions, /,
    );
    assert.match((await datagenOk(["topics", "plan", ...words])).stdout, /^5 topics at .* are as they should be\n$/);
    const dropped = await datagenOk(["reset", "--to", "kafka", "--yes", ...words, "--no-avro"]);
    assert.equal(dropped.stdout.match(/\n {2}dropped topic /g)?.length, 5);
  }));

test("topics apply shortens no retention that it was not asked to", () =>
  inFreshPlaces(async ({ bootstrap, prefix }) => {
    const words = ["--kafka-bootstrap", bootstrap, "--topic-prefix", prefix];
    await datagenOk(["topics", "apply", ...words, "--retention-hours", "168"]);
    assert.match((await datagenOk(["topics", "apply", ...words])).stdout, /are as they should be\n$/);
    const { stdout } = await datagenOk(["topics", "plan", ...words, "--retention-hours", "8"]);
    assert.match(stdout, /\[TO DO\] topic .* has retention\.ms 604800000, not 28800000\n/);
    const applied = await datagenOk(["topics", "apply", ...words, "--retention-hours", "8"]);
    assert.match(applied.stdout, /^\[DONE\] topic \S+\.transactions: retention\.ms 604800000 -> 28800000\n/);
  }));

test("reset names what it would drop, and drops it only with --yes", () =>
  inFreshPlaces(async (places) => {
    await datagenOk(loadWords(5, places));
    const named = await datagenOk(["reset", ...serverWords(places)]);
    assert.match(named.stdout, /\n {2}would drop table public\.customers, 5 rows\n/);
    assert.match(named.stdout, /\n {2}would drop subject .*\.trades-value at /);
    assert.match(named.stdout, /\nNothing was dropped; add --yes to do it\.\n$/);
    assert.equal((await tableCounts(places.url))["customers"], 5);
    await datagenOk(["reset", ...serverWords(places), "--yes"]);
    assert.deepEqual(await tableCounts(places.url), {});
    const after = await datagenOk(["reset", ...serverWords(places)]);
    assert.equal(after.stdout.match(/: nothing of datagen's\n/g)?.length, 2);
  }));

function hostOf(url: string): string {
  return new URL(url.replace(/^postgres(ql)?:/, "http:")).host;
}

function serverWords({ url, bootstrap, registry, prefix }: Places): string[] {
  return [
    ...["--postgres-url", url, "--kafka-bootstrap", bootstrap],
    ...["--schema-registry", registry, "--topic-prefix", prefix],
  ];
}

async function report(words: readonly string[]) {
  return JSON.parse((await datagenOk([...words, "--json"])).stdout);
}

/** Runs a load with some permissions only; returns its summary. */
async function loadWith(permissions: readonly string[], words: readonly string[]): Promise<string> {
  let outcome: Outcome | undefined;
  await inFreshFolder(async (cwd) => void (outcome = await runProgram(words, { cwd, permissions })));
  const { status, stdout, stderr } = outcome!;
  assert.deepEqual([status, stderr], [0, ""], stdout);
  assertNoSecrets(stdout, `datagen load of ${AS_OF}`);
  return stdout;
}
