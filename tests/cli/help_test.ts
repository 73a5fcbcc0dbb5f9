import assert from "node:assert/strict";
import { COMMANDS as COMMANDS_WITH_FLAGS } from "../../src/cli/commands/list.ts";
import { commandHelp, rootHelp } from "../../src/cli/terminal/help.ts";
import { SERVER_FLAGS } from "../../src/cli/flags/server_flags.ts";
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
  ...COMMANDS.map((command) => [command, "-h"]),
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

Deno.test("-h fits a screen of 80 columns and 30 lines, --help any width", () => {
  for (const width of [40, 80, 100]) {
    for (const command of COMMANDS_WITH_FLAGS) {
      for (const isDetailed of [false, true]) {
        const lines = commandHelp(command, isDetailed, width).split("\n");
        if (!isDetailed && width === 80) assert.ok(lines.length <= 31, `${command.name}: ${lines.length} lines`);
        const long = lines.find((line) =>
          line.length > width && !/^ {2}(datagen|source|--[\w-]+|-X) ?|^Usage/.test(line)
        );
        assert.equal(long, undefined, `${command.name} at ${width}`);
      }
    }
    assert.ok(rootHelp(80).split("\n").length <= 40);
  }
});

Deno.test("options that do nothing are accepted and shown nowhere", () => {
  for (const command of COMMANDS_WITH_FLAGS) {
    assert.doesNotMatch(commandHelp(command, true, 100), /--(fast|rate|duration)\b/);
  }
});

Deno.test("one list of server options does for every command that has to do with servers", () => {
  for (const name of ["load", "plan", "show", "info", "topics", "doctor", "reset"]) {
    const { flags } = COMMANDS_WITH_FLAGS.find((command) => command.name === name)!;
    for (const { long } of SERVER_FLAGS) assert.ok(flags.some((flag) => flag.long === long), `${name} --${long}`);
  }
});

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
