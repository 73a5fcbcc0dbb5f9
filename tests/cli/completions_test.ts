import assert from "node:assert/strict";
import { inFreshFolder, type Outcome, programArgs, runProgram } from "../support/program.ts";

const SHELLS = ["bash", "zsh", "fish", "powershell"];

async function script(shell: string): Promise<string> {
  let outcome: Outcome | undefined;
  await inFreshFolder(async (cwd) =>
    void (outcome = await runProgram(["completions", shell], { cwd, permissions: [] }))
  );
  assert.deepEqual([outcome!.status, outcome!.stderr], [0, ""]);
  return outcome!.stdout;
}

/** What the program answers a shell: values, without their descriptions and the last line, which holds flags. */
async function answers(words: readonly string[]): Promise<string[]> {
  let outcome: Outcome | undefined;
  await inFreshFolder(async (cwd) => {
    outcome = await runProgram(["complete", "--", ...words], { cwd, permissions: [] });
  });
  assert.deepEqual([outcome!.status, outcome!.stderr], [0, ""]);
  const lines = outcome!.stdout.trimEnd().split("\n");
  assert.match(lines.pop()!, /^:\d+$/);
  return lines.map((line) => line.split("\t")[0]!);
}

/** Runs a shell on a text; undefined where there is no such shell, as on Windows, whose `bash` may be another system's. */
async function shell(
  name: string,
  args: readonly string[],
  stdin = "",
): Promise<{ code: number; text: string } | undefined> {
  if (Deno.build.os === "windows") return undefined;
  let process: Deno.ChildProcess;
  try {
    process = new Deno.Command(name, { args: [...args], stdin: "piped", stdout: "piped", stderr: "piped" }).spawn();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.log(`skipped: no ${name} on this machine; install it to run this check`);
    return undefined;
  }
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(stdin));
  await writer.close();
  const { code, stdout, stderr } = await process.output();
  return { code, text: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

for (const name of SHELLS) {
  Deno.test(`datagen completions ${name} prints a script that asks datagen`, async () => {
    assert.match(await script(name), /datagen complete '?--'? /);
  });
}

for (const [name, args] of [["bash", ["-n"]], ["zsh", ["-n"]], ["fish", ["--no-execute"]]] as const) {
  Deno.test(`${name} can parse its script`, async () => {
    const parsed = await shell(name, args, await script(name));
    if (parsed !== undefined) assert.deepEqual(parsed, { code: 0, text: "" });
  });
}

Deno.test("bash completes a flag with the script", async () => {
  const words = ["datagen", "load", "--cust"];
  const asked = [Deno.execPath(), ...programArgs(["complete", "--", ...words.slice(1)], [])];
  const done = await shell(
    "bash",
    ["--norc"],
    [
      await script("bash"),
      `_get_comp_words_by_ref() { cur=${words.at(-1)}; prev=load; words=(${words.join(" ")}); cword=2; }`,
      `datagen() { ${asked.map((word) => `'${word}'`).join(" ")}; }`,
      "compopt() { :; }",
      '__datagen_complete; echo "${COMPREPLY[*]}"',
    ].join("\n"),
  );
  if (done !== undefined) assert.deepEqual(done, { code: 0, text: "--customers\n" });
});

Deno.test("bash does not run what is being typed", async () => {
  const done = await shell(
    "bash",
    ["--norc"],
    [
      await script("bash"),
      await script("bash"), // a second time without complaint
      "_get_comp_words_by_ref() { cur=; prev=x; words=(datagen load '$(echo run >&3)' ''); cword=3; }",
      "datagen() { :; }",
      "compopt() { :; }",
      "exec 3>&1",
      "__datagen_complete; echo done",
    ].join("\n"),
  );
  if (done !== undefined) assert.deepEqual(done, { code: 0, text: "done\n" });
});

for (
  const [words, expected] of [
    [["lo"], ["load"]],
    [["comp"], ["completions"]],
    [["load", "--cust"], ["--customers"]],
    [["load", "--progress", ""], ["auto", "always", "never"]],
    [["load", "--progress=al"], ["always"]],
    [["load", "--to", "s"], ["sqlite:"]],
    [["load", "--json", "--se"], ["--seed"]],
    [["load", "--seed", ""], []],
    [["sample", "acc"], ["accounts"]],
    [["schema", "loans", "--format", ""], ["ddl", "postgres", "avro", "json", "markdown"]],
    [["completions", ""], SHELLS],
  ] as const
) {
  Deno.test(`datagen completes "${words.join(" ")}"`, async () => {
    assert.deepEqual(await answers(words), expected);
  });
}

Deno.test("datagen completes the name of every entity", async () => {
  const all = await answers(["schema", ""]);
  assert.deepEqual([all.length, all[0], all.at(-1)], [11, "customers", "opening_positions"]);
});
