/**
 * The acceptance criteria of the reference program that hold for generators, each test named by its label.
 *
 * Superseded by a recommendation of the specification (§11 W-nn, §12 D-nn) or by the design:
 *
 * | Label | What of it | By |
 * | --- | --- | --- |
 * | A-AD-01, A-AD-02, A-AD-04 | ten countries and their mix, weights of one's own | W-19: Brazil only |
 * | A-AD-03 | a factory of addresses with a seed | addresses are functions of (seed, person); W-03 |
 * | A-AC-01 | every account ACTIVE | W-47: a mix of statuses |
 * | A-TX-01 | unknown types with an empty description | types are closed; no such row |
 * | A-CC-01 | limit at least 5,000; path B issues by score | D-12: by income; §6 of the design: 0.70 hold one |
 * | A-CT-01 | only APPROVED and DECLINED | W-47: authorisations never captured stay PENDING |
 * | A-LO-01 | VEHICLE at least 20,000 | D-16: path B, from 10,000 |
 * | A-LO-02 | refusals by score leave no row | path B: no loan came of them |
 * | A-LO-03 | the last payment within 1.00 of the others | W-08: it takes the rounding |
 * | A-PR-01 | no LAND, worth at least 150,000 | D-19: LAND from 50,000, area by kind |
 * | A-PB-01 | shares of on-time, late and default given by the caller | D-31: profiles by score |
 * | A-ST-01 | ISIN of any digits | D-21: the real code with its check digit |
 * | A-TR-01 | weekends only left out of settlement, all EXECUTED | W-15: B3 sessions; D-30: a mix |
 *
 * Not about generators, and tested with what they are about: A-EX, A-SE, A-SD, A-CF, A-CO, A-JS (errors, stores,
 * settings, console, files: `tests/cli`, `tests/unit`). Later work: A-PG (PostgreSQL), A-KA (Kafka), A-FR and A-SC
 * (scenarios).
 *
 * @module
 */

import assert from "node:assert/strict";
import { bankCatalogue, type Installment, type Loan } from "../../mod.ts";
import { schedule } from "../../src/domains/bank/amortization.ts";
import { LoanPlans } from "../../src/domains/bank/loan_plan.ts";
import { banks } from "../../src/reference/br/banks.ts";
import { merchantCategories } from "../../src/reference/br/merchants.ts";
import { bankOf, batchOf, DAY, groupBy, spread, wallTime } from "../support/bank.ts";

const COUNT = 3000;
const bank = bankOf();
const batch = batchOf(bank, spread(COUNT));
const customers = new Map(batch.customers.map((row) => [row.customer_id, row]));
const schedules = groupBy(batch.installments, (row) => row.loan_id);

Deno.test("A-MO-01: an address has an empty complement or a flat, and the country BR", () => {
  const homes = [...batch.customers, ...batch.properties];
  assert.ok(homes.every((row) => row.country === "BR" && /^(Apto [1-9]\d*)?$/.test(row.complement)));
  assert.ok(homes.some((row) => row.complement === "") && homes.some((row) => row.complement !== ""));
});

Deno.test("A-MO-01: Pix columns of a TED are null, cash has a place, purchases have 1 to 12 parts", () => {
  for (const row of batch.transactions) {
    if (row.transaction_type === "TED") assert.deepEqual([row.pix_e2e_id, row.pix_key_type], [null, null]);
    if (row.transaction_type === "WITHDRAW") assert.ok(row.location_lat !== null && row.location_lon !== null);
  }
  const parts = new Set(batch.card_transactions.map((row) => row.installments));
  assert.ok(parts.has(1) && parts.has(12) && Math.max(...parts) === 12 && Math.min(...parts) === 1);
});

Deno.test("A-MO-01: every column of every entity is in every row", () => {
  const rows = { ...batch, stocks: bank.stocks() };
  for (const { name, fields } of bankCatalogue) {
    const list = rows[name as keyof typeof rows] as unknown as Record<string, unknown>[];
    assert.ok(list.length > 0, name);
    for (const row of list) for (const column in fields) assert.notEqual(row[column], undefined, `${name}.${column}`);
  }
});

Deno.test("A-AD-02, A-AD-04: every address has street, number, city, bairro and a state of two letters", () => {
  for (const row of [...batch.customers, ...batch.properties]) {
    for (const part of [row.street, row.number, row.neighborhood, row.city]) assert.ok(part.length > 0);
    assert.match(row.state, /^[A-Z]{2}$/);
    assert.match(row.postal_code, /^\d{5}-\d{3}$/);
  }
});

Deno.test("A-AD-03: the same seed gives the same addresses from two fresh banks, all in Brazil", () => {
  const home = (row: typeof batch.customers[number]) => [row.street, row.number, row.city, row.postal_code];
  const [one, other] = [bankOf({ days: 1 }).batch(0, 50), bankOf({ days: 1 }).batch(0, 50)];
  assert.deepEqual(one.customers.map(home), other.customers.map(home));
  assert.ok(one.customers.every((row) => row.country === "BR"));
});

Deno.test("A-CU-01: customers have unique ids, CPFs of 14 characters, incomes, scores and every employment", () => {
  assert.equal(customers.size, COUNT);
  for (const row of batch.customers) {
    assert.equal(row.cpf.length, 14);
    assert.ok(row.monthly_income >= 0 && row.credit_score >= 300 && row.credit_score <= 850);
    if (row.employment_status === "UNEMPLOYED") assert.ok(row.monthly_income <= 200_000);
    else assert.ok(row.monthly_income > 0);
  }
  const statuses = new Set(batch.customers.map((row) => row.employment_status));
  assert.deepEqual([...statuses].sort(), ["EMPLOYED", "RETIRED", "SELF_EMPLOYED", "UNEMPLOYED"]);
});

Deno.test("A-AC-01: customers have one to three accounts at known banks, mostly current, none overdrawn", () => {
  const owners = groupBy(batch.accounts, (row) => row.customer_id);
  assert.equal(owners.size, COUNT);
  for (const [owner, rows] of owners) assert.ok(customers.has(owner) && rows.length >= 1 && rows.length <= 3);
  assert.ok(batch.accounts.every((row) => row.balance >= 0 && banks.some((known) => known.compe === row.bank_code)));
  const first = [...owners.values()].map((rows) => rows[0]!.account_type);
  const count = (type: string) => first.filter((other) => other === type).length;
  assert.ok(count("CONTA_CORRENTE") > count("POUPANCA") && count("POUPANCA") > count("INVESTIMENTOS"));
});

Deno.test("A-TX-01: amounts are positive, directions fit the type, no description is empty", () => {
  const fixed = { WITHDRAW: "DEBIT", BOLETO: "DEBIT", DEPOSIT: "CREDIT" } as Record<string, string>;
  for (const row of batch.transactions) {
    assert.ok(row.amount > 0 && row.description.length > 0);
    assert.equal(row.direction, fixed[row.transaction_type] ?? row.direction);
  }
  const types = new Set(batch.transactions.map((row) => row.transaction_type));
  for (const type of ["PIX", "TED", "WITHDRAW", "DEPOSIT", "BOLETO"] as const) assert.ok(types.has(type), type);
  const keys = new Set(batch.transactions.flatMap((row) => row.pix_key_type ?? []));
  assert.deepEqual([...keys].sort(), ["CNPJ", "CPF", "EMAIL", "EVP", "PHONE"]);
});

Deno.test("A-TX-02: a Pix has end-to-end id, key and name; a TED has a counterparty; a week has rows", () => {
  for (const row of batch.transactions) {
    if (row.transaction_type === "PIX") {
      assert.equal(row.pix_e2e_id?.length, 32);
      assert.ok(row.pix_key_type !== null && row.counterparty_key !== null && row.counterparty_name !== null);
    }
    if (row.transaction_type === "TED") assert.ok(row.counterparty_key !== null && row.counterparty_name !== null);
  }
  assert.ok(bankOf({ days: 7 }).batch(0, 50).transactions.length > 0);
});

Deno.test("A-CC-01: no card has more available than its limit, days are 1 to 28, numbers are masked", () => {
  for (const row of batch.credit_cards) {
    assert.ok(row.credit_limit >= 50_000 && row.available_limit >= 0 && row.available_limit <= row.credit_limit);
    assert.ok(row.due_day >= 1 && row.due_day <= 28);
    assert.match(row.card_number_masked, /^\*{4}-\*{4}-\*{4}-\d{4}$/);
  }
});

Deno.test("D-12 for A-CC-01: limits grow with income and score", () => {
  const ratio = (from: number, to: number) => {
    const rows = batch.credit_cards.filter((row) => {
      const { credit_score: score, monthly_income: income } = customers.get(row.customer_id)!;
      return score >= from && score < to && income > 100_000;
    });
    const ratios = rows.map((row) => row.credit_limit / customers.get(row.customer_id)!.monthly_income);
    return ratios.reduce((sum, value) => sum + value, 0) / ratios.length;
  };
  assert.ok(ratio(700, 851) > ratio(550, 700) && ratio(550, 700) > ratio(300, 550));
});

Deno.test("A-CT-01: purchases are positive, of known categories, in Brazil; small ones in one part", () => {
  const codes = new Set<string>(merchantCategories.map((category) => category.mcc));
  for (const row of batch.card_transactions) {
    assert.ok(row.amount > 0 && codes.has(row.mcc_code) && row.merchant_name.length > 0);
    assert.equal(row.location_country, "BR");
    if (row.amount <= 20_000) assert.equal(row.installments, 1);
  }
  assert.equal(new Set(batch.card_transactions.map((row) => row.mcc_code)).size, 12);
});

const paidOut = batch.loans.filter((row) => row.disbursement_date !== null);

Deno.test("A-LO-01: a loan has as many instalments as months; its kind decides system, term and property", () => {
  assert.equal(new Set(batch.loans.map((row) => row.loan_type)).size, 3);
  for (const loan of paidOut) assert.equal(schedules.get(loan.loan_id)!.length, loan.term_months);
  for (const loan of batch.loans) {
    const housing = loan.loan_type === "HOUSING";
    assert.equal(loan.property_id !== null, housing);
    if (housing) assert.ok(loan.term_months >= 120);
    else assert.equal(loan.amortization_system, "PRICE");
    if (loan.loan_type === "VEHICLE") assert.ok(loan.principal >= 1_000_000 && loan.principal <= 20_000_000);
  }
  assert.equal(
    new Set(batch.loans.filter((row) => row.property_id !== null).map((row) => row.amortization_system)).size,
    2,
  );
});

Deno.test("A-LO-02: better scores borrow more often, and poor ones never for housing", () => {
  const plans = new LoanPlans(42, 1, 0.35);
  const share = (score: number, kind: number) => {
    let loans = 0;
    for (let customer = 0; customer < 4000; customer++) {
      const work = { employment: "EMPLOYED", income: 500_000, score } as const;
      if (plans.plan(customer, kind, Date.UTC(2023, 0, 1), work, bank.options.epoch) !== undefined) loans++;
    }
    return loans / 4000;
  };
  for (const kind of [0, 2]) assert.ok(share(800, kind) > share(700, kind) && share(550, kind) > 2 * share(400, kind));
  assert.ok(share(800, 1) > 0.05);
  assert.equal(share(499, 1), 0);
});

Deno.test("A-LO-02: a housing loan comes with a property that has an address", () => {
  const properties = new Map(batch.properties.map((row) => [row.property_id, row]));
  const housing = batch.loans.filter((row) => row.loan_type === "HOUSING");
  assert.ok(housing.length > 50);
  for (const loan of housing) assert.ok(properties.get(loan.property_id!)!.street.length > 0);
});

/** Totals of a loan's instalments, in order. */
function totals(loan: Loan): number[] {
  return schedules.get(loan.loan_id)!.map((row: Installment) => row.total_amount);
}

Deno.test("A-LO-03: PRICE totals are equal but for the last, SAC totals fall, parts are never negative", () => {
  for (const loan of paidOut) {
    const list = totals(loan);
    if (loan.amortization_system === "PRICE") assert.equal(new Set(list.slice(0, -1)).size, 1);
    else assert.ok(list[0]! > list.at(-1)!);
    // Half a centavo a month, with interest on it, is all that the last one may take.
    const drift = list.length * (1 + loan.interest_rate / 1e6) ** list.length;
    if (loan.amortization_system === "PRICE") assert.ok(Math.abs(list.at(-1)! - list[0]!) <= drift);
    assert.ok(list.every((total) => total > 0));
  }
  assert.ok(batch.installments.every((row) => row.principal_amount >= 0 && row.interest_amount >= 0));
});

Deno.test("A-LO-03: a rate of zero divides the principal equally, without interest", () => {
  for (const system of ["PRICE", "SAC"] as const) {
    assert.deepEqual(schedule(system, 120_000, 0, 12), Array(12).fill({ principal: 10_000, interest: 0 }));
    assert.equal(schedule(system, 100_000, 0, 7).reduce((sum, line) => sum + line.principal, 0), 100_000);
  }
});

Deno.test("A-PR-01: properties have kind, value, area, registration and address", () => {
  assert.ok(batch.properties.length > 50);
  for (const row of batch.properties) {
    assert.ok(row.appraised_value >= (row.property_type === "LAND" ? 5_000_000 : 15_000_000));
    assert.ok(row.area_sqm >= 4_000);
    assert.match(row.registration_number, /^MAT-\d{6}-[A-Z]{2}$/);
    assert.ok(row.street.length > 0 && row.city.length > 0);
  }
});

Deno.test("A-PB-01: instalments that are due are PAID, LATE or DEFAULT, later ones PENDING without a payment", () => {
  const today = Math.floor(wallTime(bank.options.asOf) / DAY);
  const due = batch.installments.filter((row) => row.due_date < today - 1);
  assert.deepEqual([...new Set(due.map((row) => row.status))].sort(), ["DEFAULT", "LATE", "PAID"]);
  assert.ok(due.filter((row) => row.status === "PAID").length > due.length * 0.9);
  for (const row of batch.installments) {
    if (row.due_date >= today) assert.deepEqual([row.status, row.paid_date], ["PENDING", null]);
  }
});

Deno.test("A-ST-01: 42 stocks with unique tickers, in reais, by lots of 100, with Brazilian ISINs", () => {
  const stocks = bank.stocks();
  assert.equal(new Set(stocks.map((row) => row.ticker)).size, 42);
  assert.ok(
    stocks.every((row) => row.currency === "BRL" && row.lot_size === 100 && /^BR[A-Z0-9]{9}\d$/.test(row.isin)),
  );
  const petrobras = stocks.find((row) => row.ticker === "PETR4")!;
  assert.ok(petrobras.current_price >= 2_500 && petrobras.current_price <= 4_000);
  assert.deepEqual([petrobras.company_name, petrobras.sector], ["Petrobras", "ENERGY"]);
  const sectors = new Set<string>(stocks.map((row) => row.sector));
  for (const sector of ["ENERGY", "FINANCE", "MINING", "RETAIL"]) assert.ok(sectors.has(sector));
});

Deno.test("A-TR-01: trades are positive, net of fees below 1 %, in order of time, at the market among others", () => {
  for (const row of batch.trades) {
    assert.ok(row.quantity > 0 && row.price_per_share > 0 && row.total_amount > 0 && row.net_amount > 0);
    assert.equal(row.net_amount, row.total_amount + (row.trade_type === "BUY" ? row.fees : -row.fees));
    assert.ok(row.fees >= 0 && row.fees < row.total_amount * 0.01);
    assert.ok(row.settlement_date > row.executed_at);
  }
  for (const rows of groupBy(batch.trades, (row) => row.account_id).values()) {
    for (let at = 1; at < rows.length; at++) assert.ok(rows[at - 1]!.executed_at <= rows[at]!.executed_at);
  }
  assert.ok(batch.trades.some((row) => row.order_type === "MARKET"));
  assert.deepEqual(bankOf({ volumes: { tradesPerAccount: 0 } }).batch(0, 50).trades, []);
});

Deno.test("A-TR-01: a trade settles two sessions later: Monday on Wednesday, Thursday on Monday", () => {
  const rows = bankOf({ asOf: "2024-02-01", days: 40 }).batch(0, 1500).trades;
  const settled = (day: string) =>
    new Set(
      rows.filter((row) => new Date(wallTime(row.executed_at)).toISOString().startsWith(day))
        .map((row) => new Date(wallTime(row.settlement_date)).toISOString().slice(0, 10)),
    );
  assert.deepEqual([...settled("2024-01-15")], ["2024-01-17"]);
  assert.deepEqual([...settled("2024-01-18")], ["2024-01-22"]);
});
