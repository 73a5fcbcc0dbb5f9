import assert from "node:assert/strict";
import fc from "fast-check";
import { type BankBatch, type BankRows, DATA_VERSION } from "../../mod.ts";
import { AccountPlans } from "../../src/domains/bank/account_plan.ts";
import { Cards } from "../../src/domains/bank/cards.ts";
import { cycleClosing } from "../../src/domains/bank/cycles.ts";
import { People } from "../../src/domains/bank/people.ts";
import { endOfPeriods } from "../../src/domains/bank/periods.ts";
import { bankAt, bankOf, batchOf, DAY, instantOfWall, spread } from "../support/bank.ts";

const CUSTOMERS = [...Array.from({ length: 50 }, (_, at) => at), ...spread(40)];
const EVER = 2500;

/** Event entities whose rows never change, with their key and time. */
const EVENTS = [
  ["transactions", "transaction_id", "timestamp"],
  ["card_transactions", "transaction_id", "timestamp"],
  ["trades", "trade_id", "executed_at"],
] as const;

/** Masters, with their key and the columns that show the state at the as-of. */
const MASTERS = [
  ["customers", "customer_id", []],
  ["properties", "property_id", []],
  ["accounts", "account_id", ["balance", "status", "updated_at"]],
  ["credit_cards", "card_id", ["credit_limit", "available_limit", "status", "updated_at"]],
  ["loans", "loan_id", ["status", "disbursement_date", "updated_at"]],
] as const;

type Plain = Record<string, string | number | null>;

function rowsOf(batch: BankBatch, name: keyof BankRows): Plain[] {
  return batch[name] as unknown as Plain[];
}

/** Rows of an event entity within `from..to`, `to` excluded. */
function between(batch: BankBatch, [name, , time]: typeof EVENTS[number], from: number, to: number): Plain[] {
  return rowsOf(batch, name).filter((row) => Number(row[time]) >= from && Number(row[time]) < to);
}

function midnight(year: number, month: number, day = 1): number {
  return instantOfWall(Date.UTC(year, month - 1, day));
}

const yearEnd = bankOf({ asOf: "2026-12-31", days: EVER });
const ever = batchOf(yearEnd, CUSTOMERS);

Deno.test("Bank.batch() shows the same state whatever the days", () => {
  for (const asOf of ["2026-03-10", "2026-06-30T15:42:07.123-03:00", "2026-11-02"]) {
    const [first, ...others] = [1, 30, 365, 2400].map((days) => batchOf(bankOf({ asOf, days }), CUSTOMERS));
    for (const other of others) {
      for (const [name] of MASTERS) assert.deepEqual(other[name], first![name], name);
      assert.deepEqual(other.installments, first!.installments);
    }
  }
});

Deno.test("Bank.batch() of fewer days has exactly the events of more days that fall into them", () => {
  for (const asOf of ["2026-01-01", "2026-06-30T15:42:07.123-03:00"]) {
    const long = batchOf(bankOf({ asOf, days: 2400 }), CUSTOMERS);
    for (const days of [1, 2, 30, 91, 365]) {
      const bank = bankOf({ asOf, days });
      const short = batchOf(bank, CUSTOMERS);
      const { asOf: end } = bank.options;
      for (const event of EVENTS) {
        assert.deepEqual(short[event[0]], between(long, event, end - days * DAY, end), `${event[0]} of ${days} days`);
      }
    }
  }
});

Deno.test("Bank.batch() makes a month alone as it is in the whole", () => {
  for (let month = 1; month <= 11; month++) {
    const [from, to] = [midnight(2026, month), midnight(2026, month + 1)];
    const alone = batchOf(bankAt(to, { days: Math.round((to - from) / DAY) }), CUSTOMERS);
    for (const event of EVENTS) assert.deepEqual(alone[event[0]], between(ever, event, from, to), event[0]);
  }
});

Deno.test("Bank.batch() makes months before the epoch as they are in the whole", () => {
  const asOf = midnight(2026, 1, 2);
  const early = batchOf(bankAt(asOf, { days: 2000 }), CUSTOMERS);
  const cut = asOf - 2000 * DAY;
  for (const event of EVENTS) {
    const found = rowsOf(early, event[0]);
    assert.ok(found.length > 0);
    assert.deepEqual(found, between(ever, event, cut, asOf), event[0]);
  }
});

Deno.test("Bank.batch() of [a, b) and of [b, c) are together the events of [a, c)", () => {
  const offset = fc.integer({ min: 0, max: 360 * DAY });
  fc.assert(
    fc.property(offset, fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 60 }), (at, early, late) => {
      const middle = Date.UTC(2026, 0, 2) + Math.max(0, at - late * DAY);
      const end = middle + late * DAY;
      const some = CUSTOMERS.slice(0, 20);
      const first = batchOf(bankAt(middle, { days: early, epoch: "2026-01-01" }), some);
      const second = batchOf(bankAt(end, { days: late, epoch: "2026-01-01" }), some);
      const both = batchOf(bankAt(end, { days: early + late, epoch: "2026-01-01" }), some);
      for (const [name, key, time] of EVENTS) {
        const joined = [...rowsOf(first, name), ...rowsOf(second, name)];
        const sorted = (rows: Plain[]) => rows.sort((a, b) => String(a[key]) < String(b[key]) ? -1 : 1);
        assert.deepEqual(sorted(joined), sorted(rowsOf(both, name)), name);
        assert.ok(rowsOf(second, name).every((row) => Number(row[time]) >= middle && Number(row[time]) < end));
      }
    }),
    { numRuns: 12 },
  );
});

Deno.test("Bank.batch() keeps masters as they are, but for their state, whatever the as-of", () => {
  for (const asOf of ["2026-01-01", "2026-02-28", "2026-08-15T03:21:09Z", "2029-05-05"]) {
    const batch = batchOf(bankOf({ asOf, epoch: "2026-01-01", days: 1 }), CUSTOMERS);
    for (const [name, , state] of MASTERS) {
      const fixed = (row: Plain) =>
        Object.entries(row).filter(([column]) => !(state as readonly string[]).includes(column));
      assert.deepEqual(rowsOf(batch, name).map(fixed), rowsOf(ever, name).map(fixed), name);
    }
  }
});

Deno.test("Bank.batch() changes a row only together with its updated_at", () => {
  const instants = [0, 3.3, 31, 59.9, 60, 120, 200.7, 300, 361].map((days) => Date.UTC(2026, 0, 1, 3) + days * DAY);
  let [before, batch] = [0, batchOf(bankAt(instants[0]!, { days: 1 }), CUSTOMERS)];
  let changes = 0;
  for (const at of instants) {
    const next = batchOf(bankAt(at, { days: 1 }), CUSTOMERS);
    for (const [name, key] of [...MASTERS, ["installments", "installment_id"] as const]) {
      const old = new Map(rowsOf(batch, name).map((row) => [row[key], row]));
      for (const row of rowsOf(next, name)) {
        const updated = row["updated_at"] as number | null;
        assert.ok(updated === null || updated < at, `${name} updated at or after the as-of`);
        assert.ok(updated === null || updated >= Number(row["created_at"]), `${name} updated before it was made`);
        const earlier = old.get(row[key]!);
        if (updated !== null && updated >= before) changes++;
        else if (earlier !== undefined) assert.deepEqual(row, earlier, `${name} changed without updated_at`);
      }
    }
    [before, batch] = [at, next];
  }
  assert.ok(changes > 500);
});

Deno.test("Bank.batch() shows the same state whatever the days where everybody has every habit, card and loan", () => {
  const volumes = { accountsPerCustomer: 3, cardShare: 1, loanShare: 1, activity: 3 };
  for (const asOf of ["2026-01-20", "2026-05-03"]) {
    const whole = batchOf(bankOf({ asOf, volumes, days: 2400 }), CUSTOMERS);
    for (const days of [1, 45, 100]) {
      const bank = bankOf({ asOf, volumes, days });
      const part = batchOf(bank, CUSTOMERS);
      for (const [name] of MASTERS) assert.deepEqual(part[name], whole[name], name);
      const { asOf: end } = bank.options;
      for (const event of EVENTS) assert.deepEqual(part[event[0]], between(whole, event, end - days * DAY, end));
    }
  }
});

Deno.test("Bank.batch() ends accounts and cards at the millisecond of their last period or cycle", () => {
  const { seed, epoch } = yearEnd.options;
  const people = new People(seed, DATA_VERSION);
  const accounts = new AccountPlans(seed, DATA_VERSION, 1.5);
  const cards = new Cards(seed, DATA_VERSION, 0.7, 57);
  const ends: { customer: number; name: "accounts" | "credit_cards"; at: number }[] = [];
  for (let customer = 0; customer < 3000; customer++) {
    const joinedAt = people.joinedAt(customer, epoch);
    const work = people.work(customer);
    const account = endOfPeriods(accounts.plan(customer, 0, joinedAt, work.income));
    ends.push({ customer, name: "accounts", at: account });
    const card = cards.plans(customer, joinedAt, work, epoch)[0];
    if (card === undefined || card.endCycle === Infinity) continue;
    ends.push({ customer, name: "credit_cards", at: cycleClosing(card.dueDay, card.endCycle - 1) });
  }
  const inYear = ends.filter(({ at }) => at >= midnight(2026, 1) && at < midnight(2026, 12));
  for (const name of ["accounts", "credit_cards"] as const) {
    const some = inYear.filter((end) => end.name === name).slice(0, 12);
    assert.ok(some.length > 8);
    for (const { customer, at } of some) {
      const [before, after] = [at, at + 1].map((asOf) =>
        bankAt(asOf, { days: 1 }).batch(customer, customer + 1)[name][0]!
      );
      assert.equal(before!.status, "ACTIVE");
      assert.notEqual(after!.status, "ACTIVE");
      assert.equal(after!.updated_at, at);
    }
  }
});

Deno.test("Bank.batch() dates the change of a row to the millisecond", () => {
  const at = bankOf().options.asOf;
  const some = CUSTOMERS.slice(0, 12);
  for (const [name, key] of [...MASTERS, ["installments", "installment_id"] as const]) {
    for (const row of rowsOf(batchOf(bankAt(at, { days: 1 }), some), name)) {
      const updated = row["updated_at"] as number | null;
      if (updated === null || updated < midnight(2026, 1)) continue;
      const customer = bankOf().ids.decode(row[key] as string)!.customer;
      const rowAt = (instant: number) =>
        rowsOf(bankAt(instant, { days: 1 }).batch(customer, customer + 1), name).find((other) =>
          other[key] === row[key]
        )!;
      const { updated_at: _, ...now } = row;
      const { updated_at: earlier, ...old } = rowAt(updated);
      assert.deepEqual(rowAt(updated + 1), row, `${name} changed later than updated_at`);
      assert.ok(earlier === null || Number(earlier) < updated);
      if (name === "installments") assert.notDeepEqual(old, now, `${name} did not change at updated_at`);
    }
  }
});

Deno.test("Bank.batch() moves instalments only forward", () => {
  const order = ["PENDING", "LATE", "DEFAULT", "PAID"];
  const rank = new Map<string, number>();
  for (const asOf of ["2026-01-01", "2026-02-11", "2026-04-30", "2026-12-30"]) {
    for (const row of batchOf(bankOf({ asOf, days: 1 }), CUSTOMERS).installments) {
      const now = order.indexOf(row.status);
      assert.ok(now >= (rank.get(row.installment_id) ?? 0));
      rank.set(row.installment_id, now);
    }
  }
});

Deno.test("Bank.batch() writes no event, and no state, at or after the as-of", () => {
  for (const asOf of ["2026-01-01", "2026-06-30T15:42:07.123-03:00"]) {
    const bank = bankOf({ asOf });
    const batch = batchOf(bank, CUSTOMERS);
    const { asOf: end, days } = bank.options;
    for (const [name, , time] of EVENTS) {
      for (const row of rowsOf(batch, name)) {
        assert.ok(Number(row[time]) < end && Number(row[time]) >= end - days * DAY);
        assert.equal(row["created_at"], row[time]);
        assert.equal(row["updated_at"], null);
      }
    }
    for (const rows of Object.values(batch) as Plain[][]) {
      for (const row of rows) {
        assert.ok(row["created_at"] === undefined || Number(row["created_at"]) < end);
        assert.ok(row["updated_at"] === undefined || row["updated_at"] === null || Number(row["updated_at"]) < end);
      }
    }
    for (const row of bank.stocks()) assert.ok(row.created_at < end && row.updated_at! < end);
  }
});

Deno.test("bankOptions() takes 1 January of the as-of's year in São Paulo for the epoch", () => {
  assert.equal(bankOf({ asOf: "2027-01-01T02:59:59Z" }).options.epoch, Date.UTC(2026, 0, 1) / DAY);
  assert.equal(bankOf({ asOf: "2027-01-01T03:00:00Z" }).options.epoch, Date.UTC(2027, 0, 1) / DAY);
  assert.deepEqual(batchOf(bankOf({ epoch: "2026-01-01" }), [3]), batchOf(bankOf(), [3]));
  assert.throws(() => bankOf({ epoch: "2027-01-01" }), RangeError);
  assert.throws(() => bankOf({ epoch: "2026-01-02" }), RangeError);
  assert.throws(() => bankOf({ asOf: "yesterday" }), SyntaxError);
});

Deno.test("Bank.batch() goes on with one history past the epoch's year", () => {
  const bank = bankOf({ asOf: "2028-03-01", epoch: "2026-01-01", days: 1200 });
  const later = batchOf(bank, CUSTOMERS);
  const from = bank.options.asOf - 1200 * DAY;
  for (const event of EVENTS) {
    const until = yearEnd.options.asOf;
    assert.deepEqual(between(later, event, from, until), between(ever, event, from, until), event[0]);
    assert.ok(between(later, event, until, Infinity).length > 100, event[0]);
  }
  const other = batchOf(bankOf({ asOf: "2028-03-01", days: 30 }), CUSTOMERS);
  assert.notDeepEqual(other.customers[0]!.created_at, later.customers[0]!.created_at);
});
