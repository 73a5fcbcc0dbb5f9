/** `show`: pages that equal the database, and refusals. */

import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { documentObject } from "../../src/encoders/document.ts";
import { pageText } from "../../src/cli/terminal/page.ts";
import { bankCatalogue, bankOptions } from "../../mod.ts";
import { BankView, pagesOf } from "../support/bank.ts";
import { inFreshFolder, runProgram } from "../support/program.ts";
import { assertSnapshot } from "../support/snapshots.ts";

const WHEN = "2026-07-01";

/** Ids of each entity that are compared. */
const SOME = 1000;

Deno.test("1,000 records of each entity, drawn at random, are in SQLite as show has them, field by field", () =>
  inFreshFolder(async (cwd) => {
    await runProgram(["load", "--customers", "600", "--as-of", WHEN, "--to", "sqlite:b.sqlite", "--quiet"], { cwd });
    const database = new DatabaseSync(`${cwd}/b.sqlite`, { readOnly: true });
    const pages = pagesOf(new BankView(bankOptions({ asOf: WHEN })), 600);
    for (const { name, key, fields } of bankCatalogue) {
      if (key === undefined) continue;
      const rows = database.prepare(`SELECT * FROM ${name} ORDER BY random() LIMIT ${SOME}`).all();
      for (const row of rows) {
        const found = pages.find(String(row[key]));
        assert.ok("document" in found, String(row[key]));
        const { entity, address, ...record } = documentObject(found.document)["record"] as Record<string, unknown>;
        assert.equal(entity, name);
        const shown: Record<string, unknown> = { ...record, ...address as object };
        for (const [field, { kind }] of Object.entries(fields)) {
          const isExact = (kind === "money" || kind === "decimal") && shown[field] !== null;
          assert.equal(isExact ? Number(shown[field]) : shown[field], row[field], `${name}.${field}`);
        }
      }
    }
    database.close();
  }));

Deno.test("show takes the run of ./datagen.sqlite, of --in, or of the options", () =>
  inFreshFolder(async (cwd) => {
    await runProgram(["load", "--customers", "3", "--seed", "7", "--as-of", WHEN, "--quiet"], { cwd });
    await runProgram(["load", "--customers", "3", "--seed", "7", "--as-of", WHEN, "--to", "csv:out", "--quiet"], {
      cwd,
    });
    const here = await runProgram(["show", "2"], { cwd });
    assert.deepEqual([here.status, here.stderr], [0, ""]);
    assert.match(here.stdout, /\nCustomer 2, /);
    const short = await runProgram(["show", "2", "--limit", "1"], { cwd });
    assert.match(short.stdout, /\n {2}\.\.\. \d+ earlier\n/);
    const named = await runProgram(["show", "2", "--in", "csv:out"], { cwd });
    assert.equal(named.stdout, here.stdout);
    const described = await runProgram(["show", "2", "--seed", "7", "--as-of", WHEN], { cwd, permissions: [] });
    assert.equal(described.stdout, here.stdout);
  }));

Deno.test("show without a run says that it takes the defaults", () =>
  inFreshFolder(async (cwd) => {
    const { status, stderr } = await runProgram(["show", "90000000"], { cwd });
    assert.deepEqual([status, stderr], [
      0,
      "note: no --in and no ./datagen.sqlite: this is the bank of the default options\n",
    ]);
  }));

Deno.test("show says in one line what it cannot find", () =>
  inFreshFolder(async (cwd) => {
    await runProgram(["load", "--customers", "3", "--as-of", WHEN, "--quiet"], { cwd });
    const cases: readonly (readonly [args: string[], error: string, hint: string])[] = [
      [[], "Cannot show nothing: expected a customer's number, a CPF or an id", "write datagen show 1"],
      [
        ["4"],
        'Cannot show "4" in sqlite:datagen.sqlite: customer 4 is beyond this run, whose customers are 1..3',
        "a load with --customers 4 adds the missing ones",
      ],
      [
        ["778.984.038-01"],
        "Cannot show this CPF in sqlite:datagen.sqlite: its check digits are wrong, or a digit is missing",
        "a CPF has eleven digits, of which the last two follow from the others",
      ],
      [
        ["5560641f-50b3-44c7-9c8b-f3c2e5cc0999"],
        'Cannot show "5560641f-50b3-44c7-9c8b-f3c2e5cc0999" in sqlite:datagen.sqlite: it is no id of seed 42: another ' +
        "seed or program made it",
        "ids follow from the seed: --in TARGET or --seed says which",
      ],
      [
        ["1", "--in", "sqlite:datagen.sqlite", "--seed", "7"],
        "Cannot use --seed with --in: the run in sqlite:datagen.sqlite says it",
        "leave one of them away",
      ],
      [
        ["1", "--in", "sqlite:none.sqlite"],
        "Cannot find a run in sqlite:none.sqlite: nothing was loaded there",
        "write --in TARGET of a load",
      ],
    ];
    for (const [args, error, hint] of cases) {
      const { status, stdout, stderr } = await runProgram(["show", ...args], { cwd });
      assert.deepEqual([status, stdout, stderr], [2, "", `error: ${error}\nhint: ${hint}\n`]);
    }
  }));

Deno.test("show --json is one object with the record and every line of its tables", () =>
  inFreshFolder(async (cwd) => {
    const { stdout } = await runProgram(["show", "8", "--as-of", WHEN, "--json"], { cwd });
    const page = JSON.parse(stdout);
    assert.equal(page.record.entity, "customers");
    assert.equal(page.accounts.length, 2);
    assert.equal(page.statement_1.at(-1).balance, page.accounts[0].balance);
    assert.ok(page.statement_2.length > 12);
  }));

for (const width of [80, 40]) {
  Deno.test(`a page of each kind is laid out at ${width} columns`, async () => {
    const bank = new BankView(bankOptions({ asOf: WHEN }));
    const pages = pagesOf(bank, 1000);
    const batch = bank.batch(0, 30);
    const texts = [
      "1",
      batch.accounts[0]!.account_id,
      batch.credit_cards[0]!.card_id,
      batch.loans[0]!.loan_id,
      batch.properties[0]!.property_id,
      "PETR4",
      batch.transactions.find(({ pix_e2e_id }) => pix_e2e_id !== null)!.pix_e2e_id!,
      batch.card_transactions.find(({ installments }) => installments > 1)!.transaction_id,
      batch.trades[0]!.trade_id,
      batch.installments.find(({ status }) => status === "PAID")!.installment_id,
    ].map((text) => {
      const found = pages.find(text);
      assert.ok("document" in found, text);
      return pageText(found.document, { width, limit: 6, paint: (part) => part });
    });
    for (const line of texts.join("").split("\n")) assert.ok([...line].length <= width, line);
    await assertSnapshot(`show_${width}.txt`, texts.join(`${"=".repeat(width)}\n`));
  });
}
