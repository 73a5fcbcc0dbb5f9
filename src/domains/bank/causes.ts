import { Poisson } from "../../random/poisson.ts";
import { quantile, QUANTILE_SCALE, type QuantileTable } from "../../random/quantile.ts";
import { deriveKey, type Place, Stream } from "../../random/stream.ts";
import { lognormal100, lognormal75 } from "../../random/tables/lognormal.ts";
import { pareto } from "../../random/tables/pareto.ts";
import { chance, uniformInt } from "../../random/uniform.ts";
import { chosenAmounts } from "../../reference/br/prices.ts";
import { billClock, cashClock, cashRhythm, pixClock, pixRhythm } from "../../reference/br/rhythm.ts";
import { nextBusinessDay } from "../../time/business_days.ts";
import { daysInMonth, firstDayOfMonth, HOUR_MS, monthIndexOf } from "../../time/calendar.ts";
import { instantAt, localDay } from "../../time/sao_paulo.ts";
import type { AccountPlan, AccountPlans } from "./account_plan.ts";
import { Endings } from "./amounts.ts";
import { cyclePayment } from "./cycles.ts";
import { type Entry, KIND, monthOf, numberOf, ordinalOf } from "./entries.ts";
import { GROUP } from "./groups.ts";
import { HABIT, hasHabit } from "./habits.ts";
import { type Household, mainAccount } from "./household.ts";
import { LATEST_PAYMENT_DAYS, type LoanPlans } from "./loan_plan.ts";
import { type Deal, Partners, roundOf, weekOf } from "./partners.ts";
import type { People } from "./people.ts";
import { isOpenAt } from "./periods.ts";
import { ClockWeights, DayWeights } from "./rhythm.ts";
import { transferInstant } from "./transfers.ts";

/** Mean events a month of customers who have the habit. */
const PIX_OUT_A_MONTH = 0.95;
const PIX_IN_A_MONTH = 0.5;
const WITHDRAWALS_A_MONTH = 0.65;
const DEPOSITS_A_MONTH = 0.55;
const TRANSFERS_A_MONTH = 0.4;
/** Mean failed attempts a month of every main account: about 2 % of its movements. */
const ATTEMPTS_A_MONTH = 0.03;

/** Days of the month on which salaries are paid, moved to a business day; early enough to stay in the month. */
const PAYDAYS = [5, 7, 10, 15, 20];

/** Least and greatest amounts, centavos; cash comes in notes of ten reais. */
const LEAST_CENTS = 100;
const LEAST_CASH = 1_000;
const MOST_CENTS = 1_000_000_000;

/** What a customer's salary habit fixes once and for all. */
export interface Salary {
  readonly payday: number;
  /** Word that chooses the employer. */
  readonly employerWord: number;
  readonly byPix: boolean;
}

/** What a customer's habit of paying a bill fixes once and for all. */
export interface Bill {
  /** Word that chooses who is paid. */
  readonly payeeWord: number;
  /** Usual amount, centavos. */
  readonly amount: number;
  /** Day of the month from which the bill is paid, `1..24`. */
  readonly dueDay: number;
}

/** Amount of the bill of one of the customer's cards, by cycle. */
export type BillOf = (card: number, cycle: number) => number;

/** Whose causes are wanted, of when, and where they go. */
interface Scope {
  readonly household: Household;
  readonly plan: AccountPlan;
  readonly from: number;
  readonly to: number;
  readonly firstMonth: number;
  readonly lastMonth: number;
  readonly into: Entry[];
}

/** What causes follow from. */
export interface CausesOf {
  readonly seed: number;
  /** The data version. */
  readonly version: number;
  /** Factor of the shares of habits. */
  readonly activity: number;
  /** 1 January from which histories are counted, in days since 1970. */
  readonly epoch: number;
  readonly people: People;
  readonly accounts: AccountPlans;
  readonly loans: LoanPlans;
}

/** Derives the causes of main accounts from (seed, customer, kind, month). */
export class Causes {
  readonly #stream: Stream;
  readonly #activity: number;
  readonly #people: People;
  readonly #accounts: AccountPlans;
  readonly #loans: LoanPlans;
  readonly #partners: Partners;
  readonly #epoch: number;
  readonly #pixOut = new Poisson(PIX_OUT_A_MONTH);
  readonly #pixIn = new Poisson(PIX_IN_A_MONTH);
  readonly #withdrawals = new Poisson(WITHDRAWALS_A_MONTH);
  readonly #deposits = new Poisson(DEPOSITS_A_MONTH);
  readonly #transfers = new Poisson(TRANSFERS_A_MONTH);
  readonly #attempts = new Poisson(ATTEMPTS_A_MONTH);
  readonly #dealBuffer: Deal[] = [];

  constructor({ seed, version, activity, epoch, people, accounts, loans }: CausesOf) {
    this.#stream = new Stream(deriveKey(seed, "causes", version));
    this.#activity = activity;
    this.#epoch = epoch;
    this.#people = people;
    this.#accounts = accounts;
    this.#loans = loans;
    this.#partners = new Partners(seed, version);
  }

  /** Whether a customer has a habit. */
  has(customer: number, habit: number): boolean {
    return hasHabit(this.#stream, customer, habit, this.#activity);
  }

  /** Where and how a customer's salary comes. */
  salary(customer: number): Salary {
    const place = this.#stream.at(GROUP.salary, customer);
    const payday = PAYDAYS[uniformInt(place, 0, PAYDAYS.length - 1)]!;
    return { payday, byPix: chance(place, 0.25), employerWord: place.nextUint32() };
  }

  /** What a customer's monthly bill is. */
  bill(customer: number): Bill {
    const place = this.#stream.at(GROUP.bill, customer);
    return {
      payeeWord: place.nextUint32(),
      amount: about(place, 18_000, lognormal75),
      dueDay: uniformInt(place, 1, 24),
    };
  }

  /** The person on the other side of a movement of kind `partner`. */
  partner(customer: number, ordinal: number): number {
    return this.#partners.partner(customer, ...roundOf(numberOf(ordinal), monthOf(ordinal)));
  }

  /**
   * The causes of a customer's main account in whole months, in no particular order.
   *
   * @param from First instant wanted; causes before it may be given too.
   * @param to First instant not wanted; likewise.
   * @param into Gets the causes while the account is open.
   * @param attempts Gets what was tried and failed.
   */
  collect(household: Household, from: number, to: number, billOf: BillOf, into: Entry[], attempts: Entry[]): void {
    const plan = mainAccount(household);
    if (plan === undefined) return;
    const firstMonth = monthIndexOf(localDay(from));
    const lastMonth = monthIndexOf(localDay(to - 1));
    const scope: Scope = { household, plan, from, to, firstMonth, lastMonth, into };
    this.#salaries(scope);
    this.#bills(scope);
    this.#cardBills(scope, billOf);
    this.#installments(scope);
    const pixMedian = 4_000 + household.work.income / 80;
    this.#counted(scope, HABIT.pixOut, KIND.pixOut, this.#pixOut, -pixMedian);
    this.#counted(scope, HABIT.pixIn, KIND.pixIn, this.#pixIn, pixMedian);
    this.#counted(scope, HABIT.withdrawal, KIND.withdrawal, this.#withdrawals, -15_000);
    this.#counted(scope, HABIT.deposit, KIND.deposit, this.#deposits, 25_000);
    this.#transfersOf(scope);
    this.#deals(scope);
    this.#failed({ ...scope, into: attempts }, pixMedian);
  }

  #add({ plan, into }: Scope, at: number, cents: number, kind: number, number: number, about: number): void {
    if (cents === 0 || !isOpenAt(plan, at)) return;
    const month = monthIndexOf(localDay(at));
    into.push({ at, cents, kind, ordinal: ordinalOf(month, kind, plan.ordinal, number), about });
  }

  #salaries(scope: Scope): void {
    const { customer, work } = scope.household;
    if (work.employment !== "EMPLOYED" && work.employment !== "RETIRED") return;
    if (!this.has(customer, HABIT.salary)) return;
    const { payday } = this.salary(customer);
    for (let month = scope.firstMonth; month <= scope.lastMonth; month++) {
      const place = this.#stream.at(GROUP.cause, customer, (month << 5) | KIND.salary);
      const day = nextBusinessDay(firstDayOfMonth(month) + payday - 1);
      const at = instantAt(day, uniformInt(place, 7 * HOUR_MS, 10 * HOUR_MS));
      this.#add(scope, at, work.income, KIND.salary, 0, 0);
    }
  }

  #bills(scope: Scope): void {
    const { customer } = scope.household;
    if (!this.has(customer, HABIT.bill)) return;
    const { amount, dueDay } = this.bill(customer);
    for (let month = scope.firstMonth; month <= scope.lastMonth; month++) {
      const place = this.#stream.at(GROUP.cause, customer, (month << 5) | KIND.bill);
      const day = firstDayOfMonth(month) + dueDay - 1 + uniformInt(place, 0, 3);
      const at = instantAt(day, BILL_CLOCK.draw(place));
      const cents = Math.floor(amount * uniformInt(place, 940, 1_060) / 1_000);
      this.#add(scope, at, -cents, KIND.bill, 0, 0);
    }
  }

  #cardBills(scope: Scope, billOf: BillOf): void {
    const { household } = scope;
    if (household.cards.length === 0 || !this.has(household.customer, HABIT.cardBill)) return;
    for (const card of household.cards) {
      for (let cycle = scope.firstMonth; cycle <= scope.lastMonth; cycle++) {
        const cents = -billOf(card.ordinal, cycle);
        this.#add(scope, cyclePayment(card.dueDay, cycle), cents, KIND.cardBill, card.ordinal, card.ordinal);
      }
    }
  }

  #installments(scope: Scope): void {
    const { household, from, to } = scope;
    if (household.loans.length === 0 || !this.has(household.customer, HABIT.installment)) return;
    for (const loan of household.loans) {
      if (loan.stoppedAs !== null) continue;
      const payments = this.#loans.schedule(loan);
      const monthsTo = (at: number) => monthIndexOf(localDay(at)) - monthIndexOf(loan.disbursementDay);
      const first = Math.max(1, monthsTo(from - LATEST_PAYMENT_DAYS * 24 * HOUR_MS));
      const last = Math.min(loan.term, monthsTo(to));
      for (let number = first; number <= last; number++) {
        const at = this.#loans.paidAt(household.customer, loan, number);
        if (at < from || at >= to) continue;
        const { principal, interest } = payments[number - 1]!;
        const place = loan.ordinal * 1024 + number;
        this.#add(scope, at, -(principal + interest), KIND.installment, place, loan.ordinal);
      }
    }
  }

  /** Events of a habit that come a number of times a month; `median` is signed centavos. */
  #counted(scope: Scope, habit: number, kind: number, counts: Poisson, median: number): void {
    const { customer } = scope.household;
    if (!this.has(customer, habit)) return;
    const cash = kind === KIND.withdrawal || kind === KIND.deposit;
    for (let month = scope.firstMonth; month <= scope.lastMonth; month++) {
      const place = this.#stream.at(GROUP.cause, customer, (month << 5) | kind);
      const count = counts.draw(place);
      for (let number = 0; number < count; number++) {
        const wanted = instantInMonth(place, month, cash ? CASH_DAYS : PIX_DAYS, cash ? CASH_CLOCK : PIX_CLOCK);
        const at = cash ? wanted : transferInMonth(wanted, month);
        const amount = about(place, median < 0 ? -median : median, lognormal75);
        const cents = cash
          ? CASH_AMOUNTS.near(place, amount, LEAST_CASH, MOST_CENTS)
          : PIX_AMOUNTS.near(place, amount, LEAST_CENTS, MOST_CENTS);
        this.#add(scope, at, median < 0 ? -cents : cents, kind, number, 0);
      }
    }
  }

  #transfersOf(scope: Scope): void {
    const { household } = scope;
    if (!this.has(household.customer, HABIT.transfer)) return;
    for (let month = scope.firstMonth; month <= scope.lastMonth; month++) {
      const place = this.#stream.at(GROUP.cause, household.customer, (month << 5) | KIND.transferOut);
      const count = this.#transfers.draw(place);
      for (let number = 0; number < count; number++) {
        const day = nextBusinessDay(firstDayOfMonth(month) + uniformInt(place, 0, 19));
        const at = instantAt(day, uniformInt(place, 8 * HOUR_MS, 17 * HOUR_MS - 1));
        const cents = Math.min(5_000_000, about(place, 30_000 + household.work.income / 20, pareto));
        const kind = chance(place, 0.6) ? KIND.transferOut : KIND.transferIn;
        this.#add(scope, at, kind === KIND.transferOut ? -cents : cents, kind, number, 0);
      }
    }
  }

  #deals(scope: Scope): void {
    const { customer } = scope.household;
    if (!this.has(customer, HABIT.partner)) return;
    const found = this.#dealBuffer;
    found.length = 0;
    const lastWeek = weekOf(localDay(scope.to));
    for (let week = weekOf(localDay(scope.from)); week <= lastWeek; week++) this.#partners.deals(customer, week, found);
    for (const deal of found) {
      const partner = deal.payer === customer ? deal.payee : deal.payer;
      if (!isOpenAt(scope.plan, deal.at) || !this.#takesPart(partner, deal.at)) continue;
      const cents = deal.payer === customer ? -deal.amount : deal.amount;
      this.#add(scope, deal.at, cents, KIND.partner, deal.number, partner);
    }
  }

  /** Whether a partner takes part in deals and has a main account open at an instant; masters decide it. */
  #takesPart(partner: number, at: number): boolean {
    if (!this.has(partner, HABIT.partner)) return false;
    const joinedAt = this.#people.joinedAt(partner, this.#epoch);
    const plan = this.#accounts.plan(partner, 0, joinedAt, 0);
    return plan.type !== "INVESTIMENTOS" && !plan.dormant && isOpenAt(plan, at);
  }

  #failed(scope: Scope, median: number): void {
    const { customer } = scope.household;
    for (let month = scope.firstMonth; month <= scope.lastMonth; month++) {
      const place = this.#stream.at(GROUP.cause, customer, (month << 5) | KIND.attempt);
      const count = this.#attempts.draw(place);
      for (let number = 0; number < count; number++) {
        const at = transferInMonth(instantInMonth(place, month, PIX_DAYS, PIX_CLOCK), month);
        this.#add(scope, at, -about(place, median * 3, lognormal100), KIND.attempt, number, 0);
      }
    }
  }
}

/** An amount about a median, centavos, at least one real. */
function about(place: Place, median: number, spread: QuantileTable): number {
  return Math.max(LEAST_CENTS, Math.floor(median * quantile(spread, place.nextUint32()) / QUANTILE_SCALE));
}

const [CASH_DAYS, PIX_DAYS] = [new DayWeights(cashRhythm), new DayWeights(pixRhythm)];
const [CASH_CLOCK, PIX_CLOCK] = [new ClockWeights(cashClock), new ClockWeights(pixClock)];
const [CASH_AMOUNTS, PIX_AMOUNTS] = [new Endings(chosenAmounts.cash), new Endings(chosenAmounts.pix)];
const BILL_CLOCK = new ClockWeights(billClock);

/** A day of a month by the weights of days, at a time by those of hours. */
function instantInMonth(place: Place, month: number, days: DayWeights, clock: ClockWeights): number {
  const first = firstDayOfMonth(month);
  const day = days.draw(place, first, first + daysInMonth(month));
  return instantAt(day, clock.draw(place));
}

/** When a transfer goes out that somebody wants to make at an instant of a month: never in another month. */
function transferInMonth(at: number, month: number): number {
  const firstDay = firstDayOfMonth(month);
  return transferInstant(at, firstDay, firstDay + daysInMonth(month) - 1);
}
