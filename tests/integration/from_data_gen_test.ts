/** What docs/from-data-gen.md says of tables and topics that data-gen left, against real servers. */

import assert from "node:assert/strict";
import { clientOf } from "../support/kafka_targets.ts";
import { withSql } from "../support/postgres_reader.ts";
import { root } from "../support/program.ts";
import { datagen, datagenOk } from "../support/servers_program.ts";
import { freshDatabase, freshPrefix, kafka, testsWith } from "../support/services.ts";

const page = await Deno.readTextFile(new URL("docs/from-data-gen.md", root));
const [refusedTable, refusedTopic] = [...page.matchAll(/^```text\n(.*)\n```$/gm)].map((match) => match[1]!);

/** The table of customers as data-gen makes it. */
const CUSTOMERS = `CREATE TABLE customers (
  incremental_id SERIAL, customer_id VARCHAR(36) PRIMARY KEY, cpf VARCHAR(14) NOT NULL, name VARCHAR(255) NOT NULL,
  email VARCHAR(255), phone VARCHAR(20), street VARCHAR(255), number VARCHAR(20), neighborhood VARCHAR(100),
  city VARCHAR(100), state VARCHAR(50), postal_code VARCHAR(20), complement VARCHAR(100), country VARCHAR(2) DEFAULT 'BR',
  monthly_income DECIMAL(15,2), employment_status VARCHAR(20), credit_score INTEGER, created_at TIMESTAMP,
  updated_at TIMESTAMP);
  INSERT INTO customers (customer_id, cpf, name) VALUES ('0123456789abcdef0123456789abcdef', '1', 'Ana')`;

const withPostgres = await testsWith("postgres");
const withKafka = await testsWith("kafka", "librdkafka");

withPostgres(
  "tables of data-gen are refused in the words of the page, with --truncate too; a schema of one's own is not",
  () =>
    freshDatabase(async ({ url }) => {
      await withSql(url, (sql) => sql.unsafe(CUSTOMERS).simple());
      const words = ["load", "--customers", "3", "--to", "postgres", "--postgres-url", url];
      for (const more of [[], ["--truncate"]]) {
        const { status, stderr } = await datagen([...words, ...more]);
        assert.equal(status, 2);
        assert.equal(
          /^error: (.*)$/m.exec(stderr)![1]!.replace(/postgres:\S+:/, "postgres://localhost:5432/datagen:"),
          refusedTable,
        );
      }
      assert.equal(
        await withSql(url, async (sql) => (await sql`SELECT count(*)::int AS n FROM customers`)[0]!["n"]),
        1,
      );
      await datagenOk([...words, "--postgres-schema", "bank"]);
    }),
);

withKafka("topics with data-gen's records are refused in the words of the page, with --truncate too", async () => {
  const { bootstrap } = await kafka();
  const prefix = freshPrefix();
  const admin = clientOf(bootstrap).admin();
  await datagenOk([
    ...["load", "--customers", "2", "--to", "kafka", "--kafka-bootstrap", bootstrap, "--topic-prefix", prefix],
    ...["--no-avro", "--create-topics", "--as-of", "2026-07-01", "--only", "transactions"],
  ]);
  await admin.deleteTopics([`${prefix}.datagen-progress`]);
  await admin.close();
  const words = ["load", "--customers", "2", "--to", "kafka", "--kafka-bootstrap", bootstrap, "--topic-prefix", prefix];
  for (const more of [[], ["--truncate"]]) {
    const { status, stderr } = await datagen([...words, "--no-avro", "--create-topics", ...more]);
    assert.equal(status, 2, stderr);
    const told = /^error: (.*)$/m.exec(stderr)![1]!.replaceAll(prefix, "banking");
    assert.equal(told.replace(/kafka:\S+:/, "kafka://localhost:9092:"), refusedTopic);
  }
});
