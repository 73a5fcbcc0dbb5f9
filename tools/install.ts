/**
 * Makes `datagen` a command that works from any folder: a small launcher that runs this clone with the permissions and
 * V8 settings of the task `datagen`. Run it with `deno task install`; with Node only, `npx -y deno@2.9.6 task install`.
 * After an update of the clone nothing need be done; `deno task install --to DIR` chooses the folder.
 *
 * @module
 */

import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const isWindows = Deno.build.os === "windows";

/** The flags of Deno in the task `datagen`, from `--frozen` to the last permission. */
export function denoFlags(task: string): string[] {
  const words = task.split(" ");
  if (words[0] !== "deno" || words[1] !== "run" || words.at(-1) !== "src/main.ts") {
    throw new RangeError(`Cannot make a launcher from the task "${task}": expected deno run FLAGS src/main.ts`);
  }
  return words.slice(2, -1);
}

/**
 * The text of the launcher.
 *
 * @param deno Path of Deno's program; where it is gone, as a cache may be, npx fetches the same version.
 */
export function launcher(root: string, deno: string, flags: readonly string[], windows: boolean): string {
  const args = ["run", "--quiet", "--config", join(root, "deno.json"), ...flags, join(root, "src", "main.ts")];
  if (windows) {
    const line = args.map((arg) => `"${arg}"`).join(" ");
    return `@echo off\r\nif exist "${deno}" ("${deno}" ${line} %*) else (npx -y deno@${Deno.version.deno} ${line} %*)\r\n`;
  }
  const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  const line = args.map(quoted).join(" ");
  return `#!/bin/sh\n[ -x ${quoted(deno)} ] && exec ${quoted(deno)} ${line} "$@"\n` +
    `exec npx -y deno@${Deno.version.deno} ${line} "$@"\n`;
}

/** Folders of the PATH, as the system spells them. */
function foldersOfPath(): string[] {
  return (Deno.env.get("PATH") ?? "").split(isWindows ? ";" : ":").filter((folder) => folder !== "");
}

/** The folder of npm's global programs, or another of the user's; the first that is on the PATH and may be written. */
async function folderFor(): Promise<string> {
  const home = Deno.env.get(isWindows ? "USERPROFILE" : "HOME") ?? ".";
  const own = [join(home, ".local", "bin"), join(home, ".deno", "bin")];
  const onPath = foldersOfPath().map((folder) => resolve(folder));
  for (const folder of [await npmFolder(), ...own]) {
    if (folder === undefined || !onPath.includes(resolve(folder))) continue;
    try {
      const probe = join(folder, ".datagen-probe");
      await Deno.writeTextFile(probe, "");
      await Deno.remove(probe);
      return folder;
    } catch { /* the next one may do */ }
  }
  return own[0]!;
}

async function npmFolder(): Promise<string | undefined> {
  try {
    const npm = isWindows ? "npm.cmd" : "npm";
    const { success, stdout } = await new Deno.Command(npm, { args: ["prefix", "--global"], stderr: "null" }).output();
    if (!success) return undefined;
    const prefix = new TextDecoder().decode(stdout).trim();
    return isWindows ? prefix : join(prefix, "bin");
  } catch {
    return undefined; // no npm
  }
}

async function main(args: readonly string[]): Promise<void> {
  const { tasks } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
  const folder = args[0] === "--to" && args[1] !== undefined ? resolve(args[1]) : await folderFor();
  const file = join(folder, isWindows ? "datagen.cmd" : "datagen");
  await Deno.mkdir(dirname(file), { recursive: true });
  await Deno.writeTextFile(file, launcher(ROOT, Deno.execPath(), denoFlags(tasks.datagen), isWindows), { mode: 0o755 });
  if (!isWindows) await Deno.chmod(file, 0o755);
  console.log(`${file} runs this clone: try "datagen load". Delete that file to undo this.`);
  const isOnPath = foldersOfPath().some((each) => resolve(each) === folder);
  if (!isOnPath) console.log(`${folder} is not on the PATH: add it, for example with export PATH="${folder}:$PATH"`);
}

if (import.meta.main) await main(Deno.args);
