/**
 * A disk that takes no more, simulated by a limit on the size of a file: the shell's `ulimit -f`, in blocks of 512 bytes,
 * with the signal ignored that would end the process.
 */

import assert from "node:assert/strict";
import { inFreshFolder, programArgs, runProgram } from "../support/program.ts";

const LIMIT_BLOCKS = 4_000;
const LOAD = ["load", "--customers", "600", "--as-of", "2026-06-30", "--quiet"];

const cases = [
  { target: "sqlite:bank.sqlite", final: "bank.sqlite" },
  { target: "csv:bank", final: "bank/customers.csv" },
  { target: "json:bank", final: "bank/customers.json" },
  { target: "parquet:bank", final: "bank/customers.parquet" },
];

for (const { target, final } of cases) {
  Deno.test({
    name: `load into ${target} says that the disk is full, names nothing final, and goes on when there is room`,
    ignore: Deno.build.os === "windows", // it has no ulimit
    fn: () =>
      inFreshFolder(async (cwd) => {
        const limited = await loadWithin(LIMIT_BLOCKS, target, cwd);
        assert.equal(limited.status, 1);
        assert.match(limited.stderr, new RegExp(`^error: Cannot write to ${target}: .+\nhint: run the same command`));
        assert.equal(exists(`${cwd}/${final}`), false);

        const rest = await runProgram([...LOAD, "--to", target], { cwd });
        assert.equal(rest.status, 0, rest.stderr);
        assert.equal(exists(`${cwd}/${final}`), true);
      }),
  });
}

async function loadWithin(blocks: number, target: string, cwd: string): Promise<{ status: number; stderr: string }> {
  const script = `trap '' XFSZ; ulimit -f ${blocks}; exec "$0" "$@"`;
  const { code, stderr } = await new Deno.Command("sh", {
    args: ["-c", script, Deno.execPath(), ...programArgs([...LOAD, "--to", target])],
    cwd,
    env: { NO_COLOR: "1" },
  }).output();
  return { status: code, stderr: new TextDecoder().decode(stderr) };
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
