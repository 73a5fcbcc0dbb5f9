/** Another Deno than the program is made for: a sentence with the version that it needs, before anything else. */

import assert from "node:assert/strict";
import { versionProblem } from "../../src/cli/deno_version.ts";
import { programArgs, root } from "../support/program.ts";

/** From npm; the package 2.3.0 holds Deno 2.4.0, on which files cannot be locked and SQLite refuses its options. */
const OLDER = "deno@2.3.0";

const pinned = /^version=(\S+)$/m.exec(await Deno.readTextFile(new URL(".ci/run", root)))![1]!;

Deno.test("versionProblem() takes the pinned Deno and later ones of its major version", () => {
  for (const version of [pinned, "2.9.0", "2.9.0-rc.1+abc", "2.10.0", "2.31.7"]) {
    assert.equal(versionProblem(version), undefined, version);
  }
});

Deno.test("versionProblem() names the version that is there, the one that is needed, and how to get it", () => {
  for (const version of ["1.46.3", "2.0.0", "2.8.9", "2.4.0+5a0fb5e", "3.0.0"]) {
    assert.equal(
      versionProblem(version),
      `error: Cannot run on Deno ${version}: datagen needs Deno 2.9 or a later 2.x\n` +
        `hint: run "deno upgrade ${pinned}", or "npx -y deno@${pinned} task datagen"`,
    );
  }
});

const why = await missingOlder();
if (why !== undefined) console.error(`an older Deno: skipped, ${why}; let npm reach its registry`);
Deno.test({
  name: "a Deno that is too old says so, whatever the command",
  ignore: why !== undefined,
  fn: async () => {
    for (const args of [["load"], ["--help"], ["load", "--to", "csv:out"]]) {
      const { code, stdout, stderr } = await npx([OLDER, ...programArgs(args)]);
      const lines = new TextDecoder().decode(stderr).split("\n").filter((line) => !/^npm /.test(line));
      assert.match(
        lines.join("\n"),
        /^error: Cannot run on Deno 2\.4\.0: datagen needs Deno 2\.9 or a later 2\.x\nhint: .*\n$/,
      );
      assert.deepEqual([code, new TextDecoder().decode(stdout)], [1, ""]);
    }
  },
});

async function npx(args: readonly string[]): Promise<Deno.CommandOutput> {
  return await new Deno.Command("npx", { args: ["-y", ...args], env: { NO_COLOR: "1" }, stdin: "null" }).output();
}

/** Why the older Deno cannot be had; undefined if it can. */
async function missingOlder(): Promise<string | undefined> {
  try {
    const { success, stderr } = await npx([OLDER, "--version"]);
    return success ? undefined : `as npm cannot get it: ${new TextDecoder().decode(stderr).split("\n")[0]}`;
  } catch (error) {
    return `as there is no npx: ${(error as Error).message}`;
  }
}
