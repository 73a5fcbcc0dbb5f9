import assert from "node:assert/strict";
import fc from "fast-check";
import type { Installment, Loan } from "../../mod.ts";
import { isBankBusinessDay } from "../../src/time/business_days.ts";
import { RATE_SCALE, schedule } from "../../src/domains/bank/amortization.ts";
import { bankOf, batchOf, DAY, groupBy, instantOfWall, spread, wallTime } from "../support/bank.ts";

// ---- schedule() against rational arithmetic ----

/** Integer nearest to a fraction, halves up. */
function nearest(numerator: bigint, denominator: bigint): bigint {
  return (2n * numerator + denominator) / (2n * denominator);
}

/** Principal and interest of every payment, with the level payment as an exact fraction of big integers. */
function expected(system: string, principal: number, rate: number, term: number): [number, number][] {
  const [r, scale, n] = [BigInt(rate), BigInt(RATE_SCALE), BigInt(term)];
  // P r q^n / (q^n - 1) with q = (scale + r) / scale.
  const [top, bottom] = [(scale + r) ** n, scale ** n];
  const level = rate === 0
    ? nearest(BigInt(principal), n)
    : nearest(BigInt(principal) * r * top, scale * (top - bottom));
  const payments: [number, number][] = [];
  let open = BigInt(principal);
  for (let number = 1; number <= term; number++) {
    const interest = nearest(open * r, scale);
    let repaid = system === "PRICE" ? level - interest : BigInt(principal) / n;
    if (number === term || repaid > open) repaid = open;
    open -= repaid;
    payments.push([Number(repaid), Number(interest)]);
  }
  return payments;
}

const terms = fc.constantFrom(1, 2, 6, 12, 18, 24, 36, 48, 60, 72, 120, 180, 240, 300, 360, 480);
const rates = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 800 }).map((rate) => rate * 100), fc.nat(80_000));
const loans = fc.tuple(fc.constantFrom("PRICE", "SAC"), fc.integer({ min: 1, max: 200_000_000 }), rates, terms);

Deno.test("schedule() agrees with rational arithmetic for hundreds of loans, also without interest", () => {
  fc.assert(
    fc.property(loans, ([system, principal, rate, term]) => {
      const payments = schedule(system as "PRICE" | "SAC", principal, rate, term);
      assert.deepEqual(
        payments.map((line) => [line.principal, line.interest]),
        expected(system, principal, rate, term),
      );
    }),
    { numRuns: 500 },
  );
});

Deno.test("schedule() repays exactly the principal and never asks for less than nothing", () => {
  fc.assert(
    fc.property(loans, ([system, principal, rate, term]) => {
      const payments = schedule(system as "PRICE" | "SAC", principal, rate, term);
      assert.equal(payments.length, term);
      assert.equal(payments.reduce((sum, line) => sum + line.principal, 0), principal);
      assert.ok(payments.every((line) => line.principal >= 0 && line.interest >= 0));
    }),
    { numRuns: 500 },
  );
});

Deno.test("schedule() gives the payments of the textbooks' PRICE table: 300,000.00 at 4 % over 5 months", () => {
  const payments = schedule("PRICE", 30_000_000, 40_000, 5);
  assert.deepEqual(payments.map((line) => line.principal + line.interest).slice(0, 4), Array(4).fill(6_738_813));
  assert.deepEqual(payments.map((line) => line.interest), [1_200_000, 978_447, 748_033, 508_402, 259_185]);
});

// ---- Loans of the bank ----

const CUSTOMERS = [...Array.from({ length: 2000 }, (_, at) => at), ...spread(1000)];
const bank = bankOf({ asOf: "2026-06-30", days: 1 });
const asOf = bank.options.asOf;
const batch = batchOf(bank, CUSTOMERS);
const schedules = groupBy(batch.installments, (row) => row.loan_id);
const customers = new Map(batch.customers.map((row) => [row.customer_id, row]));

function scheduleOf(loan: Loan): Installment[] {
  return schedules.get(loan.loan_id) ?? [];
}

Deno.test("Bank.batch() writes the whole schedule of every loan paid out, and none of the others", () => {
  for (const loan of batch.loans) {
    const rows = scheduleOf(loan);
    if (loan.disbursement_date === null) {
      assert.deepEqual(rows, []);
      assert.ok(["PENDING", "APPROVED", "REJECTED"].includes(loan.status));
      continue;
    }
    assert.deepEqual(
      rows.map((row) => row.installment_number),
      Array.from({ length: loan.term_months }, (_, at) => at + 1),
    );
    const lines = expected(loan.amortization_system, loan.principal, loan.interest_rate, loan.term_months);
    assert.deepEqual(rows.map((row) => [row.principal_amount, row.interest_amount]), lines);
    assert.ok(rows.every((row) => row.total_amount === row.principal_amount + row.interest_amount));
  }
});

Deno.test("Bank.batch() makes instalments due monthly on the disbursement's day, or the month's last", () => {
  for (const loan of batch.loans) {
    if (loan.disbursement_date === null) continue;
    const start = new Date(loan.disbursement_date * DAY);
    for (const row of scheduleOf(loan)) {
      const month = start.getUTCMonth() + row.installment_number;
      const last = new Date(Date.UTC(start.getUTCFullYear(), month + 1, 0)).getUTCDate();
      const due = Date.UTC(start.getUTCFullYear(), month, Math.min(last, start.getUTCDate()));
      assert.equal(row.due_date, due / DAY);
    }
  }
});

Deno.test("Bank.batch() gives instalments the status that due date, payment and as-of make", () => {
  const today = Math.floor(wallTime(asOf) / DAY);
  const seen = new Set<string>();
  for (const row of batch.installments) {
    seen.add(row.status);
    const { due_date: due, paid_date: paid } = row;
    if (row.status === "PAID") {
      assert.ok(paid !== null && paid >= due && paid <= due + 45);
      assert.equal(row.paid_amount, row.total_amount);
      assert.equal(row.days_late, paid - due);
      assert.equal(Math.floor(wallTime(row.updated_at!) / DAY), paid);
      assert.ok(row.updated_at! < asOf);
      continue;
    }
    assert.deepEqual([paid, row.paid_amount, row.days_late], [null, null, null]);
    if (row.status === "PENDING") assert.ok(due >= today - 1 && row.updated_at === null);
    if (row.status === "LATE") {
      assert.ok(due < today && today - due <= 91);
      assert.equal(row.updated_at, instantOfWall((due + 1) * DAY));
    }
    if (row.status === "DEFAULT") {
      assert.ok(today - due > 90);
      assert.equal(row.updated_at, instantOfWall((due + 91) * DAY));
    }
  }
  assert.deepEqual([...seen].sort(), ["DEFAULT", "LATE", "PAID", "PENDING"]);
});

Deno.test("Bank.batch() gives loans the status that their instalments make", () => {
  for (const loan of batch.loans) {
    if (loan.disbursement_date === null) continue;
    const count = (status: string) => scheduleOf(loan).filter((row) => row.status === status).length;
    const status = count("DEFAULT") > 0
      ? "DEFAULT"
      : count("LATE") >= 3
      ? "DELINQUENT"
      : count("PAID") === loan.term_months
      ? "PAID_OFF"
      : "ACTIVE";
    assert.equal(loan.status, status);
  }
});

Deno.test("Bank.batch() shows every status of loans, in a mix that a bank can live with", () => {
  const share = (status: string) => batch.loans.filter((row) => row.status === status).length / batch.loans.length;
  assert.ok(share("ACTIVE") > 0.4 && share("PAID_OFF") > 0.1);
  assert.ok(share("DEFAULT") > 0.003 && share("DEFAULT") < 0.08);
  assert.ok(share("REJECTED") > 0.01 && share("REJECTED") < 0.1);
  for (const status of ["PENDING", "APPROVED"]) assert.ok(share(status) > 0 && share(status) < 0.05, status);
  let delinquent = 0;
  for (const day of ["2026-02-10", "2026-04-20", "2026-10-10"]) {
    const rows = batchOf(bankOf({ asOf: day, days: 1 }), CUSTOMERS).loans;
    delinquent += rows.filter((row) => row.status === "DELINQUENT").length;
  }
  assert.ok(delinquent > 0);
});

Deno.test("Bank.batch() has loans applied for, decided, paid out on a business day and repaid, in that order", () => {
  for (const loan of batch.loans) {
    assert.ok(loan.created_at > customers.get(loan.customer_id)!.created_at);
    if (loan.disbursement_date === null) continue;
    assert.ok(loan.disbursement_date >= Math.floor(wallTime(loan.created_at) / DAY) + 1);
    assert.ok(isBankBusinessDay(loan.disbursement_date));
    for (const row of scheduleOf(loan)) {
      assert.equal(Math.floor(wallTime(row.created_at) / DAY), loan.disbursement_date);
      assert.ok(row.created_at > loan.created_at && row.due_date > loan.disbursement_date);
      assert.ok(row.updated_at === null || row.updated_at > row.created_at);
    }
  }
});

Deno.test("Bank.batch() updates a loan when the bank decided or an instalment changed, and not before that", () => {
  for (const loan of batch.loans) {
    const changes = scheduleOf(loan).map((row) => row.updated_at ?? row.created_at);
    if (changes.length > 0) assert.equal(loan.updated_at, Math.max(...changes));
    else if (loan.status === "PENDING") assert.equal(loan.updated_at, null);
    else assert.ok(loan.updated_at! > loan.created_at);
  }
});

Deno.test("Bank.batch() lends within the ranges and rates of each kind", () => {
  const kinds = {
    PERSONAL: { principal: [1e5, 1e7], terms: [6, 12, 18, 24, 36, 48, 60, 72], rate: [15_000, 80_000] },
    HOUSING: { principal: [1e7, 2e8], terms: [120, 180, 240, 300, 360], rate: [7_000, 12_000] },
    VEHICLE: { principal: [1e6, 2e7], terms: [12, 24, 36, 48, 60], rate: [12_000, 50_000] },
  };
  for (const loan of batch.loans) {
    const kind = kinds[loan.loan_type];
    assert.ok(loan.principal >= kind.principal[0]! && loan.principal <= kind.principal[1]!);
    assert.ok(loan.interest_rate >= kind.rate[0]! && loan.interest_rate <= kind.rate[1]!);
    assert.ok(kind.terms.includes(loan.term_months));
    if (loan.loan_type !== "HOUSING") assert.equal(loan.amortization_system, "PRICE");
    assert.equal(loan.property_id !== null, loan.loan_type === "HOUSING");
  }
});

Deno.test("Bank.batch() asks lower rates of better scores, and lends nothing for housing below 500", () => {
  const sums = new Map<string, number[]>();
  for (const loan of batch.loans) {
    const score = customers.get(loan.customer_id)!.credit_score;
    const tier = score >= 750 ? 0 : score >= 650 ? 1 : score >= 500 ? 2 : 3;
    if (loan.loan_type === "HOUSING") assert.ok(score >= 500);
    const key = `${loan.loan_type} ${tier}`;
    sums.set(key, [...sums.get(key) ?? [], loan.interest_rate]);
  }
  for (const type of ["PERSONAL", "VEHICLE"]) {
    for (let tier = 1; tier < 4; tier++) {
      assert.ok(Math.min(...sums.get(`${type} ${tier}`)!) >= Math.max(...sums.get(`${type} ${tier - 1}`)!));
    }
  }
});

Deno.test("Bank.batch() finances real estate worth more than the loan, each by one loan", () => {
  const properties = new Map(batch.properties.map((row) => [row.property_id, row]));
  const areas = { APARTMENT: [4_000, 20_000], HOUSE: [8_000, 40_000], LAND: [20_000, 100_000] };
  const values = { APARTMENT: [15e6, 150e6], HOUSE: [20e6, 286e6], LAND: [5e6, 50e6] };
  for (const loan of batch.loans) {
    if (loan.property_id === null) continue;
    const property = properties.get(loan.property_id)!;
    assert.ok(loan.principal <= property.appraised_value * 0.8);
    assert.ok(property.created_at <= loan.created_at);
    const [cheapest, dearest] = values[property.property_type];
    assert.ok(property.appraised_value >= cheapest! && property.appraised_value <= dearest!, property.property_id);
    const [least, most] = areas[property.property_type];
    assert.ok(property.area_sqm >= least! && property.area_sqm <= most!);
    assert.match(property.registration_number, new RegExp(`^MAT-\\d{6}-${property.state}$`));
    assert.equal(property.state, customers.get(loan.customer_id)!.state);
  }
});
