/** `datagen load` as a user runs it: the real program, in a folder of its own, with the narrowest permissions. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { inFreshFolder, programArgs, runProgram, startProgram } from "../support/program.ts";
import { actAt, LOGGED } from "../support/log_events.ts";

const HERE = ["--allow-read=.", "--allow-write=."];
const WHEN = ["--seed", "7", "--as-of", "2025-07-01"];

Deno.test("load writes an SQLite file, sums up, and validates it", () =>
  inFreshFolder(async (cwd) => {
    const { status, stdout, stderr } = await runProgram(["load", "--customers", "20", ...WHEN], {
      cwd,
      permissions: HERE,
    });
    assert.deepEqual([status, stderr], [0, ""]);
    const lines = stdout.trimEnd().split("\n");
    assert.match(stdout, /^={60}\nLoaded 20 customers in [\d.]+ s\n={60}\nMasters\n {2}customers +20\n/);
    assert.match(stdout, /\nEvents\n {2}transactions +[\d,]+\n/);
    assert.match(stdout, /\n[\d,]+ rows written in [\d.]+ s \([\d,]+ rows\/s\)\n/);
    assert.match(stdout, /\nsqlite:datagen\.sqlite: created, [\d.]+ kB\n/);
    assert.match(
      stdout,
      /\nreproduce: datagen load --customers 20 --seed 7 --epoch 2025-01-01 --as-of 2025-07-01\n/,
    );
    assert.match(stdout, /\n\[OK\] customers: 20 rows\n/);
    assert.doesNotMatch(stdout, /FAIL/);
    assert.equal(lines.at(-1), "Validation: ALL OK");
    assert.deepEqual(await names(cwd), ["datagen.sqlite"]);
    assert.equal(count(`${cwd}/datagen.sqlite`, "customers"), 20);
  }));

Deno.test("load --json prints one object, with what the text says", () =>
  inFreshFolder(async (cwd) => {
    const { status, stdout, stderr } = await runProgram(["load", "--customers", "5", ...WHEN, "--json"], {
      cwd,
      permissions: HERE,
    });
    assert.deepEqual([status, stderr], [0, ""]);
    const report = JSON.parse(stdout);
    assert.equal(report.ok, true);
    assert.equal(report.interrupted, false);
    assert.equal(report.rows.customers, 5);
    assert.equal(report.rows.stocks, 42);
    assert.equal(report.total_rows, Object.values<number>(report.rows).reduce((sum, rows) => sum + rows, 0));
    assert.equal(report.targets[0].target, "sqlite:datagen.sqlite");
    assert.equal(report.targets[0].outcome, "created");
    assert.ok(report.checks.every((check: { ok: boolean }) => check.ok));
    assert.equal(
      report.reproduce,
      "datagen load --customers 5 --seed 7 --epoch 2025-01-01 --as-of 2025-07-01",
    );
  }));

for (
  const { target, folder, file } of [
    { target: "csv:out", folder: "out", file: "customers.csv" },
    { target: "json:out", folder: "out", file: "customers.json" },
  ]
) {
  Deno.test(`load --to ${target} needs no more than its folder`, () =>
    inFreshFolder(async (cwd) => {
      await Deno.mkdir(`${cwd}/${folder}`);
      const permissions = [`--allow-read=${folder}`, `--allow-write=${folder}`];
      const { status, stdout, stderr } = await runProgram(["load", "--customers", "5", ...WHEN, "--to", target], {
        cwd,
        permissions,
      });
      assert.deepEqual([status, stderr], [0, ""]);
      assert.match(stdout, /\nValidation: ALL OK\n$/);
      assert.ok((await names(`${cwd}/${folder}`)).includes(file));
      assert.deepEqual(await names(cwd), [folder]);
    }));
}

Deno.test("load --to console needs no permission; rows on standard output, the summary beside it", () =>
  inFreshFolder(async (cwd) => {
    const args = ["load", "--customers", "5", ...WHEN, "--to", "console", "--limit", "2"];
    const { status, stdout, stderr } = await runProgram(args, { cwd, permissions: [] });
    assert.equal(status, 0);
    assert.match(stdout, /customer_id/);
    assert.doesNotMatch(stdout, /Validation|reproduce/);
    assert.match(stderr, /\nreproduce: datagen load .* --to console --limit 2\n/);
    assert.deepEqual(await names(cwd), []);
  }));

Deno.test("load --format lines writes one object a line", () =>
  inFreshFolder(async (cwd) => {
    const args = ["load", "--customers", "5", ...WHEN, "--to", "json:out", "--format", "lines", "--quiet"];
    assert.deepEqual(await runProgram(args, { cwd, permissions: HERE }), { status: 0, stdout: "", stderr: "" });
    const lines = (await Deno.readTextFile(`${cwd}/out/customers.jsonl`)).trimEnd().split("\n");
    assert.equal(lines.length, 5);
    assert.equal(typeof JSON.parse(lines[0]!).customer_id, "string");
  }));

Deno.test("load into several targets writes the same data into each", () =>
  inFreshFolder(async (cwd) => {
    const args = ["load", "--customers", "5", ...WHEN, "--to", "csv:out", "--to", "sqlite:bank.sqlite"];
    const { status, stdout } = await runProgram(args, { cwd, permissions: HERE });
    assert.equal(status, 0);
    assert.match(stdout, /\[OK\] csv:out customers: 5 rows\n/);
    assert.match(stdout, /\[OK\] sqlite:bank\.sqlite customers: 5 rows\n/);
    const csv = await Deno.readTextFile(`${cwd}/out/transactions.csv`);
    assert.equal(csv.trimEnd().split("\r\n").length - 1, count(`${cwd}/bank.sqlite`, "transactions"));
  }));

Deno.test("the same load again changes nothing and says so", () =>
  inFreshFolder(async (cwd) => {
    const args = ["load", "--customers", "10", ...WHEN];
    await runProgram(args, { cwd, permissions: HERE });
    const before = await hash(`${cwd}/datagen.sqlite`);
    const { status, stdout } = await runProgram(args, { cwd, permissions: HERE });
    assert.equal(status, 0);
    assert.match(stdout, /\nNothing to do: sqlite:datagen\.sqlite already holds this run\n/);
    assert.match(stdout, /\nsqlite:datagen\.sqlite: unchanged/);
    assert.match(stdout, /\nValidation: ALL OK\n$/);
    assert.equal(await hash(`${cwd}/datagen.sqlite`), before);
  }));

Deno.test("load without --as-of goes on with that of the target", () =>
  inFreshFolder(async (cwd) => {
    await runProgram(["load", "--customers", "10", ...WHEN], { cwd, permissions: HERE });
    const { status, stdout } = await runProgram(["load", "--customers", "10", "--seed", "7"], {
      cwd,
      permissions: HERE,
    });
    assert.equal(status, 0);
    assert.match(stdout, /Nothing to do/);
  }));

Deno.test("load with more customers adds those that are missing", () =>
  inFreshFolder(async (cwd) => {
    await runProgram(["load", "--customers", "10", ...WHEN], { cwd, permissions: HERE });
    const args = ["load", "--customers", "30", ...WHEN, "--json"];
    const { status, stdout } = await runProgram(args, { cwd, permissions: HERE });
    const report = JSON.parse(stdout);
    assert.equal(status, 0);
    assert.equal(report.targets[0].outcome, "extended");
    assert.equal(report.targets[0].written.customers, 20);
    assert.equal(count(`${cwd}/datagen.sqlite`, "customers"), 30);
  }));

Deno.test("load of another seed is refused; --truncate replaces", () =>
  inFreshFolder(async (cwd) => {
    await runProgram(["load", "--customers", "10", ...WHEN], { cwd, permissions: HERE });
    const before = await hash(`${cwd}/datagen.sqlite`);
    const other = ["load", "--customers", "10", "--seed", "8", "--as-of", "2025-07-01"];
    const refused = await runProgram(other, { cwd, permissions: HERE });
    assert.deepEqual([refused.status, refused.stdout], [2, ""]);
    assert.match(refused.stderr, /^error: .*seed.*\nhint: .*--truncate.*\n$/);
    assert.equal(await hash(`${cwd}/datagen.sqlite`), before);
    const replaced = await runProgram([...other, "--truncate"], { cwd, permissions: HERE });
    assert.equal(replaced.status, 0);
    assert.match(replaced.stdout, /\nsqlite:datagen\.sqlite: replaced/);
  }));

Deno.test({
  name: "Ctrl-C half way exits 130, and the same load completes with the same rows",
  ignore: Deno.build.os === "windows", // a process cannot be sent SIGINT there
  fn: () =>
    inFreshFolder(async (cwd) => {
      const args = ["load", "--customers", "1500", ...WHEN];
      const process = startProgram([...args, ...LOGGED], { cwd, permissions: HERE });
      const stderr = await interruptAtProgress(process);
      const { code } = await process.status;
      assert.equal(code, 130, stderr);
      assert.match(stderr, /stopping at the next safe place/);
      assert.ok(!(await names(cwd)).includes("datagen.sqlite"), "only a complete file has the name");
      const resumed = await runProgram(args, { cwd, permissions: HERE });
      assert.equal(resumed.status, 0, resumed.stderr);
      assert.match(resumed.stdout, /\nsqlite:datagen\.sqlite: resumed/);
      await runProgram(["load", "--customers", "1500", ...WHEN, "--to", "sqlite:whole.sqlite"], {
        cwd,
        permissions: HERE,
      });
      assert.equal(dump(`${cwd}/datagen.sqlite`), dump(`${cwd}/whole.sqlite`));
    }),
});

Deno.test({
  name: "Ctrl-C in a replacement says how to go on with it, and that does so",
  ignore: Deno.build.os === "windows", // a process cannot be sent SIGINT there
  fn: () =>
    inFreshFolder(async (cwd) => {
      await runProgram(["load", "--customers", "10", ...WHEN], { cwd, permissions: HERE });
      const other = ["load", "--customers", "1500", "--seed", "8", "--as-of", "2025-07-01", "--truncate"];
      const process = startProgram([...other, ...LOGGED, "--json"], { cwd, permissions: HERE });
      const reading = new Response(process.stdout).text();
      await interruptAtProgress(process, reading);
      const report = JSON.parse(await reading);
      assert.equal((await process.status).code, 130);
      assert.deepEqual([report.interrupted, report.ok], [true, false]);
      assert.match(report.reproduce, /^datagen load .* --seed 8 .* --truncate$/);
      assert.equal(count(`${cwd}/datagen.sqlite`, "customers"), 10);
      const again = await runProgram([...report.reproduce.split(" ").slice(1), "--json"], { cwd, permissions: HERE });
      assert.equal(again.status, 0, again.stderr);
      const { targets: [{ written }] } = JSON.parse(again.stdout);
      assert.equal(written.customers, 1500 - report.targets[0].written.customers);
      assert.equal(count(`${cwd}/datagen.sqlite`, "customers"), 1500);
    }),
});

for (const target of ["sqlite:a.sqlite", "csv:out/csv", "json:out", "parquet:out"]) {
  Deno.test({
    name: `load into ${target} leaves nothing where the disk is full at once, and may be tried again`,
    ignore: Deno.build.os === "windows", // it has no ulimit
    fn: () =>
      inFreshFolder(async (cwd) => {
        const words = programArgs(["load", "--to", target], HERE);
        const script = `trap '' XFSZ; ulimit -f 0; exec "$0" "$@"`;
        const args = ["-c", script, Deno.execPath(), ...words];
        const { code, stderr } = await new Deno.Command("sh", { args, cwd, env: { NO_COLOR: "1" } }).output();
        const told = new TextDecoder().decode(stderr);
        assert.match(told, /^error: Cannot write to .*\nhint: run the same command again/);
        assert.equal(code, 1);
        assert.deepEqual(await names(cwd), []);
      }),
  });
}

Deno.test({
  name: "a reader that goes away is no failure",
  ignore: Deno.build.os === "windows", // needs a shell that everybody has
  fn: () =>
    inFreshFolder(async (cwd) => {
      for (
        const args of [["sample"], ["schema"], ["load", "--to", "console", "--customers", "2000"], [
          "load",
          "--to",
          "json:-",
          "--customers",
          "2000",
        ]]
      ) {
        const words = [Deno.execPath(), ...programArgs(args, [])].map((word) => `'${word}'`).join(" ");
        const script = `{ ${words} 2>errors; echo "status $?" >status; } | head -n 1`;
        const { stdout } = await new Deno.Command("sh", { args: ["-c", script], cwd }).output();
        assert.equal(new TextDecoder().decode(stdout).split("\n").length, 2);
        assert.equal(await Deno.readTextFile(`${cwd}/status`), "status 0\n", args.join(" "));
        assert.doesNotMatch(await Deno.readTextFile(`${cwd}/errors`), /error/);
      }
    }),
});

Deno.test("load shows progress on standard error where it is asked to", () =>
  inFreshFolder(async (cwd) => {
    const { status, stderr } = await runProgram(["load", "--customers", "50", ...WHEN, "--progress", "always"], {
      cwd,
      permissions: HERE,
    });
    assert.equal(status, 0);
    assert.match(stderr, /^.{24} {2}\d\d % {2}\d+ of 50 customers {2}[\d,]+ rows\/s .*sqlite:datagen\.sqlite\n/);
  }));

for (
  const [target, does, doesNot] of [
    ["sqlite:a.sqlite", ["building indexes, following foreign keys", "counting rows"], /names/],
    ["csv:out", ["giving the files their names", "reading the files, following references"], /index/],
    ["json:out", ["giving the files their names", "reading the files, following references"], /index/],
    ["console", ["showing the first rows"], /index|names/],
  ] as const
) {
  Deno.test(`load into ${target} says what it does after the last row, and nothing else`, () =>
    inFreshFolder(async (cwd) => {
      const args = ["load", "--customers", "3", ...WHEN, "--progress", "always", "--to", target];
      const { stderr } = await runProgram(args, { cwd, permissions: HERE });
      for (const words of does) {
        assert.match(stderr, new RegExp(`^.{24}  \\d\\d %  ${words}  [\\d,]+ rows .*${target}$`, "m"));
      }
      assert.doesNotMatch(stderr, doesNot);
    }));
}

Deno.test("load accepts --fast and does the same", () =>
  inFreshFolder(async (cwd) => {
    const args = ["load", "--customers", "3", ...WHEN];
    await runProgram([...args, "--to", "sqlite:a.sqlite"], { cwd, permissions: HERE });
    await runProgram([...args, "--to", "sqlite:b.sqlite", "--fast"], { cwd, permissions: HERE });
    assert.equal(dump(`${cwd}/a.sqlite`), dump(`${cwd}/b.sqlite`));
  }));

/** Sends Ctrl-C when the first progress shows; returns all that came on standard error. */
async function interruptAtProgress(
  process: Deno.ChildProcess,
  drained: Promise<unknown> = process.stdout.cancel(),
): Promise<string> {
  const text = await actAt(process.stderr, ({ customers = 0 }) => customers > 0, () => process.kill("SIGINT"));
  await drained;
  return text;
}

async function names(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
}

async function hash(file: string): Promise<string> {
  return createHash("sha256").update(await Deno.readFile(file)).digest("hex");
}

function count(file: string, table: string): number {
  const database = new DatabaseSync(file, { readOnly: true });
  const row = database.prepare(`SELECT count(*) AS n FROM ${table}`).get();
  database.close();
  return Number(row!["n"]);
}

/** Every row of every table that holds data, hashed. */
function dump(file: string): string {
  const database = new DatabaseSync(file, { readOnly: true });
  const digest = createHash("sha256");
  for (const table of ["customers", "accounts", "credit_cards", "loans", "properties", "stocks", "transactions"]) {
    for (const row of database.prepare(`SELECT * FROM ${table}`).iterate()) digest.update(JSON.stringify(row));
  }
  for (const table of ["card_transactions", "trades", "installments", "opening_positions"]) {
    for (const row of database.prepare(`SELECT * FROM ${table}`).iterate()) digest.update(JSON.stringify(row));
  }
  database.close();
  return digest.digest("hex");
}
