/**
 * Command lines that ask for what cannot be: status 2, two lines on standard error, nothing on standard output but
 * with `--json` an object, and a folder that is as it was.
 *
 * @module
 */

import assert from "node:assert/strict";
import { dirname } from "node:path";
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

/** Makes a test of each. */
export function testBadInput(table: readonly BadInput[]): void {
  for (const { kind, args, error, hint, files = {}, environment = {} } of table) {
    Deno.test(`bad input: ${kind}: datagen ${args}`, () =>
      inFreshFolder(async (cwd) => {
        for (const [name, text] of Object.entries(files)) {
          await Deno.mkdir(dirname(`${cwd}/${name}`), { recursive: true });
          await Deno.writeTextFile(`${cwd}/${name}`, text);
        }
        const outcome = await runProgram(args.split(" "), { cwd, environment });
        const refusal = `${JSON.stringify({ ok: false, status: 2, error, hint })}\n`;
        const stdout = args.includes("--json") ? refusal : "";
        assert.deepEqual(outcome, { status: 2, stdout, stderr: `error: ${error}\nhint: ${hint}\n` });
        assert.deepEqual(await contents(cwd), files);
      }));
  }
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
