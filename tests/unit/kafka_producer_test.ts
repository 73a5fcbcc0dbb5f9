import assert from "node:assert/strict";
import { LibrdkafkaAdmin } from "../../src/adapters/kafka/librdkafka/admin.ts";
import { librdkafka } from "../../src/adapters/kafka/librdkafka/library.ts";
import { LibrdkafkaProducer } from "../../src/adapters/kafka/librdkafka/producer.ts";
import { producerProperties } from "../../src/adapters/kafka/librdkafka/properties.ts";
import { RecordBuilder } from "../../src/encoders/record_builder.ts";
import { KafkaError, type RecordBlock } from "../../src/ports/kafka.ts";
import { FAULT, MockKafka, REQUEST } from "../support/kafka_mock.ts";
import { testsWith } from "../support/services.ts";

const test = await testsWith("librdkafka");

const WAIT_MS = 20_000;

function producerOf(mock: MockKafka, own: Record<string, string> = {}): LibrdkafkaProducer {
  return new LibrdkafkaProducer(
    librdkafka(),
    producerProperties(undefined, { "bootstrap.servers": mock.bootstrap, "linger.ms": "1", ...own }),
  );
}

/** A block of records with keys and values that tell their number. */
function blockOf(topic: number, records: number, bytes = 0): RecordBlock {
  return builderOf(topic, records, bytes).take();
}

function builderOf(topic: number, records: number, bytes = 0): RecordBuilder {
  const builder = new RecordBuilder();
  for (let n = 0; n < records; n++) {
    builder.bytes.append(`key ${n}`);
    builder.endKey(topic);
    builder.bytes.append(`value ${n}`.padEnd(bytes));
    builder.endValue();
  }
  return builder;
}

/** Calls `use` with a producer of a cluster of its own. */
async function withProducer(
  own: Record<string, string>,
  use: (producer: LibrdkafkaProducer, mock: MockKafka) => Promise<void>,
): Promise<void> {
  await using mock = new MockKafka();
  const producer = producerOf(mock, own);
  try {
    await use(producer, mock);
  } finally {
    await producer.close();
  }
}

async function read(mock: MockKafka, topic: string) {
  const admin = new LibrdkafkaAdmin(librdkafka(), { "bootstrap.servers": mock.bootstrap });
  try {
    return await admin.readAll(topic, WAIT_MS);
  } finally {
    await admin.close();
  }
}

/** Calls that are to fail with an error of the client. */
async function failure(work: () => unknown): Promise<KafkaError> {
  try {
    await work();
  } catch (error) {
    assert.ok(error instanceof KafkaError, String(error));
    return error;
  }
  return assert.fail("nothing was thrown");
}

for (const headers of [[], [{ name: "a", value: "fixed" }]]) {
  test(`LibrdkafkaProducer delivers what it was given, ${headers.length} headers a record`, () =>
    withProducer({}, async (producer, mock) => {
      const topic = producer.topic("t", headers);
      await producer.send(blockOf(topic, 2500));
      assert.equal(await producer.flush(WAIT_MS), 0);
      assert.deepEqual(producer.counts(topic), { accepted: 2500, delivered: 2500, failed: 0 });
      const records = await read(mock, "t");
      const values = records.map(({ key, value }) => `${key} ${new TextDecoder().decode(value)}`).sort();
      assert.deepEqual(values, Array.from({ length: 2500 }, (_, n) => `key ${n} value ${n}`).sort());
    }));
}

test("LibrdkafkaProducer counts each topic's records of an interleaved block by itself", () =>
  withProducer({}, async (producer) => {
    const topics = [producer.topic("a", [{ name: "h" }]), producer.topic("b", []), producer.topic("c", [])];
    const builder = new RecordBuilder();
    for (let n = 0; n < 600; n++) {
      builder.bytes.append(`key ${n}`);
      builder.endKey(topics[n % 6 < 3 ? 0 : n % 6 < 5 ? 1 : 2]!);
      if (n % 6 < 3) builder.keyAsHeader();
      builder.bytes.append("value");
      builder.endValue();
    }
    await producer.send(builder.take());
    await producer.flush(WAIT_MS);
    assert.deepEqual(topics.map((topic) => producer.counts(topic).delivered), [300, 200, 100]);
  }));

test("RecordBuilder.noValue() and noKey() send a tombstone and a record without key", () =>
  withProducer({}, async (producer, mock) => {
    mock.createTopic("t", 1);
    const topic = producer.topic("t", []);
    const builder = new RecordBuilder();
    builder.bytes.append("gone");
    builder.endKey(topic);
    builder.noValue();
    builder.noKey(topic);
    builder.endValue();
    await producer.send(builder.take());
    await producer.flush(WAIT_MS);
    const records = await read(mock, "t");
    assert.deepEqual(records.map(({ key, value }) => [key, value?.length]), [["gone", undefined], [undefined, 0]]);
  }));

test("RecordBuilder keeps its records when its memory grows", () =>
  withProducer({}, async (producer, mock) => {
    const topic = producer.topic("t", [{ name: "h" }]);
    const builder = new RecordBuilder(16, 1);
    for (let n = 0; n < 3000; n++) {
      builder.bytes.append(`key ${n}`);
      builder.endKey(topic);
      builder.keyAsHeader();
      builder.bytes.append(`key ${n}`);
      builder.endValue();
    }
    await producer.send(builder.take());
    await producer.flush(WAIT_MS);
    const records = await read(mock, "t");
    assert.equal(records.length, 3000);
    assert.ok(records.every(({ key, value }) => key === new TextDecoder().decode(value)));
  }));

test("LibrdkafkaProducer.send() waits while the queue is full", () =>
  withProducer({ "queue.buffering.max.messages": "500" }, async (producer) => {
    const topic = producer.topic("t", []);
    await producer.send(blockOf(topic, 5000));
    assert.ok(producer.outstanding <= 500);
    await producer.flush(WAIT_MS);
    assert.equal(producer.counts(topic).delivered, 5000);
  }));

test("LibrdkafkaProducer.send() waits while the queue has no room for bytes", () =>
  withProducer({ "queue.buffering.max.kbytes": "100" }, async (producer) => {
    const topics = [producer.topic("t", []), producer.topic("u", [{ name: "h", value: "v" }])];
    for (const topic of topics) await producer.send(blockOf(topic, 3000, 1000));
    await producer.flush(WAIT_MS);
    assert.deepEqual(topics.map((topic) => producer.counts(topic).delivered), [3000, 3000]);
  }));

test("LibrdkafkaProducer.flush() ends in time, and tells what is outstanding while no broker answers", () =>
  withProducer({}, async (producer, mock) => {
    const topic = producer.topic("t", []);
    mock.stop();
    await producer.send(blockOf(topic, 10));
    const start = performance.now();
    assert.equal(await producer.flush(300), 10);
    assert.ok(performance.now() - start < 5000);
    assert.equal(producer.failure, undefined);
  }));

test("LibrdkafkaProducer delivers after the brokers were away", () =>
  withProducer({}, async (producer, mock) => {
    const topic = producer.topic("t", []);
    await producer.send(blockOf(topic, 10));
    await producer.flush(WAIT_MS);
    mock.stop();
    await producer.send(blockOf(topic, 20));
    await producer.flush(1000);
    mock.start();
    assert.equal(await producer.flush(WAIT_MS), 0);
    assert.deepEqual(producer.counts(topic), { accepted: 30, delivered: 30, failed: 0 });
  }));

test("LibrdkafkaProducer counts records that expire as failed and tells why", () =>
  withProducer({ "message.timeout.ms": "1000" }, async (producer, mock) => {
    const topic = producer.topic("t", []);
    mock.stop();
    await producer.send(blockOf(topic, 10));
    assert.equal(await producer.flush(WAIT_MS), 0);
    assert.deepEqual(producer.counts(topic), { accepted: 10, delivered: 0, failed: 10 });
    assert.equal(producer.failure?.code, "_MSG_TIMED_OUT");
    assert.equal(producer.failure.retriable, true);
    assert.match(producer.failure.message, /^Cannot deliver records to topic "t": message timed out \(last trouble: /);
    assert.equal(await failure(() => producer.send(blockOf(topic, 1))), producer.failure);
  }));

test("LibrdkafkaProducer survives brokers that are late, not the leader, or hang up", () =>
  withProducer({}, async (producer, mock) => {
    mock.fail(REQUEST.produce, FAULT.requestTimedOut, FAULT.notLeader, FAULT.disconnect, FAULT.requestTimedOut);
    const topic = producer.topic("t", [{ name: "a", value: "fixed" }]);
    await producer.send(blockOf(topic, 1000));
    assert.equal(await producer.flush(WAIT_MS), 0);
    assert.deepEqual(producer.counts(topic), { accepted: 1000, delivered: 1000, failed: 0 });
    assert.equal((await read(mock, "t")).length, 1000);
  }));

test("LibrdkafkaProducer fails for good where the broker refuses a record", () =>
  withProducer({ "batch.num.messages": "1" }, async (producer, mock) => {
    mock.fail(REQUEST.produce, FAULT.topicAuthorizationFailed);
    const topic = producer.topic("t", []);
    await producer.send(blockOf(topic, 1));
    await producer.flush(WAIT_MS);
    assert.deepEqual(producer.counts(topic), { accepted: 1, delivered: 0, failed: 1 });
    assert.equal(producer.failure?.code, "TOPIC_AUTHORIZATION_FAILED");
    assert.equal(producer.failure.retriable, false);
    assert.doesNotMatch(producer.failure.message, /key|value/);
  }));

for (const headers of [[], [{ name: "a", value: "fixed" }]]) {
  test(`LibrdkafkaProducer.send() refuses a record that is too large, ${headers.length} headers a record`, () =>
    withProducer({}, async (producer) => {
      const topic = producer.topic("t", headers);
      const builder = builderOf(topic, 3);
      builder.bytes.append("large");
      builder.endKey(topic);
      builder.bytes.append("x".repeat(2_000_000));
      builder.endValue();
      const error = await failure(() => producer.send(builder.take()));
      assert.equal(error.code, "MSG_SIZE_TOO_LARGE");
      await producer.flush(WAIT_MS);
      assert.deepEqual(producer.counts(topic), { accepted: 3, delivered: 3, failed: 0 });
    }));
}

test("LibrdkafkaProducer loses count of no record when a broker has lost their sequence", () =>
  withProducer({}, async (producer, mock) => {
    const topic = producer.topic("t", []);
    await producer.send(blockOf(topic, 1));
    await producer.flush(WAIT_MS);
    mock.fail(REQUEST.produce, FAULT.outOfOrderSequence);
    await producer.send(blockOf(topic, 5));
    assert.equal(await producer.flush(WAIT_MS), 0);
    const { accepted, delivered, failed } = producer.counts(topic);
    assert.equal(accepted, 6);
    assert.equal(delivered + failed, 6);
    assert.equal(producer.failure?.code, failed > 0 ? "OUT_OF_ORDER_SEQUENCE_NUMBER" : undefined);
  }));

test("LibrdkafkaProducer.close() counts what it threw away, and can be called twice", async () => {
  await using mock = new MockKafka();
  const producer = producerOf(mock);
  const topic = producer.topic("t", []);
  mock.stop();
  await producer.send(blockOf(topic, 10));
  await producer.close();
  await producer.close();
  assert.deepEqual(producer.counts(topic), { accepted: 10, delivered: 0, failed: 10 });
  assert.equal(producer.failure, undefined);
});

test("LibrdkafkaProducer passes on librdkafka's log lines only where they are wanted", async () => {
  await using mock = new MockKafka();
  const lines: string[] = [];
  const properties = producerProperties(undefined, { "bootstrap.servers": mock.bootstrap, debug: "broker" });
  const producer = new LibrdkafkaProducer(librdkafka(), properties, { log: ({ facility }) => lines.push(facility) });
  producer.topic("t", []);
  await producer.flush(100);
  for (let turn = 0; turn < 100 && lines.length === 0; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    producer.poll();
  }
  await producer.close();
  assert.ok(lines.length > 0);
});

test("LibrdkafkaProducer commits what readers of committed records then see, and aborts what they never see", () =>
  withProducer({ "transactional.id": "one" }, async (producer, mock) => {
    await producer.initTransactions(WAIT_MS);
    const topic = producer.topic("t", []);
    producer.beginTransaction();
    await producer.send(blockOf(topic, 5));
    await producer.abortTransaction(WAIT_MS);
    assert.equal(producer.failure, undefined);
    producer.beginTransaction();
    await producer.send(blockOf(topic, 7));
    await producer.commitTransaction(WAIT_MS);
    assert.equal(producer.outstanding, 0);
    assert.equal(producer.counts(topic).delivered >= 7, true);
    assert.ok((await read(mock, "t")).length >= 7);
  }));

test("LibrdkafkaProducer.commitTransaction() goes on after errors that pass", () =>
  withProducer({ "transactional.id": "two" }, async (producer, mock) => {
    await producer.initTransactions(WAIT_MS);
    const topic = producer.topic("t", []);
    producer.beginTransaction();
    await producer.send(blockOf(topic, 5));
    mock.fail(REQUEST.endTxn, FAULT.coordinatorNotAvailable, FAULT.disconnect);
    await producer.commitTransaction(WAIT_MS);
    assert.deepEqual(producer.counts(topic), { accepted: 5, delivered: 5, failed: 0 });
  }));

test("LibrdkafkaProducer.commitTransaction() says fatal when another took its place", () =>
  withProducer({ "transactional.id": "three" }, async (producer, mock) => {
    await producer.initTransactions(WAIT_MS);
    const topic = producer.topic("t", []);
    producer.beginTransaction();
    await producer.send(blockOf(topic, 5));
    mock.fail(REQUEST.endTxn, FAULT.producerFenced);
    const error = await failure(() => producer.commitTransaction(WAIT_MS));
    assert.equal(error.fatal, true);
    assert.match(error.code, /FENCED/);
    assert.equal(producer.failure?.fatal, true);
  }));

test("LibrdkafkaProducer aborts after an abortable error, and its successor goes on", () =>
  withProducer({ "transactional.id": "four" }, async (producer, mock) => {
    await producer.initTransactions(WAIT_MS);
    const topic = producer.topic("t", []);
    producer.beginTransaction();
    mock.fail(REQUEST.produce, FAULT.messageTooLarge);
    await producer.send(blockOf(topic, 1));
    const error = await failure(() => producer.commitTransaction(WAIT_MS));
    assert.deepEqual([error.abortable, error.fatal], [true, false]);
    await producer.abortTransaction(WAIT_MS);
    assert.equal(producer.failure, undefined);
    await producer.close();
    const successor = producerOf(mock, { "transactional.id": "four" });
    await successor.initTransactions(WAIT_MS);
    const again = successor.topic("t", []);
    successor.beginTransaction();
    await successor.send(blockOf(again, 3));
    await successor.commitTransaction(WAIT_MS);
    assert.deepEqual(successor.counts(again), { accepted: 3, delivered: 3, failed: 0 });
    await successor.close();
  }));

test("LibrdkafkaProducer.initTransactions() ends in time while no broker answers", () =>
  withProducer({ "transactional.id": "five" }, async (producer, mock) => {
    mock.stop();
    const start = performance.now();
    const error = await failure(() => producer.initTransactions(1000));
    assert.ok(performance.now() - start < 10_000);
    assert.equal(error.retriable, true);
    assert.match(error.message, /^Cannot begin to write transactions: /);
  }));
