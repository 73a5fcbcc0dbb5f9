import assert from "node:assert/strict";
import fc from "fast-check";
import { type BankBatch, bankCatalogue, DATA_VERSION, DEFAULT_VOLUMES, emptyBatch, type Volumes } from "../../mod.ts";
import { deriveKey, Stream } from "../../src/random/stream.ts";
import { KIND } from "../../src/domains/bank/entries.ts";
import { HABIT, hasHabit } from "../../src/domains/bank/habits.ts";
import { merchantCategories } from "../../src/reference/br/merchants.ts";
import { addTo, bankOf, type BankView, groupBy, kindOf, spread } from "../support/bank.ts";

const COUNT = 5000;
const bank = bankOf();
const batch = emptyBatch();
for (const start of spread(COUNT / 50)) addTo(batch, bank.batch(start, start + 50));

/** Asserts that a value is within a part of what is expected. */
function about(actual: number, expected: number, part: number, what: string): void {
  assert.ok(Math.abs(actual / expected - 1) <= part, `${what}: ${actual.toFixed(4)}, expected about ${expected}`);
}

/** Shares of the values of a column. */
function shares<Row>(rows: readonly Row[], value: (row: Row) => string | number | null): Map<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(String(value(row)), (counts.get(String(value(row))) ?? 0) + 1);
  return new Map([...counts].map(([key, count]) => [key, count / rows.length]));
}

/** Asserts shares, each within three points of a hundred. */
function mix(found: Map<string, number>, expected: Readonly<Record<string, number>>, tolerance = 0.03): void {
  assert.deepEqual([...found.keys()].sort(), Object.keys(expected).sort());
  for (const [key, share] of found) {
    assert.ok(Math.abs(share - expected[key]!) < tolerance, `${key}: ${share.toFixed(4)}, expected ${expected[key]}`);
  }
}

Deno.test("Bank.batch() has the documented number of rows of each kind a customer", () => {
  const investment = batch.accounts.filter((row) => row.account_type === "INVESTIMENTOS").length;
  const holders = new Set(batch.credit_cards.map((row) => row.customer_id)).size;
  const housing = batch.loans.filter((row) => row.loan_type === "HOUSING").length;
  about(batch.customers.length / COUNT, 1, 0, "customers");
  about(batch.accounts.length / COUNT, 1.5, 0.02, "accounts");
  about(investment / COUNT, 0.325, 0.05, "investment accounts");
  about(holders / COUNT, 0.7, 0.03, "card holders");
  about(batch.loans.length / COUNT, 0.35, 0.07, "loans");
  about(housing / COUNT, 0.05, 0.15, "housing loans");
  assert.equal(batch.properties.length, housing);
  about(batch.transactions.length / COUNT, 20, 0.05, "transactions");
  about(batch.card_transactions.length / holders, 57, 0.05, "purchases a holder");
  about(batch.trades.length / investment, 20, 0.08, "trades an investment account");
  about(batch.installments.length / COUNT, 22, 0.15, "instalments");
  const events = batch.transactions.length + batch.card_transactions.length + batch.trades.length +
    batch.installments.length;
  about(events / COUNT, 89, 0.05, "events");
  assert.equal(bank.stocks().length, 42);
});

Deno.test("Bank.batch() gives one account to 60 of 100 customers, two to 30, three to 10", () => {
  const counts = [...groupBy(batch.accounts, (row) => row.customer_id).values()].map((rows) => rows.length);
  mix(shares(counts, (count) => count), { 1: 0.6, 2: 0.3, 3: 0.1 });
});

Deno.test("Bank.batch() mixes the types of transactions as D-22 says, without DOC since March 2024", () => {
  const found = shares(batch.transactions, (row) => row.transaction_type);
  mix(found, { PIX: 0.525, TED: 0.1, WITHDRAW: 0.15, DEPOSIT: 0.1, BOLETO: 0.125 }, 0.04);
  assert.ok(found.get("PIX")! >= 0.5 && found.get("PIX")! <= 0.6);
});

Deno.test("Bank.batch() completes about 98 of 100 transactions", () => {
  const found = shares(batch.transactions, (row) => row.status);
  assert.ok(found.get("COMPLETED")! > 0.97 && found.get("COMPLETED")! < 0.995);
  assert.ok(found.get("FAILED")! > found.get("PENDING")! && found.get("PENDING")! > 0);
});

Deno.test("Bank.batch() weighs Pix keys towards CPF, then phone, e-mail and random keys, with few CNPJs", () => {
  const pix = batch.transactions.filter((row) => row.transaction_type === "PIX");
  mix(shares(pix, (row) => row.pix_key_type), { CPF: 0.36, PHONE: 0.27, EMAIL: 0.18, EVP: 0.1, CNPJ: 0.09 }, 0.05);
});

Deno.test("Bank.batch() mixes employment, brands, account types and card outcomes as documented", () => {
  const employment = { EMPLOYED: 0.6, SELF_EMPLOYED: 0.2, RETIRED: 0.12, UNEMPLOYED: 0.08 };
  mix(shares(batch.customers, (row) => row.employment_status), employment);
  mix(shares(batch.credit_cards, (row) => row.brand), { VISA: 0.45, MASTERCARD: 0.4, ELO: 0.15 });
  const types = { CONTA_CORRENTE: 0.467, POUPANCA: 0.317, INVESTIMENTOS: 0.217 };
  mix(shares(batch.accounts, (row) => row.account_type), types);
  mix(shares(batch.card_transactions, (row) => row.status), { APPROVED: 0.944, DECLINED: 0.05, PENDING: 0.006 }, 0.01);
});

Deno.test("Bank.batch() mixes trades as D-30 says", () => {
  mix(shares(batch.trades, (row) => row.trade_type), { BUY: 0.55, SELL: 0.45 });
  mix(shares(batch.trades, (row) => row.order_type), { MARKET: 0.7, LIMIT: 0.25, STOP: 0.05 });
  mix(shares(batch.trades, (row) => row.status), { EXECUTED: 0.95, CANCELLED: 0.03, PARTIALLY_FILLED: 0.02 });
});

Deno.test("Bank.batch() reaches all four tiers of scores between 300 and 850, without a heap at either end", () => {
  const scores = batch.customers.map((row) => row.credit_score);
  const tiers = shares(
    scores,
    (score) => score >= 750 ? "excellent" : score >= 650 ? "good" : score >= 500 ? "fair" : "poor",
  );
  for (const tier of ["excellent", "good", "fair", "poor"]) assert.ok(tiers.get(tier)! > 0.04, tier);
  assert.ok(scores.every((score) => score >= 300 && score <= 850));
  assert.ok(scores.filter((score) => score === 300 || score === 850).length < COUNT * 0.005);
});

Deno.test("Bank.batch() keeps incomes in each employment's range, without a heap at either end", () => {
  const ranges = {
    EMPLOYED: [200_000, 3_000_000],
    SELF_EMPLOYED: [300_000, 5_000_000],
    RETIRED: [150_000, 1_500_000],
    UNEMPLOYED: [0, 200_000],
  };
  for (const [status, rows] of groupBy(batch.customers, (row) => row.employment_status)) {
    const [least, most] = ranges[status] as [number, number];
    const incomes = rows.map((row) => row.monthly_income);
    assert.ok(incomes.every((income) => income >= least && income <= most));
    assert.ok(incomes.filter((income) => income === least || income === most).length < rows.length * 0.01, status);
  }
});

Deno.test("Bank.batch() shops by the weights of the merchant categories", () => {
  const found = shares(batch.card_transactions, (row) => row.mcc_code);
  const expected = Object.fromEntries(merchantCategories.map(({ mcc, weight }) => [mcc, weight / 1000]));
  mix(found, expected, 0.02);
});

Deno.test("Bank.batch() shows closed and blocked accounts and cards among mostly active ones", () => {
  const accounts = shares(batch.accounts, (row) => row.status);
  const cards = shares(batch.credit_cards, (row) => row.status);
  for (const found of [accounts, cards]) {
    assert.ok(found.get("ACTIVE")! > 0.9);
    assert.ok(found.get("BLOCKED")! > 0.001);
  }
  assert.ok(accounts.get("CLOSED")! > 0.005 && cards.get("CANCELLED")! > 0.005);
});

Deno.test("Bank.batch() gives cards and loans independently of each other and of the index", () => {
  const people = new Set(batch.customers.map((row) => row.customer_id));
  const withCard = new Set(batch.credit_cards.map((row) => row.customer_id));
  const withLoan = new Set(batch.loans.map((row) => row.customer_id));
  const share = (of: Set<string>, among: Iterable<string>) => {
    const list = [...among];
    return list.filter((id) => of.has(id)).length / list.length;
  };
  assert.ok(Math.abs(share(withCard, withLoan) - share(withCard, people)) < 0.05);
  const half = [...people].slice(0, COUNT / 2);
  assert.ok(Math.abs(share(withCard, half) - share(withCard, people)) < 0.03);
  assert.ok(Math.abs(share(withLoan, half) - share(withLoan, people)) < 0.03);
});

Deno.test("Bank.batch() splits purchases above R$ 200 into 2 to 12 parts, and smaller ones never", () => {
  for (const row of batch.card_transactions) {
    assert.ok(row.installments === 1 || row.amount > 20_000);
    assert.ok([1, 2, 3, 4, 5, 6, 10, 12].includes(row.installments));
  }
  const split = batch.card_transactions.filter((row) => row.installments > 1).length / batch.card_transactions.length;
  assert.ok(split > 0.2 && split < 0.4, `${split}`); // 0.4 where every limit leaves room
});

// ---- The description of each entity holds for its rows ----

/** Values that a kind of field can have. */
const FORMS: Readonly<Record<string, (value: unknown) => boolean>> = {
  uuid: (value) => typeof value === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value),
  text: (value) => typeof value === "string" && value === value.normalize("NFC") && value === value.trim(),
  enum: (value) => typeof value === "string",
  double: Number.isFinite as (value: unknown) => boolean,
};

Deno.test("Bank.batch() keeps to the fields, ranges, lengths and values that the entities describe", () => {
  const rows = { ...batch, stocks: bank.stocks() };
  for (const entity of bankCatalogue) {
    const list = rows[entity.name as keyof BankBatch] as unknown as Record<string, unknown>[];
    assert.ok(list.length > 0);
    const columns = Object.entries(entity.fields);
    for (const row of list.length > 20_000 ? list.filter((_, at) => at % 7 === 0) : list) {
      assert.deepEqual(Object.keys(row), columns.map(([column]) => column), entity.name);
      for (const [column, field] of columns) {
        const value = row[column];
        const right = value === null ? field.nullable : (FORMS[field.kind] ?? Number.isSafeInteger)(value) &&
          (field.min === undefined || Number(value) >= field.min) &&
          (field.max === undefined || Number(value) <= field.max) &&
          (field.length === undefined || [...String(value)].length <= field.length) &&
          (field.values === undefined || field.values.includes(String(value)));
        if (!right) assert.fail(`${entity.name}.${column} is ${value}`);
      }
    }
  }
});

// ---- Other volumes ----

const N = 300;
const usual = bankOf({ days: 90 }).batch(0, N);

function withVolumes(volumes: Partial<Volumes>): { bank: BankView; batch: BankBatch } {
  const other = bankOf({ days: 90, volumes });
  return { bank: other, batch: other.batch(0, N) };
}

/** Rows of one batch that another one has with other values, or not at all. */
function lost(few: readonly object[], many: readonly object[], key: string, without: readonly string[] = []): string[] {
  const text = (row: object) => JSON.stringify(row, (column, value) => without.includes(column) ? undefined : value);
  const id = (row: object) => String((row as Record<string, unknown>)[key]);
  const found = new Map(many.map((row) => [id(row), text(row)]));
  return few.filter((row) => found.get(id(row)) !== text(row)).map(id);
}

Deno.test("Bank.batch() with a greater card share takes no card away and changes none", () => {
  const { batch: more } = withVolumes({ cardShare: 0.9 });
  const { batch: less } = withVolumes({ cardShare: 0.3 });
  assert.deepEqual(lost(usual.credit_cards, more.credit_cards, "card_id"), []);
  assert.deepEqual(lost(less.credit_cards, usual.credit_cards, "card_id"), []);
  assert.deepEqual(lost(less.card_transactions, more.card_transactions, "transaction_id"), []);
  assert.ok(
    less.credit_cards.length < usual.credit_cards.length && usual.credit_cards.length < more.credit_cards.length,
  );
  assert.deepEqual(withVolumes({ cardShare: 0 }).batch.credit_cards, []);
  assert.equal(new Set(withVolumes({ cardShare: 1 }).batch.credit_cards.map((row) => row.customer_id)).size, N);
});

Deno.test("Bank.batch() with a greater loan share takes no loan away and changes none", () => {
  const { batch: more } = withVolumes({ loanShare: 0.9 });
  assert.deepEqual(lost(usual.loans, more.loans, "loan_id"), []);
  assert.deepEqual(lost(usual.installments, more.installments, "installment_id"), []);
  assert.deepEqual(lost(usual.properties, more.properties, "property_id"), []);
  assert.ok(more.loans.length > usual.loans.length * 1.5);
  assert.deepEqual(withVolumes({ loanShare: 0 }).batch.loans, []);
});

Deno.test("Bank.batch() with more accounts a customer takes no account away and changes none", () => {
  for (const [few, many] of [[1, 1.5], [1.5, 2.2], [2.2, 2.25], [2.25, 3]] as const) {
    const less = withVolumes({ accountsPerCustomer: few }).batch;
    const more = withVolumes({ accountsPerCustomer: many }).batch;
    assert.deepEqual(lost(less.accounts, more.accounts, "account_id"), []);
    assert.deepEqual(lost(less.transactions, more.transactions, "transaction_id"), []);
    about(more.accounts.length / N, many, 0.06, "accounts");
  }
});

Deno.test("Bank.batch() with more activity takes no movement away but those that balance the books", () => {
  const balancing: readonly number[] = [KIND.cover, KIND.settling];
  for (const [few, many] of [[0, 0.5], [0.5, 1], [1, 2], [2, 3]] as const) {
    const { bank: first, batch: less } = withVolumes({ activity: few });
    const more = withVolumes({ activity: many }).batch;
    const causes = less.transactions.filter((row) => !balancing.includes(kindOf(first, row.transaction_id)));
    assert.deepEqual(lost(causes, more.transactions, "transaction_id"), []);
    assert.ok(more.transactions.length > less.transactions.length);
    assert.deepEqual(lost(less.accounts, more.accounts, "account_id", ["balance", "updated_at"]), []);
  }
});

Deno.test("hasHabit() with more activity takes no habit away", () => {
  const stream = new Stream(deriveKey(42, "causes", DATA_VERSION));
  const activity = fc.double({ min: 0, max: 3, noNaN: true });
  const habits = fc.constantFrom(...Object.values(HABIT));
  fc.assert(fc.property(fc.nat(89_999_999), habits, activity, activity, (customer, habit, one, other) => {
    const [less, more] = [Math.min(one, other), Math.max(one, other)];
    assert.ok(!hasHabit(stream, customer, habit, less) || hasHabit(stream, customer, habit, more));
    assert.ok(!hasHabit(stream, customer, habit, 0));
  }));
});

Deno.test("Bank.batch() has as many purchases and trades as asked for", () => {
  for (const [purchasesPerHolder, tradesPerAccount] of [[0, 0], [20, 60]] as const) {
    const settings = { days: 365, volumes: { purchasesPerHolder, tradesPerAccount } };
    const found = bankOf(settings).batch(0, 600);
    const holders = new Set(found.credit_cards.map((row) => row.customer_id)).size;
    const investment = found.accounts.filter((row) => row.account_type === "INVESTIMENTOS").length;
    assert.ok(Math.abs(found.card_transactions.length / holders - purchasesPerHolder) <= purchasesPerHolder * 0.1);
    assert.ok(Math.abs(found.trades.length / investment - tradesPerAccount) <= tradesPerAccount * 0.1);
  }
});

Deno.test("Bank.batch() balances with extreme volumes too", () => {
  const extremes: Volumes[] = [
    { accountsPerCustomer: 1, cardShare: 0, loanShare: 0, purchasesPerHolder: 0, tradesPerAccount: 0, activity: 0 },
    { accountsPerCustomer: 3, cardShare: 1, loanShare: 1, purchasesPerHolder: 500, tradesPerAccount: 500, activity: 3 },
  ];
  for (const volumes of extremes) {
    const found = bankOf({ days: 30, volumes }).batch(0, 40);
    assert.ok(found.credit_cards.every((row) => row.available_limit >= 0));
    assert.ok(found.accounts.every((row) => row.balance >= 0));
    assert.equal(new Set(found.trades.map((row) => row.trade_id)).size, found.trades.length);
  }
  assert.deepEqual(bankOf({ volumes: {} }).options.volumes, DEFAULT_VOLUMES);
});
