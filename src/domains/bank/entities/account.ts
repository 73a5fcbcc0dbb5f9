import { entity, type RowOf } from "../../../model/entity.ts";
import { money, oneOf, text, uuid } from "../../../model/field.ts";
import { createdAt, NAMESPACE, updatedAt } from "./common.ts";
import { ACCOUNT_STATUSES, ACCOUNT_TYPES } from "./enums.ts";

/** Current, savings and investment accounts. */
export const account = entity({
  name: "accounts",
  code: 2,
  title: "Account",
  namespace: NAMESPACE,
  doc: "An account of a customer at one of eight banks.",
  role: "master",
  key: "account_id",
  incremental: true,
  fields: {
    account_id: uuid({ doc: "Id of the account." }),
    customer_id: uuid({ references: "customers", doc: "Owner." }),
    account_type: oneOf(ACCOUNT_TYPES, { doc: "Current, savings or investment account." }),
    bank_code: text(3, { doc: "COMPE code of the bank." }),
    branch: text(4, { doc: "Branch, four digits." }),
    account_number: text(8, { doc: "Number `NNNNNN-N`; the check digit follows the bank's own rule." }),
    balance: money({
      min: 0,
      doc: "Balance at the manifest's time: opening position plus completed transactions and settled trades.",
    }),
    status: oneOf(ACCOUNT_STATUSES, { doc: "Status at the manifest's time." }),
    created_at: createdAt("When the account was opened."),
    updated_at: updatedAt("When the balance or the status last changed."),
  },
  unique: [["bank_code", "branch", "account_number"]],
});

/**
 * What the row type derives from.
 *
 * @internal
 */
type Described = typeof account;

/** One row of `accounts`. */
export type Account = RowOf<Described>;
