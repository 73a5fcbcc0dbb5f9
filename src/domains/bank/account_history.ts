import type { IdCodec } from "../../random/id.ts";
import { stocks as stockList } from "../../reference/br/stocks.ts";
import { monthIndexOf } from "../../time/calendar.ts";
import { localDay } from "../../time/sao_paulo.ts";
import type { AccountPlan, AccountPlans } from "./account_plan.ts";
import { type Book, MOST_OPENING_CENTS } from "./book.ts";
import type { BillOf, Causes } from "./causes.ts";
import { type Account, account } from "./entities/account.ts";
import type { BankBatch } from "./entities/mod.ts";
import { type Trade, trade } from "./entities/trade.ts";
import { type Entry, KIND, ordinalOf } from "./entries.ts";
import { type Household, mainAccount } from "./household.ts";
import { type Lots, type Order, shares } from "./lots.ts";
import { endOfPeriods, periodAt, periodEnd, periodStart, settlingAt } from "./periods.ts";
import type { Statement } from "./statement.ts";
import type { StockRegister } from "./stock_register.ts";
import { inWindow, type Window } from "./window.ts";

/** Instants between which an account's book has to be made: whole periods around the window. */
export interface BookRange {
  readonly firstPeriod: number;
  readonly lastPeriod: number;
  readonly from: number;
  readonly to: number;
}

/** The periods of an account that hold the window; `undefined` if the account ended before it. */
export function bookRange(plan: AccountPlan, window: Window): BookRange | undefined {
  if (endOfPeriods(plan) <= window.start) return undefined;
  const firstPeriod = periodAt(plan, Math.max(window.start, plan.openAt));
  const lastPeriod = periodAt(plan, Math.max(window.end - 1, plan.openAt));
  return { firstPeriod, lastPeriod, from: periodStart(plan, firstPeriod), to: periodEnd(plan, lastPeriod) };
}

/** The account that is written, with what its rows are made of. */
interface AccountScope {
  readonly household: Household;
  readonly plan: AccountPlan;
  readonly customerId: string;
  readonly accountId: string;
  readonly window: Window;
  readonly batch: BankBatch;
}

/** What decides an account's events. */
export interface AccountParts {
  readonly ids: IdCodec;
  readonly plans: AccountPlans;
  readonly book: Book;
  readonly causes: Causes;
  readonly lots: Lots;
  readonly statement: Statement;
  readonly stocks: StockRegister;
}

/** Writes accounts with their transactions, trades and opening positions. */
export class AccountHistory {
  readonly #ids: IdCodec;
  readonly #plans: AccountPlans;
  readonly #book: Book;
  readonly #causes: Causes;
  readonly #lots: Lots;
  readonly #statement: Statement;
  readonly #stocks: StockRegister;
  readonly #causesOfAccount: Entry[] = [];
  readonly #attempts: Entry[] = [];
  readonly #causesOfPeriod: Entry[] = [];
  readonly #booked: Entry[] = [];
  readonly #orders: Order[] = [];

  constructor({ ids, plans, book, causes, lots, statement, stocks }: AccountParts) {
    this.#ids = ids;
    this.#plans = plans;
    this.#book = book;
    this.#causes = causes;
    this.#lots = lots;
    this.#statement = statement;
    this.#stocks = stocks;
  }

  /** Appends one account and its events of a window, in order of time, to a batch. */
  write(
    household: Household,
    plan: AccountPlan,
    customerId: string,
    billOf: BillOf,
    window: Window,
    batch: BankBatch,
  ): void {
    const { customer } = household;
    const accountId = this.#ids.encode(account.code, customer, plan.ordinal);
    const scope: AccountScope = { household, plan, customerId, accountId, window, batch };
    const { branch, number } = this.#plans.number(customer, plan.ordinal, plan.bank);
    const row: Account = {
      account_id: accountId,
      customer_id: customerId,
      account_type: plan.type,
      bank_code: plan.bank.compe,
      branch,
      account_number: number,
      balance: 0,
      status: endOfPeriods(plan) < window.end ? plan.endStatus : "ACTIVE",
      created_at: plan.openAt,
      updated_at: null,
    };
    batch.accounts.push(row);

    const range = bookRange(plan, window);
    if (range === undefined) {
      row.balance = this.#book.openingBalance(customer, plan, plan.last + 1);
      row.updated_at = endOfPeriods(plan);
      openingBalance(batch, accountId, row.balance);
      return;
    }
    this.#collect(household, plan, range, billOf);
    if (plan.type === "INVESTIMENTOS") this.#trades(scope);
    this.#makeBook(customer, plan, range);
    const balances = this.#balances(customer, plan, range, window);
    row.balance = balances.end;
    row.updated_at = row.status === "ACTIVE" ? balances.changedAt : endOfPeriods(plan);
    openingBalance(batch, accountId, balances.start + this.#unsettled(window));
    this.#transactions(scope);
  }

  /** Gathers the causes of the account in the range, in order of time. */
  #collect(household: Household, plan: AccountPlan, range: BookRange, billOf: BillOf): void {
    const causes = this.#causesOfAccount;
    causes.length = 0;
    this.#attempts.length = 0;
    this.#orders.length = 0;
    if (range.firstPeriod === 0) causes.push(this.#book.openingDeposit(household.customer, plan));
    if (plan === mainAccount(household)) {
      this.#causes.collect(household, range.from, range.to, billOf, causes, this.#attempts);
    } else if (plan.type === "INVESTIMENTOS") {
      this.#collectOrders(household, plan, range, causes);
    }
    causes.sort(byTime);
  }

  #collectOrders(household: Household, plan: AccountPlan, range: BookRange, causes: Entry[]): void {
    const orders = this.#orders;
    const fromMonth = monthIndexOf(localDay(range.from));
    const lastMonth = monthIndexOf(localDay(range.to - 1));
    const scope = { customer: household.customer, plan, income: household.work.income, fromMonth, until: range.to };
    for (let month = monthIndexOf(localDay(plan.openAt)); month <= lastMonth; month++) {
      this.#lots.orders(scope, month, orders);
    }
    orders.sort((left, right) => left.executedAt - right.executedAt);
    for (const order of orders) {
      if (order.status === "CANCELLED") continue;
      const total = order.quantity * order.price;
      const at = order.side === "BUY" ? order.executedAt : order.settlesAt;
      const cents = order.side === "BUY" ? -(total + order.fees) : total - order.fees;
      causes.push({ at, cents, kind: KIND.trade, ordinal: 0, about: 0 });
    }
  }

  /** Balances every period of the range into one list of entries. */
  #makeBook(customer: number, plan: AccountPlan, range: BookRange): void {
    const causes = this.#causesOfAccount;
    this.#booked.length = 0;
    let at = 0;
    while (at < causes.length && causes[at]!.at < range.from) at++;
    for (let period = range.firstPeriod; period <= range.lastPeriod; period++) {
      const end = periodEnd(plan, period);
      const ofPeriod = this.#causesOfPeriod;
      ofPeriod.length = 0;
      while (at < causes.length && causes[at]!.at < end) ofPeriod.push(causes[at++]!);
      this.#book.balance(customer, plan, period, ofPeriod, this.#booked);
    }
  }

  /** Balances at both ends of the window, and when the balance last changed before its end. */
  #balances(
    customer: number,
    plan: AccountPlan,
    range: BookRange,
    window: Window,
  ): { start: number; end: number; changedAt: number | null } {
    let balance = this.#book.openingBalance(customer, plan, range.firstPeriod);
    let start = balance;
    let changedAt = range.firstPeriod > 0 ? this.#lastChangeBefore(customer, plan, range.firstPeriod) : null;
    for (const entry of this.#booked) {
      if (entry.at >= window.end) break;
      balance += entry.cents;
      changedAt = entry.at;
      if (entry.at < window.start) start = balance;
    }
    return { start: plan.openAt < window.start ? start : 0, end: balance, changedAt };
  }

  /** When the balance last changed before a period other than the first. */
  #lastChangeBefore(customer: number, plan: AccountPlan, period: number): number {
    if (!plan.dormant) return settlingAt(plan, period - 1);
    // A dormant account moves no more once it has reached its level.
    return plan.usualBalance > MOST_OPENING_CENTS ? settlingAt(plan, 0) : this.#book.openingDeposit(customer, plan).at;
  }

  /** Proceeds of SELLs executed before the window that settle in it. */
  #unsettled(window: Window): number {
    let cents = 0;
    for (const order of this.#orders) {
      if (order.side === "SELL" && order.executedAt < window.start && inWindow(window, order.settlesAt)) {
        cents += order.quantity * order.price - order.fees;
      }
    }
    return cents;
  }

  #transactions({ household, plan, customerId, accountId, window, batch }: AccountScope): void {
    const booked = this.#booked;
    if (this.#attempts.length > 0) {
      for (const attempt of this.#attempts) booked.push(attempt);
      booked.sort(byTime);
    }
    for (const entry of booked) {
      if (entry.kind === KIND.trade || !inWindow(window, entry.at)) continue;
      batch.transactions.push(this.#statement.row(household, plan, customerId, accountId, entry));
    }
  }

  /** Trades of the window, and the shares held before it. */
  #trades(scope: AccountScope): void {
    const { accountId, window, batch } = scope;
    const held = new Int32Array(stockList.length);
    for (const order of this.#orders) {
      if (order.executedAt < window.start) held[order.stock]! += shares(order);
      else if (order.executedAt < window.end) {
        batch.trades.push(this.#trade(scope, order));
      }
    }
    for (let stock = 0; stock < held.length; stock++) {
      if (held[stock]! === 0) continue;
      batch.opening_positions.push({
        owner_id: accountId,
        kind: "HOLDING",
        stock_id: this.#stocks.id(stock),
        value: held[stock]! * 100,
      });
    }
  }

  #trade({ household: { customer }, plan, customerId, accountId }: AccountScope, order: Order): Trade {
    const total = order.quantity * order.price;
    return {
      trade_id: this.#ids.encode(
        trade.code,
        customer,
        ordinalOf(order.month, order.kind, plan.ordinal, order.number),
      ),
      account_id: accountId,
      customer_id: customerId,
      stock_id: this.#stocks.id(order.stock),
      ticker: this.#stocks.ticker(order.stock, order.executedAt),
      trade_type: order.side,
      quantity: order.quantity,
      price_per_share: order.price,
      total_amount: total,
      fees: order.fees,
      net_amount: order.side === "BUY" ? total + order.fees : total - order.fees,
      order_type: order.orderType,
      status: order.status,
      executed_at: order.executedAt,
      settlement_date: order.settlesAt,
      created_at: order.executedAt,
      updated_at: null,
    };
  }
}

function byTime(left: Entry, right: Entry): number {
  return left.at - right.at || left.ordinal - right.ordinal;
}

function openingBalance(batch: BankBatch, accountId: string, value: number): void {
  if (value !== 0) batch.opening_positions.push({ owner_id: accountId, kind: "BALANCE", stock_id: null, value });
}
