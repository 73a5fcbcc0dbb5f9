/**
 * What `load` says when Kafka cannot be used or fails half way, and that the same command goes on afterwards: nothing is
 * lost, nothing is there twice.
 */

import assert from "node:assert/strict";
import { AS_OF } from "../support/bank_load.ts";
import { changeTopic, readerTestsWith, readTopics } from "../support/kafka_reader.ts";
import { WRONG_PASSWORD } from "../support/secrets.ts";
import { freePort, freshPrefix, type OwnKafka, privateKafka, sleep } from "../support/services.ts";
import { assertFailure, datagen, datagenOk, type ExpectedFailure, RunningProgram } from "../support/servers_program.ts";
import { isWide } from "../support/wide.ts";
import { hasWritten, LOGGED, withoutLog } from "../support/log_events.ts";

const test = await readerTestsWith("ownKafka");

const CUSTOMERS = 900;
/** The broker is away for so long. */
const AWAY_MS = 15_000;

/** What the same command says when there are records and no marks. */
const UNMARKED: ExpectedFailure = {
  status: 2,
  error:
    /Cannot load into \S+: topics (\S+, ){3}\S+ hold records, and \S+\.datagen-progress does not tell of which run$/,
  hint: /another --topic-prefix leaves them alone; --resend sends the whole run behind them$/,
};

/** The line that the debug log has when so many customers were given to Kafka. */
const written = (customers: number) => hasWritten("kafka:", customers);

function words(bootstrap: string, prefix: string, customers = CUSTOMERS): string[] {
  const where = ["--kafka-bootstrap", bootstrap, "--topic-prefix", prefix, "--skip-postgres", "--create-topics"];
  return ["load", "--customers", String(customers), "--as-of", AS_OF, ...where, "--no-avro"];
}

const TOO_LARGE =
  /Cannot write to \S+: a record is larger than the topic takes \(max\.message\.bytes\): Cannot deliver records to topic "\S+\.trades": message size too large/;
const FENCED = /Cannot write to \S+: another datagen writes to this prefix, or this one stood still for too long/;
/** What is told of the records that were given to the client and not committed: some, at least. */
const UNSETTLED = /records since the last commit: (?!0 delivered, 0 failed, 0 )\d+ delivered, \d+ failed, \d+ unknown/;

interface Refusal extends ExpectedFailure {
  readonly name: string;
  readonly words: (broker: OwnKafka) => readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const CLOSED = /Cannot use kafka:\/\/\S+: Cannot reach Kafka at \S+: the connection is closed without an answer$/;
const CLOSED_HINT =
  /check that Kafka runs at this address; a port with TLS wants --kafka-tls, one with logins --kafka-user$/;

/** Each before anything is written. */
const REFUSALS: readonly Refusal[] = [
  {
    name: "the broker is down",
    words: () => words(`127.0.0.1:${freePort()}`, "down", 10),
    status: 1,
    error: /Cannot use kafka:\/\/127\.0\.0\.1:\d+\/down: .*[Cc]onnection refused.*$/,
    hint: /check that Kafka runs at this address$/,
  },
  {
    name: "no host has this name",
    words: () => words("no-such-host.invalid:9092", "nowhere", 10),
    status: 1,
    error: /Cannot use kafka:\/\/no-such-host\.invalid:9092\/nowhere: .+$/,
    hint: /check that Kafka runs at this address$/,
  },
  {
    name: "the password is wrong",
    words: ({ secure }) => [...words(secure!.saslPlaintext, "login", 10), "--kafka-user", secure!.user],
    environment: { DATAGEN_KAFKA_PASSWORD: WRONG_PASSWORD },
    status: 2,
    error: /Cannot use kafka:\/\/localhost:\d+\/login: .*[Aa]uthentication.*$/,
    hint: /check user, password and mechanism$/,
  },
  {
    name: "the port does not speak TLS",
    words: ({ bootstrap }) => [...words(bootstrap, "tls", 10), "--kafka-tls"],
    status: 1,
    error: /Cannot use kafka:\/\/\S+\/tls: .*(TLS|SSL).*$/,
    hint: /check the certificates, and whether this port speaks TLS$/,
  },
  {
    name: "nobody vouches for the broker's certificate",
    words: ({ secure }) => [...words(secure!.ssl, "authority", 10), "--kafka-tls"],
    status: 2,
    error: /Cannot use kafka:\/\/localhost:\d+\/authority: .*certificate.*$/,
    hint: /check the certificates, and whether this port speaks TLS$/,
  },
  {
    name: "the port speaks TLS only",
    words: ({ secure }) => words(secure!.ssl, "plain", 10),
    status: 1,
    error: CLOSED,
    hint: CLOSED_HINT,
  },
  {
    name: "the port wants a login",
    words: ({ secure }) => words(secure!.saslPlaintext, "anonymous", 10),
    status: 1,
    error: CLOSED,
    hint: CLOSED_HINT,
  },
  {
    name: "the port wants a login by TLS, and gets one without",
    words: ({ secure }) => [...words(secure!.saslSsl, "half", 10), "--kafka-user", secure!.user],
    environment: { DATAGEN_KAFKA_PASSWORD: WRONG_PASSWORD },
    status: 1,
    error: CLOSED,
    hint: CLOSED_HINT,
  },
];

test("load into a Kafka that cannot be used says why in one line", async (context) => {
  await using broker = await privateKafka({ secure: true });
  for (const { name, words, environment, ...expected } of REFUSALS) {
    await context.step(name, async () => assertFailure(await datagen(words(broker), environment), expected));
  }
});

test("load goes on after Kafka failed half way, and leaves each event once", async (context) => {
  await using broker = await privateKafka();
  const { bootstrap } = broker;
  const undisturbed = freshPrefix();
  await datagenOk(words(bootstrap, undisturbed));
  const expected = await digests(undisturbed);

  async function digests(prefix: string) {
    return (await readTopics({ bootstrap, prefix, digest: true })).topics;
  }

  for (const how of isWide ? ["pause", "kill"] as const : ["kill"] as const) {
    await context.step(`the broker is away for 15 s in the middle (${how})`, async () => {
      const prefix = freshPrefix();
      const program = await half(prefix);
      try {
        await program.heldStill(() => broker[how]()); // it shall not be done before the broker is away
        await sleep(AWAY_MS);
      } finally {
        await (how === "pause" ? broker.resume() : broker.start());
      }
      const { status, stderr } = await program.outcome();
      assert.equal(status, 0, stderr.split("\n").slice(-3).join("\n"));
      assert.deepEqual(await digests(prefix), expected);
    });
  }
  await context.step({
    name: "the broker does not answer and Ctrl-C comes",
    ignore: !isWide,
    fn: async () => {
      const prefix = freshPrefix();
      const program = await half(prefix);
      try {
        await program.heldStill(() => broker.pause());
        const silent = /^nothing was written for 1\d s: kafka:\S+ does not answer; Ctrl-C/;
        assert.equal(await program.logs(({ message }) => silent.test(message)), true);
        program.signal("SIGINT");
        assert.equal((await program.outcome()).status, 130);
      } finally {
        await broker.resume();
      }
      await datagenOk(words(bootstrap, prefix));
      assert.deepEqual(await digests(prefix), expected);
    },
  });
  await context.step("a topic is deleted under it", async () => {
    const prefix = freshPrefix();
    const program = await half(prefix);
    await program.heldStill(() => changeTopic(bootstrap, `${prefix}.trades`, "delete"));
    assertLast(await program.outcome(), {
      status: 1,
      error: /Cannot \w+ .+: .*topic.+$/,
      hint: /.+/,
    });
    assertFailure(await datagen(words(bootstrap, prefix)), {
      status: 2,
      error: /Cannot go on in \S+: topic \S+\.trades .+$/,
      hint: /--resend --create-topics sends the whole run again; --truncate begins anew$/,
    });
    await datagenOk([...words(bootstrap, prefix), "--truncate"]);
    assert.deepEqual(await digests(prefix), expected);
  });
  await context.step("the topic of the marks is deleted under it", async () => {
    const prefix = freshPrefix();
    const program = await half(prefix);
    await program.heldStill(() => changeTopic(bootstrap, `${prefix}.datagen-progress`, "delete"));
    assertLast(await program.outcome(), {
      status: 1,
      // where it was deleted in the middle of a commit, librdkafka looks for it for half a minute
      error:
        /Cannot write to \S+: (topic \S+\.datagen-progress was deleted meanwhile|.+datagen-progress": unknown .+); records since .+ unknown$/,
      hint: /--resend (--create-topics )?sends the whole run again; (another --topic-prefix|--truncate) begins anew$/,
    });
    assertFailure(await datagen(words(bootstrap, prefix)), UNMARKED);
    assertFailure(await datagen([...words(bootstrap, prefix), "--truncate"]), UNMARKED);
  });
  await context.step({
    name: "the topic of the marks is deleted after it",
    ignore: !isWide,
    fn: async () => {
      const prefix = freshPrefix();
      await datagenOk(words(bootstrap, prefix));
      await changeTopic(bootstrap, `${prefix}.datagen-progress`, "delete");
      assertFailure(await datagen(words(bootstrap, prefix)), UNMARKED);
      assert.deepEqual(await digests(prefix), expected);
      await datagenOk([...words(bootstrap, prefix), "--resend"]);
      for (const [name, { records }] of Object.entries(await digests(prefix))) {
        assert.equal(records, 2 * expected[name]!.records, name);
      }
    },
  });
  await context.step("a record is larger than the topic takes", async () => {
    const prefix = freshPrefix();
    await datagenOk(words(bootstrap, prefix, 100));
    await changeTopic(bootstrap, `${prefix}.trades`, "max.message.bytes=300");
    assertFailure(await datagen(words(bootstrap, prefix)), {
      status: 1,
      error: new RegExp(`${TOO_LARGE.source}; ${UNSETTLED.source}$`),
      hint: /.+/,
    });
    await changeTopic(bootstrap, `${prefix}.trades`, "max.message.bytes=1048588");
    await datagenOk(words(bootstrap, prefix));
    assert.deepEqual(await digests(prefix), expected);
  });
  await context.step("a second datagen takes over, and the first one stops", async () => {
    const prefix = freshPrefix();
    const first = await half(prefix);
    await first.heldStill(() => datagenOk(words(bootstrap, prefix)));
    assertLast(await first.outcome(), {
      status: 1,
      error: new RegExp(`${FENCED.source}; ${UNSETTLED.source}$`),
      hint: /.+/,
    });
    assert.deepEqual(await digests(prefix), expected);
  });

  /** Starts a load and waits until it has sent more than half. */
  async function half(prefix: string): Promise<RunningProgram> {
    const program = new RunningProgram([...words(bootstrap, prefix), ...LOGGED]);
    assert.equal(await program.logs(written(544)), true);
    return program;
  }
});

/** As `assertFailure`, for a run whose log comes before. */
function assertLast(outcome: { status: number; stdout: string; stderr: string }, expected: ExpectedFailure): void {
  assertFailure({ ...outcome, stderr: withoutLog(outcome.stderr) }, expected);
}
