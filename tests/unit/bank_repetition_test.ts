/**
 * Nothing of a customer's life is a copy: rows of one owner, months of one owner and neighbours by index are draws of
 * their own. 5,000 customers, a year of each.
 *
 * @module
 */

import assert from "node:assert/strict";
import { bankOf, DAY, groupBy, kindOf } from "../support/bank.ts";
import { KIND } from "../../src/domains/bank/entries.ts";
import { monthIndexOf } from "../../src/time/calendar.ts";

const CUSTOMERS = 5_000;

/** An event as far as it may repeat. */
interface Happening {
  /** Card, account or loan. */
  readonly owner: string;
  readonly at: number;
  /** Centavos. */
  readonly amount: number;
  /** Whether the amount is drawn anew each time: a salary or an instalment is the same every month. */
  readonly free: boolean;
}

const bank = bankOf();
const rows: Record<string, Happening[]> = { card_transactions: [], transactions: [], trades: [], installments: [] };
/** Without Pix between customers, which neighbours share on purpose. */
const FREE_KINDS: readonly number[] = [KIND.pixOut, KIND.pixIn, KIND.withdrawal, KIND.deposit];
for (let from = 0; from < CUSTOMERS; from += 100) {
  const batch = bank.batch(from, from + 100);
  for (const row of batch.card_transactions) {
    if (row.status !== "APPROVED") continue;
    rows["card_transactions"]!.push({ owner: row.card_id, at: row.timestamp, amount: row.amount, free: true });
  }
  for (const row of batch.transactions) {
    const free = FREE_KINDS.includes(kindOf(bank, row.transaction_id));
    rows["transactions"]!.push({ owner: row.account_id, at: row.timestamp, amount: row.amount, free });
  }
  for (const row of batch.trades) {
    rows["trades"]!.push({ owner: row.account_id, at: row.executed_at, amount: row.total_amount, free: true });
  }
  for (const row of batch.installments) {
    if (row.status !== "PAID") continue;
    rows["installments"]!.push({ owner: row.loan_id, at: row.updated_at!, amount: row.total_amount, free: false });
  }
}

/** Pearson's coefficient of pairs. */
function correlation(pairs: readonly (readonly [number, number])[]): number {
  const mean = (at: 0 | 1) => pairs.reduce((sum, pair) => sum + pair[at], 0) / pairs.length;
  const [meanX, meanY] = [mean(0), mean(1)];
  let [xx, yy, xy] = [0, 0, 0];
  for (const [x, y] of pairs) {
    xx += (x - meanX) ** 2;
    yy += (y - meanY) ** 2;
    xy += (x - meanX) * (y - meanY);
  }
  return xy / Math.sqrt(xx * yy);
}

/** Chance alone keeps a coefficient of independent pairs below this, but for one test in 15,000. */
function bound(pairs: number): number {
  return 4 / Math.sqrt(pairs);
}

function timeOfDay(at: number): number {
  return at % DAY;
}

/** The events of each owner by month, in order of time. */
function monthsOf(happenings: readonly Happening[]): Map<string, Map<number, Happening[]>> {
  const owners = groupBy(happenings, ({ owner }) => owner);
  return new Map(Array.from(owners, ([owner, list]) => [
    owner,
    groupBy(list.sort((a, b) => a.at - b.at), ({ at }) => monthIndexOf(Math.floor(at / DAY))),
  ]));
}

/** Events of one owner that stand at the same place of two months, one after the other. */
function* consecutive(happenings: readonly Happening[]): Generator<readonly [Happening, Happening]> {
  for (const months of monthsOf(happenings).values()) {
    for (const [month, list] of months) {
      const next = months.get(month + 1) ?? [];
      for (let at = 0; at < Math.min(list.length, next.length); at++) yield [list[at]!, next[at]!];
    }
  }
}

for (const [entity, happenings] of Object.entries(rows)) {
  Deno.test(`Bank.batch() repeats amount and time of day within one owner in less than 0.5 % of ${entity}`, () => {
    const groups = groupBy(happenings, ({ owner, amount, at }) => `${owner} ${amount} ${timeOfDay(at)}`);
    const repeated = [...groups.values()].reduce((sum, { length }) => sum + (length > 1 ? length : 0), 0);
    assert.ok(happenings.length > 5_000, `${happenings.length} rows`);
    assert.ok(repeated / happenings.length < 0.005, `${repeated} of ${happenings.length} rows`);
  });

  Deno.test(`Bank.batch() draws the times of day of ${entity} anew each month`, () => {
    const free = entity === "installments" ? happenings : happenings.filter(({ free }) => free);
    const pairs = [...consecutive(free)].map(([one, next]) => [timeOfDay(one.at), timeOfDay(next.at)] as const);
    const found = correlation(pairs);
    assert.ok(pairs.length > 3_000 && Math.abs(found) < bound(pairs.length), `${found} of ${pairs.length} pairs`);
  });

  if (!happenings.some(({ free }) => free)) continue;

  Deno.test(`Bank.batch() draws the amounts of ${entity} anew each month`, () => {
    const free = happenings.filter(({ free }) => free);
    const logs = new Map(Array.from(groupBy(free, ({ owner }) => owner), ([owner, list]) => [
      owner,
      { count: list.length, mean: list.reduce((sum, { amount }) => sum + Math.log(amount), 0) / list.length },
    ]));
    // Measured from its owner's mean of n amounts, an amount has -1 / (n - 1) in common with each other: 0.05 at most.
    const frequent = free.filter(({ owner }) => logs.get(owner)!.count > 20);
    const pairs = [...consecutive(frequent)].map(([one, next]) => {
      const { mean } = logs.get(one.owner)!;
      return [Math.log(one.amount) - mean, Math.log(next.amount) - mean] as const;
    });
    const found = correlation(pairs);
    assert.ok(pairs.length > 1_000 && found < bound(pairs.length), `${found} of ${pairs.length} pairs`);
    assert.ok(found > -0.05 - bound(pairs.length), `${found} of ${pairs.length} pairs`);
  });

  Deno.test(`Bank.batch() draws amounts and times of ${entity} for each neighbour by itself`, () => {
    const owners = [...monthsOf(happenings.filter(({ free }) => free)).values()]; // in order of the customers
    const amounts: [number, number][] = [];
    const times: [number, number][] = [];
    for (let at = 0; at + 1 < owners.length; at++) {
      for (const [month, [one]] of owners[at]!) {
        const other = owners[at + 1]!.get(month)?.[0];
        if (other === undefined) continue;
        amounts.push([Math.log(one!.amount), Math.log(other.amount)]);
        times.push([timeOfDay(one!.at), timeOfDay(other.at)]);
      }
    }
    for (const pairs of [amounts, times]) {
      const found = correlation(pairs);
      assert.ok(pairs.length > 1_000 && Math.abs(found) < bound(pairs.length), `${found} of ${pairs.length} pairs`);
    }
  });
}
