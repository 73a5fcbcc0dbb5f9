import type { IdCodec } from "../../random/id.ts";
import { merchantCategories } from "../../reference/br/merchants.ts";
import { type Card, type CardPlan, type Cards, limitIn, limitSince, openAt, type Purchase } from "./cards.ts";
import { cycleAt, cycleClosing, cyclePayment, lastPaidCycle, MOST_PARTS, partAmount } from "./cycles.ts";
import { type CardTransaction, cardTransaction } from "./entities/card_transaction.ts";
import { creditCard } from "./entities/credit_card.ts";
import type { BankBatch } from "./entities/mod.ts";
import { ordinalOf } from "./entries.ts";
import type { Household } from "./household.ts";
import { inWindow, type Window } from "./window.ts";

/** Purchases of one card, approved, as far back as a range needs. */
export interface CardBook {
  readonly card: Card;
  readonly approved: Purchase[];
}

/** Writes cards with their purchases and what they carried into the window. */
export class CardHistory {
  readonly #ids: IdCodec;
  readonly #cards: Cards;
  readonly #attempts: Purchase[] = [];

  constructor(ids: IdCodec, cards: Cards) {
    this.#ids = ids;
    this.#cards = cards;
  }

  /**
   * The approved purchases that decide what is open and billed from one instant to another.
   *
   * @param from At most the window's start.
   * @param to At least the window's end.
   */
  load(household: Household, plan: CardPlan, from: number, to: number): CardBook {
    const approved: Purchase[] = [];
    const issued = cycleAt(plan.dueDay, plan.issuedAt);
    // A bill that is unpaid at `from` closed one cycle before; its earliest part was bought eleven cycles earlier.
    const first = cycleAt(plan.dueDay, from) - 1;
    const last = cycleAt(plan.dueDay, to);
    const card = this.#cards.card(household.customer, plan, last);
    for (let cycle = Math.max(issued, first - MOST_PARTS); cycle <= last; cycle++) {
      if (cycle >= first) this.#cards.single(card, cycle, approved);
      this.#cards.parcelled(card, cycle, approved);
    }
    return { card, approved };
  }

  /** Appends one card and its purchases of a window, in order of time, to a batch. */
  write(household: Household, book: CardBook, customerId: string, window: Window, batch: BankBatch): void {
    const { customer } = household;
    const { card, approved } = book;
    const { plan } = card;
    const cardId = this.#ids.encode(creditCard.code, customer, plan.ordinal);
    const cycle = cycleAt(plan.dueDay, window.end - 1);
    const limit = limitIn(card, cycle).cents;
    const ended = cycle >= plan.endCycle;
    batch.credit_cards.push({
      card_id: cardId,
      customer_id: customerId,
      card_number_masked: `****-****-****-${plan.lastDigits}`,
      brand: plan.brand,
      credit_limit: limit,
      available_limit: limit - openAt(plan, approved, window.end),
      due_day: plan.dueDay,
      status: ended ? plan.endStatus : "ACTIVE",
      created_at: plan.issuedAt,
      updated_at: this.#lastChange(card, cycle, window.end),
    });
    const earlier = approved.filter((purchase) => purchase.at < window.start);
    const carried = openAt(plan, earlier, window.end);
    if (carried > 0) {
      batch.opening_positions.push({ owner_id: cardId, kind: "CARD_CARRIED", stock_id: null, value: carried });
    }
    this.#purchases(household, book, cardId, customerId, window, batch);
  }

  #purchases(
    household: Household,
    book: CardBook,
    cardId: string,
    customerId: string,
    window: Window,
    batch: BankBatch,
  ): void {
    const { customer, cityIndex } = household;
    const { card, approved } = book;
    const { plan } = card;
    const seen = this.#attempts;
    seen.length = 0;
    const first = Math.max(cycleAt(plan.dueDay, plan.issuedAt), cycleAt(plan.dueDay, window.start));
    for (let cycle = first; cycle <= cycleAt(plan.dueDay, window.end); cycle++) {
      this.#cards.failed(card, cycle, approved, seen);
    }
    for (const purchase of approved) seen.push(purchase);
    seen.sort((left, right) => left.at - right.at || left.kind - right.kind || left.number - right.number);
    for (const purchase of seen) {
      if (!inWindow(window, purchase.at)) continue;
      const category = merchantCategories[purchase.category]!;
      const shop = this.#cards.shop(customer, cityIndex, plan, purchase);
      const ordinal = ordinalOf(purchase.cycle, purchase.kind, plan.ordinal, purchase.number);
      const row: CardTransaction = {
        transaction_id: this.#ids.encode(cardTransaction.code, customer, ordinal),
        card_id: cardId,
        customer_id: customerId,
        merchant_name: shop.name,
        merchant_category: category.category,
        mcc_code: category.mcc,
        amount: purchase.amount,
        installments: purchase.parts,
        timestamp: purchase.at,
        status: purchase.status,
        location_city: shop.city,
        location_country: "BR",
        created_at: purchase.at,
        updated_at: null,
      };
      batch.card_transactions.push(row);
    }
  }

  /** When the limit, what is open of it or the status last changed before an instant of a cycle; `null` if never. */
  #lastChange(card: Card, cycle: number, end: number): number | null {
    const { plan } = card;
    const issued = cycleAt(plan.dueDay, plan.issuedAt);
    let changed = Math.max(
      limitSince(card, cycle) ?? -Infinity,
      cycle >= plan.endCycle ? cycleClosing(plan.dueDay, plan.endCycle - 1) : -Infinity,
    );
    for (let at = cycle; at >= issued && cycleClosing(plan.dueDay, at) > changed; at--) {
      for (const purchase of this.#ofCycle(card, at)) {
        if (purchase.at < end && purchase.at > changed) changed = purchase.at;
      }
    }
    for (let at = lastPaidCycle(plan.dueDay, end); at >= issued; at--) {
      const paidAt = cyclePayment(plan.dueDay, at);
      if (paidAt <= changed) break;
      const from = Math.max(issued, at - MOST_PARTS + 1);
      for (let bought = from; bought <= at; bought++) {
        if (this.#ofCycle(card, bought).some((purchase) => bought + purchase.parts > at)) return paidAt;
      }
    }
    return changed === -Infinity ? null : changed;
  }

  #ofCycle(card: Card, cycle: number): Purchase[] {
    const purchases: Purchase[] = [];
    this.#cards.single(card, cycle, purchases);
    this.#cards.parcelled(card, cycle, purchases);
    return purchases;
  }
}

/** Total of the bill of a cycle, centavos. */
export function billTotal(book: CardBook, cycle: number): number {
  let total = 0;
  for (const { amount, parts, cycle: bought } of book.approved) {
    const part = cycle - bought;
    if (part >= 0 && part < parts) total += partAmount(amount, parts, part);
  }
  return total;
}
