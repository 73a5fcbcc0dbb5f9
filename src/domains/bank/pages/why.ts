import { isoDate } from "../../../time/calendar.ts";
import { localDay } from "../../../time/sao_paulo.ts";
import type { Bank, BankParts } from "../bank.ts";
import { PURCHASE_KIND } from "../cards.ts";
import { cycleClosing, cyclePayment } from "../cycles.ts";
import type { CardTransaction } from "../entities/card_transaction.ts";
import type { Installment } from "../entities/installment.ts";
import type { Loan } from "../entities/loan.ts";
import type { Trade } from "../entities/trade.ts";
import type { Transaction } from "../entities/transaction.ts";
import { KIND, kindOf, monthOf, numberOf } from "../entries.ts";
import { HABIT } from "../habits.ts";
import { DAYS_UNTIL_DEFAULT } from "../versions.ts";

/** Habits as people call them. */
const HABIT_WORDS: Readonly<Record<keyof typeof HABIT, string>> = {
  salary: "is paid a salary or pension",
  bill: "pays a monthly bill",
  cardBill: "pays card bills from the main account",
  installment: "pays instalments from the main account",
  pixOut: "pays by Pix",
  pixIn: "is paid by Pix",
  withdrawal: "withdraws cash",
  deposit: "deposits cash",
  transfer: "sends and gets TED",
  partner: "exchanges Pix with other customers",
};

/** Why a customer is as it is. */
export function whyCustomer(bank: Bank, { causes }: BankParts, customer: number): string[] {
  const habits = Object.entries(HABIT).filter(([, habit]) => causes.has(customer, habit))
    .map(([name]) => HABIT_WORDS[name as keyof typeof HABIT]);
  return [
    `Number ${customer + 1} of seed ${bank.options.seed}: person, products and habits follow from these two numbers.`,
    habits.length === 0 ? "Has none of the habits that move an account." : `Habits: ${habits.join(", ")}.`,
  ];
}

/** Why an account moved, or did not. */
export function whyTransaction(parts: BankParts, customer: number, ordinal: number, row: Transaction): string[] {
  const { causes } = parts;
  switch (kindOf(ordinal)) {
    case KIND.opening:
      return ["The deposit with which the account was opened."];
    case KIND.salary:
      return [
        `The monthly salary or pension, paid from day ${causes.salary(customer).payday} on, on a business day: ` +
        "the customer's monthly_income.",
      ];
    case KIND.bill:
      return [`A monthly bill, paid between day ${causes.bill(customer).dueDay} and three days later.`];
    case KIND.cardBill:
      return ["The bill of a credit card, paid at 10:00 of its due day: all that fell due since the bill before it."];
    case KIND.installment:
      return ["An instalment of a loan, paid from this account."];
    case KIND.pixOut:
      return [`A habit: the customer pays people and shops by Pix. ${ofMonth(ordinal)}`];
    case KIND.pixIn:
      return [`A habit: people and shops pay the customer by Pix. ${ofMonth(ordinal)}`];
    case KIND.withdrawal:
      return [`A habit: the customer withdraws cash. ${ofMonth(ordinal)}`];
    case KIND.deposit:
      return [`A habit: the customer deposits cash. ${ofMonth(ordinal)}`];
    case KIND.transferOut:
    case KIND.transferIn:
      return [`A habit: the customer sends and gets transfers by TED. ${ofMonth(ordinal)}`];
    case KIND.partner:
      return ["A Pix between two customers: the other one's account moves at the same instant by the same amount."];
    case KIND.cover:
      return [
        "Comes from the customer's account elsewhere, so that what follows does not take the balance below zero.",
      ];
    case KIND.settling:
      return [
        "Every 91 days the customer brings the account to a level of its own, from or to an account elsewhere.",
      ];
    default:
      return [
        row.status === "PENDING"
          ? "A Pix that the other bank never confirmed: it changes no balance."
          : "A Pix that failed: it changes no balance.",
      ];
  }
}

/** Why a purchase is as it is. */
export function whyPurchase(dueDay: number, ordinal: number, row: CardTransaction): string[] {
  if (kindOf(ordinal) === PURCHASE_KIND.failed) {
    return [
      row.status === "PENDING"
        ? "An authorisation that was never captured: it takes nothing from the limit and is on no bill."
        : "Declined, half of the time for want of limit: it takes nothing from the limit and is on no bill.",
    ];
  }
  const cycle = monthOf(ordinal);
  const closing = isoDate(localDay(cycleClosing(dueDay, cycle)));
  const payment = isoDate(localDay(cyclePayment(dueDay, cycle)));
  return [
    row.installments === 1
      ? `Paid at once: it is on the bill that closes on ${closing} and is due on ${payment}.`
      : `Paid in ${row.installments} monthly parts: the first is on the bill that closes on ${closing} and is due on ${payment}.`,
  ];
}

/** Why a trade is as it is. */
export function whyTrade(row: Trade): string[] {
  if (row.status === "CANCELLED") return ["An order that was cancelled: no share and no money moved."];
  const settles = isoDate(localDay(row.settlement_date));
  return [
    row.trade_type === "BUY"
      ? "Buys a lot; its money left the account at once."
      : `Sells shares of a lot bought earlier; its money comes when it settles, on ${settles}.`,
  ];
}

/** Why a loan stands as it does. */
export function whyLoan(row: Loan): string[] {
  switch (row.status) {
    case "PENDING":
      return ["The bank has not decided on it yet."];
    case "APPROVED":
      return ["The bank agreed; the money has not been paid out."];
    case "REJECTED":
      return ["The bank refused it."];
    case "DEFAULT":
      return [`An instalment is unpaid for more than ${DAYS_UNTIL_DEFAULT} days.`];
    case "DELINQUENT":
      return ["Three instalments or more are late."];
    case "PAID_OFF":
      return ["Every instalment is paid."];
    case "ACTIVE":
      return ["It is being paid."];
  }
}

/** Why an instalment stands as it does. */
export function whyInstallment(row: Installment): string[] {
  switch (row.status) {
    case "PENDING":
      return ["It is not due yet, or was due today."];
    case "PAID":
      return [row.days_late === 0 ? "It was paid on time." : `It was paid ${row.days_late} days after its due date.`];
    case "LATE":
      return ["It is due and unpaid."];
    case "DEFAULT":
      return [`It is unpaid for more than ${DAYS_UNTIL_DEFAULT} days.`];
  }
}

function ofMonth(ordinal: number): string {
  return `Number ${numberOf(ordinal) + 1} of its kind in the month.`;
}
