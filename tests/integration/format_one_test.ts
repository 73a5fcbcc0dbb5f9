/** Targets whose marks have the first format, which said `customers` for `units`, are gone on with. */

import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { parseMarks, progressOf, progressRecord, runRecord } from "../../src/adapters/kafka/run/marks.ts";
import { inFreshFolder } from "../support/program.ts";
import { datagenOk } from "../support/servers_program.ts";
import { withSql } from "../support/postgres_reader.ts";
import { freshDatabase, testsWith } from "../support/services.ts";
import { toyManifest } from "../support/toy_shop.ts";

const AS_OF = ["--as-of", "2026-07-01"];

/** What earlier versions wrote: a manifest or a mark with `customers`. */
function inFormatOne<Mark extends object>(mark: Mark): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries({ ...mark, ...("format" in mark ? { format: 1 } : {}) })
      .map(([name, value]) => [name === "units" ? "customers" : name, value]),
  );
}

Deno.test("a CSV run of the first format grows into the same files", () =>
  inFreshFolder(async (cwd) => {
    const load = (customers: number, place: string) =>
      datagenOk(["load", "--customers", `${customers}`, ...AS_OF, "--to", `csv:${place}`], {}, { cwd });
    const manifest = (place: string) => Deno.readTextFile(`${cwd}/${place}/datagen.manifest.json`);
    await load(20, "old");
    const content = JSON.parse(await manifest("old"));
    const old = { ...content, progress: inFormatOne(content.progress), manifest: inFormatOne(content.manifest) };
    await Deno.writeTextFile(`${cwd}/old/datagen.manifest.json`, JSON.stringify(old));
    const told = JSON.parse((await datagenOk(["info", "csv:old", "--json"], {}, { cwd })).stdout);
    assert.deepEqual([told.complete, told.customers], [true, { written: 20, of: 20 }]);
    await load(40, "old");
    await load(20, "new");
    await load(40, "new");
    assert.equal(await manifest("old"), await manifest("new"));
    assert.equal(await Deno.readTextFile(`${cwd}/old/trades.csv`), await Deno.readTextFile(`${cwd}/new/trades.csv`));
  }));

Deno.test("an SQLite run of the first format grows, and keeps nothing of it", () =>
  inFreshFolder(async (cwd) => {
    await datagenOk(["load", "--customers", "20", ...AS_OF], {}, { cwd });
    const database = new DatabaseSync(`${cwd}/datagen.sqlite`);
    database.exec("UPDATE datagen_manifest SET value = '1' WHERE key = 'format'");
    for (const table of ["datagen_manifest", "datagen_progress"]) {
      const { changes } = database.prepare(`UPDATE ${table} SET key = 'customers' WHERE key = 'units'`).run();
      assert.equal(changes, 1);
    }
    database.close();
    const { stdout } = await datagenOk(["load", "--customers", "40"], {}, { cwd });
    assert.match(stdout, /^\[OK\] customers: 40 rows$/m);
    const grown = new DatabaseSync(`${cwd}/datagen.sqlite`, { readOnly: true });
    const keys = grown.prepare(
      "SELECT key, value FROM datagen_manifest WHERE key IN ('format', 'units', 'customers') " +
        "UNION ALL SELECT key, value FROM datagen_progress WHERE key IN ('units', 'customers')",
    ).all();
    assert.deepEqual(keys.map((row) => Object.values(row).join()), ["format,2", "units,40", "units,40"]);
    grown.close();
  }));

Deno.test("parseMarks() reads the marks of the first format", () => {
  const run = { format: 1, manifest: inFormatOne(toyManifest(40)), attempt: 1, start: { purchases: [0] } };
  const progress = { from: 0, customers: 40, rows: { purchases: 120 }, bytes: 9, end: {}, complete: true, attempt: 1 };
  const records = [runRecord(run as never), progressRecord(progress as never)].map(({ key, value }, offset) => ({
    key,
    value: new TextEncoder().encode(value),
    offset,
  }));
  const marks = parseMarks(records as never);
  assert.deepEqual(marks.run!.manifest, toyManifest(40));
  assert.deepEqual(progressOf(marks), { units: 40, rows: { purchases: 120 } });
});

const test = await testsWith("postgres");

test("a PostgreSQL run of the first format grows, and keeps nothing of it", () =>
  freshDatabase(async ({ url }) => {
    const words = ["--to", "postgres", "--postgres-url", url];
    await datagenOk(["load", "--customers", "20", ...AS_OF, ...words]);
    await withSql(url, (sql) =>
      sql.unsafe(
        "UPDATE datagen_manifest SET value = '1' WHERE key = 'format'; " +
          "UPDATE datagen_manifest SET key = 'customers' WHERE key = 'units'; " +
          "UPDATE datagen_progress SET key = 'customers' WHERE key = 'units'",
      ));
    const { stdout } = await datagenOk(["load", "--customers", "40", ...words]);
    assert.match(stdout, /^\[OK\] customers: 40 rows$/m);
    const told = JSON.parse((await datagenOk(["info", "postgres", "--postgres-url", url, "--json"])).stdout);
    assert.deepEqual([told.complete, told.customers, told.manifest.format], [true, { written: 40, of: 40 }, 2]);
    const left = await withSql(
      url,
      (sql) => sql`SELECT key FROM datagen_progress UNION SELECT key FROM datagen_manifest`,
    );
    const keys = left.map(({ key }) => key);
    assert.deepEqual([keys.includes("units"), keys.includes("customers")], [true, false]);
  }));
