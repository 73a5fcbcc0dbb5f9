import { deriveKey, Stream } from "../../random/stream.ts";
import { uniformInt } from "../../random/uniform.ts";
import { monthIndexOf } from "../../time/calendar.ts";
import { localDay } from "../../time/sao_paulo.ts";
import type { AccountPlan } from "./account_plan.ts";
import { type Entry, KIND, ordinalOf } from "./entries.ts";
import { GROUP } from "./groups.ts";
import { level } from "./levels.ts";
import { periodStart, settlingAt } from "./periods.ts";
import { transferBefore } from "./transfers.ts";

/** Covers are whole multiples of this, centavos. */
const COVER_STEP = 1_000;

/** A cover comes this long before the shortfall that it prevents; before Pix, in the hours of TED that came last. */
const COVER_LEAD_MS = 60_000;

/** Opening deposits are cash, at most so much, centavos; what is missing to the level comes when the period settles. */
export const MOST_OPENING_CENTS = 300_000;

/** No balance falls below this. */
export const FLOOR_CENTS = 0;

/**
 * Makes an account's causes into a book that balances (design: "decisions never read balances; books are made to fit
 * decisions"). A period starts at the level of the one before it; one cover credit prevents every shortfall, and a
 * settling entry at the end leads to the period's own level. So a balance can be had from one period alone.
 */
export class Book {
  readonly #stream: Stream;

  constructor(seed: number, version: number) {
    this.#stream = new Stream(deriveKey(seed, "book", version));
  }

  /** Balance with which a period starts. */
  openingBalance(customer: number, plan: AccountPlan, period: number): number {
    return period === 0 ? 0 : level(this.#stream, customer, plan, period - 1);
  }

  /** The deposit that every account begins with, within its first half hour. */
  openingDeposit(customer: number, plan: AccountPlan): Entry {
    const place = this.#stream.at(GROUP.openingDeposit, customer, plan.ordinal);
    const at = plan.openAt + uniformInt(place, 60_000, 1_800_000);
    const part = Math.ceil(plan.usualBalance * uniformInt(place, 20, 80) / 100 / COVER_STEP) * COVER_STEP;
    const cents = Math.min(plan.dormant ? plan.usualBalance : part, MOST_OPENING_CENTS);
    const month = monthIndexOf(localDay(at));
    return { at, cents, kind: KIND.opening, ordinal: ordinalOf(month, KIND.opening, plan.ordinal, 0), about: 0 };
  }

  /**
   * Adds what one period's causes need to balance.
   *
   * @param causes The period's entries in order of time, attempts left out.
   * @param into Gets the causes, the cover if one is needed, and the settling entry if it is not zero, in order.
   */
  balance(customer: number, plan: AccountPlan, period: number, causes: readonly Entry[], into: Entry[]): void {
    let balance = this.openingBalance(customer, plan, period);
    let lowest = balance;
    let firstShort = -1;
    for (let at = 0; at < causes.length; at++) {
      balance += causes[at]!.cents;
      if (balance < FLOOR_CENTS && firstShort < 0) firstShort = at;
      if (balance < lowest) lowest = balance;
    }
    for (let at = 0; at < causes.length; at++) {
      if (at === firstShort) {
        const cover = this.#cover(plan, period, causes, firstShort, FLOOR_CENTS - lowest);
        balance += cover.cents;
        insert(into, cover);
      }
      into.push(causes[at]!);
    }
    const rest = level(this.#stream, customer, plan, period) - balance;
    if (rest === 0) return;
    const at = settlingAt(plan, period);
    const month = monthIndexOf(localDay(at));
    const ordinal = ordinalOf(month, KIND.settling, plan.ordinal, 0);
    into.push({ at, cents: rest, kind: KIND.settling, ordinal, about: 0 });
  }

  #cover(plan: AccountPlan, period: number, causes: readonly Entry[], firstShort: number, shortfall: number): Entry {
    const cents = Math.ceil(shortfall / COVER_STEP) * COVER_STEP;
    // Never before the period, and in the opening period never before the opening deposit.
    const earliest = period === 0 ? causes[0]!.at + 1 : periodStart(plan, period);
    const at = transferBefore(Math.max(earliest, causes[firstShort]!.at - COVER_LEAD_MS), earliest);
    const month = monthIndexOf(localDay(at));
    return { at, cents, kind: KIND.cover, ordinal: ordinalOf(month, KIND.cover, plan.ordinal, period & 1), about: 0 };
  }
}

/** Puts an entry among those before it in order of time. */
function insert(entries: Entry[], entry: Entry): void {
  let at = entries.length;
  while (at > 0 && entries[at - 1]!.at > entry.at) at--;
  entries.splice(at, 0, entry);
}
