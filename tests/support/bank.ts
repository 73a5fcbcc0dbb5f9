/**
 * A bank to test and, sharing no code with the generator, what an accountant would make of its rows.
 *
 * @module
 */

import {
  Bank,
  type BankBatch,
  type BankOptions,
  bankOptions,
  type BankRows,
  type BankSettings,
  type CustomerRange,
  type IdCodec,
  type PixIds,
  type Stock,
  type Window,
  windowOf,
} from "../../mod.ts";
import { BankPages } from "../../src/domains/bank/pages/pages.ts";
import { Prices } from "../../src/domains/bank/prices.ts";

/** Milliseconds in a day. */
export const DAY = 86_400_000;
const HOUR = 3_600_000;

/** A bank seen through the window of its options. */
export class BankView {
  readonly bank: Bank;
  readonly ids: IdCodec;
  readonly pixIds: PixIds;
  readonly window: Window;

  constructor(readonly options: BankOptions) {
    this.bank = new Bank(options);
    this.ids = this.bank.ids;
    this.pixIds = this.bank.pixIds;
    this.window = windowOf(options);
  }

  batch(from: number, to: number): BankBatch {
    return this.bank.batch(from, to, this.window);
  }

  rows<Name extends keyof BankRows>(entity: Name, range: CustomerRange): Generator<BankRows[Name]> {
    return this.bank.rows(entity, range, this.window);
  }

  stocks(): Stock[] {
    return this.bank.stocks(this.window.end);
  }

  loanRows(customer: number): ReturnType<Bank["loanRows"]> {
    return this.bank.loanRows(customer, this.window.end);
  }
}

/** Pages of so many customers of a bank. */
export function pagesOf({ bank, window }: BankView, customers: number): BankPages {
  return new BankPages(bank, window, customers);
}

/** Prices of all sessions up to a day, in days since 1970. */
export function pricesUntil(seed: number, version: number, day: number): Prices {
  const prices = new Prices(seed, version);
  prices.reach(day);
  return prices;
}

/** A bank with seed 42 as of 30 June 2026, or as the settings say. */
export function bankOf(settings: Partial<BankSettings> = {}): BankView {
  return new BankView(bankOptions({ seed: 42, asOf: "2026-06-30", ...settings }));
}

/** A bank as of an instant in UTC milliseconds. */
export function bankAt(asOf: number, settings: Partial<BankSettings> = {}): BankView {
  return bankOf({ ...settings, asOf: new Date(asOf).toISOString() });
}

/** The rows of some customers, one after the other. */
export function batchOf(bank: BankView, customers: Iterable<number>): BankBatch {
  const all = bank.batch(0, 0);
  for (const customer of customers) addTo(all, bank.batch(customer, customer + 1));
  return all;
}

/** Appends the rows of one batch to another. */
export function addTo(all: BankBatch, batch: BankBatch): void {
  for (const name of Object.keys(all) as (keyof BankRows)[]) {
    const into = all[name] as unknown[];
    for (const row of batch[name]) into.push(row);
  }
}

/** So many customer indexes, evenly spread over all 90,000,000. */
export function spread(count: number): number[] {
  return Array.from({ length: count }, (_, at) => Math.floor((at + 0.5) * 90_000_000 / count));
}

/** Rows by the value of a column. */
export function groupBy<Row, Value>(rows: Iterable<Row>, key: (row: Row) => Value): Map<Value, Row[]> {
  const groups = new Map<Value, Row[]>();
  for (const row of rows) {
    const group = groups.get(key(row));
    if (group === undefined) groups.set(key(row), [row]);
    else group.push(row);
  }
  return groups;
}

/** Customer index of an id. */
export function customerOf(bank: { readonly ids: IdCodec }, id: string): number {
  const parts = bank.ids.decode(id);
  if (parts === undefined) throw new Error(`not an id of this bank: ${id}`);
  return parts.customer;
}

/** Kind of entry that made a transaction, from its id. */
export function kindOf(bank: { readonly ids: IdCodec }, transactionId: string): number {
  return (bank.ids.decode(transactionId)!.ordinal >>> 16) & 31;
}

// ---- São Paulo time, from ICU ----

const clock = new Intl.DateTimeFormat("en-GB", {
  timeZone: "America/Sao_Paulo",
  hourCycle: "h23",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

/** What a clock in São Paulo shows, as if it were UTC, by the time zone data of the runtime. */
export function wallTime(utcMs: number): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of clock.formatToParts(utcMs)) parts[type] = Number(value);
  const { year, month, day, hour, minute, second } = parts as Record<string, number>;
  return Date.UTC(year!, month! - 1, day!, hour!, minute!, second!) + ((utcMs % 1000) + 1000) % 1000;
}

/** The instant at which a clock in São Paulo shows a time; the first of two. */
export function instantOfWall(wallMs: number): number {
  const summer = wallMs + 2 * HOUR;
  return wallTime(summer) === wallMs ? summer : wallMs + 3 * HOUR;
}

// ---- What an accountant computes ----

/** A movement of an account. */
export interface Movement {
  readonly at: number;
  readonly id: string;
  readonly cents: number;
}

/** The movements of every account, by (instant, id): completed transactions, and the cash of trades. */
export function movements(batch: BankBatch): Map<string, Movement[]> {
  const found = new Map<string, Movement[]>(batch.accounts.map((account) => [account.account_id, []]));
  for (const row of batch.transactions) {
    if (row.status !== "COMPLETED") continue;
    const cents = row.direction === "CREDIT" ? row.amount : -row.amount;
    found.get(row.account_id)!.push({ at: row.timestamp, id: row.transaction_id, cents });
  }
  for (const row of batch.trades) {
    if (row.status === "CANCELLED") continue;
    const buy = row.trade_type === "BUY";
    const at = buy ? row.executed_at : row.settlement_date;
    found.get(row.account_id)!.push({ at, id: row.trade_id, cents: buy ? -row.net_amount : row.net_amount });
  }
  for (const list of found.values()) list.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  return found;
}

/** Sum of what an account moved before an instant. */
export function balanceAt(list: readonly Movement[], at: number): number {
  let balance = 0;
  for (const movement of list) if (movement.at < at) balance += movement.cents;
  return balance;
}

const payments = new Map<number, number>();
const closings = new Map<number, number>();

/** When the bill due in a month (counted from 1970) is paid: at 10:00 of the due day. */
export function billPayment(dueDay: number, month: number): number {
  return cached(payments, month * 32 + dueDay, () => instantOfWall(dueDate(dueDay, month) + 10 * HOUR));
}

/** When the bill due in a month closes: at 00:00, eight days before the due day. */
export function billClosing(dueDay: number, month: number): number {
  return cached(closings, month * 32 + dueDay, () => instantOfWall(dueDate(dueDay, month) - 8 * DAY));
}

function cached(values: Map<number, number>, key: number, compute: () => number): number {
  let value = values.get(key);
  if (value === undefined) values.set(key, value = compute());
  return value;
}

function dueDate(dueDay: number, month: number): number {
  return Date.UTC(1970, month, dueDay);
}

/** Month (counted from 1970) in which the bill is due that a purchase goes on. */
export function billMonth(dueDay: number, at: number): number {
  const date = new Date(at);
  let month = (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth() - 1;
  while (billClosing(dueDay, month) <= at) month++;
  return month;
}

/** What a purchase leaves open at an instant: its parts on bills that are not paid by then. */
export function openPart(row: BankRows["card_transactions"], dueDay: number, at: number): number {
  if (row.status !== "APPROVED" || row.timestamp >= at) return 0;
  const first = billMonth(dueDay, row.timestamp);
  const part = Math.floor(row.amount / row.installments);
  let open = row.amount;
  for (let paid = 0; paid < row.installments && billPayment(dueDay, first + paid) < at; paid++) {
    open -= paid === row.installments - 1 ? row.amount - part * (row.installments - 1) : part;
  }
  return open;
}

/** Shares of every (account, stock) that trades executed before an instant leave. */
export function holdingsAt(trades: readonly BankRows["trades"][], at: number): Map<string, number> {
  const held = new Map<string, number>();
  for (const row of trades) {
    if (row.status === "CANCELLED" || row.executed_at >= at) continue;
    const key = `${row.account_id} ${row.stock_id}`;
    held.set(key, (held.get(key) ?? 0) + (row.trade_type === "BUY" ? row.quantity : -row.quantity));
  }
  for (const [key, shares] of held) if (shares === 0) held.delete(key);
  return held;
}
