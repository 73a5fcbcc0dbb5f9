import { AliasTable } from "../../random/alias.ts";
import { deriveKey, type Place, Stream } from "../../random/stream.ts";
import { chance, uniformInt } from "../../random/uniform.ts";
import { merchantCategories } from "../../reference/br/merchants.ts";
import { priceEndings } from "../../reference/br/prices.ts";
import { purchaseClocks, type PurchaseRhythm, purchaseRhythms, shopClock } from "../../reference/br/rhythm.ts";
import { HOUR_MS } from "../../time/calendar.ts";
import { instantAt, localDay } from "../../time/sao_paulo.ts";
import { Endings } from "./amounts.ts";
import { closingDay, cycleAt, cycleClosing, lastPaidCycle, openAmount } from "./cycles.ts";
import { CARD_BRANDS } from "./entities/enums.ts";
import { GROUP } from "./groups.ts";
import { ClockWeights, DayWeights, SeasonalPoisson } from "./rhythm.ts";
import { type Shop, Shops } from "./shops.ts";
import type { Work } from "./people.ts";

/** Most cards of a customer. */
export const MOST_CARDS = 2;

/** What is decided of a card before any purchase. */
export interface CardPlan {
  /** Which of the customer's cards, from 0. */
  readonly ordinal: number;
  readonly brand: typeof CARD_BRANDS[number];
  /** Last four digits of the number. */
  readonly lastDigits: number;
  readonly dueDay: number;
  readonly issuedAt: number;
  /** Limit on the day of issue, centavos. */
  readonly firstLimit: number;
  /** First cycle after the last one with purchases; `Infinity` while nothing ends the card. */
  readonly endCycle: number;
  /** What the card becomes when {@linkcode endCycle} begins. */
  readonly endStatus: "BLOCKED" | "CANCELLED";
  /** Cards of the holder, among which purchases are shared. */
  readonly siblings: number;
}

/** A limit from a cycle on. */
interface Limit {
  readonly fromCycle: number;
  /** Centavos. */
  readonly cents: number;
}

/** A card with the limits that it has had up to some cycle. */
export interface Card {
  readonly customer: number;
  readonly plan: CardPlan;
  /** From the first cycle on, rising. */
  readonly limits: readonly Limit[];
}

/** The limit in force during a cycle. */
export function limitIn({ limits }: Card, cycle: number): Limit {
  let at = limits.length - 1;
  while (at > 0 && limits[at]!.fromCycle > cycle) at--;
  return limits[at]!;
}

/** When the limit in force during a cycle came into force; `undefined` if it is still the first one. */
export function limitSince(card: Card, cycle: number): number | undefined {
  const limit = limitIn(card, cycle);
  return limit === card.limits[0] ? undefined : cycleClosing(card.plan.dueDay, limit.fromCycle - 1);
}

/** A purchase or an attempt at one. */
export interface Purchase {
  readonly at: number;
  readonly cycle: number;
  /** Position in `merchantCategories`. */
  readonly category: number;
  /** Centavos. */
  readonly amount: number;
  readonly parts: number;
  readonly status: "PENDING" | "APPROVED" | "DECLINED";
  /** What gives its id: kind of purchase and number within the cycle. */
  readonly kind: number;
  readonly number: number;
}

/** Kinds of purchase in ids: paid at once, in parts where it is large enough, and attempts that come to nothing. */
export const PURCHASE_KIND = { single: 0, parcelled: 1, failed: 2 } as const;

const SECOND_CARD_SHARE = 0.08;
const CANCELLED_SHARE = 0.10;
const BLOCKED_SHARE = 0.05;
const BRAND_WEIGHTS = [45, 40, 15];

/** Limits in centavos. */
const LEAST_LIMIT = 50_000;
const MOST_LIMIT = 10_000_000;
const LIMIT_STEP = 10_000;

/** A limit may rise every this many cycles, by so much per cent. */
const RAISE_CYCLES = 12;
const RAISE_SHARE = 0.3;
const RAISE_PERCENT: readonly [number, number] = [10, 25];

/** A cycle's approved purchases take no more than these parts of the limit. */
const SINGLE_CAP = 0.30;
const PARCELLED_CAP = 0.05;
/** One purchase takes no more than this part of the limit, so that the cap seldom binds. */
const LARGEST_SINGLE = 0.08;

/** Purchases above this may be paid in parts. */
const PARCELLED_FROM = 20_001;
/** Share of purchases in parts, on cards whose limit leaves room for any. */
const PARCELLED_SHARE = 0.38;
const PART_COUNTS = [2, 3, 4, 5, 6, 10, 12];
const PART_WEIGHTS = [26, 26, 14, 8, 14, 8, 4];

/** Food and fuel are paid in few parts at most. */
const DAILY_MCCS: readonly string[] = ["5411", "5541", "5812", "5814"];
const MOST_DAILY_PARTS = 3;

/** The category with the largest purchases, of which those are that a limit declines. */
const DEAREST = merchantCategories.reduce(
  (dearest, { maxCents }, at) => maxCents > merchantCategories[dearest]!.maxCents ? at : dearest,
  0,
);

/** Attempts that come to nothing, as shares of the approved purchases. */
const DECLINED_SHARE = 0.05;
const PENDING_SHARE = 0.006;

/** Purchases that the caps suppress are made up for by this factor, measured at the default volumes. */
const CAP_COMPENSATION = 1.05;

/** Categories that are bought on the same days: their days, their places in `merchantCategories`, their share of all. */
interface Trade {
  readonly days: DayWeights;
  readonly places: readonly number[];
  readonly categories: AliasTable;
  readonly share: number;
}

/** Rhythms of purchases, in the order of their counts. */
const RHYTHMS: readonly PurchaseRhythm[] = ["everyday", "leisure", "shopping"];
const TRADE_OF = merchantCategories.map(({ rhythm }) => RHYTHMS.indexOf(rhythm));
const ALL_WEIGHTS = merchantCategories.reduce((sum, { weight }) => sum + weight, 0);

function tradesOf(): Trade[] {
  return RHYTHMS.map((rhythm, trade) => {
    const places = [...TRADE_OF.keys()].filter((category) => TRADE_OF[category] === trade);
    const weights = places.map((category) => merchantCategories[category]!.weight);
    return {
      days: new DayWeights(purchaseRhythms[rhythm]),
      places,
      categories: new AliasTable(weights),
      share: weights.reduce((sum, weight) => sum + weight, 0) / ALL_WEIGHTS,
    };
  });
}

/** The days of a cycle: from its first to the one after its last. */
function daysOf({ dueDay }: CardPlan, cycle: number): [from: number, to: number] {
  return [closingDay(dueDay, cycle - 1), closingDay(dueDay, cycle)];
}

/** Derives cards and purchases from (seed, customer, ordinal, cycle). */
export class Cards {
  readonly #stream: Stream;
  readonly #shops: Shops;
  readonly #share: number;
  readonly #brands = new AliasTable(BRAND_WEIGHTS);
  readonly #categories = new AliasTable(merchantCategories.map((category) => category.weight));
  readonly #trades = tradesOf();
  readonly #clocks = merchantCategories.map(({ mcc }) => new ClockWeights(purchaseClocks[mcc] ?? shopClock));
  readonly #endings = merchantCategories.map(({ pricing }) => new Endings(priceEndings[pricing]));
  readonly #partCounts = new AliasTable(PART_WEIGHTS);
  /** Counts by how many cards the holder has, then by trade. */
  readonly #parcelled: readonly (readonly SeasonalPoisson[])[];
  readonly #single: readonly (readonly SeasonalPoisson[])[];
  readonly #onlySingle: readonly (readonly SeasonalPoisson[])[];
  /** Counts by how many cards the holder has. */
  readonly #declined: readonly SeasonalPoisson[];
  readonly #pending: readonly SeasonalPoisson[];

  /**
   * @param share Share of customers who hold a card.
   * @param purchases Mean purchases a year of a holder.
   */
  constructor(seed: number, version: number, share: number, purchases: number) {
    this.#stream = new Stream(deriveKey(seed, "cards", version));
    this.#shops = new Shops(seed, version);
    this.#share = share;
    const counts = (part: number) =>
      [1, MOST_CARDS].map((siblings) => new SeasonalPoisson(purchases / 12 / siblings * part * CAP_COMPENSATION));
    const byTrade = (part: number) => {
      const tables = this.#trades.map(({ share }) => counts(part * share));
      return [1, MOST_CARDS].map((siblings) => tables.map((table) => table[siblings - 1]!));
    };
    this.#single = byTrade(1 - PARCELLED_SHARE);
    this.#onlySingle = byTrade(1);
    this.#parcelled = byTrade(PARCELLED_SHARE);
    this.#declined = counts(DECLINED_SHARE);
    this.#pending = counts(PENDING_SHARE);
  }

  /** The cards of a customer, none to two. */
  plans(customer: number, joinedAt: number, work: Work, epoch: number): CardPlan[] {
    const place = this.#stream.at(GROUP.card, customer, 0);
    if (!chance(place, this.#share)) return [];
    const siblings = chance(place, SECOND_CARD_SHARE) ? MOST_CARDS : 1;
    const plans: CardPlan[] = [];
    for (let ordinal = 0; ordinal < siblings; ordinal++) {
      plans.push(this.#plan(customer, ordinal, siblings, joinedAt, work, epoch));
    }
    return plans;
  }

  #plan(customer: number, ordinal: number, siblings: number, joinedAt: number, work: Work, epoch: number): CardPlan {
    const place = this.#stream.at(GROUP.card, customer, ordinal + 1);
    const brand = CARD_BRANDS[this.#brands.draw(place)]!;
    const lastDigits = uniformInt(place, 1000, 9999);
    const dueDay = uniformInt(place, 1, 28);
    const joinedDay = localDay(joinedAt);
    const issuedDay = uniformInt(place, joinedDay + 1, Math.min(joinedDay + 365, epoch - 2));
    const issuedAt = instantAt(issuedDay, uniformInt(place, 8 * HOUR_MS, 20 * HOUR_MS));
    const trust = 0.6 + 0.8 * (work.score - 300) / 550;
    const asked = work.income * uniformInt(place, 200, 500) / 100 * trust;
    const firstLimit = Math.min(MOST_LIMIT, Math.max(LEAST_LIMIT, Math.floor(asked / LIMIT_STEP) * LIMIT_STEP));
    const fate = place.nextUint32() / 4_294_967_296;
    const lifetime = uniformInt(place, 6, 120);
    const ends = fate < CANCELLED_SHARE + BLOCKED_SHARE;
    return {
      ordinal,
      brand,
      lastDigits,
      dueDay,
      issuedAt,
      firstLimit,
      endCycle: ends ? cycleAt(dueDay, issuedAt) + lifetime : Infinity,
      endStatus: fate < CANCELLED_SHARE ? "CANCELLED" : "BLOCKED",
      siblings,
    };
  }

  /** A card with its limits up to a cycle: they may rise every twelve cycles and never fall. */
  card(customer: number, plan: CardPlan, lastCycle: number): Card {
    const firstCycle = cycleAt(plan.dueDay, plan.issuedAt);
    const limits: Limit[] = [{ fromCycle: firstCycle, cents: plan.firstLimit }];
    const raises = Math.floor((Math.min(lastCycle, plan.endCycle - 1) - firstCycle) / RAISE_CYCLES);
    for (let raise = 1; raise <= raises; raise++) {
      const place = this.#stream.at(GROUP.cardRaise, customer, plan.ordinal * 1024 + raise);
      if (!chance(place, RAISE_SHARE)) continue;
      const { cents } = limits.at(-1)!;
      const asked = cents * (100 + uniformInt(place, RAISE_PERCENT[0], RAISE_PERCENT[1])) / 100;
      const raised = Math.min(MOST_LIMIT, Math.ceil(asked / LIMIT_STEP) * LIMIT_STEP);
      if (raised > cents) limits.push({ fromCycle: firstCycle + raise * RAISE_CYCLES, cents: raised });
    }
    return { customer, plan, limits };
  }

  /** Approved purchases of a cycle that are paid at once, in no particular order. */
  single(card: Card, cycle: number, into: Purchase[]): void {
    const { customer, plan } = card;
    if (cycle >= plan.endCycle) return;
    const limit = limitIn(card, cycle).cents;
    const place = this.#stream.at(GROUP.singlePurchase, customer, plan.ordinal * 1024 + cycle);
    const tables = limit * PARCELLED_CAP < PARCELLED_FROM ? this.#onlySingle : this.#single;
    const largest = Math.floor(limit * LARGEST_SINGLE);
    let room = Math.floor(limit * SINGLE_CAP);
    let number = 0;
    const [from, to] = daysOf(plan, cycle);
    for (const [at, { days, places, categories }] of this.#trades.entries()) {
      const last = number + tables[plan.siblings - 1]![at]!.draw(place, days.season(from, to));
      for (; number < last; number++) {
        const category = places[categories.draw(place)]!;
        const at = this.#instant(place, customer, category, from, to);
        const { minCents, maxCents } = merchantCategories[category]!;
        const amount = this.#price(place, category, minCents, Math.max(minCents, Math.min(maxCents, largest)));
        if (amount > room || at < plan.issuedAt) continue;
        room -= amount;
        into.push({ at, cycle, category, amount, parts: 1, status: "APPROVED", kind: PURCHASE_KIND.single, number });
      }
    }
  }

  /** Approved purchases of a cycle that are paid in parts where they are large enough, in no particular order. */
  parcelled(card: Card, cycle: number, into: Purchase[]): void {
    const { customer, plan } = card;
    if (cycle >= plan.endCycle) return;
    const place = this.#stream.at(GROUP.parcelledPurchase, customer, plan.ordinal * 1024 + cycle);
    let room = Math.floor(limitIn(card, cycle).cents * PARCELLED_CAP);
    if (room < PARCELLED_FROM) return;
    let number = 0;
    const [from, to] = daysOf(plan, cycle);
    for (const [at, { days, places, categories }] of this.#trades.entries()) {
      const last = number + this.#parcelled[plan.siblings - 1]![at]!.draw(place, days.season(from, to));
      for (; number < last; number++) {
        const category = places[categories.draw(place)]!;
        const at = this.#instant(place, customer, category, from, to);
        const { mcc, minCents, maxCents } = merchantCategories[category]!;
        const splits = maxCents >= PARCELLED_FROM; // a snack is paid at once all the same
        const least = splits ? PARCELLED_FROM : minCents;
        const most = Math.min(maxCents, room);
        const amount = this.#price(place, category, least, Math.max(least, most));
        const drawn = splits ? PART_COUNTS[this.#partCounts.draw(place)]! : 1;
        const parts = DAILY_MCCS.includes(mcc) ? Math.min(drawn, MOST_DAILY_PARTS) : drawn;
        if (most < least || at < plan.issuedAt) continue;
        room -= amount;
        into.push({ at, cycle, category, amount, parts, status: "APPROVED", kind: PURCHASE_KIND.parcelled, number });
      }
    }
  }

  /**
   * Attempts of a cycle that come to nothing: authorisations never captured, and declined purchases. Where little
   * is left of the limit, half of these are of the dearest category and above it; the others fail for another reason.
   *
   * @param approved Approved purchases that may be open during the cycle.
   */
  failed(card: Card, cycle: number, approved: readonly Purchase[], into: Purchase[]): void {
    const { customer, plan } = card;
    if (cycle >= plan.endCycle) return;
    const place = this.#stream.at(GROUP.declinedPurchase, customer, plan.ordinal * 1024 + cycle);
    const [from, to] = daysOf(plan, cycle);
    const season = this.#trades.reduce((sum, { days, share }) => sum + days.season(from, to) * share, 0);
    const declined = this.#declined[plan.siblings - 1]!.draw(place, season);
    const count = declined + this.#pending[plan.siblings - 1]!.draw(place, season);
    for (let number = 0; number < count; number++) {
      let category = this.#categories.draw(place);
      const at = this.#instant(place, customer, category, from, to);
      const { minCents, maxCents } = merchantCategories[category]!;
      let amount = this.#price(place, category, minCents, maxCents);
      const excess = uniformInt(place, 1, 20_000);
      const forLimit = chance(place, 0.5) && number < declined;
      if (at < plan.issuedAt) continue;
      if (forLimit) {
        const tooMuch = limitIn(card, cycle).cents - openAt(plan, approved, at) + excess;
        if (tooMuch <= merchantCategories[DEAREST]!.maxCents) {
          category = DEAREST;
          amount = tooMuch;
        }
      }
      const status = number < declined ? "DECLINED" : "PENDING";
      into.push({ at, cycle, category, amount, parts: 1, status, kind: PURCHASE_KIND.failed, number });
    }
  }

  /** A price in `min..max`, small ones more often, that ends as those of its category do. */
  #price(place: Place, category: number, min: number, max: number): number {
    return this.#endings[category]!.near(place, skewed(place, min, max), min, max);
  }

  /** An instant of the days `from` to `to` (excluded), by the rhythm and the hours of a category. */
  #instant(place: Place, customer: number, category: number, from: number, to: number): number {
    const { days } = this.#trades[TRADE_OF[category]!]!;
    const day = days.draw(place, from, to);
    return instantAt(day, this.#shops.awake(customer, day, this.#clocks[category]!.draw(place)));
  }

  /**
   * Where a purchase is made.
   *
   * @param home Position of the holder's city in `municipalities`.
   */
  shop(customer: number, home: number, plan: CardPlan, purchase: Purchase): Shop {
    const ordinal = (plan.ordinal * 4 + purchase.kind) * 131_072 + purchase.cycle * 128 + (purchase.number & 127);
    const place = this.#stream.at(GROUP.merchant, customer, ordinal);
    return this.#shops.visited(customer, home, purchase.category, purchase.at, place);
  }
}

/** What approved purchases leave open at an instant. */
export function openAt(plan: CardPlan, purchases: readonly Purchase[], at: number): number {
  const paid = lastPaidCycle(plan.dueDay, at);
  let open = 0;
  for (const purchase of purchases) {
    if (purchase.at < at) open += openAmount(purchase.amount, purchase.parts, purchase.cycle, paid);
  }
  return open;
}

/** An amount in `min..max` of which small values are more frequent: the square of a uniform draw. */
function skewed(place: Place, min: number, max: number): number {
  const draw = place.nextUint32() / 4_294_967_296;
  return min + Math.floor((max - min + 1) * draw * draw);
}
