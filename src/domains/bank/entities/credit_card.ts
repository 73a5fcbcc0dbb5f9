import { entity, type RowOf } from "../../../model/entity.ts";
import { int, money, oneOf, text, uuid } from "../../../model/field.ts";
import { createdAt, NAMESPACE, updatedAt } from "./common.ts";
import { CARD_BRANDS, CARD_STATUSES } from "./enums.ts";

/** Credit cards. */
export const creditCard = entity({
  name: "credit_cards",
  code: 3,
  title: "CreditCard",
  namespace: NAMESPACE,
  doc: "A credit card of a customer. A bill closes 8 days before its due day and is paid at 10:00 of that day.",
  role: "master",
  key: "card_id",
  incremental: true,
  fields: {
    card_id: uuid({ doc: "Id of the card." }),
    customer_id: uuid({ references: "customers", doc: "Holder." }),
    card_number_masked: text(19, { doc: "`****-****-****-NNNN`." }),
    brand: oneOf(CARD_BRANDS, { doc: "Card network." }),
    credit_limit: money({ min: 1, doc: "Limit at the manifest's time; it only rises." }),
    available_limit: money({ min: 0, doc: "Limit minus what is open at the manifest's time." }),
    due_day: int({ min: 1, max: 28, doc: "Day of the month on which the bill is due." }),
    status: oneOf(CARD_STATUSES, { doc: "Status at the manifest's time." }),
    created_at: createdAt("When the card was issued."),
    updated_at: updatedAt("When a limit or the status last changed."),
  },
});

/**
 * What the row type derives from.
 *
 * @internal
 */
type Described = typeof creditCard;

/** One row of `credit_cards`. */
export type CreditCard = RowOf<Described>;
