/**
 * Everything that a command line can ask for in vain: status 2, two lines on standard error, nothing on standard output,
 * and a folder that is as it was.
 */

import assert from "node:assert/strict";
import { type BadInput, contents, testBadInput } from "../support/bad_input.ts";
import { inFreshFolder, runProgram } from "../support/program.ts";

const COUNT = "expected an integer in 1..90000000";
const TARGETS = "expected sqlite:FILE, json:DIR, csv:DIR, parquet:DIR, json:-, console, postgres or kafka";
const INSTANT = "expected YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ, in 2011..2070";
const EPOCH = "expected a 1 January from 2011-01-01 to 2070-01-01";

const TABLE: readonly BadInput[] = [
  {
    kind: "unknown flag",
    args: "load --custmers 5",
    error: "Cannot use --custmers: load has no such option",
    hint: "did you mean --customers?",
  },
  {
    kind: "unknown flag that is like no other",
    args: "load --zzz",
    error: "Cannot use --zzz: load has no such option",
    hint: 'run "datagen load --help"',
  },
  {
    kind: "flag of another command",
    args: "schema --seed 5",
    error: "Cannot use --seed: schema has no such option",
    hint: 'run "datagen schema --help"',
  },
  {
    kind: "flag before the command",
    args: "--customers 5 load",
    error: "Cannot use --customers before a command",
    hint: "write it after one: datagen load --customers",
  },
  {
    kind: "unknown command",
    args: "laod --customers 5",
    error: 'Cannot run "laod": there is no such command',
    hint: "did you mean load?",
  },
  {
    kind: "unknown command that is like no other",
    args: "destroy",
    error: 'Cannot run "destroy": there is no such command',
    hint: "the commands are load, show, info, sample, plan, schema, doctor, topics, reset, bench and completions",
  },
  {
    kind: "help for an unknown command",
    args: "help smaple",
    error: 'Cannot run "smaple": there is no such command',
    hint: "did you mean sample?",
  },
  {
    kind: "value below the range",
    args: "load --customers 0",
    error: `Cannot use --customers 0: ${COUNT}`,
    hint: "the least is 1",
  },
  {
    kind: "value above the range",
    args: "load --customers 90000001",
    error: `Cannot use --customers 90000001: ${COUNT}`,
    hint: "the greatest is 90000000",
  },
  {
    kind: "negative value",
    args: "load --seed -1",
    error: "Cannot use --seed -1: expected an integer in 0..9007199254740991",
    hint: "the least is 0",
  },
  {
    kind: "share above 1",
    args: "plan --card-share 1.5",
    error: "Cannot use --card-share 1.5: expected a number in 0..1",
    hint: "the greatest is 1",
  },
  {
    kind: "percentage",
    args: "load --card-share 70%",
    error: 'Cannot parse --card-share "70%": expected a number in 0..1',
    hint: "write 0.7",
  },
  {
    kind: "decimal comma",
    args: "load --activity 1,5",
    error: 'Cannot parse --activity "1,5": expected a number in 0..3',
    hint: "write 1.5",
  },
  {
    kind: "not a number",
    args: "sample --seed many",
    error: 'Cannot parse --seed "many": expected an integer in 0..9007199254740991',
    hint: "write --seed 42",
  },
  {
    kind: "fraction of a customer",
    args: "load --customers 2.5",
    error: `Cannot parse --customers "2.5": ${COUNT}`,
    hint: "write --customers 100",
  },
  {
    kind: "number with a suffix",
    args: "load --customers 10M",
    error: `Cannot parse --customers "10M": ${COUNT}`,
    hint: "write 10000000",
  },
  {
    kind: "number with dots",
    args: "load --customers 10.000",
    error: `Cannot parse --customers "10.000": ${COUNT}`,
    hint: "write 10000",
  },
  {
    kind: "missing value at the end",
    args: "load --customers",
    error: `Cannot use --customers without a value: ${COUNT}`,
    hint: "write --customers 100",
  },
  {
    kind: "missing value before another flag",
    args: "load --customers --seed 7",
    error: `Cannot use --customers without a value: ${COUNT}`,
    hint: "write --customers 100",
  },
  {
    kind: "value for a switch",
    args: "load --truncate=yes",
    error: "Cannot use --truncate with a value: it is a switch",
    hint: "write --truncate",
  },
  {
    kind: "flag given twice",
    args: "load --seed 1 --seed 2",
    error: 'Cannot use --seed twice: "1" and "2" contradict each other',
    hint: "give --seed once",
  },
  {
    kind: "word of no list",
    args: "load --progress alwys",
    error: 'Cannot use --progress "alwys": expected auto, always or never',
    hint: "did you mean always?",
  },
  {
    kind: "--format without json",
    args: "load --to csv:out --format lines",
    error: 'Cannot use --format "lines" without a json target: the targets are csv:out',
    hint: "write --to json:out, or leave --format away",
  },
  {
    kind: "--limit without console",
    args: "load --limit 5",
    error: "Cannot use --limit 5 without a console target: the targets are sqlite:datagen.sqlite",
    hint: "write --to console, or leave --limit away",
  },
  {
    kind: "--quiet with --json",
    args: "load --quiet --json",
    error: "Cannot use --quiet with --json: one prints, one does not",
    hint: "leave one away",
  },
  {
    kind: "as-of in no known form",
    args: "load --as-of yesterday",
    error: `Cannot parse --as-of "yesterday": ${INSTANT}`,
    hint: "write --as-of 2025-07-01",
  },
  {
    kind: "as-of as in Brazil",
    args: "load --as-of 31/12/2025",
    error: `Cannot parse --as-of "31/12/2025": ${INSTANT}`,
    hint: "write 2025-12-31",
  },
  {
    kind: "as-of that is no day",
    args: "load --as-of 2025-02-30",
    error: `Cannot parse --as-of "2025-02-30": ${INSTANT}`,
    hint: "February 2025 has 28 days",
  },
  {
    kind: "as-of with month and day swapped",
    args: "load --as-of 2026-13-01",
    error: `Cannot parse --as-of "2026-13-01": ${INSTANT}`,
    hint: "write 2026-01-13",
  },
  {
    kind: "as-of without its zeros",
    args: "load --as-of 2026-7-1",
    error: `Cannot parse --as-of "2026-7-1": ${INSTANT}`,
    hint: "write 2026-07-01",
  },
  {
    kind: "target that is a CSV file",
    args: "load --to out.csv",
    error: `Cannot use --to "out.csv": unknown kind "out.csv", ${TARGETS}`,
    hint: "write csv:out",
  },
  {
    kind: "database on standard output",
    args: "load --to sqlite:/dev/stdout",
    error: `Cannot use --to "sqlite:/dev/stdout": standard output keeps nothing, ${TARGETS}`,
    hint: "write json:- for JSON lines; datagen sample --format csv shows rows as CSV",
  },
  {
    kind: "two targets on standard output",
    args: "load --to json:- --to console",
    error: "Cannot use --to json:- with --to console: both write to standard output",
    hint: "leave one of them away",
  },
  {
    kind: "two formats of a sample",
    args: "sample --json --format csv",
    error: "Cannot use --json with --format csv: they contradict each other",
    hint: "leave one away",
  },
  {
    kind: "as-of too late",
    args: "sample --as-of 2071-01-01",
    error: `Cannot use --as-of "2071-01-01": ${INSTANT}`,
    hint: "write --as-of 2025-07-01",
  },
  {
    kind: "as-of before the epoch",
    args: "load --as-of 2024-06-30 --epoch 2025-01-01",
    error: "Cannot use --as-of 2024-06-30: it is before the epoch 2025-01-01",
    hint: "write --epoch 2024-01-01, or a later --as-of",
  },
  {
    kind: "epoch that is not a 1 January",
    args: "load --epoch 2025-03-01",
    error: `Cannot use --epoch "2025-03-01": ${EPOCH}`,
    hint: "write 2025-01-01",
  },
  {
    kind: "epoch that is only a year",
    args: "load --epoch 2025",
    error: `Cannot parse --epoch "2025": ${EPOCH}`,
    hint: "write 2025-01-01",
  },
  {
    kind: "epoch after today",
    args: "sample --epoch 2070-01-01",
    error: "Cannot use --epoch 2070-01-01: it is after today",
    hint: "write --as-of 2070-01-01, or an earlier --epoch",
  },
  {
    kind: "target of no known kind",
    args: "load --to oracle",
    error: `Cannot use --to "oracle": unknown kind "oracle", ${TARGETS}`,
    hint: "write --to sqlite:datagen.sqlite",
  },
  {
    kind: "target with a typing error",
    args: "load --to jsno:out",
    error: `Cannot use --to "jsno:out": unknown kind "jsno", ${TARGETS}`,
    hint: "did you mean json:out?",
  },
  {
    kind: "target that is only a file",
    args: "load --to bank.sqlite",
    error: `Cannot use --to "bank.sqlite": unknown kind "bank.sqlite", ${TARGETS}`,
    hint: "write sqlite:bank.sqlite",
  },
  {
    kind: "target without a path",
    args: "load --to csv:",
    error: `Cannot use --to "csv:": ${TARGETS}`,
    hint: "write csv:out",
  },
  {
    kind: "same target twice",
    args: "load --to csv:out --to csv:./out/",
    error: "Cannot use --to csv:./out/ twice: one target is one place",
    hint: "give each once",
  },
  {
    kind: "two targets in one folder",
    args: "load --to csv:out --to json:out",
    error: "Cannot use --to csv:out with --to json:out: they are the same place",
    hint: "write --to json:out-json",
  },
  ...[
    ["sqlite::memory:", "sqlite::memory:", "a database in memory keeps nothing, "],
    ["sqlite:file::memory:?cache=shared", "sqlite:file::memory:?cache=***", "a database in memory keeps nothing, "],
    ["sqlite:", "sqlite:", ""],
  ].map(([text, shown, reason]) => ({
    kind: "a target that keeps nothing",
    args: `load --to csv:out --to ${text}`,
    error: `Cannot use --to "${shown}": ${reason}${TARGETS}`,
    hint: `write sqlite:datagen.sqlite${reason === "" ? "" : "; --to console shows rows and keeps none"}`,
  })),
  {
    kind: "a URI in place of a path",
    args: "load --to sqlite:file:bank.db?mode=ro",
    error: `Cannot use --to "sqlite:file:bank.db?mode=***": a URI is no path, ${TARGETS}`,
    hint: "write the path alone, as in sqlite:datagen.sqlite",
  },
  {
    kind: "target whose directory is missing",
    args: "load --to sqlite:missing/bank.sqlite",
    error: 'Cannot use sqlite:missing/bank.sqlite: no such directory "missing"',
    hint: "make the directory first",
  },
  {
    kind: "file that is not ours",
    args: "load --to sqlite:notes.txt",
    files: { "notes.txt": "Buy bread, milk and a bank.\n".repeat(50) },
    error: "Cannot use sqlite:notes.txt: it is not a datagen database",
    hint: "choose another file; this one is never overwritten",
  },
  {
    kind: "file that is not ours, with --truncate",
    args: "load --to sqlite:notes.txt --truncate",
    files: { "notes.txt": "Buy bread, milk and a bank.\n".repeat(50) },
    error: "Cannot use sqlite:notes.txt: it is not a datagen database",
    hint: "choose another file; this one is never overwritten",
  },
  {
    kind: "SQLite target that is a directory",
    args: "load --to sqlite:out",
    files: { "out/notes.txt": "milk\n" },
    error: "Cannot use sqlite:out: it is a directory",
    hint: "name a file in it",
  },
  {
    kind: "CSV target that is a file",
    args: "load --to csv:notes.txt",
    files: { "notes.txt": "milk\n" },
    error: "Cannot use csv:notes.txt: it is a file",
    hint: "choose another directory with --to csv:DIR",
  },
  {
    kind: "folder that holds a table that is not ours",
    args: "load --to csv:out --truncate",
    files: { "out/customers.csv": "name,city\n" },
    error: "Cannot use csv:out: it holds customers.csv, which datagen did not make",
    hint: "choose another directory with --to csv:DIR; this one is never overwritten",
  },
  {
    kind: "good target beside a bad one",
    args: "load --to sqlite:good.sqlite --to csv:out",
    files: { "out/customers.csv": "name,city\n" },
    error: "Cannot use csv:out: it holds customers.csv, which datagen did not make",
    hint: "choose another directory with --to csv:DIR; this one is never overwritten",
  },
  {
    kind: "unknown entity",
    args: "sample custmers",
    error: 'Cannot find entity "custmers": expected customers, properties, stocks, accounts, credit_cards, loans, ' +
      "transactions, card_transactions, trades, installments or opening_positions",
    hint: "did you mean customers?",
  },
  {
    kind: "excess argument",
    args: "load 1000",
    error: 'Cannot use "1000": load takes no argument',
    hint: "did you mean --customers 1000?",
  },
  {
    kind: "target without --to",
    args: "load csv:out",
    error: 'Cannot use "csv:out": load takes no argument',
    hint: "did you mean --to csv:out?",
  },
  {
    kind: "two shells",
    args: "completions bash zsh",
    error: 'Cannot use "zsh": completions takes 1 argument',
    hint: 'run "datagen completions --help"',
  },
  {
    kind: "unknown shell",
    args: "completions pwsh",
    error: 'Cannot print completions for "pwsh": expected bash, zsh, fish or powershell',
    hint: "write bash",
  },
];

testBadInput(TABLE);

Deno.test("bad input as JSON is one object, for programs that read the log", () =>
  inFreshFolder(async (cwd) => {
    const { status, stderr } = await runProgram(["load", "--log-format", "json", "--customers", "0"], { cwd });
    assert.equal(status, 2);
    assert.deepEqual(JSON.parse(stderr), {
      level: "error",
      message: `Cannot use --customers 0: ${COUNT}`,
      hint: "the least is 1",
    });
  }));

Deno.test("bad input is JSON only where the words say so exactly", () =>
  inFreshFolder(async (cwd) => {
    const { stderr } = await runProgram(["load", "--to", "x --log-format json"], { cwd });
    assert.match(stderr, /^error: /);
  }));

for (const twice of ["sqlite:a.sqlite", "csv:out", "json:out"]) {
  Deno.test(`bad input: ${twice} twice, once from the root`, () =>
    inFreshFolder(async (cwd) => {
      const absolute = twice.replace(":", `:${cwd}/`);
      const { status, stderr } = await runProgram(["load", "--to", twice, "--to", absolute], { cwd });
      assert.equal(status, 2);
      assert.match(stderr, /^error: Cannot use --to .* twice: one target is one place\n/);
      assert.deepEqual(await contents(cwd), {});
    }));
}

for (const target of ["sqlite:a.sqlite", "csv:.", "json:."]) {
  Deno.test(`bad input: ${target} where Deno may not write`, () =>
    inFreshFolder(async (cwd) => {
      const { status, stderr } = await runProgram(["load", "--to", target], { cwd, permissions: [] });
      assert.deepEqual([status, stderr], [
        2,
        `error: Cannot use ${target}: Deno may not write there\nhint: give deno --allow-read=. --allow-write=.\n`,
      ]);
    }));
}

Deno.test("bad input shows where it comes from with --verbose", () =>
  inFreshFolder(async (cwd) => {
    const { status, stderr } = await runProgram(["load", "--customers", "0", "--verbose"], { cwd });
    assert.equal(status, 2);
    assert.match(stderr, /^error: .*\nhint: .*\nUsageError: Cannot use --customers 0: [\s\S]* at .*flag\.ts:/);
  }));
