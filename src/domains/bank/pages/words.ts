import { banks } from "../../../reference/br/banks.ts";
import type { Account } from "../entities/account.ts";
import type { CreditCard } from "../entities/credit_card.ts";
import type { Loan } from "../entities/loan.ts";
import type { Property } from "../entities/property.ts";

/** What a Brazilian calls each kind of account. */
const ACCOUNT_TYPES: Readonly<Record<Account["account_type"], string>> = {
  CONTA_CORRENTE: "Conta corrente",
  POUPANCA: "Poupança",
  INVESTIMENTOS: "Investimentos",
};

/** What each kind of loan is called. */
const LOAN_TYPES: Readonly<Record<Loan["loan_type"], string>> = {
  PERSONAL: "Empréstimo pessoal",
  HOUSING: "Financiamento imobiliário",
  VEHICLE: "Financiamento de veículo",
};

/** What each kind of property is called. */
const PROPERTY_TYPES: Readonly<Record<Property["property_type"], string>> = {
  APARTMENT: "Apartamento",
  HOUSE: "Casa",
  LAND: "Terreno",
};

/** Bank, branch and number: `237 / 0947 / 476211-8`. */
export function accountNumber({ bank_code, branch, account_number }: Account): string {
  return `${bank_code} / ${branch} / ${account_number}`;
}

/** Kind and number: `Conta corrente 237 / 0947 / 476211-8`. */
export function accountTitle(account: Account): string {
  return `${ACCOUNT_TYPES[account.account_type]} ${accountNumber(account)}`;
}

/** Kind alone: `Conta corrente`. */
export function accountKind({ account_type }: Account): string {
  return ACCOUNT_TYPES[account_type];
}

/** Name of a bank by its COMPE code. */
export function bankName(code: string): string {
  return banks.find(({ compe }) => compe === code)!.name;
}

/** Network and last digits: `VISA ****1234`. */
export function cardTitle({ brand, card_number_masked }: CreditCard): string {
  return `${brand} ****${card_number_masked.slice(-4)}`;
}

/** Kind of a loan: `Empréstimo pessoal`. */
export function loanKind({ loan_type }: Loan): string {
  return LOAN_TYPES[loan_type];
}

/** Kind and place of a property: `Casa, Avenida Brasil 12, Niterói RJ`. */
export function propertyTitle({ property_type, street, number, city, state }: Property): string {
  return `${PROPERTY_TYPES[property_type]}, ${street} ${number}, ${city} ${state}`;
}
