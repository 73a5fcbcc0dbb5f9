import assert from "node:assert/strict";
import { type KafkaAdmin, type KafkaClient, KafkaError } from "../../src/ports/kafka.ts";
import { marksBlock } from "../../src/adapters/kafka/delivery/delivery.ts";
import type { KafkaSink } from "../../src/adapters/kafka/sink/kafka_sink.ts";
import { applyAndRemember, findMade } from "../../src/adapters/kafka/sink/made.ts";
import { planTopics, progressTopic } from "../../src/adapters/kafka/sink/topics.ts";
import type { Progress } from "../../src/ports/manifest.ts";
import { RegistryError, type SchemaRegistry } from "../../src/ports/registry.ts";
import { SinkError, TargetError } from "../../src/ports/sink.ts";
import { FakeKafka } from "../support/fake_kafka.ts";
import { purchaseIds, toySink, type ToySinkOptions } from "../support/kafka_targets.ts";
import type { RowSink } from "../support/row_sink.ts";
import { loadToy, toyBatch, toyManifest, toyProgress, writeToy } from "../support/toy_shop.ts";

const EVENTS = "toys.purchases";
const MARKS = "toys.datagen-progress";

function sinkOf(kafka: FakeKafka, options: Partial<ToySinkOptions> = {}): RowSink<KafkaSink> {
  return toySink({ brokers: "127.0.0.1:1", client: kafka.client(), prefix: "toys", ...options });
}

/** Ids of all events that readers of committed records see, sorted. */
function ids(kafka: FakeKafka): string[] {
  return kafka.committed(EVENTS).map(({ headers }) => headers["ce_id"]!).sort();
}

Deno.test("KafkaSink sends each event once, with its mark, and counts what was acknowledged", async () => {
  const kafka = new FakeKafka();
  const sink = sinkOf(kafka);
  assert.equal((await sink.inspect()).kind, "empty");
  await loadToy(sink, 25);
  assert.deepEqual(ids(kafka), purchaseIds(25));
  assert.deepEqual(await sink.counts(), { purchases: 75 });
  const state = await sinkOf(kafka).inspect();
  assert.equal(state.kind, "complete");
  assert.deepEqual(state.progress, { units: 25, rows: { purchases: 75 } });
  assert.equal(state.loss, undefined);
});

for (const [call, after] of [["init", false], ["send", false], ["commit", false], ["commit", true]] as const) {
  Deno.test(`KafkaSink sends a transaction again when ${call} fails ${after ? "after" : "before"} its effect`, async () => {
    const kafka = new FakeKafka();
    const sink = sinkOf(kafka);
    await sink.begin(toyManifest(30), "create");
    await writeToy(sink, 0, 10);
    if (call === "init") kafka.fail("send", "_TRANSPORT", { abortable: true });
    kafka.fail(call, "_TIMED_OUT", { retriable: true, after });
    await sink.write(toyBatch(10, 20));
    await writeToy(sink, 20, 30);
    await sink.finish(toyManifest(30), toyProgress(30));
    assert.deepEqual(ids(kafka), purchaseIds(30));
    assert.deepEqual(await sink.counts(), { purchases: 90 });
    await sink.close();
  });
}

for (const code of ["MSG_SIZE_TOO_LARGE", "UNKNOWN_TOPIC_OR_PART", "TOPIC_AUTHORIZATION_FAILED"]) {
  Deno.test(`KafkaSink gives up at once on ${code}, and leaves out what was not committed`, async () => {
    const kafka = new FakeKafka();
    const sink = sinkOf(kafka);
    await sink.begin(toyManifest(30), "create");
    await writeToy(sink, 0, 10);
    kafka.fail("commit", code, { abortable: true });
    await sink.write(toyBatch(10, 20));
    await assert.rejects(sink.commit(toyProgress(20)), (error) => error instanceof SinkError && !error.retriable);
    await sink.close();
    assert.equal(kafka.producers, 2); // one remembered the topics, one sent
    assert.deepEqual(ids(kafka), purchaseIds(10));
  });
}

Deno.test("KafkaSink gives up on what should pass when the deadline is over", async () => {
  const kafka = new FakeKafka();
  const sink = sinkOf(kafka, { deadlines: { open: 1, commit: 1, abort: 1, recovery: -1 } });
  await sink.begin(toyManifest(30), "create");
  kafka.fail("send", "_TIMED_OUT", { retriable: true });
  await assert.rejects(sink.write(toyBatch(0, 10)), (error) => error instanceof SinkError && error.retriable);
  await sink.close();
});

Deno.test("KafkaSink goes on after the last mark when its process was killed", async () => {
  const kafka = new FakeKafka();
  const killed = sinkOf(kafka);
  await killed.begin(toyManifest(30), "create");
  await writeToy(killed, 0, 10);
  await killed.write(toyBatch(10, 20));
  const sink = sinkOf(kafka);
  const state = await sink.inspect();
  assert.deepEqual([state.kind, state.progress], ["partial", { units: 10, rows: { purchases: 30 } }]);
  await sink.begin(toyManifest(30), "resume");
  await writeToy(sink, 10, 30);
  await sink.finish(toyManifest(30), toyProgress(30));
  assert.deepEqual(ids(kafka), purchaseIds(30));
  assert.deepEqual(await sink.counts(), { purchases: 90 });
});

Deno.test("KafkaSink leaves another writer of its prefix alone while it only looks", async () => {
  const kafka = new FakeKafka();
  const first = sinkOf(kafka);
  await first.begin(toyManifest(30), "create");
  await writeToy(first, 0, 10);
  const looking = sinkOf(kafka);
  assert.deepEqual((await looking.inspect()).progress, { units: 10, rows: { purchases: 30 } });
  await looking.close();
  await writeToy(first, 10, 30);
  await first.finish(toyManifest(30), toyProgress(30));
  assert.equal(kafka.producers, 2); // one remembered the topics, one sent
  assert.deepEqual(ids(kafka), purchaseIds(30));
});

Deno.test("KafkaSink.fence() stops another writer of its prefix, and tells how far that one got meanwhile", async () => {
  const kafka = new FakeKafka();
  const first = sinkOf(kafka);
  await first.begin(toyManifest(30), "create");
  await writeToy(first, 0, 10);
  const second = sinkOf(kafka);
  assert.equal((await second.inspect()).progress?.units, 10);
  await writeToy(first, 10, 20);
  await first.write(toyBatch(20, 30));
  assert.deepEqual((await second.fence(toyManifest(30), "resume")).progress, {
    units: 20,
    rows: { purchases: 60 },
  });
  await assert.rejects(first.commit(toyProgress(30)), (error) => {
    assert.ok(error instanceof SinkError && /another datagen writes to this prefix/.test(error.message));
    assert.match(error.hint!, /^let the other one finish, or run the same command again/);
    return true;
  });
  await second.begin(toyManifest(30), "resume");
  await writeToy(second, 20, 30);
  await second.finish(toyManifest(30), toyProgress(30));
  assert.deepEqual(ids(kafka), purchaseIds(30));
  assert.deepEqual(await second.counts(), { purchases: 90 });
});

Deno.test("KafkaSink.begin() without fence() does not go on behind marks that are out of date", async () => {
  const kafka = new FakeKafka();
  const first = sinkOf(kafka);
  await first.begin(toyManifest(30), "create");
  await writeToy(first, 0, 10);
  const second = sinkOf(kafka);
  await second.inspect();
  await writeToy(first, 10, 20);
  await assert.rejects(second.begin(toyManifest(30), "resume"), /another load wrote there since it was inspected/);
});

Deno.test("KafkaSink.fence() stops nobody where the run is refused after all", async () => {
  const kafka = new FakeKafka();
  const first = sinkOf(kafka);
  await first.begin(toyManifest(30), "create");
  await writeToy(first, 0, 10);
  for (const other of [{ cloudEvents: false }, { registry: registry() }, { registry: registry({ down: true }) }]) {
    const sink = sinkOf(kafka, other);
    await sink.inspect();
    await assert.rejects(sink.fence(toyManifest(30), "resume"), TargetError);
    await sink.close();
  }
  await writeToy(first, 10, 30);
  await first.finish(toyManifest(30), toyProgress(30));
  assert.deepEqual(ids(kafka), purchaseIds(30));
});

Deno.test("KafkaSink.fence() stops no run that began after it looked", async () => {
  const kafka = new FakeKafka();
  const late = sinkOf(kafka);
  assert.equal((await late.inspect()).kind, "empty");
  const first = sinkOf(kafka);
  await first.begin(toyManifest(30), "create");
  await assert.rejects(late.fence(toyManifest(30), "create"), (error) => {
    assert.ok(error instanceof TargetError);
    assert.match(error.message, /^Cannot load into \S+: another load has begun there just now$/);
    return true;
  });
  await writeToy(first, 0, 30);
  await first.finish(toyManifest(30), toyProgress(30));
  assert.deepEqual(ids(kafka), purchaseIds(30));
});

Deno.test("KafkaSink adds only the missing customers to a complete run", async () => {
  const kafka = new FakeKafka();
  await loadToy(sinkOf(kafka), 10);
  const grown = { ...toyManifest(25), intervals: [{ from: 0, to: 10 }, { from: 10, to: 25 }] };
  const sink = sinkOf(kafka);
  assert.equal((await sink.inspect()).kind, "complete");
  await sink.begin(grown, "extend");
  await writeToy(sink, 10, 20);
  await sink.close(); // stopped half way
  const second = sinkOf(kafka);
  assert.deepEqual((await second.inspect()).progress, { units: 20, rows: { purchases: 60 } });
  await second.begin(grown, "resume");
  await writeToy(second, 20, 25);
  await second.finish(grown, toyProgress(25));
  assert.deepEqual(ids(kafka), purchaseIds(25));
  const { kind, manifest, progress } = await sinkOf(kafka).inspect();
  assert.deepEqual([kind, manifest, progress], ["complete", grown, { units: 25, rows: { purchases: 75 } }]);
});

Deno.test("KafkaSink sends a complete run once more behind what is there", async () => {
  const kafka = new FakeKafka();
  await loadToy(sinkOf(kafka), 10);
  const sink = sinkOf(kafka);
  await sink.inspect();
  await sink.begin(toyManifest(10), "resend");
  assert.deepEqual((await sinkOf(kafka).inspect()).progress, { units: 0, rows: {} });
  const again = sinkOf(kafka);
  await again.inspect();
  await again.begin(toyManifest(10), "resume");
  await writeToy(again, 0, 10);
  await again.finish(toyManifest(10), toyProgress(10));
  assert.deepEqual(ids(kafka), purchaseIds(10, 2));
  assert.deepEqual(await again.counts(), { purchases: 30 });
});

Deno.test("KafkaSink replaces a run by emptying its topics, and keeps the topics", async () => {
  const kafka = new FakeKafka();
  await loadToy(sinkOf(kafka), 20);
  const topic = kafka.topic(EVENTS);
  const sink = sinkOf(kafka);
  await sink.inspect();
  await loadWith(sink, 10, "replace");
  assert.deepEqual(ids(kafka), purchaseIds(10));
  assert.equal(kafka.topic(EVENTS), topic);
  const { kind, progress, loss } = await sinkOf(kafka).inspect();
  assert.deepEqual([kind, progress, loss], ["complete", { units: 10, rows: { purchases: 30 } }, undefined]);
});

Deno.test("KafkaSink tells a topic that was deleted or made anew from records that have expired", async () => {
  const kafka = new FakeKafka();
  await loadToy(sinkOf(kafka), 20);
  await kafka.client().admin().deleteRecords(EVENTS, new Map([[1, 5]]));
  assert.deepEqual((await sinkOf(kafka).inspect()).loss, {
    kind: "expired",
    detail: "about 5 records of topic toys.purchases were deleted",
  });
  kafka.make({ name: EVENTS, partitions: 3, replicationFactor: 1, settings: {} });
  const recreated = (await sinkOf(kafka).inspect()).loss;
  assert.equal(recreated?.kind, "recreated");
  assert.match(recreated.detail, /^topic toys.purchases ends at offset 0 in partition 0, it ended at \d+$/);
  kafka.delete(EVENTS);
  assert.equal((await sinkOf(kafka).inspect()).loss?.detail, "topic toys.purchases is gone");
});

Deno.test("KafkaSink tells records of which no mark tells the run, whoever wrote them, until they are expired", async () => {
  const kafka = new FakeKafka();
  await loadToy(sinkOf(kafka), 10);
  kafka.delete(MARKS);
  const expected = {
    kind: "empty",
    unmarked: "topic toys.purchases holds records, and toys.datagen-progress does not tell of which run",
  };
  assert.deepEqual(await sinkOf(kafka).inspect(), expected);
  kafka.make({ name: MARKS, partitions: 1, replicationFactor: 1, settings: {} });
  assert.deepEqual(await sinkOf(kafka).inspect(), expected);
  const ends = await kafka.client().admin().watermarks(EVENTS);
  await kafka.client().admin().deleteRecords(EVENTS, new Map(ends.map(({ high }, partition) => [partition, high])));
  assert.deepEqual(await sinkOf(kafka).inspect(), { kind: "empty" });
});

Deno.test("KafkaSink notices that its marks are deleted while it writes", async () => {
  const kafka = new FakeKafka();
  const sink = sinkOf(kafka);
  await sink.begin(toyManifest(30), "create");
  await writeToy(sink, 0, 20);
  kafka.delete(MARKS);
  await sink.write(toyBatch(20, 22));
  await assert.rejects(sink.commit(toyProgress(22)), (error) => {
    assert.ok(error instanceof SinkError);
    assert.match(
      error.message,
      /: topic toys.datagen-progress was deleted meanwhile; records .*: 6 delivered, 0 failed/,
    );
    return true;
  });
  await sink.close();
});

Deno.test("KafkaSink keeps marks from expiring, or says that it may not", async () => {
  const kafka = new FakeKafka();
  kafka.make({ name: MARKS, partitions: 1, replicationFactor: 1, settings: {} });
  const client: KafkaClient = {
    producer: kafka.client().producer,
    admin: () =>
      Object.assign(kafka.client().admin(), {
        changeSettings: () => Promise.reject(new KafkaError("Cannot alter", { code: "TOPIC_AUTHORIZATION_FAILED" })),
      }),
  };
  await assert.rejects(sinkOf(kafka, { client }).begin(toyManifest(10), "create"), (error) => {
    assert.ok(error instanceof TargetError);
    assert.match(error.message, /toys.datagen-progress has cleanup.policy delete, not compact, so that marks expire/);
    assert.match(error.hint, /^set cleanup.policy=compact on it/);
    return true;
  });
  assert.deepEqual(kafka.committed(MARKS), []);
  const sink = sinkOf(kafka);
  await loadToy(sink, 10);
  assert.equal(kafka.topic(MARKS).settings["cleanup.policy"], "compact");
  assert.deepEqual(sink.warnings, [
    "topic toys.datagen-progress: cleanup.policy delete -> compact: the marks in it must not expire",
  ]);
});

Deno.test("KafkaSink tells what became of the records that it did not commit", async () => {
  for (const transactional of [true, false]) {
    const kafka = new FakeKafka();
    const sink = sinkOf(kafka, { transactional });
    await sink.begin(toyManifest(30), "create");
    await writeToy(sink, 0, 10);
    await sink.write(toyBatch(10, 20));
    kafka.fail("send", "TOPIC_AUTHORIZATION_FAILED", {});
    await assert.rejects(sink.write(toyBatch(20, 22)), (error) => {
      const unknown = transactional ? 6 : 0; // without transactions nothing of a refused block is held
      assert.match(
        (error as SinkError).message,
        new RegExp(`; records since the last commit: 30 delivered, 0 failed, ${unknown} unknown$`),
      );
      return true;
    });
    await sink.close();
  }
});

Deno.test("KafkaSink lets no broker make a topic again that was deleted", async () => {
  for (const transactional of [true, false]) {
    const kafka = new FakeKafka();
    await loadToy(sinkOf(kafka, { transactional }), 1);
    assert.equal(kafka.properties["allow.auto.create.topics"], "false");
  }
});

Deno.test("KafkaSink notices a topic that is made anew while it writes", async () => {
  const kafka = new FakeKafka();
  const sink = sinkOf(kafka);
  await sink.begin(toyManifest(30), "create");
  await writeToy(sink, 0, 20);
  kafka.make({ name: EVENTS, partitions: 3, replicationFactor: 1, settings: {} });
  await sink.write(toyBatch(20, 22));
  await assert.rejects(sink.commit(toyProgress(22)), (error) => {
    assert.ok(error instanceof SinkError);
    assert.match(error.message, /Cannot write to .*: topic toys.purchases was deleted meanwhile/);
    assert.equal(error.hint, "`resend` `createTopics` sends the whole run again; `truncate` begins anew");
    return true;
  });
  await sink.close();
});

Deno.test("KafkaSink leaves a topic that is missing to the broker, or to its option createTopics", async () => {
  const kafka = new FakeKafka();
  kafka.autoCreates = false;
  const sink = sinkOf(kafka, { createTopics: false });
  await assert.rejects(
    sink.begin(toyManifest(10), "create"),
    (error) => error instanceof TargetError && error.hint === "give `createTopics`",
  );
  kafka.autoCreates = true;
  const made = sinkOf(kafka, { createTopics: false });
  await loadToy(made, 10);
  assert.equal(kafka.topic(EVENTS).partitions, 1);
  assert.match(made.warnings.join(), /^the broker made toys.purchases by its own settings; .+ `createTopics` makes/);
});

Deno.test("KafkaSink sends no records that look different beside those of a run, and tells how a complete one looks", async () => {
  const kafka = new FakeKafka();
  await loadToy(sinkOf(kafka), 10);
  const sink = sinkOf(kafka, { cloudEvents: false });
  await sink.inspect();
  assert.deepEqual(sink.warnings, ["its records have CloudEvents headers"]);
  await assert.rejects(
    sink.begin(toyManifest(10), "resend"),
    /without CloudEvents headers: the run was begun with them/,
  );
  assert.deepEqual(ids(kafka), purchaseIds(10));
});

Deno.test("KafkaSink compares topics that exist, and alters none", async () => {
  const kafka = new FakeKafka();
  kafka.make({ name: EVENTS, partitions: 1, replicationFactor: 1, settings: { "retention.ms": "1000" } });
  const sink = sinkOf(kafka);
  await loadToy(sink, 10);
  assert.deepEqual(sink.warnings.map((text) => text.split(";")[0]), [
    "topic toys.purchases has 1 partition, not 3",
    "topic toys.purchases has retention.ms 1000, not 28800000: events may be deleted before anybody reads them",
  ]);
  assert.equal(kafka.topic(EVENTS).settings["retention.ms"], "1000");
});

Deno.test("KafkaSink refuses to go on with records that look different", async () => {
  const kafka = new FakeKafka();
  const begun = sinkOf(kafka);
  await begun.begin(toyManifest(30), "create");
  for (const other of [{ cloudEvents: false }, { registry: registry() }]) {
    const sink = sinkOf(kafka, other);
    await sink.inspect();
    await assert.rejects(sink.begin(toyManifest(30), "resume"), TargetError);
    await sink.close();
  }
});

Deno.test("KafkaSink writes nothing when the registry cannot be asked, unless JSON is allowed instead", async () => {
  const kafka = new FakeKafka();
  const broken = registry({ down: true });
  await assert.rejects(sinkOf(kafka, { registry: broken }).begin(toyManifest(10), "create"), TargetError);
  assert.equal(kafka.has(EVENTS), false);
  const sink = sinkOf(kafka, { registry: broken, registryFallback: "json" });
  await loadToy(sink, 10);
  assert.deepEqual(sink.warnings, ["records are JSON, not Avro: Cannot reach the registry"]);
  assert.equal(kafka.committed(EVENTS)[0]!.headers["content-type"], "application/json");
});

Deno.test("KafkaSink refuses a schema that does not follow those of its subject", async () => {
  const kafka = new FakeKafka();
  const sink = sinkOf(kafka, { registry: registry({ incompatible: true }) });
  await assert.rejects(
    sink.begin(toyManifest(10), "create"),
    /schema of subject toys.purchases-value is not compatible with the one in http:\S+: field b has no default$/,
  );
  assert.equal(kafka.has(EVENTS), false);
});

Deno.test("KafkaSink frames Avro by the schema's id and says so in content-type", async () => {
  const kafka = new FakeKafka();
  await loadToy(sinkOf(kafka, { registry: registry() }), 1);
  const { value, headers } = kafka.committed(EVENTS)[0]!;
  assert.deepEqual([...value!.subarray(0, 5)], [0, 0, 0, 1, 2]);
  assert.equal(headers["content-type"], "application/avro");
});

Deno.test("KafkaSink stamps records with the time of their events when asked, and warns of a short retention", async () => {
  const kafka = new FakeKafka();
  const sink = sinkOf(kafka, { recordTimestamp: "event" });
  await loadToy(sink, 2);
  assert.deepEqual(kafka.committed(EVENTS).map(({ timestamp }) => timestamp).sort((a, b) => a - b), [
    0,
    86_399_999,
    172_799_998,
    259_199_997,
    345_599_996,
    431_999_995,
  ]);
  assert.match(
    sink.warnings[0]!,
    /^topic toys.purchases has retention.ms 28800000, not \d+: events are stamped with their own time, .+ more than 8 h ago; `retentionHours \d+` for new topics keeps them;/,
  );
});

Deno.test("KafkaSink without transactions tells the guarantee that its settings give, the weakest of the run", async () => {
  for (const [acks, told] of [["all", /^at least once/], ["1", /while no broker fails/], ["0", /^none/]] as const) {
    const kafka = new FakeKafka();
    const sink = sinkOf(kafka, { transactional: false, properties: { acks } });
    await loadToy(sink, 10);
    assert.match(sink.guarantee!, told);
    assert.deepEqual(ids(kafka), purchaseIds(10));
    const transactional = sinkOf(kafka);
    await transactional.inspect();
    await transactional.begin(toyManifest(20), "extend");
    assert.match(transactional.guarantee!, told);
  }
});

/** A sink without transactions that does not wait long for what is lost. */
function plainSinkOf(kafka: FakeKafka): RowSink<KafkaSink> {
  const deadlines = { open: 1, commit: 1, abort: 1, recovery: -1, arrival: 1 };
  return sinkOf(kafka, { transactional: false, properties: { acks: "0" }, deadlines });
}

Deno.test("KafkaSink without transactions counts what its topics have got, not what was sent", async () => {
  const kafka = new FakeKafka();
  kafka.loses = true;
  const sink = plainSinkOf(kafka);
  await loadToy(sink, 10);
  assert.deepEqual(await sink.counts(), { purchases: 0 });
  const complete = plainSinkOf(kafka);
  assert.equal((await complete.inspect()).kind, "complete");
  assert.deepEqual(await complete.counts(), { purchases: 0 });
});

for (const lost of ["first", "second"] as const) {
  for (const [before, after] of [[false, false], [false, true], [true, false]] as const) {
    if (lost === "first" ? before : after) continue; // nothing is lost in a transaction
    const how = (transactional: boolean) => transactional ? "with transactions" : "without";
    Deno.test(`KafkaSink tells what the ${lost} half of a run lost, sent ${how(before)} and gone on ${how(after)}`, async () => {
      const kafka = new FakeKafka();
      const half = (transactional: boolean) => transactional ? sinkOf(kafka) : plainSinkOf(kafka);
      const first = half(before);
      kafka.loses = lost === "first";
      await first.begin(toyManifest(30), "create");
      await writeToy(first, 0, 20);
      await first.close();
      const second = half(after);
      kafka.loses = lost === "second";
      await second.inspect();
      await second.begin(toyManifest(30), "resume");
      await writeToy(second, 20, 30);
      await second.finish(toyManifest(30), toyProgress(30));
      assert.deepEqual(await second.counts(), { purchases: lost === "first" ? 30 : 60 });
      const looking = sinkOf(kafka);
      await looking.inspect();
      assert.deepEqual(await looking.counts(), { purchases: lost === "first" ? 30 : 60 });
      kafka.loses = false;
      const again = half(after);
      await again.inspect();
      await again.begin(toyManifest(30), "resend");
      await writeToy(again, 0, 30);
      await again.finish(toyManifest(30), toyProgress(30));
      assert.deepEqual(await again.counts(), { purchases: 90 });
    });
  }
}

Deno.test("KafkaSink without transactions first stops one with them that writes the same run, and ends what it left open", async () => {
  const kafka = new FakeKafka();
  const first = sinkOf(kafka);
  await first.begin(toyManifest(30), "create");
  await writeToy(first, 0, 10);
  await first.write(toyBatch(10, 20));
  const second = plainSinkOf(kafka);
  await second.inspect();
  assert.equal((await second.fence(toyManifest(30), "resume")).progress?.units, 10);
  await assert.rejects(first.commit(toyProgress(20)), /another datagen writes to this prefix/);
  await second.begin(toyManifest(30), "resume");
  await writeToy(second, 10, 30);
  await second.finish(toyManifest(30), toyProgress(30));
  assert.deepEqual(ids(kafka), purchaseIds(30));
  assert.deepEqual(await second.counts(), { purchases: 90 });
});

const OTHER_WRITER = /another datagen writes to this prefix/;
const OTHER_SEED = { ...toyManifest(20), seed: 7 };

/** What the marks tell of that many buyers. */
function purchases(customers: number): Progress {
  return { units: customers, rows: { purchases: customers * 3 } };
}

/** Loads another seed in place of what is there, from begin to end. */
async function replaceRun(sink: RowSink<KafkaSink>): Promise<void> {
  await sink.inspect();
  await sink.fence(OTHER_SEED, "replace");
  await sink.begin(OTHER_SEED, "replace");
  await writeToy(sink, 0, 20);
  await sink.finish(OTHER_SEED, toyProgress(20));
}

/** Makes sure that the run of the other seed is there, and complete. */
async function assertReplaced(kafka: FakeKafka): Promise<void> {
  const { kind, manifest, progress } = await sinkOf(kafka).inspect();
  assert.deepEqual([kind, manifest, progress], ["complete", OTHER_SEED, purchases(20)]);
}

for (const transactional of [true, false]) {
  const how = transactional ? "with transactions" : "without them";
  const second = (kafka: FakeKafka) => transactional ? sinkOf(kafka) : plainSinkOf(kafka);

  Deno.test(`KafkaSink without transactions stops at its next commit when another run ${how} takes its prefix`, async () => {
    for (const end of ["commit", "finish"] as const) {
      const kafka = new FakeKafka();
      const first = plainSinkOf(kafka);
      await first.begin(toyManifest(30), "create");
      await writeToy(first, 0, 10);
      await replaceRun(second(kafka));
      const marks = kafka.committed(MARKS).length;
      const last = () => end === "commit" ? writeToy(first, 10, 20) : first.finish(toyManifest(30), toyProgress(10));
      await assert.rejects(last(), (error) => error instanceof SinkError && OTHER_WRITER.test(error.message));
      assert.equal(kafka.committed(MARKS).length, marks);
      await assertReplaced(kafka);
    }
  });

  Deno.test(`KafkaSink without transactions stops when the same run is gone on with, ${how}`, async () => {
    const kafka = new FakeKafka();
    const first = plainSinkOf(kafka);
    await first.begin(toyManifest(30), "create");
    await writeToy(first, 0, 10);
    const other = second(kafka);
    await other.inspect();
    await other.fence(toyManifest(30), "resume");
    await other.begin(toyManifest(30), "resume");
    await assert.rejects(writeToy(first, 10, 20), OTHER_WRITER);
    await writeToy(other, 10, 30);
    await other.finish(toyManifest(30), toyProgress(30));
    assert.deepEqual((await sinkOf(kafka).inspect()).progress, purchases(30));
  });
}

Deno.test("KafkaSink without transactions hides no mark of one that took its prefix just before its own mark", async () => {
  const kafka = new FakeKafka();
  let take: (() => Promise<void>) | undefined;
  const watermarks = async (admin: KafkaAdmin, name: string) => {
    const found = await admin.watermarks(name);
    const now = name === MARKS ? take : undefined;
    if (now !== undefined) take = undefined;
    await now?.();
    return found;
  };
  const client: KafkaClient = {
    producer: kafka.client().producer,
    admin: () => {
      const admin = kafka.client().admin();
      return Object.assign(kafka.client().admin(), { watermarks: (name: string) => watermarks(admin, name) });
    },
  };
  const first = sinkOf(kafka, { client, transactional: false, properties: { acks: "1" } });
  await first.begin(toyManifest(30), "create");
  await writeToy(first, 0, 10);
  take = () => replaceRun(sinkOf(kafka));
  await writeToy(first, 10, 20);
  await assertReplaced(kafka);
  await assert.rejects(writeToy(first, 20, 30), OTHER_WRITER);
  await assertReplaced(kafka);
});

Deno.test("KafkaSink without transactions waits for its own mark to show, and takes it for nobody else's", async () => {
  const kafka = new FakeKafka();
  await loadToy(sinkOf(kafka), 10);
  let hidden = 0;
  const before = kafka.committed(MARKS);
  const client: KafkaClient = {
    producer: kafka.client().producer,
    admin: () =>
      Object.assign(kafka.client().admin(), {
        readAll: (name: string) => Promise.resolve(hidden-- > 0 ? before : kafka.committed(name)),
      }),
  };
  const sink = sinkOf(kafka, { client, transactional: false, properties: { acks: "1" } });
  await sink.inspect();
  await sink.begin(toyManifest(20), "extend");
  hidden = 2;
  await writeToy(sink, 10, 20);
  await sink.finish(toyManifest(20), toyProgress(20));
  assert.ok(hidden <= 0);
  assert.deepEqual((await sinkOf(kafka).inspect()).progress, purchases(20));
});

Deno.test("KafkaSink without transactions stops one with them that went on with a run of a weaker delivery", async () => {
  const kafka = new FakeKafka();
  const begun = plainSinkOf(kafka);
  await begun.begin(toyManifest(30), "create");
  await writeToy(begun, 0, 10);
  await begun.close();
  const first = sinkOf(kafka);
  await first.inspect();
  await first.begin(toyManifest(30), "resume");
  await writeToy(first, 10, 20);
  await replaceRun(plainSinkOf(kafka));
  await assert.rejects(writeToy(first, 20, 30), OTHER_WRITER);
  await assertReplaced(kafka);
});

Deno.test("KafkaSink without transactions takes no fault at records that others send to the same topics", async () => {
  const kafka = new FakeKafka();
  const sink = plainSinkOf(kafka);
  await sink.begin(toyManifest(10), "create");
  const other = kafka.client().producer({});
  const records = Array.from({ length: 30 }, (_, n) => ({ key: `${n}`, value: "{}" }));
  await other.send(marksBlock(other.topic(EVENTS, []), records));
  assert.equal(kafka.committed(EVENTS).length, 30);
  await writeToy(sink, 0, 10);
  await sink.finish(toyManifest(10), toyProgress(10));
  assert.deepEqual(await sink.counts(), { purchases: 30 });
});

Deno.test("KafkaSink counts the bytes of keys, headers and values over all of a run's processes", async () => {
  const whole = new FakeKafka();
  await loadToy(sinkOf(whole), 20);
  const parts = new FakeKafka();
  const first = sinkOf(parts);
  await first.begin(toyManifest(20), "create");
  await writeToy(first, 0, 10);
  const second = sinkOf(parts);
  await second.inspect();
  await second.begin(toyManifest(20), "resume");
  await writeToy(second, 10, 20);
  await second.finish(toyManifest(20), toyProgress(20));
  const held = whole.committed(EVENTS).reduce(
    (sum, { key = "", value, headers }) =>
      sum + key.length + value!.length + Object.entries(headers).flat().join("").length,
    0,
  );
  assert.equal(await second.bytes(), held);
  assert.equal(await sinkOf(whole).inspect().then(() => second.bytes()), held);
});

Deno.test("KafkaSink remembers the subjects that it made, also in a later run, and those that were there before", async () => {
  const kafka = new FakeKafka();
  const subject = `${EVENTS}-value`;
  const subjects = async () => {
    const { subjects, otherSubjects } = await findMade(kafka.client().admin(), "toys", undefined);
    return { subjects, otherSubjects };
  };
  await loadToy(sinkOf(kafka, { registry: registry({ held: true }) }), 1);
  assert.deepEqual(await subjects(), { subjects: [], otherSubjects: [subject] });
  for (const own of [registry(), registry({ held: true }), undefined]) {
    const sink = sinkOf(kafka, { registry: own });
    await sink.inspect();
    await loadWith(sink, 1, "replace");
    assert.deepEqual(await subjects(), { subjects: [subject], otherSubjects: [] });
  }
});

Deno.test("KafkaSink registers no schema while its topics are missing", async () => {
  const kafka = new FakeKafka();
  kafka.autoCreates = false;
  let registered = 0;
  const counting = { ...registry(), register: () => Promise.resolve(registered++) };
  const sink = sinkOf(kafka, { registry: counting, createTopics: false });
  await assert.rejects(sink.begin(toyManifest(1), "create"), TargetError);
  assert.equal(registered, 0);
});

/** Clients whose `close` fails; `closed` tells what was closed. */
function failingToClose(kafka: FakeKafka): { client: KafkaClient; closed: string[] } {
  const closed: string[] = [];
  const close = (name: string) => () => {
    closed.push(name);
    return Promise.reject(new Error(`Cannot close the ${name}`));
  };
  const { producer, admin } = kafka.client();
  const client: KafkaClient = {
    producer: (properties) => Object.assign(producer(properties), { close: close("producer") }),
    admin: () => Object.assign(admin(), { close: close("admin") }),
  };
  return { client, closed };
}

Deno.test("KafkaSink closes all that it holds, whatever fails to close, and tells the first error", async () => {
  const kafka = new FakeKafka();
  const { client, closed } = failingToClose(kafka);
  const sink = sinkOf(kafka, { client });
  await sink.begin(toyManifest(10), "create");
  await assert.rejects(sink.close(), /Cannot close the producer/);
  assert.deepEqual(closed, ["producer", "producer", "admin"]); // the first one remembered the topics
});

Deno.test("KafkaSink tells why it cannot begin, and sends again what failed, where a producer fails to close too", async () => {
  const kafka = new FakeKafka();
  const { client } = failingToClose(kafka);
  kafka.fail("init", "TRANSACTIONAL_ID_AUTHORIZATION_FAILED", {});
  await assert.rejects(
    sinkOf(kafka, { client }).begin(toyManifest(10), "create"),
    /Cannot init: TRANSACTIONAL_ID_AUTHORIZATION_FAILED/,
  );
  const sink = sinkOf(kafka, { client });
  await sink.begin(toyManifest(10), "create");
  kafka.fail("send", "_TRANSPORT", { retriable: true });
  await writeToy(sink, 0, 10);
  await sink.finish(toyManifest(10), toyProgress(10));
  assert.deepEqual(ids(kafka), purchaseIds(10));
});

Deno.test("KafkaSink remembers the topics and subjects that it made, though the run never begins", async () => {
  const kafka = new FakeKafka();
  kafka.fail("init", "TRANSACTIONAL_ID_AUTHORIZATION_FAILED", {});
  const sink = sinkOf(kafka, { registry: registry() });
  await assert.rejects(sink.begin(toyManifest(10), "create"), /Cannot init: TRANSACTIONAL_ID_AUTHORIZATION_FAILED/);
  await sink.close();
  const made = await findMade(kafka.client().admin(), "toys", undefined);
  assert.deepEqual(made, {
    topics: ["toys.purchases", "toys.datagen-progress"],
    subjects: ["toys.purchases-value"],
    others: [],
    otherSubjects: [],
  });
  const again = sinkOf(kafka, { registry: registry() });
  await again.begin(toyManifest(10), "create");
  await writeToy(again, 0, 10);
  await again.finish(toyManifest(10), toyProgress(10));
  assert.deepEqual((await findMade(kafka.client().admin(), "toys", undefined)).subjects, ["toys.purchases-value"]);
});

Deno.test("applyAndRemember() tells why it cannot remember, where its producer fails to close too", async () => {
  const kafka = new FakeKafka();
  const { client } = failingToClose(kafka);
  const options = { prefix: "toys", retentionHours: 8, replicationFactor: 1 };
  const admin = kafka.client().admin();
  const plan = await planTopics([progressTopic(options)], admin);
  kafka.fail("send", "TOPIC_AUTHORIZATION_FAILED", {});
  await assert.rejects(applyAndRemember(plan, "toys", client, admin), /Cannot send: TOPIC_AUTHORIZATION_FAILED/);
});

async function loadWith(sink: RowSink<KafkaSink>, customers: number, mode: "replace"): Promise<void> {
  await sink.begin(toyManifest(customers), mode);
  await writeToy(sink, 0, customers);
  await sink.finish(toyManifest(customers), toyProgress(customers));
  await sink.close();
}

function registry({ down = false, incompatible = false, held = false } = {}): SchemaRegistry {
  const ask = <Answer>(answer: Answer) =>
    down
      ? Promise.reject(new RegistryError("Cannot reach the registry", { retriable: true }))
      : Promise.resolve(answer);
  return {
    url: "http://127.0.0.1:2",
    incompatibility: () => ask(incompatible ? "field b has no default" : undefined),
    lookup: () => ask({ found: held || incompatible ? "others" as const : "nothing" as const }),
    register: () => ask(0x102),
    subjects: () => ask([]),
  };
}

Deno.test("KafkaSink asks for the topics of the cluster once a commit, however many topics it has", async () => {
  const kafka = new FakeKafka();
  let asked = 0;
  const client: KafkaClient = {
    producer: kafka.client().producer,
    admin: () => {
      const admin = kafka.client().admin();
      const topics = (names: readonly string[]) => (asked++, admin.topics(names));
      const watermarks = (name: string, partitions?: number) => {
        if (partitions === undefined) asked++; // then the real one lists all topics of the cluster
        return admin.watermarks(name, partitions);
      };
      return Object.assign(kafka.client().admin(), { topics, watermarks });
    },
  };
  const sink = sinkOf(kafka, { client });
  await sink.begin(toyManifest(30), "create");
  for (const units of [10, 20, 30]) {
    await sink.write(toyBatch(units - 10, units));
    asked = 0;
    await sink.commit(toyProgress(units));
    assert.equal(asked, 1, `commit of ${units}`);
  }
  await sink.close();
});
