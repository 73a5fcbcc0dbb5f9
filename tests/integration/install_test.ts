/** `deno task install`: a command that runs the clone from any folder, as the task does. */

import assert from "node:assert/strict";
import { denoFlags, launcher } from "../../tools/install.ts";
import { inFreshFolder, root } from "../support/program.ts";

Deno.test({
  name: "the command that deno task install makes works from any folder, with paths of that folder",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inFreshFolder(async (cwd) => {
      const installed = await new Deno.Command(Deno.execPath(), {
        args: ["task", "--quiet", "install", "--to", `${cwd}/bin`],
        cwd: root,
      }).output();
      assert.equal(installed.code, 0, new TextDecoder().decode(installed.stderr));
      await Deno.mkdir(`${cwd}/else where`);
      const loaded = await new Deno.Command(`${cwd}/bin/datagen`, {
        args: ["load", "--customers", "2", "--quiet"],
        cwd: `${cwd}/else where`,
      }).output();
      assert.deepEqual([loaded.code, new TextDecoder().decode(loaded.stderr)], [0, ""]);
      assert.ok((await Deno.stat(`${cwd}/else where/datagen.sqlite`)).isFile);
    }),
});

Deno.test("the launcher has the flags of the task datagen, V8's among them", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  const flags = denoFlags(tasks.datagen);
  assert.ok(flags.includes("--v8-flags=--max-semi-space-size=8") && flags.includes("--allow-ffi"));
  for (const windows of [true, false]) {
    const text = launcher("/c lone", "/de no", flags, windows);
    for (const flag of flags) assert.ok(text.includes(flag), flag);
    assert.match(text, /npx -y deno@/);
  }
  assert.throws(() => denoFlags("deno task x"), RangeError);
});
