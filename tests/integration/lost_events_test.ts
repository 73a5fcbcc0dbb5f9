/** Without transactions the offsets of the topics tell whether events have arrived. */

import assert from "node:assert/strict";
import { AS_OF } from "../support/bank_load.ts";
import { changeTopic, readerTestsWith, readTopics } from "../support/kafka_reader.ts";
import { freshPrefix, kafka } from "../support/services.ts";
import { datagen, datagenOk, RunningProgram } from "../support/servers_program.ts";
import { hasWritten, LOGGED } from "../support/log_events.ts";

const test = await readerTestsWith("kafka");

/** Words of a load of 300 customers into topics of a prefix. */
function loadWords(bootstrap: string, prefix: string, ...more: readonly string[]): string[] {
  const where = ["--kafka-bootstrap", bootstrap, "--topic-prefix", prefix, "--skip-postgres", "--create-topics"];
  return ["load", "--customers", "300", "--as-of", AS_OF, ...where, "--no-avro", ...more];
}

function topicOf(prefix: string, entity: string): string {
  return `${prefix}.${entity.replace("_", "-")}`;
}

/** The lines of a validation, its verdict left out. */
function checksOf(stdout: string): string[] {
  return stdout.split("\n").filter((line) => line.startsWith("["));
}

/** Loads into a topic that begins to refuse all records before the first one is sent. */
async function refusedLoad(bootstrap: string, prefix: string, ...more: readonly string[]) {
  const program = new RunningProgram([...loadWords(bootstrap, prefix, ...more), ...LOGGED]);
  assert.equal(await program.logs(hasWritten("kafka:", 32)), true);
  await program.heldStill(() => changeTopic(bootstrap, `${prefix}.transactions`, "max.message.bytes=10"));
  return await program.outcome();
}

test("load fails where the broker refused what it does not confirm, then and when it is asked again", async (context) => {
  const { bootstrap } = await kafka();
  const prefix = freshPrefix();
  const words = loadWords(bootstrap, prefix, "--preset", "bulk");
  const { status, stdout } = await refusedLoad(bootstrap, prefix, "--preset", "bulk");
  const { topics } = await readTopics({ bootstrap, prefix, digest: true });
  const there = Object.entries(topics).map(([name, { records }]) => [topicOf(prefix, name), records] as const);

  await context.step("the load itself", () => {
    assert.match(stdout, /\nValidation: MISMATCHES DETECTED\n$/);
    assert.match(stdout, /^\[FAIL\] \S+\.transactions: expected [1-9]\d+, got 0$/m);
    for (const [topic, records] of there) {
      assert.match(stdout, new RegExp(`\\] ${topic}: (expected \\d+, got ${records}|${records} events)\n`));
    }
    assert.equal(status, 1);
  });
  await context.step("the same line again", async () => {
    const again = await datagen(words);
    assert.match(again.stdout, /^Nothing was loaded: \S+ has lost part of this run$/m);
    assert.match(again.stdout, /: complete once, but not all of it arrived; --resend sends it again/);
    assert.deepEqual(checksOf(again.stdout), checksOf(stdout));
    assert.equal(again.status, 1);
  });
  await context.step("sent again when the topic takes records", async () => {
    await changeTopic(bootstrap, `${prefix}.transactions`, "max.message.bytes=1048588");
    const { stdout } = await datagenOk([...words, "--resend"]);
    assert.match(stdout, new RegExp(`^\\[OK\\] ${prefix}\\.transactions: [1-9]\\d+ events$`, "m"));
    assert.match(stdout, /\nValidation: ALL OK\n$/);
  });
});

test("load without transactions counts each event that arrived, by every preset", async () => {
  const { bootstrap } = await kafka();
  const [prefix, shared] = [freshPrefix(), freshPrefix()];
  await datagenOk(loadWords(bootstrap, prefix));
  const { topics } = await readTopics({ bootstrap, prefix, digest: true });
  const expected = Object.entries(topics).map(([name, { records }]) =>
    `[OK] ${topicOf(shared, name)}: ${records} events`
  );
  for (const preset of ["fast", "bulk", "streaming", "reliable"]) {
    const again = preset === "fast" ? [] : ["--resend"];
    const { stdout } = await datagenOk(loadWords(bootstrap, shared, "--preset", preset, ...again));
    assert.deepEqual(checksOf(stdout).sort(), expected.toSorted(), preset);
  }
});
