/** What Parquet files promise beside what all sinks do: the bytes, the types, and what is kept while they are written. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { ParquetSink, SinkError, TargetError } from "../../sinks.ts";
import { folderHashes } from "../support/hashes.ts";
import { parquetRows } from "../support/parquet_rows.ts";
import { pythonReader } from "../support/python_packages.ts";
import { takingRows } from "../support/row_sink.ts";
import {
  beginToy,
  inFolder,
  loadToy,
  runToy,
  toyBatch,
  toyEntities,
  toyManifest,
  toyProgress,
} from "../support/toy_shop.ts";

/** Few rows, so that a small run has many groups. */
const GROUP_ROWS = 16;

function parquet(folder: string, groupRows = GROUP_ROWS) {
  return takingRows(new ParquetSink(folder, toyEntities, groupRows));
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to);
  for await (const { name } of Deno.readDir(from)) await Deno.copyFile(join(from, name), join(to, name));
}

Deno.test("a run goes on to the same bytes from whatever a process left that ended at any step", () =>
  inFolder(async (folder) => {
    const whole = join(folder, "whole");
    await runToy(parquet(whole), "create", 0, 60);
    const expected = await folderHashes(whole);
    const sink = parquet(join(folder, "cut"));
    await beginToy(sink, "create", 60);
    const left: string[] = [];
    const leave = async (what: string) => {
      const copy = join(folder, `after ${what}`);
      await copyFolder(join(folder, "cut"), copy);
      left.push(copy);
    };
    for (let at = 0; at < 60; at += 6) {
      await sink.write(toyBatch(at, at + 6));
      await leave(`write ${at}`);
      if (at % 12 !== 0) continue;
      await sink.commit(toyProgress(at + 6));
      await leave(`commit ${at}`);
    }
    const names = (path: string) => [...Deno.readDirSync(path)].map(({ name }) => name);
    assert.ok(names(left.at(-1)!).some((name) => name.includes(".rows-")), "something is kept beside the files");
    await sink.commit(toyProgress(60));
    await leave("the last commit");
    await sink.finish(toyManifest(60), toyProgress(60));
    assert.deepEqual(await folderHashes(join(folder, "cut")), expected);
    for (const copy of left) {
      const again = parquet(copy);
      const { kind, progress } = await again.inspect();
      assert.equal(kind, "partial", copy);
      await runToy(again, "resume", progress!.units, 60);
      assert.deepEqual(await folderHashes(copy), expected, copy);
    }
    assert.equal(left.length, 16);
  }));

Deno.test("a process that ended while the files got their names leaves what can be gone on with", () =>
  inFolder(async (folder) => {
    const [whole, before] = [join(folder, "whole"), join(folder, "before")];
    const sink = parquet(whole);
    await beginToy(sink, "create", 20);
    await sink.write(toyBatch(0, 20));
    await sink.commit(toyProgress(20));
    await copyFolder(whole, before);
    await sink.finish(toyManifest(20), toyProgress(20));
    // The footers are written and two of three files have their names, but the manifest does not say so.
    for (const name of ["buyers", "purchases"]) {
      await Deno.copyFile(join(whole, `${name}.parquet`), join(before, `${name}.parquet`));
      await Deno.remove(join(before, `${name}.parquet.partial`));
    }
    await Deno.copyFile(join(whole, "stands.parquet"), join(before, "stands.parquet.partial"));
    await runToy(parquet(before), "resume", 20, 20);
    assert.deepEqual(await folderHashes(before), await folderHashes(whole));
  }));

Deno.test("a longer run that was stopped before its first commit keeps the row groups that were there", () =>
  inFolder(async (folder) => {
    await runToy(parquet(folder), "create", 0, 25);
    const cut = parquet(folder);
    await beginToy(cut, "extend", 40);
    await cut.write(toyBatch(25, 40));
    await cut.close();
    await runToy(parquet(folder), "resume", 25, 40);
    const fresh = join(folder, "fresh");
    await runToy(parquet(fresh), "create", 0, 40);
    const { fresh: _, ...held } = { ...await parquetRows(folder), fresh: undefined };
    assert.deepEqual(held, await parquetRows(fresh));
  }));

Deno.test("rows in a batch that is longer than several groups stay in order", () =>
  inFolder(async (folder) => {
    const sink = parquet(folder, 7);
    await beginToy(sink, "create", 50);
    await sink.write(toyBatch(0, 50));
    await sink.commit(toyProgress(50));
    await sink.finish(toyManifest(50), toyProgress(50));
    const small = join(folder, "other");
    await loadToy(parquet(small, 1000), 50);
    assert.deepEqual((await parquetRows(folder))["purchases.parquet"], (await parquetRows(small))["purchases.parquet"]);
  }));

Deno.test("a file that was cut or overwritten is told by its name", () =>
  inFolder(async (folder) => {
    await runToy(parquet(folder), "create", 0, 25);
    const path = join(folder, "purchases.parquet");
    const { size } = await Deno.stat(path);
    await Deno.truncate(path, size - 20);
    await assert.rejects(parquet(folder).counts(), SinkError);
    await assert.rejects(beginToy(parquet(folder), "extend", 40), (error) => {
      assert.ok(error instanceof TargetError, String(error));
      assert.match(error.message, /purchases\.parquet\.partial does not end as a Parquet file does$/);
      return true;
    });
  }));

const found = await pythonReader("table_packages.txt").catch((error: Error) => error);
const missing = found instanceof Error ? found.message : undefined;
if (missing !== undefined) console.error(`DuckDB: skipped: ${missing}; it needs Python 3.11, pip and PyPI`);

Deno.test({
  name: "DuckDB reads every type and every value",
  ignore: missing !== undefined,
  fn: () =>
    inFolder(async (folder) => {
      await runToy(parquet(folder), "create", 0, 40);
      const rows = toyBatch(0, 40)["purchases"]!;
      const { command, env } = found as Exclude<typeof found, Error>;
      const script = `
import duckdb, json, sys
rows = duckdb.sql("SELECT * FROM read_parquet('" + sys.argv[1] + "/purchases.parquet')")
print(json.dumps([str(kind) for kind in rows.types]))
print(json.dumps([[None if value is None else str(value) for value in row] for row in rows.fetchall()]))
print(json.dumps(duckdb.sql("""SELECT count(*), count(DISTINCT row_group_id), max(compression) FROM parquet_metadata('"""
  + sys.argv[1] + "/purchases.parquet')").fetchall()))
`;
      const { stdout, stderr, success } = await new Deno.Command(command, { args: ["-c", script, folder], env })
        .output();
      assert.ok(success, new TextDecoder().decode(stderr));
      const [types, values, groups] = new TextDecoder().decode(stdout).trim().split("\n").map((line) =>
        JSON.parse(line)
      );
      assert.deepEqual(types, [
        "VARCHAR",
        "VARCHAR",
        "INTEGER",
        "DECIMAL(15,2)",
        "DECIMAL(10,6)",
        "DOUBLE",
        "VARCHAR",
        "DATE",
        "TIMESTAMP WITH TIME ZONE",
      ]);
      assert.deepEqual(groups, [[9 * 8, 8, "SNAPPY"]]); // 120 rows, 16 in a group
      const decimal = (value: number, scale: number) => {
        const digits = String(value).padStart(scale + 1, "0");
        return `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
      };
      const day = (value: number) => new Date(value * 86_400_000).toISOString().slice(0, 10);
      assert.equal(values.length, rows.length);
      for (const [at, row] of rows.entries()) {
        const read = values[at];
        assert.deepEqual(read.slice(0, 5), [
          row["purchase_id"],
          row["buyer_id"],
          String(row["number"]),
          decimal(row["amount"] as number, 2),
          decimal(row["rate"] as number, 6),
        ]);
        assert.equal(read[5] === null ? null : Number(read[5]), row["weight"]);
        assert.equal(read[6], row["note"]);
        assert.equal(read[7], row["paid_on"] === null ? null : day(row["paid_on"] as number));
        const instant = new Date(row["at"] as number).toISOString().replace("T", " ").replace(".000Z", "").replace(
          "Z",
          "",
        );
        assert.ok(read[8].startsWith(instant), `${read[8]} is ${instant}`);
      }
    }),
});
