import { entity, type RowOf } from "../../../model/entity.ts";
import { int, money, oneOf, text, uuid } from "../../../model/field.ts";
import { addressFields, createdAt, NAMESPACE, updatedAt } from "./common.ts";
import { EMPLOYMENT_STATUSES } from "./enums.ts";

/** People with accounts, cards and loans. */
export const customer = entity({
  name: "customers",
  code: 1,
  title: "Customer",
  namespace: NAMESPACE,
  doc: "A person who is a customer of the bank.",
  role: "master",
  key: "customer_id",
  incremental: true,
  fields: {
    customer_id: uuid({ doc: "Id of the customer." }),
    cpf: text(14, { unique: true, doc: "CPF `NNN.NNN.NNN-NN`; its ninth digit is that of the state." }),
    name: text(255, { doc: "Given name and two surnames." }),
    email: text(255, { unique: true, doc: "E-mail made from the name." }),
    phone: text(20, { unique: true, doc: "Mobile phone `+55 DD 9NNNN-NNNN`, area code of the city." }),
    ...addressFields,
    monthly_income: money({ min: 0, doc: "Net income a month." }),
    employment_status: oneOf(EMPLOYMENT_STATUSES, { doc: "How the customer earns a living." }),
    credit_score: int({ min: 300, max: 850, doc: "Credit score." }),
    created_at: createdAt("When the customer joined."),
    updated_at: updatedAt("When the row last changed."),
  },
});

/**
 * What the row type derives from.
 *
 * @internal
 */
type Described = typeof customer;

/** One row of `customers`. */
export type Customer = RowOf<Described>;
