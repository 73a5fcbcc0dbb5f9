/** A hint that names a command leads on: running it does not end in the same hint. */

import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { inFreshFolder, runProgram } from "../support/program.ts";

const NO_LIBRARY = { DATAGEN_LIBRDKAFKA: "/nowhere/librdkafka.so" };
const FFI = ["--allow-read", "--allow-write", "--allow-env", "--allow-sys", "--allow-ffi", "--allow-net"];

/** What gets a librdkafka: a task of this repository, a package of the system, a variable. */
const REMEDY = /unset it, or run "deno task librdkafka", install it \(.*\), or name its file in DATAGEN_LIBRDKAFKA/;

for (
  const line of [
    "load --to kafka",
    "topics plan",
    "reset --to kafka",
    "bench --skip-postgres --skip-sqlite --kafka-bootstrap 127.0.0.1:1 --customers 1",
  ]
) {
  Deno.test(`${line} without librdkafka says how to get it, and sends nobody to doctor`, () =>
    inFreshFolder(async (cwd) => {
      const options = { cwd, environment: NO_LIBRARY, permissions: FFI };
      const { stdout, stderr } = await runProgram(line.split(" "), options);
      assert.match(stdout + stderr, REMEDY);
      assert.doesNotMatch(stdout + stderr, /doctor/);
    }));
}

Deno.test("doctor without librdkafka says how to get it, and sends nobody to doctor for that", () =>
  inFreshFolder(async (cwd) => {
    const options = { cwd, environment: NO_LIBRARY, permissions: FFI };
    const { status, stdout } = await runProgram(["doctor", "--to", "kafka", "--no-avro"], options);
    assert.equal(status, 1);
    const [, problem, next] = /^\[FAIL\] librdkafka: (.*)\n {5}next: (.*)$/m.exec(stdout)!;
    assert.match(problem!, REMEDY);
    assert.equal(next, "do one of these, then run the same command again");
  }));

Deno.test("an error with --verbose does not ask for --verbose", () =>
  inFreshFolder(async (cwd) => {
    const args = ["load", "--as-of", "2026-07-01", "--customers"];
    await runProgram([...args, "3"], { cwd });
    const database = new DatabaseSync(`${cwd}/datagen.sqlite`);
    database.exec("CREATE TRIGGER full BEFORE INSERT ON customers BEGIN SELECT RAISE(ABORT, 'no more'); END");
    database.close();
    const plain = await runProgram([...args, "5"], { cwd });
    assert.match(
      plain.stderr,
      /^error: Cannot .*no more.*\nhint: run the same command with --verbose to see .*\n$/,
    );
    const verbose = await runProgram([...args, "5", "--verbose"], { cwd });
    assert.match(verbose.stderr, /^error: Cannot .*no more.*\n(?!hint:)[\s\S]* at /);
    assert.doesNotMatch(verbose.stderr, /with --verbose/);
  }));
