/** What the program says to a user whom a broker allows too little: the right that is missing, by its name. */

import assert from "node:assert/strict";
import { AS_OF } from "../support/bank_load.ts";
import { allow, readerTestsWith } from "../support/kafka_reader.ts";
import { freshPrefix, type OwnKafka, privateKafka } from "../support/services.ts";
import { assertFailure, datagen, datagenOk } from "../support/servers_program.ts";

const test = await readerTestsWith("ownKafka");

/** Without a login one may do everything, so that the test can grant rights; with one, what was granted. */
const AUTHORIZER = {
  "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
  "super.users": "User:ANONYMOUS",
};
const TOPICS = ["transactions", "card-transactions", "trades", "installments"];

/** The program as the user of the broker. */
class Session {
  readonly prefix = freshPrefix();
  readonly marks = `${this.prefix}.datagen-progress`;
  readonly id = `datagen-${this.prefix}-0-of-1`;
  readonly #broker: OwnKafka;

  constructor(broker: OwnKafka) {
    this.#broker = broker;
  }

  /** Rights that suffice for a load into topics that exist. */
  get enough(): string[] {
    const topics = [...TOPICS.map((name) => `${this.prefix}.${name}`), this.marks];
    const compare = topics.map((name) => `DescribeConfigs Topic ${name}`);
    return [...topics.map((name) => `Write Topic ${name}`), `Read Topic ${this.marks}`, ...compare, this.transactions];
  }

  get transactions(): string {
    return `Write TransactionalId ${this.id}`;
  }

  async grant(...rights: readonly string[]): Promise<void> {
    await allow(this.#broker.bootstrap, this.#broker.secure!.user, rights);
  }

  run(command: string, ...more: readonly string[]) {
    const { saslPlaintext, user, password } = this.#broker.secure!;
    const login = ["--kafka-bootstrap", saslPlaintext, "--kafka-user", user, "--topic-prefix", this.prefix];
    return datagen([...command.split(" "), ...login, ...more], { DATAGEN_KAFKA_PASSWORD: password });
  }

  load(...more: readonly string[]) {
    return this.run("load --customers 20 --to kafka --no-avro", "--as-of", AS_OF, ...more);
  }

  /** Makes sure that a command is refused for want of these rights, and says how the first is granted. */
  async refused(outcome: ReturnType<typeof datagen>, status: 1 | 2, names: readonly string[], option: string) {
    const [operation] = names[0]!.split(" ");
    assertFailure(await outcome, {
      status,
      error: new RegExp(`Cannot .*the rights? ${names.join(", ").replaceAll(".", "\\.")} (is|are) missing.*$`),
      hint: new RegExp(
        `kafka-acls --add --allow-principal User:NAME --operation ${operation} ${option} grants it; .+$`,
      ),
    });
  }
}

test("load, topics, reset and doctor name the right that is missing in Kafka", async (context) => {
  await using broker = await privateKafka({ secure: true, config: AUTHORIZER });
  const session = new Session(broker);
  const { prefix, marks, id } = session;
  const events = TOPICS.map((name) => `${prefix}.${name}`);

  await context.step("no right at all: all that a load needs on topics, before anything is made", async () => {
    await session.grant();
    const needed = [...events.map((name) => `Write on Topic ${name}`), `Read on Topic ${marks}`];
    needed.push(`Write on Topic ${marks}`);
    await session.refused(session.load("--create-topics"), 2, needed, `--topic ${events[0]}`);
  });

  await context.step("Create on Topic", async () => {
    await session.grant(...session.enough);
    const create = [`Create on Topic ${events[0]}`];
    await session.refused(session.load("--create-topics"), 2, create, `--topic ${events[0]}`);
    await session.refused(session.run("topics apply"), 1, create, `--topic ${events[0]}`);
    const { status, stdout } = await session.run("doctor --to kafka --no-avro");
    assert.equal(status, 1);
    assert.match(
      stdout,
      new RegExp(`^\\[FAIL\\] topics: .*the right ${create[0]} is missing \\(authorization failed\\)`, "m"),
    );
  });

  await context.step("Write on TransactionalId", async () => {
    const rights = session.enough.filter((right) => right !== session.transactions);
    await session.grant("Create Cluster kafka-cluster", ...rights);
    const missing = [`Write on TransactionalId ${id}`];
    await session.refused(session.load("--create-topics"), 2, missing, `--transactional-id ${id}`);
    await session.grant(`Describe TransactionalId ${id}`, ...rights);
    await session.refused(session.load(), 2, missing, `--transactional-id ${id}`);
  });

  await context.step("Write and Read on Topic, of topics that exist, and doctor tells the same", async () => {
    for (const right of [`Write Topic ${events[2]}`, `Read Topic ${marks}`]) {
      await session.grant(`Describe Topic ${prefix}*`, ...session.enough.filter((other) => other !== right));
      const [operation, , topic] = right.split(" ");
      const name = `${operation} on Topic ${topic}`;
      await session.refused(session.load(), 2, [name], `--topic ${topic}`);
      const { status, stdout } = await session.run("doctor --to kafka --no-avro");
      assert.equal(status, 1);
      assert.match(stdout, new RegExp(`^\\[FAIL\\] rights: the right ${name.replaceAll(".", "\\.")} is missing$`, "m"));
    }
  });

  await context.step("a topic that the user may not see is not taken for one that does not exist", async () => {
    await session.grant(...session.enough.filter((right) => !right.endsWith(events[3]!)));
    for (const more of [[], ["--create-topics"]]) {
      await session.refused(session.load(...more), 2, [`Write on Topic ${events[3]}`], `--topic ${events[3]}`);
    }
  });

  await context.step("DescribeConfigs: a load does without, and says so; topics plan cannot", async () => {
    await session.grant(...session.enough.filter((right) => !right.startsWith("DescribeConfigs")));
    const { status, stdout } = await session.load();
    assert.equal(status, 0);
    assert.match(
      stdout,
      new RegExp(`warning: the settings of 5 topics cannot .+: no right DescribeConfigs on Topic ${events[0]}, `),
    );
    const refusal = [`DescribeConfigs on Topic ${events[0]}`];
    await session.refused(session.run("topics plan"), 1, refusal, `--topic ${events[0]}`);
    const doctor = await session.run("doctor --to kafka --no-avro");
    assert.equal(doctor.status, 0);
    assert.match(doctor.stdout, new RegExp(`^\\[--\\] topics: .*the right ${refusal[0]} is missing`, "m"));
  });

  await context.step("Read on the events: a complete run that may not be read again is not called whole", async () => {
    await session.grant(...session.enough);
    assert.match(
      (await session.load()).stdout,
      /warning: whether compaction has deleted records cannot be seen without Read on/,
    );
    await session.grant(...session.enough, `Read Topic ${prefix}*`);
    assert.doesNotMatch((await session.load()).stdout, /warning/);
  });

  await context.step("topics of a complete run that the user may not see are not taken for deleted ones", async () => {
    for (const [topic, right] of [[events[3]!, "Write"], [marks, "Read"]] as const) {
      await session.grant(...session.enough.filter((other) => !other.endsWith(topic)));
      await session.refused(session.load(), 2, [`${right} on Topic ${topic}`], `--topic ${topic}`);
    }
    await session.grant(...session.enough, `Read Topic ${prefix}*`);
  });

  await context.step("Delete on Topic: for --truncate, and for reset", async () => {
    await session.refused(
      session.load("--truncate"),
      2,
      events.map((name) => `Delete on Topic ${name}`),
      `--topic ${events[0]}`,
    );
    const [firstMade] = events.toSorted(); // loads that were refused after they had made the topics remember them
    await session.refused(
      session.run("reset --to kafka --no-avro --yes", "--confirm", broker.secure!.saslPlaintext),
      1,
      [`Delete on Topic ${firstMade}`],
      `--topic ${firstMade}`,
    );
  });

  await context.step("with what docs/rights.md lists, all goes through", async () => {
    await session.grant(...session.enough, `Read Topic ${prefix}*`, `Delete Topic ${prefix}*`);
    assert.equal((await session.load("--truncate")).status, 0);
    const { status, stdout } = await session.run("doctor --to kafka --no-avro");
    assert.equal(status, 0);
    assert.match(
      stdout,
      new RegExp(`^\\[OK\\] rights: none is missing on topics that exist; Write on TransactionalId ${id} shows`, "m"),
    );
    await session.grant(`Read Topic ${prefix}*`, `Delete Topic ${prefix}*`);
    assert.equal(
      (await session.run("reset --to kafka --no-avro --yes", "--confirm", broker.secure!.saslPlaintext)).status,
      0,
    );
  });

  await context.step("a super user has them all", async () => {
    const where = ["--kafka-bootstrap", broker.bootstrap, "--topic-prefix", prefix];
    const { stdout } = await datagenOk(["doctor", "--to", "kafka", "--no-avro", ...where]);
    assert.match(stdout, /^\[OK\] rights: /m);
  });
});
