import assert from "node:assert/strict";
import fc from "fast-check";
import { bankCatalogue, type BankRows } from "../../mod.ts";
import { avroEncoder, confluentFrame, framedAvroEncoder } from "../../src/encoders/avro.ts";
import { avroFieldsOf, avroSchema } from "../../src/encoders/avro_schema.ts";
import { ByteBuffer } from "../../src/encoders/bytes.ts";
import { type Entity, entity, type Row } from "../../src/model/entity.ts";
import { date, double, type Field, instant, int, money, nullable, oneOf, text } from "../../src/model/field.ts";
import { avroJudge } from "../support/avro_reader.ts";
import { bankOf } from "../support/bank.ts";
import { toyBatch, toyEntities } from "../support/toy_shop.ts";

function one(field: Parameters<typeof entity>[0]["fields"][string]): Entity {
  return entity({
    name: "ones",
    code: 1,
    title: "One",
    namespace: "example",
    doc: "",
    role: "master",
    incremental: false,
    fields: { field },
  });
}

function encoded(entity: Entity, row: Row): Uint8Array {
  const buffer = new ByteBuffer(1);
  avroEncoder(entity)(row, buffer);
  return buffer.view();
}

function hexOf(entity: Entity, value: string | number | null): string {
  return encoded(entity, { field: value }).toHex();
}

/** Encodes and reads back by avsc, and compares with the bytes of avsc. */
function agrees(entity: Entity, value: string | number | null): void {
  const judge = avroJudge(JSON.stringify(avroSchema(entity)));
  const bytes = encoded(entity, { field: value });
  assert.deepEqual(judge.read(bytes), { field: value });
  assert.equal(bytes.toHex(), judge.write({ field: value }).toHex());
}

for (
  const [value, expected] of [
    [0, "00"],
    [-1, "01"],
    [1, "02"],
    [-64, "7f"],
    [64, "8001"],
    [8191, "fe7f"],
    [2 ** 31 - 1, "feffffff0f"],
    [-(2 ** 31), "ffffffff0f"],
  ] as const
) {
  Deno.test(`avroEncoder() writes the int ${value} as ${expected}`, () => {
    assert.equal(hexOf(one(int({ doc: "" })), value), expected);
    assert.equal(hexOf(one(date({ doc: "" })), value), expected);
    assert.equal(hexOf(one(instant({ doc: "" })), value), expected);
  });
}

for (
  const [value, expected] of [
    [0, "0200"],
    [127, "027f"],
    [128, "040080"],
    [-1, "02ff"],
    [-128, "0280"],
    [-129, "04ff7f"],
    [2 ** 31, "0a0080000000"],
    [-(2 ** 31), "0880000000"],
    [2 ** 53 - 1, "0e1fffffffffffff"],
    [-(2 ** 53 - 1), "0ee0000000000001"],
  ] as const
) {
  Deno.test(`avroEncoder() writes ${value} centavos as ${expected}`, () => {
    assert.equal(hexOf(one(money({ doc: "" })), value), expected);
  });
}

Deno.test("avroEncoder() writes every safe integer as avsc does, as long and as decimal", () => {
  const [long, decimal] = [one(instant({ doc: "" })), one(money({ doc: "" }))];
  const byMagnitude = fc.tuple(fc.integer({ min: 0, max: 52 }), fc.double({ min: -2, max: 2, noNaN: true }))
    .map(([bits, share]) => Math.max(Math.min(Math.trunc(2 ** bits * share), 2 ** 53 - 1), 1 - 2 ** 53) + 0);
  fc.assert(fc.property(byMagnitude, (value) => agrees(decimal, value)), { numRuns: 2000 });
  // avsc itself reads and writes longs only up to 2^53 / 2.
  const half = byMagnitude.filter((value) => Math.abs(value) < 2 ** 52);
  fc.assert(fc.property(half, (value) => agrees(long, value)), { numRuns: 2000 });
});

Deno.test("avroEncoder() writes longs beyond half of the safe integers exactly", () => {
  const entity = one(instant({ doc: "" }));
  for (const value of [2 ** 53 - 1, 1 - 2 ** 53, 2 ** 52, -(2 ** 52) - 1]) {
    assert.equal(zigzagOf(encoded(entity, { field: value })), BigInt(value));
  }

  function zigzagOf(bytes: Uint8Array): bigint {
    const bits = bytes.reduce((sum, byte, n) => sum | (BigInt(byte & 0x7f) << BigInt(7 * n)), 0n);
    return (bits >> 1n) ^ -(bits & 1n);
  }
});

Deno.test("avroEncoder() writes any int, double and text, and null, as avsc does", () => {
  const fields: [Field<unknown>, fc.Arbitrary<string | number>][] = [
    [int({ doc: "" }), fc.integer()],
    [double({ doc: "" }), fc.double()],
    [text(9, { doc: "" }), fc.string({ unit: "grapheme", maxLength: 200 })],
  ];
  for (const [field, values] of fields) {
    fc.assert(fc.property(values, (value) => agrees(one(field), value)));
    fc.assert(fc.property(fc.option(values), (value) => agrees(one(nullable(field)), value)));
  }
});

Deno.test("avroEncoder() writes texts of every length, with and without accents, as avsc does", () => {
  const entity = one(text(9, { doc: "" }));
  for (const length of [0, 1, 31, 32, 33, 47, 48, 49, 63, 64, 65, 4095, 4096, 8191, 8192, 70_000, 600_000]) {
    for (const letter of ["a", "ã", "€"]) agrees(entity, letter.repeat(length));
  }
});

Deno.test("avroEncoder() writes a surrogate without its pair as U+FFFD", () => {
  assert.equal(hexOf(one(text(9, { doc: "" })), "a\ud800"), "0861efbfbd");
});

Deno.test("avroEncoder() writes the union of an optional field although its value is never null", () => {
  assert.equal(hexOf(one(int({ avro: "optional", doc: "" })), 5), "020a");
});

Deno.test("avroEncoder() writes an enum of its own by the place of its word, as avsc does, and null", () => {
  const way = oneOf(["IN", "OUT"], { avroEnum: "Way", doc: "" });
  assert.equal(hexOf(one(way), "OUT"), "02");
  for (const word of ["IN", "OUT"]) agrees(one(way), word);
  assert.equal(hexOf(one(nullable(way)), "OUT"), "0202");
  assert.equal(hexOf(one(nullable(way)), null), "00");
});

Deno.test("avroEncoder() appends, so that rows stand one after the other", () => {
  const buffer = new ByteBuffer(1);
  const encode = avroEncoder(one(int({ doc: "" })));
  for (const field of [1, 2, 3]) encode({ field }, buffer);
  assert.equal(buffer.view().toHex(), "020406");
});

Deno.test("framedAvroEncoder() writes a zero byte and the schema's id, big-endian, before the body", () => {
  assert.equal(confluentFrame(0x0102_0304).toHex(), "0001020304");
  assert.equal(confluentFrame(2 ** 31 - 1).toHex(), "007fffffff");
  const buffer = new ByteBuffer(1);
  framedAvroEncoder(one(int({ doc: "" })), 258)({ field: 1 }, buffer);
  assert.equal(buffer.view().toHex(), "000000010202");
});

Deno.test("avroEncoder() writes every row of the bank as avsc does, which reads the row's values", () => {
  const bank = bankOf();
  for (const entity of bankCatalogue) {
    const rows = [...bank.rows(entity.name as keyof BankRows, { from: 0, to: 60 })] as unknown as Row[];
    assert.ok(rows.length > 0, entity.name);
    judgeRows(entity, rows);
  }
});

Deno.test("avroEncoder() writes every row of the toy shop as avsc does", () => {
  for (const entity of toyEntities) judgeRows(entity, toyBatch(0, 20)[entity.name]!);
});

function judgeRows(entity: Entity, rows: readonly Row[]): void {
  const judge = avroJudge(JSON.stringify(avroSchema(entity)));
  const encode = avroEncoder(entity);
  const buffer = new ByteBuffer();
  for (const row of rows) {
    buffer.clear();
    encode(row, buffer);
    const read = judge.read(buffer.view());
    for (const [name] of avroFieldsOf(entity)) assert.ok(read[name] === row[name], `${entity.name}.${name}`);
    assert.deepEqual(buffer.view(), new Uint8Array(judge.write(row)));
  }
}
