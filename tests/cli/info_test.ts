/** `info`: which run a target holds; and what a later load remembers of it. */

import assert from "node:assert/strict";
import { killedWriter } from "../support/toy_shop.ts";
import { inFreshFolder, type Outcome, programArgs, runProgram } from "../support/program.ts";
import { actAt, LOGGED } from "../support/log_events.ts";

const WHEN = ["--as-of", "2026-07-01"];

function load(cwd: string, ...args: string[]): Promise<Outcome> {
  return runProgram(["load", "--customers", "20", ...WHEN, "--quiet", ...args], { cwd });
}

async function entries(cwd: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(cwd))).map(({ name }) => name).sort();
}

Deno.test("info tells the run of ./datagen.sqlite, and leaves nothing behind", () =>
  inFreshFolder(async (cwd) => {
    await load(cwd, "--card-share", "0.5");
    const { status, stdout, stderr } = await runProgram(["info"], { cwd, permissions: ["--allow-read=."] });
    assert.deepEqual([status, stderr], [0, ""]);
    assert.match(stdout, /^sqlite:datagen\.sqlite\ncomplete, [\d,.]+ .B\n/);
    for (
      const line of ["customers       20", "seed            42", "as of           2026-07-01", "card-share      0.5"]
    ) {
      assert.ok(stdout.includes(`\n  ${line}\n`), line);
    }
    assert.match(stdout, /\n {2}the same again {2}datagen load --customers 20 --as-of 2026-07-01 --card-share 0\.5\n$/);
    assert.deepEqual(await entries(cwd), ["datagen.sqlite"]);
  }));

Deno.test("info without a target tells of a load that was stopped before the file got its name", () =>
  inFreshFolder(async (cwd) => {
    await killedWriter(`sqlite:${cwd}/datagen.sqlite`);
    assert.deepEqual(await entries(cwd), ["datagen.sqlite.partial", "datagen.sqlite.partial-journal"]);
    const { status, stdout } = await runProgram(["info"], { cwd });
    assert.deepEqual([status, /^sqlite:datagen\.sqlite\nnot complete/.test(stdout)], [0, true], stdout);
  }));

Deno.test("info understands what --to takes, and plain paths; its line makes the same run", () =>
  inFreshFolder(async (cwd) => {
    await load(cwd, "--to", "sqlite:b.sqlite");
    await load(cwd, "--to", "csv:c", "--csv-dialect", "excel-br", "--only", "customers,accounts");
    await load(cwd, "--to", "json:j", "--format", "lines");
    await load(cwd, "--to", "parquet:p");
    for (
      const [words, again] of [
        [["sqlite:b.sqlite", "b.sqlite"], "--to sqlite:b.sqlite"],
        [["csv:c", "c", "json:c"], "--to csv:c --csv-dialect excel-br --only customers,accounts"],
        [["json:j", "j"], "--to json:j --format lines"],
        [["parquet:p", "p", "csv:p"], "--to parquet:p"],
      ] as const
    ) {
      for (const word of words) {
        const { stdout } = await runProgram(["info", word, "--json"], { cwd });
        const info = JSON.parse(stdout);
        assert.deepEqual([info.complete, info.customers, info.loss], [true, { written: 20, of: 20 }, null]);
        assert.equal(info.again, `datagen load --customers 20 --as-of 2026-07-01 ${again}`);
      }
      const line = `load --customers 20 --as-of 2026-07-01 ${again}`.split(" ");
      assert.match((await runProgram(line, { cwd })).stdout, /\nNothing to do: /);
    }
  }));

Deno.test("info tells how far a load got that was killed, and the line that goes on with it", () =>
  inFreshFolder(async (cwd) => {
    const line = ["load", "--customers", "100000", ...WHEN, "--to", "sqlite:b.sqlite", ...LOGGED];
    const process = new Deno.Command(Deno.execPath(), {
      args: programArgs(line),
      cwd,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
    const read = actAt(process.stderr, ({ customers = 0 }) => customers >= 1000, reach);
    await reached;
    const busy = await runProgram(["info", "b.sqlite"], { cwd });
    if (busy.status !== 0) assert.match(busy.stderr, /it is being written by another process/);
    process.kill("SIGKILL");
    await Promise.all([process.status, read]);
    const { status, stdout } = await runProgram(["info", "b.sqlite"], { cwd });
    assert.equal(status, 0);
    assert.match(stdout, /\nnot complete: a load goes on with it, /);
    assert.match(stdout, /\n {2}customers {7}[\d,]+ of 100,000\n/);
    assert.match(
      stdout,
      /\n {2}goes on with it {2}datagen load --customers 100000 --as-of 2026-07-01 --to sqlite:b\.sqlite\n$/,
    );
  }));

Deno.test("info says in one line what it cannot tell", () =>
  inFreshFolder(async (cwd) => {
    await Deno.mkdir(`${cwd}/empty`);
    await Deno.writeTextFile(`${cwd}/bad.sqlite`, "no database");
    await Deno.mkdir(`${cwd}/others`);
    await Deno.writeTextFile(`${cwd}/others/customers.csv`, "id\n");
    const cases: readonly (readonly [args: string[], error: string])[] = [
      [[], "Cannot tell which run is in ./datagen.sqlite: there is no such file"],
      [["csv:empty"], "Cannot find a run in csv:empty: nothing was loaded there"],
      [["bad.sqlite"], "Cannot read a run in sqlite:bad.sqlite: it is not a datagen database"],
      [["others"], "Cannot read a run in others: datagen made no files there"],
      [["console"], "Cannot look for a run in console: it keeps none"],
      [
        ["nothing"],
        'Cannot find a target "nothing": there is no such file, and it is none of sqlite:FILE, json:DIR, csv:DIR, parquet:DIR, json:-, ' +
        "console, postgres or kafka",
      ],
    ];
    for (const [args, error] of cases) {
      const { status, stdout, stderr } = await runProgram(["info", ...args], { cwd });
      assert.deepEqual([status, stdout, stderr.split("\n")[0]], [2, "", `error: ${error}`]);
      assert.match(stderr, /\nhint: .+\n$/);
    }
  }));

Deno.test("a later load remembers the dialect, the form and the entities of its target", () =>
  inFreshFolder(async (cwd) => {
    await load(cwd, "--to", "csv:c", "--csv-dialect", "excel-br", "--only", "customers,accounts");
    const more = await runProgram(["load", "--customers", "30", "--to", "csv:c", "--json"], { cwd });
    const { manifest, reproduce } = JSON.parse(more.stdout);
    assert.deepEqual([manifest.units, manifest.entities], [30, ["customers", "accounts"]]);
    assert.match(reproduce, / --to csv:c --csv-dialect excel-br --only customers,accounts$/);
    assert.match(await Deno.readTextFile(`${cwd}/c/customers.csv`), /^\ufeff?customer_id;/);
    const other = await runProgram(["load", "--customers", "30", "--to", "csv:c", "--only", "loans"], { cwd });
    assert.equal(other.status, 2);
    const two = await runProgram(["load", "--customers", "30", "--to", "csv:c", "--to", "json:j"], { cwd });
    assert.match(two.stderr, /into csv:c: its run was begun without them/);
  }));
