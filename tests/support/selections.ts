/** Which entities a load may be asked for, and options of which some of them get no row. */

import { bankEntities } from "../../src/domains/bank/entities/mod.ts";

/** Each entity alone, and some together: with their parents, without them, and with some of them only. */
export const SELECTIONS: readonly string[] = [
  ...bankEntities.map(({ name }) => name),
  "customers,accounts",
  "accounts,credit_cards",
  "loans,installments",
  "stocks,trades",
  "accounts,transactions,opening_positions",
];

/** Options with an entity of which they leave no row. */
export const ROWLESS: readonly (readonly [options: string, entity: string])[] = [
  ["--loan-share 0", "loans"],
  ["--loan-share 0", "properties"],
  ["--loan-share 0", "installments"],
  ["--card-share 0", "credit_cards"],
  ["--card-share 0", "card_transactions"],
  ["--trades-per-account 0", "trades"],
];

/** Rows of each entity for some customers, as a load of all entities counts them. */
export type Expected = Readonly<Record<string, number>>;

/** Of the rows of all entities those of some, `a,b`. */
export function rowsOf(selection: string, all: Expected): Expected {
  const names = selection.split(",");
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
}
