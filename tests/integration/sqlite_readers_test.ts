/** A program that reads the SQLite file while a load wants to write it: it is waited for, and named as a reader. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { SinkError, SqliteSink, TargetError } from "../../sinks.ts";
import { sinkError } from "../../src/adapters/failures.ts";
import { type RowSink, takingRows } from "../support/row_sink.ts";
import { inFolder, loadToy, toyEntities, toyManifest, toyProgress, writeToy } from "../support/toy_shop.ts";

function open(path: string): RowSink<SqliteSink> {
  return takingRows(new SqliteSink(path, toyEntities));
}

/** A reader in another process that holds the file open in a transaction until its standard input ends. */
async function withReader(path: string, use: (endReading: () => Promise<void>) => Promise<void>): Promise<void> {
  const script = `
import sqlite3, sys
base = sqlite3.connect(sys.argv[1], isolation_level=None)
base.execute("BEGIN")
base.execute("SELECT count(*) FROM buyers").fetchall()
print("reading", flush=True)
sys.stdin.read()
base.execute("COMMIT")
`;
  const reader = new Deno.Command("python3", { args: ["-c", script, path], stdin: "piped", stdout: "piped" }).spawn();
  const lines = reader.stdout.getReader();
  assert.match(new TextDecoder().decode((await lines.read()).value), /^reading/);
  let open = true;
  const endReading = async () => {
    if (open) await reader.stdin.close();
    open = false;
    await reader.status;
  };
  try {
    await use(endReading);
  } finally {
    await endReading();
    await lines.cancel();
  }
}

Deno.test("a program that reads the SQLite file is waited for", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.db");
    await loadToy(open(path), 20);
    await withReader(path, async (endReading) => {
      const sink = open(path);
      assert.equal((await sink.inspect()).kind, "complete");
      setTimeout(endReading, 700);
      await sink.begin(toyManifest(30), "extend");
      await writeToy(sink, 20, 30);
      await sink.finish(toyManifest(30), toyProgress(30));
      await sink.close();
      assert.deepEqual(await open(path).counts(), toyProgress(30).rows);
    });
  }));

Deno.test("a program that goes on reading the SQLite file is named as a reader, and the file stays as it is", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.db");
    await loadToy(open(path), 20);
    await withReader(path, async () => {
      const sink = open(path);
      const startedAt = performance.now();
      await assert.rejects(sink.begin(toyManifest(30), "extend"), (error) => {
        assert.ok(error instanceof TargetError);
        assert.match(error.message, /a\.db: another program has it open and reads it$/);
        assert.equal(error.hint, "close it there, then run the same command again");
        return true;
      });
      const waited = performance.now() - startedAt;
      assert.ok(waited >= 5_000 && waited < 20_000, `it waited ${waited} ms`);
      const state = await open(path).inspect();
      assert.deepEqual([state.kind, state.progress], ["complete", toyProgress(20)]);
    });
  }));

Deno.test("a file that another program has open is told from one that is being written", () => {
  const busy = sinkError("complete", "csv:out", Object.assign(new Error("EBUSY: busy"), { code: "EBUSY" }));
  assert.ok(busy instanceof SinkError);
  assert.equal(busy.message, "Cannot complete csv:out: another program has it open");
  assert.equal(busy.hint, "close it there, then run the same command again: it goes on where it stopped");
  assert.equal(busy.retriable, true);
  const windows = "The process cannot access the file because it is being used by another process. (os error 32)";
  assert.match(sinkError("complete", "csv:out", new Error(windows)).message, /: another program has it open$/);
  assert.match(
    sinkError("complete", "sqlite:a", new Error("database is locked")).message,
    /written by another process$/,
  );
});
