/** What each setting of a topic that can destroy or refuse events leads to. */

import assert from "node:assert/strict";
import { compactedOf } from "../../src/adapters/kafka/sink/compaction.ts";
import { announcedIn, troubleText } from "../../src/adapters/kafka/librdkafka/errors.ts";
import { kafkaHint } from "../../src/adapters/kafka/sink/hints.ts";
import { parseMarks } from "../../src/adapters/kafka/run/marks.ts";
import { type Settings, smallestBatch, type Stamps, unmetBy } from "../../src/adapters/kafka/sink/topic_demands.ts";
import { differenceTexts, eventTopics, planTopics, progressTopic } from "../../src/adapters/kafka/sink/topics.ts";
import { type KafkaAdmin, KafkaError } from "../../src/ports/kafka.ts";
import { TargetError } from "../../src/ports/sink.ts";
import { FakeKafka } from "../support/fake_kafka.ts";
import { sinkFor, type ToySinkOptions } from "../support/kafka_targets.ts";
import { toyEntities, toyManifest, toyProgress, writeToy } from "../support/toy_shop.ts";

const OPTIONS = { prefix: "toys", retentionHours: 8, replicationFactor: -1 };
const [EVENTS] = eventTopics(toyEntities, OPTIONS) as [ReturnType<typeof eventTopics>[number]];
const MARKS = progressTopic(OPTIONS);
const DAY_MS = 86_400_000;
const YEAR: Stamps = { oldestMs: Date.now() - 365 * DAY_MS, newestMs: Date.now() };

/** What Kafka has by default, for topics that say what new ones do. */
const HARMLESS: Settings = {
  "cleanup.policy": "delete",
  "retention.ms": "28800000",
  "retention.bytes": "-1",
  "max.message.bytes": "1048588",
  "message.timestamp.type": "CreateTime",
  "message.timestamp.before.max.ms": "9223372036854775807",
  "message.timestamp.after.max.ms": "3600000",
  "min.insync.replicas": "1",
};

/** Setting, value in force, and what comes of it: `refused`, `warned`, `told` or nothing. */
function outcome(settings: Settings, stamps?: Stamps, spec = EVENTS): string {
  const state = { name: spec.name, partitions: 3, replicationFactor: 1 };
  return unmetBy(spec, state, settings, stamps)
    .map(({ setting, refused, harm }) => `${setting} ${refused ? "refused" : harm === undefined ? "told" : "warned"}`)
    .join(", ");
}

Deno.test("unmetBy() finds nothing in Kafka's own defaults, nor in settings that an old broker lacks", () => {
  assert.equal(outcome(HARMLESS), "");
  assert.equal(outcome({ ...HARMLESS, "retention.ms": "31622400000" }, YEAR), "retention.ms told");
  assert.equal(outcome({}), "");
  assert.equal(outcome({ ...HARMLESS, "cleanup.policy": "compact" }, undefined, MARKS), "");
});

for (
  const [setting, held, sent, stamped] of [
    ["cleanup.policy", "compact", "refused", "refused"],
    ["cleanup.policy", "compact,delete", "refused", "refused"],
    ["cleanup.policy", "", "", ""],
    ["retention.ms", "3599999", "warned", "warned"],
    ["retention.ms", "-1", "told", "told"],
    ["retention.bytes", "10000", "warned", "warned"],
    ["retention.bytes", "0", "warned", "warned"],
    ["max.message.bytes", "1999", "warned", "warned"],
    ["max.message.bytes", "2000", "", ""],
    ["message.timestamp.type", "LogAppendTime", "", "warned"],
    ["message.timestamp.before.max.ms", "299999", "warned", "refused"],
    ["message.timestamp.before.max.ms", "300000", "", "refused"],
    ["message.timestamp.before.max.ms", String(366 * DAY_MS), "", "warned"],
    ["message.timestamp.difference.max.ms", "300000", "", "refused"],
    ["message.timestamp.after.max.ms", "0", "", ""],
    ["min.insync.replicas", "2", "warned", "warned"],
  ] as const
) {
  Deno.test(`unmetBy() on ${setting}=${held}: ${sent || "nothing"}; with events' time stamps ${stamped || "nothing"}`, () => {
    const settings = { ...HARMLESS, "retention.ms": "-1", [setting]: held };
    const spec = {
      ...EVENTS,
      settings: { ...EVENTS.settings, "retention.ms": setting === "retention.ms" ? "1" : "-1" },
    };
    const line = (what: string) => what === "" ? "" : `${setting} ${what}`;
    assert.equal(outcome(settings, undefined, spec), line(sent));
    assert.equal(outcome(settings, YEAR, spec), line(stamped));
  });
}

Deno.test("unmetBy() refuses an as-of that is further ahead than the topic takes", () => {
  const ahead = { oldestMs: Date.now(), newestMs: Date.now() + 2 * DAY_MS };
  assert.equal(
    outcome({ ...HARMLESS, "retention.ms": "-1" }, ahead),
    "retention.ms told, message.timestamp.after.max.ms refused",
  );
});

Deno.test("unmetBy() warns where retention is shorter than the run's days, and says what to give", () => {
  const state = { name: EVENTS.name, partitions: 3, replicationFactor: 1 };
  const [unmet] = unmetBy(EVENTS, state, HARMLESS, YEAR);
  assert.match(
    unmet!.harm!,
    /deletes those of more than 8 h ago; `retentionHours 876[01]` for new topics keeps them$/,
  );
});

Deno.test("smallestBatch() is that of the topic that takes the least", () => {
  assert.equal(smallestBatch([{ "max.message.bytes": "1048588" }, { "max.message.bytes": "100000" }, {}]), 100_000);
  assert.equal(smallestBatch([{}]), undefined);
});

Deno.test("planTopics() reads what is in force, and differenceTexts() tells topics that are alike in one line", async () => {
  const kafka = new FakeKafka();
  kafka.make({ ...EVENTS, settings: { ...HARMLESS, "cleanup.policy": "compact", "retention.bytes": "10000" } });
  const { differences } = await planTopics([EVENTS], kafka.client().admin());
  assert.deepEqual(differenceTexts([...differences, { ...differences[0]!, topic: "toys.others" }]), [
    "topics toys.purchases, toys.others have cleanup.policy compact, not delete: it keeps only the newest event of each key",
    "topic toys.purchases has retention.bytes 10000, not -1: the oldest events of a partition that holds more are deleted",
  ]);
});

function sinkOf(kafka: FakeKafka, more: Partial<ToySinkOptions> = {}) {
  return sinkFor(toyEntities, { client: kafka.client(), prefix: "toys", ...more });
}

Deno.test("KafkaSink sends nothing into a topic that compaction thins out", async () => {
  const kafka = new FakeKafka();
  kafka.make({ ...EVENTS, settings: { "cleanup.policy": "compact" } });
  for (const createTopics of [true, false]) {
    const sink = sinkOf(kafka, { createTopics });
    await assert.rejects(sink.begin(toyManifest(10), "create"), (error) => {
      assert.ok(error instanceof TargetError);
      assert.match(
        error.message,
        /^Cannot load into \S+: topic toys.purchases has cleanup.policy compact, not delete: /,
      );
      assert.match(error.hint, /^"datagen topics apply" sets cleanup.policy=delete/);
      return true;
    });
    await sink.close();
  }
  assert.deepEqual(kafka.committed(EVENTS.name), []);
  assert.equal(kafka.producers, 0);
});

Deno.test("KafkaSink makes batches as small as the topic that takes the least", async () => {
  for (
    const [own, limit, expected] of [
      [{}, "100000", "100000"],
      [{}, "1048588", undefined], // librdkafka's own is smaller
      [{ "batch.size": "16384" }, "100000", "16384"],
      [{ "batch.size": "5000000" }, "1048588", "1048588"],
    ] as const
  ) {
    const kafka = new FakeKafka();
    kafka.make({ ...EVENTS, settings: { "max.message.bytes": limit } });
    const sink = sinkOf(kafka, { properties: own });
    await sink.begin(toyManifest(10), "create");
    await sink.close();
    assert.equal(kafka.properties["batch.size"], expected);
  }
});

Deno.test("KafkaSink counts what is left of a topic that is compacted, or has holes", async () => {
  const kafka = new FakeKafka();
  const sink = sinkOf(kafka);
  await sink.begin(toyManifest(20), "create");
  await writeToy(sink, 0, 20);
  await sink.finish(toyManifest(20), toyProgress(20));
  await sink.close();
  assert.equal((await sinkOf(kafka).inspect()).loss, undefined);
  const partition = kafka.topic(EVENTS.name).partitionsHeld[0]!;
  const kept = partition.entries.filter(({ state }) => state === "committed").length;
  for (const entry of partition.entries.slice(0, kept)) if (entry.state === "committed") entry.state = "aborted"; // gone
  const { loss } = await sinkOf(kafka).inspect();
  const gone = 60 - kafka.committed(EVENTS.name).length;
  assert.ok(gone > 0);
  assert.deepEqual(loss, {
    kind: "expired",
    detail:
      `${gone} of 60 records of topic toys.purchases were deleted by compaction, which keeps only the newest of each key`,
  });
});

Deno.test("compactedOf() names the right without which it sees nothing", async () => {
  const kafka = new FakeKafka();
  const sink = sinkOf(kafka);
  await sink.begin(toyManifest(10), "create");
  await writeToy(sink, 0, 10);
  await sink.close();
  const right = { operation: "Read", resource: "Topic", name: EVENTS.name } as const;
  const refusal = new KafkaError("Cannot read", { code: "TOPIC_AUTHORIZATION_FAILED", right });
  const admin: KafkaAdmin = Object.assign(kafka.client().admin(), { countRecords: () => Promise.reject(refusal) });
  const marks = parseMarks(await admin.readAll(MARKS.name, 1));
  const held = new Map([[EVENTS.name, await admin.watermarks(EVENTS.name)]]);
  const { loss, warnings } = await compactedOf(admin, "toys", toyEntities.filter(({ topic }) => topic), marks, held);
  assert.deepEqual([loss, warnings], [undefined, [
    "whether compaction has deleted records cannot be seen without Read on Topic toys.purchases",
  ]]);
});

Deno.test("announcedIn() tells brokers that the cluster announced from addresses of the user", () => {
  assert.equal(announcedIn("kafka.inside:9092/1: Failed to resolve 'kafka.inside:9092'"), "kafka.inside:9092");
  assert.equal(announcedIn("sasl_ssl://b-1.example:9096/12: Connect to ipv4#10.0.0.7:9096 failed"), "b-1.example:9096");
  assert.equal(announcedIn("localhost:9092/bootstrap: Connect to ipv4#127.0.0.1:9092 failed"), undefined);
});

Deno.test("troubleText() leaves nothing of librdkafka's note on repeated errors", () => {
  const note = "(after 0ms in state CONNECT, 1 identical error(s) suppressed)";
  assert.equal(
    troubleText(`127.0.0.1:9/1: Connect to ipv4#127.0.0.1:9 failed: Connection refused ${note}`),
    "connect to 127.0.0.1:9 failed: Connection refused",
  );
});

Deno.test("kafkaHint() names what is granted, and never sends to doctor, which would say the same", () => {
  const of = (code: string, more: Partial<KafkaError> = {}) => kafkaHint(new KafkaError("Cannot", { code, ...more }));
  const right = { operation: "Write", resource: "TransactionalId", name: "datagen-x-0-of-1" } as const;
  assert.match(
    of("TRANSACTIONAL_ID_AUTHORIZATION_FAILED", { right }),
    /^kafka-acls --add --allow-principal User:NAME --operation Write --transactional-id datagen-x-0-of-1 grants it/,
  );
  for (const code of ["POLICY_VIOLATION", "TOPIC_EXCEPTION", "INVALID_CONFIG", "TOPIC_ALREADY_EXISTS", "UNKNOWN"]) {
    assert.doesNotMatch(of(code), /doctor/);
  }
});
