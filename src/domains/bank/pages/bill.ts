import type { Section, Value } from "../../../model/document.ts";
import { localDay } from "../../../time/sao_paulo.ts";
import type { BankParts } from "../bank.ts";
import type { CardBook } from "../card_history.ts";
import type { Purchase } from "../cards.ts";
import { closingDay, cycleAt, cyclePayment, lastPaidCycle, partAmount } from "../cycles.ts";

/** A part of a purchase that falls due with a bill. */
interface BillLine {
  readonly purchase: Purchase;
  /** From 1. */
  readonly part: number;
  readonly cents: number;
}

/**
 * What a card has open at an instant: the bill that is closed and not yet paid, if there is one, the bill that is open,
 * and what falls due later. Together they are the limit less what is available of it.
 *
 * @param end The instant, UTC milliseconds.
 * @param idOf Gives the id of a purchase.
 */
export function billSections(
  book: CardBook,
  parts: BankParts,
  end: number,
  idOf: (purchase: Purchase) => string,
): Section[] {
  const { dueDay } = book.card.plan;
  const open = cycleAt(dueDay, end - 1);
  const bought = book.approved.filter(({ at }) => at < end);
  const closed: number[] = [];
  for (let cycle = lastPaidCycle(dueDay, end) + 1; cycle < open; cycle++) closed.push(cycle);
  const closedTotal = closed.reduce((sum, cycle) => sum + totalOf(bought, cycle), 0);
  const openTotal = totalOf(bought, open);
  const used = closedTotal + openTotal + laterTotal(bought, open);
  const lines: Value[][] = [...closed, open].flatMap((cycle) =>
    linesOf(bought, cycle).map(({ purchase, part, cents }) => [
      localDay(cyclePayment(dueDay, cycle)),
      localDay(purchase.at),
      parts.merchant(book.card, purchase),
      purchase.parts === 1 ? "" : `${part}/${purchase.parts}`,
      cents,
      idOf(purchase),
    ])
  );
  const total = (name: string, label: string, value: number) => ({ name, label, kind: "money" as const, value });
  return [
    {
      form: "table",
      name: "bill_lines",
      heading: closed.length === 0 ? "Open bill" : "Closed bill and open bill",
      columns: [
        { name: "due_date", label: "vence", kind: "day" },
        { name: "day", label: "compra", kind: "day", isMinor: true },
        { name: "merchant", label: "estabelecimento", kind: "text" },
        { name: "part", label: "parcela", kind: "text" },
        { name: "amount", label: "valor", kind: "money" },
        { name: "id", label: "id", kind: "id", isMinor: true },
      ],
      lines,
    },
    {
      form: "facts",
      name: "bill",
      heading: "What is open",
      facts: [
        ...(closed.length === 0 ? [] : [total("closed_bill", "closed bill, not yet paid", closedTotal)]),
        total("open_bill", "open bill", openTotal),
        { name: "closes_on", label: "open bill closes on", kind: "day", value: closingDay(dueDay, open) },
        { name: "due_on", label: "open bill is due on", kind: "day", value: localDay(cyclePayment(dueDay, open)) },
        total("later_parts", "later parts", used - closedTotal - openTotal),
        total("used", "all that takes from the limit", used),
      ],
    },
  ];
}

function linesOf(purchases: readonly Purchase[], cycle: number): BillLine[] {
  return purchases.flatMap((purchase) => {
    const part = cycle - purchase.cycle;
    if (part < 0 || part >= purchase.parts) return [];
    return [{ purchase, part: part + 1, cents: partAmount(purchase.amount, purchase.parts, part) }];
  }).sort((one, other) => one.purchase.at - other.purchase.at);
}

function totalOf(purchases: readonly Purchase[], cycle: number): number {
  return linesOf(purchases, cycle).reduce((sum, { cents }) => sum + cents, 0);
}

/** All parts of bills after a cycle. */
function laterTotal(purchases: readonly Purchase[], cycle: number): number {
  let sum = 0;
  for (const { amount, parts, cycle: bought } of purchases) {
    for (let part = Math.max(0, cycle - bought + 1); part < parts; part++) sum += partAmount(amount, parts, part);
  }
  return sum;
}
