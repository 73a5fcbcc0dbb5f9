import { entity, type RowOf } from "../../../model/entity.ts";
import { date, decimal, int, money, nullable, oneOf, uuid } from "../../../model/field.ts";
import { createdAt, NAMESPACE, updatedAt } from "./common.ts";
import { AMORTIZATION_SYSTEMS, LOAN_STATUSES, LOAN_TYPES } from "./enums.ts";

/** Loans. */
export const loan = entity({
  name: "loans",
  code: 4,
  title: "Loan",
  namespace: NAMESPACE,
  doc: "A loan that a customer applied for; its schedule is in `installments`.",
  role: "master",
  key: "loan_id",
  incremental: true,
  fields: {
    loan_id: uuid({ doc: "Id of the loan." }),
    customer_id: uuid({ references: "customers", doc: "Borrower." }),
    loan_type: oneOf(LOAN_TYPES, { doc: "What the money is for." }),
    principal: money({ min: 1, doc: "Amount lent." }),
    interest_rate: decimal(10, 6, { min: 1, doc: "Interest a month as a fraction: 0.015 is 1.5 %." }),
    term_months: int({ min: 1, max: 480, doc: "Number of instalments." }),
    amortization_system: oneOf(AMORTIZATION_SYSTEMS, { doc: "Constant principal (SAC) or constant payment (PRICE)." }),
    status: oneOf(LOAN_STATUSES, { doc: "Status at the manifest's time." }),
    disbursement_date: nullable(date({ doc: "Day on which the money was paid out; null where it was not." })),
    property_id: nullable(uuid({ references: "properties", doc: "Property financed; housing loans only." })),
    created_at: createdAt("When the customer applied."),
    updated_at: updatedAt("When an instalment of the loan last changed, or the bank decided."),
  },
});

/**
 * What the row type derives from.
 *
 * @internal
 */
type Described = typeof loan;

/** One row of `loans`. */
export type Loan = RowOf<Described>;
