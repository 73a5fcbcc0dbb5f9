/** The Kafka sink against a cluster inside this process whose brokers answer with errors: timeouts, moved leaders, lost order. */

import assert from "node:assert/strict";
import { LibrdkafkaAdmin } from "../../src/adapters/kafka/librdkafka/admin.ts";
import { marksTopic } from "../../src/adapters/kafka/run/marks.ts";
import type { KafkaClient } from "../../src/ports/kafka.ts";
import { librdkafka } from "../../src/adapters/kafka/librdkafka/library.ts";
import { bankDomain } from "../../src/domains/bank/domain.ts";
import { bankEntities } from "../../src/domains/bank/entities/mod.ts";
import { SinkError } from "../../src/ports/sink.ts";
import { load } from "../../src/run/load.ts";
import type { LoadProgress, LoadReport } from "../../src/run/report.ts";
import { FAULT, MockKafka, REQUEST } from "../support/kafka_mock.ts";
import { clientOf, kafkaSink, purchaseIds, toySink } from "../support/kafka_targets.ts";
import { testsWith } from "../support/services.ts";
import { toyManifest, toyProgress, writeToy } from "../support/toy_shop.ts";

const test = await testsWith("librdkafka");
const PREFIX = "mocked";
const TOPICS = ["purchases", "datagen-progress"];
const BUYERS = 60;
/** More than a block has, so that the load commits more than once. */
const CUSTOMERS = 300;
const EVENTS = bankEntities.filter(({ topic }) => topic !== undefined);

/** Faults that pass, by the request that they are the answer to. */
const PASSING = [
  {
    name: "PRODUCE times out and the leader moves",
    request: REQUEST.produce,
    faults: [FAULT.requestTimedOut, FAULT.notLeader, FAULT.disconnect],
  },
  {
    name: "ADD_PARTITIONS_TO_TXN finds no coordinator",
    request: REQUEST.addPartitionsToTxn,
    faults: [FAULT.coordinatorNotAvailable, FAULT.disconnect],
  },
  {
    name: "END_TXN finds no coordinator",
    request: REQUEST.endTxn,
    faults: [FAULT.coordinatorNotAvailable, FAULT.disconnect],
  },
] as const;

for (const { name, request, faults } of PASSING) {
  test(`KafkaSink sends each record once when ${name}, and knows the run again`, () =>
    withMock(async (mock) => {
      await writeThrough(mock, () => mock.fail(request, ...faults));
      assert.deepEqual(await sentIds(mock), purchaseIds(BUYERS));
      await assertKnown(mock);
      assert.deepEqual(await sentIds(mock), purchaseIds(BUYERS));
    }));
}

test("KafkaSink sends each record once when INIT_PRODUCER_ID finds no coordinator, and knows the run again", () =>
  withMock(async (mock) => {
    mock.fail(REQUEST.initProducerId, FAULT.coordinatorNotAvailable, FAULT.disconnect);
    await writeThrough(mock, () => {});
    await assertKnown(mock);
    assert.deepEqual(await sentIds(mock), purchaseIds(BUYERS));
  }));

// The mock cluster shows what was aborted too, whoever reads: records that were sent again may be there twice. That none
// counts twice, the counts and the marks tell; that `read_committed` shows none twice, tests with a real broker do.
test("KafkaSink sends a transaction again by a new producer when the broker has lost the order, and counts it once", () =>
  withMock(async (mock) => {
    await writeThrough(mock, () => mock.fail(REQUEST.produce, FAULT.outOfOrderSequence));
    assert.deepEqual([...new Set(await sentIds(mock))], purchaseIds(BUYERS));
    await assertKnown(mock);
  }));

for (
  const { name, faults, again } of [
    { name: "a time-out", faults: [FAULT.requestTimedOut], again: false },
    { name: "a leader that moves", faults: [FAULT.notLeader], again: false },
    { name: "a lost order", faults: [FAULT.outOfOrderSequence], again: true },
  ]
) {
  test(`load() of the bank ends well in spite of ${name}, and has nothing to do the next time`, () =>
    withMock(async (mock) => {
      for (const { topic } of EVENTS) mock.createTopic(`${PREFIX}.${topic!.name}`, 3);
      let sent = 0;
      const first = await loadBank(mock, ({ stage }) => {
        if (stage === "write" && sent++ === 0) mock.fail(REQUEST.produce, ...faults);
      });
      assert.deepEqual([first.ok, first.targets[0]!.outcome], [true, "created"]);
      const expected = EVENTS.map(({ name }) => first.rows[name]!);
      const held = await Promise.all(EVENTS.map(({ topic }) => read(mock, topic!.name)));
      assert.ok(held.every(({ length }, at) => again ? length >= expected[at]! : length === expected[at]));
      const second = await loadBank(mock);
      assert.deepEqual([second.ok, second.targets[0]!.outcome, second.written], [true, "unchanged", 0]);
      assert.deepEqual(EVENTS.map(({ name }) => second.rows[name]), expected);
    }));
}

test("KafkaSink stops, and says why, when it is fenced or a record is too large, and the next one goes on", async () => {
  for (
    const [fault, reason] of [
      [FAULT.producerFenced, /another datagen writes to this prefix/],
      [FAULT.messageTooLarge, /a record is larger than the topic takes/],
    ] as const
  ) {
    await withMock(async (mock) => {
      const sink = toySink({ client: clientOfMock(mock), prefix: PREFIX, createTopics: false });
      await sink.inspect();
      await sink.begin(toyManifest(BUYERS), "create");
      mock.fail(REQUEST.produce, ...Array<number>(20).fill(fault));
      const error = await writeToy(sink, 0, BUYERS).then(() => undefined, (error) => error);
      await sink.close();
      assert.equal(error instanceof SinkError, true, String(error));
      assert.match(error.message, reason);
      mock.heal(REQUEST.produce);
      await goOn(mock);
      assert.deepEqual([...new Set(await sentIds(mock))], purchaseIds(BUYERS));
      await assertKnown(mock);
    });
  }
});

test("LibrdkafkaAdmin.close() waits for calls that nobody waits for any more", () =>
  withMock(async (mock) => {
    for (let round = 0; round < 20; round++) {
      const admin = new LibrdkafkaAdmin(librdkafka(), { "bootstrap.servers": mock.bootstrap });
      const asked = Promise.all(["gone", ...TOPICS].map((name) => admin.watermarks(`${PREFIX}.${name}`)));
      await assert.rejects(asked, /"mocked.gone": it does not exist/);
      await admin.close();
      await assert.rejects(admin.watermarks(`${PREFIX}.purchases`), /the client is closed/);
    }
  }));

/** The mock cluster knows no settings of topics, and has no controller, who knows rights. */
class MockAdmin extends LibrdkafkaAdmin {
  override cluster(): ReturnType<LibrdkafkaAdmin["cluster"]> {
    return Promise.resolve({ id: "mock", brokers: [] });
  }

  override authorized(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  override settings(topic: string): Promise<Record<string, string>> {
    const policy = topic === marksTopic(PREFIX) ? "compact" : "delete";
    return Promise.resolve({ "cleanup.policy": policy, "retention.ms": "-1" });
  }
}

function clientOfMock({ bootstrap }: MockKafka): KafkaClient {
  const { producer } = clientOf(bootstrap);
  return { producer, admin: () => new MockAdmin(librdkafka(), { "bootstrap.servers": bootstrap }) };
}

async function withMock(use: (mock: MockKafka) => Promise<void>): Promise<void> {
  await using mock = new MockKafka();
  for (const name of TOPICS) mock.createTopic(`${PREFIX}.${name}`, name === "purchases" ? 3 : 1);
  await use(mock);
}

/** Writes the buyers' purchases; `meanwhile` is called when the run has begun. */
async function writeThrough(mock: MockKafka, meanwhile: () => void): Promise<void> {
  const sink = toySink({ client: clientOfMock(mock), prefix: PREFIX, createTopics: false });
  const manifest = toyManifest(BUYERS);
  await sink.inspect();
  await sink.begin(manifest, "create");
  meanwhile();
  await writeToy(sink, 0, BUYERS);
  await sink.finish(manifest, toyProgress(BUYERS));
  assert.deepEqual(await sink.counts(), { purchases: 3 * BUYERS });
  await sink.close();
}

/** Writes what an earlier sink has left over. */
async function goOn(mock: MockKafka): Promise<void> {
  const sink = toySink({ client: clientOfMock(mock), prefix: PREFIX, createTopics: false });
  const { kind, progress } = await sink.inspect();
  assert.equal(kind, "partial");
  await sink.begin(toyManifest(BUYERS), "resume");
  await writeToy(sink, progress!.units, BUYERS);
  await sink.finish(toyManifest(BUYERS), toyProgress(BUYERS));
  assert.deepEqual(await sink.counts(), { purchases: 3 * BUYERS });
  await sink.close();
}

/** Makes sure that whoever comes next finds the run complete, with each record counted once. */
async function assertKnown(mock: MockKafka): Promise<void> {
  const sink = toySink({ client: clientOfMock(mock), prefix: PREFIX, createTopics: false });
  const { kind, progress, loss } = await sink.inspect();
  assert.deepEqual([kind, progress, loss], [
    "complete",
    { units: BUYERS, rows: { purchases: 3 * BUYERS } },
    undefined,
  ]);
  assert.deepEqual(await sink.counts(), { purchases: 3 * BUYERS });
  await sink.close();
}

async function loadBank(mock: MockKafka, progress: (progress: LoadProgress) => void = () => {}): Promise<LoadReport> {
  const sink = kafkaSink(bankEntities, { client: clientOfMock(mock), prefix: PREFIX, createTopics: false });
  const now = Date.parse("2026-06-30T12:00:00Z");
  const request = { domain: bankDomain, units: CUSTOMERS, seed: 42, truncate: false, now, version: "0.1.0" };
  return await load(request, [sink], { progress });
}

/** Ids of the records in the topic, sorted. */
async function sentIds(mock: MockKafka): Promise<string[]> {
  return (await read(mock, "purchases")).map((value) => JSON.parse(value).purchase_id as string).sort();
}

/** Values of all records in a topic. */
async function read(mock: MockKafka, topic: string): Promise<string[]> {
  const admin = new LibrdkafkaAdmin(librdkafka(), { "bootstrap.servers": mock.bootstrap });
  try {
    const records = await admin.readAll(`${PREFIX}.${topic}`, 30_000);
    return records.map(({ value }) => new TextDecoder().decode(value));
  } finally {
    await admin.close();
  }
}
