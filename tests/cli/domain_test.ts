/** The commands with a second domain, of which no line of `src` knows. */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { registerDomain } from "../../src/cli/domains/domains.ts";
import { toyDomain } from "../support/toy_domain.ts";
import { toyBatch } from "../support/toy_shop.ts";
import { inFreshFolder } from "../support/program.ts";

const PROGRAM = fileURLToPath(new URL("../support/toy_program.ts", import.meta.url));

async function toys(cwd: string, line: string): Promise<{ code: number; out: string; err: string }> {
  const args = ["run", "-q", "--no-prompt", "-A", PROGRAM, ...line.split(" ")];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd, env: { NO_COLOR: "1" } })
    .output();
  return { code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
}

async function json(cwd: string, line: string): Promise<Record<string, unknown>> {
  const { code, out, err } = await toys(cwd, line);
  assert.equal(code, 0, err);
  return JSON.parse(out);
}

Deno.test("load, info and load again go on with the domain that a file holds", () =>
  inFreshFolder(async (cwd) => {
    for (const target of ["sqlite:toys.sqlite", "csv:out"]) {
      const first = await json(cwd, `load --domain toy --buyers 3 --more-credit 7 --to ${target} --json`);
      assert.equal(first["ok"], true);
      const held = await json(cwd, `info ${target} --json`);
      assert.deepEqual(held["buyers"], { written: 3, of: 3 });
      assert.match(String(held["again"]), /^datagen load --domain toy --buyers 3 .*--more-credit 7/);
      const grown = await json(cwd, `load --buyers 5 --to ${target} --json`);
      assert.deepEqual(grown["rows"], { buyers: 5, purchases: 15, stands: 10, fairs: 2, payments: 20 });
    }
  }));

Deno.test("plan, sample and schema take another domain with its own flags and entities", () =>
  inFreshFolder(async (cwd) => {
    const planned = await json(cwd, "plan --domain toy --buyers 4 --to console --json");
    assert.equal(planned["buyers"], 4);
    assert.deepEqual(planned["rows"], { buyers: 4, purchases: 12, stands: 8, fairs: 2, payments: 16 });
    const sampled = await json(cwd, "sample buyers fairs --domain toy --limit 2");
    assert.deepEqual(Object.keys(sampled), ["buyers", "fairs"]);
    assert.deepEqual(
      (sampled["buyers"] as { name: string }[]).map(({ name }) => name),
      toyBatch(0, 2)["buyers"]!.map(({ name }) => name),
    );
    const { out } = await toys(cwd, "schema fairs --domain toy");
    assert.match(out, /CREATE TABLE "?fairs/);
  }));

Deno.test("flags, entities and names of another domain are refused in one line", () =>
  inFreshFolder(async (cwd) => {
    for (
      const [line, error] of [
        [
          "load --domain toy --customers 3",
          "Cannot use --customers with the domain toy: it belongs to the domain bank",
        ],
        [
          "plan --domain toy --card-share 0.5",
          "Cannot use --card-share with the domain toy: it belongs to the domain bank",
        ],
        ["load --buyers 3", "Cannot use --buyers with the domain bank: it belongs to the domain toy"],
        [
          "sample customers --domain toy",
          'Cannot find entity "customers": expected buyers, purchases, stands, fairs or payments',
        ],
        ["load --domain shop", 'Cannot use --domain "shop": expected bank or toy'],
      ] as const
    ) {
      const { code, out, err } = await toys(cwd, line);
      assert.equal(code, 2, line);
      assert.equal(out, "", line);
      assert.equal(err.split("\n")[0], `error: ${error}`);
    }
    assert.deepEqual([...Deno.readDirSync(cwd)], []);
  }));

Deno.test("registerDomain() refuses a domain whose name or flags another one has", () => {
  const unit = { ...toyDomain.unit, entity: "customers" };
  assert.throws(() => registerDomain({ ...toyDomain, unit }), /there is a "customers" already/);
  assert.throws(() => registerDomain({ ...toyDomain, name: "bank" }), RangeError);
});
