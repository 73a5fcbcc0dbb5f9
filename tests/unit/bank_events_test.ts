/** Events of spans of time, and masters that change within them, against whole banks. */

import assert from "node:assert/strict";
import { Bank, type BankEvents, bankOptions, type BankRows, type Versions, type Window, windowOf } from "../../mod.ts";
import { bankEventIds } from "../../src/domains/bank/event_ids.ts";
import { bankCatalogue } from "../../src/domains/bank/entities/mod.ts";
import type { Row } from "../../src/model/entity.ts";
import { bankAt, DAY, groupBy, instantOfWall } from "../support/bank.ts";

const CUSTOMERS = { from: 0, to: 1000 };
const OPTIONS = bankOptions({ seed: 42, asOf: "2027-01-01", epoch: "2026-01-01" });
const YEAR: Window = { start: midnight(1), end: midnight(13) };
const MONTHS = Array.from({ length: 12 }, (_, at): Window => ({ start: midnight(at + 1), end: midnight(at + 2) }));
const EVENTS = ["transactions", "card_transactions", "trades", "installments"] as const;
const MASTERS = [
  ["customers", "customer_id"],
  ["properties", "property_id"],
  ["accounts", "account_id"],
  ["credit_cards", "card_id"],
  ["loans", "loan_id"],
] as const;

function midnight(month: number): number {
  return instantOfWall(Date.UTC(2026, month - 1, 1));
}

/** When an event happened. */
function timeOf(row: Row): number {
  return Number(row["timestamp"] ?? row["executed_at"] ?? row["updated_at"] ?? row["created_at"]);
}

function rowsOf(events: BankEvents, name: typeof EVENTS[number]): Row[] {
  return events[name] as unknown as Row[];
}

/** Events by their ids. */
function byId(seed: Bank, name: typeof EVENTS[number], rows: Row[]): Map<string, Row> {
  const entity = bankCatalogue.find((one) => one.name === name)!;
  const idOf = bankEventIds(seed.ids);
  const found = new Map(rows.map((row) => [idOf(entity, row), row]));
  assert.equal(found.size, rows.length, `${name}: two events have one id`);
  return found;
}

Deno.test("Bank.events() of twelve months, all versions, are those of the year, field by field", () => {
  const bank = new Bank(OPTIONS);
  const whole = bank.events(CUSTOMERS, YEAR, "all");
  const months = MONTHS.map((month) => new Bank(OPTIONS).events(CUSTOMERS, month, "all"));
  for (const name of EVENTS) {
    const parts = months.flatMap((month) => rowsOf(month, name));
    assert.deepEqual(byId(bank, name, parts), byId(bank, name, rowsOf(whole, name)), name);
    assert.ok(parts.length > 1000, name);
    months.forEach((month, at) => {
      const { start, end } = MONTHS[at]!;
      assert.ok(rowsOf(month, name).every((row) => timeOf(row) >= start && timeOf(row) < end), name);
    });
  }
});

Deno.test("Bank.events() of all time, latest versions, are the events that a load writes", () => {
  const bank = new Bank(OPTIONS);
  const { start, end } = windowOf(OPTIONS);
  const batch = bank.batch(CUSTOMERS.from, CUSTOMERS.to, { start, end });
  const latest = bank.events(CUSTOMERS, { start: 0, end }, "latest");
  assert.deepEqual(latest.installments, batch.installments);
  const { installments: _, ...inWindow } = bank.events(CUSTOMERS, { start, end }, "latest");
  for (const name of ["transactions", "card_transactions", "trades"] as const) {
    assert.deepEqual(inWindow[name], batch[name], name);
  }
  const last = new Map<string, BankRows["installments"]>();
  for (const row of bank.events(CUSTOMERS, { start: 0, end }, "all").installments) last.set(row.installment_id, row);
  assert.deepEqual([...last.values()], batch.installments);
});

Deno.test("Bank.events() shows every version of an instalment as a load of the next instant shows it", () => {
  const bank = new Bank(OPTIONS);
  const all = bank.events(CUSTOMERS, YEAR, "all").installments;
  const versions = ["PAID", "LATE", "DEFAULT"].flatMap((status) =>
    all.filter((row) => row.status === status).slice(0, 60)
  );
  assert.ok(versions.length > 140);
  for (const row of versions) {
    const { customer } = bank.ids.decode(row.installment_id)!;
    const { installments } = bankAt(timeOf({ ...row }) + 1, { days: 1, epoch: "2026-01-01" }).batch(
      customer,
      customer + 1,
    );
    assert.deepEqual(installments.find(({ installment_id }) => installment_id === row.installment_id), row);
  }
});

Deno.test("Bank.changes() put over the masters at a window's start are those at its end", () => {
  const bank = new Bank(OPTIONS);
  const some = { from: 0, to: 300 };
  const at = (instant: number) => bank.batch(some.from, some.to, { start: instant - DAY, end: instant });
  let changes = 0;
  for (const { start, end } of [...MONTHS.slice(0, 3), YEAR, { start: midnight(5), end: midnight(5) + DAY }]) {
    const [before, after, changed] = [at(start), at(end), bank.changes(some, { start, end })];
    for (const [name, key] of MASTERS) {
      const held = new Map((before[name] as unknown as Row[]).map((row) => [row[key], row]));
      for (const row of changed[name] as unknown as Row[]) held.set(row[key], row);
      assert.deepEqual([...held.values()], after[name], name);
      changes += changed[name].length;
    }
  }
  assert.ok(changes > 1000);
});

Deno.test("Bank.events() and Bank.changes() depend on no call before them, and go beyond the year of the epoch", () => {
  const used = new Bank(OPTIONS);
  used.events({ from: 0, to: 20 }, YEAR, "all");
  used.stocks(YEAR.start);
  for (const versions of ["all", "latest"] as Versions[]) {
    const window = { start: midnight(30), end: midnight(31) };
    const fresh = new Bank(OPTIONS);
    assert.deepEqual(
      used.events({ from: 3, to: 9 }, window, versions),
      fresh.events({ from: 3, to: 9 }, window, versions),
    );
    assert.deepEqual(used.changes({ from: 3, to: 9 }, window), fresh.changes({ from: 3, to: 9 }, window));
    assert.ok(fresh.events({ from: 0, to: 50 }, window, versions).transactions.length > 20);
  }
  assert.deepEqual(used.stocks(midnight(30)), new Bank(OPTIONS).stocks(midnight(30)));
});

Deno.test("Bank.events() gives each loan's instalments in order of number and time", () => {
  const { installments } = new Bank(OPTIONS).events(CUSTOMERS, YEAR, "all");
  for (const rows of groupBy(installments, ({ loan_id }) => loan_id).values()) {
    for (const [at, row] of rows.entries()) {
      const before = rows[at - 1];
      if (before === undefined) continue;
      const order = before.installment_number - row.installment_number || timeOf({ ...before }) - timeOf({ ...row });
      assert.ok(order < 0);
    }
  }
});

Deno.test("Bank.events() refuses a window that ends before it starts, and customers that are none", () => {
  const bank = new Bank(OPTIONS);
  assert.throws(() => bank.events({ from: 0, to: 1 }, { start: 2, end: 1 }, "all"), RangeError);
  assert.throws(() => bank.changes({ from: 0, to: 1 }, { start: NaN, end: 1 }), RangeError);
  assert.throws(() => bank.events({ from: 1, to: 0 }, YEAR, "all"), RangeError);
  assert.deepEqual(bank.events({ from: 0, to: 5 }, { start: YEAR.end, end: YEAR.end }, "all").transactions, []);
});
