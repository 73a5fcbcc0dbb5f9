import assert from "node:assert/strict";
import { type BankBatch, DATA_VERSION, DEFAULT_VOLUMES, type Transaction } from "../../mod.ts";
import { isValidCnpj } from "../../src/random/cnpj.ts";
import { isValidCpf } from "../../src/random/cpf.ts";
import { banks } from "../../src/reference/br/banks.ts";
import { merchantCategories } from "../../src/reference/br/merchants.ts";
import { municipalities } from "../../src/reference/br/municipalities.ts";
import { purchaseClocks, shopClock } from "../../src/reference/br/rhythm.ts";
import { states } from "../../src/reference/br/states.ts";
import { surnames } from "../../src/reference/br/surnames.ts";
import { isBankBusinessDay } from "../../src/time/business_days.ts";
import { isSession, sessionDay, sessionIndex } from "../../src/time/sessions.ts";
import { accountCheckDigit } from "../../src/domains/bank/account_number.ts";
import { isValidIsin } from "../support/isin.ts";
import { LoanPlans } from "../../src/domains/bank/loan_plan.ts";
import { People } from "../../src/domains/bank/people.ts";
import {
  bankOf,
  BankView,
  batchOf,
  DAY,
  groupBy,
  instantOfWall,
  kindOf,
  pricesUntil,
  spread,
  wallTime,
} from "../support/bank.ts";
import { KIND } from "../../src/domains/bank/entries.ts";

const HOUR = 3_600_000;
const CUSTOMERS = [...Array.from({ length: 600 }, (_, at) => at), ...spread(600)];
const bank = bankOf();
const batch = batchOf(bank, CUSTOMERS);
const asOf = bank.options.asOf;

function local(year: number, month: number, day: number): number {
  return instantOfWall(Date.UTC(year, month - 1, day));
}

// ---- Order in time ----

/** Asserts that nothing happens before what it hangs on. */
function checkOrder(rows: BankBatch): void {
  const joined = new Map(rows.customers.map((row) => [row.customer_id, row.created_at]));
  const made = new Map<string, number>();
  for (const row of rows.accounts) made.set(row.account_id, row.created_at);
  for (const row of rows.credit_cards) made.set(row.card_id, row.created_at);
  for (const row of rows.loans) made.set(row.loan_id, row.created_at);
  for (const row of [...rows.accounts, ...rows.credit_cards, ...rows.loans]) {
    assert.ok(row.created_at >= joined.get(row.customer_id)!);
    assert.ok(row.updated_at === null || row.updated_at >= row.created_at);
  }
  for (const row of rows.transactions) assert.ok(row.timestamp > made.get(row.account_id)!);
  for (const row of rows.trades) assert.ok(row.executed_at > made.get(row.account_id)!);
  for (const row of rows.card_transactions) assert.ok(row.timestamp >= made.get(row.card_id)!);
  for (const row of rows.installments) assert.ok(row.created_at > made.get(row.loan_id)!);
}

Deno.test("Bank.batch() makes nothing before its parent, in the window and since the beginning", () => {
  checkOrder(batch);
  checkOrder(bankOf({ days: 2500 }).batch(0, 300));
  checkOrder(bankOf({ asOf: "2018-12-31", days: 2500 }).batch(0, 200));
  const listed = Math.max(...bank.stocks().map((row) => row.created_at));
  for (const row of batch.trades) assert.ok(row.executed_at > listed);
});

Deno.test("Bank.batch() has customers join in the five years before the epoch, by day", () => {
  for (const row of batch.customers) {
    assert.ok(row.created_at >= local(2021, 1, 1) && row.created_at < local(2026, 1, 1) - 59 * DAY);
    const hour = wallTime(row.created_at) % DAY / HOUR;
    assert.ok(hour >= 8 && hour <= 20);
    assert.equal(row.updated_at, null);
  }
});

Deno.test("Bank.batch() gives the events of an account or a card in order of time, those of a loan by number", () => {
  const ordered = (times: number[]) => times.every((time, at) => at === 0 || times[at - 1]! <= time);
  for (const rows of groupBy(batch.transactions, (row) => row.account_id).values()) {
    assert.ok(ordered(rows.map((row) => row.timestamp)));
  }
  for (const rows of groupBy(batch.trades, (row) => row.account_id).values()) {
    assert.ok(ordered(rows.map((row) => row.executed_at)));
  }
  for (const rows of groupBy(batch.card_transactions, (row) => row.card_id).values()) {
    assert.ok(ordered(rows.map((row) => row.timestamp)));
  }
  for (const rows of groupBy(batch.installments, (row) => row.loan_id).values()) {
    assert.ok(ordered(rows.map((row) => row.installment_number)));
  }
});

// ---- Places ----

const byUf = new Map(states.map((state) => [state.uf, state]));

Deno.test("Bank.batch() gives addresses, phones and CPFs that agree with one municipality and its state", () => {
  const cities = new Map(municipalities.map((city) => [`${city.name}/${city.uf}`, city]));
  for (const row of batch.customers) {
    const city = cities.get(`${row.city}/${row.state}`)!;
    const state = byUf.get(row.state)!;
    const cep = Number(row.postal_code.replace("-", ""));
    assert.match(row.postal_code, /^\d{5}-\d{3}$/);
    assert.ok(cep >= city.cepFrom && cep <= city.cepTo, row.postal_code);
    const prefix = Math.floor(cep / 1000);
    assert.ok(state.cepRanges.some(([from, to]) => prefix >= from && prefix <= to));
    assert.ok(city.neighborhoods.includes(row.neighborhood));
    assert.equal(row.phone.slice(4, 6), String(city.ddd));
    assert.ok(state.ddds.includes(city.ddd));
    assert.ok(isValidCpf(row.cpf));
    assert.equal(Number(row.cpf[10]), state.fiscalDigit);
    assert.equal(row.country, "BR");
  }
  for (const row of batch.properties) assert.ok(cities.has(`${row.city}/${row.state}`));
});

Deno.test("Bank.batch() settles people in all 27 federative units, most in São Paulo", () => {
  const counts = [...groupBy(batchOf(bankOf({ days: 1 }), spread(4000)).customers, (row) => row.state)]
    .sort((a, b) => b[1].length - a[1].length);
  assert.equal(counts.length, 27);
  assert.equal(counts[0]![0], "SP");
  assert.ok(counts[0]![1].length < 1600);
});

Deno.test("Bank.batch() has nine of ten purchases in the holder's city, the others in some other one", () => {
  const home = new Map(batch.customers.map((row) => [row.customer_id, row.city]));
  const names = new Set(municipalities.map((city) => city.name));
  const away = batch.card_transactions.filter((row) => row.location_city !== home.get(row.customer_id));
  const share = away.length / batch.card_transactions.length;
  assert.ok(share > 0.07 && share < 0.13, `${share}`);
  assert.ok(away.every((row) => names.has(row.location_city)));
});

Deno.test("Bank.batch() has cash, and nothing else, move within 5 km of the middle of the customer's city", () => {
  const cities = new Map(municipalities.map((city) => [`${city.name}/${city.uf}`, city]));
  const home = new Map(batch.customers.map((row) => [row.customer_id, cities.get(`${row.city}/${row.state}`)!]));
  for (const row of batch.transactions) {
    const cash = row.transaction_type === "WITHDRAW" || row.transaction_type === "DEPOSIT";
    if (!cash) assert.deepEqual([row.location_lat, row.location_lon], [null, null]);
    else {
      const city = home.get(row.customer_id)!;
      const [north, east] = [row.location_lat! - city.latE4 / 1e4, row.location_lon! - city.lonE4 / 1e4];
      assert.ok(Math.abs(north) <= 0.0301 && Math.abs(east) <= 0.0301);
    }
  }
});

Deno.test("Bank.batch() moves cash in notes, mostly of fifty and more, and has people send round sums", () => {
  const share = (rows: readonly Transaction[], fits: (cents: number) => boolean) =>
    rows.filter(({ amount }) => fits(amount)).length / rows.length;
  const withdrawn = batch.transactions.filter(({ transaction_type: type }) => type === "WITHDRAW");
  assert.ok(withdrawn.every(({ amount }) => amount % 1_000 === 0));
  assert.ok(share(withdrawn, (cents) => cents % 5_000 === 0) > 0.65);
  const sent = batch.transactions.filter((row) =>
    row.transaction_type === "PIX" && kindOf(bank, row.transaction_id) === KIND.pixOut
  );
  assert.ok(sent.length > 500);
  assert.ok(Math.abs(share(sent, (cents) => cents % 100 === 0) - 0.7) < 0.06);
  const leading = (digit: number) => share(sent, (cents) => String(cents)[0] === String(digit));
  for (let digit = 1; digit <= 9; digit++) assert.ok(Math.abs(leading(digit) - Math.log10(1 + 1 / digit)) < 0.06);
});

// ---- Accounts and cards ----

Deno.test("Bank.batch() gives accounts numbers with the check digit of one of the banks", () => {
  for (const row of batch.accounts) {
    const reference = banks.find((other) => other.compe === row.bank_code)!;
    const [number, digit] = row.account_number.split("-") as [string, string];
    assert.equal(digit, accountCheckDigit(row.bank_code, row.branch, number));
    if (reference.accountDigits === 5) assert.equal(number[0], "0");
    assert.match(row.branch, /^(?!0000)\d{4}$/);
  }
});

Deno.test("Bank.batch() pays bills of cards at 10:00 of their due day, with the amount of the parts billed", () => {
  const wide = bankOf({ days: 2500 });
  const rows = wide.batch(0, 400);
  let compared = 0;
  const cards = groupBy(rows.credit_cards, (row) => row.customer_id);
  const bought = groupBy(rows.card_transactions.filter((row) => row.status === "APPROVED"), (row) => row.card_id);
  for (const row of rows.transactions) {
    if (kindOf(wide, row.transaction_id) !== KIND.cardBill) continue;
    const card = cards.get(row.customer_id)!.find((other) =>
      row.description.includes(`${other.brand} ${other.card_number_masked.slice(-4)}`)
    )!;
    const paid = new Date(wallTime(row.timestamp));
    assert.deepEqual([paid.getUTCDate(), paid.getTime() % DAY], [card.due_day, 10 * HOUR]);
    const closing = (months: number) =>
      instantOfWall(Date.UTC(paid.getUTCFullYear(), paid.getUTCMonth() + months, card.due_day) - 8 * DAY);
    let total = 0;
    for (const purchase of bought.get(card.card_id) ?? []) {
      for (let part = 0; part < purchase.installments; part++) {
        if (purchase.timestamp < closing(-part - 1) || purchase.timestamp >= closing(-part)) continue;
        const equal = Math.floor(purchase.amount / purchase.installments);
        total += part < purchase.installments - 1 ? equal : purchase.amount - equal * (purchase.installments - 1);
      }
    }
    assert.equal(row.amount, total, row.transaction_id);
    compared++;
  }
  assert.ok(compared > 200, `${compared}`);
});

Deno.test("Bank.batch() pays instalments on the account when, and as much as, the instalments say", () => {
  const wide = bankOf({ days: 2500 });
  const rows = wide.batch(0, 600);
  const paid = new Map(rows.installments.map((row) => [`${row.customer_id} ${row.updated_at} ${row.status}`, row]));
  const debits = rows.transactions.filter((row) => kindOf(wide, row.transaction_id) === KIND.installment);
  assert.ok(debits.length > 100);
  for (const row of debits) {
    const line = paid.get(`${row.customer_id} ${row.timestamp} PAID`);
    assert.equal(line?.paid_amount, row.amount, row.transaction_id);
    assert.equal(row.direction, "DEBIT");
  }
});

/** Customers who pay a loan of theirs late, time and again, from a current account. */
function latePayers(loanShare: number): number[] {
  const { seed, epoch } = bank.options;
  const people = new People(seed, DATA_VERSION);
  const loans = new LoanPlans(seed, DATA_VERSION, loanShare);
  return Array.from({ length: 9000 }, (_, customer) => customer).filter((customer) => {
    const plan = loans.plan(customer, 0, people.joinedAt(customer, epoch), people.work(customer), epoch);
    return plan?.profile === "chronic" && plan.stoppedAs === null && plan.term >= 36;
  });
}

Deno.test("Bank.batch() debits the instalments of who pays them by the account, however late, in any window", () => {
  const volumes = { ...DEFAULT_VOLUMES, loanShare: 1, activity: 5 }; // everybody has the habit
  const customers = latePayers(volumes.loanShare).slice(0, 70);
  let late = 0;
  for (let month = 1; month <= 12; month++) {
    const { options } = bankOf({ asOf: `2026-${String(month).padStart(2, "0")}-12`, days: 30 });
    const busy = new BankView({ ...options, volumes }); // beyond the documented range of activity
    const rows = batchOf(busy, customers);
    const mains = rows.accounts.filter((row) => busy.ids.decode(row.account_id)!.ordinal === 0);
    const current = mains.filter((row) => row.account_type === "CONTA_CORRENTE" && row.status === "ACTIVE");
    const open = new Set(current.map((row) => row.customer_id));
    const debits = new Set(rows.transactions.map((row) => `${row.customer_id} ${row.timestamp} ${row.amount}`));
    for (const row of rows.installments) {
      if (!open.has(row.customer_id) || row.status !== "PAID") continue;
      if (row.updated_at! < busy.options.asOf - 30 * DAY) continue;
      assert.ok(debits.has(`${row.customer_id} ${row.updated_at} ${row.total_amount}`), row.installment_id);
      if (row.days_late! > 35) late++;
    }
  }
  assert.ok(late > 50, `${late}`);
});

Deno.test("Bank.batch() shops when the category is open, at its prices unless declined for the limit", () => {
  const categories = new Map(merchantCategories.map((category) => [category.mcc, category]));
  for (const row of batch.card_transactions) {
    const hour = Math.floor(wallTime(row.timestamp) % DAY / HOUR);
    assert.ok((purchaseClocks[row.mcc_code] ?? shopClock)[hour]! > 0, `${row.mcc_code} at ${hour}`);
    const category = categories.get(row.mcc_code)!;
    assert.equal(row.merchant_category, category.category);
    // A purchase in parts costs R$ 200 at least, whatever the category.
    if (row.status !== "DECLINED") {
      assert.ok(
        row.amount >= category.minCents && row.amount <= Math.max(category.maxCents, 20_001),
        row.transaction_id,
      );
    }
  }
});

Deno.test("Bank.batch() sells purchases in parts only where the category reaches such prices", () => {
  const most = new Map(merchantCategories.map((category) => [category.mcc, category.maxCents]));
  for (const row of batch.card_transactions) {
    if (row.installments > 1) assert.ok(row.amount <= most.get(row.mcc_code)!, `${row.mcc_code} ${row.amount}`);
  }
});

// ---- Trades ----

Deno.test("Bank.batch() trades in B3's hours on its sessions, at prices of the day, and settles in D+2", () => {
  const prices = pricesUntil(bank.options.seed, DATA_VERSION, Math.floor(asOf / DAY) + 1);
  const stocks = new Map(bank.stocks().map((row, at) => [row.stock_id, at]));
  for (const row of batch.trades) {
    const wall = wallTime(row.executed_at);
    const day = Math.floor(wall / DAY);
    assert.ok(isSession(day));
    assert.ok(wall % DAY >= 10 * HOUR && wall % DAY < 17 * HOUR);
    const [stock, session] = [stocks.get(row.stock_id)!, sessionIndex(day)];
    assert.ok(row.price_per_share >= prices.low(stock, session) && row.price_per_share <= prices.high(stock, session));
    assert.equal(Math.floor(wallTime(row.settlement_date) / DAY), sessionDay(session + 2));
    assert.equal(row.total_amount, row.quantity * row.price_per_share);
    assert.equal(row.net_amount, row.total_amount + (row.trade_type === "BUY" ? row.fees : -row.fees));
    assert.ok(Math.abs(row.fees - row.total_amount * 0.0008025) <= 0.5001);
    assert.ok(row.trade_type === "BUY" || row.status === "EXECUTED");
  }
});

Deno.test("Bank.batch() trades only on investment accounts, under the ticker of the day", () => {
  const types = new Map(batch.accounts.map((row) => [row.account_id, row.account_type]));
  for (const row of batch.trades) assert.equal(types.get(row.account_id), "INVESTIMENTOS");
  const tickers = new Map(bank.stocks().map((row) => [row.stock_id, row.ticker]));
  const today = batch.trades.filter((row) => row.executed_at > asOf - 3 * DAY);
  assert.ok(today.length > 5);
  for (const row of today) assert.equal(row.ticker, tickers.get(row.stock_id));
});

Deno.test("Bank.stocks() shows 42 stocks with valid ISINs at the close of the last session before the as-of", () => {
  for (const at of ["2026-06-30", "2026-06-29T16:59:59-03:00", "2026-06-29T17:00:00.001-03:00", "2026-01-01"]) {
    const { options } = bankOf({ asOf: at });
    const prices = pricesUntil(options.seed, DATA_VERSION, Math.floor(options.asOf / DAY));
    let session = sessionIndex(Math.floor(wallTime(options.asOf) / DAY) + 1) - 1;
    while (instantOfWall(sessionDay(session) * DAY + 17 * HOUR) >= options.asOf) session--;
    bankOf({ asOf: at }).stocks().forEach((row, stock) => {
      assert.ok(isValidIsin(row.isin) && row.lot_size === 100);
      assert.equal(row.current_price, prices.close(stock, session));
      assert.equal(row.updated_at, instantOfWall(sessionDay(session) * DAY + 17 * HOUR));
    });
  }
});

// ---- Means of payment through the years ----

const types = (rows: readonly Transaction[]) => groupBy(rows, (row) => row.transaction_type);

Deno.test("Bank.batch() has DOC until February 2024 and not after", () => {
  const before = types(bankOf({ asOf: "2023-12-31" }).batch(0, 300).transactions);
  const doc = before.get("DOC")!.length / [...before.values()].flat().length;
  assert.ok(doc > 0.015 && doc < 0.08, `${doc}`);
  assert.ok(before.get("TED")!.length > before.get("DOC")!.length);
  const across = bankOf({ asOf: "2024-12-31", days: 730 }).batch(0, 600).transactions;
  const docs = types(across).get("DOC")!;
  assert.ok(docs.every((row) => row.timestamp < local(2024, 3, 1) && row.amount < 500_000));
  assert.ok(docs.some((row) => row.timestamp > local(2024, 1, 25)));
  assert.equal(types(batch.transactions).get("DOC"), undefined);
});

Deno.test("Bank.batch() has no Pix before 16 November 2020, and then at once", () => {
  const rows = bankOf({ asOf: "2021-12-31", days: 2000 }).batch(0, 300).transactions;
  const pix = types(rows).get("PIX")!;
  const start = local(2020, 11, 16);
  assert.ok(rows.some((row) => row.timestamp < start - 400 * DAY));
  assert.ok(pix.every((row) => row.timestamp >= start));
  assert.ok(pix.some((row) => row.timestamp < start + 15 * DAY));
});

for (const asOf of ["2026-06-30", "2020-12-15", "2013-02-28"]) {
  Deno.test(`Bank.batch() sends TED and DOC only on business days from 07:00 to 17:00, as of ${asOf}`, () => {
    const wires = bankOf({ asOf, days: 730 }).batch(0, 500).transactions.filter((row) =>
      row.transaction_type === "TED" || row.transaction_type === "DOC"
    );
    assert.ok(wires.length > 500);
    for (const row of wires) {
      const wall = wallTime(row.timestamp);
      const hour = wall % DAY / HOUR;
      assert.ok(hour >= 7 && hour < 17, `${row.transaction_id}: ${hour}`);
      assert.ok(isBankBusinessDay(Math.floor(wall / DAY)), row.transaction_id);
    }
  });
}

Deno.test("Bank.batch() covers shortfalls before Pix by TED and DOC, by cash only in an account's first days", () => {
  const early = bankOf({ asOf: "2018-06-30", days: 730 });
  const { accounts, transactions } = early.batch(0, 1000);
  const openedAt = new Map(accounts.map((row) => [row.account_id, row.created_at]));
  const covers = transactions.filter((row) => kindOf(early, row.transaction_id) === KIND.cover);
  const cash = covers.filter((row) => row.transaction_type === "DEPOSIT");
  assert.ok(covers.length > 1000 && cash.length < covers.length / 100, `${cash.length} of ${covers.length}`);
  for (const row of cash) assert.ok(row.timestamp < openedAt.get(row.account_id)! + 6 * DAY, row.transaction_id);
});

Deno.test("Bank.batch() has no more Pix on their first day than on any of the next ones", () => {
  const { transactions } = bankOf({ asOf: "2020-12-31", days: 60 }).batch(0, 2500);
  const days = groupBy(
    transactions.filter((row) => row.transaction_type === "PIX" && kindOf(bank, row.transaction_id) === KIND.pixOut),
    (row) => Math.floor((row.timestamp - local(2020, 11, 16)) / DAY),
  );
  const counts = Array.from({ length: 14 }, (_, day) => days.get(day)?.length ?? 0);
  const others = counts.slice(1).reduce((sum, count) => sum + count, 0) / 13;
  assert.ok(counts[0]! < others + 4 * Math.sqrt(others), counts.join());
});

Deno.test("Bank.batch() shows the same movements before Pix in a window of a week and in one of three years", () => {
  const asOf = "2019-03-05"; // a Tuesday of Carnival: transfers wait for Ash Wednesday, or went before
  const [week, years] = [7, 1100].map((days) => bankOf({ asOf, days }).batch(0, 400).transactions);
  const from = local(2019, 3, 5) - 7 * DAY;
  assert.ok(week!.length > 100);
  assert.deepEqual(week, years!.filter((row) => row.timestamp >= from));
});

Deno.test("Bank.batch() draws both surnames by their weights, and draws again where they are the same", () => {
  const total = surnames.reduce((sum, { weight }) => sum + weight, 0);
  const share = (name: string) => surnames.find((surname) => surname.name === name)!.weight / total;
  const people = new People(42, DATA_VERSION);
  const count = 100_000;
  const pairs = new Map<string, number>();
  for (let person = 0; person < count; person++) {
    const pair = people.name(person).full.split(" ").slice(-2).join(" ");
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  for (const { name } of surnames) assert.equal(pairs.get(`${name} ${name}`), undefined);
  // Of two different surnames, the second is drawn among those that are left.
  for (
    const [middle, last] of [["Silva", "Silveira"], ["Santos", "Silva"], ["Silva", "Souza"], ["Oliveira", "Santos"]]
  ) {
    const due = count * share(middle!) * share(last!) / (1 - share(middle!));
    const found = pairs.get(`${middle} ${last}`) ?? 0;
    assert.ok(Math.abs(found - due) < 4 * Math.sqrt(due), `${middle} ${last}: ${found} where ${due} are due`);
  }
});

Deno.test("Bank.batch() spreads settlings over the day, from 08:00 to 21:00", () => {
  const hours = batch.transactions.filter((row) => kindOf(bank, row.transaction_id) === KIND.settling)
    .map((row) => Math.floor(wallTime(row.timestamp) % DAY / HOUR));
  const counts = new Map<number, number>();
  for (const hour of hours) counts.set(hour, (counts.get(hour) ?? 0) + 1);
  assert.deepEqual([...counts.keys()].sort((a, b) => a - b), Array.from({ length: 13 }, (_, at) => 8 + at));
  for (const count of counts.values()) assert.ok(count < hours.length / 8);
});

Deno.test("Bank.batch() has CNPJs with letters only after July 2026", () => {
  const rows = bankOf({ asOf: "2026-12-31" }).batch(0, 2500).transactions.filter((row) => row.pix_key_type === "CNPJ");
  const letters = rows.filter((row) => /[A-Z]/.test(row.counterparty_key!));
  assert.ok(letters.length >= 3, `${letters.length} of ${rows.length}`);
  for (const row of letters) assert.ok(row.timestamp >= local(2026, 7, 1));
  for (const row of rows) assert.ok(isValidCnpj(row.counterparty_key!), row.counterparty_key!);
});

Deno.test("Bank.batch() gives every Pix, and nothing else, an end-to-end id of its minute", () => {
  for (const row of batch.transactions) {
    if (row.transaction_type !== "PIX") {
      assert.deepEqual([row.pix_e2e_id, row.pix_key_type], [null, null]);
      continue;
    }
    const [, ispb, minute] = /^E(\d{8})(\d{12})[0-9A-Z]{11}$/.exec(row.pix_e2e_id!)!;
    assert.ok(banks.some((reference) => reference.ispb === ispb));
    assert.equal(minute, new Date(row.timestamp).toISOString().replace(/\D/g, "").slice(0, 12));
  }
});

Deno.test("Bank.batch() names in a Pix's end-to-end id the account's own bank when the account pays", () => {
  const codes = new Map(batch.accounts.map((row) => [row.account_id, row.bank_code]));
  const ispbs = new Map(banks.map((reference) => [reference.compe, reference.ispb]));
  for (const row of batch.transactions) {
    if (row.transaction_type !== "PIX" || row.direction === "CREDIT") continue;
    assert.equal(row.pix_e2e_id!.slice(1, 9), ispbs.get(codes.get(row.account_id)!));
  }
});

Deno.test("Bank.batch() gives Pix keys of their kind, and TED keys that are accounts with right check digits", () => {
  const forms: Record<string, (key: string) => boolean> = {
    CPF: isValidCpf,
    CNPJ: isValidCnpj,
    PHONE: (key) => /^\+55[1-9][1-9]9\d{8}$/.test(key),
    EMAIL: (key) => /^[a-z.]+\d+@[a-z.]+$/.test(key),
    EVP: (key) => bank.ids.decode(key) !== undefined,
  };
  for (const row of batch.transactions) {
    if (row.transaction_type === "PIX") {
      assert.ok(forms[row.pix_key_type!]!(row.counterparty_key!), row.counterparty_key!);
    }
    if (row.transaction_type !== "TED") continue;
    const [compe, branch, account] = row.counterparty_key!.split("/") as [string, string, string];
    assert.equal(account.slice(-1), accountCheckDigit(compe, branch, account.slice(0, 6)));
  }
});

Deno.test("Bank.batch() describes movements in Portuguese, by means, direction and counterparty", () => {
  for (const row of batch.transactions) {
    const { transaction_type: type, direction, counterparty_name: name, description } = row;
    if (type === "PIX" || type === "TED") {
      const word = type === "PIX" ? "Pix" : type;
      assert.equal(description, `${word} ${direction === "DEBIT" ? "para" : "de"} ${name}`);
    } else assert.equal(name, null);
    if (type === "WITHDRAW") assert.equal(`${direction} ${description}`, "DEBIT Saque ATM");
    if (type === "DEPOSIT") assert.equal(`${direction} ${description}`, "CREDIT Depósito");
    if (type === "BOLETO") assert.match(`${direction} ${description}`, /^DEBIT Pagamento boleto - \S/);
  }
});

Deno.test("Bank.batch() pays salaries to employees and pensioners, the same every month, on business days", () => {
  const wide = bankOf();
  const salaries = wide.batch(0, 600).transactions.filter((row) => kindOf(wide, row.transaction_id) === KIND.salary);
  const income = new Map(wide.batch(0, 600).customers.map((row) => [row.customer_id, row]));
  assert.ok(salaries.length > 100);
  for (const rows of groupBy(salaries, (row) => row.customer_id).values()) {
    assert.equal(new Set(rows.map((row) => row.counterparty_key)).size, 1);
    const months = rows.map((row) => new Date(wallTime(row.timestamp)).toISOString().slice(0, 7));
    assert.equal(new Set(months).size, rows.length);
    for (const row of rows) {
      const customer = income.get(row.customer_id)!;
      assert.equal(row.amount, customer.monthly_income);
      assert.ok(["EMPLOYED", "RETIRED"].includes(customer.employment_status));
      assert.ok(![0, 6].includes(new Date(wallTime(row.timestamp)).getUTCDay()));
    }
  }
});
