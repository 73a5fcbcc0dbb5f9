import type { TableSection, Value } from "../../../model/document.ts";
import { localDay } from "../../../time/sao_paulo.ts";
import type { Account } from "../entities/account.ts";
import type { BankBatch } from "../entities/mod.ts";
import type { Trade } from "../entities/trade.ts";
import type { Transaction } from "../entities/transaction.ts";
import type { Window } from "../window.ts";

/** What moved an account, or was tried. */
interface Movement {
  readonly at: number;
  /** Text on the statement; a status that moved no money stands first, where a narrow screen does not cut it. */
  readonly text: string;
  /** Signed centavos; what did not come about changes no balance. */
  readonly cents: number;
  readonly cameAbout: boolean;
  /** Id of the row. */
  readonly id: string;
}

/** One line of a statement: a movement with the balance after it. */
export interface StatementLine extends Movement {
  /** Centavos after the movement. */
  readonly balance: number;
}

/**
 * The movements of an account in the window, in order of time, each with the balance after it: transactions, and trades
 * on the day on which their money moves.
 */
export function statementLines(account: Account, batch: BankBatch, window: Window): StatementLine[] {
  const movements = [
    ...batch.transactions.filter(({ account_id }) => account_id === account.account_id).map(ofTransaction),
    ...batch.trades.filter(({ account_id }) => account_id === account.account_id).map(ofTrade),
  ].filter(({ at }) => at < window.end).sort((one, other) => one.at - other.at);
  let balance = openingBalance(account, batch);
  return movements.map((movement) => {
    if (movement.cameAbout) balance += movement.cents;
    return { ...movement, balance };
  });
}

/** What an account's statement starts from, centavos: 0 where it was opened in the window. */
export function openingBalance({ account_id }: Account, { opening_positions }: BankBatch): number {
  const position = opening_positions.find(({ owner_id, kind }) => owner_id === account_id && kind === "BALANCE");
  return position?.value ?? 0;
}

/** The statement of an account as a table. */
export function statementTable(
  name: string,
  heading: string,
  account: Account,
  batch: BankBatch,
  window: Window,
): TableSection {
  const lines: Value[][] = statementLines(account, batch, window).map((line) => [
    localDay(line.at),
    line.text,
    line.cents,
    line.balance,
    line.id,
  ]);
  if (account.created_at < window.start) {
    lines.unshift([localDay(window.start), "Saldo inicial", null, openingBalance(account, batch), null]);
  }
  return {
    form: "table",
    name,
    heading,
    columns: [
      { name: "day", label: "dia", kind: "day" },
      { name: "text", label: "lançamento", kind: "text" },
      { name: "amount", label: "valor", kind: "movement" },
      { name: "balance", label: "saldo", kind: "money" },
      { name: "id", label: "id", kind: "id", isMinor: true },
    ],
    lines,
  };
}

function ofTransaction(row: Transaction): Movement {
  const cameAbout = row.status === "COMPLETED";
  return {
    at: row.timestamp,
    text: cameAbout ? row.description : `${row.status}: ${row.description}`,
    cents: row.direction === "DEBIT" ? -row.amount : row.amount,
    cameAbout,
    id: row.transaction_id,
  };
}

/** A BUY takes its money at once, a SELL brings it when it settles; a cancelled order moves nothing. */
function ofTrade(row: Trade): Movement {
  const isBuy = row.trade_type === "BUY";
  const cameAbout = row.status !== "CANCELLED";
  const text = `${isBuy ? "Compra" : "Venda"} ${row.quantity} ${row.ticker}`;
  return {
    at: isBuy ? row.executed_at : row.settlement_date,
    text: cameAbout ? text : `CANCELLED: ${text}`,
    cents: isBuy ? -row.net_amount : row.net_amount,
    cameAbout,
    id: row.trade_id,
  };
}
