import type { Entity } from "../../../model/entity.ts";
import { type Account, account } from "./account.ts";
import { type CardTransaction, cardTransaction } from "./card_transaction.ts";
import { type CreditCard, creditCard } from "./credit_card.ts";
import { type Customer, customer } from "./customer.ts";
import { type Installment, installment } from "./installment.ts";
import { type Loan, loan } from "./loan.ts";
import { type OpeningPosition, openingPosition } from "./opening_position.ts";
import { type Property, property } from "./property.ts";
import { type Stock, stock } from "./stock.ts";
import { type Trade, trade } from "./trade.ts";
import { type Transaction, transaction } from "./transaction.ts";

/** Every entity of the bank, parents before children: the order in which tables are made and filled. */
export const bankEntities = [
  customer,
  property,
  stock,
  account,
  creditCard,
  loan,
  transaction,
  cardTransaction,
  trade,
  installment,
  openingPosition,
] as const satisfies readonly Entity[];

/** Descriptions of the bank's entities, for readers that need no row types. */
export const bankCatalogue: readonly Entity[] = bankEntities;

/** Row type of each entity, by its name. */
export interface BankRows {
  /** Masters. */
  customers: Customer;
  /** Masters; one for each housing loan. */
  properties: Property;
  /** Masters; they belong to no customer. */
  stocks: Stock;
  /** Masters. */
  accounts: Account;
  /** Masters. */
  credit_cards: CreditCard;
  /** Masters. */
  loans: Loan;
  /** Events; those of an account are in order of time. */
  transactions: Transaction;
  /** Events; those of a card are in order of time. */
  card_transactions: CardTransaction;
  /** Events; those of an account are in order of time. */
  trades: Trade;
  /** Events; those of a loan are in order of their number. */
  installments: Installment;
  /** State at the window's start. */
  opening_positions: OpeningPosition;
}

/** Rows of each entity that were generated together, parents before children. */
export type BankBatch = { [Name in keyof BankRows]: BankRows[Name][] };

/** What happened in a window, by entity. */
export type BankEvents = Pick<BankBatch, "transactions" | "card_transactions" | "trades" | "installments">;

/** Masters that belong to customers, by entity. */
export type BankMasters = Pick<BankBatch, "customers" | "properties" | "accounts" | "credit_cards" | "loans">;

/** A batch without rows. */
export function emptyBatch(): BankBatch {
  return {
    customers: [],
    properties: [],
    stocks: [],
    accounts: [],
    credit_cards: [],
    loans: [],
    transactions: [],
    card_transactions: [],
    trades: [],
    installments: [],
    opening_positions: [],
  };
}

export {
  account,
  cardTransaction,
  creditCard,
  customer,
  installment,
  loan,
  openingPosition,
  property,
  stock,
  trade,
  transaction,
};
export type {
  Account,
  CardTransaction,
  CreditCard,
  Customer,
  Installment,
  Loan,
  OpeningPosition,
  Property,
  Stock,
  Trade,
  Transaction,
};
