import assert from "node:assert/strict";
import fc from "fast-check";
import { bankCatalogue, type BankRows, GREATEST_CUSTOMERS } from "../../mod.ts";
import { isValidCpf, plainCpf } from "../../src/random/cpf.ts";
import { banks } from "../../src/reference/br/banks.ts";
import { emailDomains } from "../../src/reference/br/email_domains.ts";
import { AccountPlans } from "../../src/domains/bank/account_plan.ts";
import { People } from "../../src/domains/bank/people.ts";
import { DATA_VERSION, PEOPLE } from "../../src/domains/bank/options.ts";
import { bankOf, spread } from "../support/bank.ts";

const people = new People(42, DATA_VERSION);
const MILLION = 1_000_000;

/** A million people: the first ones, others from everywhere, and the first and last outside the bank. */
const persons = new Uint32Array(MILLION);
for (let at = 0; at < MILLION; at++) {
  persons[at] = at < 500_000
    ? at
    : at < 600_000
    ? GREATEST_CUSTOMERS + at - 500_000
    : at < 700_000
    ? PEOPLE - 2 - (at - 600_000)
    : 500_000 + (at - 700_000) * 298;
}

/** How many different values there are; sorts the array. */
function distinct(values: Float64Array): number {
  values.sort();
  let count = values.length === 0 ? 0 : 1;
  for (let at = 1; at < values.length; at++) if (values[at] !== values[at - 1]) count++;
  return count;
}

Deno.test("Bank.batch() gives ids that decode to entity and customer, unique over 20,000 customers", () => {
  const bank = bankOf({ days: 20 });
  const starts = [0, 45_000_000, 89_990_000];
  for (const start of starts) {
    const seen = new Set<string>();
    const count = start === 0 ? 18_000 : 1_000;
    for (let from = start; from < start + count; from += 100) {
      const batch = bank.batch(from, from + 100);
      for (const { name, key, code } of bankCatalogue) {
        if (key === undefined || name === "stocks") continue;
        // Ids are an encipherment of (entity, customer, ordinal): within the customer they have to differ.
        seen.clear();
        for (const row of batch[name as keyof BankRows] as unknown as Record<string, string>[]) {
          const id = row[key]!;
          assert.ok(!seen.has(id), `${name} ${id} twice`);
          seen.add(id);
          if (from % 1000 !== 0) continue;
          const parts = bank.ids.decode(id);
          assert.equal(parts?.entity, code);
          assert.equal(row["customer_id"] ?? batch.customers[parts!.customer - from]!.customer_id, ownerOf(parts!));
        }
      }
    }
  }

  function ownerOf(parts: { customer: number }): string {
    return bank.ids.encode(1, parts.customer, 0);
  }
});

Deno.test("Bank.batch() gives no id twice among all rows of 2,000 customers since the beginning", () => {
  const bank = bankOf({ days: 2500 });
  const seen = new Set<string>(bank.stocks().map((row) => row.stock_id));
  let count = seen.size;
  assert.equal(count, 42);
  for (let from = 0; from < 2000; from += 100) {
    const batch = bank.batch(from, from + 100);
    for (const { name, key } of bankCatalogue) {
      if (key === undefined) continue;
      for (const row of batch[name as keyof BankRows] as unknown as Record<string, string>[]) seen.add(row[key]!);
      count += batch[name as keyof BankRows].length;
    }
  }
  assert.equal(seen.size, count);
});

Deno.test("Bank.batch() refers only to rows that exist", () => {
  const bank = bankOf();
  const batch = bank.batch(0, 600);
  const rows = { ...batch, stocks: bank.stocks() };
  const ids = new Map(bankCatalogue.map(({ name, key }) => {
    const list = rows[name as keyof BankRows] as unknown as Record<string, string>[];
    return [name, new Set(key === undefined ? [] : list.map((row) => row[key]!))];
  }));
  for (const { name, fields } of bankCatalogue) {
    for (const [column, field] of Object.entries(fields)) {
      if (field.references === undefined) continue;
      const known = ids.get(field.references)!;
      for (const row of rows[name as keyof BankRows] as unknown as Record<string, string | null>[]) {
        const id = row[column]!;
        assert.ok(id === null ? field.nullable : known.has(id), `${name}.${column} ${id}`);
      }
    }
  }
  const owners = new Set([...ids.get("accounts")!, ...ids.get("credit_cards")!]);
  for (const row of batch.opening_positions) assert.ok(owners.has(row.owner_id));
  assert.equal(new Set(batch.loans.flatMap((row) => row.property_id ?? [])).size, batch.properties.length);
});

Deno.test("Bank.batch() refers within one customer", () => {
  const bank = bankOf({ days: 60 });
  const batch = bank.batch(0, 300);
  const owner = new Map<string, string>();
  for (const row of batch.accounts) owner.set(row.account_id, row.customer_id);
  for (const row of batch.credit_cards) owner.set(row.card_id, row.customer_id);
  for (const row of batch.loans) owner.set(row.loan_id, row.customer_id);
  for (const row of [...batch.transactions, ...batch.trades]) assert.equal(owner.get(row.account_id), row.customer_id);
  for (const row of batch.card_transactions) assert.equal(owner.get(row.card_id), row.customer_id);
  for (const row of batch.installments) assert.equal(owner.get(row.loan_id), row.customer_id);
});

Deno.test("People.cpfBase() gives a million people different CPFs", () => {
  assert.equal(distinct(new Float64Array(persons).sort()), MILLION, "the people are different ones");
  const bases = new Float64Array(MILLION);
  for (let at = 0; at < MILLION; at++) bases[at] = people.cpfBase(persons[at]!);
  assert.ok(bases.every((base) => Number.isInteger(base) && base >= 0 && base < 1_000_000_000));
  assert.equal(distinct(bases), MILLION);
});

Deno.test("People.personOfCpf() finds the person of a CPF", () => {
  const person = fc.oneof(fc.nat(PEOPLE - 2), fc.integer({ min: GREATEST_CUSTOMERS, max: PEOPLE - 2 }), fc.nat(1000));
  fc.assert(
    fc.property(person, (index) => {
      assert.equal(people.personOfCpf(people.cpfBase(index)), index);
      assert.ok(isValidCpf(people.cpf(index)));
      assert.equal(people.cpf(index).replace(/\D/g, ""), people.plainCpf(index));
    }),
    { numRuns: 3000 },
  );
});

Deno.test("People.cpfBase() avoids the nine equal digits that are no CPF, and stays invertible there", () => {
  let avoided = 0;
  for (let seed = 0; seed < 60; seed++) {
    const others = new People(seed, 1);
    for (let digit = 0; digit <= 9; digit++) {
      const repeated = digit * 111_111_111;
      const person = others.personOfCpf(repeated); // who would have it by the permutation
      const base = others.cpfBase(person);
      if (person === PEOPLE - 1 || base % 10 !== digit) continue; // lives in a state with another digit
      assert.notEqual(base, repeated);
      assert.ok(isValidCpf(plainCpf(base)));
      assert.equal(others.personOfCpf(base), person);
      avoided++;
    }
  }
  assert.ok(avoided > 20, `${avoided}`);
});

Deno.test("People.phone() gives a million people different phones", () => {
  const numbers = new Float64Array(MILLION);
  for (let at = 0; at < MILLION; at++) {
    numbers[at] = Number(people.plainPhone(persons[at]!).slice(1));
  }
  assert.ok(numbers.every((number) => number >= 5_511_900_000_000 && number <= 5_599_999_999_999));
  assert.equal(distinct(numbers), MILLION);
  assert.match(people.phone(5), /^\+55 \d\d 9\d{4}-\d{4}$/);
  assert.equal(people.phone(5).replace(/[ -]/g, ""), people.plainPhone(5));
});

Deno.test("People.email() gives a million people different addresses, by digits and domain alone", () => {
  const name = people.name(0);
  const mailboxes = new Float64Array(MILLION);
  for (let at = 0; at < MILLION; at++) {
    const [user, domain] = people.email(persons[at]!, name).split("@");
    const from = user!.search(/\d/);
    mailboxes[at] = Number(user!.slice(from)) * emailDomains.length + emailDomains.indexOf(domain!);
  }
  assert.equal(distinct(mailboxes), MILLION);
});

Deno.test("People.email() is made of the person's name", () => {
  const plain = (text: string) => text.normalize("NFD").replace(/[^A-Za-z ]/g, "").toLowerCase();
  for (const person of spread(2000)) {
    const name = people.name(person);
    const [user, domain] = people.email(person, name).split("@");
    const words = plain(name.full).split(" ");
    assert.match(user!, /^[a-z]+(\.[a-z]+)?\d+$/, name.full);
    assert.ok(emailDomains.includes(domain!));
    const letters = user!.replace(/\d+$/, "").split(".");
    assert.ok(letters.some((part) => part.includes(words.at(-1)!)), `${user} of ${name.full}`);
  }
});

Deno.test("AccountPlans.number() gives a million accounts different bank, branch and number", () => {
  const accounts = new AccountPlans(42, DATA_VERSION, 1.5);
  const numbers = new Float64Array(MILLION);
  for (let at = 0; at < MILLION; at++) {
    const ordinal = at & 3;
    const person = persons[(at >> 2) * 4]!;
    const bank = banks[(person + (ordinal >> 1)) % banks.length]!; // several accounts of one person at one bank
    const { branch, number } = accounts.number(person, ordinal, bank);
    numbers[at] = Number(bank.compe) * 1e10 + Number(branch) * 1e6 + Number(number.slice(0, 6));
    if (branch === "0000" || branch.length !== 4 || number.length !== 8) assert.fail(`${branch} ${number}`);
  }
  assert.equal(distinct(numbers), MILLION);
});
