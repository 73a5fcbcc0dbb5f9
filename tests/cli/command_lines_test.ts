/**
 * The command lines of the original loader's guides keep their meaning when `load_data.py` becomes `datagen load`.
 * Addresses come from the environment; runs of ten thousand customers and more are cut to a hundredth.
 */

import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { eventsOf, inFreshPlaces, type Places } from "../support/bank_load.ts";
import { tableCounts } from "../support/postgres_reader.ts";
import { inFreshFolder, runProgram } from "../support/program.ts";
import { datagen, datagenOk } from "../support/servers_program.ts";
import { testsWith } from "../support/services.ts";

const test = await testsWith("postgres", "kafka", "schemaRegistry", "librdkafka");

const MASTERS = ["accounts", "credit_cards", "customers", "loans", "opening_positions", "properties", "stocks"];

for (
  const [line, customers] of [
    ["--customers 500 --create-topics", 500],
    ["--customers 100 --seed 42 --create-topics", 100],
    ["--customers 100 --seed 42 --create-topics --truncate", 100],
    ["--customers 10000 --seed 42 --create-topics --truncate", 100],
    ["--customers 100000 --workers 8 --create-topics --truncate", 1000],
    ["--customers 100 --create-topics --fast --retention-hours 168 --replication-factor 1", 100],
    ["--customers 100 --create-topics --no-avro --no-cloudevents", 100],
    ["--create-topics", 100],
  ] as const
) {
  test(`load ${line} goes into both servers`, () =>
    inFreshPlaces(async (places) => {
      const { stdout } = await datagenOk(wordsOf(line, places), variablesOf(places));
      assert.match(stdout, new RegExp(`\n\\[OK\\] customers: ${customers} rows\n`));
      assert.match(stdout, /\n\[OK\] \S+\.transactions: \d+ events\n[^]*\nValidation: ALL OK\n$/);
      assert.deepEqual(Object.keys(await tableCounts(places.url)), MASTERS);
    }));
}

for (const line of ["--customers 1000 --skip-kafka", "--customers 500 --seed 42 --skip-kafka --truncate"]) {
  test(`load ${line} goes into PostgreSQL only, and can be repeated`, () =>
    inFreshPlaces(async (places) => {
      for (let times = 0; times < 2; times++) {
        const { stdout } = await datagenOk(wordsOf(line, places), variablesOf(places));
        assert.doesNotMatch(stdout, /Kafka|events/);
        assert.match(stdout, /\nValidation: ALL OK\n$/);
      }
      assert.equal((await tableCounts(places.url))["customers"], Number(/\d+/.exec(line)![0]));
    }));
}

test("load --customers 500 --seed 42 --skip-postgres --create-topics goes into Kafka only, and once", () =>
  inFreshPlaces(async (places) => {
    const words = wordsOf("--customers 500 --seed 42 --skip-postgres --create-topics", places);
    const first = await datagenOk(words, variablesOf(places));
    assert.doesNotMatch(first.stdout, /PostgreSQL/);
    assert.match((await datagenOk(words, variablesOf(places))).stdout, /: already complete; --resend sends it again/);
    assert.deepEqual(await tableCounts(places.url), {});
  }));

test("events of one day and masters of another are those of one load", () =>
  inFreshPlaces(async (places) => {
    const run = async (line: string) =>
      JSON.parse((await datagenOk([...wordsOf(line, places), "--json"], variablesOf(places))).stdout);
    const events = await run("--customers 100 --seed 42 --skip-postgres --create-topics");
    const masters = await run("--customers 100 --seed 42 --skip-kafka --truncate");
    await inFreshFolder(async (cwd) => {
      const whole = await runProgram(["load", "--customers", "100", "--seed", "42", "--json"], { cwd });
      const { rows } = JSON.parse(whole.stdout);
      assert.deepEqual({ ...masters.rows, ...events.rows }, rows);
      assert.deepEqual(eventsOf(events.rows), eventsOf(rows));
    });
  }));

for (const line of ["", "--customers 10", "--customers 500 --seed 42"]) {
  Deno.test(`load ${line} writes SQLite and says how to load both servers`, () =>
    inFreshFolder(async (cwd) => {
      const { status, stdout } = await runProgram(["load", ...split(line)], { cwd });
      assert.equal(status, 0);
      assert.match(stdout, /\ninto PostgreSQL and Kafka: add --to postgres --to kafka\n/);
      const database = new DatabaseSync(`${cwd}/datagen.sqlite`, { readOnly: true });
      const row = database.prepare("SELECT count(*) AS customers FROM customers").get();
      database.close();
      assert.equal(row!["customers"], Number(/--customers (\d+)/.exec(line)?.[1] ?? 100));
    }));
}

Deno.test("load --customers 10000 --seed 2024 is refused where seed 42 is, with --truncate as the hint", () =>
  inFreshFolder(async (cwd) => {
    await runProgram(["load", "--customers", "100", "--seed", "42", "--quiet"], { cwd });
    const { status, stderr } = await runProgram(["load", "--customers", "10000", "--seed", "2024"], { cwd });
    assert.equal(status, 2);
    assert.match(stderr, /^error: Cannot load seed 2024 into .*: it holds seed 42\nhint: --truncate replaces/);
  }));

Deno.test("load --customers 10 --to json:local is generate_sample_data.py", () =>
  inFreshFolder(async (cwd) => {
    const { status } = await runProgram(["load", "--customers", "10", "--to", "json:local"], { cwd });
    assert.equal(status, 0);
    assert.equal(JSON.parse(await Deno.readTextFile(`${cwd}/local/customers.json`)).length, 10);
  }));

test("bench --scale 1000 --skip-kafka measures PostgreSQL and no Kafka", () =>
  inFreshPlaces(async (places) => {
    const words = ["bench", "--scale", "10", "--skip-kafka", "--skip-sqlite", "--json"];
    const { stdout } = await datagen(words, variablesOf(places));
    const { figures } = JSON.parse(stdout);
    assert.ok(figures.postgres.rows > 0);
    assert.deepEqual(Object.keys(figures).filter((name) => name.includes("kafka")), []);
  }));

/** The words of a guide's line, cut to what a test may take, in topics of its own. */
function wordsOf(line: string, { prefix }: Places): string[] {
  const cut = line.replace(/(?<=--customers )\d{5,}/, (customers) => String(Number(customers) / 100));
  return ["load", ...split(cut), "--topic-prefix", prefix];
}

function split(line: string): string[] {
  return line.split(" ").filter((word) => word !== "");
}

function variablesOf({ url, bootstrap, registry }: Places): Record<string, string> {
  return { DATAGEN_POSTGRES_URL: url, DATAGEN_KAFKA_BOOTSTRAP: bootstrap, SCHEMA_REGISTRY_URL: registry };
}
