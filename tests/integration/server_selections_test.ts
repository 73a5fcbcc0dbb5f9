/** Any selection of entities works in PostgreSQL and Kafka as in files: begun, resumed, extended, and without a row. */

import assert from "node:assert/strict";
import { bankEntities } from "../../src/domains/bank/entities/mod.ts";
import { loadLine, loadLineStopped } from "../support/load_line.ts";
import { ROWLESS, rowsOf, SELECTIONS } from "../support/selections.ts";
import { freshDatabase, freshPrefix, kafka, testsWith } from "../support/services.ts";

const AS_OF = ["--as-of", "2026-07-01", "--days", "30"];
const [SOME, MORE] = ["300", "400"] as const;

const EVENTS = new Set(bankEntities.filter(({ role }) => role === "event").map(({ name }) => name as string));
const isEvents = (selection: string) => selection.split(",").every((name) => EVENTS.has(name));

const withPostgres = await testsWith("postgres");
const withKafka = await testsWith("kafka", "librdkafka");

for (const selection of SELECTIONS) {
  withPostgres(
    `load --only ${selection} into PostgreSQL: begun, stopped, gone on with, extended, unchanged`,
    () =>
      freshDatabase(({ url }) =>
        assertGrows(selection, ["--to", "postgres", "--postgres-url", url, "--postgres-events"])
      ),
  );
  if (!isEvents(selection)) continue;
  withKafka(`load --only ${selection} into Kafka: begun, stopped, gone on with, extended, unchanged`, async () => {
    await assertGrows(selection, await kafkaWords());
  });
}

for (const [options, entity] of ROWLESS) {
  withPostgres(
    `load ${options} --only ${entity} into PostgreSQL is complete with no row, and grows`,
    () =>
      freshDatabase(({ url }) =>
        assertRowless(options, entity, ["--to", "postgres", "--postgres-url", url, "--postgres-events"])
      ),
  );
  if (!isEvents(entity)) continue;
  withKafka(`load ${options} --only ${entity} into Kafka is complete with no event, and grows`, async () => {
    await assertRowless(options, entity, await kafkaWords());
  });
}

async function kafkaWords(): Promise<string[]> {
  const { bootstrap } = await kafka();
  return [
    "--to",
    "kafka",
    "--kafka-bootstrap",
    bootstrap,
    "--topic-prefix",
    freshPrefix(),
    "--create-topics",
    "--no-avro",
  ];
}

async function assertGrows(selection: string, place: readonly string[]): Promise<void> {
  const words = [...AS_OF, "--only", selection, ...place];
  const stopped = await loadLineStopped(["--customers", SOME, ...words]);
  assert.equal(stopped.report.interrupted, true);
  await assertLoads(SOME, words, selection, "resumed");
  await assertLoads(MORE, words, selection, "extended");
  await assertLoads(MORE, words, selection, "unchanged");
}

async function assertLoads(customers: string, words: readonly string[], selection: string, outcome: string) {
  const { report } = await loadLine(["--customers", customers, ...words]);
  assert.deepEqual(report.checks.filter(({ ok }) => !ok), []);
  assert.notEqual(report.checks.length, 0);
  assert.equal(report.targets[0]!.outcome, outcome);
  const all = await loadLine(["--customers", customers, ...AS_OF, "--to", "console", "--limit", "0"]);
  assert.deepEqual(report.rows, rowsOf(selection, all.report.rows));
}

async function assertRowless(options: string, entity: string, place: readonly string[]): Promise<void> {
  const words = [...AS_OF, ...options.split(" "), "--only", entity, ...place];
  await loadLineStopped(["--customers", SOME, ...words]);
  for (const customers of [SOME, MORE]) {
    const { report } = await loadLine(["--customers", customers, ...words]);
    assert.deepEqual(report.checks.filter(({ ok }) => !ok), []);
    assert.deepEqual(report.rows, { [entity]: 0 });
  }
}
