import type { Entity, Row } from "../../model/entity.ts";
import type { IdCodec } from "../../random/id.ts";
import { type Installment, installment } from "./entities/installment.ts";
import { installmentOrdinal, VERSION_NUMBER } from "./versions.ts";

/** Tells the id of an event: that of its row, or of the row's version where rows change. */
export type BankEventIdOf = (entity: Entity, row: Row) => string;

/**
 * Makes the function that tells the ids of a bank's events. An account's movement, a purchase and a trade happen once:
 * the event's id is the row's. An instalment is sent again whenever its status changes: each version has an id of its
 * own, the same in every load and stream of the seed, which {@linkcode IdCodec.decode} turns back.
 *
 * @param ids The bank's ids.
 * @returns A function that is fastest when instalments come loan by loan, as batches have them. It throws a
 * `RangeError` for an instalment of another seed.
 */
export function bankEventIds(ids: IdCodec): BankEventIdOf {
  let loanId = "";
  let customer = 0;
  let loan = 0;
  return (entity, row) => {
    if (entity.name !== installment.name) return row[entity.key!] as string;
    const { loan_id, installment_number, status } = row as unknown as Installment;
    if (loan_id !== loanId) { // once a loan: decoding costs more than ten times as much as the comparison
      const parts = ids.decode(loan_id);
      if (parts === undefined) {
        throw new RangeError(
          `Cannot tell the event of instalment "${row["installment_id"]}": its loan is not of this seed`,
        );
      }
      loanId = loan_id;
      customer = parts.customer;
      loan = parts.ordinal;
    }
    return ids.encode(
      installment.code,
      customer,
      installmentOrdinal(loan, installment_number, VERSION_NUMBER[status]),
    );
  };
}
