import assert from "node:assert/strict";
import { bankCatalogue } from "../../mod.ts";
import { avroSchema } from "../../src/encoders/avro_schema.ts";
import { avroJudge } from "../support/avro_reader.ts";
import { buyer, purchase } from "../support/toy_shop.ts";

const TYPES: Record<string, unknown> = {
  string: "string",
  int: "int",
  double: "double",
  date: { type: "int", logicalType: "date" },
  tsms: { type: "long", logicalType: "timestamp-millis" },
  dec: { type: "bytes", logicalType: "decimal", precision: 15, scale: 2 },
};

/** The records that consumers of the original topics know; `?` is a union with null, null by default. */
const ORIGINAL: Record<string, string> = {
  Transaction: `transaction_id string, account_id string, customer_id string, transaction_type string, amount dec,
    direction string, counterparty_key string?, counterparty_name string?, description string?, timestamp tsms,
    status string, pix_e2e_id string?, pix_key_type string?, location_lat double?, location_lon double?,
    created_at tsms?, updated_at tsms?`,
  CardTransaction: `transaction_id string, card_id string, customer_id string, merchant_name string,
    merchant_category string, mcc_code string, amount dec, installments int, timestamp tsms, status string,
    location_city string?, location_country string?, created_at tsms?, updated_at tsms?`,
  Trade: `trade_id string, account_id string, customer_id string, stock_id string, ticker string, trade_type string,
    quantity int, price_per_share dec, total_amount dec, fees dec, net_amount dec, order_type string, status string,
    executed_at tsms, settlement_date tsms, created_at tsms?, updated_at tsms?`,
  Installment: `installment_id string, loan_id string, customer_id string, installment_number int, due_date date,
    principal_amount dec, interest_amount dec, total_amount dec, paid_date date?, paid_amount dec?, status string,
    created_at tsms?, updated_at tsms?`,
};

/** What was added since, behind the fields of the original. */
const ADDED: Record<string, string[]> = { Installment: ["days_late int?"] };

function parsedFields(text: string): unknown[] {
  return text.split(",").map((field) => {
    const [name, type] = field.trim().split(" ") as [string, string];
    const known = TYPES[type.replace("?", "")];
    assert.ok(known !== undefined, type);
    return type.endsWith("?") ? { name, type: ["null", known], default: null } : { name, type: known };
  });
}

for (const [title, text] of Object.entries(ORIGINAL)) {
  Deno.test(`avroSchema() gives ${title} the original's fields, and behind them those that were added`, () => {
    const { type, name, namespace, fields } = avroSchema(bankCatalogue.find((entity) => entity.title === title)!);
    assert.deepEqual({ type, name, namespace }, { type: "record", name: title, namespace: "com.financial.banking" });
    const withoutDocs = fields.map(({ doc: _, ...field }) => field);
    assert.deepEqual(withoutDocs, parsedFields([text, ...ADDED[title] ?? []].join(",")));
  });
}

Deno.test("avroSchema() takes its docs from the descriptions", () => {
  const schema = avroSchema(purchase);
  assert.equal(schema.doc, purchase.doc);
  assert.deepEqual(schema.fields.map(({ doc }) => doc), Object.values(purchase.fields).map(({ doc }) => doc));
});

Deno.test("avroSchema() keeps digits and scale of decimals, and the columns of an address flat", () => {
  const rate = avroSchema(purchase).fields.find(({ name }) => name === "rate")!;
  assert.deepEqual(rate.type, { type: "bytes", logicalType: "decimal", precision: 10, scale: 6 });
  assert.deepEqual(avroSchema(buyer).fields.map(({ name }) => name), Object.keys(buyer.fields));
});

Deno.test("avroSchema() gives every entity of the bank a schema that avsc takes", () => {
  for (const entity of bankCatalogue) avroJudge(JSON.stringify(avroSchema(entity)));
  assert.equal(new Set(bankCatalogue.map((entity) => avroSchema(entity).name)).size, bankCatalogue.length);
});
