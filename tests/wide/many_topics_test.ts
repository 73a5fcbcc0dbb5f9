/** A cluster with many topics of others: a load asks for its own by name, and goes as ever. */

import assert from "node:assert/strict";
import { AS_OF } from "../support/bank_load.ts";
import { clientOf } from "../support/kafka_targets.ts";
import { readerTestsWith, readTopics } from "../support/kafka_reader.ts";
import { freshPrefix, privateKafka } from "../support/services.ts";
import { datagenOk } from "../support/servers_program.ts";

const test = await readerTestsWith("ownKafka");

const OTHERS = 2_000;
const AT_ONCE = 200;

test(`load, info and reset beside ${OTHERS} other topics leave those alone, and do what they do without them`, async () => {
  await using broker = await privateKafka();
  const { bootstrap } = broker;
  const words = (prefix: string) => ["--kafka-bootstrap", bootstrap, "--topic-prefix", prefix, "--no-avro"];
  const size = ["--customers", "300", "--as-of", AS_OF, "--skip-postgres", "--create-topics"];
  const [alone, beside] = [freshPrefix(), freshPrefix()];
  const digests = async (prefix: string) => (await readTopics({ bootstrap, prefix, digest: true })).topics;

  await datagenOk(["load", ...size, ...words(alone)]);
  const admin = clientOf(bootstrap).admin();
  try {
    for (let at = 0; at < OTHERS; at += AT_ONCE) {
      await admin.createTopics(Array.from({ length: AT_ONCE }, (_, n) => ({
        name: `other-${at + n}`,
        partitions: 1,
        replicationFactor: 1,
        settings: {},
      })));
    }
    await datagenOk(["load", ...size, ...words(beside)]);
    assert.deepEqual(await digests(beside), await digests(alone));
    const { stdout } = await datagenOk(["info", "kafka", ...words(beside), "--json"]);
    assert.deepEqual(JSON.parse(stdout).customers, { written: 300, of: 300 });
    await datagenOk(["reset", "--to", "kafka", ...words(beside), "--yes"]);
    const left = await admin.topics([`${beside}.trades`, "other-0", `other-${OTHERS - 1}`]);
    assert.deepEqual(left.map(({ name }) => name), ["other-0", `other-${OTHERS - 1}`]);
  } finally {
    await admin.close();
  }
});
