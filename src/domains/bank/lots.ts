import { AliasTable } from "../../random/alias.ts";
import { Poisson } from "../../random/poisson.ts";
import { quantile, QUANTILE_SCALE } from "../../random/quantile.ts";
import { deriveKey, type Place, Stream } from "../../random/stream.ts";
import { exponential } from "../../random/tables/exponential.ts";
import { chance, uniformInt } from "../../random/uniform.ts";
import { stocks } from "../../reference/br/stocks.ts";
import { firstDayOfMonth } from "../../time/calendar.ts";
import { instantAt, localDay } from "../../time/sao_paulo.ts";
import { CONTINUOUS_CLOSE_MS, sessionDay, sessionIndex, sessionOpenMs } from "../../time/sessions.ts";
import type { AccountPlan } from "./account_plan.ts";
import { ORDER_TYPES } from "./entities/enums.ts";
import { GROUP } from "./groups.ts";
import { OPENING_MS } from "./periods.ts";
import type { Prices } from "./prices.ts";

/** A lot is sold within this many months after it was bought, or kept for good. */
export const LOT_MONTHS = 24;

/** Sessions between execution and settlement at B3. */
export const SETTLEMENT_SESSIONS = 2;

/** What makes the id of an order, within its account. */
interface OrderId {
  /** Month in which the lot was bought. */
  readonly month: number;
  readonly kind: number;
  /** Number of the lot in its month. */
  readonly number: number;
}

/** An order of an investment account, with all that its row says. */
export interface Order extends OrderId {
  readonly side: "BUY" | "SELL";
  readonly status: "EXECUTED" | "PARTIALLY_FILLED" | "CANCELLED";
  readonly orderType: typeof ORDER_TYPES[number];
  /** Position in `stocks`. */
  readonly stock: number;
  readonly quantity: number;
  /** Centavos a share. */
  readonly price: number;
  /** Fees in centavos. */
  readonly fees: number;
  readonly executedAt: number;
  readonly settlesAt: number;
}

/** Whose orders are wanted, and which. */
export interface LotScope {
  readonly customer: number;
  readonly plan: AccountPlan;
  /** Centavos a month; it bounds a lot's cost. */
  readonly income: number;
  /** Lots that were sold before this month may be left out. */
  readonly fromMonth: number;
  /** Orders at or after this instant are left out. */
  readonly until: number;
}

/** Kinds of order in ids. */
const BUY = 0;
const FIRST_SELL = 1;
const LAST_SELL = 2;
const CANCELLED = 3;

const ORDER_TYPE_WEIGHTS = [70, 25, 5];

/** Share of lots that are never sold, and of those that are sold in two orders. */
const KEPT_SHARE = 0.16;
const TWO_SALES_SHARE = 0.1;
/** Orders of the average lot: its BUY and its SELLs. */
const ORDERS_PER_LOT = 1 + (1 - KEPT_SHARE) * (1 + TWO_SALES_SHARE);

/**
 * Mean sessions from a BUY to the first SELL, and the most: with 20 more to the last SELL and 2 to its settlement they
 * are within 24 months, which hold at least 489.
 */
const MEAN_HOLDING_SESSIONS = 90;
const LONGEST_HOLDING_SESSIONS = 465;

/** Young accounts have bought more than they sold; this makes up for the SELLs they lack, measured at the defaults. */
const YOUTH_COMPENSATION = 1.02;

const CANCELLED_SHARE = 0.03;
const PARTIAL_SHARE = 0.03;

/** Fees as a part of the total, in ten-millionths: brokerage 0.05 %, emoluments 0.0275 %, settlement 0.00275 %. */
const FEES_PER_TEN_MILLION = 8_025;

/** A lot costs no more than so many incomes, where a round lot allows. */
const LARGEST_INCOMES = 2;

/** Times a stock is drawn before a dear one is taken all the same. */
const STOCK_DRAWS = 4;

/** Derives orders from (seed, customer, account, month). */
export class Lots {
  readonly #stream: Stream;
  readonly #prices: Prices;
  readonly #lots: Poisson;
  readonly #cancelled: Poisson;
  readonly #orderTypes = new AliasTable(ORDER_TYPE_WEIGHTS);

  /** @param trades Mean trades a year of an investment account. */
  constructor(seed: number, version: number, trades: number, prices: Prices) {
    this.#stream = new Stream(deriveKey(seed, "lots", version));
    this.#prices = prices;
    this.#lots = new Poisson(trades / 12 * (1 - CANCELLED_SHARE) / ORDERS_PER_LOT * YOUTH_COMPENSATION);
    this.#cancelled = new Poisson(trades / 12 * CANCELLED_SHARE);
  }

  /** The orders of the lots bought in a month that are executed before the scope's end, in no particular order. */
  orders(scope: LotScope, month: number, into: Order[]): void {
    const place = this.#stream.at(GROUP.lot, scope.customer, scope.plan.ordinal * 1024 + month);
    const count = this.#lots.draw(place);
    const cancelled = this.#cancelled.draw(place);
    for (let number = 0; number < count; number++) this.#lot(scope, month, number, into);
    for (let number = 0; number < cancelled; number++) this.#cancelledOrder(scope, month, number, into);
  }

  #lot(scope: LotScope, month: number, number: number, into: Order[]): void {
    const place = this.#stream.at(GROUP.lotDetail, scope.customer, placeOf(scope, month, number));
    const kept = chance(place, KEPT_SHARE);
    if (!kept && month < scope.fromMonth - LOT_MONTHS) return;
    const session = sessionIn(place, month);
    const boughtAt = executionInstant(place, session);
    if (boughtAt < scope.plan.openAt + OPENING_MS || boughtAt >= scope.until) return;
    const stock = this.#affordableStock(place, session, scope.income);
    const quantity = this.#quantity(place, stock, session, scope.income);
    const status = chance(place, PARTIAL_SHARE) ? "PARTIALLY_FILLED" : "EXECUTED";
    const id = { month, kind: BUY, number };
    into.push(this.#order(place, "BUY", status, stock, quantity, session, boughtAt, id));
    const twoSales = chance(place, TWO_SALES_SHARE) && quantity > 100;
    const holding = 1 + quantile(exponential, place.nextUint32()) / QUANTILE_SCALE * MEAN_HOLDING_SESSIONS;
    const firstSale = session + Math.min(LONGEST_HOLDING_SESSIONS, Math.floor(holding));
    const lastSale = firstSale + uniformInt(place, 1, 20);
    const firstPart = twoSales ? uniformInt(place, 1, quantity / 100 - 1) * 100 : 0;
    if (kept) return;
    if (twoSales) this.#sell(place, scope, stock, firstPart, firstSale, { ...id, kind: FIRST_SELL }, into);
    this.#sell(place, scope, stock, quantity - firstPart, lastSale, { ...id, kind: LAST_SELL }, into);
  }

  #sell(
    place: Place,
    scope: LotScope,
    stock: number,
    quantity: number,
    session: number,
    id: OrderId,
    into: Order[],
  ): void {
    const soldAt = executionInstant(place, session);
    if (soldAt >= scope.until) return;
    into.push(this.#order(place, "SELL", "EXECUTED", stock, quantity, session, soldAt, id));
  }

  #cancelledOrder(scope: LotScope, month: number, number: number, into: Order[]): void {
    const place = this.#stream.at(GROUP.cancelledOrder, scope.customer, placeOf(scope, month, number));
    const session = sessionIn(place, month);
    const at = executionInstant(place, session);
    if (at < scope.plan.openAt + OPENING_MS || at >= scope.until) return;
    const stock = this.#affordableStock(place, session, scope.income);
    const quantity = this.#quantity(place, stock, session, scope.income);
    const id = { month, kind: CANCELLED, number };
    into.push(this.#order(place, "BUY", "CANCELLED", stock, quantity, session, at, id));
  }

  /** A stock of which a round lot is affordable on a day, if a few draws find one. */
  #affordableStock(place: Place, session: number, income: number): number {
    let stock = 0;
    let found = false;
    for (let draw = 0; draw < STOCK_DRAWS; draw++) { // always as many draws, so that what follows keeps its place
      const drawn = uniformInt(place, 0, stocks.length - 1);
      if (found) continue;
      stock = drawn;
      found = this.#prices.close(drawn, session) * 100 <= income * LARGEST_INCOMES;
    }
    return stock;
  }

  /** Round lots, few more often than many, that cost no more than the income allows. */
  #quantity(place: Place, stock: number, session: number, income: number): number {
    const most = Math.floor(income * LARGEST_INCOMES / (this.#prices.close(stock, session) * 100));
    const draw = place.nextUint32() / 4_294_967_296;
    return 100 * (1 + Math.floor(Math.max(0, Math.min(most, 100) - 1) * draw * draw * draw));
  }

  #order(
    place: Place,
    side: Order["side"],
    status: Order["status"],
    stock: number,
    quantity: number,
    session: number,
    executedAt: number,
    id: OrderId,
  ): Order {
    const orderType = ORDER_TYPES[this.#orderTypes.draw(place)]!;
    const price = uniformInt(place, this.#prices.low(stock, session), this.#prices.high(stock, session));
    const settlementDay = sessionDay(session + SETTLEMENT_SESSIONS);
    const settlesAt = instantAt(settlementDay, executedAt - instantAt(localDay(executedAt), 0));
    const fees = tradeFees(quantity * price);
    return { side, status, orderType, stock, quantity, price, fees, executedAt, settlesAt, ...id };
  }
}

/** Fees of a total in centavos: 0.08025 % of it, rounded half to even. */
export function tradeFees(total: number): number {
  const scaled = total * FEES_PER_TEN_MILLION;
  const down = Math.floor(scaled / 10_000_000);
  const rest = scaled - down * 10_000_000;
  return rest > 5_000_000 || (rest === 5_000_000 && down % 2 === 1) ? down + 1 : down;
}

/** What an executed order adds to the shares held. */
export function shares(order: Order): number {
  if (order.status === "CANCELLED") return 0;
  return order.side === "BUY" ? order.quantity : -order.quantity;
}

function placeOf(scope: LotScope, month: number, number: number): number {
  return (scope.plan.ordinal * 1024 + month) * 256 + number;
}

/** Any session of a month. */
function sessionIn(place: Place, month: number): number {
  return uniformInt(place, sessionIndex(firstDayOfMonth(month)), sessionIndex(firstDayOfMonth(month + 1)) - 1);
}

/** An instant in the continuous trading of a session. */
function executionInstant(place: Place, session: number): number {
  const day = sessionDay(session);
  return instantAt(day, uniformInt(place, sessionOpenMs(day), CONTINUOUS_CLOSE_MS - 1));
}
