import assert from "node:assert/strict";
import fc from "fast-check";
import type { Transaction } from "../../mod.ts";
import { AccountPlans } from "../../src/domains/bank/account_plan.ts";
import { Causes } from "../../src/domains/bank/causes.ts";
import { Companies } from "../../src/domains/bank/companies.ts";
import { KIND } from "../../src/domains/bank/entries.ts";
import { ID_CODE } from "../../src/domains/bank/groups.ts";
import { LoanPlans } from "../../src/domains/bank/loan_plan.ts";
import { DATA_VERSION, PEOPLE } from "../../src/domains/bank/options.ts";
import { type Deal, Partners, weekOf } from "../../src/domains/bank/partners.ts";
import { People } from "../../src/domains/bank/people.ts";
import { banks } from "../../src/reference/br/banks.ts";
import { bankOf, batchOf, customerOf, groupBy, kindOf, spread } from "../support/bank.ts";

const partners = new Partners(42, DATA_VERSION);

function dealsOf(person: number, week: number): Deal[] {
  const deals: Deal[] = [];
  partners.deals(person, week, deals);
  return deals;
}

Deno.test("Partners.deals() shows a deal alike from both sides, between two different people who exist", () => {
  let deals = 0;
  const person = fc.oneof(fc.nat(1000), fc.nat(PEOPLE - 2));
  fc.assert(
    fc.property(person, fc.integer({ min: 2600, max: 3000 }), (person, week) => {
      for (const deal of dealsOf(person, week)) {
        deals++;
        const partner = deal.payer === person ? deal.payee : deal.payer;
        assert.ok(deal.payer === person || deal.payee === person);
        assert.ok(partner !== person && partner >= 0 && partner < PEOPLE - 1);
        assert.deepEqual(dealsOf(partner, week).filter((other) => other.number === deal.number), [deal]);
        assert.ok(Number.isSafeInteger(deal.amount) && deal.amount > 0);
      }
    }),
    { numRuns: 5000 },
  );
  assert.ok(deals > 100);
});

Deno.test("Partners.deals() pays in both directions, at different instants, and mostly between neighbours", () => {
  const deals: Deal[] = [];
  for (let week = 2900; week < 2952; week++) {
    for (let person = 0; person < 1000; person++) deals.push(...dealsOf(person, week));
  }
  const inside = deals.filter((deal) => Math.max(deal.payer, deal.payee) < 1000);
  assert.ok(inside.length > deals.length * 0.6, `${inside.length} of ${deals.length}`);
  const upwards = inside.filter((deal) => deal.payer < deal.payee).length;
  assert.ok(Math.abs(upwards / inside.length - 0.5) < 0.06);
  assert.ok(new Set(inside.map((deal) => deal.at)).size > inside.length * 0.49);
});

Deno.test("Partners.deals() falls into the week that it is asked for", () => {
  for (let week = 2900; week < 2910; week++) {
    for (let person = 0; person < 2000; person++) {
      for (const deal of dealsOf(person, week)) {
        assert.equal(weekOf(Math.floor((deal.at - 3 * 3_600_000) / 86_400_000)), week);
      }
    }
  }
});

Deno.test("weekOf() begins weeks on Mondays", () => {
  const monday = Date.UTC(2026, 5, 29) / 86_400_000;
  assert.equal(weekOf(monday), weekOf(monday - 1) + 1);
  assert.equal(weekOf(monday + 6), weekOf(monday));
});

// ---- In the bank ----

const COUNT = 1000; // not a power of two: some partners lie beyond it
const bank = bankOf({ asOf: "2026-12-31", days: 2500 });
const batch = bank.batch(0, COUNT);
const legs = batch.transactions.filter((row) => kindOf(bank, row.transaction_id) === KIND.partner);

/** Index of the customer behind each key that a customer below {@linkcode COUNT} can have. */
const owners = new Map<string, number>();
batch.customers.forEach((row, index) => {
  owners.set(row.cpf.replace(/\D/g, ""), index);
  owners.set(row.phone.replace(/[ -]/g, ""), index);
  owners.set(row.email, index);
});
for (const row of batch.accounts) {
  owners.set(`${row.bank_code}/${row.branch}/${row.account_number}`, customerOf(bank, row.account_id));
}

function partnerOf(row: Transaction): number {
  const evp = row.pix_key_type === "EVP" ? bank.ids.decode(row.counterparty_key!) : undefined;
  if (evp !== undefined) assert.equal(evp.entity, ID_CODE.evp);
  return evp?.customer ?? owners.get(row.counterparty_key!) ?? Infinity;
}

Deno.test("Bank.batch() writes both legs of every deal of two customers: one debit, one credit, all else equal", () => {
  const inside = legs.filter((row) => partnerOf(row) < COUNT);
  assert.ok(inside.length > 1000 && inside.length < legs.length);
  for (const pair of groupBy(inside, (row) => row.pix_e2e_id ?? `${row.timestamp}`).values()) {
    assert.equal(pair.length, 2, pair[0]!.transaction_id);
    const [one, other] = pair as [Transaction, Transaction];
    assert.deepEqual([one.direction, other.direction].sort(), ["CREDIT", "DEBIT"]);
    for (const column of ["amount", "timestamp", "pix_e2e_id", "status", "transaction_type"] as const) {
      assert.equal(one[column], other[column]);
    }
    assert.equal(one.status, "COMPLETED");
    for (const [row, partner] of [[one, other], [other, one]] as const) {
      const owner = customerOf(bank, partner.account_id);
      assert.equal(partnerOf(row), owner);
      assert.equal(row.counterparty_name, batch.customers[owner]!.name);
    }
  }
});

Deno.test("Bank.batch() names the payer's bank in the end-to-end id of both legs", () => {
  const accounts = new Map(batch.accounts.map((row) => [row.account_id, row]));
  for (const pair of groupBy(legs.filter((row) => row.pix_e2e_id !== null), (row) => row.pix_e2e_id).values()) {
    if (pair.length < 2) continue;
    const payer = accounts.get(pair.find((row) => row.direction === "DEBIT")!.account_id)!;
    const ispb = banks.find((reference) => reference.compe === payer.bank_code)!.ispb;
    for (const row of pair) assert.equal(row.pix_e2e_id!.slice(1, 9), ispb);
  }
});

Deno.test("Bank.batch() lets both partners move only accounts that are open then", () => {
  const accounts = new Map(batch.accounts.map((row) => [row.account_id, row]));
  for (const row of legs) {
    const account = accounts.get(row.account_id)!;
    assert.ok(row.timestamp >= account.created_at);
    assert.ok(account.status === "ACTIVE" || row.timestamp < account.updated_at!);
  }
});

Deno.test("Bank.batch() leaves a leg as it is when the partner is not generated", () => {
  const whole = groupBy(legs, (row) => row.account_id);
  for (const customer of [0, 1, 17, 400, COUNT - 1]) {
    const alone = bank.batch(customer, customer + 1);
    const main = alone.accounts[0]!.account_id;
    const own = alone.transactions.filter((row) => kindOf(bank, row.transaction_id) === KIND.partner);
    assert.deepEqual(own, whole.get(main) ?? []);
  }
});

Deno.test("Bank.batch() gives an end-to-end id to at most two rows, the two legs of one Pix", () => {
  const pix = groupBy(batch.transactions.filter((row) => row.pix_e2e_id !== null), (row) => row.pix_e2e_id);
  for (const rows of pix.values()) {
    assert.ok(rows.length <= 2);
    if (rows.length === 2) assert.ok(rows.every((row) => kindOf(bank, row.transaction_id) === KIND.partner));
  }
});

Deno.test("Bank.batch() names one owner for every counterparty key", () => {
  const names = new Map(batch.customers.flatMap((row, index) => {
    const keys = [...owners].filter(([, owner]) => owner === index).map(([key]) => key);
    return index < 50 ? keys.map((key): [string, string] => [key, row.name]) : [];
  }));
  for (const row of batch.transactions) {
    if (row.counterparty_key === null) continue;
    const name = names.get(row.counterparty_key) ?? row.counterparty_name!;
    assert.equal(row.counterparty_name, name, row.counterparty_key);
    names.set(row.counterparty_key, name);
  }
});

Deno.test("Bank.batch() keeps every Pix key at one bank, which the end-to-end ids of its payments name", () => {
  const ispbs = new Map<string, string>();
  for (const row of batch.transactions) {
    if (row.pix_e2e_id === null || row.direction !== "CREDIT") continue;
    const ispb = row.pix_e2e_id.slice(1, 9);
    assert.equal(ispbs.get(row.counterparty_key!) ?? ispb, ispb, row.transaction_id);
    ispbs.set(row.counterparty_key!, ispb);
  }
  assert.ok(ispbs.size > 1000);
});

Deno.test("Bank.batch() pays no salary from an account that a person has", () => {
  const people = new People(42, DATA_VERSION);
  const accounts = new AccountPlans(42, DATA_VERSION, 1.5);
  const loans = new LoanPlans(42, DATA_VERSION, 0.35);
  const causes = new Causes({
    seed: 42,
    version: DATA_VERSION,
    activity: 1,
    epoch: bank.options.epoch,
    people,
    accounts,
    loans,
  });
  const companies = new Companies(42, DATA_VERSION);
  let compared = 0;
  for (const row of batch.transactions) {
    if (kindOf(bank, row.transaction_id) !== KIND.salary || row.transaction_type !== "TED") continue;
    const employer = companies.employer(causes.salary(customerOf(bank, row.account_id)).employerWord);
    if (employer.name !== row.counterparty_name || compared++ >= 400) continue;
    const [code, branch, number] = row.counterparty_key!.split("/");
    const reference = banks.find((other) => other.compe === code)!;
    for (let ordinal = 0; ordinal < 4; ordinal++) {
      const person = accounts.number(employer.index % PEOPLE, ordinal, reference);
      assert.notDeepEqual(person, { branch, number }, employer.name);
    }
  }
  assert.ok(compared > 50);
});

Deno.test("Bank.batch() writes legs for people from everywhere in the population", () => {
  const far = batchOf(bankOf({ days: 365 }), spread(300));
  const count = far.transactions.filter((row) => kindOf(bank, row.transaction_id) === KIND.partner).length;
  assert.ok(count > 200, `${count}`);
});
