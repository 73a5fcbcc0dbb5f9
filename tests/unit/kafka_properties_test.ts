import assert from "node:assert/strict";
import { plain, troubleText, withTrouble } from "../../src/adapters/kafka/librdkafka/errors.ts";
import { LibrdkafkaAdmin } from "../../src/adapters/kafka/librdkafka/admin.ts";
import { Client, KIND } from "../../src/adapters/kafka/librdkafka/client.ts";
import { layered } from "../../src/adapters/kafka/librdkafka/layered.ts";
import { librdkafkaClient } from "../../src/adapters/kafka/librdkafka/librdkafka_client.ts";
import { librdkafka } from "../../src/adapters/kafka/librdkafka/library.ts";
import { LibrdkafkaProducer } from "../../src/adapters/kafka/librdkafka/producer.ts";
import {
  clientProperties,
  PRESET_NAMES,
  producerProperties,
  propertyOf,
  valuesInForce,
} from "../../src/adapters/kafka/librdkafka/properties.ts";
import { KafkaError } from "../../src/ports/kafka.ts";
import { testsWith } from "../support/services.ts";

const test = await testsWith("librdkafka");

/** The table of presets: acks, batch size, linger, compression, retries, idempotence, records, kilobytes. */
const TABLE = {
  reliable: ["all", "16384", "5", "snappy", "3", "true", "100000", "1048576"],
  fast: ["0", "65536", "50", "snappy", "0", undefined, "100000", "1048576"],
  bulk: ["0", "1048576", "100", "lz4", "0", undefined, "1000000", "2097152"],
  "event-by-event": ["all", "1", "0", "snappy", "3", undefined, "100000", "1048576"],
  streaming: ["1", "32768", "20", "snappy", "3", undefined, "500000", "1048576"],
};

const COLUMNS = [
  "acks",
  "batch.size",
  "linger.ms",
  "compression.type",
  "message.send.max.retries",
  "enable.idempotence",
  "queue.buffering.max.messages",
  "queue.buffering.max.kbytes",
];

for (const name of PRESET_NAMES) {
  Deno.test(`producerProperties() gives the row of preset ${name}, and the two settings of all presets`, () => {
    const properties = producerProperties(name, {});
    assert.deepEqual(COLUMNS.map((column) => properties[column]), TABLE[name]);
    assert.equal(properties["socket.nagle.disable"], "true");
    assert.equal(properties["socket.send.buffer.bytes"], "1048576");
    assert.equal(properties["partitioner"], "murmur2_random");
  });
}

Deno.test("producerProperties() without a preset is idempotent and waits for all replicas", () => {
  const properties = producerProperties(undefined, {});
  assert.equal(properties["acks"], "all");
  assert.equal(properties["enable.idempotence"], "true");
});

Deno.test("producerProperties() lets the user's own settings go before all others", () => {
  const properties = producerProperties("bulk", { acks: "1", partitioner: "random" });
  assert.equal(properties["acks"], "1");
  assert.equal(properties["partitioner"], "random");
});

test("clientProperties() makes no client an idempotent producer, whatever it is called and spelled", async () => {
  for (const [acks, idempotence] of [["acks", "t"], ["request.required.acks", "TRUE"]] as const) {
    const own = clientProperties({ [acks]: "1", "enable.idempotence": idempotence, "enable.gapless.guarantee": "1" });
    assert.equal(valuesInForce(librdkafka().calls, own, ["enable.idempotence"])["enable.idempotence"], "false");
    await new LibrdkafkaAdmin(librdkafka(), own).close();
  }
});

test("valuesInForce() tells what librdkafka makes of other names and spellings", () => {
  const spelled = [
    [{ "request.required.acks": "0" }, { acks: "0" }],
    [{ acks: "ALL" }, { acks: "-1" }],
    [{ acks: "all", "request.required.acks": "0" }, { acks: "0" }],
    [{ "enable.idempotence": "f" }, { "enable.idempotence": "false" }],
    [{ "enable.idempotence": "T" }, { "enable.idempotence": "true" }],
    [{ "metadata.broker.list": "b:1" }, { "bootstrap.servers": "b:1" }],
    [{ retries: "4" }, { "message.send.max.retries": "4" }],
    [{}, { "transactional.id": "", acks: "" }],
  ] as const;
  for (const [given, held] of spelled) {
    assert.deepEqual(valuesInForce(librdkafka().calls, given, Object.keys(held)), held);
  }
});

test("of two names for one property the one that was set last counts, in every client", async () => {
  const given = [
    [producerProperties("streaming", { "request.required.acks": "0" }), 0],
    [producerProperties("bulk", { "request.required.acks": "0", acks: "1" }), 1],
    [producerProperties("bulk", layered({ acks: "1" }, { "request.required.acks": "0" }, { acks: "-1" })), -1],
  ] as const;
  for (const [properties, acks] of given) {
    const producer = new LibrdkafkaProducer(librdkafka(), properties);
    const again = librdkafkaClient({ "request.required.acks": "1" }).producer(properties);
    assert.deepEqual([producer.acks, again.acks], [acks, acks]);
    await Promise.all([producer.close(), again.close()]);
  }
});

test("LibrdkafkaProducer waits for all replicas unless told otherwise", async () => {
  const producer = new LibrdkafkaProducer(librdkafka(), {});
  assert.equal(producer.acks, -1);
  await producer.close();
});

for (const name of [undefined, ...PRESET_NAMES]) {
  test(`librdkafka takes the settings of ${name ?? "no preset"}`, async () => {
    const properties = producerProperties(name, { "test.mock.num.brokers": "1" });
    const producer = new LibrdkafkaProducer(librdkafka(), properties);
    await producer.close();
    assert.equal(producer.failure, undefined);
  });
}

function refusal(properties: Record<string, string>): string {
  try {
    valuesInForce(librdkafka().calls, properties, []);
  } catch (error) {
    assert.ok(error instanceof KafkaError);
    assert.equal(error.code, "_INVALID_ARG");
    return error.message;
  }
  return assert.fail("it was accepted");
}

test("valuesInForce() takes what librdkafka takes", () => {
  const properties = { "linger.ms": "7", "sasl.mechanisms": "SCRAM-SHA-256", "sasl.password": "p" };
  const { "queue.buffering.max.ms": linger } = valuesInForce(librdkafka().calls, properties, [
    "queue.buffering.max.ms",
  ]);
  assert.equal(linger, "7");
});

test("valuesInForce() names an unknown property", () => {
  assert.equal(refusal({ "linger": "7" }), 'Cannot set Kafka property "linger": librdkafka has no such property');
});

test("valuesInForce() names a property with a bad value, and says what is wrong with it", () => {
  assert.match(refusal({ "linger.ms": "-7" }), /^Cannot set Kafka property "linger.ms": .*-7/);
});

test("every client reports each delivery, whatever it is given", async () => {
  const client = new Client(librdkafka(), KIND.producer, { "delivery.report.only.error": "1", "log.queue": "1" });
  const held = ["delivery.report.only.error", "log.queue"].map((name) => propertyOf(client.calls, client.handle, name));
  assert.deepEqual(held, ["false", "false"]);
  await client.close();
});

test("valuesInForce() shows no secret", () => {
  assert.doesNotMatch(refusal({ "sasl.oauthbearer.method": "hunter2" }), /hunter2/);
});

test("LibrdkafkaProducer says which settings do not go together", () => {
  const properties = producerProperties(undefined, { acks: "1" });
  assert.throws(() => new LibrdkafkaProducer(librdkafka(), properties), /^KafkaError: Cannot use these.*acks/);
});

Deno.test("plain() takes away who speaks", () => {
  assert.equal(plain("Broker: Unknown topic or partition."), "unknown topic or partition");
  assert.equal(plain("SSL handshake failed"), "SSL handshake failed");
});

Deno.test("troubleText() keeps address and reason of a connection that failed", () => {
  const text =
    "b:9092/bootstrap: Connect to ipv4#10.0.0.7:9092 failed: Connection refused (after 1ms in state CONNECT)";
  assert.equal(troubleText(text), "connect to 10.0.0.7:9092 failed: Connection refused");
});

Deno.test("troubleText() tells what is no Kafka, or Kafka with TLS, by the first bytes of its answer", () => {
  const text = (size: number) =>
    `b:5432/bootstrap: Receive failed: Invalid response size ${size} (0..100000000): ` +
    "increase receive.message.max.bytes (after 1ms in state APIVERSION_QUERY)";
  assert.equal(troubleText(text(0x45_00_00_00)), "what answers there is not Kafka");
  assert.equal(troubleText(text(-1)), "what answers there is not Kafka");
  assert.equal(troubleText(text(0x15_03_03_00)), "what answers there speaks TLS");
});

Deno.test("withTrouble() replaces a reason that only says that there was no connection", () => {
  const error = new KafkaError("Cannot reach Kafka at b:1: timed out", { code: "_TIMED_OUT", retriable: true });
  const told = withTrouble(error, { code: "_TRANSPORT", text: "connect to b:1 failed: refused" });
  assert.equal(told.message, "Cannot reach Kafka at b:1: connect to b:1 failed: refused");
  assert.equal(told.retriable, true);
});

Deno.test("withTrouble() makes a refused login an error that does not pass", () => {
  const error = new KafkaError("Cannot reach Kafka at b:1: timed out", { code: "_TIMED_OUT", retriable: true });
  const told = withTrouble(error, { code: "_AUTHENTICATION", text: "wrong password" });
  assert.deepEqual([told.code, told.retriable], ["_AUTHENTICATION", false]);
});
