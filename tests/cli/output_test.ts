/** A standard output that cannot be written: the error says that it was the output, and what a load has written stays. */

import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { inFreshFolder, type Outcome, programArgs } from "../support/program.ts";

const isLinux = Deno.build.os === "linux"; // /dev/full is only there
const HINT = "hint: send the output somewhere else; what a load has written stays\n";

function test(name: string, fn: () => Promise<void>): void {
  if (!isLinux) console.error(`${name}: skipped, as there is no /dev/full; run it on Linux`);
  Deno.test({ name, ignore: !isLinux, fn });
}

/** Runs `SCRIPT`, in which `"$@"` is the program with the arguments. */
async function runIn(cwd: string, script: string, args: readonly string[]): Promise<Outcome> {
  const words = [Deno.execPath(), ...programArgs(args)];
  const { code, stdout, stderr } = await new Deno.Command("sh", {
    args: ["-c", script, "sh", ...words],
    cwd,
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  return { status: code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

for (
  const line of [
    "--help",
    "--version",
    "sample customers",
    "schema",
    "plan --customers 10",
    "completions bash",
    "doctor --to postgres --postgres-url postgresql://u@127.0.0.1:1/d",
    "load --customers 3 --to console",
    "load --customers 3 --json",
  ]
) {
  test(`datagen ${line} says that it was the output that could not be written`, () =>
    inFreshFolder(async (cwd) => {
      const { status, stderr } = await runIn(cwd, '"$@" > /dev/full', line.split(" "));
      assert.equal(stderr, `error: Cannot write to standard output: disk is full\n${HINT}`);
      assert.equal(status, 1);
    }));
}

test("a load whose summary cannot be written is complete all the same", () =>
  inFreshFolder(async (cwd) => {
    const { status } = await runIn(cwd, '"$@" > /dev/full', ["load", "--customers", "3"]);
    assert.equal(status, 1);
    const database = new DatabaseSync(`${cwd}/datagen.sqlite`, { readOnly: true });
    assert.equal(database.prepare("SELECT count(*) AS n FROM customers").get()!["n"], 3);
    database.close();
  }));

test("rows for the console into a file on a disk that gets full: the output is named, and no stack shown", () =>
  inFreshFolder(async (cwd) => {
    const script = `trap '' XFSZ; ulimit -f 16; "$@" > rows.txt`;
    const { status, stderr } = await runIn(cwd, script, ["load", "--customers", "200", "--to", "console"]);
    assert.match(stderr, /^error: Cannot write to standard output: file is too large\nhint: .*\n$/);
    assert.equal(status, 1);
    assert.equal((await Deno.stat(`${cwd}/rows.txt`)).size, 16 * 512);
  }));

test("a standard error that cannot be written changes neither the load nor its status", () =>
  inFreshFolder(async (cwd) => {
    const args = ["load", "--customers", "3", "--progress", "always"];
    const done = await runIn(cwd, '"$@" 2> /dev/full', args);
    assert.deepEqual([done.status, /Validation: ALL OK\n$/.test(done.stdout)], [0, true]);
    assert.equal((await runIn(cwd, '"$@" 2> /dev/full', ["load", "--seed", "x"])).status, 2);
  }));
