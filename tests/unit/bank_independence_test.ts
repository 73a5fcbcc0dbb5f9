import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { type BankBatch, bankCatalogue, type BankRows } from "../../mod.ts";
import { addTo, bankOf, BankView, customerOf, spread } from "../support/bank.ts";
import { root } from "../support/program.ts";

const COUNT = 40;
const NAMES = bankCatalogue.map((entity) => entity.name as keyof BankRows);

/** The rows of a batch by customer. */
function byCustomer(bank: BankView, batch: BankBatch): Map<number, BankBatch> {
  const parts = new Map<number, BankBatch>();
  const partOf = (id: string) => {
    const customer = customerOf(bank, id);
    const part = parts.get(customer) ?? bank.batch(0, 0);
    parts.set(customer, part);
    return part;
  };
  for (const name of NAMES) {
    for (const row of batch[name] as Record<string, unknown>[]) {
      const owner = row["customer_id"] ?? row["property_id"] ?? row["owner_id"];
      (partOf(String(owner))[name] as unknown[]).push(row);
    }
  }
  return parts;
}

Deno.test("Bank.batch() gives a customer the same rows alone and among others, in any order of asking", () => {
  const used = bankOf();
  const expected = byCustomer(used, bankOf().batch(0, COUNT));
  assert.equal(expected.size, COUNT);
  const range = fc.tuple(fc.nat(COUNT - 1), fc.integer({ min: 1, max: 3 }));
  const property = fc.property(fc.array(range, { minLength: 1, maxLength: 6 }), (ranges) => {
    for (const [from, length] of ranges) {
      const to = Math.min(COUNT, from + length);
      const batch = used.batch(from, to);
      const want = used.batch(0, 0);
      for (let customer = from; customer < to; customer++) addTo(want, expected.get(customer)!);
      assert.deepEqual(batch, want);
    }
  });
  fc.assert(property, { numRuns: 40 });
});

Deno.test("Bank.batch() gives a customer the same rows from a fresh bank and from one that made others before", () => {
  const used = bankOf();
  used.batch(0, 200);
  for (const customer of [...spread(12), 0, 89_999_999]) {
    const alone = bankOf().batch(customer, customer + 1);
    assert.equal(alone.customers.length, 1);
    assert.deepEqual(used.batch(customer, customer + 1), alone);
  }
});

Deno.test("Bank.batch() gives 100 customers the rows that they have among 300", () => {
  const few = byCustomer(bankOf(), bankOf().batch(0, 100));
  const many = byCustomer(bankOf(), bankOf().batch(0, 300));
  for (const [customer, rows] of few) assert.deepEqual(many.get(customer), rows);
});

Deno.test("Bank.batch() leaves the rows that it gave alone when it is asked again", () => {
  const bank = bankOf();
  const batch = bank.batch(10, 20);
  const before = JSON.stringify(batch);
  bank.batch(0, 50);
  assert.equal(JSON.stringify(batch), before);
});

Deno.test("Bank.batch() is the concatenation of any cuts of its range", () => {
  const bank = bankOf();
  const whole = bank.batch(0, COUNT);
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: COUNT - 1 }), { maxLength: 4 }), (cuts) => {
      const ends = [0, ...cuts.sort((a, b) => a - b), COUNT];
      const joined = bank.batch(0, 0);
      for (let part = 1; part < ends.length; part++) addTo(joined, bank.batch(ends[part - 1]!, ends[part]!));
      assert.deepEqual(joined, whole);
    }),
    { numRuns: 10 },
  );
});

Deno.test("Bank.batch() of an empty range has no rows", () => {
  for (const rows of Object.values(bankOf().batch(7, 7))) assert.deepEqual(rows, []);
});

Deno.test("Bank.rows() gives each entity's rows of Bank.batch(), in the same order", () => {
  const bank = bankOf({ days: 60 });
  const range = { from: 5, to: 5 + COUNT };
  const batch = bank.batch(range.from, range.to);
  for (const name of NAMES) {
    assert.deepEqual([...bank.rows(name, range)], name === "stocks" ? bank.stocks() : batch[name], name);
  }
});

Deno.test("Bank.rows() may be asked for several entities in turn", () => {
  const bank = bankOf({ days: 60 });
  const range = { from: 0, to: COUNT };
  const wanted = bank.batch(0, COUNT);
  const [accounts, trades] = [bank.rows("accounts", range), bank.rows("trades", range)];
  const found: BankBatch = bank.batch(0, 0);
  for (let account = accounts.next(); !account.done; account = accounts.next()) {
    found.accounts.push(account.value);
    const trade = trades.next();
    if (!trade.done) found.trades.push(trade.value);
  }
  found.trades.push(...trades);
  assert.deepEqual(found.accounts, wanted.accounts);
  assert.deepEqual(found.trades, wanted.trades);
});

Deno.test("Bank.loanRows() counts the rows of loans, properties and installments", () => {
  for (const asOf of ["2026-01-01", "2026-06-30"]) {
    const bank = bankOf({ asOf });
    for (const customer of [...spread(60), ...Array.from({ length: 60 }, (_, at) => at)]) {
      const { loans, properties, installments } = bank.batch(customer, customer + 1);
      const counts = { loans: loans.length, properties: properties.length, installments: installments.length };
      assert.deepEqual(bank.loanRows(customer), counts);
    }
  }
});

Deno.test("Bank() gives other people and ids for another seed", () => {
  const [one, other] = [bankOf({ seed: 1, days: 30 }).batch(0, 50), bankOf({ seed: 2, days: 30 }).batch(0, 50)];
  const texts = new Set(one.customers.flatMap((row) => [row.customer_id, row.cpf, row.email, row.phone]));
  for (const row of other.customers) {
    for (const text of [row.customer_id, row.cpf, row.email, row.phone]) assert.ok(!texts.has(text));
  }
});

Deno.test("Bank() takes a seed of 53 bits and tells it from its lower 32", () => {
  const seed = 2 ** 53 - 1;
  const lower = seed % 2 ** 32;
  assert.notEqual(
    bankOf({ seed }).batch(0, 1).customers[0]!.cpf,
    bankOf({ seed: lower }).batch(0, 1).customers[0]!.cpf,
  );
});

const SCRIPT = `
  import { Bank, bankOptions, windowOf } from "./mod.ts";
  const options = bankOptions({ asOf: "2018-11-04", epoch: "2018-01-01", days: 400 });
  const [bank, window] = [new Bank(options), windowOf(options)];
  const text = JSON.stringify([bank.stocks(window.end), bank.batch(0, 40, window)]);
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  console.log(new Date(2018, 6, 1).getTimezoneOffset(), Array.from(new Uint8Array(hash)).join(" "));
`;

Deno.test("Bank.batch() gives the same bytes in any time zone and for any locale of the machine", async () => {
  const environments = [
    { TZ: "UTC", LANG: "C" },
    { TZ: "Asia/Tokyo", LANG: "ja_JP.UTF-8", LC_ALL: "ja_JP.UTF-8" },
    { TZ: "America/New_York", LANG: "pt_BR.UTF-8", LC_ALL: "tr_TR.UTF-8" },
  ];
  const outputs = await Promise.all(environments.map(async (env) => {
    const args = ["eval", "--ext=ts", "--frozen", "--no-check", SCRIPT];
    const command = new Deno.Command(Deno.execPath(), { args, cwd: fileURLToPath(root), env });
    const { code, stdout, stderr } = await command.output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    const [offset, ...hash] = new TextDecoder().decode(stdout).trim().split(" ");
    return { offset, hash: hash.join(" ") };
  }));
  assert.deepEqual(outputs.map((output) => output.offset), ["0", "-540", "240"], "TZ is heeded by the runtime");
  assert.equal(new Set(outputs.map((output) => output.hash)).size, 1);
});
