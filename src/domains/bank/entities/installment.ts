import { entity, type RowOf } from "../../../model/entity.ts";
import { date, int, money, nullable, oneOf, uuid } from "../../../model/field.ts";
import { eventCreatedAt, NAMESPACE, updatedAt } from "./common.ts";
import { INSTALLMENT_STATUSES } from "./enums.ts";

/** Instalments of loans. */
export const installment = entity({
  name: "installments",
  code: 10,
  title: "Installment",
  namespace: NAMESPACE,
  doc: "One payment of a loan's schedule, as it stands at the manifest's time.",
  role: "event",
  key: "installment_id",
  incremental: true,
  topic: {
    name: "installments",
    key: "loan_id",
    eventTime: ["updated_at", "created_at"],
    partitions: 3,
    eventType: "com.financial.installment.created.v1",
    source: "/financial/banking/loans",
  },
  fields: {
    installment_id: uuid({ doc: "Id of the instalment." }),
    loan_id: uuid({ references: "loans", doc: "Loan." }),
    customer_id: uuid({ references: "customers", doc: "Borrower." }),
    installment_number: int({ min: 1, doc: "Position in the schedule, from 1." }),
    due_date: date({ doc: "Day on which it is due: the disbursement's day of the month." }),
    principal_amount: money({ min: 0, doc: "Part that repays the loan." }),
    interest_amount: money({ min: 0, doc: "Part that is interest." }),
    total_amount: money({ min: 1, doc: "Principal plus interest." }),
    paid_date: nullable(date({ doc: "Day on which it was paid." })),
    paid_amount: nullable(money({ min: 1, doc: "Amount paid." })),
    status: oneOf(INSTALLMENT_STATUSES, {
      doc: "PENDING until due, LATE when due and unpaid, DEFAULT after 90 days, PAID.",
    }),
    days_late: nullable(
      int({ min: 0, avro: "added", doc: "Days from due date to payment, 0 when on time; null while unpaid." }),
    ),
    created_at: eventCreatedAt("When the schedule was made: the disbursement."),
    updated_at: updatedAt("When the status last changed; null while PENDING."),
  },
  unique: [["loan_id", "installment_number"]],
});

/**
 * What the row type derives from.
 *
 * @internal
 */
type Described = typeof installment;

/** One row of `installments`. */
export type Installment = RowOf<Described>;
