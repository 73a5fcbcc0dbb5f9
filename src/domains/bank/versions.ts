import { localDay, startOfLocalDay } from "../../time/sao_paulo.ts";
import type { INSTALLMENT_STATUSES, LOAN_STATUSES } from "./entities/enums.ts";
import type { LoanPlan } from "./loan_plan.ts";

/** Days after the due date at which an unpaid instalment is in default. */
export const DAYS_UNTIL_DEFAULT = 90;

/** Late instalments at which a loan is delinquent. */
const DELINQUENT_INSTALLMENTS = 3;

/**
 * Number of each version in the ids of events, since an instalment has a status once at most; the numbers are never
 * used again. 0 stands for the instalment itself.
 */
export const VERSION_NUMBER: Readonly<Record<InstallmentVersion["status"], number>> = {
  PENDING: 1,
  PAID: 2,
  LATE: 3,
  DEFAULT: 4,
};

/**
 * Ordinal of an instalment's id: version (7 bits), loan (14), number (10).
 *
 * @param loan Ordinal of the loan.
 * @param number Position in the schedule, `1..1023`.
 * @param version One of {@linkcode VERSION_NUMBER} for the id of an event, 0 (default) for the instalment.
 */
export function installmentOrdinal(loan: number, number: number, version = 0): number {
  return (version << 24) | (loan << 10) | number;
}

/** The ordinal of the instalment itself, whatever the version that an ordinal holds. */
export function withoutVersion(ordinal: number): number {
  return ordinal & 0xffffff;
}

/** One version of an instalment: what it becomes at an instant. */
export interface InstallmentVersion {
  readonly status: typeof INSTALLMENT_STATUSES[number];
  /** When it became so. */
  readonly at: number;
}

/** When an instalment that is not paid becomes late. */
function lateAt(dueDay: number): number {
  return startOfLocalDay(dueDay + 1);
}

/** When an instalment that is not paid is in default: nothing happens to it later, unless it is paid. */
export function defaultAt(dueDay: number): number {
  return startOfLocalDay(dueDay + DAYS_UNTIL_DEFAULT + 1);
}

/**
 * The latest version of an instalment before an instant: PENDING from the disbursement, LATE from the day after an
 * unpaid due day, DEFAULT when unpaid for more than 90 days, PAID from the payment on.
 *
 * @param paidAt When it is paid; `Infinity` if never.
 * @param asOf Versions at or after this instant are not seen.
 */
export function installmentVersion(plan: LoanPlan, dueDay: number, paidAt: number, asOf: number): InstallmentVersion {
  if (paidAt < asOf) return { status: "PAID", at: paidAt };
  const late = lateAt(dueDay);
  if (late >= asOf) return { status: "PENDING", at: plan.disbursedAt };
  const inDefault = defaultAt(dueDay);
  return inDefault < asOf ? { status: "DEFAULT", at: inDefault } : { status: "LATE", at: late };
}

/**
 * Every version of an instalment before an instant, in order of time; the last one is {@linkcode installmentVersion}.
 *
 * @param disbursedAt When the schedule was made.
 * @param paidAt When it is paid; `Infinity` if never.
 * @param before Versions at or after this instant are not seen.
 */
export function installmentVersions(
  disbursedAt: number,
  dueDay: number,
  paidAt: number,
  before: number,
): InstallmentVersion[] {
  const unpaid: readonly InstallmentVersion[] = [
    { status: "PENDING", at: disbursedAt },
    { status: "LATE", at: lateAt(dueDay) },
    { status: "DEFAULT", at: defaultAt(dueDay) },
  ];
  const versions = unpaid.filter(({ at }) => at < paidAt);
  versions.push({ status: "PAID", at: paidAt });
  return versions.filter(({ at }) => at < before);
}

/** Days from due day to payment, 0 when on time. */
export function daysLate(dueDay: number, paidAt: number): number {
  return Math.max(0, localDay(paidAt) - dueDay);
}

/** The status of a loan from how many of its instalments have which. */
export function loanStatus(
  plan: LoanPlan,
  counts: Readonly<Record<InstallmentVersion["status"], number>>,
  asOf: number,
): typeof LOAN_STATUSES[number] {
  if (plan.stoppedAs !== null) return plan.decidedAt < asOf ? plan.stoppedAs : "PENDING";
  if (plan.disbursedAt >= asOf) return plan.decidedAt < asOf ? "APPROVED" : "PENDING";
  if (counts.DEFAULT > 0) return "DEFAULT";
  if (counts.LATE >= DELINQUENT_INSTALLMENTS) return "DELINQUENT";
  return counts.PAID === plan.term ? "PAID_OFF" : "ACTIVE";
}
