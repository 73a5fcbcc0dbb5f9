/** Loads of one seed on different days join, and a load that grows is the load that was large from the beginning. */

import assert from "node:assert/strict";
import { inFreshPlaces, loadWords, type Places } from "../support/bank_load.ts";
import { assertTopics, readerTestsWith, readTopics } from "../support/kafka_reader.ts";
import { tableCounts, tableDigests } from "../support/postgres_reader.ts";
import { datagenOk } from "../support/servers_program.ts";
import { isWide } from "../support/wide.ts";

const test = await readerTestsWith("postgres", "kafka", "schemaRegistry");

/** Two days each, the first for Kafka, the second for PostgreSQL; both orders, also over New Year. */
const DAYS = [
  ["2026-07-15T12:00:00Z", "2026-07-16T12:00:00Z"],
  ["2026-11-20T12:00:00Z", "2027-01-02T12:00:00Z"],
  ["2027-01-02T12:00:00Z", "2026-11-20T12:00:00Z"],
] as const;

for (const [kafkaDay, postgresDay] of DAYS) {
  const names = [kafkaDay, postgresDay].map((day) => day.slice(0, 10));
  test(`load sends events on ${names[0]}, masters on ${names[1]}, and every id in the events is there`, () =>
    inFreshPlaces(async (places) => {
      const { url: postgres, ...topics } = places;
      const words = loadWords(400, places).filter((word) => word !== "--as-of" && !/^\d{4}-\d\d-\d\d$/.test(word));
      const { stdout } = await datagenOk([...words, "--skip-postgres", "--json"], {}, { today: kafkaDay });
      assert.equal(JSON.parse(stdout).manifest.as_of, `${names[0]}T03:00:00.000Z`); // midnight in São Paulo
      await datagenOk([...words.filter((word) => word !== "--create-topics"), "--skip-kafka"], {}, {
        today: postgresDay,
      });
      assert.equal((await tableCounts(postgres))["customers"], 400);
      const read = await assertTopics({ ...topics, postgres });
      assert.notEqual(read["trades"]!.records, 0);
    }));
}

const [few, many] = isWide ? [1_000, 3_000] : [300, 900];

test(`load --customers ${few}, then --customers ${many}, adds the missing and leaves what a fresh load leaves`, () =>
  inFreshPlaces(async (grown) => {
    await datagenOk(loadWords(few, grown));
    const { stdout } = await datagenOk([...loadWords(many, grown), "--json"]);
    const { targets, rows, written_rows: written } = JSON.parse(stdout);
    assert.deepEqual(targets.map(({ outcome }: { outcome: string }) => outcome), ["extended", "extended"]);
    const all = Object.values<number>(rows).reduce((sum, count) => sum + count, 0);
    assert.equal(written < all * 0.75, true, `${written} of ${all} rows were written`);
    await inFreshPlaces(async (fresh) => {
      await datagenOk(loadWords(many, fresh));
      assert.deepEqual(await left(grown), await left(fresh));
    });
  }));

async function left({ url, bootstrap, registry, prefix }: Places) {
  const { topics } = await readTopics({ bootstrap, registry, prefix, digest: true });
  return { topics, tables: await tableDigests(url) };
}
