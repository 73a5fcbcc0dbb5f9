import assert from "node:assert/strict";
import { join } from "node:path";
import { together } from "../../src/adapters/files/record_reader.ts";
import { checkFiles } from "../../src/adapters/files/references.ts";
import { ConsoleSink, CsvSink, jsonLinesWriter, JsonSink, SinkError, TargetError } from "../../sinks.ts";
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

function csv(folder: string, dialect?: "rfc4180" | "excel-br"): RowSink<CsvSink> {
  return takingRows(new CsvSink(folder, toyEntities, dialect));
}

function json(folder: string, format?: "array" | "lines"): RowSink<JsonSink> {
  return takingRows(new JsonSink(folder, toyEntities, format));
}

const KINDS: readonly (readonly [kind: string, open: (folder: string) => RowSink])[] = [
  ["csv", csv],
  ["json", json],
  ["jsonl", (folder) => json(folder, "lines")],
];

function contents(folder: string): Record<string, string> {
  const names = [...Deno.readDirSync(folder)].map((entry) => entry.name).sort();
  return Object.fromEntries(names.map((name) => [name, Deno.readTextFileSync(join(folder, name))]));
}

async function reject(promise: Promise<unknown>, kind: typeof TargetError | typeof SinkError, text: RegExp) {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof kind, String(error));
    assert.match(error.message, text);
    return true;
  });
}

const EXPECTED_NOTES =
  `['plain', 'a "quoted" one', 'one, two', 'line\\nfeed', 'carriage\\rreturn', 'both\\r\\nends', '', None, 'ação €']`;

Deno.test("Python's csv module reads the files for a Brazilian Excel, and finds the values of the other dialect", () =>
  inFolder(async (folder) => {
    await loadToy(csv(join(folder, "plain")), 12);
    await loadToy(csv(join(folder, "excel"), "excel-br"), 12);
    const same = await python(
      `
import csv, sys
def rows(path, **kind):
    with open(path, encoding=kind.pop("encoding"), newline="") as file:
        return list(csv.reader(file, **kind))
for name in ("buyers", "purchases", "stands"):
    plain = rows(sys.argv[1] + "/plain/" + name + ".csv", encoding="utf-8")
    excel = rows(sys.argv[1] + "/excel/" + name + ".csv", encoding="utf-8-sig", delimiter=";")
    assert plain[0] == excel[0] and len(plain) == len(excel), name
    for old, new in zip(plain[1:], excel[1:]):
        for column, a, b in zip(plain[0], old, new):
            if b.startswith('="') and b.endswith('"'): b = b[2:-1].replace('""', '"')
            if column in ("amount", "credit", "rate", "weight", "value"): b = b.replace(",", ".")
            if column == "at": a = a[:19].replace("T", " ")
            assert a == b, (name, column, a, b)
    print(name, len(plain))
`,
      folder,
    );
    assert.equal(same, "buyers 13\npurchases 37\nstands 25\n");
    const bytes = await Deno.readFile(join(folder, "excel", "buyers.csv"));
    assert.deepEqual([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
  }));

Deno.test("CsvSink goes on in the dialect of its run, and in no other", () =>
  inFolder(async (folder) => {
    const open = (dialect?: "rfc4180" | "excel-br") => csv(folder, dialect);
    const first = open("excel-br");
    await first.begin(toyManifest(20), "create");
    await writeToy(first, 0, 10);
    await first.close();
    await reject(open().inspect(), TargetError, /: it holds csv files of datagen, dialect excel-br$/);
    await reject(
      open("rfc4180").begin(toyManifest(20), "replace"),
      TargetError,
      /: it holds csv files of datagen, dialect excel-br/,
    );
    const second = open("excel-br");
    assert.equal((await second.inspect()).kind, "partial");
    await second.begin(toyManifest(20), "resume");
    await writeToy(second, 10, 20);
    await second.finish(toyManifest(20), toyProgress(20));
    assert.deepEqual(await second.counts(), toyProgress(20).rows);
    assert.deepEqual(await second.brokenReferences(), []);
    await second.close();
    const text = await Deno.readTextFile(join(folder, "buyers.csv"));
    assert.equal(text.split("\uFEFF").length, 2, "one byte order mark, at the beginning");
  }));

Deno.test("Python's csv module reads CsvSink's files", () =>
  inFolder(async (folder) => {
    await loadToy(csv(folder), 12);
    const read = await python(
      `
import csv, sys
rows = list(csv.reader(open(sys.argv[1] + "/purchases.csv", newline="", encoding="utf-8"), strict=True))
print(",".join(rows[0]), len(rows), {len(row) for row in rows})
print([row[6] if row[6] or k == 6 else None for k, row in enumerate(rows[1:10])])
print(rows[2][2:6] + rows[2][7:])
`,
      folder,
    );
    assert.deepEqual(read.trim().split("\n"), [
      "purchase_id,buyer_id,number,amount,rate,weight,note,paid_on,at 37 {9}",
      EXPECTED_NOTES,
      "['2', '0.02', '0.001001', '0.125', '1970-01-02', '1970-01-01T23:59:59.999Z']",
    ]);
  }));

for (const format of ["array", "lines"] as const) {
  Deno.test(`Python's json module reads JsonSink's files (${format})`, () =>
    inFolder(async (folder) => {
      await loadToy(json(folder, format), 12);
      const read = await python(
        `
import json, sys
folder, format = sys.argv[1:]
def load(name):
    if format == "array": return json.load(open(folder + "/" + name + ".json", encoding="utf-8"))
    return [json.loads(line) for line in open(folder + "/" + name + ".jsonl", encoding="utf-8", newline="\\n")]
rows = load("purchases")
print(len(rows), [row["note"] for row in rows[:9]])
print(rows[1]["amount"], rows[1]["rate"], rows[1]["weight"], rows[0]["weight"], rows[1]["paid_on"], rows[1]["at"])
print(load("buyers")[1]["address"], len(load("stands")))
`,
        folder,
        format,
      );
      assert.deepEqual(read.trim().split("\n"), [
        `36 ${EXPECTED_NOTES}`,
        "0.02 0.001001 0.125 None 1970-01-02 1970-01-01T23:59:59.999Z",
        "{'street': 'Rua 1', 'city': 'São Paulo'} 24",
      ]);
    }));
}

Deno.test("JsonSink writes an empty array where there are no records", () =>
  inFolder(async (folder) => {
    await loadToy(json(folder), 0);
    assert.equal(contents(folder)["buyers.json"], "[\n]\n");
    const sink = json(folder);
    await sink.begin(toyManifest(1), "extend");
    await writeToy(sink, 0, 1);
    await sink.finish(toyManifest(1), toyProgress(1));
    assert.equal(JSON.parse(contents(folder)["buyers.json"]!).length, 1);
  }));

for (const [kind, open] of KINDS) {
  Deno.test(`${kind}: only complete files have their final names`, () =>
    inFolder(async (folder) => {
      const sink = open(folder);
      assert.deepEqual(await sink.inspect(), { kind: "empty" });
      await sink.begin(toyManifest(10), "create");
      await writeToy(sink, 0, 10);
      const partial = [`buyers.${kind}.partial`, "datagen.manifest.json", `purchases.${kind}.partial`];
      assert.deepEqual(Object.keys(contents(folder)), [...partial, `stands.${kind}.partial`]);
      await sink.finish(toyManifest(10), toyProgress(10));
      await sink.close();
      const complete = [`buyers.${kind}`, "datagen.manifest.json", `purchases.${kind}`, `stands.${kind}`];
      assert.deepEqual(Object.keys(contents(folder)), complete);
      assert.deepEqual(await sink.inspect(), {
        kind: "complete",
        manifest: toyManifest(10),
        progress: toyProgress(10),
      });
    }));

  Deno.test(`${kind}: a process that ended while names were changed can be resumed`, () =>
    inFolder(async (folder) => {
      const [whole, cut] = [join(folder, "whole"), join(folder, "cut")];
      await loadToy(open(whole), 30);
      await loadToy(open(cut), 30);
      // The last step undone, and one of the renames before it: as if the process had ended between them.
      const manifest = JSON.parse(await Deno.readTextFile(join(cut, "datagen.manifest.json")));
      await Deno.writeTextFile(join(cut, "datagen.manifest.json"), JSON.stringify({ ...manifest, complete: false }));
      await Deno.rename(join(cut, `stands.${kind}`), join(cut, `stands.${kind}.partial`));
      const sink = open(cut);
      assert.equal((await sink.inspect()).kind, "partial");
      await sink.begin(toyManifest(30), "resume");
      await sink.finish(toyManifest(30), toyProgress(30));
      await sink.close();
      assert.deepEqual(contents(cut), contents(whole));
    }));

  Deno.test(`${kind}: replace keeps the old files until the new ones are complete`, () =>
    inFolder(async (folder) => {
      await loadToy(open(folder), 30);
      const old = contents(folder)[`buyers.${kind}`];
      const sink = open(folder);
      await sink.begin(toyManifest(10), "replace");
      await writeToy(sink, 0, 10);
      assert.equal(contents(folder)[`buyers.${kind}`], old);
      await sink.finish(toyManifest(10), toyProgress(10));
      await sink.close();
      assert.deepEqual(await sink.counts(), toyProgress(10).rows);
      await Deno.remove(join(folder, "datagen.manifest.json"));
      await Promise.all(toyEntities.map(({ name }) => Deno.remove(join(folder, `${name}.${kind}`))));
      assert.deepEqual(contents(folder), {});
    }));

  Deno.test(`${kind}: replace leaves nothing of a longer run that was interrupted`, () =>
    inFolder(async (folder) => {
      const [fresh, used] = [join(folder, "fresh"), join(folder, "used")];
      await loadToy(open(fresh), 10);
      const sink = open(used);
      await sink.begin(toyManifest(50), "create");
      await writeToy(sink, 0, 40);
      await sink.close();
      await sink.begin(toyManifest(10), "replace");
      await writeToy(sink, 0, 10);
      await sink.finish(toyManifest(10), toyProgress(10));
      assert.deepEqual(contents(used), contents(fresh));
    }));

  Deno.test(`${kind}: counts() reads the records, quoted line ends included`, () =>
    inFolder(async (folder) => {
      await loadToy(open(folder), 33);
      assert.deepEqual(await open(folder).counts(), toyProgress(33).rows);
      assert.deepEqual(await open(folder).brokenReferences(), []);
    }));

  Deno.test(`${kind}: brokenReferences() finds one dangling id anywhere in the file`, () =>
    inFolder(async (folder) => {
      for (const n of [0, 17, 29]) {
        await loadToy(open(folder), 30);
        const path = join(folder, `stands.${kind}`);
        const text = await Deno.readTextFile(path);
        assert.ok(text.includes(toyId(2, n * 3)));
        await Deno.writeTextFile(path, text.replace(toyId(2, n * 3), toyId(2, 9999)));
        assert.deepEqual(await open(folder).brokenReferences(), [
          { entity: "stands", field: "purchase_id", parent: "purchases", rows: 1 },
        ]);
        await Deno.remove(folder, { recursive: true });
      }
      await Deno.mkdir(folder);
    }));

  Deno.test(`${kind}: files of our names that datagen did not make are refused and kept`, () =>
    inFolder(async (folder) => {
      await Deno.writeTextFile(join(folder, "notes.txt"), "mine");
      assert.deepEqual(await open(folder).inspect(), { kind: "empty" });
      await Deno.writeTextFile(join(folder, `purchases.${kind}`), "mine");
      const before = contents(folder);
      const text = new RegExp(`it holds purchases\\.${kind}, which datagen did not make$`);
      await reject(open(folder).inspect(), TargetError, text);
      await reject(open(folder).begin(toyManifest(5), "replace"), TargetError, text);
      await Deno.writeTextFile(join(folder, "datagen.manifest.json"), '{"mine": true}');
      await reject(
        open(folder).inspect(),
        TargetError,
        /it holds datagen\.manifest\.json, which datagen did not make$/,
      );
      await Deno.remove(join(folder, "datagen.manifest.json"));
      assert.deepEqual(contents(folder), before);
    }));
}

Deno.test("a directory that holds another format is refused", () =>
  inFolder(async (folder) => {
    await loadToy(csv(folder), 3);
    await reject(json(folder).inspect(), TargetError, /it holds csv files of datagen$/);
  }));

Deno.test("CsvSink.inspect() refuses a file in the directory's place, and makes no missing directory", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "file"), "");
    await reject(csv(join(folder, "file")).inspect(), TargetError, /it is a file$/);
    await reject(csv(join(folder, "file", "a")).inspect(), TargetError, /is a file$/);
    assert.deepEqual(await csv(join(folder, "a", "b")).inspect(), { kind: "empty" });
    assert.deepEqual(Object.keys(contents(folder)), ["file"]);
  }));

Deno.test("counts() tells which file is missing and which record is broken", () =>
  inFolder(async (folder) => {
    await loadToy(csv(folder), 3);
    const path = join(folder, "stands.csv");
    await Deno.writeTextFile(path, `${await Deno.readTextFile(path)}one,two\r\n`);
    await reject(
      csv(folder).counts(),
      SinkError,
      /record 7 of .*stands\.csv has 2 values, not 3$/,
    );
    await Deno.remove(path);
    await reject(csv(folder).counts(), SinkError, /stands\.csv is missing$/);
    await assert.rejects(csv(folder).counts(), { hint: "`truncate` writes it anew" });
  }));

Deno.test("checkFiles() finds every dangling reference whatever the order and the size of its batches", async () => {
  const batch = toyBatch(0, 40);
  const shuffled = {
    buyers: batch["buyers"]!.toReversed(),
    purchases: [...batch["purchases"]!.slice(60), ...batch["purchases"]!.slice(0, 60)],
    stands: [...batch["stands"]!, { buyer_id: "nobody", purchase_id: "nothing", value: 0 }, {
      buyer_id: toyId(1, 3),
      purchase_id: "nothing",
      value: 0,
    }],
  };
  for (const rows of [{ ...batch, stands: shuffled.stands }, shuffled]) {
    for (const batchKeys of [1, 2, 7, 1000]) {
      const read = ({ name }: { name: string }) => together(rows[name as keyof typeof rows]!);
      const check = await checkFiles(toyEntities, read, batchKeys);
      assert.deepEqual(check.counts, { buyers: 40, purchases: 120, stands: 82 });
      assert.deepEqual(check.broken, [
        { entity: "stands", field: "buyer_id", parent: "buyers", rows: 1 },
        { entity: "stands", field: "purchase_id", parent: "purchases", rows: 2 },
      ]);
    }
  }
});

Deno.test("checkFiles() reads a parent in the same order about once", async () => {
  const batch = toyBatch(0, 500);
  let parents = 0;
  async function* read({ name }: { name: string }) {
    for (const row of batch[name]!) {
      if (name === "buyers") parents++;
      yield [row];
    }
  }
  await checkFiles(toyEntities, read, 20);
  assert.ok(parents <= 3 * 500, `${parents} parents read: once for itself, once for each of two children`);
});

Deno.test("ConsoleSink shows the first records, how many more there are, and a summary", async () => {
  const lines: string[] = [];
  const sink = takingRows(new ConsoleSink(toyEntities, (line) => lines.push(line), { limit: 1, pretty: false }));
  await sink.begin(toyManifest(2), "create");
  await writeToy(sink, 0, 2);
  await sink.finish(toyManifest(2), toyProgress(2));
  const rule = "=".repeat(60);
  assert.deepEqual(lines.slice(0, 6), [
    rule,
    "buyers (2 records)",
    rule,
    `{"buyer_id":"${toyId(1, 0)}","name":"Buyer 0","email":"buyer0@example.com",` +
    '"address":{"street":"Rua 0","city":"São Paulo"},"level":"GOLD","credit":"-0.05","since":"1969-12-29"}',
    "... and 1 more",
    "",
  ]);
  assert.deepEqual(lines.slice(-6), [rule, "Summary", rule, "buyers     2", "purchases  6", "stands     4"]);
  assert.deepEqual(await sink.counts(), { buyers: 2, purchases: 6, stands: 4 });
});

Deno.test("ConsoleSink shows records indented unless told otherwise", async () => {
  const lines: string[] = [];
  const sink = takingRows(new ConsoleSink(toyEntities, (line) => lines.push(line)));
  await sink.begin(toyManifest(1), "create");
  await sink.write({ stands: toyBatch(0, 1)["stands"]! });
  await sink.finish(toyManifest(1), toyProgress(1));
  assert.equal(lines[3], `{\n  "buyer_id": "${toyId(1, 0)}",\n  "purchase_id": null,\n  "value": "0.00"\n}`);
});

Deno.test("jsonLinesWriter() writes one record a line into a directory that it makes", () =>
  inFolder(async (folder) => {
    const path = join(folder, "new", "records.jsonl");
    const writer = await jsonLinesWriter<{ n: number }>(path);
    await writer.write({ n: 1 });
    await writer.write({ n: 2 });
    await writer.close();
    await writer.close();
    assert.equal(await Deno.readTextFile(path), '{"n":1}\n{"n":2}\n');
    await reject(jsonLinesWriter(folder), SinkError, /^Cannot open json:.*: it is a directory$/);
  }));
