/** The commands beside `load`: `sample`, `plan`, `schema`, `bench`. */

import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { bankCatalogue, schemaScript, SQLITE } from "../../mod.ts";
import { avroJudge } from "../support/avro_reader.ts";
import { inFreshFolder, runProgram } from "../support/program.ts";

const WHEN = ["--seed", "7", "--as-of", "2025-07-01"];

Deno.test("sample shows three records of an entity, without a permission or a file", () =>
  inFreshFolder(async (cwd) => {
    const { status, stdout, stderr } = await runProgram(["sample", "customers", ...WHEN], { cwd, permissions: [] });
    assert.deepEqual([status, stderr], [0, ""]);
    const { customers } = JSON.parse(stdout);
    assert.equal(customers.length, 3);
    assert.match(customers[0].cpf, /^\d{3}\.\d{3}\.\d{3}-\d{2}$/);
    assert.equal(customers[0].address.country, "BR");
  }));

Deno.test("sample shows the records that load writes", () =>
  inFreshFolder(async (cwd) => {
    const args = ["--customers", "20", ...WHEN];
    await runProgram(["load", ...args, "--to", "csv:out", "--quiet"], { cwd });
    const { stdout } = await runProgram(["sample", "loans", ...args, "--format", "csv", "--limit", "100"], { cwd });
    assert.equal(stdout, await Deno.readTextFile(`${cwd}/out/loans.csv`));
  }));

Deno.test("sample without a name shows every entity", () =>
  inFreshFolder(async (cwd) => {
    const { stdout } = await runProgram(["sample", "--limit", "1", ...WHEN], { cwd, permissions: [] });
    const samples = Object.entries<unknown[]>(JSON.parse(stdout));
    assert.equal(samples.length, 11);
    for (const [name, rows] of samples) assert.equal(rows.length, 1, name);
  }));

Deno.test("sample --format table is for people, with numbers at the right", () =>
  inFreshFolder(async (cwd) => {
    const args = ["sample", "loans", ...WHEN, "--limit", "2", "--format", "table"];
    const { status, stdout } = await runProgram(args, { cwd, permissions: [] });
    assert.equal(status, 0);
    const [title, head, first, second, end] = stdout.split("\n");
    assert.deepEqual([title, end], ["loans", ""]);
    const at = head!.indexOf("principal") + "principal".length;
    for (const line of [first!, second!]) assert.match(line.slice(0, at), /^[\da-f-]{36} .* [A-Z]+ +\d+\.\d\d$/);
    const plain = await runProgram(["sample", "loans", ...WHEN, "--json"], { cwd, permissions: [] });
    assert.equal(plain.stdout, (await runProgram(["sample", "loans", ...WHEN], { cwd, permissions: [] })).stdout);
  }));

Deno.test("load --to json:- sends what json:DIR holds, a row a line, and tells how it went on standard error", () =>
  inFreshFolder(async (cwd) => {
    const args = ["load", "--customers", "20", ...WHEN];
    await runProgram([...args, "--to", "json:out", "--format", "lines", "--quiet"], { cwd });
    const all = await runProgram([...args, "--to", "json:-"], { cwd, permissions: [] });
    assert.equal(all.status, 0);
    assert.match(all.stderr, /\nValidation: nothing was kept that could be checked\n$/);
    for (const { name } of bankCatalogue) {
      const rows = all.stdout.split("\n").filter((line) => line.startsWith(`{"entity":"${name}",`));
      const text = rows.map((line) => `${line.replace(`"entity":"${name}",`, "")}\n`).join("");
      assert.equal(text, await Deno.readTextFile(`${cwd}/out/${name}.jsonl`));
    }
    const one = await runProgram([...args, "--to", "json:-", "--only", "accounts", "--format", "lines"], { cwd });
    assert.equal(one.stdout, await Deno.readTextFile(`${cwd}/out/accounts.jsonl`));
  }));

Deno.test("sample understands credit-cards as credit_cards", () =>
  inFreshFolder(async (cwd) => {
    const { stdout } = await runProgram(["sample", "credit-cards", ...WHEN], { cwd, permissions: [] });
    assert.deepEqual(Object.keys(JSON.parse(stdout)), ["credit_cards"]);
  }));

Deno.test("schema prints statements that SQLite accepts", () =>
  inFreshFolder(async (cwd) => {
    const { status, stdout } = await runProgram(["schema"], { cwd, permissions: [] });
    assert.equal(status, 0);
    const database = new DatabaseSync(":memory:");
    database.exec(stdout);
    const tables = database.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE type = 'table'").get();
    database.close();
    assert.equal(tables!["n"], 11);
  }));

Deno.test("schema ENTITY prints the table of that entity only, with what it refers to", () =>
  inFreshFolder(async (cwd) => {
    const { stdout } = await runProgram(["schema", "loans"], { cwd, permissions: [] });
    assert.deepEqual(stdout.match(/CREATE TABLE "\w+"/g), ['CREATE TABLE "loans"']);
    assert.match(stdout, /REFERENCES "customers" \("customer_id"\)/);
    const all = (await runProgram(["schema"], { cwd, permissions: [] })).stdout;
    assert.equal(all, schemaScript(bankCatalogue, SQLITE));
  }));

Deno.test("schema ENTITY prints that entity only, as JSON and as Markdown", () =>
  inFreshFolder(async (cwd) => {
    const json = await runProgram(["schema", "loans", "--format", "json"], { cwd, permissions: [] });
    assert.deepEqual(JSON.parse(json.stdout).map(({ name }: { name: string }) => name), ["loans"]);
    const markdown = await runProgram(["schema", "loans", "--format", "markdown"], { cwd, permissions: [] });
    assert.match(markdown.stdout, /^## loans\n/);
    assert.doesNotMatch(markdown.stdout, /\n## /);
  }));

Deno.test("schema --format avro prints the schema of one entity as itself, and several as a list", () =>
  inFreshFolder(async (cwd) => {
    const one = await runProgram(["schema", "card-transactions", "--format", "avro"], { cwd, permissions: [] });
    assert.equal(avroJudge(one.stdout).name, "com.financial.banking.CardTransaction");
    const all = await runProgram(["schema", "--format", "avro"], { cwd, permissions: [] });
    const names = JSON.parse(all.stdout).map(({ name }: { name: string }) => name);
    assert.deepEqual(names, bankCatalogue.map(({ title }) => title));
  }));

Deno.test("schema --format postgres prints the tables of PostgreSQL, with what they refer to", () =>
  inFreshFolder(async (cwd) => {
    const { stdout } = await runProgram(["schema", "loans", "--format", "postgres"], { cwd, permissions: [] });
    assert.deepEqual(stdout.match(/CREATE TABLE .*loans/g)?.length, 1);
    assert.match(stdout, /"?loan_id"? uuid/);
    assert.match(stdout, /REFERENCES .*customers/);
  }));

for (
  const { customers, targets } of [
    { customers: "5000", targets: ["--to", "sqlite:bank.sqlite"] }, // more than plan counts one by one
    { customers: "1000", targets: ["--to", "csv:csv", "--to", "json:json"] },
    { customers: "1000", targets: ["--to", "parquet:parquet"] },
    { customers: "10", targets: ["--to", "sqlite:bank.sqlite", "--to", "json:json", "--format", "lines"] },
  ]
) {
  Deno.test(`plan of ${customers} tells the rows within 2 % and the bytes within 10 % of what load makes`, () =>
    inFreshFolder(async (cwd) => {
      const args = ["--customers", customers, ...WHEN, ...targets, "--json"];
      const planned = await runProgram(["plan", ...args], { cwd, permissions: [] });
      assert.deepEqual([planned.status, planned.stderr], [0, ""]);
      const plan = JSON.parse(planned.stdout);
      const report = JSON.parse((await runProgram(["load", ...args], { cwd })).stdout);
      within(plan.total_rows, report.total_rows, 0.02, "rows");
      for (const [at, { target, bytes }] of report.targets.entries()) {
        assert.equal(plan.targets[at].target, target);
        within(plan.targets[at].bytes, bytes, 0.1, target);
      }
    }));
}

for (const files of [["csv:out"], ["json:out"], ["json:out", "--format", "lines"]]) {
  Deno.test(`plan of a few customers tells every byte of ${files.join(" ")}, the manifest's too`, () =>
    inFreshFolder(async (cwd) => {
      const args = ["--customers", "7", ...WHEN, "--to", ...files, "--json"];
      const plan = JSON.parse((await runProgram(["plan", ...args], { cwd, permissions: [] })).stdout);
      const report = JSON.parse((await runProgram(["load", ...args], { cwd })).stdout);
      assert.equal(plan.targets[0].bytes, report.targets[0].bytes);
    }));
}

for (const limit of [[], ["--limit", "2"], ["--limit", "100000"]]) {
  Deno.test(`plan --to console ${limit.join(" ")} tells the bytes of what it shows`, () =>
    inFreshFolder(async (cwd) => {
      const args = ["--customers", "600", ...WHEN, "--to", "console", ...limit];
      const plan = JSON.parse((await runProgram(["plan", ...args, "--json"], { cwd, permissions: [] })).stdout);
      const { stdout } = await runProgram(["load", ...args], { cwd });
      within(plan.targets[0].bytes, new TextEncoder().encode(stdout).length, 0.1, "console");
    }));
}

Deno.test("plan prints a table and writes nothing", () =>
  inFreshFolder(async (cwd) => {
    const { status, stdout } = await runProgram(["plan", "--customers", "1000000", ...WHEN], { cwd, permissions: [] });
    assert.equal(status, 0);
    assert.match(stdout, /^1,000,000 customers, seed 7, epoch 2025-01-01, as of 2025-07-01, 365 days\n/);
    assert.match(stdout, /\n {2}customers +1,000,000\n/);
    assert.match(stdout, /\nsqlite:datagen\.sqlite: about [\d.]+ GB, about /);
    assert.deepEqual(await Array.fromAsync(Deno.readDir(cwd)), []);
  }));

Deno.test("bench --json tells figures and ratios", () =>
  inFreshFolder(async (cwd) => {
    const { status, stdout, stderr } = await runProgram(["bench", "--scale", "50", "--json"], { cwd });
    assert.deepEqual([status, stderr], [0, ""]);
    const bench = JSON.parse(stdout);
    assert.equal(bench.customers, 50);
    for (const name of ["objects", "generate", "json", "sqlite", "sqlite_constants"]) {
      assert.ok(bench.figures[name].rows_per_second > 0, name);
    }
    assert.ok(bench.ratios.sqlite_to_sqlite_constants > 0);
    assert.ok(bench.peak_rss_bytes > 0);
    const { small, large, ratio } = bench.memory;
    assert.deepEqual([small.customers, large.customers], [5, 50]);
    assert.ok(Math.abs(large.peak_rss_bytes / small.peak_rss_bytes - ratio) < 0.01);
    assert.equal(bench.machine.deno, Deno.version.deno);
  }));

Deno.test("bench --skip-sqlite needs no permission", () =>
  inFreshFolder(async (cwd) => {
    const { status, stdout } = await runProgram(["bench", "--customers", "20", "--skip-sqlite"], {
      cwd,
      permissions: [],
    });
    assert.equal(status, 0);
    assert.match(stdout, /\ngenerate: CSV bytes into a reused buffer +[\d,]+ +[\d.]+ +[\d,]+\n/);
    assert.doesNotMatch(stdout, /SQLite/);
  }));

function within(planned: number, made: number, share: number, what: string): void {
  const off = Math.abs(planned - made) / made;
  assert.ok(off <= share, `${what}: planned ${planned}, made ${made}: ${(off * 100).toFixed(1)} % off`);
}
