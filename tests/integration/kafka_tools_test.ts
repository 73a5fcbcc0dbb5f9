/** What the tools of Kafka's own distribution show of a load, by the lines of the guides. */

import assert from "node:assert/strict";
import { EVENTS, inFreshPlaces, loadWords } from "../support/bank_load.ts";
import { datagenOk } from "../support/servers_program.ts";
import { kafkaTool } from "../support/services/kafka_tools.ts";
import { testsWith } from "../support/services.ts";

const test = await testsWith("postgres", "kafka", "schemaRegistry", "kafkaTools");

test("kafka-console-consumer prints every event once, kafka-get-offsets counts the ends of transactions too", () =>
  inFreshPlaces(async (places) => {
    const words = [...loadWords(40, places), "--skip-postgres", "--no-avro", "--json"];
    const { rows } = JSON.parse((await datagenOk(words)).stdout);
    const server = ["--bootstrap-server", places.bootstrap];
    const offsets = await kafkaTool("get-offsets", [...server, "--topic", `${places.prefix}\\..*s`]);
    await Promise.all(EVENTS.map(async (name) => {
      const topic = `${places.prefix}.${name.replace("_", "-")}`;
      const ends = offsets.filter((line) => line.startsWith(`${topic}:`)).map((line) => Number(line.split(":")[2]));
      assert.ok(ends.reduce((sum, end) => sum + end) > rows[name], offsets.join("\n"));
      const read = ["--topic", topic, "--from-beginning", "--isolation-level", "read_committed"];
      const shown = ["--property", "print.key=true", "--property", "print.headers=true", "--max-messages", rows[name]];
      const lines = await kafkaTool("console-consumer", [...server, ...read, ...shown.map(String)]);
      assert.equal(lines.pop(), `Processed a total of ${rows[name]} messages`);
      const ids = lines.map((line) => {
        const [headers, key, value] = line.split("\t") as [string, string, string];
        assert.ok(Object.values(JSON.parse(value)).includes(key), line);
        return /^ce_specversion:1\.0,ce_type:com\.financial\..*,ce_id:([^,]+),/.exec(headers)![1];
      });
      assert.deepEqual([ids.length, new Set(ids).size], [rows[name], rows[name]]);
    }));
  }));
