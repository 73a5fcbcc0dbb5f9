import assert from "node:assert/strict";
import { ByteBuffer } from "../../src/encoders/bytes.ts";
import { catalogue, catalogueMarkdown } from "../../src/encoders/catalogue.ts";
import { csvEncoder, csvHeader } from "../../src/encoders/csv.ts";
import { jsonEncoder } from "../../src/encoders/json.ts";
import { createIndex, createTable, indexesOf, insertInto, SQLITE } from "../../src/encoders/sql_schema.ts";
import { rowPacker, rowReader, type SqliteValue } from "../../src/encoders/sqlite_rows.ts";
import { decimalText, moneyText, valueText } from "../../src/encoders/text.ts";
import { entity, type Row } from "../../src/model/entity.ts";
import { date, decimal, double, instant, money, nullable, oneOf, text, uuid } from "../../src/model/field.ts";
import { buyer, purchase, stand, toyBatch, toyEntities, toyId } from "../support/toy_shop.ts";

const ROW: Row = {
  purchase_id: "00000000-0000-4000-8000-000000000001",
  buyer_id: "00000000-0000-4000-8000-000000000002",
  number: 3,
  amount: 5,
  rate: 15_000,
  weight: -0.125,
  note: "plain",
  paid_on: -1,
  at: -1,
};

function noteInCsv(note: string | null): string {
  const record = csvEncoder(purchase)([{ ...ROW, note, weight: null, paid_on: null }]);
  const before = "00000000-0000-4000-8000-000000000001,00000000-0000-4000-8000-000000000002,3,0.05,0.015000,,";
  const after = ",,1969-12-31T23:59:59.999Z\r\n";
  assert.ok(record.startsWith(before) && record.endsWith(after), record);
  return record.slice(before.length, -after.length);
}

for (
  const [cents, expected] of [
    [0, "0.00"],
    [-0, "0.00"],
    [5, "0.05"],
    [99, "0.99"],
    [100, "1.00"],
    [12_345, "123.45"],
    [-5, "-0.05"],
    [-100, "-1.00"],
    [-12_345, "-123.45"],
    [999_999_999_999_999, "9999999999999.99"],
    [-999_999_999_999_999, "-9999999999999.99"],
  ] as const
) {
  Deno.test(`moneyText() writes ${Object.is(cents, -0) ? "-0" : cents} as ${expected}`, () =>
    assert.equal(moneyText(cents), expected));
}

for (
  const [value, scale, expected] of [
    [0, 6, "0.000000"],
    [1, 6, "0.000001"],
    [15_000, 6, "0.015000"],
    [1_234_567, 6, "1.234567"],
    [-15_000, 6, "-0.015000"],
    [42, 0, "42"],
    [-42, 0, "-42"],
    [7, 1, "0.7"],
  ] as const
) {
  Deno.test(`decimalText() writes ${value} at scale ${scale} as ${expected}`, () => {
    assert.equal(decimalText(value, scale), expected);
  });
}

Deno.test("valueText() writes every kind as text formats do", () => {
  assert.equal(valueText(money({ doc: "" }), -5), "-0.05");
  assert.equal(valueText(decimal(10, 6, { doc: "" }), 15_000), "0.015000");
  assert.equal(valueText(date({ doc: "" }), 0), "1970-01-01");
  assert.equal(valueText(instant({ doc: "" }), 0), "1970-01-01T00:00:00.000Z");
  assert.equal(valueText(double({ doc: "" }), 0.5), "0.5");
  assert.equal(valueText(text(3, { doc: "" }), "abc"), "abc");
  assert.equal(valueText(nullable(text(3, { doc: "" })), null), "");
});

Deno.test("csvHeader() names the columns in order and ends with CRLF", () => {
  assert.equal(csvHeader(purchase), "purchase_id,buyer_id,number,amount,rate,weight,note,paid_on,at\r\n");
});

Deno.test("csvEncoder() writes every kind, days and instants before 1970 included", () => {
  assert.equal(
    csvEncoder(purchase)([ROW]),
    "00000000-0000-4000-8000-000000000001,00000000-0000-4000-8000-000000000002,3,0.05,0.015000,-0.125,plain," +
      "1969-12-31,1969-12-31T23:59:59.999Z\r\n",
  );
});

Deno.test("csvEncoder() writes for a Brazilian Excel: semicolons, decimal commas, instants without T, Z and parts of a second", () => {
  assert.equal(csvHeader(stand, "excel-br"), "\uFEFFbuyer_id;purchase_id;value\r\n");
  const [purchaseId, buyerId, number, amount, rate, weight, note, paidOn, at] = csvEncoder(purchase, "excel-br")([
    { ...ROW, amount: 123_456, rate: 1, weight: 0.125, note: "a", paid_on: 20_000, at: 1_767_225_599_999 },
  ]).trimEnd().split(";");
  assert.deepEqual([purchaseId, buyerId, number], [ROW.purchase_id, ROW.buyer_id, String(ROW.number)]);
  assert.deepEqual([amount, rate, weight, note], ["1234,56", "0,000001", "0,125", "a"]);
  assert.deepEqual([paidOn, at], ["2024-10-04", "2025-12-31 23:59:59"]);
});

for (
  const [text, written] of [
    ["0947", '"=""0947"""'],
    ["12345678000199", '"=""12345678000199"""'],
    ["2026-5", '"=""2026-5"""'],
    ["12E3", '"=""12E3"""'],
    ["+5521987500680", '"=""+5521987500680"""'],
    ["+55 21 98750-0680", '"=""+55 21 98750-0680"""'],
    ["=1+1", '"=""=1+1"""'],
    ["@a", '"=""@a"""'],
    ['-"x"', '"=""-""""x"""""""'],
    ["1,5", '"=""1,5"""'],
    ["a;b", '"a;b"'],
    ["a,b", '"a,b"'],
    ["Rua 7", "Rua 7"],
    ["E", "E"],
    ["", '""'],
    ["2a VIA", "2a VIA"],
  ] as const
) {
  Deno.test(`csvEncoder() writes the text ${JSON.stringify(text)} so that Excel keeps it`, () => {
    const record = csvEncoder(purchase, "excel-br")([{ ...ROW, weight: null, note: text, paid_on: null, at: 0 }]);
    assert.ok(record.endsWith(`;;${written};;1970-01-01 00:00:00\r\n`), record);
  });
}

Deno.test("csvEncoder() quotes only values that need it", () => {
  assert.equal(noteInCsv("plain; with 'apostrophes'"), "plain; with 'apostrophes'");
  assert.equal(noteInCsv("one, two"), '"one, two"');
  assert.equal(noteInCsv('say "no"'), '"say ""no"""');
  assert.equal(noteInCsv('"'), '""""');
  assert.equal(noteInCsv("two\nlines"), '"two\nlines"');
  assert.equal(noteInCsv("two\rlines"), '"two\rlines"');
  assert.equal(noteInCsv("ação €"), "ação €");
});

Deno.test("csvEncoder() tells the empty text from null", () => {
  assert.equal(noteInCsv(""), '""');
  assert.equal(noteInCsv(null), "");
});

Deno.test("csvEncoder() writes the rows it is told to", () => {
  const rows = toyBatch(0, 4)["buyers"]!;
  const encode = csvEncoder(buyer);
  assert.equal(encode(rows, 1, 3), encode([rows[1]!, rows[2]!]));
  assert.equal(encode(rows, 1), encode(rows.slice(1)));
  assert.equal(encode([]), "");
});

Deno.test("jsonEncoder() writes decimals as strings, numbers as numbers, null as null", () => {
  assert.equal(
    jsonEncoder(purchase)({ ...ROW, note: null }),
    '{"purchase_id":"00000000-0000-4000-8000-000000000001","buyer_id":"00000000-0000-4000-8000-000000000002",' +
      '"number":3,"amount":"0.05","rate":"0.015000","weight":-0.125,"note":null,"paid_on":"1969-12-31",' +
      '"at":"1969-12-31T23:59:59.999Z"}',
  );
  const nulls = JSON.parse(jsonEncoder(purchase)({ ...ROW, weight: null, paid_on: null }));
  assert.equal(nulls.weight, null);
  assert.equal(nulls.paid_on, null);
});

Deno.test("jsonEncoder() escapes what JSON wants escaped and keeps the rest", () => {
  const encode = jsonEncoder(purchase);
  for (const note of ['"', "\\", "\n", "\r", "\t", "\u0000", "\u001f", "", "ação €", "🙂", "\ud800", "</script>"]) {
    assert.equal(JSON.parse(encode({ ...ROW, note })).note, note);
  }
  assert.ok(encode({ ...ROW, note: "ação €" }).includes('"ação €"'));
  assert.ok(encode({ ...ROW, note: "\ud800" }).includes("\\ud800"));
});

Deno.test("jsonEncoder() nests columns where the first of them stands", () => {
  const row = toyBatch(1, 2)["buyers"]![0]!;
  assert.equal(
    jsonEncoder(buyer)(row),
    `{"buyer_id":"${toyId(1, 1)}","name":"Buyer 1","email":"buyer1@example.com",` +
      '"address":{"street":"Rua 1","city":"São Paulo"},"level":"SILVER","credit":"0.02","since":"1969-12-30"}',
  );
});

Deno.test("ByteBuffer holds what was appended as UTF-8, however small it began", () => {
  const texts = ["a", "ação", "", "€".repeat(1000), "🙂🙂🙂", "\ud800", "x".repeat(5000)];
  const buffer = new ByteBuffer(1);
  for (const text of texts) buffer.append(text);
  assert.deepEqual(buffer.view(), new TextEncoder().encode(texts.join("")));
  assert.equal(buffer.length, buffer.view().length);
  buffer.clear();
  assert.equal(buffer.length, 0);
  buffer.append("é");
  assert.deepEqual([...buffer.view()], [0xc3, 0xa9]);
});

Deno.test("createTable() writes a STRICT table with its rules and references", () => {
  assert.equal(
    createTable(purchase, toyEntities, SQLITE),
    `CREATE TABLE "purchases" (
  "incremental_id" INTEGER PRIMARY KEY,
  "purchase_id" TEXT NOT NULL,
  "buyer_id" TEXT NOT NULL,
  "number" INTEGER NOT NULL CHECK ("number" >= 1),
  "amount" REAL NOT NULL CHECK ("amount" >= 0.01) CHECK ("amount" <= 10000) ` +
      `CHECK (round("amount" * 100) / 100 = "amount"),
  "rate" REAL NOT NULL CHECK (round("rate" * 1000000) / 1000000 = "rate"),
  "weight" REAL,
  "note" TEXT,
  "paid_on" TEXT,
  "at" TEXT NOT NULL,
  FOREIGN KEY ("buyer_id") REFERENCES "buyers" ("buyer_id")
) STRICT`,
  );
});

Deno.test("createTable() lists the values of an enum", () => {
  const sql = createTable(buyer, toyEntities, SQLITE);
  assert.ok(sql.includes(`"level" TEXT NOT NULL CHECK ("level" = 'GOLD' OR "level" = 'SILVER' OR "level" = 'BRONZE')`));
});

Deno.test("createTable() makes no foreign key to an entity that is not in the database", () => {
  assert.match(createTable(purchase, [buyer, purchase], SQLITE), /FOREIGN KEY \("buyer_id"\) REFERENCES "buyers"/);
  assert.doesNotMatch(createTable(purchase, [purchase], SQLITE), /FOREIGN KEY|REFERENCES/);
});

Deno.test("indexesOf() gives key, unique columns and foreign keys, in this order", () => {
  assert.deepEqual(indexesOf(buyer).map(createIndex), [
    'CREATE UNIQUE INDEX IF NOT EXISTS "buyers_pkey" ON "buyers" ("buyer_id")',
    'CREATE UNIQUE INDEX IF NOT EXISTS "buyers_email_key" ON "buyers" ("email")',
  ]);
  assert.deepEqual(indexesOf(stand).map(createIndex), [
    'CREATE UNIQUE INDEX IF NOT EXISTS "stands_buyer_id_purchase_id_key" ' +
    `ON "stands" ("buyer_id", coalesce("purchase_id", ''))`,
    'CREATE INDEX IF NOT EXISTS "stands_purchase_id_idx" ON "stands" ("purchase_id")',
  ]);
});

Deno.test("indexesOf() makes no index of its own for a foreign key that begins another", () => {
  assert.deepEqual(indexesOf(purchase).map(({ name }) => name), ["purchases_pkey", "purchases_buyer_id_number_key"]);
});

Deno.test("insertInto() binds every column of every row", () => {
  assert.equal(
    insertInto(stand, 2),
    'INSERT INTO "stands" ("buyer_id", "purchase_id", "value") VALUES (?, ?, ?), (?, ?, ?)',
  );
});

Deno.test("rowReader() gives, of rows and packed rows, decimals as the nearest double, days and instants as text, null as null", () => {
  const rows = [{ ...ROW, note: null }, { ...ROW, weight: null, paid_on: null }];
  for (const given of [structuredClone(rowPacker(purchase)(rows)), { count: 2, rows }]) {
    const next = rowReader(purchase)(given);
    const values: SqliteValue[] = ["before"];
    next(values, 1);
    assert.deepEqual(values, [
      "before",
      ROW["purchase_id"],
      ROW["buyer_id"],
      3,
      0.05,
      0.015,
      -0.125,
      null,
      "1969-12-31",
      "1969-12-31T23:59:59.999Z",
    ]);
    next(values, 1);
    assert.deepEqual(values.slice(6, 9), [null, "plain", null]);
  }
});

Deno.test("catalogue() tells type, rules and meaning of each field", () => {
  const [described] = catalogue([purchase]);
  assert.deepEqual(described!.fields.slice(0, 5), [
    { name: "purchase_id", kind: "uuid", type: "uuid", nullable: false, unique: true, doc: "Id." },
    {
      name: "buyer_id",
      kind: "uuid",
      type: "uuid",
      nullable: false,
      unique: false,
      doc: "Buyer.",
      references: "buyers",
    },
    {
      name: "number",
      kind: "int",
      type: "int",
      nullable: false,
      unique: false,
      doc: "Number of the purchase.",
      min: "1",
    },
    {
      name: "amount",
      kind: "money",
      type: "decimal(15,2)",
      nullable: false,
      unique: false,
      doc: "Amount.",
      min: "0.01",
      max: "10000.00",
    },
    { name: "rate", kind: "decimal", type: "decimal(10,6)", nullable: false, unique: false, doc: "Rate." },
  ]);
  assert.equal(described!.topic, "purchases");
});

Deno.test("catalogueMarkdown() writes one row of a table for each field", () => {
  const page = catalogueMarkdown(toyEntities);
  assert.ok(page.startsWith("## buyers\n\nSomeone who buys.\n\nRole: master. Key: `buyer_id`.\n\n| Field |"), page);
  assert.ok(page.includes("| `level` | enum | no | GOLD, SILVER, BRONZE | Level. |"), page);
  assert.ok(page.includes("| `buyer_id` | uuid | no | references `buyers` | Buyer. |"), page);
  assert.ok(page.includes("| `note` | text(100) | yes |  | Anything. |"), page);
});

Deno.test("a field added to a description by one line is in every format", () => {
  const fields = { pet_id: uuid({ doc: "Id." }), name: text(10, { doc: "Name." }) };
  const kind = oneOf(["CAT", "DOG"], { doc: "Kind of pet." });
  const described = {
    name: "pets",
    code: 9,
    title: "Pet",
    namespace: "example",
    doc: "A pet.",
    role: "master",
    key: "pet_id",
  } as const;
  const before = entity({ ...described, incremental: true, fields });
  const after = entity({ ...described, incremental: true, fields: { ...fields, kind } });
  const row = { pet_id: "1", name: "Rex", kind: "DOG" };
  const values: SqliteValue[] = [];

  assert.equal(csvHeader(before), "pet_id,name\r\n");
  assert.equal(csvHeader(after), "pet_id,name,kind\r\n");
  assert.equal(csvEncoder(after)([row]), "1,Rex,DOG\r\n");
  assert.equal(jsonEncoder(after)(row), '{"pet_id":"1","name":"Rex","kind":"DOG"}');
  assert.ok(
    createTable(after, [after], SQLITE).includes(`"kind" TEXT NOT NULL CHECK ("kind" = 'CAT' OR "kind" = 'DOG')`),
  );
  assert.equal(insertInto(after, 1), 'INSERT INTO "pets" ("pet_id", "name", "kind") VALUES (?, ?, ?)');
  rowReader(after)(rowPacker(after)([row]))(values, 0);
  assert.deepEqual(values, ["1", "Rex", "DOG"]);
  assert.ok(catalogueMarkdown([after]).includes("| `kind` | enum | no | CAT, DOG | Kind of pet. |"));
});
