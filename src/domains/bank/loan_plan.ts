import { deriveKey, Stream } from "../../random/stream.ts";
import { chance, uniformInt } from "../../random/uniform.ts";
import { addMonths, DAY_MS, HOUR_MS } from "../../time/calendar.ts";
import { nextBusinessDay } from "../../time/business_days.ts";
import { instantAt, localDay } from "../../time/sao_paulo.ts";
import { firstPayment, schedule, type ScheduledPayment } from "./amortization.ts";
import type { LOAN_TYPES } from "./entities/enums.ts";
import { GROUP } from "./groups.ts";
import type { Work } from "./people.ts";

/** How reliably a borrower pays. */
export type PayerProfile = "good" | "occasional" | "chronic" | "defaulter";

/** What is decided of a loan before any payment. */
export interface LoanPlan {
  /** Which of the customer's possible loans, `0..2`. */
  readonly ordinal: number;
  readonly type: typeof LOAN_TYPES[number];
  readonly system: "SAC" | "PRICE";
  /** Centavos. */
  readonly principal: number;
  /** Monthly rate times 1,000,000. */
  readonly rate: number;
  readonly term: number;
  /** When the customer applied. */
  readonly appliedAt: number;
  /** When the bank decided; after {@linkcode appliedAt}. */
  readonly decidedAt: number;
  /** `null` where the money is paid out; else the status at which the loan stopped. */
  readonly stoppedAs: "PENDING" | "APPROVED" | "REJECTED" | null;
  /** Day of the payout, days since 1970. */
  readonly disbursementDay: number;
  /** When the schedule was made; the payout. */
  readonly disbursedAt: number;
  readonly profile: PayerProfile;
  /** First instalment that a defaulter leaves unpaid; beyond the term for others. */
  readonly firstUnpaid: number;
  /** Value of the property that the loan finances by its usual share, centavos; 0 where there is none. */
  readonly propertyValue: number;
}

interface LoanKind {
  readonly type: typeof LOAN_TYPES[number];
  /** Part of `loanShare` at every customer, in thousandths. */
  readonly perMille: number;
  readonly terms: readonly number[];
  /** Principal in incomes, from and to. */
  readonly incomes: readonly [number, number];
  /** Rounding and range of the principal, centavos. */
  readonly step: number;
  readonly least: number;
  readonly most: number;
  /**
   * How likely a customer of each tier has such a loan, relative to `perMille`, in thousandths: .95, .80, .50 and .20
   * (housing: poor never), scaled so that the mean over all customers who can afford one or not is 1,000; measured.
   */
  readonly approval: readonly number[];
  /** Monthly rate from and to, times 1,000,000, by tier: excellent, good, fair, poor. */
  readonly rates: readonly (readonly [number, number])[];
}

/** Rates and approval by tier: spec of the reference's underwriting tables. Order is the loan's ordinal. */
const KINDS: readonly LoanKind[] = [
  {
    type: "PERSONAL",
    perMille: 571,
    terms: [6, 12, 18, 24, 36, 48, 60, 72],
    incomes: [3, 12],
    step: 10_000,
    least: 100_000,
    most: 10_000_000,
    approval: [1_550, 1_305, 815, 325],
    rates: [[15_000, 25_000], [25_000, 40_000], [40_000, 60_000], [60_000, 80_000]],
  },
  {
    type: "HOUSING",
    perMille: 143,
    terms: [120, 180, 240, 300, 360],
    incomes: [50, 150],
    step: 100_000,
    least: 10_000_000,
    most: 200_000_000,
    approval: [3_455, 2_925, 1_825, 0],
    rates: [[7_000, 9_000], [9_000, 11_000], [11_000, 12_000]],
  },
  {
    type: "VEHICLE",
    perMille: 286,
    terms: [12, 24, 36, 48, 60],
    incomes: [6, 24],
    step: 100_000,
    least: 1_000_000,
    most: 20_000_000,
    approval: [1_725, 1_455, 910, 360],
    rates: [[12_000, 18_000], [18_000, 25_000], [25_000, 35_000], [35_000, 50_000]],
  },
];

/** Loans that a customer may have: one of each kind. */
export const MOST_LOANS = KINDS.length;

/** The first payment takes at most this share of the income; who cannot afford the least loan gets none. */
const AFFORDABLE_SHARE = 0.3;

/** Shares of personal and vehicle loans that end before the payout. */
const REJECTED_SHARE = 0.04;
const NOT_TAKEN_SHARE = 0.012;
const UNDECIDED_SHARE = 0.006;

/** Payer profiles by loan: share of late payers and of defaulters of a fair score; the rest is good. */
const LATE_SHARE = 0.10;
const DEFAULT_SHARE = 0.05;
const HOUSING_LATE_SHARE = 0.04;
const HOUSING_DEFAULT_SHARE = 0.01;
/** Of late payers, the share that is late time and again. */
const CHRONIC_SHARE = 0.3;
/** Late payers and defaulters of each tier, relative to the mean. */
const RISK = [0.4, 0.7, 1.2, 2.2];

/** Latest that an instalment which is paid at all is paid, in days after its due date. */
export const LATEST_PAYMENT_DAYS = 45;

/** Derives loans and payments from (seed, customer, ordinal). */
export class LoanPlans {
  readonly #stream: Stream;
  readonly #share: number;

  /** @param share Mean loans a customer, `0..1`. */
  constructor(seed: number, version: number, share: number) {
    this.#stream = new Stream(deriveKey(seed, "loans", version));
    this.#share = share;
  }

  /** The loan of a kind, or `undefined` where the customer has none. */
  plan(customer: number, ordinal: number, joinedAt: number, work: Work, epoch: number): LoanPlan | undefined {
    const kind = KINDS[ordinal]!;
    const place = this.#stream.at(GROUP.loan, customer, ordinal);
    const tier = work.score >= 750 ? 0 : work.score >= 650 ? 1 : work.score >= 500 ? 2 : 3;
    const housing = kind.type === "HOUSING";
    const approval = kind.approval[tier]! / 1000;
    if (!chance(place, this.#share * kind.perMille / 1000 * approval)) return undefined;

    const term = kind.terms[uniformInt(place, 0, kind.terms.length - 1)]!;
    const [lowRate, highRate] = kind.rates[tier]!;
    const rate = uniformInt(place, lowRate / 100, highRate / 100) * 100;
    const { income } = work;
    const asked = income * uniformInt(place, kind.incomes[0] * 100, kind.incomes[1] * 100) / 100;
    const downPayment = uniformInt(place, 20, 30);
    const system = housing && chance(place, 0.5) ? "SAC" : "PRICE";
    // The principal whose first payment is affordable, by the first payment of R$ 1,000,000.00.
    const affordable = income * AFFORDABLE_SHARE / firstPayment(system, 100_000_000, rate, term) * 100_000_000;
    if (affordable < kind.least) return undefined;
    const wanted = Math.min(housing ? asked * (100 - downPayment) / 100 : asked, affordable);
    const stepped = Math.floor(wanted / kind.step) * kind.step;
    const principal = Math.min(kind.most, Math.max(kind.least, stepped));

    const joinedDay = localDay(joinedAt);
    const latest = epoch - 15;
    const firstDay = Math.min(joinedDay + 30, latest);
    const appliedDay = uniformInt(place, firstDay, Math.max(firstDay, Math.min(joinedDay + 730, latest)));
    const appliedAt = instantAt(appliedDay, uniformInt(place, 8 * HOUR_MS, 20 * HOUR_MS));
    const decidedAt = appliedAt + uniformInt(place, HOUR_MS, 2 * DAY_MS);
    const disbursementDay = nextBusinessDay(localDay(decidedAt) + uniformInt(place, 1, 7));
    const disbursedAt = instantAt(disbursementDay, uniformInt(place, 9 * HOUR_MS, 16 * HOUR_MS));
    const fate = place.nextUint32() / 4_294_967_296;
    const stoppedAs = housing
      ? null
      : fate < REJECTED_SHARE
      ? "REJECTED"
      : fate < REJECTED_SHARE + NOT_TAKEN_SHARE
      ? "APPROVED"
      : fate < REJECTED_SHARE + NOT_TAKEN_SHARE + UNDECIDED_SHARE
      ? "PENDING"
      : null;

    const risk = RISK[tier]!;
    const defaults = (housing ? HOUSING_DEFAULT_SHARE : DEFAULT_SHARE) * risk;
    const late = (housing ? HOUSING_LATE_SHARE : LATE_SHARE) * risk;
    const character = place.nextUint32() / 4_294_967_296;
    const profile = character < defaults
      ? "defaulter"
      : character < defaults + late * CHRONIC_SHARE
      ? "chronic"
      : character < defaults + late
      ? "occasional"
      : "good";
    const firstUnpaid = profile === "defaulter" ? uniformInt(place, 2, Math.min(term, 24)) : Infinity;
    const appraised = Math.ceil(principal * 100 / (100 - downPayment) / 1_000_000) * 1_000_000;
    return {
      ordinal,
      type: kind.type,
      system,
      principal,
      rate,
      term,
      appliedAt,
      decidedAt,
      stoppedAs,
      disbursementDay,
      disbursedAt,
      profile,
      firstUnpaid,
      propertyValue: housing ? appraised : 0,
    };
  }

  /** The payments of a loan, in order. */
  schedule(plan: LoanPlan): ScheduledPayment[] {
    return schedule(plan.system, plan.principal, plan.rate, plan.term);
  }

  /** Day on which an instalment is due, from 1: the disbursement's day of a later month. */
  dueDay(plan: LoanPlan, number: number): number {
    return addMonths(plan.disbursementDay, number);
  }

  /** When an instalment is paid: due day plus the payer's delay; `Infinity` for one that never is. */
  paidAt(customer: number, plan: LoanPlan, number: number): number {
    if (number >= plan.firstUnpaid) return Infinity;
    const place = this.#stream.at(GROUP.payment, customer, plan.ordinal * 1024 + number);
    const often = chance(place, 0.8);
    const delay = plan.profile === "good"
      ? often ? 0 : uniformInt(place, 1, 3)
      : plan.profile === "occasional"
      ? often ? uniformInt(place, 0, 5) : uniformInt(place, 10, 30)
      : plan.profile === "chronic"
      ? uniformInt(place, 5, LATEST_PAYMENT_DAYS)
      : uniformInt(place, 0, 15);
    return instantAt(this.dueDay(plan, number) + delay, uniformInt(place, 7 * HOUR_MS, 22 * HOUR_MS));
  }
}
