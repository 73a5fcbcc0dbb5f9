import assert from "node:assert/strict";
import { LibrdkafkaAdmin } from "../../src/adapters/kafka/librdkafka/admin.ts";
import { librdkafka } from "../../src/adapters/kafka/librdkafka/library.ts";
import { LibrdkafkaProducer } from "../../src/adapters/kafka/librdkafka/producer.ts";
import { sendConstantRecords } from "../../src/cli/bench/producer_only.ts";
import { PRESET_NAMES, type PresetName, producerProperties } from "../../src/adapters/kafka/librdkafka/properties.ts";
import { RecordBuilder } from "../../src/encoders/record_builder.ts";
import { KafkaError, type RecordBlock } from "../../src/ports/kafka.ts";
import { freshPrefix, kafka, testsWith } from "../support/services.ts";

const test = await testsWith("kafka");

const WAIT_MS = 30_000;

/** Calls `use` with an admin client, and the name of a topic that nobody uses. */
async function withAdmin(use: (admin: LibrdkafkaAdmin, topic: string) => Promise<void>): Promise<void> {
  const { bootstrap } = await kafka();
  const admin = new LibrdkafkaAdmin(librdkafka(), { "bootstrap.servers": bootstrap });
  try {
    await use(admin, `${freshPrefix()}.events`);
  } finally {
    await admin.close();
  }
}

/** Calls `use` with a producer. */
async function withProducer(
  own: Record<string, string>,
  use: (producer: LibrdkafkaProducer) => Promise<void>,
  preset?: PresetName,
): Promise<void> {
  const { bootstrap } = await kafka();
  const properties = producerProperties(preset, { "bootstrap.servers": bootstrap, ...own });
  const producer = new LibrdkafkaProducer(librdkafka(), properties);
  try {
    await use(producer);
  } finally {
    await producer.close();
  }
}

function topicOf(name: string, partitions = 1, settings: Record<string, string> = {}) {
  return { name, partitions, replicationFactor: 1, settings };
}

/** Records of one topic, numbered; the last one is a tombstone. */
function numbered(topic: number, records: number): RecordBlock {
  const builder = new RecordBuilder();
  for (let n = 0; n < records; n++) {
    builder.bytes.append(`key ${n}`);
    builder.endKey(topic);
    if (n === records - 1) {
      builder.noValue();
    } else {
      builder.bytes.append(`value ${n}`);
      builder.endValue();
    }
  }
  return builder.take();
}

const hasCode = (code: string) => (error: unknown) => error instanceof KafkaError && error.code === code;

test("LibrdkafkaAdmin.cluster() tells the cluster's id and its brokers", () =>
  withAdmin(async (admin) => {
    const { id, brokers } = await admin.cluster();
    assert.ok(id.length > 0);
    assert.deepEqual(brokers, [(await kafka()).bootstrap]);
  }));

test("LibrdkafkaAdmin makes, describes, extends, changes and deletes a topic", () =>
  withAdmin(async (admin, name) => {
    for (let time = 0; time < 3; time++) assert.deepEqual(await admin.topics([name]), []); // asking makes none
    await admin.createTopics([topicOf(name, 2, { "retention.ms": "3600000" })]);
    assert.deepEqual(await admin.topics([name]), [{ name, partitions: 2, replicationFactor: 1 }]);
    await admin.addPartitions(name, 3);
    assert.equal((await admin.topics([name]))[0]?.partitions, 3);
    await admin.changeSettings(name, { "segment.bytes": "2097152" });
    const settings = await admin.settings(name);
    assert.deepEqual([settings["retention.ms"], settings["segment.bytes"]], ["3600000", "2097152"]);
    await admin.deleteTopics([name]);
    assert.deepEqual(await admin.topics([name]), []);
  }));

test("LibrdkafkaAdmin passes on why the broker refuses", () =>
  withAdmin(async (admin, name) => {
    await admin.createTopics([topicOf(name)]);
    await assert.rejects(admin.createTopics([topicOf(name)]), hasCode("TOPIC_ALREADY_EXISTS"));
    await assert.rejects(admin.addPartitions(name, 1), hasCode("INVALID_PARTITIONS"));
    await assert.rejects(admin.changeSettings(name, { "retention.ms": "x" }), hasCode("INVALID_CONFIG"));
    await assert.rejects(admin.deleteRecords(name, new Map([[0, 99]])), hasCode("OFFSET_OUT_OF_RANGE"));
    await admin.deleteTopics([name]);
    await assert.rejects(admin.deleteTopics([name]), hasCode("UNKNOWN_TOPIC_OR_PART"));
    await assert.rejects(admin.watermarks(name), hasCode("UNKNOWN_TOPIC_OR_PART"));
  }));

test("LibrdkafkaAdmin.createTopics() refuses a number of partitions that cannot be", () =>
  withAdmin(async (admin, name) => {
    await assert.rejects(admin.createTopics([topicOf(name, -7)]), hasCode("_INVALID_ARG"));
  }));

test("LibrdkafkaAdmin.autoCreate() makes a topic by the broker's own defaults", () =>
  withAdmin(async (admin, name) => {
    assert.equal(await admin.autoCreate(name, WAIT_MS), true);
    assert.equal((await admin.topics([name])).length, 1);
  }));

test("LibrdkafkaAdmin.readAll() shows what was committed, in order, tombstones too, and nothing that was aborted", () =>
  withAdmin(async (admin, name) => {
    await admin.createTopics([topicOf(name)]);
    await withProducer({ "transactional.id": name }, async (producer) => {
      await producer.initTransactions(WAIT_MS);
      const topic = producer.topic(name, []);
      producer.beginTransaction();
      await producer.send(numbered(topic, 50));
      await producer.flush(WAIT_MS);
      await producer.abortTransaction(WAIT_MS);
      producer.beginTransaction();
      await producer.send(numbered(topic, 3));
      await producer.commitTransaction(WAIT_MS);
    });
    const records = await admin.readAll(name, WAIT_MS);
    const texts = records.map(({ key, value }) => [key, value && new TextDecoder().decode(value)]);
    assert.deepEqual(texts, [["key 0", "value 0"], ["key 1", "value 1"], ["key 2", undefined]]);
    const [marks] = await admin.watermarks(name);
    assert.deepEqual(marks, { low: 0, high: 55 }); // both markers take an offset
  }));

test("LibrdkafkaAdmin.deleteRecords() moves where a partition begins", () =>
  withAdmin(async (admin, name) => {
    await admin.createTopics([topicOf(name)]);
    await withProducer({}, async (producer) => {
      await producer.send(numbered(producer.topic(name, []), 10));
      await producer.flush(WAIT_MS);
    });
    await admin.deleteRecords(name, new Map([[0, 4]]));
    assert.deepEqual(await admin.watermarks(name), [{ low: 4, high: 10 }]);
    assert.equal((await admin.readAll(name, WAIT_MS))[0]?.key, "key 4");
  }));

test("initTransactions() fences the producer that had the id before", () =>
  withAdmin(async (admin, name) => {
    await admin.createTopics([topicOf(name)]);
    await withProducer({ "transactional.id": name }, async (first) => {
      await first.initTransactions(WAIT_MS);
      const topic = first.topic(name, []);
      first.beginTransaction();
      await first.send(numbered(topic, 3));
      await withProducer({ "transactional.id": name }, (second) => second.initTransactions(WAIT_MS));
      await assert.rejects(first.commitTransaction(WAIT_MS), (error) => error instanceof KafkaError && error.fatal);
    });
    assert.deepEqual(await admin.readAll(name, WAIT_MS), []);
  }));

test("LibrdkafkaProducer tells that a broker takes no record of this size", () =>
  withAdmin(async (admin, name) => {
    await admin.createTopics([topicOf(name, 1, { "max.message.bytes": "100" })]);
    await withProducer({ "compression.type": "none" }, async (producer) => {
      const topic = producer.topic(name, []);
      await producer.send(numbered(topic, 50));
      await producer.flush(WAIT_MS);
      assert.equal(producer.failure?.code, "MSG_SIZE_TOO_LARGE");
      assert.equal(producer.failure.retriable, false);
      const { accepted, delivered, failed } = producer.counts(topic);
      assert.equal(accepted, delivered + failed);
    });
  }));

for (const preset of PRESET_NAMES) {
  test(`sendConstantRecords() sends by preset ${preset}`, () =>
    withAdmin(async (admin, name) => {
      await admin.createTopics([topicOf(name, 3)]);
      await withProducer({}, async (producer) => {
        const { records, seconds } = await sendConstantRecords(producer, name, 2500);
        assert.equal(records, 2500);
        assert.ok(seconds > 0);
      }, preset);
    }));
}

test("LibrdkafkaAdmin.cluster() says in a few seconds that nobody listens", async () => {
  const admin = new LibrdkafkaAdmin(librdkafka(), { "bootstrap.servers": "127.0.0.1:1" });
  const start = performance.now();
  await assert.rejects(
    admin.cluster(),
    (error) => error instanceof KafkaError && /^Cannot reach Kafka at 127\.0\.0\.1:1: .*refused/.test(error.message),
  );
  assert.ok(performance.now() - start < 15_000);
  await admin.close();
});
