import type { IdCodec } from "../../random/id.ts";
import type { Versions } from "../../ports/domain.ts";
import { deriveKey, Stream } from "../../random/stream.ts";
import { uniformInt } from "../../random/uniform.ts";
import { localDay, startOfLocalDay } from "../../time/sao_paulo.ts";
import type { ScheduledPayment } from "./amortization.ts";
import { type Installment, installment } from "./entities/installment.ts";
import { loan as loanEntity } from "./entities/loan.ts";
import type { BankBatch } from "./entities/mod.ts";
import { type Property, property } from "./entities/property.ts";
import { GROUP } from "./groups.ts";
import type { Household } from "./household.ts";
import type { LoanPlan, LoanPlans } from "./loan_plan.ts";
import type { People } from "./people.ts";
import {
  daysLate,
  defaultAt,
  installmentOrdinal,
  type InstallmentVersion,
  installmentVersion,
  installmentVersions,
  loanStatus,
} from "./versions.ts";
import type { Window } from "./window.ts";

/** Shares of APARTMENT and HOUSE; the rest is LAND. */
const APARTMENT_SHARE = 0.6;
const HOUSE_SHARE = 0.35;

/** Area by kind, square metres from and to; dear property is large. */
const AREAS: Readonly<Record<Property["property_type"], readonly [number, number]>> = {
  APARTMENT: [40, 200],
  HOUSE: [80, 400],
  LAND: [200, 1000],
};

/** Least and greatest value by kind, centavos; a small loan finances a smaller part of a dearer property. */
const VALUES: Readonly<Record<Property["property_type"], readonly [number, number]>> = {
  APARTMENT: [15_000_000, 150_000_000],
  HOUSE: [20_000_000, 200_000_000],
  LAND: [5_000_000, 50_000_000],
};
/** Values are multiples of this, centavos. */
const VALUE_STEP = 1_000_000;

/** What an instalment is whatever its version. */
interface InstallmentContext {
  readonly customer: number;
  readonly plan: LoanPlan;
  readonly customerId: string;
  readonly loanId: string;
  /** Position in the schedule, from 1. */
  readonly number: number;
  readonly dueDay: number;
  readonly payment: ScheduledPayment;
}

/** Writes loans with their schedules and properties. */
export class LoanHistory {
  readonly #ids: IdCodec;
  readonly #plans: LoanPlans;
  readonly #people: People;
  readonly #stream: Stream;

  constructor(seed: number, version: number, ids: IdCodec, plans: LoanPlans, people: People) {
    this.#stream = new Stream(deriveKey(seed, "properties", version));
    this.#ids = ids;
    this.#plans = plans;
    this.#people = people;
  }

  /** Appends one loan, the property behind it and its whole schedule to a batch, as they stand at an instant. */
  write(household: Household, plan: LoanPlan, customerId: string, asOf: number, batch: BankBatch): void {
    const { customer } = household;
    const loanId = this.#ids.encode(loanEntity.code, customer, plan.ordinal);
    const propertyId = plan.propertyValue > 0 ? this.#property(household, plan, batch) : null;
    const counts = { PENDING: 0, PAID: 0, LATE: 0, DEFAULT: 0 };
    const disbursed = plan.stoppedAs === null && plan.disbursedAt < asOf;
    const decided = plan.stoppedAs !== "PENDING" && plan.decidedAt < asOf;
    let changedAt = decided ? plan.decidedAt : plan.appliedAt;
    if (disbursed) {
      const last = this.#installments(household, plan, customerId, loanId, asOf, counts, batch);
      changedAt = Math.max(changedAt, plan.disbursedAt, last);
    }
    batch.loans.push({
      loan_id: loanId,
      customer_id: customerId,
      loan_type: plan.type,
      principal: plan.principal,
      interest_rate: plan.rate,
      term_months: plan.term,
      amortization_system: plan.system,
      status: loanStatus(plan, counts, asOf),
      disbursement_date: disbursed ? plan.disbursementDay : null,
      property_id: propertyId,
      created_at: plan.appliedAt,
      updated_at: changedAt > plan.appliedAt ? changedAt : null,
    });
  }

  /** Writes the schedule; returns when one of its instalments last changed. */
  #installments(
    household: Household,
    plan: LoanPlan,
    customerId: string,
    loanId: string,
    asOf: number,
    counts: Record<InstallmentVersion["status"], number>,
    batch: BankBatch,
  ): number {
    const { customer } = household;
    const payments = this.#plans.schedule(plan);
    let last = 0;
    for (let number = 1; number <= plan.term; number++) {
      const dueDay = this.#plans.dueDay(plan, number);
      const paidAt = startOfLocalDay(dueDay) < asOf ? this.#plans.paidAt(customer, plan, number) : Infinity;
      const version = installmentVersion(plan, dueDay, paidAt, asOf);
      counts[version.status]++;
      if (version.at > last) last = version.at;
      const context = { customer, plan, customerId, loanId, number, dueDay, payment: payments[number - 1]! };
      batch.installments.push(this.#installment(context, version));
    }
    return last;
  }

  /**
   * Appends versions that a loan's instalments come to within a window: number by number, each in order of time.
   *
   * @param versions The latest of each instalment before the window's end, if it is in the window; or all in it.
   */
  events(
    household: Household,
    plan: LoanPlan,
    customerId: string,
    window: Window,
    versions: Versions,
    into: Installment[],
  ): void {
    const { customer } = household;
    const { start, end } = window;
    if (plan.stoppedAs !== null || plan.disbursedAt >= end) return;
    const loanId = this.#ids.encode(loanEntity.code, customer, plan.ordinal);
    let payments: ScheduledPayment[] | undefined; // dear, and few months have a version of every loan
    for (let number = 1; number <= plan.term; number++) {
      const dueDay = this.#plans.dueDay(plan, number);
      const isDue = startOfLocalDay(dueDay) < end;
      if (!isDue && plan.disbursedAt < start) break; // those that follow are due later
      if (defaultAt(dueDay) < start) continue;
      const paidAt = isDue ? this.#plans.paidAt(customer, plan, number) : Infinity;
      const seen = installmentVersions(plan.disbursedAt, dueDay, paidAt, end);
      for (const version of versions === "all" ? seen : seen.slice(-1)) {
        if (version.at < start) continue;
        payments ??= this.#plans.schedule(plan);
        const context = { customer, plan, customerId, loanId, number, dueDay, payment: payments[number - 1]! };
        into.push(this.#installment(context, version));
      }
    }
  }

  #installment(
    { customer, plan, customerId, loanId, number, dueDay, payment: { principal, interest } }: InstallmentContext,
    version: InstallmentVersion,
  ): Installment {
    const paid = version.status === "PAID";
    return {
      installment_id: this.#ids.encode(installment.code, customer, installmentOrdinal(plan.ordinal, number)),
      loan_id: loanId,
      customer_id: customerId,
      installment_number: number,
      due_date: dueDay,
      principal_amount: principal,
      interest_amount: interest,
      total_amount: principal + interest,
      paid_date: paid ? localDay(version.at) : null,
      paid_amount: paid ? principal + interest : null,
      status: version.status,
      days_late: paid ? daysLate(dueDay, version.at) : null,
      created_at: plan.disbursedAt,
      updated_at: version.status === "PENDING" ? null : version.at,
    };
  }

  #property(household: Household, plan: LoanPlan, batch: BankBatch): string {
    const { customer, city } = household;
    const place = this.#stream.at(GROUP.property, customer, plan.ordinal);
    const share = place.nextUint32() / 4_294_967_296;
    const drawn = share < APARTMENT_SHARE ? "APARTMENT" : share < APARTMENT_SHARE + HOUSE_SHARE ? "HOUSE" : "LAND";
    const type = plan.propertyValue > VALUES[drawn][1] ? "HOUSE" : drawn;
    const [least, most] = AREAS[type];
    const id = this.#ids.encode(property.code, customer, plan.ordinal);
    const area = uniformInt(place, least * 100, most * 100);
    const registration = uniformInt(place, 1, 999_999);
    const steps = VALUES[type][0] / VALUE_STEP;
    const usual = uniformInt(place, steps, Math.floor(steps * 1.5)) * VALUE_STEP;
    const address = this.#people.addressIn(city, GROUP.property, customer, plan.ordinal);
    if (type !== "APARTMENT") address.complement = "";
    const row: Property = {
      property_id: id,
      property_type: type,
      ...address,
      appraised_value: plan.propertyValue < VALUES[type][0] ? usual : plan.propertyValue,
      area_sqm: area,
      registration_number: `MAT-${String(registration + 1_000_000).slice(1)}-${city.uf}`,
      created_at: plan.appliedAt,
      updated_at: null,
    };
    batch.properties.push(row);
    return id;
  }
}
