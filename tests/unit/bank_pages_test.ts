/** Pages of the bank: found by any id, equal to the rows, and true to the cent. */

import assert from "node:assert/strict";
import { documentObject } from "../../src/encoders/document.ts";
import type { Document, RecordSection, TableSection } from "../../src/model/document.ts";
import type { Found } from "../../src/ports/domain.ts";
import { bankCatalogue, type BankRows } from "../../mod.ts";
import { balanceAt, bankOf, batchOf, movements, openPart, pagesOf, spread } from "../support/bank.ts";

const ALL_CUSTOMERS = 90_000_000;
const bank = bankOf();
const pages = pagesOf(bank, ALL_CUSTOMERS);

function documentOf(found: Found): Document {
  assert.ok("document" in found, JSON.stringify(found));
  return found.document;
}

function reasonOf(found: Found): string {
  assert.ok("unknown" in found);
  return found.unknown.reason;
}

function table(document: Document, name: string): TableSection {
  const section = document.sections.find((each) => each.name === name);
  assert.equal(section?.form, "table", name);
  return section as TableSection;
}

function recordOf({ sections: [first] }: Document): RecordSection {
  assert.ok(first?.form === "record");
  return first;
}

function column(section: TableSection, name: string): (string | number | null)[] {
  const at = section.columns.findIndex((each) => each.name === name);
  return section.lines.map((line) => line[at]!);
}

Deno.test("every row of customers from the first to the last is found by its id", () => {
  const batch = { ...batchOf(bank, spread(40)), stocks: bank.stocks() };
  for (const { name, key } of bankCatalogue) {
    if (key === undefined) continue;
    const rows = batch[name as keyof BankRows] as unknown as Record<string, string>[];
    assert.ok(rows.length > 0, name);
    for (const row of rows) {
      const record = recordOf(documentOf(pages.find(row[key]!)));
      assert.deepEqual([record.entity.name, record.row], [name, row]);
    }
  }
});

Deno.test("a statement ends with the account's balance, and each balance is that of an accountant", () => {
  const batch = batchOf(bank, spread(300));
  const moves = movements(batch);
  let lines = 0;
  for (const account of batch.accounts) {
    const statement = table(documentOf(pages.find(account.account_id)), "statement");
    const balances = column(statement, "balance");
    assert.equal(balances.at(-1) ?? 0, account.balance);
    const ids = column(statement, "id");
    const opening = batch.opening_positions.find((row) =>
      row.owner_id === account.account_id && row.kind === "BALANCE"
    )?.value ?? 0;
    const instants = new Map(batch.transactions.map((row) => [row.transaction_id, row.timestamp]));
    for (const [at, id] of ids.entries()) {
      const instant = typeof id === "string" ? instants.get(id) : undefined;
      const isLast = instant !== undefined && instants.get(String(ids[at + 1])) !== instant;
      if (!isLast) continue;
      assert.equal(balances[at], opening + balanceAt(moves.get(account.account_id)!, instant + 1));
      lines++;
    }
  }
  assert.ok(lines > 3000, `${lines} lines`);
});

Deno.test("the bills of a card add up to what its limit lacks, whatever the window", () => {
  for (const days of [1, 365]) {
    const short = bankOf({ days });
    const shortPages = pagesOf(short, ALL_CUSTOMERS);
    const whole = new Map(
      batchOf(bankOf({ days: 800 }), spread(300)).card_transactions.map((row) => [row.transaction_id, row]),
    );
    for (const card of batchOf(short, spread(300)).credit_cards) {
      const document = documentOf(shortPages.find(card.card_id));
      const { bill } = documentObject(document) as { bill: Record<string, string> };
      assert.equal(bill["used"], ((card.credit_limit - card.available_limit) / 100).toFixed(2));
      const lines = table(document, "bill_lines");
      const total = column(lines, "amount").reduce((sum: number, cents) => sum + Number(cents), 0);
      assert.equal((total / 100).toFixed(2), (Number(bill["open_bill"]) + Number(bill["closed_bill"] ?? 0)).toFixed(2));
      for (const id of column(lines, "id")) {
        const purchase = whole.get(String(id));
        assert.ok(purchase !== undefined, `${id} is no purchase`);
        assert.ok(openPart(purchase, card.due_day, short.options.asOf) > 0);
      }
    }
  }
});

Deno.test("both sides of a Pix between customers lead to each other, and its end-to-end id to the payer's", () => {
  let deals = 0;
  for (const row of batchOf(bank, spread(600)).transactions) {
    const related = documentOf(pages.find(row.transaction_id)).sections.find(({ name }) => name === "related");
    if (related?.form !== "table" || related.lines[0]![0] !== "other side") continue;
    deals++;
    const other = documentOf(pages.find(String(related.lines[0]![2])));
    const { record } = documentObject(other) as { record: Record<string, unknown> };
    assert.equal(record["pix_e2e_id"], row.pix_e2e_id);
    assert.equal(record["timestamp"], new Date(row.timestamp).toISOString());
    assert.notEqual(record["direction"], row.direction);
    assert.equal(table(other, "related").lines[0]![2], row.transaction_id);
    const named = documentObject(documentOf(pages.find(row.pix_e2e_id!))) as { record: Record<string, unknown> };
    const payer = row.direction === "DEBIT" ? row.transaction_id : record["transaction_id"];
    assert.equal(named.record["transaction_id"], payer);
  }
  assert.ok(deals > 50, `${deals} deals`);
});

Deno.test("a Pix of a payer beyond the run is found on the side of the payee within it", () => {
  const few = pagesOf(bank, 20);
  const batch = batchOf(bank, Array.from({ length: 20 }, (_, at) => at));
  let shown = 0;
  for (const row of batch.transactions) {
    if (row.pix_e2e_id === null || row.direction !== "CREDIT") continue;
    const found = few.find(row.pix_e2e_id);
    const { record } = documentObject(documentOf(found)) as { record: Record<string, unknown> };
    assert.equal(record["pix_e2e_id"], row.pix_e2e_id);
    shown++;
  }
  assert.ok(shown > 20, `${shown} shown`);
});

Deno.test("a customer is found by number, CPF with and without its signs, and id in any spelling", () => {
  for (const index of spread(50)) {
    const [row] = bank.batch(index, index + 1).customers;
    const plain = row!.cpf.replace(/\D/g, "");
    const id = row!.customer_id;
    for (const text of [String(index + 1), row!.cpf, plain, id, id.toUpperCase(), id.replaceAll("-", "")]) {
      assert.deepEqual(recordOf(documentOf(pages.find(text))).row, row);
    }
  }
});

Deno.test("an instalment is found by the id of any of its events", () => {
  for (const row of batchOf(bank, spread(60)).installments.filter((_, at) => at % 9 === 0)) {
    const events = table(documentOf(pages.find(row.installment_id)), "events");
    assert.equal(column(events, "status").at(-1), row.status);
    assert.equal(column(events, "at").at(-1), row.updated_at ?? row.created_at);
    for (const id of column(events, "id")) {
      const { record } = documentObject(documentOf(pages.find(String(id)))) as { record: Record<string, unknown> };
      assert.equal(record["installment_id"], row.installment_id);
    }
  }
});

Deno.test("what is foreign, mistyped, beyond the run or outside its window is said to be so", () => {
  const few = pagesOf(bank, 100);
  assert.match(reasonOf(few.find("5560641f-50b3-44c7-9c8b-f3c2e5cc0999")), /no id of seed 42/);
  assert.match(reasonOf(few.find("E00360305202511111125XSW6C14GKF9")), /no end-to-end id of seed 42/);
  assert.match(reasonOf(few.find("778.984.038-01")), /check digits are wrong/);
  assert.match(reasonOf(few.find("1234567890")), /check digits are wrong, or a digit is missing/);
  assert.match(reasonOf(few.find("101")), /customer 101 is beyond this run, whose customers are 1\.\.100/);
  assert.match(reasonOf(few.find("0")), /numbers in 1\.\.90000000/);
  assert.match(reasonOf(few.find("ana")), /no customer's number, CPF, ticker or id/);
  const [old] = batchOf(bankOf({ asOf: "2025-01-01" }), spread(60)).transactions;
  assert.match(
    reasonOf(pages.find(old!.transaction_id)),
    /it is a Transaction of 202[34]-\d\d of customer \d+ that this/,
  );
});

Deno.test("a glance shows an active current account that has moved", () => {
  const glance = pagesOf(bank, 1000).glance(bankCatalogue.map(({ name }) => name));
  assert.ok(glance !== undefined);
  const customer = documentObject(documentOf(pages.find(String(glance.number)))) as { title: string };
  assert.ok(glance.document.title.startsWith(`${customer.title}, `));
  const [statement] = glance.document.sections;
  assert.ok(statement?.form === "table" && statement.lines.length >= 3);
});
