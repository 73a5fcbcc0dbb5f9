import assert from "node:assert/strict";
import fc from "fast-check";
import type { BankBatch } from "../../mod.ts";
import {
  balanceAt,
  bankAt,
  bankOf,
  type BankView,
  batchOf,
  DAY,
  groupBy,
  holdingsAt,
  type Movement,
  movements,
  openPart,
  spread,
} from "../support/bank.ts";

/** Enough days to reach back to the first customer. */
const EVER = 2500;

/** Customers from both ends and the middle of the population. */
const CUSTOMERS = [...Array.from({ length: 60 }, (_, at) => at), ...spread(60)];

/** Epoch years: the second one has daylight saving. */
const YEARS = [2026, 2018];

interface World {
  readonly year: number;
  /** All that ever happened until the year's end. */
  readonly ever: BankBatch;
  readonly cash: Map<string, Movement[]>;
  /** What is shown as of some instants, with the events of a week. */
  readonly shown: readonly { readonly at: number; readonly batch: BankBatch }[];
}

const SHOWN_DAYS = 7;

const worlds: World[] = YEARS.map((year) => {
  const ever = batchOf(bankOf({ asOf: `${year}-12-31`, days: EVER }), CUSTOMERS);
  const shown = instants(year, 18).map((at) => ({ at, batch: batchOf(bankAt(at, { days: SHOWN_DAYS }), CUSTOMERS) }));
  return { year, ever, cash: movements(ever), shown };
});

/** Instants of a year: its ends, midnights, and any others. */
function instants(year: number, count: number): number[] {
  const start = Date.UTC(year, 0, 2, 3);
  const drawn = fc.sample(fc.integer({ min: 0, max: 362 * DAY }), { numRuns: count, seed: year });
  return [start, start + 27 * DAY, start + 180 * DAY, ...drawn.map((offset) => start + offset)].sort((a, b) => a - b);
}

Deno.test("Bank.batch() shows at any as-of the balances that all events since the beginning add up to", () => {
  for (const { cash, shown } of worlds) {
    for (const { at, batch } of shown) {
      for (const row of batch.accounts) {
        const expected = balanceAt(cash.get(row.account_id)!, at);
        assert.equal(row.balance, expected, `${row.account_id} at ${new Date(at).toISOString()}`);
      }
    }
  }
});

Deno.test("Bank.batch() shows at any as-of what the purchases since the beginning leave of each limit", () => {
  for (const { ever, shown } of worlds) {
    const bought = groupBy(ever.card_transactions, (row) => row.card_id);
    for (const { at, batch } of shown) {
      for (const card of batch.credit_cards) {
        let open = 0;
        for (const row of bought.get(card.card_id) ?? []) open += openPart(row, card.due_day, at);
        assert.equal(card.available_limit, card.credit_limit - open, `${card.card_id} at ${at}`);
      }
    }
  }
});

Deno.test("Bank.batch() opens a window with the holdings that the trades since the beginning leave", () => {
  for (const { ever, shown } of worlds) {
    for (const { at, batch } of shown) {
      const held = new Map<string, number>();
      for (const row of batch.opening_positions) {
        if (row.kind === "HOLDING") held.set(`${row.owner_id} ${row.stock_id}`, row.value / 100);
      }
      assert.deepEqual(held, holdingsAt(ever.trades, at - SHOWN_DAYS * DAY));
    }
  }
});

Deno.test("Bank.batch() balances its books from the opening positions, however many days are written", () => {
  for (const { year } of worlds) {
    for (const [at, days] of instants(year, 1).flatMap((at) => [1, 3, 30, 365].map((days) => [at, days] as const))) {
      checkBooks(batchOf(bankAt(at, { days }), CUSTOMERS), at);
    }
  }
});

/** Checks state against opening positions and the events of one window, as a reader of the tables would. */
function checkBooks(batch: BankBatch, asOf: number): void {
  const opening = new Map(batch.opening_positions.map((row) => [`${row.kind} ${row.owner_id} ${row.stock_id}`, row]));
  const cash = movements(batch);
  for (const row of batch.accounts) {
    const start = opening.get(`BALANCE ${row.account_id} null`)?.value ?? 0;
    assert.equal(row.balance, start + balanceAt(cash.get(row.account_id)!, asOf), row.account_id);
  }
  const bought = groupBy(batch.card_transactions, (row) => row.card_id);
  for (const card of batch.credit_cards) {
    let open = opening.get(`CARD_CARRIED ${card.card_id} null`)?.value ?? 0;
    for (const row of bought.get(card.card_id) ?? []) open += openPart(row, card.due_day, asOf);
    assert.equal(card.available_limit, card.credit_limit - open, card.card_id);
  }
  const held = new Map<string, number>();
  for (const row of batch.opening_positions) {
    if (row.kind === "HOLDING") held.set(`${row.owner_id} ${row.stock_id}`, row.value / 100);
  }
  for (const row of [...batch.trades].sort((a, b) => a.executed_at - b.executed_at)) {
    if (row.status === "CANCELLED") continue;
    const key = `${row.account_id} ${row.stock_id}`;
    const shares = (held.get(key) ?? 0) + (row.trade_type === "BUY" ? row.quantity : -row.quantity);
    assert.ok(shares >= 0, `short: ${row.trade_id}`);
    held.set(key, shares);
  }
}

Deno.test("Bank.batch() writes no opening position when the window holds everything", () => {
  for (const { ever } of worlds) assert.deepEqual(ever.opening_positions, []);
});

Deno.test("Bank.batch() writes only positions above zero, each once", () => {
  for (const days of [1, 30, 365]) {
    const rows = batchOf(bankOf({ days }), CUSTOMERS).opening_positions;
    assert.ok(rows.length > 0 && rows.every((row) => row.value > 0));
    assert.equal(new Set(rows.map((row) => `${row.owner_id} ${row.kind} ${row.stock_id}`)).size, rows.length);
  }
});

Deno.test("Bank.batch() lets no balance fall below zero after any entry, by instant and id", () => {
  const ever = bankOf({ asOf: "2026-12-31", days: EVER }).batch(1000, 1500);
  for (const cash of [...worlds.map((world) => world.cash), movements(ever)]) {
    for (const [account, list] of cash) {
      let balance = 0;
      for (const { at, cents } of list) {
        balance += cents;
        assert.ok(balance >= 0, `${account} has ${balance} at ${new Date(at).toISOString()}`);
      }
    }
  }
});

Deno.test("Bank.batch() begins every account with a deposit in its first half hour and then waits another", () => {
  for (const { ever, cash } of worlds) {
    const deposits = new Map(ever.transactions.map((row) => [row.transaction_id, row.transaction_type]));
    for (const account of ever.accounts) {
      const [first, second] = cash.get(account.account_id)!;
      assert.equal(deposits.get(first!.id), "DEPOSIT");
      assert.ok(first!.at > account.created_at && first!.at <= account.created_at + 30 * 60_000);
      if (second !== undefined) assert.ok(second.at > first!.at);
    }
  }
});

Deno.test("Bank.batch() empties closed accounts and moves no account after its end", () => {
  const ever = bankOf({ asOf: "2026-12-31", days: EVER }).batch(0, 1200);
  const cash = movements(ever);
  const ended = ever.accounts.filter((row) => row.status !== "ACTIVE");
  assert.ok(ended.some((row) => row.status === "BLOCKED") && ended.some((row) => row.status === "CLOSED"));
  for (const row of ended) {
    if (row.status === "CLOSED") assert.equal(row.balance, 0);
    else assert.ok(row.balance > 0);
    for (const { at } of cash.get(row.account_id)!) assert.ok(at < row.updated_at!);
  }
});

Deno.test("Bank.batch() only raises limits, and never has more open than the limit, at 60 instants", () => {
  const limits = new Map<string, number>();
  let raised = 0;
  for (const at of instants(2026, 57)) {
    for (const card of batchOf(bankAt(at, { days: 1 }), CUSTOMERS.slice(30, 90)).credit_cards) {
      const before = limits.get(card.card_id) ?? 0;
      assert.ok(card.credit_limit >= before, card.card_id);
      assert.ok(card.available_limit >= 0 && card.available_limit <= card.credit_limit, card.card_id);
      if (before > 0 && card.credit_limit > before) raised++;
      limits.set(card.card_id, card.credit_limit);
    }
  }
  assert.ok(raised > 0);
});

Deno.test("Bank.batch() approves only what is left of the limit, and declines others for it where little is left", () => {
  const rows = bankOf().batch(0, 80).card_transactions;
  const available = (at: number, card: string, bank: BankView = bankAt(at, { days: 1 })) => {
    const customer = bank.ids.decode(card)!.customer;
    return bank.batch(customer, customer + 1).credit_cards.find((row) => row.card_id === card)!.available_limit;
  };
  for (const row of rows.filter((row) => row.status === "APPROVED").filter((_, at) => at % 50 === 0)) {
    assert.ok(row.amount <= available(row.timestamp, row.card_id), row.transaction_id);
  }
  const declined = rows.filter((row) => row.status === "DECLINED");
  const beyond = declined.filter((row) => row.amount > available(row.timestamp, row.card_id));
  assert.ok(declined.length > 80 && beyond.length >= 3, `${beyond.length} of ${declined.length}`);
  assert.ok(declined.every((row) => row.amount <= 520_000)); // the dearest category's largest, and the excess
});
