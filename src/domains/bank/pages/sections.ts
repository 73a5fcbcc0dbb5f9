import type { TableSection, TextSection } from "../../../model/document.ts";
import type { Account } from "../entities/account.ts";
import type { CreditCard } from "../entities/credit_card.ts";
import type { Loan } from "../entities/loan.ts";
import { accountKind, accountNumber, bankName, cardTitle, loanKind } from "./words.ts";

/** Another record that a page leads to. */
export interface Link {
  /** What it is to the record of the page: `customer`, `other side`. */
  readonly role: string;
  /** What it is, in a few words. */
  readonly title: string;
  readonly id: string;
}

/** Records that a page leads to, one a line. */
export function linksTable(name: string, heading: string, links: readonly Link[]): TableSection {
  return {
    form: "table",
    name,
    heading,
    columns: [
      { name: "role", label: "", kind: "text" },
      { name: "title", label: "", kind: "text" },
      { name: "id", label: "", kind: "id" },
    ],
    lines: links.map(({ role, title, id }) => [role, title, id]),
  };
}

/** Why a record is there. */
export function whySection(sentences: readonly string[]): TextSection {
  return { form: "text", name: "why", heading: "Why it is there", sentences };
}

/** Accounts, one a line. */
export function accountsTable(accounts: readonly Account[]): TableSection {
  return {
    form: "table",
    name: "accounts",
    heading: "Accounts",
    columns: [
      { name: "type", label: "conta", kind: "text" },
      { name: "bank", label: "banco", kind: "text", isMinor: true },
      { name: "number", label: "banco / agência / número", kind: "text" },
      { name: "status", label: "status", kind: "text" },
      { name: "balance", label: "saldo", kind: "money" },
      { name: "id", label: "id", kind: "id", isMinor: true },
    ],
    lines: accounts.map((row) => [
      accountKind(row),
      bankName(row.bank_code),
      accountNumber(row),
      row.status,
      row.balance,
      row.account_id,
    ]),
  };
}

/** Cards, one a line. */
export function cardsTable(cards: readonly CreditCard[]): TableSection {
  return {
    form: "table",
    name: "credit_cards",
    heading: "Credit cards",
    columns: [
      { name: "card", label: "cartão", kind: "text" },
      { name: "status", label: "status", kind: "text" },
      { name: "due_day", label: "vence dia", kind: "number" },
      { name: "credit_limit", label: "limite", kind: "money" },
      { name: "available_limit", label: "disponível", kind: "money" },
      { name: "id", label: "id", kind: "id", isMinor: true },
    ],
    lines: cards.map((row) => [
      cardTitle(row),
      row.status,
      row.due_day,
      row.credit_limit,
      row.available_limit,
      row.card_id,
    ]),
  };
}

/** Loans, one a line. */
export function loansTable(loans: readonly Loan[]): TableSection {
  return {
    form: "table",
    name: "loans",
    heading: "Loans",
    columns: [
      { name: "type", label: "empréstimo", kind: "text" },
      { name: "status", label: "status", kind: "text" },
      { name: "term", label: "parcelas", kind: "number" },
      { name: "principal", label: "valor", kind: "money" },
      { name: "id", label: "id", kind: "id", isMinor: true },
    ],
    lines: loans.map((row) => [loanKind(row), row.status, row.term_months, row.principal, row.loan_id]),
  };
}
