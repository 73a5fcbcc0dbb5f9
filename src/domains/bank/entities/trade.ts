import { entity, type RowOf } from "../../../model/entity.ts";
import { instant, int, money, oneOf, text, uuid } from "../../../model/field.ts";
import { eventCreatedAt, NAMESPACE, updatedAt } from "./common.ts";
import { ORDER_TYPES, TRADE_STATUSES, TRADE_TYPES } from "./enums.ts";

/** Orders for shares. */
export const trade = entity({
  name: "trades",
  code: 9,
  title: "Trade",
  namespace: NAMESPACE,
  doc: "An order for shares. A BUY debits its account at execution, a SELL credits it at settlement.",
  role: "event",
  key: "trade_id",
  incremental: true,
  topic: {
    name: "trades",
    key: "account_id",
    eventTime: ["executed_at"],
    partitions: 3,
    eventType: "com.financial.trade.executed.v1",
    source: "/financial/banking/investments",
  },
  fields: {
    trade_id: uuid({ doc: "Id of the trade." }),
    account_id: uuid({ references: "accounts", doc: "Investment account." }),
    customer_id: uuid({ references: "customers", doc: "Owner of the account." }),
    stock_id: uuid({ references: "stocks", doc: "Stock." }),
    ticker: text(10, { doc: "Ticker in use on that day." }),
    trade_type: oneOf(TRADE_TYPES, { doc: "Side." }),
    quantity: int({ min: 1, doc: "Shares, a multiple of the round lot." }),
    price_per_share: money({ min: 1, doc: "Price, between the day's low and high." }),
    total_amount: money({ min: 1, doc: "Quantity times price." }),
    fees: money({ min: 0, doc: "Brokerage and B3 fees, 0.08025 % of the total." }),
    net_amount: money({ min: 1, doc: "Total plus fees of a BUY, minus fees of a SELL." }),
    order_type: oneOf(ORDER_TYPES, { doc: "Kind of order." }),
    status: oneOf(TRADE_STATUSES, {
      doc: "EXECUTED and PARTIALLY_FILLED (quantity is what was filled) move shares and money; CANCELLED does not.",
    }),
    executed_at: instant({ doc: "When it was executed, within a B3 session." }),
    settlement_date: instant({ doc: "When it settles: two sessions later (D+2)." }),
    created_at: eventCreatedAt("When the record was made: the event time."),
    updated_at: updatedAt("When the record last changed; always null, since events do not change."),
  },
});

/**
 * What the row type derives from.
 *
 * @internal
 */
type Described = typeof trade;

/** One row of `trades`. */
export type Trade = RowOf<Described>;
