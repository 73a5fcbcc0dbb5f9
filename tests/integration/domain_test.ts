/** A domain of which nothing in `src` knows goes into PostgreSQL, Kafka and files in one load, and grows there. */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { CsvSink, JsonSink } from "../../sinks.ts";
import { PostgresSink, resolveConnection } from "../../servers.ts";
import type { Sink } from "../../src/ports/sink.ts";
import { load } from "../../src/run/load.ts";
import { avroJudge } from "../support/avro_reader.ts";
import { dumpTopic, readerTestsWith } from "../support/kafka_reader.ts";
import { clientOf, kafkaSink } from "../support/kafka_targets.ts";
import { tableCounts, withSql } from "../support/postgres_reader.ts";
import { freshDatabase, freshPrefix, kafka, schemaRegistry, testsWith } from "../support/services.ts";
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
        assert.deepEqual(report.rows, {
          buyers: units,
          purchases: units * 3,
          stands: units * 2,
          fairs: 2,
          payments: units * 4,
        });
      }
      assert.deepEqual(await tableCounts(url), {
        buyers: 700,
        purchases: 2100,
        stands: 1400,
        fairs: 2,
        payments: 2800,
      });

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

const PROGRAM = fileURLToPath(new URL("../support/toy_program.ts", import.meta.url));

/** Runs a command of the program that knows the toy domain too; gives its output. */
async function toys(cwd: string, words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-prompt", "-A", PROGRAM, ...words],
    cwd,
    env: { NO_COLOR: "1" },
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

const readerTest = await readerTestsWith("postgres", "kafka", "schemaRegistry");

readerTest(
  "the commands load, show and find any domain in PostgreSQL and Kafka, with its keys, headers and schemas",
  () =>
    inFolder((cwd) =>
      freshDatabase(async ({ url }) => {
        const [{ bootstrap }, { url: registry }] = [await kafka(), await schemaRegistry()];
        const prefix = freshPrefix();
        const brokers = ["--kafka-bootstrap", bootstrap, "--schema-registry", registry, "--topic-prefix", prefix];
        const servers = ["--to", "postgres", "--to", "kafka", "--postgres-url", url, "--postgres-events", ...brokers];
        const size = (buyers: number) => ["--domain", "toy", "--buyers", `${buyers}`, "--fairs", "3"];
        const line = (
          buyers: number,
        ) => ["load", ...size(buyers), "--as-of", "2026-07-01", ...servers, "--create-topics"];
        for (const buyers of [20, 50]) {
          const { ok, rows, targets } = JSON.parse(await toys(cwd, [...line(buyers), "--to", "parquet:out", "--json"]));
          assert.ok(ok);
          assert.deepEqual(rows, { buyers, purchases: 3 * buyers, stands: 2 * buyers, fairs: 3, payments: 4 * buyers });
          assert.deepEqual(new Set(targets.map(({ outcome }: { outcome: string }) => outcome)).size, 1);
        }

        const records = await dumpTopic(bootstrap, `${prefix}.payments.v1`);
        const schemas = await fetch(`${registry}/subjects/${prefix}.payments.v1-value/versions/1`);
        const { schema } = await schemas.json();
        const { fields, namespace } = JSON.parse(schema);
        assert.equal(namespace, "example.toys.money");
        assert.deepEqual(fields[3].type, { type: "enum", name: "Kind", symbols: ["IN", "OUT"] });
        assert.equal(fields[4].default, "BRL");
        const judge = avroJudge(schema);
        assert.equal(records.length, 200);
        const read = records.map(({ value, key, headers }) => ({ row: judge.read(value.subarray(5)), key, headers }));
        for (const { row, key, headers } of read) {
          assert.equal(key, `${row["fair"]}:${row["buyer_id"]}`);
          const [, n] = /^p(\d+)-/.exec(String(row["payment"]))!;
          assert.deepEqual(headers.slice(0, 2), [["trace", `t${n}`], ["entity", "payment"]]);
          const events = Object.fromEntries(headers.slice(2));
          assert.equal(events["ce_id"], `${row["payment"]}/${row["status"]}`);
          assert.deepEqual([events["ce_subject"], events["ce_source"]], [key, "/example/purses"]);
          assert.equal(Number(row["before"]) + (row["kind"] === "IN" ? 1 : -1) * Number(row["amount"]), row["after"]);
        }
        assert.equal(new Set(read.map(({ row }) => row["payment"])).size, 200);
        const lost = await withSql(
          url,
          (sql) =>
            sql`SELECT payment FROM payments WHERE fair NOT IN (SELECT fair FROM fairs) OR kind NOT IN ('IN', 'OUT')`,
        );
        assert.deepEqual([...lost], []);

        const page = await toys(cwd, ["show", "p7-1", "--in", "kafka", ...brokers]);
        assert.match(page, /^Payment p7-1\nBuyer 7\n/);
        assert.match(page, /\n {2}kind +OUT\n/);
        const unknown = await new Deno.Command(Deno.execPath(), {
          args: ["run", "-q", "--no-prompt", "-A", PROGRAM, "show", "99", "--in", "postgres", "--postgres-url", url],
          cwd,
        }).output();
        assert.match(new TextDecoder().decode(unknown.stderr), /hint: a load with --buyers 99 has it\n$/);
        for (const target of [["postgres", "--postgres-url", url], ["kafka", ...brokers], ["parquet:out"]]) {
          const info = JSON.parse(await toys(cwd, ["info", ...target, "--json"]));
          assert.deepEqual([info.buyers, info.complete], [{ written: 50, of: 50 }, true]);
          assert.match(info.again, /^datagen load --domain toy --buyers 50 .*--fairs 3/);
        }
      })
    ),
);
