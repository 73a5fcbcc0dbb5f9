import assert from "node:assert/strict";
import fc from "fast-check";
import { bankCatalogue, type BankRows } from "../../mod.ts";
import { bankEventIds } from "../../src/domains/bank/event_ids.ts";
import { installmentOrdinal, VERSION_NUMBER } from "../../src/domains/bank/versions.ts";
import { ByteBuffer } from "../../src/encoders/bytes.ts";
import { appendInstant, cloudEventHeaders, eventTimeOf, keyAsEventId } from "../../src/encoders/cloud_events.ts";
import { entity, type Row } from "../../src/model/entity.ts";
import { instant, nullable } from "../../src/model/field.ts";
import { bankOf } from "../support/bank.ts";
import { buyer, purchase, toyBatch } from "../support/toy_shop.ts";

const bank = bankOf();
const events = bankCatalogue.filter(({ topic }) => topic !== undefined);
const installment = events.find(({ name }) => name === "installments")!;

function rowsOf(name: string, customers = 40): Row[] {
  return [...bank.rows(name as keyof BankRows, { from: 0, to: customers })] as unknown as Row[];
}

for (
  const [name, type, source] of [
    ["transactions", "com.financial.transaction.created.v1", "/financial/banking/transactions"],
    ["card_transactions", "com.financial.card_transaction.created.v1", "/financial/banking/cards"],
    ["trades", "com.financial.trade.executed.v1", "/financial/banking/investments"],
    ["installments", "com.financial.installment.created.v1", "/financial/banking/loans"],
  ] as const
) {
  Deno.test(`cloudEventHeaders() gives the headers of ${name} in their order`, () => {
    const headers = cloudEventHeaders(events.find((entity) => entity.name === name)!, "application/avro");
    assert.deepEqual(headers, [
      { name: "ce_specversion", value: "1.0" },
      { name: "ce_type", value: type },
      { name: "ce_source", value: source },
      { name: "content-type", value: "application/avro" },
      { name: "ce_id" },
      { name: "ce_time" },
      { name: "ce_subject" },
    ]);
  });
}

Deno.test("cloudEventHeaders() takes type and source from any domain's topic", () => {
  const values = cloudEventHeaders(purchase, "application/json").map(({ value }) => value);
  assert.deepEqual(values.slice(1, 4), ["example.purchase.made", "/example/toys", "application/json"]);
});

Deno.test("cloudEventHeaders() and eventTimeOf() refuse an entity without topic", () => {
  const expected = new RangeError('Cannot send "buyers" as it has no topic');
  assert.throws(() => cloudEventHeaders(buyer, "application/avro"), expected);
  assert.throws(() => eventTimeOf(buyer), expected);
});

Deno.test("eventTimeOf() takes the first of the topic's fields that is not null", () => {
  const rows = rowsOf("installments", 200);
  const time = eventTimeOf(installment);
  for (const row of rows) assert.equal(time(row), row["status"] === "PENDING" ? row["created_at"] : row["updated_at"]);
  assert.ok(new Set(rows.map((row) => row["status"])).size > 2);
  assert.equal(eventTimeOf(purchase)(toyBatch(0, 1)["purchases"]![1]!), 86_399_999);
});

Deno.test("eventTimeOf() refuses a topic whose events may have no time", () => {
  const timeless = entity({
    name: "timeless",
    code: 1,
    title: "Timeless",
    namespace: "example",
    doc: "",
    role: "event",
    incremental: false,
    topic: { name: "t", key: "at", eventTime: ["at"], partitions: 1, eventType: "t", source: "/t" },
    fields: { at: nullable(instant({ doc: "" })) },
  });
  assert.throws(() => eventTimeOf(timeless), /^RangeError: Cannot tell the event time of "timeless"/);
});

Deno.test("appendInstant() writes what Date.toISOString() does", () => {
  const buffer = new ByteBuffer(1);
  const years0To9999 = fc.integer({ min: Date.parse("0000-01-01"), max: Date.UTC(10_000, 0, 1) - 1 });
  fc.assert(fc.property(fc.oneof(years0To9999, fc.integer()), (ms) => {
    buffer.clear();
    appendInstant(ms, buffer);
    assert.equal(new TextDecoder().decode(buffer.view()), new Date(ms).toISOString());
  }));
});

Deno.test("bankEventIds() gives what happens once the id of its row", () => {
  const eventId = bankEventIds(bank.ids);
  for (const event of events) {
    if (event === installment) continue;
    for (const row of rowsOf(event.name)) assert.equal(eventId(event, row), keyAsEventId(event, row));
  }
});

Deno.test("bankEventIds() gives an instalment's version an id that decodes to instalment and version", () => {
  const eventId = bankEventIds(bank.ids);
  for (const row of rowsOf("installments")) {
    const whole = bank.ids.decode(row["installment_id"] as string)!;
    const version = VERSION_NUMBER[row["status"] as keyof typeof VERSION_NUMBER];
    const ordinal = installmentOrdinal(0, 0, version) + whole.ordinal;
    assert.deepEqual(bank.ids.decode(eventId(installment, row)), { ...whole, ordinal });
  }
});

Deno.test("bankEventIds() gives every version of every instalment an id of its own, whatever the order", () => {
  const rows = rowsOf("installments").flatMap((row) =>
    Object.keys(VERSION_NUMBER).map((status): Row => ({ ...row, status }))
  );
  const ids = rows.map(((eventId) => (row) => eventId(installment, row))(bankEventIds(bank.ids)));
  assert.equal(new Set([...ids, ...rows.map((row) => row["installment_id"])]).size, rows.length * 5 / 4);
  const backwards = bankEventIds(bank.ids);
  assert.deepEqual(rows.toReversed().map((row) => backwards(installment, row)), ids.toReversed());
});

Deno.test("bankEventIds() gives a later bank of the seed the same ids for the same versions", () => {
  const now = idsByVersion(bankOf());
  const later = idsByVersion(bankOf({ asOf: "2026-09-30" }));
  const common = [...now].filter(([version]) => later.has(version));
  assert.ok(common.length > 100 && common.length < now.size);
  for (const [version, id] of common) assert.equal(later.get(version), id);

  function idsByVersion(some: typeof bank): Map<string, string> {
    const eventId = bankEventIds(some.ids);
    const rows = some.batch(0, 40).installments as unknown as Row[];
    return new Map(rows.map((row) => [`${row["installment_id"]} ${row["status"]}`, eventId(installment, row)]));
  }
});

Deno.test("bankEventIds() refuses an instalment of another seed", () => {
  const eventId = bankEventIds(bankOf({ seed: 43 }).ids);
  assert.throws(() => eventId(installment, rowsOf("installments")[0]!), /its loan is not of this seed$/);
});

Deno.test("installmentOrdinal() keeps loan, number and version apart within 31 bits", () => {
  const seen = new Set<number>();
  for (const loan of [0, 1, 2, 16_383]) {
    for (const number of [1, 420, 1023]) {
      for (let version = 0; version <= 4; version++) seen.add(installmentOrdinal(loan, number, version));
    }
  }
  assert.equal(seen.size, 4 * 3 * 5);
  for (const ordinal of seen) assert.ok(ordinal >= 0 && ordinal < 2 ** 31);
});
