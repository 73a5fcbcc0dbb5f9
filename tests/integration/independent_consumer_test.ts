/** An independent consumer, `tests/verify_kafka.py`, finds each event once and as documented, and notices what is not. */

import assert from "node:assert/strict";
import { AS_OF, eventsOf, inFreshPlaces, loadWords } from "../support/bank_load.ts";
import { assertTopics, plantRecords, readerTestsWith, readTopics } from "../support/kafka_reader.ts";
import { freshPrefix, kafka } from "../support/services.ts";
import { datagenOk } from "../support/servers_program.ts";

const test = await readerTestsWith("postgres", "kafka", "schemaRegistry");

test("load sends each event once, as documented, and every id is in PostgreSQL; what is planted is found", () =>
  inFreshPlaces(async (places) => {
    const { url: postgres, ...topics } = places;
    const since = Date.now();
    const { stdout } = await datagenOk([...loadWords(300, places), "--json"]);
    const expect = eventsOf(JSON.parse(stdout).rows);
    await assertTopics({ ...topics, postgres, expect, since });

    const cards = `${places.prefix}.card-transactions`;
    const changes = ["duplicate", "key", "partition", "header order", "time", "payload", "parent"] as const;
    await plantRecords(places.bootstrap, cards, changes);
    await addOptionalField(places.registry, `${cards}-value`);
    const { findings, shown } = await readTopics({ ...topics, postgres, expect, since });
    assert.deepEqual(findings, {
      unique: 12, // six of the copies can be decoded, and each has the event's id and the ce_id again
      headers: 3, // "key" and "parent" have another ce_subject than the key
      keys: 1,
      partitions: 3, // "key" and "parent" stay in the partition of the key that they had
      payloads: 1,
      schemas: 1, // the records are not of the latest version
      times: 1,
      references: 1,
      counts: 1,
    }, shown.join("\n"));
  }));

test("load --no-avro --no-cloudevents sends JSON without headers, into topics that the broker makes", async () => {
  const { bootstrap } = await kafka();
  const prefix = freshPrefix();
  const where = ["--kafka-bootstrap", bootstrap, "--topic-prefix", prefix, "--skip-postgres"];
  const plain = ["--no-avro", "--no-cloudevents", "--as-of", AS_OF, "--json"];
  const { stdout } = await datagenOk(["load", "--customers", "60", ...where, ...plain]);
  await assertTopics({ bootstrap, prefix, expect: eventsOf(JSON.parse(stdout).rows), cloudEvents: false });
});

test("load gives the records of a seed the same keys, headers and values in any prefix", () =>
  inFreshPlaces(async (places) => {
    const again = { ...places, prefix: freshPrefix() };
    await datagenOk(loadWords(60, places));
    await datagenOk([...loadWords(60, again).filter((word) => word !== "--create-topics"), "--skip-postgres"]);
    const [one, other] = await Promise.all(
      [places, again].map(({ bootstrap, registry, prefix }) =>
        readTopics({ bootstrap, registry, prefix, digest: true })
      ),
    );
    assert.deepEqual(one!.topics, other!.topics);
  }));

/** Registers the next version of a schema, with one more field. */
async function addOptionalField(registry: string, subject: string): Promise<void> {
  const latest = await (await fetch(`${registry}/subjects/${subject}/versions/latest`)).json();
  const schema = JSON.parse(latest.schema);
  schema.fields.push({ name: "note", type: ["null", "string"], default: null });
  const answer = await fetch(`${registry}/subjects/${subject}/versions`, {
    method: "POST",
    headers: { "content-type": "application/vnd.schemaregistry.v1+json" },
    body: JSON.stringify({ schema: JSON.stringify(schema) }),
  });
  assert.equal(answer.status, 200, await answer.text());
}
