/** What `-X` comes to is what librdkafka makes of it, whatever names and spellings it is given in. */

import assert from "node:assert/strict";
import { AS_OF } from "../support/bank_load.ts";
import { freePort, freshPrefix, kafka, testsWith } from "../support/services.ts";
import { assertFailure, datagen, datagenOk } from "../support/servers_program.ts";

const test = await testsWith("kafka");

function loadWords(bootstrap: string, more: string): string[] {
  const where = ["--kafka-bootstrap", bootstrap, "--topic-prefix", freshPrefix(), "--skip-postgres", "--create-topics"];
  return ["load", "--customers", "5", "--as-of", AS_OF, ...where, "--no-avro", ...more.split(" ").filter(Boolean)];
}

/** Options, and the delivery that they give. */
const DELIVERIES = {
  "": "exactly once, for readers with isolation.level=read_committed",
  "-X enable.idempotence=T -X request.required.acks=ALL":
    "exactly once, for readers with isolation.level=read_committed",
  "-X enable.idempotence=f": "at least once; a run that is resumed repeats records, with the same ids",
  "-X enable.idempotence=0 -X request.required.acks=1": "at least once while no broker fails (acks=1)",
  "--preset streaming": "at least once while no broker fails (acks=1)",
  "--preset streaming -X acks=-1": "at least once; a run that is resumed repeats records, with the same ids",
  "--preset streaming -X request.required.acks=0":
    "none: the broker does not confirm records (acks=0), so some may be missing",
  "--preset bulk -X request.required.acks=0 -X acks=1": "at least once while no broker fails (acks=1)",
};

test("load tells the delivery that librdkafka gives", async (context) => {
  const { bootstrap } = await kafka();
  for (const [options, delivery] of Object.entries(DELIVERIES)) {
    await context.step(options || "without options", async () => {
      const { stdout } = await datagenOk(loadWords(bootstrap, options));
      assert.equal(/^ {2}delivery: (.*)$/m.exec(stdout)?.[1], delivery);
    });
  }
});

const BROKERS = /: --kafka-bootstrap says where the brokers are$/;
const LEAVE = /leave it away$/;
const PAGE = /https:\S+CONFIGURATION\.md lists the properties of -X$/;

/** Options that cannot be, what is said of them, and the hint. */
const REFUSED: Readonly<Record<string, readonly [RegExp, RegExp]>> = {
  "-X bootstrap.servers=b:9092": [BROKERS, LEAVE],
  "-X metadata.broker.list=b:9092": [BROKERS, LEAVE],
  "-X test.mock.num.brokers=3": [BROKERS, LEAVE],
  "-X transactional.id=mine": [/Cannot use -X transactional\.id: it follows from --topic-prefix$/, LEAVE],
  "-X delivery.report.only.error=t": [/: every delivery is counted$/, LEAVE],
  "-X allow.auto.create.topics=1": [/: a topic that is deleted during a load must not come back$/, LEAVE],
  "-X request.required.acks=1": [
    /Cannot use -X acks=1 with transactions: they wait for all replicas$/,
    /choose a --preset/,
  ],
  "-X retries=0": [/Cannot use these Kafka properties: `retries` must be set >= 1 when/, PAGE],
  "-X delivery.timeout.ms=90000": [/.*`message\.timeout\.ms` must be set <= `transaction\.timeout\.ms`$/, PAGE],
  "--preset reliable -X request.required.acks=1": [
    /.*`acks` must be set to `all` when `enable\.idempotence` is true$/,
    PAGE,
  ],
  "-X enable.idempotence=yes": [/Cannot set Kafka property "enable\.idempotence": expected bool value/, PAGE],
};

test("properties that cannot be are refused by what they do, before anything is connected to", async (context) => {
  for (const [options, [error, hint]] of Object.entries(REFUSED)) {
    await context.step(options, async () => {
      const outcome = await datagen(loadWords(`127.0.0.1:${freePort()}`, options));
      assertFailure(outcome, { status: 2, error: new RegExp(`.*${error.source}`), hint });
    });
  }
});
