import assert from "node:assert/strict";
import fc from "fast-check";
import { ByteBuffer } from "../../src/encoders/bytes.ts";
import { COPY_HEADER, COPY_TRAILER, copyEncoder } from "../../src/encoders/copy.ts";
import { type Entity, entity, type Row } from "../../src/model/entity.ts";
import { date, decimal, double, type Field, instant, int, money, nullable, text, uuid } from "../../src/model/field.ts";
import { purchase, toyBatch } from "../support/toy_shop.ts";

/** Reads the values of encoded rows as PostgreSQL's documents describe them, each undecoded. */
function tuples(bytes: Uint8Array): (Uint8Array | null)[][] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rows: (Uint8Array | null)[][] = [];
  let at = 0;
  while (at < bytes.length) {
    const row: (Uint8Array | null)[] = [];
    const columns = view.getInt16(at);
    at += 2;
    for (let n = 0; n < columns; n++) {
      const length = view.getInt32(at);
      at += 4;
      row.push(length === -1 ? null : bytes.slice(at, at + length));
      at += Math.max(0, length);
    }
    rows.push(row);
  }
  return rows;
}

function encoded(described: Entity, rows: readonly Row[], capacity = 1): (Uint8Array | null)[][] {
  const buffer = new ByteBuffer(capacity);
  copyEncoder(described)(rows, buffer);
  return tuples(buffer.view());
}

/** Encodes one value of a field, and gives a view of what came out. */
function valueOf(field: Field<string | number | null>, value: string | number | null): DataView {
  const described = entity({
    name: "t",
    code: 1,
    title: "T",
    namespace: "example",
    doc: "T.",
    role: "master",
    incremental: true,
    fields: { v: field },
  });
  const bytes = encoded(described, [{ v: value }])[0]![0]!;
  return new DataView(bytes.buffer);
}

/** Reads a numeric as `numeric_recv` does, into an integer times 10^-scale, all in BigInt. */
function numericOf(view: DataView): { value: bigint; scale: number } {
  const digits = view.getInt16(0);
  const weight = view.getInt16(2);
  const scale = view.getInt16(6);
  assert.equal(view.byteLength, 8 + 2 * digits);
  let scaled = 0n; // times 10^-16, so that four groups behind the point are whole
  for (let n = 0; n < digits; n++) {
    const digit = view.getInt16(8 + 2 * n);
    assert.ok(digit >= 0 && digit < 10_000, String(digit));
    if (n === 0 || n === digits - 1) assert.notEqual(digit, 0, "groups of zero at an end are left out");
    scaled += BigInt(digit) * 10n ** BigInt(16 + 4 * (weight - n));
  }
  const unit = 10n ** BigInt(16 - scale);
  assert.equal(scaled % unit, 0n);
  const value = scaled / unit;
  return { value: view.getInt16(4) === 0x4000 ? -value : value, scale };
}

const integers = fc.oneof(
  fc.integer({ min: -100_000, max: 100_000 }),
  fc.maxSafeInteger(),
  fc.constantFrom(0, 9_999, 10_000, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER),
);

Deno.test("copyEncoder() writes every amount as the numeric of the same digits", () =>
  fc.assert(fc.property(integers, (cents) => {
    assert.deepEqual(numericOf(valueOf(money({ doc: "" }), cents)), { value: BigInt(cents), scale: 2 });
  })));

Deno.test("copyEncoder() writes decimals of every scale exactly", () =>
  fc.assert(fc.property(integers, fc.integer({ min: 0, max: 15 }), (value, scale) => {
    assert.deepEqual(numericOf(valueOf(decimal(31, scale, { doc: "" }), value)), { value: BigInt(value), scale });
  })));

Deno.test("copyEncoder() writes instants as microseconds from 2000, exact far beyond 2^53", () =>
  fc.assert(fc.property(fc.integer({ min: -8_640_000_000_000_000, max: 8_640_000_000_000_000 }), (ms) => {
    const since2000 = BigInt(ms) - BigInt(Date.UTC(2000, 0, 1));
    assert.equal(valueOf(instant({ doc: "" }), ms).getBigInt64(0), since2000 * 1000n);
  })));

Deno.test("copyEncoder() writes days from 2000", () =>
  fc.assert(fc.property(fc.integer({ min: -700_000, max: 2_900_000 }), (day) => {
    assert.equal(valueOf(date({ doc: "" }), day).getInt32(0), day - Date.UTC(2000, 0, 1) / 86_400_000);
  })));

Deno.test("copyEncoder() writes the sixteen bytes of a uuid", () =>
  fc.assert(fc.property(fc.uuid(), fc.boolean(), (id, upper) => {
    const view = valueOf(uuid({ doc: "" }), upper ? id.toUpperCase() : id);
    const hex = Array.from(new Uint8Array(view.buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
    assert.equal(hex, id.replaceAll("-", ""));
  })));

Deno.test("copyEncoder() writes any text as UTF-8", () =>
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), (value) => {
    assert.equal(new TextDecoder("utf-8", { ignoreBOM: true }).decode(valueOf(text(200, { doc: "" }), value)), value);
  })));

Deno.test("copyEncoder() writes integers and doubles big-endian", () =>
  fc.assert(fc.property(fc.integer(), fc.double(), (whole, broken) => {
    assert.equal(valueOf(int({ doc: "" }), whole).getInt32(0), whole);
    assert.ok(Object.is(valueOf(double({ doc: "" }), broken).getFloat64(0), broken));
  })));

Deno.test("copyEncoder() tells null from the empty text", () => {
  const rows = toyBatch(0, 3)["purchases"]!;
  const notes = encoded(purchase, rows).map((row) => row[6]);
  assert.equal(notes[rows.findIndex(({ note }) => note === null)], null);
  assert.equal(notes[rows.findIndex(({ note }) => note === "")]!.length, 0);
});

Deno.test("copyEncoder() writes the columns of a row in order, whatever room the buffer has", () => {
  const rows = toyBatch(0, 20)["purchases"]!;
  const whole = encoded(purchase, rows, 1 << 20);
  assert.deepEqual(whole.map((row) => row.length), rows.map(() => 9));
  for (const capacity of [1, 2, 3, 64, 257]) assert.deepEqual(encoded(purchase, rows, capacity), whole);
});

Deno.test("copyEncoder() goes on behind what a buffer holds", () => {
  const encode = copyEncoder(purchase);
  const [once, twice] = [new ByteBuffer(), new ByteBuffer()];
  encode(toyBatch(0, 4)["purchases"]!, once);
  for (const from of [0, 2]) encode(toyBatch(from, from + 2)["purchases"]!, twice);
  assert.deepEqual(twice.view(), once.view());
});

Deno.test("COPY_HEADER and COPY_TRAILER are those of the documents", () => {
  assert.equal(String.fromCharCode(...COPY_HEADER), "PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0");
  assert.equal(new DataView(COPY_TRAILER.buffer).getInt16(0), -1);
});

Deno.test("nullable columns of every kind may be null", () => {
  const fields = { a: nullable(money({ doc: "" })), b: nullable(uuid({ doc: "" })), c: nullable(instant({ doc: "" })) };
  const described = entity({
    name: "t",
    code: 1,
    title: "T",
    namespace: "example",
    doc: "T.",
    role: "master",
    incremental: false,
    fields,
  });
  assert.deepEqual(encoded(described, [{ a: null, b: null, c: null }]), [[null, null, null]]);
});
