/**
 * Runs the real program in a folder of its own, with exactly the permissions given, and without the environment of
 * whoever runs the tests.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { assertNoSecrets } from "./secrets.ts";

/** The root of the repository. */
export const root = new URL("../../", import.meta.url);

/** What a run of the program left behind. */
export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How the program is run. */
export interface ProgramOptions {
  /** Folder in which it runs. */
  readonly cwd: string;
  /** Flags such as `--allow-read=.`. Default: what the task `datagen` gives. */
  readonly permissions?: readonly string[];
  /** Variables of its environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** The permissions of the task `datagen`, which suffice for every command. */
const ALL_PERMISSIONS = ["--allow-read", "--allow-write", "--allow-env", "--allow-sys"];

/** Variables without which Deno finds no cache, or Windows no program. */
const KEPT_VARIABLES = [
  "PATH",
  "HOME",
  "DENO_DIR",
  "XDG_CACHE_HOME",
  "USERPROFILE",
  "LOCALAPPDATA",
  "SystemRoot",
  "TEMP",
];

/** The arguments of `deno` that run the program. */
export function programArgs(args: readonly string[], permissions: readonly string[] = ALL_PERMISSIONS): string[] {
  // --quiet: on a machine with empty caches Deno would tell on standard error what it fetches.
  const config = ["--config", fileURLToPath(new URL("deno.json", root)), "--quiet", "--frozen", "--no-prompt"];
  return ["run", ...config, ...permissions, fileURLToPath(new URL("src/main.ts", root)), ...args];
}

/** Starts the program; its streams are pipes. */
export function startProgram(args: readonly string[], options: ProgramOptions): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: programArgs(args, options.permissions),
    cwd: options.cwd,
    clearEnv: true,
    env: { ...keptEnvironment(), NO_COLOR: "1", ...options.environment },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Runs the program to its end, and makes sure that it shows no secret. */
export async function runProgram(args: readonly string[], options: ProgramOptions): Promise<Outcome> {
  const { code, stdout, stderr } = await startProgram(args, options).output();
  const decoder = new TextDecoder();
  const outcome = { status: code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  assertNoSecrets(outcome.stdout, "standard output");
  assertNoSecrets(outcome.stderr, "standard error");
  return outcome;
}

/** Calls `use` with a new empty folder, which is removed afterwards. */
export async function inFreshFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "datagen-" }));
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function keptEnvironment(): Record<string, string> {
  return Object.fromEntries(KEPT_VARIABLES.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  }));
}
