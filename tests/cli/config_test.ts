/** A file of options: what it sets, what wins over it, and what is refused in it. */

import assert from "node:assert/strict";
import { inFreshFolder, type Outcome, runProgram } from "../support/program.ts";

async function infoOf(cwd: string, target: string): Promise<Record<string, unknown>> {
  return JSON.parse((await runProgram(["info", target, "--json"], { cwd })).stdout).manifest;
}

Deno.test("./datagen.toml sets options, those of a command's table win over the others, and flags over both", () =>
  inFreshFolder(async (cwd) => {
    await Deno.writeTextFile(
      `${cwd}/datagen.toml`,
      `customers = 5
seed = 7
as-of = 2026-07-01
to = ["csv:c", "sqlite:b.sqlite"]

[load]
customers = 6
quiet = true

[sample]
format = "csv"
`,
    );
    const loaded = await runProgram(["load"], { cwd });
    assert.deepEqual(loaded, { status: 0, stdout: "", stderr: "" });
    const manifest = await infoOf(cwd, "csv:c");
    assert.deepEqual([manifest["units"], manifest["seed"], manifest["as_of"]], [6, 7, "2026-07-01T03:00:00.000Z"]);
    assert.deepEqual(await infoOf(cwd, "b.sqlite"), manifest);
    const more = await runProgram(["load", "--customers", "8", "--to", "csv:c"], { cwd });
    assert.equal(more.status, 0);
    assert.equal((await infoOf(cwd, "csv:c"))["units"], 8);
    assert.equal((await infoOf(cwd, "b.sqlite"))["units"], 6);
    assert.match((await runProgram(["sample", "stocks"], { cwd })).stdout, /^stock_id,ticker,/);
    assert.match((await runProgram(["show", "8", "--in", "csv:c"], { cwd })).stdout, /\nCustomer 8, /);
  }));

Deno.test("--config names another file, TOML or JSON; without the right to read it the default one is left alone", () =>
  inFreshFolder(async (cwd) => {
    await Deno.writeTextFile(`${cwd}/datagen.toml`, `customers = "many"\n`);
    await Deno.writeTextFile(`${cwd}/lab.json`, JSON.stringify({ customers: 4, load: { quiet: true } }));
    await Deno.writeTextFile(`${cwd}/lab.toml`, `customers = 4\nquiet = true\nas-of = "2026-07-01"\n`);
    for (const file of ["lab.json", "lab.toml"]) {
      const { status } = await runProgram(["load", "--config", file, "--to", `csv:${file}.out`], { cwd });
      assert.equal(status, 0);
      assert.equal((await infoOf(cwd, `csv:${file}.out`))["units"], 4);
    }
    const { status } = await runProgram(["sample", "stocks"], { cwd, permissions: [] });
    assert.equal(status, 0);
  }));

Deno.test("what is wrong in a file of options is said with the file and the key", () =>
  inFreshFolder(async (cwd) => {
    const run = async (text: string, name = "datagen.toml"): Promise<Outcome> => {
      await Deno.writeTextFile(`${cwd}/${name}`, text);
      return await runProgram(["load", "--config", name], { cwd });
    };
    const cases: readonly (readonly [text: string, error: string, hint: string, name?: string])[] = [
      [
        "custmers = 5",
        'Cannot use "custmers" in datagen.toml: there is no such option',
        "did you mean customers?",
      ],
      ["as_of = 5", 'Cannot use "as_of" in datagen.toml: there is no such option', "did you mean as-of?"],
      [
        "[load]\nin = 5",
        'Cannot use "load.in" in datagen.toml: there is no such option',
        "keys are options without their dashes, such as customers",
      ],
      [
        "customers = 0",
        "Cannot use customers = 0 in datagen.toml: expected an integer in 1..90000000",
        "the least is 1",
      ],
      [
        "seed = [1, 2]",
        'Cannot use "seed" in datagen.toml: expected an integer in 0..9007199254740991',
        'it takes one value: write seed = "42"',
      ],
      ["json = 1", 'Cannot use "json" in datagen.toml: expected true or false', "write json = true"],
      [
        "customers = 5\nseed 7",
        "Cannot read datagen.toml: it is no TOML in line 2",
        'write customers = 1000, and to = ["csv:out"], a line each',
      ],
      ["{customers: 5}", "Cannot read a.json: it is no JSON", 'write {"customers": 1000}', "a.json"],
      ["[5]", "Cannot read a.json: it is no object", 'write {"customers": 1000}', "a.json"],
    ];
    for (const [text, error, hint, name] of cases) {
      const outcome = await run(text, name);
      assert.deepEqual(outcome, { status: 2, stdout: "", stderr: `error: ${error}\nhint: ${hint}\n` });
    }
    const missing = await runProgram(["load", "--config", "none.toml"], { cwd });
    assert.equal(
      missing.stderr,
      'error: Cannot read --config "none.toml": there is no such file\nhint: write the path of a .toml or .json file\n',
    );
  }));
