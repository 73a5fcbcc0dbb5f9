import type { Municipality } from "../../reference/br/municipalities.ts";
import type { AccountPlan } from "./account_plan.ts";
import type { CardPlan } from "./cards.ts";
import type { LoanPlan } from "./loan_plan.ts";
import type { Name, Work } from "./people.ts";

/** A customer and everything that hangs on it, as far as it is decided without any event. */
export interface Household {
  /** Index of the customer. */
  readonly customer: number;
  readonly name: Name;
  readonly city: Municipality;
  /** Its position in `municipalities`. */
  readonly cityIndex: number;
  readonly joinedAt: number;
  readonly work: Work;
  readonly accounts: readonly AccountPlan[];
  readonly cards: readonly CardPlan[];
  readonly loans: readonly LoanPlan[];
}

/** The account that salaries, bills and Pix go through: the first one, unless it is for investments. */
export function mainAccount(household: Household): AccountPlan | undefined {
  const first = household.accounts[0]!;
  return first.type === "INVESTIMENTOS" || first.dormant ? undefined : first;
}
