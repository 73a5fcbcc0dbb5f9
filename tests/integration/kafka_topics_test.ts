/** Topics of a real broker: planned, made, changed, and dropped again. */

import assert from "node:assert/strict";
import { applyAndRemember, dropMade, findMade, type SubjectRemover } from "../../src/adapters/kafka/sink/made.ts";
import { eventTopics, planTopics, progressTopic, type TopicDifference } from "../../src/adapters/kafka/sink/topics.ts";
import { bankCatalogue } from "../../src/domains/bank/entities/mod.ts";
import type { KafkaAdmin } from "../../src/ports/kafka.ts";
import { clientOf, toySink } from "../support/kafka_targets.ts";
import { freshPrefix, kafka, testsWith } from "../support/services.ts";
import { runToy, toyEntities } from "../support/toy_shop.ts";

const test = await testsWith("kafka");

/** What is found where nothing was made. */
const NOTHING = { topics: [], subjects: [], others: [], otherSubjects: [] };

async function withAdmin(use: (admin: KafkaAdmin, prefix: string, bootstrap: string) => Promise<void>): Promise<void> {
  const { bootstrap } = await kafka();
  const admin = clientOf(bootstrap).admin();
  try {
    await use(admin, freshPrefix(), bootstrap);
  } finally {
    await admin.close();
  }
}

/** The topics of the bank, and that of the marks. */
function wanted(prefix: string, retentionHours = 8) {
  const options = { prefix, retentionHours, replicationFactor: 1 };
  return [...eventTopics(bankCatalogue, options), progressTopic(options)];
}

function kinds(differences: readonly TopicDifference[]): string[] {
  return differences.map(({ kind, applicable }) => `${kind} ${applicable}`);
}

test("applyAndRemember() makes what is missing, with 6, 6, 3 and 3 partitions, and then nothing differs", () =>
  withAdmin(async (admin, prefix, bootstrap) => {
    const specs = wanted(prefix);
    const plan = await planTopics(specs, admin);
    assert.deepEqual(kinds(plan.differences), Array(5).fill("missing true"));
    await applyAndRemember(plan, prefix, clientOf(bootstrap), admin);
    const states = await admin.topics(specs.map(({ name }) => name));
    const partitions = Object.fromEntries(states.map((state) => [state.name, state.partitions]));
    assert.deepEqual(specs.map(({ name }) => partitions[name]), [6, 6, 3, 3, 1]);
    assert.deepEqual((await planTopics(specs, admin)).differences, []);
  }));

test("applyAndRemember() adds partitions and changes settings, and never takes partitions away", () =>
  withAdmin(async (admin, prefix, bootstrap) => {
    const [transactions, cards] = wanted(prefix, 168);
    const settings = { "retention.ms": "1000" };
    await admin.createTopics([
      { ...transactions!, partitions: 2, settings },
      { ...cards!, partitions: 9 },
    ]);
    const plan = await planTopics([transactions!, cards!], admin);
    assert.deepEqual(kinds(plan.differences), ["partitions true", "setting true", "partitions false"]);
    assert.deepEqual(await applyAndRemember(plan, prefix, clientOf(bootstrap), admin), []);
    const left = await planTopics([transactions!, cards!], admin);
    assert.deepEqual(kinds(left.differences), ["partitions false"]);
    assert.equal((await admin.settings(transactions!.name))["retention.ms"], "604800000");
  }));

/** A registry that holds what it is told to. */
function registryOf(...subjects: string[]): SubjectRemover {
  return {
    holds: (subject) => Promise.resolve(subjects.includes(subject)),
    deleteSubject: (subject) => Promise.resolve(void subjects.splice(subjects.indexOf(subject), 1)),
  };
}

test("dropMade() drops the topics that datagen made and the marks, and leaves all others", () =>
  withAdmin(async (admin, prefix, bootstrap) => {
    const events = `${prefix}.purchases`;
    const marks = `${prefix}.datagen-progress`;
    await admin.createTopics([{ name: `${prefix}.own`, partitions: 1, replicationFactor: 1, settings: {} }]);
    await runToy(toySink({ client: clientOf(bootstrap), prefix }), "create", 0, 10);
    const made = await findMade(admin, prefix, undefined);
    assert.deepEqual(made, { ...NOTHING, topics: [events, marks] });
    const gone: string[] = [];
    await dropMade(made, admin, undefined, (kind, name) => gone.push(`${kind} ${name}`));
    assert.deepEqual(gone, [`topic ${events}`, `topic ${marks}`]);
    assert.deepEqual(await admin.topics([events, marks]), []);
    assert.equal((await admin.topics([`${prefix}.own`])).length, 1);
    assert.deepEqual(await findMade(admin, prefix, undefined), NOTHING);
  }));

test("findMade() names a topic that was there before the run as another's, also when only topics were made", () =>
  withAdmin(async (admin, prefix, bootstrap) => {
    const options = { prefix, retentionHours: 8, replicationFactor: 1 };
    const [events] = eventTopics(toyEntities, options);
    await admin.createTopics([events!]);
    const marks = progressTopic(options);
    await applyAndRemember(await planTopics([events!, marks], admin), prefix, clientOf(bootstrap), admin);
    assert.deepEqual(await findMade(admin, prefix, undefined), { ...NOTHING, topics: [marks.name] });
    await runToy(toySink({ client: clientOf(bootstrap), prefix }), "create", 0, 10);
    assert.deepEqual((await findMade(admin, prefix, undefined)).others, [events!.name]);
  }));

test("findMade() lists the subjects that the registry still has", () =>
  withAdmin(async (admin, prefix, bootstrap) => {
    const subject = `${prefix}.purchases-value`;
    const registry = {
      url: "http://127.0.0.1:2",
      incompatibility: () => Promise.resolve(undefined),
      lookup: () => Promise.resolve({ found: "nothing" as const }),
      register: () => Promise.resolve(1),
      subjects: () => Promise.resolve([]),
    };
    await runToy(toySink({ client: clientOf(bootstrap), prefix, registry }), "create", 0, 10);
    assert.deepEqual((await findMade(admin, prefix, undefined)).subjects, [subject]);
    assert.deepEqual((await findMade(admin, prefix, registryOf(subject))).subjects, [subject]);
    assert.deepEqual((await findMade(admin, prefix, registryOf())).subjects, []);
  }));

test("dropMade() deletes the subjects first, tells what is gone, and can be done again when one cannot be deleted", () =>
  withAdmin(async (admin, prefix, bootstrap) => {
    await runToy(toySink({ client: clientOf(bootstrap), prefix }), "create", 0, 10);
    const made = { ...await findMade(admin, prefix, undefined), subjects: ["a-value", "b-value"] };
    const gone: string[] = [];
    const tell = (kind: string, name: string) => void gone.push(`${kind} ${name}`);
    const down = { deleteSubject: (name: string) => name === "a-value" ? Promise.resolve() : Promise.reject("down") };
    await assert.rejects(dropMade(made, admin, down, tell), (error) => error === "down");
    assert.deepEqual(gone, ["subject a-value"]);
    assert.equal((await findMade(admin, prefix, undefined)).topics.length, 2);
    await dropMade({ ...made, subjects: ["b-value"] }, admin, registryOf("b-value"), tell);
    assert.deepEqual(gone.slice(1), ["subject b-value", ...made.topics.map((topic) => `topic ${topic}`)]);
  }));
