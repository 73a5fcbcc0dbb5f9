/** The independent checker, `tests/verify_bank.py`, agrees with what the program writes, and notices what is changed. */

import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inFreshFolder, type Outcome, root, runProgram } from "../support/program.ts";
import { findPython } from "../support/python.ts";

const SCRIPT = fileURLToPath(new URL("tests/verify_bank.py", root));
const python = findPython();
const skipped = python === undefined && Deno.env.get("CI") !== "true";
if (skipped) console.warn("verify_bank.py is not tested as there is no Python: install Python 3.9 or newer");

/** A change of one row, and the rule that it breaks. */
interface Change {
  readonly what: string;
  readonly rule: string;
  /** Changes exactly one row. */
  readonly sql: string;
}

const CHANGES: readonly Change[] = [
  {
    what: "an amount by a centavo",
    rule: "balances",
    sql: `UPDATE transactions SET amount = round(amount + 0.01, 2)
      WHERE rowid = (SELECT max(rowid) FROM transactions WHERE status = 'COMPLETED')`,
  },
  {
    what: "the amount of a purchase that is still open",
    rule: "cards",
    sql: `UPDATE card_transactions SET amount = round(amount + 0.01, 2) WHERE rowid =
      (SELECT rowid FROM card_transactions WHERE status = 'APPROVED' ORDER BY timestamp DESC LIMIT 1)`,
  },
  {
    what: "the amount of a card bill",
    rule: "card_bills",
    sql: `UPDATE transactions SET amount = round(amount - 0.01, 2) WHERE rowid =
      (SELECT rowid FROM transactions WHERE description LIKE '%Fatura%' ORDER BY timestamp DESC LIMIT 1)`,
  },
  {
    what: "the principal of an instalment",
    rule: "amortization",
    sql: `UPDATE installments SET principal_amount = round(principal_amount + 0.01, 2)
      WHERE rowid = (SELECT max(rowid) FROM installments)`,
  },
  {
    what: "the status of an instalment",
    rule: "installments",
    sql: `UPDATE installments SET status = 'LATE'
      WHERE rowid = (SELECT max(rowid) FROM installments WHERE status = 'PENDING')`,
  },
  {
    what: "the quantity of a trade",
    rule: "trades",
    sql: "UPDATE trades SET quantity = quantity + 100 WHERE rowid = (SELECT max(rowid) FROM trades)",
  },
  {
    what: "a trade's day to Corpus Christi",
    rule: "sessions",
    sql: `UPDATE trades SET executed_at = '2026-06-04T14:00:00.000Z', created_at = '2026-06-04T14:00:00.000Z',
      settlement_date = '2026-06-08T14:00:00.000Z' WHERE rowid = (SELECT max(rowid) FROM trades)`,
  },
  {
    what: "a digit of a CPF",
    rule: "cpf",
    sql: "UPDATE customers SET cpf = substr(cpf, 1, 13) || ((substr(cpf, 14) + 1) % 10) WHERE rowid = 1",
  },
  {
    what: "the state of a customer's CEP",
    rule: "geography",
    sql: `UPDATE customers SET postal_code = CASE WHEN state = 'RS' THEN '01' ELSE '95' END || substr(postal_code, 3)
      WHERE rowid = 1`,
  },
  {
    what: "the check digit of an account",
    rule: "account_numbers",
    sql: `UPDATE accounts SET account_number = substr(account_number, 1, 7) ||
      CASE substr(account_number, 8) WHEN '0' THEN '1' ELSE '0' END WHERE rowid = 1`,
  },
  {
    what: "an event to before its account was opened",
    rule: "causality",
    sql: `UPDATE transactions SET (timestamp, created_at) =
        (SELECT strftime('%Y-%m-%dT%H:%M:%S.000Z', created_at, '-1 second'),
           strftime('%Y-%m-%dT%H:%M:%S.000Z', created_at, '-1 second')
         FROM accounts WHERE accounts.account_id = transactions.account_id)
      WHERE rowid = (SELECT max(rowid) FROM transactions)`,
  },
  {
    what: "the other side's name in one leg of a Pix between customers",
    rule: "p2p",
    sql: `UPDATE transactions SET counterparty_name = 'Ana Silva Souza', description = 'Pix para Ana Silva Souza'
      WHERE direction = 'DEBIT' AND pix_e2e_id =
        (SELECT pix_e2e_id FROM transactions WHERE pix_e2e_id IS NOT NULL GROUP BY 1 HAVING count(*) = 2 LIMIT 1)`,
  },
  {
    what: "the time of a TED to a Sunday",
    rule: "wires",
    sql: `UPDATE transactions SET timestamp = '2026-06-14T15:00:00.000Z', created_at = '2026-06-14T15:00:00.000Z'
      WHERE rowid = (SELECT max(rowid) FROM transactions WHERE transaction_type = 'TED')`,
  },
  {
    what: "the account of a transaction to none",
    rule: "references",
    sql: `UPDATE transactions SET account_id = '00000000-0000-4000-8000-000000000000'
      WHERE rowid = (SELECT max(rowid) FROM transactions)`,
  },
];

Deno.test({
  name: "verify_bank.py finds nothing in a bank of 300, and every change of one row by its rule",
  ignore: skipped,
  fn: () =>
    inFreshFolder(async (cwd) => {
      const loaded = await runProgram(["load", "--customers", "300", "--as-of", "2026-06-30", "--quiet"], { cwd });
      assert.equal(loaded.status, 0, loaded.stderr);
      const whole = join(cwd, "datagen.sqlite");
      assert.deepEqual(await verify(whole), { status: 0, stdout: "34 rules, 0 findings\n", stderr: "" });

      const outcomes = await Promise.all(CHANGES.map(async ({ sql }, index) => {
        const copy = join(cwd, `${index}.sqlite`);
        await Deno.copyFile(whole, copy);
        change(copy, sql, 1);
        return await verify(copy);
      }));
      assert.deepEqual(
        CHANGES.map(({ what, rule }, index) => ({ what, found: rulesOf(outcomes[index]!).includes(rule) })),
        CHANGES.map(({ what }) => ({ what, found: true })),
      );
      for (const { status, stdout, stderr } of outcomes) {
        assert.deepEqual([status, stderr], [1, ""]);
        assert.match(stdout, /^FAIL \w+: \S+.*: expected .+ got .+\n/);
        assert.match(stdout, /\n34 rules, [1-9]\d* findings\n$/);
      }
    }),
});

Deno.test({
  name: "verify_bank.py shows 20 findings of a rule, and counts the others",
  ignore: skipped,
  fn: () =>
    inBankOf30(async (path) => {
      change(path, "UPDATE stocks SET updated_at = created_at", 42);
      const { status, stdout } = await verify(path);
      assert.equal(status, 1);
      assert.equal(stdout.match(/^FAIL stocks: \S+: expected updated_at /gm)?.length, 20);
      assert.match(stdout, /\nFAIL stocks: 22 more, 42 in all\n34 rules, 42 findings\n$/);
    }),
});

Deno.test({
  name: "verify_bank.py notices purchases that have the amount and time of day of another one of their card",
  ignore: skipped,
  fn: () =>
    inBankOf30(async (path) => {
      change(
        path,
        `WITH pairs AS (
          SELECT min(rowid) AS one, max(rowid) AS other FROM card_transactions WHERE status = 'APPROVED' GROUP BY card_id
          HAVING count(*) > 1 LIMIT 4
        )
        UPDATE card_transactions AS row SET (amount, timestamp) = (
          SELECT amount, substr(row.timestamp, 1, 11) || substr(timestamp, 12)
          FROM card_transactions WHERE rowid = (SELECT one FROM pairs WHERE other = row.rowid)
        ) WHERE rowid IN (SELECT other FROM pairs)`,
        4,
      );
      const { status, stdout } = await verify(path);
      assert.equal(status, 1);
      assert.match(stdout, /^FAIL repetition: card_transactions: expected less than 0\.5% of rows .+ got 8 of \d+$/m);
    }),
});

Deno.test({
  name: "verify_bank.py refuses what is no bank, with status 2",
  ignore: skipped,
  fn: () =>
    inFreshFolder(async (cwd) => {
      const other = join(cwd, "other.sqlite");
      const base = new DatabaseSync(other);
      base.exec("CREATE TABLE datagen_manifest (key TEXT, value TEXT)");
      base.close();
      await Deno.writeTextFile(
        join(cwd, "text.sqlite"),
        "no database, but long enough to be read as the header of one\n".repeat(9),
      );
      assert.match(await refusal(), /^usage: verify_bank\.py FILE\.sqlite\r?\n$/);
      assert.match(await refusal(join(cwd, "absent.sqlite")), /^error: Cannot read ".+": there is no such file\r?\n$/);
      assert.match(await refusal(join(cwd, "text.sqlite")), /^error: Cannot verify ".+": file is not a database\r?\n$/);
      assert.match(await refusal(other), /^error: Cannot verify ".+": it has no table accounts\r?\n$/);
    }),
});

/** Uses the file of a bank of 30 customers. */
async function inBankOf30(use: (path: string) => Promise<void>): Promise<void> {
  await inFreshFolder(async (cwd) => {
    const loaded = await runProgram(["load", "--customers", "30", "--as-of", "2026-06-30", "--quiet"], { cwd });
    assert.equal(loaded.status, 0, loaded.stderr);
    await use(join(cwd, "datagen.sqlite"));
  });
}

/** Runs the checker. */
async function verify(...args: string[]): Promise<Outcome> {
  const env = { PYTHONDONTWRITEBYTECODE: "1" };
  const { code, stdout, stderr } = await new Deno.Command(python ?? "python3", { args: [SCRIPT, ...args], env })
    .output();
  const decoder = new TextDecoder();
  return { status: code, stdout: decoder.decode(stdout).replaceAll("\r\n", "\n"), stderr: decoder.decode(stderr) };
}

/** Changes a database, in as many rows as expected, behind the back of its foreign keys. */
function change(path: string, sql: string, rows: number): void {
  const base = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  const { changes } = base.prepare(sql).run();
  base.close();
  assert.equal(changes, rows, sql);
}

async function refusal(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await verify(...args);
  assert.deepEqual([status, stdout], [2, ""]);
  return stderr;
}

/** The rules that a report names. */
function rulesOf({ stdout }: Outcome): string[] {
  return [...new Set([...stdout.matchAll(/^FAIL (\w+): /gm)].map((match) => match[1]!))];
}
