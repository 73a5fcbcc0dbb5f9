/** What the program says of a cluster that answers and still cannot be used: Kafka's own reason, and what to do. */

import assert from "node:assert/strict";
import { AS_OF } from "../support/bank_load.ts";
import { changeTopic, readerTestsWith } from "../support/kafka_reader.ts";
import { clientOf } from "../support/kafka_targets.ts";
import { freePort, freshPrefix, privateKafka } from "../support/services.ts";
import { tryRun } from "../support/services/commands.ts";
import { kafkaJars } from "../support/services/kafka_server.ts";
import { assertFailure, datagen, datagenOk, type ExpectedFailure } from "../support/servers_program.ts";

const test = await readerTestsWith("ownKafka");

/** Longest time until a load tells that no broker can be reached where it announces itself, in milliseconds. */
const QUICKLY_MS = 15_000;

function words(bootstrap: string, prefix: string): string[] {
  const where = ["--to", "kafka", "--kafka-bootstrap", bootstrap, "--topic-prefix", prefix, "--no-avro"];
  return ["load", "--customers", "20", "--as-of", AS_OF, ...where];
}

/** Makes sure that load refuses, and doctor tells the same reason and the same remedy. */
async function assertBoth(bootstrap: string, prefix: string, expected: ExpectedFailure): Promise<void> {
  assertFailure(await datagen([...words(bootstrap, prefix), "--create-topics"]), expected);
  const where = ["--to", "kafka", "--kafka-bootstrap", bootstrap, "--topic-prefix", prefix, "--no-avro"];
  const { status, stdout } = await datagen(["doctor", ...where]);
  assert.equal(status, 1);
  const reason = expected.error.source.replace(/^.*?Cannot use \\S\+: /, "");
  assert.match(stdout, new RegExp(`^\\[FAIL\\] \\w+: .*${reason}`, "m"));
  assert.match(stdout, new RegExp(`^ {5}next: ${expected.hint.source}`, "m"));
}

for (
  const { name, address, reason } of [
    {
      name: "does not resolve",
      address: "kafka.inside.invalid:9092",
      reason: "failed to resolve 'kafka\\.inside\\.invalid:9092': .+",
    },
    {
      name: "refuses",
      address: `127.0.0.1:${freePort()}`,
      reason: "connect to 127\\.0\\.0\\.1:\\d+ failed: Connection refused",
    },
  ]
) {
  test(`load and doctor tell soon that the announced address ${name}, and which it is`, async () => {
    await using broker = await privateKafka({ config: { "advertised.listeners": `PLAINTEXT://${address}` } });
    const start = Date.now();
    await assertBoth(broker.bootstrap, freshPrefix(), {
      status: 1,
      error: new RegExp(
        `Cannot use \\S+: Kafka answers, but announces itself as ${
          address.replaceAll(".", "\\.")
        }, where it cannot be reached: ${reason}$`,
      ),
      hint:
        /let advertised\.listeners of the broker name an address that leads to it from here, or make that name known here$/,
    });
    assert.ok(Date.now() - start < 2 * QUICKLY_MS);
  });
}

test("load and doctor keep the broker's reason for refusing a topic, and give the hint that fits", async (context) => {
  await using broker = await privateKafka();
  const { bootstrap } = broker;
  await context.step("a name that collides: a.b against a_b", async () => {
    const prefix = freshPrefix();
    const admin = clientOf(bootstrap).admin();
    const other = `${prefix}_transactions`;
    await admin.createTopics([{ name: other, partitions: 1, replicationFactor: 1, settings: {} }]);
    await admin.close();
    await assertBoth(bootstrap, prefix, {
      status: 2,
      error: new RegExp(
        `Cannot use \\S+: Cannot create topic "${prefix}\\.transactions": .*collides with existing topics?: ${other}.*$`,
      ),
      hint: /give another --topic-prefix; for Kafka a full stop and an underscore are the same in a name$/,
    });
  });
  await context.step("more copies than brokers", async () => {
    const outcome = await datagen([...words(bootstrap, freshPrefix()), "--create-topics", "--replication-factor", "3"]);
    assertFailure(outcome, {
      status: 2,
      error: /Cannot use \S+: Cannot create topic \S+: .*replicat.*$/,
      hint: /give a --replication-factor of at most the number of brokers$/,
    });
  });
  await context.step("a record that is larger than the topic takes, though batches fit", async () => {
    const prefix = freshPrefix();
    await datagenOk([...words(bootstrap, prefix), "--create-topics"]);
    await changeTopic(bootstrap, `${prefix}.trades`, "max.message.bytes=300");
    const more = words(bootstrap, prefix).map((word) => word === "20" ? "40" : word);
    assertFailure(await datagen(more), {
      status: 1,
      error:
        /Cannot write to \S+: a record is larger than the topic takes \(max\.message\.bytes\): .+message size too large; .+$/,
      hint: /raise max\.message\.bytes of the topic; .+$/,
    });
  });
});

test("a new topic has as many copies as the broker makes by itself, unless --replication-factor says otherwise", async () => {
  await using broker = await privateKafka({ config: { "default.replication.factor": "2" } });
  const topics = (...more: readonly string[]) =>
    datagen(["topics", "apply", "--kafka-bootstrap", broker.bootstrap, "--topic-prefix", freshPrefix(), ...more]);
  assertFailure(await topics(), { // one broker cannot make two copies, which proves that it was asked for them
    status: 1,
    error: /Cannot create topic \S+: .*replicat.*$/,
    hint: /give a --replication-factor of at most the number of brokers$/,
  });
  assert.equal((await topics("--replication-factor", "1")).status, 0);
});

const POLICY = `
import java.util.Map;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.server.policy.CreateTopicPolicy;

public class ThreeCopies implements CreateTopicPolicy {
  public void configure(Map<String, ?> settings) {}
  public void close() {}
  public void validate(RequestMetadata topic) {
    Short copies = topic.replicationFactor();
    if (copies == null || copies < 3) throw new PolicyViolationException("Topics here need three replicas");
  }
}
`;

test("load and doctor keep the reason of a policy for new topics", async () => {
  const folder = await Deno.makeTempDir({ prefix: "datagen-policy-" });
  try {
    const source = `${folder}/ThreeCopies.java`;
    await Deno.writeTextFile(source, POLICY);
    const compiled = await tryRun("javac", ["-cp", `${await kafkaJars()}/*`, "-d", folder, source]);
    if (compiled?.success !== true) return skipped("there is no javac, which comes with a JDK", compiled?.text);
    await using broker = await privateKafka({
      classes: folder,
      config: { "create.topic.policy.class.name": "ThreeCopies" },
    });
    await assertBoth(broker.bootstrap, freshPrefix(), {
      status: 2,
      error: /Cannot use \S+: Cannot create topic "\S+\.transactions": topics here need three replicas$/,
      hint:
        /the cluster has a policy for topics: meet it by --replication-factor or --retention-hours, or let its owner make the topics$/,
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

function skipped(reason: string, details = ""): void {
  if (Deno.env.get("CI") === "true") throw new Error(`${reason} ${details}`);
  console.warn(`the policy for topics is not tried: ${reason}. Remedy: install a JDK 17. ${details}`);
}
