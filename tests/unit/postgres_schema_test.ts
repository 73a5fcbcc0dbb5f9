import assert from "node:assert/strict";
import { bankEntities } from "../../src/domains/bank/entities/mod.ts";
import { createPostgresTable, postgresConstraints, postgresIndexes } from "../../src/encoders/postgres_schema.ts";
import { postgresScript } from "../../src/encoders/postgres_script.ts";
import { buyer, purchase, stand, toyEntities } from "../support/toy_shop.ts";

Deno.test("createPostgresTable() gives each kind of field its type, and nothing that slows down COPY", () =>
  assert.equal(
    createPostgresTable(purchase, "my shop"),
    `CREATE TABLE IF NOT EXISTS "my shop"."purchases" (
  "incremental_id" bigint GENERATED ALWAYS AS IDENTITY,
  "purchase_id" uuid NOT NULL,
  "buyer_id" uuid NOT NULL,
  "number" integer NOT NULL,
  "amount" numeric(15,2) NOT NULL,
  "rate" numeric(10,6) NOT NULL,
  "weight" double precision,
  "note" varchar(100),
  "paid_on" date,
  "at" timestamptz NOT NULL
)`,
  ));

Deno.test("postgresConstraints() names and defines them as PostgreSQL would", () =>
  assert.deepEqual(
    [...postgresConstraints(buyer, toyEntities, "s"), ...postgresConstraints(stand, toyEntities, "s")]
      .map(({ name, definition }) => `${name} ${definition}`),
    [
      'buyers_pkey PRIMARY KEY ("buyer_id")',
      'buyers_email_key UNIQUE ("email")',
      "buyers_level_check CHECK (\"level\" IN ('GOLD', 'SILVER', 'BRONZE'))",
      'buyers_credit_check CHECK ("credit" >= -1000.00)',
      'stands_buyer_id_purchase_id_key UNIQUE NULLS NOT DISTINCT ("buyer_id", "purchase_id")',
      'stands_buyer_id_fkey FOREIGN KEY ("buyer_id") REFERENCES "s"."buyers" ("buyer_id")',
      'stands_purchase_id_fkey FOREIGN KEY ("purchase_id") REFERENCES "s"."purchases" ("purchase_id")',
    ],
  ));

Deno.test("a reference to an entity that is not in the database is left out", () => {
  const kinds = postgresConstraints(stand, [buyer, stand], "s").filter(({ kind }) => kind === "foreign key");
  assert.deepEqual(kinds.map(({ name }) => name), ["stands_buyer_id_fkey"]);
  assert.deepEqual(postgresIndexes(stand, [buyer, stand]), []);
});

Deno.test("postgresIndexes() indexes foreign keys that begin no key", () =>
  assert.deepEqual(toyEntities.flatMap((entity) => postgresIndexes(entity, toyEntities)), [
    { name: "stands_purchase_id_idx", column: "purchase_id" },
  ]));

Deno.test("no name of the bank is longer than PostgreSQL keeps", () => {
  const names = bankEntities.flatMap((entity) =>
    [
      ...postgresConstraints(entity, bankEntities, "public"),
      ...postgresIndexes(entity, bankEntities),
    ].map(({ name }) => name)
  );
  assert.equal(new Set(names).size, names.length);
  assert.deepEqual(names.filter((name) => name.length > 63), []);
});

Deno.test("postgresScript() makes a schema of its own, and not public", () => {
  assert.match(postgresScript(toyEntities, "shop"), /^CREATE SCHEMA IF NOT EXISTS "shop";\n/);
  assert.match(postgresScript(toyEntities), /^CREATE TABLE IF NOT EXISTS "public"."buyers"/);
});

Deno.test("postgresScript() comments every table and column, those of the marks too", () => {
  const comments = postgresScript(toyEntities).match(/^COMMENT ON/gm)!;
  assert.equal(comments.length, 3 + (1 + 8) + (1 + 9) + 3 + 2);
});
