/** SIGTERM and SIGINT to what starts the program reach it, where the documents say so: it stops at a safe place. */

import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { inFreshFolder, root } from "../support/program.ts";
import { actAt, LOGGED } from "../support/log_events.ts";

const isWindows = Deno.build.os === "windows"; // it has no SIGTERM
const pinned = /^version=(\S+)$/m.exec(await Deno.readTextFile(new URL(".ci/run", root)))![1]!;
const LOAD = ["load", "--customers", "20000", "--as-of", "2026-07-01", ...LOGGED];

/** Starts a load by a command, sends a signal to the command when rows are written; returns its status. */
async function signalled(command: string, args: readonly string[], signal: Deno.Signal, target: string) {
  const process = new Deno.Command(command, {
    args: [...args, ...LOAD, "--to", target],
    cwd: fileURLToPath(root),
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const told = await actAt(process.stderr, ({ customers = 0 }) => customers > 0, () => process.kill(signal));
  return { code: (await process.status).code, told };
}

async function assertStops(command: string, args: readonly string[], signal: Deno.Signal): Promise<void> {
  await inFreshFolder(async (folder) => {
    const { code, told } = await signalled(command, args, signal, `sqlite:${folder}/a.sqlite`);
    assert.match(told, /\nstopping at the next safe place; /);
    assert.equal(code, 130);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["a.sqlite.partial"]);
    const database = new DatabaseSync(`${folder}/a.sqlite.partial`, { readOnly: true });
    const mark = database.prepare("SELECT value FROM datagen_progress WHERE key = 'units'").get()!["value"];
    database.close();
    assert.ok(Number(mark) > 0 && Number(mark) % 256 === 0, `it stopped at ${mark}`);
  });
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test({
    name: `${signal} to deno task datagen stops the load at a safe place`,
    ignore: isWindows,
    fn: () => assertStops(Deno.execPath(), ["task", "datagen"], signal),
  });
}

const fromNpm = isWindows ? undefined : await npmDeno();
if (fromNpm === undefined) {
  console.error("SIGTERM to npm's deno: skipped; it needs npm and its registry, not on Windows");
}
Deno.test({
  name: "SIGTERM to the deno that npm installs stops the load at a safe place",
  ignore: fromNpm === undefined,
  fn: () => assertStops(fromNpm!, ["task", "datagen"], "SIGTERM"),
});

/** The deno that `npm install deno` puts on the path; undefined if npm cannot. */
async function npmDeno(): Promise<string | undefined> {
  try {
    const args = ["-y", "-p", `deno@${pinned}`, "--", "sh", "-c", "command -v deno"];
    const { success, stdout } = await new Deno.Command("npx", { args, stdin: "null" }).output();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch {
    return undefined;
  }
}
