/** The Kafka sink against a real broker; what errors do to it is in `tests/unit/kafka_sink_faults_test.ts`. */

import assert from "node:assert/strict";
import { RegistryClient } from "../../src/adapters/registry/registry_client.ts";
import type { KafkaAdmin } from "../../src/ports/kafka.ts";
import { SinkError, TargetError } from "../../src/ports/sink.ts";
import { clientOf, purchaseIds, toySink, type ToySinkOptions } from "../support/kafka_targets.ts";
import { freshPrefix, kafka, schemaRegistry, testsWith } from "../support/services.ts";
import { killedWriter, runToy, toyBatch, toyManifest, toyProgress, writeToy } from "../support/toy_shop.ts";

const test = await testsWith("kafka", "schemaRegistry");

/** A prefix on the run's broker, with an admin client that is closed afterwards. */
interface Place {
  readonly bootstrap: string;
  readonly prefix: string;
  readonly events: string;
  readonly admin: KafkaAdmin;
  /** Makes a sink there. */
  readonly sink: (options?: Partial<ToySinkOptions>) => ReturnType<typeof toySink>;
  /** Ids in the values of all events that `read_committed` shows, sorted. */
  readonly ids: () => Promise<string[]>;
}

async function atPlace(use: (place: Place) => Promise<void>): Promise<void> {
  const { bootstrap } = await kafka();
  const prefix = freshPrefix();
  const events = `${prefix}.purchases`;
  const admin = clientOf(bootstrap).admin();
  const ids = async () => {
    const records = await admin.readAll(events, 30_000);
    return records.map(({ value }) => JSON.parse(new TextDecoder().decode(value)).purchase_id as string).sort();
  };
  const sink = (options: Partial<ToySinkOptions> = {}) =>
    toySink({ brokers: bootstrap, client: clientOf(bootstrap), prefix, ...options });
  try {
    await use({ bootstrap, prefix, events, admin, sink, ids });
  } finally {
    await admin.close();
  }
}

test("KafkaSink makes its topics, sends each event once, and knows the run again", () =>
  atPlace(async ({ sink, ids, admin, events, prefix }) => {
    const first = sink();
    assert.deepEqual(await first.inspect(), { kind: "empty" });
    await runToy(first, "create", 0, 30);
    assert.deepEqual(await ids(), purchaseIds(30));
    assert.equal((await admin.settings(events))["retention.ms"], "28800000");
    assert.equal((await admin.settings(`${prefix}.datagen-progress`))["cleanup.policy"], "compact");
    const again = sink();
    const { kind, manifest, progress, loss } = await again.inspect();
    assert.deepEqual([kind, manifest, progress, loss], [
      "complete",
      toyManifest(30),
      { units: 30, rows: { purchases: 90 } },
      undefined,
    ]);
    assert.deepEqual(await again.counts(), { purchases: 90 });
    await again.close();
  }));

test("KafkaSink adds only the missing customers, sends all again when asked, and empties topics to replace", () =>
  atPlace(async ({ sink, ids, admin, events }) => {
    await runToy(sink(), "create", 0, 10);
    await runToy(sink(), "extend", 10, 30);
    assert.deepEqual(await ids(), purchaseIds(30));
    await runToy(sink(), "resend", 0, 30);
    assert.deepEqual(await ids(), purchaseIds(30, 2));
    await runToy(sink(), "replace", 0, 20);
    assert.deepEqual(await ids(), purchaseIds(20));
    assert.ok((await admin.watermarks(events)).some(({ low }) => low > 0), "the topic was made anew");
  }));

test("KafkaSink tells expired records from a topic that was made anew", () =>
  atPlace(async ({ sink, admin, events }) => {
    await runToy(sink(), "create", 0, 30);
    await admin.deleteRecords(events, new Map([[0, 4]]));
    const expired = sink();
    assert.deepEqual((await expired.inspect()).loss, {
      kind: "expired",
      detail: `about 4 records of topic ${events} were deleted`,
    });
    await expired.close();
    await admin.deleteTopics([events]);
    const recreated = sink();
    assert.equal((await recreated.inspect()).loss?.kind, "recreated");
    await recreated.close();
  }));

test("KafkaSink gives up on a record that the topic does not take, and leaves nothing half written", () =>
  atPlace(async ({ sink, ids, admin, events }) => {
    const small = sink();
    await small.inspect();
    await small.begin(toyManifest(30), "create");
    await writeToy(small, 0, 10);
    await admin.changeSettings(events, { "max.message.bytes": "100" });
    await assert.rejects(
      (async () => {
        await small.write(toyBatch(10, 20));
        await small.commit(toyProgress(20));
      })(),
      (error) =>
        error instanceof SinkError &&
        /larger than the topic takes \(max\.message\.bytes\): .*message size too large/.test(error.message),
    );
    await small.close();
    await admin.changeSettings(events, { "max.message.bytes": "1048588" });
    assert.deepEqual(await ids(), purchaseIds(10));
    await runToy(sink(), "resume", 10, 30);
    assert.deepEqual(await ids(), purchaseIds(30));
  }));

test("KafkaSink stops when a topic is deleted under it", () =>
  atPlace(async ({ sink, admin, events }) => {
    const doomed = sink();
    await doomed.inspect();
    await doomed.begin(toyManifest(30), "create");
    await writeToy(doomed, 0, 10);
    await admin.deleteTopics([events]);
    await assert.rejects(writeToy(doomed, 10, 30), (error) =>
      error instanceof SinkError &&
      /(is gone: .+|was deleted meanwhile); records since the last commit: \d+ delivered, 0 failed, \d+ unknown$/.test(
        error.message,
      ));
    await doomed.close();
  }));

test("KafkaSink registers schemas and sends Avro, or JSON where the registry is down and that is allowed", () =>
  atPlace(async ({ sink, admin, events }) => {
    const { url } = await schemaRegistry();
    const registry = new RegistryClient(url);
    await runToy(sink({ registry }), "create", 0, 10);
    assert.ok((await registry.subjects()).includes(`${events}-value`));
    assert.equal((await admin.readAll(events, 30_000))[0]!.value![0], 0);
    const other = sink();
    await other.inspect();
    await assert.rejects(other.begin(toyManifest(20), "extend"), /with JSON: the run was begun with Avro/);
    await other.close();
    const down = new RegistryClient("http://127.0.0.1:9", { timeoutMs: 500 });
    const fallen = sink({ registry: down, registryFallback: "json", prefix: freshPrefix() });
    await runToy(fallen, "create", 0, 10);
    assert.match(fallen.warnings[0]!, /^records are JSON, not Avro: /);
  }));

for (const preset of ["reliable", "streaming", "bulk"] as const) {
  test(`KafkaSink delivers without transactions by the preset ${preset}`, () =>
    atPlace(async ({ bootstrap, sink, ids }) => {
      const client = clientOf(bootstrap, {}, preset);
      const plain = sink({ client, transactional: false });
      await runToy(plain, "create", 0, 30);
      assert.deepEqual(await plain.counts(), { purchases: 90 });
      assert.deepEqual(await ids(), purchaseIds(30));
    }));
}

test("KafkaSink without transactions goes on after a process that was killed within a transaction", () =>
  atPlace(async ({ bootstrap, prefix, sink, ids }) => {
    await killedWriter(`kafka:${bootstrap}/${prefix}`);
    const client = clientOf(bootstrap, {}, "bulk");
    const plain = sink({ client, transactional: false });
    await runToy(plain, "resume", 20, 40);
    assert.deepEqual(await ids(), purchaseIds(40));
    assert.deepEqual(await plain.counts(), { purchases: 120 });
  }));

test("KafkaSink tells a cluster that cannot be reached in one line, before anything else", async () => {
  const sink = toySink({ brokers: "127.0.0.1:9", client: clientOf("127.0.0.1:9"), prefix: freshPrefix() });
  await assert.rejects(
    sink.inspect(),
    (error) =>
      error instanceof TargetError && /^Cannot use kafka:\/\/127.0.0.1:9\/test-\S+: /.test(error.message) &&
      !error.message.includes("\n"),
  );
  await sink.close();
});
