/** The Python of docs/files.md does what the page shows, with pandas and DuckDB from PyPI; what it keeps is text. */

import assert from "node:assert/strict";
import { inFreshFolder, root, runProgram } from "../support/program.ts";
import { pythonReader } from "../support/python_packages.ts";

const page = await Deno.readTextFile(new URL("docs/files.md", root));
const [, load] = /^```sh\ndatagen (load .*)\n```$/m.exec(page)!;
const examples = [...page.matchAll(/^```python\n([\s\S]*?)^```\n\n```text\n([\s\S]*?)^```$/gm)];

const found = await pythonReader("table_packages.txt").catch((error: Error) => error);
const missing = found instanceof Error ? found.message : undefined;
if (missing !== undefined) console.error(`pandas and DuckDB: skipped: ${missing}; they need Python 3.11, pip and PyPI`);

Deno.test({
  name: "the Python of docs/files.md prints what the page shows",
  ignore: missing !== undefined,
  fn: () =>
    inFreshFolder(async (cwd) => {
      assert.equal(examples.length, 3);
      const { status, stderr } = await runProgram([...load!.split(" "), "--quiet"], { cwd });
      assert.deepEqual([status, stderr], [0, ""]);
      for (const [, script, shown] of examples) assert.equal(await run(script!, cwd), shown);
    }),
});

Deno.test({
  name: "pandas and DuckDB, told the types, read every text of digits as SQLite holds it",
  ignore: missing !== undefined,
  fn: () =>
    inFreshFolder(async (cwd) => {
      await runProgram([...load!.split(" "), "--quiet"], { cwd });
      const told = await run(
        `
import duckdb, pandas as pd, sqlite3
base = sqlite3.connect("bank.sqlite")
for table, columns in {"accounts": ["bank_code", "branch"], "card_transactions": ["mcc_code"], "customers": ["number", "cpf"]}.items():
    path = "out/" + table + ".csv"
    for column in columns:
        held = [row[0] for row in base.execute('SELECT "' + column + '" FROM ' + table + ' ORDER BY incremental_id')]
        assert pd.read_csv(path, dtype={c: str for c in columns})[column].to_list() == held, column
        types = "{" + ", ".join("'" + c + "': 'VARCHAR'" for c in columns) + "}"
        query = 'SELECT "' + column + '" FROM read_csv(\\'' + path + "', types = " + types + ")"
        assert [row[0] for row in duckdb.sql(query).fetchall()] == held, column
        assert len(held) >= 400
        print(table, column)
`,
        cwd,
      );
      assert.equal(told.trim().split("\n").length, 5);
    }),
});

async function run(script: string, cwd: string): Promise<string> {
  const { command, env } = found as Exclude<typeof found, Error>;
  const { success, stdout, stderr } = await new Deno.Command(command, { args: ["-c", script], cwd, env }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}
