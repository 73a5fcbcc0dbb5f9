import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { constantBaseline } from "../../src/cli/bench/sqlite_baseline.ts";
import { CsvSink, type Sink, SinkError, SqliteSink, TargetError } from "../../sinks.ts";
import { sinkError, targetError } from "../../src/adapters/failures.ts";
import { bankDomain } from "../../src/domains/bank/domain.ts";
import { bankEntities } from "../../src/domains/bank/entities/mod.ts";
import { load, type LoadRequest } from "../../src/run/load.ts";
import type { LoadProgress, LoadReport } from "../../src/run/report.ts";
import { type RowSink, takingRows } from "../support/row_sink.ts";
import {
  inFolder,
  loadToy,
  python,
  toyBatch,
  toyEntities,
  toyId,
  toyManifest,
  toyProgress,
  writeToy,
} from "../support/toy_shop.ts";

/** Everything in a database as Python's sqlite3 reads it: the schema in its order, then the rows in theirs. */
const DUMP = `
import sqlite3, sys
base = sqlite3.connect(sys.argv[1])
skip = sys.argv[2:]
for name, kind, sql in base.execute("SELECT name, type, sql FROM sqlite_schema ORDER BY rowid").fetchall():
    print(kind, name, sql)
    if kind == "table" and name not in skip:
        for row in base.execute('SELECT rowid, * FROM "%s" ORDER BY rowid' % name):
            print(repr(row))
`;

function open(path: string): RowSink<SqliteSink> {
  return takingRows(new SqliteSink(path, toyEntities));
}

function names(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map((entry) => entry.name).sort();
}

async function reject(promise: Promise<unknown>, kind: typeof TargetError | typeof SinkError, text: RegExp) {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof kind, String(error));
    assert.match(error.message, text);
    assert.ok(!error.message.includes("\n"));
    return true;
  });
}

Deno.test("SqliteSink writes a file that an independent reader finds whole", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.db");
    await loadToy(open(path), 25);
    assert.deepEqual(names(folder), ["a.db"]);
    const read = await python(
      `
import sqlite3, sys
base = sqlite3.connect(sys.argv[1])
print(base.execute("PRAGMA foreign_key_check").fetchall(), base.execute("PRAGMA integrity_check").fetchall())
print([base.execute("SELECT count(*) FROM " + t).fetchone()[0] for t in ("buyers", "purchases", "stands")])
print(base.execute("SELECT incremental_id, credit, since, level FROM buyers LIMIT 2").fetchall())
print(base.execute("SELECT amount, rate, weight, note, paid_on, at FROM purchases WHERE number = 2 LIMIT 2").fetchall())
print(sorted(row[0] for row in base.execute("SELECT key FROM datagen_manifest")))
print(base.execute("SELECT * FROM datagen_progress").fetchall())
`,
      path,
    );
    assert.deepEqual(read.trim().split("\n"), [
      "[] [('ok',)]",
      "[25, 75, 50]",
      "[(1, -0.05, '1969-12-29', 'GOLD'), (2, 0.02, '1969-12-30', 'SILVER')]",
      "[(0.02, 0.001001, 0.125, 'a \"quoted\" one', '1970-01-02', '1970-01-01T23:59:59.999Z'), " +
      "(0.05, 0.004004, None, 'carriage\\rreturn', '1970-01-05', '1970-01-04T23:59:59.996Z')]",
      "['as_of', 'data_version', 'days', 'domain', 'epoch', 'format', 'intervals', 'options', 'seed', 'units', " +
      "'version']",
      "[('units', '25'), ('rows', '{\"buyers\":25,\"purchases\":75,\"stands\":50}'), ('complete', 'true')]",
    ]);
  }));

Deno.test("an extended file holds the rows and the schema of a fresh one", () =>
  inFolder(async (folder) => {
    const [fresh, grown] = [join(folder, "fresh.db"), join(folder, "grown.db")];
    await loadToy(open(fresh), 40);
    await loadToy(open(grown), 15);

    const sink = open(grown);
    await sink.begin(toyManifest(40), "extend");
    await writeToy(sink, 15, 25);
    await sink.close(); // interrupted once
    assert.equal((await sink.inspect()).kind, "partial");
    await sink.begin(toyManifest(40), "resume");
    await writeToy(sink, 25, 40);
    await sink.finish(toyManifest(40), toyProgress(40));
    assert.deepEqual(await sink.counts(), toyProgress(40).rows);
    await sink.close();

    assert.equal(await python(DUMP, grown), await python(DUMP, fresh));
    assert.equal((await sink.inspect()).kind, "complete");
    assert.deepEqual(names(folder), ["fresh.db", "grown.db"]);
  }));

Deno.test("an extension refuses a row without parent at once", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.db");
    await loadToy(open(path), 5);
    const sink = open(path);
    await sink.begin(toyManifest(10), "extend");
    await reject(sink.write({ stands: toyBatch(8, 9)["stands"]! }), SinkError, /FOREIGN KEY constraint failed/);
    await sink.close();
    assert.deepEqual(await open(path).counts(), toyProgress(5).rows);
  }));

Deno.test("replace keeps the old file until the new one is complete", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.db");
    await loadToy(open(path), 5);
    const before = await python(DUMP, path);
    const sink = open(path);
    await sink.begin({ ...toyManifest(10), seed: 7 }, "replace");
    await writeToy(sink, 0, 10);
    assert.equal(await python(DUMP, path), before);
    await sink.finish({ ...toyManifest(10), seed: 7 }, toyProgress(10));
    await sink.close();
    assert.deepEqual(names(folder), ["a.db"]);
    assert.equal((await open(path).inspect()).manifest!.seed, 7);
  }));

Deno.test("SqliteSink never touches what datagen did not make", () =>
  inFolder(async (folder) => {
    const [text, foreign, empty] = ["text.db", "foreign.db", "empty.db"].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    await Deno.writeTextFile(
      text,
      "Dear diary, this is no database at all, though it is long enough to look like one.",
    );
    await Deno.writeTextFile(empty, "");
    const other = new DatabaseSync(foreign);
    other.exec("PRAGMA journal_mode = WAL; CREATE TABLE precious (a); INSERT INTO precious VALUES (1)");
    other.close();
    for (const path of [text, foreign, empty]) {
      const before = await Deno.readFile(path);
      await reject(open(path).inspect(), TargetError, /it is not a datagen database$/);
      await reject(open(path).begin(toyManifest(5), "replace"), TargetError, /it is not a datagen database$/);
      assert.deepEqual(await Deno.readFile(path), before);
    }
    assert.deepEqual(names(folder), ["empty.db", "foreign.db", "text.db"]);
  }));

Deno.test("SqliteSink.inspect() refuses a missing directory, a directory, a file as directory", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "file"), "");
    await reject(open(join(folder, "none", "a.db")).inspect(), TargetError, /no such directory "/);
    await reject(open(folder).inspect(), TargetError, /it is a directory$/);
    await reject(open(join(folder, "file", "a.db")).inspect(), TargetError, /its directory is a file$/);
    assert.deepEqual(names(folder), ["file"]);
  }));

Deno.test("SqliteSink refuses a file that another one is writing", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.db");
    const sink = open(path);
    await sink.begin(toyManifest(20), "create");
    await writeToy(sink, 0, 10);
    await reject(open(path).inspect(), TargetError, /it is being written by another process$/);
    await reject(open(path).begin(toyManifest(20), "resume"), TargetError, /it is being written by another process$/);
    await reject(open(path).begin(toyManifest(20), "replace"), TargetError, /it is being written by another process$/);
    await writeToy(sink, 10, 20);
    await sink.finish(toyManifest(20), toyProgress(20));
    await sink.close();
    assert.deepEqual(await open(path).counts(), toyProgress(20).rows);
  }));

for (
  const [rule, statement] of [
    ["two decimals", "UPDATE buyers SET credit = 1.234"],
    ["six decimals", "UPDATE purchases SET rate = 0.0000005"],
    ["a least value", "UPDATE purchases SET amount = 0"],
    ["a greatest value", "UPDATE purchases SET amount = 10000.01"],
    ["a list of values", "UPDATE buyers SET level = 'LEAD'"],
    ["NOT NULL", "UPDATE buyers SET name = NULL"],
    ["types", "UPDATE buyers SET credit = 'much'"],
    ["unique ids", "UPDATE buyers SET buyer_id = 'x'"],
    ["unique columns", "UPDATE buyers SET email = 'x'"],
    ["lists unique together, null among them", "INSERT INTO stands SELECT * FROM stands WHERE purchase_id IS NULL"],
    ["references", "DELETE FROM buyers"],
  ] as const
) {
  Deno.test(`a complete file holds to ${rule}`, () =>
    inFolder(async (folder) => {
      const path = join(folder, "a.db");
      await loadToy(open(path), 3);
      const database = new DatabaseSync(path);
      try {
        assert.throws(() => database.exec(statement), /constraint failed|cannot store/);
      } finally {
        database.close();
      }
    }));
}

Deno.test("finish() refuses broken references and leaves the file partial", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.db");
    const sink = open(path);
    await sink.begin(toyManifest(10), "create");
    const batch = toyBatch(0, 10);
    await sink.write({ ...batch, buyers: batch["buyers"]!.slice(1) });
    await sink.commit(toyProgress(10));
    await reject(
      sink.finish(toyManifest(10), toyProgress(10)),
      SinkError,
      /3 rows of purchases\.buyer_id have no buyers$/,
    );
    await sink.close();
    assert.deepEqual(names(folder), ["a.db.partial"]);
  }));

Deno.test("brokenReferences() finds every broken foreign key of a file, counts() the rows", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.db");
    await loadToy(open(path), 10);
    assert.deepEqual(await open(path).brokenReferences(), []);
    const database = new DatabaseSync(path, { enableForeignKeyConstraints: false });
    database.exec(`DELETE FROM buyers WHERE buyer_id = '${toyId(1, 4)}'`);
    database.exec(`DELETE FROM purchases WHERE purchase_id = '${toyId(2, 21)}'`);
    database.close();
    assert.deepEqual(await open(path).brokenReferences(), [
      { entity: "purchases", field: "buyer_id", parent: "buyers", rows: 3 },
      { entity: "stands", field: "buyer_id", parent: "buyers", rows: 2 },
      { entity: "stands", field: "purchase_id", parent: "purchases", rows: 1 },
    ]);
    assert.deepEqual(await open(path).counts(), { buyers: 9, purchases: 29, stands: 20 });
  }));

Deno.test("a value that breaks a rule is told, and undone with its transaction", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.db");
    const sink = open(path);
    await sink.begin(toyManifest(20), "create");
    await writeToy(sink, 0, 10);
    const batch = toyBatch(10, 20);
    const bad = batch["buyers"]!.map((row, at) => at === 5 ? { ...row, level: "LEAD" } : row);
    await reject(sink.write({ ...batch, buyers: bad }), SinkError, /^Cannot write to sqlite:.*CHECK constraint failed/);
    await sink.close();
    assert.deepEqual(await open(path).counts(), toyProgress(10).rows);
  }));

Deno.test("SqliteSink in memory counts, checks and measures without a file", async () => {
  const sink = open(":memory:");
  assert.deepEqual(await sink.inspect(), { kind: "empty" });
  await sink.begin(toyManifest(10), "create");
  await writeToy(sink, 0, 10);
  await sink.finish(toyManifest(10), toyProgress(10));
  assert.deepEqual(await sink.counts(), toyProgress(10).rows);
  assert.deepEqual(await sink.brokenReferences(), []);
  assert.ok(await sink.bytes() > 10 * 4096);
  await sink.close();
});

Deno.test("SqliteSink.bytes() is the size of the file", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.db");
    await loadToy(open(path), 10);
    assert.equal(await open(path).bytes(), (await Deno.stat(path)).size);
  }));

Deno.test("constantBaseline() writes as many rows as it is told, by the rules of the tables", () =>
  inFolder((folder) => {
    const path = join(folder, "constant.db");
    let ms = 0;
    const rows = { buyers: 5000, purchases: 9000, stands: 300 };
    const result = constantBaseline(path, toyEntities, rows, () => ms += 500);
    assert.deepEqual(result, { rows: 14_300, seconds: 0.5 });
    const database = new DatabaseSync(path);
    assert.equal(database.prepare("SELECT count(DISTINCT purchase_id) AS n FROM purchases").get()!["n"], 9000);
    assert.deepEqual(database.prepare("PRAGMA foreign_key_check").all(), []);
    database.close();
    return Promise.resolve();
  }));

const REQUEST: LoadRequest = {
  domain: bankDomain,
  units: 300,
  seed: 42,
  asOf: Date.UTC(2026, 5, 30, 3),
  days: 30,
  truncate: false,
  now: 0,
  version: "0.1.0",
};

/** Loads the bank; stopped where the progress is as told, or so many turns of the event loop later. */
function loadBank(
  path: string,
  request: Partial<LoadRequest> = {},
  stopAt: (progress: LoadProgress) => boolean = () => false,
  turns = 0,
): Promise<LoadReport> {
  const controller = new AbortController();
  async function stop(): Promise<void> {
    for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
  }
  return load({ ...REQUEST, ...request }, [new SqliteSink(path, bankEntities)], {
    signal: controller.signal,
    progress: (progress) => void (stopAt(progress) && stop()),
  });
}

for (const turns of [0, 3, 20]) {
  Deno.test(`a load that is stopped ${turns} turns into its last stage goes on to the dump of one that was not`, () =>
    inFolder(async (folder) => {
      const [whole, cut] = [join(folder, "whole.db"), join(folder, "cut.db")];
      await loadBank(whole);
      const stopped = await loadBank(cut, {}, ({ stage }) => stage === "finish", turns);
      assert.deepEqual([stopped.interrupted, stopped.ok, stopped.targets[0]!.complete], [true, false, false]);
      assert.deepEqual(names(folder), ["cut.db.partial", "whole.db"]);
      const resumed = await loadBank(cut);
      assert.deepEqual([resumed.interrupted, resumed.ok, resumed.targets[0]!.outcome], [false, true, "resumed"]);
      assert.equal(resumed.written, 0);
      assert.deepEqual(names(folder), ["cut.db", "whole.db"]);
      assert.equal(await python(DUMP, cut), await python(DUMP, whole));
    }));
}

Deno.test("a load that is stopped while it validates is not ok, though its target is complete", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.db");
    const stopped = await loadBank(path, {}, ({ stage }) => stage === "validate");
    assert.deepEqual([stopped.interrupted, stopped.ok, stopped.checks], [true, false, []]);
    assert.equal(stopped.targets[0]!.complete, true);
    assert.equal((await loadBank(path)).targets[0]!.outcome, "unchanged");
  }));

Deno.test("a replacement that was stopped goes on where it was, the old file untouched until its end", () =>
  inFolder(async (folder) => {
    const [whole, path] = [join(folder, "whole.db"), join(folder, "a.db")];
    const replacement = { seed: 7, units: 600, truncate: true };
    await loadBank(whole, { ...replacement, truncate: false });
    await loadBank(path);
    const before = await python(DUMP, path);
    const stopped = await loadBank(path, replacement, ({ units }) => units >= 256);
    assert.deepEqual([stopped.interrupted, stopped.targets[0]!.outcome], [true, "replaced"]);
    assert.equal(await python(DUMP, path), before);
    assert.deepEqual(names(folder), ["a.db", "a.db.partial", "whole.db"]);
    const again = await loadBank(path, replacement, ({ stage }) => stage === "finish");
    assert.equal(again.targets[0]!.written["customers"], 600 - stopped.targets[0]!.written["customers"]!);
    const done = await loadBank(path, replacement);
    assert.deepEqual([done.ok, done.written, done.targets[0]!.outcome], [true, 0, "replaced"]);
    assert.equal(await python(DUMP, path), await python(DUMP, whole));
    assert.deepEqual(names(folder), ["a.db", "whole.db"]);
  }));

Deno.test("a replacement by another run begins anew, whatever an earlier one has left", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.db");
    await loadBank(path);
    await loadBank(path, { seed: 7, truncate: true }, ({ stage }) => stage === "finish");
    assert.equal((await loadBank(path)).targets[0]!.outcome, "unchanged");
    const other = await loadBank(path, { seed: 8, truncate: true });
    assert.deepEqual([other.ok, other.targets[0]!.written["customers"]], [true, 300]);
    assert.deepEqual(names(folder), ["a.db"]);
  }));

Deno.test("a target that cannot begin leaves nothing of those before it", () =>
  inFolder(async (folder) => {
    const bad: Sink = new SqliteSink(":memory:", bankEntities);
    bad.begin = () => Promise.reject(targetError("bad", new Error("ENOSPC: no space left"), ""));
    const sinks = [
      new SqliteSink(join(folder, "a.db"), bankEntities),
      new CsvSink(join(folder, "out", "csv"), bankEntities),
    ];
    await reject(load(REQUEST, [...sinks, bad]), SinkError, /^Cannot write to bad: disk is full$/);
    assert.deepEqual(names(folder), []);
  }));

Deno.test("sinkError() lets only what may pass be tried again", () => {
  for (
    const [text, retriable] of [
      ["ENOSPC: no space left", true],
      ["EDQUOT", true],
      ["disk I/O error", true],
      ["database is locked", true],
      ["CHECK constraint failed", false],
      ["something else", false],
    ] as const
  ) assert.equal((sinkError("write to", "x", new Error(text)) as SinkError).retriable, retriable, text);
});

Deno.test("a load of fewer customers than a complete run has finds them there, and writes nothing", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.db");
    await loadBank(path, { units: 20 });
    const before = await Deno.readFile(path);
    const { targets, rows, units, manifest, ok, written } = await loadBank(path, { units: 5 });
    assert.deepEqual([targets[0]!.outcome, written, ok], ["unchanged", 0, true]);
    assert.deepEqual([rows["customers"], units, manifest.units], [20, 5, 20]);
    assert.deepEqual(await Deno.readFile(path), before);
  }));

Deno.test("a load of fewer customers than one target has, into another that lacks them, is refused", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.db");
    await loadBank(path, { units: 20 });
    const sinks = [new SqliteSink(path, bankEntities), new CsvSink(join(folder, "out"), bankEntities)];
    await reject(
      load({ ...REQUEST, units: 5 }, sinks),
      TargetError,
      /^Cannot load 5 customers into .*: it holds 20$/,
    );
    assert.deepEqual(names(folder), ["a.db"]);
  }));

Deno.test("a load of fewer customers than a run was begun for says so", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.db");
    await loadBank(path, {}, ({ stage }) => stage === "finish");
    await reject(loadBank(path, { units: 5 }), TargetError, /: it was begun for 300$/);
  }));
