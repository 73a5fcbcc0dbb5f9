/** Completions: what the program answers, and what each real shell makes of it at a TAB. */

import assert from "node:assert/strict";
import { candidates } from "../../src/cli/parser/completion.ts";
import { inFreshFolder, programArgs, runProgram } from "../support/program.ts";

const SHELLS = ["bash", "zsh", "fish", "powershell"];

async function script(shell: string, cwd: string): Promise<string> {
  const { status, stdout, stderr } = await runProgram(["completions", shell], { cwd, permissions: [] });
  assert.deepEqual([status, stderr], [0, ""]);
  return stdout;
}

async function values(line: string): Promise<string[]> {
  return (await candidates(line)).map(({ value }) => value);
}

for (
  const [line, expected] of [
    ["datagen lo", ["load"]],
    ["datagen s", ["show", "sample", "schema"]],
    ["datagen --v", ["--version"]],
    ["datagen load --cust", ["--customers"]],
    ["datagen load --progress ", ["auto", "always", "never"]],
    ["datagen load --progress=al", ["--progress=always"]],
    ["datagen load --to s", ["sqlite:"]],
    ["datagen load --json --se", ["--seed"]],
    ["datagen load --seed ", []],
    ["datagen load --only cu", ["customers"]],
    ["datagen load --only customers,ac", ["customers,accounts"]],
    ["datagen load --only customers,cu", []],
    ["datagen sample acc", ["accounts"]],
    ["datagen schema loans --format m", ["markdown"]],
    ["datagen completions ", SHELLS],
    ["datagen load --fa", []],
    ["datagen topics plan --postgres-u", []],
    ["datagen info k", ["kafka"]],
    ["datagen nothing ", []],
  ] as const
) {
  Deno.test(`what may complete "${line}"`, async () => {
    assert.deepEqual(await values(line), expected);
  });
}

Deno.test("the program answers a shell with a line for each candidate, tab and meaning", () =>
  inFreshFolder(async (cwd) => {
    const { status, stdout } = await runProgram(["complete", "datagen inf"], { cwd, permissions: [] });
    assert.deepEqual(
      [status, stdout],
      [0, "info\tTell which run is in a target, how far it got, and what goes on with it\n"],
    );
  }));

Deno.test("paths are completed for targets and for options that take a file", () =>
  inFreshFolder(async (cwd) => {
    await makeFiles(cwd);
    const ask = async (line: string) =>
      (await runProgram(["complete", `datagen ${line}`], { cwd, permissions: ["--allow-read=."] })).stdout;
    assert.equal(await ask("load --to sqlite:"), "sqlite:bank.sqlite\nsqlite:out/\n");
    assert.equal(await ask("load --to csv:o"), "csv:out/\n");
    assert.equal(await ask("load --to csv:b"), "");
    assert.equal(await ask("load --kafka-ca ba"), "bank.sqlite\n");
    assert.equal(await ask("load --config out/in"), "out/inside.toml\n");
    assert.equal(await ask("info ban"), "bank.sqlite\n");
    const blind = await runProgram(["complete", "datagen load --to sqlite:"], { cwd, permissions: [] });
    assert.deepEqual([blind.status, blind.stdout], [0, ""]);
  }));

async function makeFiles(cwd: string): Promise<void> {
  await Deno.writeTextFile(`${cwd}/bank.sqlite`, "");
  await Deno.mkdir(`${cwd}/out`);
  await Deno.writeTextFile(`${cwd}/out/inside.toml`, "");
}

/** What is typed, and what the line is after a TAB. */
const TYPED: readonly (readonly [typed: string, completed: string])[] = [
  ["datagen lo", "datagen load "],
  ["datagen load --to sqlite:b", "datagen load --to sqlite:bank.sqlite "],
  ["datagen load --to csv:o", "datagen load --to csv:out/"],
  ["datagen load --to sq", "datagen load --to sqlite:"],
  ["datagen load --only cu", "datagen load --only customers "],
  ["datagen load --only customers,ac", "datagen load --only customers,accounts "],
  ["datagen load --config out/in", "datagen load --config out/inside.toml "],
  ["datagen load --progress=al", "datagen load --progress=always "],
];

/** A file `datagen` in a folder `bin` that runs the program, for shells to find. */
async function makeCommand(cwd: string): Promise<string> {
  await Deno.mkdir(`${cwd}/bin`);
  const words = [Deno.execPath(), ...programArgs([])].map((word) => `'${word}'`).join(" ");
  await Deno.writeTextFile(`${cwd}/bin/datagen`, `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
  return `${cwd}/bin:${Deno.env.get("PATH")}`;
}

/** Whether a program is on this machine. */
async function has(name: string): Promise<boolean> {
  if (Deno.build.os === "windows") return false;
  try {
    return (await new Deno.Command(name, { args: ["--version"], stdout: "null", stderr: "null" }).output()).success;
  } catch {
    return false;
  }
}

for (const shell of ["bash", "zsh", "fish"]) {
  const isThere = await has(shell) && await has("python3");
  if (!isThere) console.error(`TAB in ${shell}: skipped, as ${shell} or python3 is not on this machine`);
  Deno.test({
    name: `a TAB in ${shell} completes commands, targets with their paths, lists and files`,
    ignore: !isThere,
    fn: () =>
      inFreshFolder(async (cwd) => {
        await Deno.mkdir(`${cwd}/here`);
        await makeFiles(`${cwd}/here`);
        const path = await makeCommand(cwd);
        await Deno.writeTextFile(`${cwd}/script`, await script(shell, cwd));
        const { code, stdout, stderr } = await new Deno.Command("python3", {
          args: [new URL("../support/type_tab.py", import.meta.url).pathname, shell, `${cwd}/script`],
          cwd: `${cwd}/here`,
          env: { PATH: path, HOME: cwd, TERM: "xterm", TYPED: JSON.stringify(TYPED.map(([typed]) => typed)) },
        }).output();
        const text = new TextDecoder().decode(stdout);
        assert.equal(code, 0, text + new TextDecoder().decode(stderr));
        assert.deepEqual(JSON.parse(text), TYPED.map(([, completed]) => completed));
      }),
  });
}

Deno.test("datagen completions powershell registers a completer that asks datagen", () =>
  inFreshFolder(async (cwd) => {
    assert.match(await script("powershell", cwd), /Register-ArgumentCompleter -Native -CommandName datagen/);
  }));
