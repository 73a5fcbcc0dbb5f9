/**
 * Command lines that ask for what cannot be: status 2, two lines on standard error, nothing on standard output but
 * with `--json` an object, and a folder that is as it was.
 *
 * Those that need a folder or an environment of their own run as the real program, as do the first of each table; the
 * others run in this process, as it takes no new program to read words.
 *
 * @module
 */

import assert from "node:assert/strict";
import { dirname } from "node:path";
import { runCommand } from "../../src/cli/commands/bodies.ts";
import { type Failure, failureOf } from "../../src/cli/failures.ts";
import { parse } from "../../src/cli/parser/parse.ts";
import { keepSecretsIn } from "../../src/cli/terminal/redact.ts";
import { inFreshFolder, runProgram } from "./program.ts";

/** One command line, what it says, and the files that stood in its folder before. */
export interface BadInput {
  readonly kind: string;
  readonly args: string;
  readonly error: string;
  readonly hint: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Of each table, how many are tried with the real program whatever they need. */
const REAL = 3;

/** Makes a test of each. */
export function testBadInput(table: readonly BadInput[]): void {
  for (const [at, input] of table.entries()) {
    const { kind, args, files, environment } = input;
    const isReal = at < REAL || files !== undefined || environment !== undefined ||
      /--json|--to (sqlite|csv|json)/.test(args);
    Deno.test(`bad input: ${kind}: datagen ${args}`, () => isReal ? runReal(input) : runHere(input));
  }
}

/** Runs it as far as words can be read, and a bit further: what is asked in vain throws before anything is opened. */
async function runHere({ args, error, hint }: BadInput): Promise<void> {
  const words = args.split(" ");
  keepSecretsIn(words);
  let failure: Failure | undefined;
  try {
    const invocation = parse(words);
    if (invocation.kind === "run") await runCommand(invocation.command.name, invocation.words);
  } catch (thrown) {
    failure = failureOf(thrown);
  }
  assert.deepEqual(failure, { status: 2, message: error, hint });
}

function runReal({ args, error, hint, files = {}, environment = {} }: BadInput): Promise<void> {
  return inFreshFolder(async (cwd) => {
    for (const [name, text] of Object.entries(files)) {
      await Deno.mkdir(dirname(`${cwd}/${name}`), { recursive: true });
      await Deno.writeTextFile(`${cwd}/${name}`, text);
    }
    const outcome = await runProgram(args.split(" "), { cwd, environment });
    const refusal = `${JSON.stringify({ ok: false, status: 2, error, hint })}\n`;
    const stdout = args.includes("--json") ? refusal : "";
    assert.deepEqual(outcome, { status: 2, stdout, stderr: `error: ${error}\nhint: ${hint}\n` });
    assert.deepEqual(await contents(cwd), files);
  });
}

/** The texts of all files in a folder, by their paths in it. */
export async function contents(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (!isDirectory) found[name] = await Deno.readTextFile(`${folder}/${name}`);
    else {for (const [file, text] of Object.entries(await contents(`${folder}/${name}`))) {
        found[`${name}/${file}`] = text;
      }}
  }
  return found;
}
