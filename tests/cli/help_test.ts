import assert from "node:assert/strict";
import { inFreshFolder, root, runProgram } from "../support/program.ts";

/** Set to `1` to write the snapshots anew: then read the difference. */
const UPDATE = Deno.env.get("UPDATE_SNAPSHOTS") === "1";

const COMMANDS = [
  "load",
  "show",
  "info",
  "sample",
  "plan",
  "schema",
  "doctor",
  "topics",
  "reset",
  "bench",
  "completions",
];

const LINES: readonly (readonly string[])[] = [
  ["--help"],
  ["load", "-h"],
  ...COMMANDS.map((command) => [command, "--help"]),
];

for (const args of LINES) {
  const line = `datagen ${args.join(" ")}`;
  Deno.test(`${line} matches its snapshot`, () =>
    inFreshFolder(async (cwd) => {
      const { status, stdout, stderr } = await runProgram(args, { cwd, permissions: [] });
      assert.deepEqual([status, stderr], [0, ""]);
      const file = new URL(`tests/cli/__snapshots__/${args.join("_").replaceAll("-", "")}.txt`, root);
      if (UPDATE) await Deno.writeTextFile(file, stdout);
      assert.equal(stdout, await Deno.readTextFile(file), `${line} changed: run with UPDATE_SNAPSHOTS=1 and read it`);
    }));
}

Deno.test("datagen help COMMAND is datagen COMMAND --help", () =>
  inFreshFolder(async (cwd) => {
    const [long, short] = await Promise.all([
      runProgram(["help", "plan"], { cwd, permissions: [] }),
      runProgram(["plan", "--help"], { cwd, permissions: [] }),
    ]);
    assert.deepEqual(long, short);
  }));

Deno.test("datagen without a command shows the help on standard error, status 2", () =>
  inFreshFolder(async (cwd) => {
    const { status, stdout, stderr } = await runProgram([], { cwd, permissions: [] });
    assert.deepEqual([status, stdout], [2, ""]);
    assert.match(stderr, /^datagen fills [\s\S]*\nCommands:\n {2}load /);
  }));

Deno.test("datagen --version is the version of deno.json", () =>
  inFreshFolder(async (cwd) => {
    const { version } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
    const outcome = await runProgram(["--version"], { cwd, permissions: [] });
    assert.deepEqual(outcome, { status: 0, stdout: `${version}\n`, stderr: "" });
  }));
