/** A domain of which nothing in `src` knows goes into PostgreSQL, Kafka and files in one load, and grows there. */

import assert from "node:assert/strict";
import { CsvSink, JsonSink } from "../../sinks.ts";
import { PostgresSink, resolveConnection } from "../../servers.ts";
import type { Sink } from "../../src/ports/sink.ts";
import { load } from "../../src/run/load.ts";
import { clientOf, kafkaSink } from "../support/kafka_targets.ts";
import { tableCounts } from "../support/postgres_reader.ts";
import { freshDatabase, freshPrefix, kafka, testsWith } from "../support/services.ts";
import { toyDomain } from "../support/toy_domain.ts";
import { inFolder, toyBatch } from "../support/toy_shop.ts";

const test = await testsWith("postgres", "kafka");

test("load() writes any domain into PostgreSQL, Kafka, CSV and JSON at once, and grows it", () =>
  inFolder((folder) =>
    freshDatabase(async ({ url }) => {
      const { bootstrap } = await kafka();
      const prefix = freshPrefix();
      const connection = await resolveConnection(url, () => undefined);
      const sinks = (): Sink[] => [
        new PostgresSink(connection, toyDomain.entities),
        kafkaSink(toyDomain.entities, {
          brokers: bootstrap,
          client: clientOf(bootstrap),
          prefix,
        }),
        new CsvSink(`${folder}/csv`, toyDomain.entities),
        new JsonSink(`${folder}/json`, toyDomain.entities),
      ];
      const now = Date.UTC(2026, 6, 1, 3);
      for (const units of [300, 700]) {
        const request = { domain: toyDomain, units, seed: 1, truncate: false, now, version: "0.1.0" };
        const report = await load(request, sinks());
        assert.deepEqual(report.checks.filter(({ ok }) => !ok), []);
        assert.deepEqual(report.rows, { buyers: units, purchases: units * 3, stands: units * 2, fairs: 2 });
      }
      assert.deepEqual(await tableCounts(url), { buyers: 700, purchases: 2100, stands: 1400, fairs: 2 });

      const admin = clientOf(bootstrap).admin();
      const records = await admin.readAll(`${prefix}.purchases`, 30_000);
      await admin.close();
      const ids = records.map(({ value }) => JSON.parse(new TextDecoder().decode(value)).purchase_id as string);
      const made = toyBatch(0, 700);
      assert.deepEqual(ids.sort(), made["purchases"]!.map((row) => String(row["purchase_id"])).sort());

      const json = JSON.parse(await Deno.readTextFile(`${folder}/json/buyers.json`)) as { name: string }[];
      assert.deepEqual(json.map(({ name }) => name), made["buyers"]!.map(({ name }) => name));
      const csv = await Deno.readTextFile(`${folder}/csv/fairs.csv`);
      assert.equal(csv, "fair,opened\r\nAcari,2026-01-01\r\nMadureira,2026-01-02\r\n");
    })
  ));
