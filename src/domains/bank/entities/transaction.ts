import { entity, type RowOf } from "../../../model/entity.ts";
import { double, instant, money, nullable, oneOf, text, uuid } from "../../../model/field.ts";
import { eventCreatedAt, NAMESPACE, updatedAt } from "./common.ts";
import { DIRECTIONS, PIX_KEY_TYPES, TRANSACTION_STATUSES, TRANSACTION_TYPES } from "./enums.ts";

/** Movements of accounts. */
export const transaction = entity({
  name: "transactions",
  code: 7,
  title: "Transaction",
  namespace: NAMESPACE,
  doc: "A movement of an account. Only COMPLETED ones change the balance.",
  role: "event",
  key: "transaction_id",
  incremental: true,
  topic: {
    name: "transactions",
    key: "account_id",
    eventTime: ["timestamp"],
    partitions: 6,
    eventType: "com.financial.transaction.created.v1",
    source: "/financial/banking/transactions",
  },
  fields: {
    transaction_id: uuid({ doc: "Id of the transaction." }),
    account_id: uuid({ references: "accounts", doc: "Account that moved." }),
    customer_id: uuid({ references: "customers", doc: "Owner of the account." }),
    transaction_type: oneOf(TRANSACTION_TYPES, { doc: "Means of payment; DOC only before March 2024." }),
    amount: money({ min: 1, doc: "Amount, always positive." }),
    direction: oneOf(DIRECTIONS, { doc: "Into (CREDIT) or out of (DEBIT) the account." }),
    counterparty_key: nullable(
      text(255, { doc: "Pix key, or `bank/branch/number` for TED and DOC; null for other types." }),
    ),
    counterparty_name: nullable(text(255, { doc: "Owner of `counterparty_key`." })),
    description: text(500, { avro: "optional", doc: "Text on the statement." }),
    timestamp: instant({ doc: "When it happened." }),
    status: oneOf(TRANSACTION_STATUSES, { doc: "Outcome." }),
    pix_e2e_id: nullable(
      text(32, { doc: "End-to-end id of a Pix: `E`, the payer's ISPB, UTC minute, 11 characters; one for both legs." }),
    ),
    pix_key_type: nullable(oneOf(PIX_KEY_TYPES, { doc: "Kind of `counterparty_key` of a Pix." })),
    location_lat: nullable(double({ min: -90, max: 90, doc: "Latitude of the cash machine or branch." })),
    location_lon: nullable(double({ min: -180, max: 180, doc: "Longitude of the cash machine or branch." })),
    created_at: eventCreatedAt("When the record was made: the event time."),
    updated_at: updatedAt("When the record last changed; always null, since events do not change."),
  },
});

/**
 * What the row type derives from.
 *
 * @internal
 */
type Described = typeof transaction;

/** One row of `transactions`. */
export type Transaction = RowOf<Described>;
