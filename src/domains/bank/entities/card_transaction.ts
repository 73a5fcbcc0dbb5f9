import { entity, type RowOf } from "../../../model/entity.ts";
import { instant, int, money, oneOf, text, uuid } from "../../../model/field.ts";
import { eventCreatedAt, NAMESPACE, updatedAt } from "./common.ts";
import { CARD_TRANSACTION_STATUSES } from "./enums.ts";

/** Purchases by credit card. */
export const cardTransaction = entity({
  name: "card_transactions",
  code: 8,
  title: "CardTransaction",
  namespace: NAMESPACE,
  doc: "A purchase by credit card. Only APPROVED ones take from the limit.",
  role: "event",
  key: "transaction_id",
  incremental: true,
  topic: {
    name: "card-transactions",
    key: "card_id",
    eventTime: ["timestamp"],
    partitions: 6,
    eventType: "com.financial.card_transaction.created.v1",
    source: "/financial/banking/cards",
  },
  fields: {
    transaction_id: uuid({ doc: "Id of the purchase." }),
    card_id: uuid({ references: "credit_cards", doc: "Card used." }),
    customer_id: uuid({ references: "customers", doc: "Holder of the card." }),
    merchant_name: text(255, { doc: "Merchant." }),
    merchant_category: text(100, { doc: "Category of the merchant, in Portuguese." }),
    mcc_code: text(4, { doc: "Merchant category code, ISO 18245." }),
    amount: money({ min: 1, doc: "Whole amount of the purchase." }),
    installments: int({ min: 1, max: 12, doc: "Number of monthly parts; the last one takes the rounding." }),
    timestamp: instant({ doc: "When it happened." }),
    status: oneOf(CARD_TRANSACTION_STATUSES, { doc: "Outcome; PENDING is an authorisation that was never captured." }),
    location_city: text(100, { avro: "optional", doc: "City of the purchase, mostly the holder's." }),
    location_country: text(2, { avro: "optional", doc: "Always `BR`." }),
    created_at: eventCreatedAt("When the record was made: the event time."),
    updated_at: updatedAt("When the record last changed; always null, since events do not change."),
  },
});

/**
 * What the row type derives from.
 *
 * @internal
 */
type Described = typeof cardTransaction;

/** One row of `card_transactions`. */
export type CardTransaction = RowOf<Described>;
