/** The Kafka sink against a cluster inside this process whose brokers answer with errors: timeouts, moved leaders, lost order. */

import assert from "node:assert/strict";
import { LibrdkafkaAdmin } from "../../src/adapters/kafka/admin.ts";
import type { KafkaClient } from "../../src/adapters/kafka/delivery.ts";
import { librdkafka } from "../../src/adapters/kafka/library.ts";
import { SinkError } from "../../src/ports/sink.ts";
import { FAULT, MockKafka, REQUEST } from "../support/kafka_mock.ts";
import { clientOf, purchaseIds, runToy, toySink } from "../support/kafka_targets.ts";
import { testsWith } from "../support/services.ts";
import { toyManifest, writeToy } from "../support/toy_shop.ts";

const test = await testsWith("librdkafka");
const PREFIX = "mocked";
const BUYERS = 60;

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
  {
    name: "INIT_PRODUCER_ID times out",
    request: REQUEST.initProducerId,
    faults: [FAULT.coordinatorNotAvailable, FAULT.disconnect],
  },
] as const;

for (const { name, request, faults } of PASSING) {
  test(`KafkaSink sends each record once when ${name}`, () =>
    withMock(async (mock) => {
      const sink = toySink({ client: clientOfMock(mock), prefix: PREFIX, createTopics: false });
      mock.fail(request, ...faults);
      await runToy(sink, "create", 0, BUYERS);
      assert.deepEqual(await sentIds(mock), purchaseIds(BUYERS));
    }));
}

test("KafkaSink sends a transaction again by a new producer when the broker has lost the order", () =>
  withMock(async (mock) => {
    const sink = toySink({ client: clientOfMock(mock), prefix: PREFIX, createTopics: false });
    mock.fail(REQUEST.produce, FAULT.outOfOrderSequence);
    await runToy(sink, "create", 0, BUYERS);
    // The mock cluster shows what was aborted too, so here some may be there twice; none is missing.
    assert.deepEqual([...new Set(await sentIds(mock))], purchaseIds(BUYERS));
    assert.deepEqual(await sink.counts(), { purchases: 3 * BUYERS });
  }));

test("KafkaSink stops, and says why, when another producer fences it or a record is too large", async () => {
  for (
    const [fault, reason] of [
      [FAULT.producerFenced, /another datagen writes to this prefix/],
      [FAULT.messageTooLarge, /a record is larger than the broker or the topic takes/],
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
    });
  }
});

/** The mock cluster knows no settings of topics. */
class MockAdmin extends LibrdkafkaAdmin {
  override settings(): Promise<Record<string, string>> {
    return Promise.resolve({ "cleanup.policy": "compact", "retention.ms": "-1" });
  }
}

function clientOfMock({ bootstrap }: MockKafka): KafkaClient {
  const { producer } = clientOf(bootstrap);
  return { producer, admin: () => new MockAdmin(librdkafka(), { "bootstrap.servers": bootstrap }) };
}

async function withMock(use: (mock: MockKafka) => Promise<void>): Promise<void> {
  await using mock = new MockKafka();
  mock.createTopic(`${PREFIX}.purchases`, 3);
  mock.createTopic(`${PREFIX}.datagen-progress`, 1);
  await use(mock);
}

/** Ids of the records in the topic, sorted. */
async function sentIds(mock: MockKafka): Promise<string[]> {
  const admin = new LibrdkafkaAdmin(librdkafka(), { "bootstrap.servers": mock.bootstrap });
  try {
    const records = await admin.readAll(`${PREFIX}.purchases`, 30_000);
    return records.map(({ value }) => JSON.parse(new TextDecoder().decode(value)).purchase_id as string).sort();
  } finally {
    await admin.close();
  }
}
