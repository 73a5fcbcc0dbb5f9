/** What a load does on a broker whose own settings would refuse its batches or delete its events. */

import assert from "node:assert/strict";
import { AS_OF, EVENTS } from "../support/bank_load.ts";
import { clientOf } from "../support/kafka_targets.ts";
import { changeTopic, readerTestsWith, readTopics } from "../support/kafka_reader.ts";
import { freshPrefix, type OwnKafka, privateKafka, sleep } from "../support/services.ts";
import { assertFailure, datagen, datagenOk } from "../support/servers_program.ts";

const test = await readerTestsWith("ownKafka");

/** Compaction and a small retention for all topics that say nothing else, and batches of a tenth of the usual size. */
const LIMITS = {
  "message.max.bytes": "100000",
  "log.cleanup.policy": "compact",
  "log.retention.bytes": "10000",
  "log.retention.check.interval.ms": "1000",
  "log.segment.bytes": "1048576",
  "log.cleaner.backoff.ms": "500",
};
/** Longest wait for the cleaner, in milliseconds. */
const CLEANER_MS = 60_000;
const CUSTOMERS = 300;

function words(bootstrap: string, prefix: string): string[] {
  const where = ["--to", "kafka", "--kafka-bootstrap", bootstrap, "--topic-prefix", prefix, "--no-avro"];
  return ["load", "--customers", String(CUSTOMERS), "--as-of", AS_OF, ...where];
}

/** How many events there are to be, as a load into nothing tells. */
async function generated(): Promise<{ readonly card_transactions: number }> {
  const size = ["--customers", String(CUSTOMERS), "--as-of", AS_OF, "--only", EVENTS.join(",")];
  const { stderr } = await datagen(["load", ...size, "--to", "console", "--limit", "0", "--json"]);
  return JSON.parse(stderr).rows; // the console has the output for itself
}

async function countsOf(bootstrap: string, prefix: string): Promise<Record<string, number>> {
  const { topics } = await readTopics({ bootstrap, prefix, digest: true });
  return Object.fromEntries(Object.entries(topics).map(([name, { records }]) => [name, records]));
}

test("load on a broker with small limits and compaction as its default keeps every event", async (context) => {
  await using broker = await privateKafka({ config: LIMITS });
  const { bootstrap } = broker;
  const expected = await generated();

  await context.step("new topics say that they delete nothing, and batches fit message.max.bytes", async () => {
    const prefix = freshPrefix();
    await datagenOk([...words(bootstrap, prefix), "--create-topics"]);
    const settings = await settingsOf(broker, `${prefix}.card-transactions`);
    assert.deepEqual(
      ["cleanup.policy", "retention.bytes", "retention.ms", "max.message.bytes"].map((name) => settings[name]),
      ["delete", "-1", "28800000", "100000"],
    );
    await sleep(4_000); // the broker has looked at retention, and its cleaner at what is compacted
    assert.deepEqual(await countsOf(bootstrap, prefix), expected);
  });

  await context.step("the presets' batches fit too, and so does a user's", async () => {
    for (const more of [["--preset", "bulk"], ["-X", "batch.size=900000", "-X", "compression.type=none"]]) {
      const prefix = freshPrefix();
      await datagenOk([...words(bootstrap, prefix), "--create-topics", ...more]);
      assert.deepEqual(await countsOf(bootstrap, prefix), expected);
    }
  });

  const prefix = freshPrefix();
  await context.step("topics that the broker makes compacted are refused before anything is sent", async () => {
    const refused = {
      status: 2,
      error: new RegExp(
        `Cannot load into \\S+: topics (${prefix}\\.\\S+, ){3}${prefix}\\.installments have cleanup\\.policy compact, ` +
          "not delete: it keeps only the newest event of each key$",
      ),
      hint: /"datagen topics apply" sets cleanup\.policy=delete; another --topic-prefix makes other topics$/,
    } as const;
    assertFailure(await datagen(words(bootstrap, prefix)), refused);
    assertFailure(await datagen([...words(bootstrap, prefix), "--create-topics"]), refused);
    assert.deepEqual(await countsOf(bootstrap, prefix), {
      transactions: 0,
      card_transactions: 0,
      trades: 0,
      installments: 0,
    });
    const { status, stdout } = await datagen(doctorWords("doctor", bootstrap, prefix));
    assert.equal(status, 1);
    assert.match(stdout, /^\[FAIL\] topics: topics .+ have cleanup\.policy compact, not delete/m);
  });

  await context.step("topics plan names what eats events, and topics apply mends it", async () => {
    const topic = ["--kafka-bootstrap", bootstrap, "--topic-prefix", prefix];
    const plan = await datagenOk(["topics", "plan", ...topic]);
    assert.match(
      plan.stdout,
      /^\[TO DO\] topic \S+\.trades has cleanup\.policy compact, not delete: it keeps only the newest event of each key$/m,
    );
    assert.match(plan.stdout, /^\[TO DO\] topic \S+\.trades has retention\.bytes 10000, not -1: the oldest events /m);
    await datagenOk(["topics", "apply", ...topic]);
    assert.match((await datagenOk(["topics", "plan", ...topic])).stdout, /^5 topics at \S+ are as they should be$/m);
  });

  await context.step("a complete run that compaction has thinned out says so, whatever the policy is now", async () => {
    const cards = `${prefix}.card-transactions`;
    await datagenOk([...words(bootstrap, prefix), "-X", "compression.type=none"]); // more than a segment a partition
    assert.deepEqual(await countsOf(bootstrap, prefix), expected);
    await changeTopic(bootstrap, cards, "min.cleanable.dirty.ratio=0.001");
    await changeTopic(bootstrap, cards, "cleanup.policy=compact");
    const left = await untilCleaned(prefix);
    for (const policy of ["compact", "delete"] as const) {
      await changeTopic(bootstrap, cards, `cleanup.policy=${policy}`);
      const { status, stdout } = await datagen(words(bootstrap, prefix));
      assert.equal(status, 1);
      const gone = expected.card_transactions - left;
      assert.match(
        stdout,
        new RegExp(
          `^\\[FAIL\\] kept: ${gone} of ${expected.card_transactions} records of topic ${cards} were deleted by compaction`,
          "m",
        ),
      );
    }
  });

  /** Waits until the cleaner has done its work, and tells how many card purchases are left. */
  async function untilCleaned(prefix: string): Promise<number> {
    let last = expected.card_transactions;
    for (const start = Date.now(); Date.now() - start < CLEANER_MS;) {
      await sleep(3_000);
      const { card_transactions: count } = await countsOf(bootstrap, prefix);
      if (count! < expected.card_transactions && count === last) return last;
      last = count!;
    }
    throw new Error(`the broker compacted nothing within ${CLEANER_MS / 1000} s`);
  }
});

function doctorWords(command: string, bootstrap: string, prefix: string): string[] {
  return [command, "--to", "kafka", "--no-avro", "--kafka-bootstrap", bootstrap, "--topic-prefix", prefix];
}

async function settingsOf({ bootstrap }: OwnKafka, topic: string): Promise<Readonly<Record<string, string>>> {
  const admin = clientOf(bootstrap).admin();
  try {
    return await admin.settings(topic);
  } finally {
    await admin.close();
  }
}
