/** What every sink that keeps what it gets promises, whatever is behind it: one suite for all of them. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { CsvSink, JsonSink, ParquetSink, type Sink, SqliteSink } from "../../sinks.ts";
import { PostgresSink, resolveConnection } from "../../servers.ts";
import type { Progress } from "../../src/ports/manifest.ts";
import { SinkError, TargetError } from "../../src/ports/sink.ts";
import { load } from "../../src/run/load.ts";
import { folderHashes } from "../support/hashes.ts";
import { parquetRows } from "../support/parquet_rows.ts";
import { clientOf, kafkaSink } from "../support/kafka_targets.ts";
import { tableDigests } from "../support/postgres_reader.ts";
import { type RowSink, takingRows } from "../support/row_sink.ts";
import { type DefineTest, freshDatabase, freshPrefix, kafka, testsWith } from "../support/services.ts";
import { toyDomain } from "../support/toy_domain.ts";
import {
  beginToy,
  inFolder,
  killedWriter,
  runToy,
  toyBatch,
  toyEntities,
  toyManifest,
  toyProgress,
  writeToy,
} from "../support/toy_shop.ts";

/** Where one target is. */
interface Place {
  /** As `killedWriter` takes it. */
  readonly target: string;
  /** Makes a sink; it is closed at the end of the test. */
  sink(entities?: Sink["entities"]): Sink;
  /** What another reader finds there. */
  held(): Promise<unknown>;
}

/** A kind of target. */
interface Kind {
  readonly name: string;
  readonly test: DefineTest;
  /** What becomes of two writers: the second is refused, or takes the place of the first. */
  readonly second: "refused" | "takes over";
  /** Names of the entities of the toy shop that it takes. */
  readonly takes: readonly string[];
  inPlace(use: (place: Place) => Promise<void>): Promise<void>;
}

const ALL = toyEntities.map(({ name }) => name);

function inFiles(
  name: string,
  file: string,
  make: (path: string, entities: Sink["entities"]) => Sink,
  held: (folder: string) => Promise<unknown> = folderHashes,
): Kind {
  return {
    name,
    test: Deno.test,
    second: "refused",
    takes: ALL,
    inPlace: (use) =>
      inFolder((folder) => {
        const path = join(folder, file);
        return use({
          target: `${name}:${path}`,
          sink: (entities = toyEntities) => make(path, entities),
          held: () => held(folder),
        });
      }),
  };
}

const KINDS: readonly Kind[] = [
  inFiles("sqlite", "a.sqlite", (path, entities) => new SqliteSink(path, entities)),
  inFiles("csv", "out", (path, entities) => new CsvSink(path, entities)),
  inFiles("json", "out", (path, entities) => new JsonSink(path, entities)),
  inFiles("jsonl", "out", (path, entities) => new JsonSink(path, entities, "lines")),
  inFiles("parquet", "out", (path, entities) => new ParquetSink(path, entities, 16), parquetRows),
  ...await Promise.all((["postgres", "postgres15"] as const).map(async (server): Promise<Kind> => ({
    name: server,
    test: await testsWith(server),
    second: "refused",
    takes: ALL,
    inPlace: (use) =>
      freshDatabase(({ url }) =>
        use({
          target: url,
          sink: (entities = toyEntities) => new PostgresSink(resolveConnection(url, () => undefined), entities),
          held: () => tableDigests(url),
        }), server),
  }))),
  {
    name: "kafka",
    test: await testsWith("kafka"),
    second: "takes over",
    takes: ["purchases"],
    async inPlace(use) {
      const { bootstrap } = await kafka();
      const prefix = freshPrefix();
      await use({
        target: `kafka:${bootstrap}/${prefix}`,
        sink: (entities = toyEntities) =>
          kafkaSink(entities, { brokers: bootstrap, client: clientOf(bootstrap), prefix }),
        async held() {
          const admin = clientOf(bootstrap).admin();
          const records = await admin.readAll(`${prefix}.purchases`, 30_000);
          await admin.close();
          return records.map(({ key, value }) => [key, new TextDecoder().decode(value)].join()).sort();
        },
      });
    },
  },
];

async function finish(sink: RowSink, buyers: number): Promise<void> {
  await sink.finish(toyManifest(buyers), toyProgress(buyers));
  await sink.close();
}

for (const { name, test, second, takes, inPlace } of KINDS) {
  /** Runs a test at a fresh place; its sinks are closed at the end. */
  const conforms = (what: string, work: (place: Place, open: () => RowSink) => Promise<void>) =>
    test(`${name}: ${what}`, () =>
      inPlace(async (place) => {
        const opened: RowSink[] = [];
        const open = () => {
          const sink = takingRows(place.sink());
          opened.push(sink);
          return sink;
        };
        try {
          await work(place, open);
        } finally {
          for (const sink of opened) await sink.close();
        }
      }));

  /** What a place holds after an undisturbed run. */
  const whole = async (buyers: number, seed = 42) => {
    let held: unknown;
    await inPlace(async (place) => {
      const sink = takingRows(place.sink());
      await runToy(sink, "create", 0, buyers, seed);
      held = await place.held();
    });
    return held;
  };

  /** The rows of a mark that this kind takes. */
  const taken = ({ rows }: Progress) => Object.fromEntries(takes.map((entity) => [entity, rows[entity]]));

  const progressIn = async (sink: RowSink) => {
    const { kind, progress } = await sink.inspect();
    return [kind, progress?.units, progress && taken(progress)];
  };

  conforms("a run that was created is complete, counted, without broken references", async (_, open) => {
    const sink = open();
    assert.deepEqual(await sink.inspect(), { kind: "empty" });
    await beginToy(sink, "create", 25);
    await writeToy(sink, 0, 25);
    await sink.finish(toyManifest(25), toyProgress(25));
    assert.deepEqual(await sink.counts(), taken(toyProgress(25)));
    assert.deepEqual(await sink.brokenReferences(), []);
    assert.ok(await sink.bytes() > 1000);
    await sink.close();
    await sink.close();
    const { kind, manifest, loss, replacing } = await open().inspect();
    assert.deepEqual([kind, loss, replacing], ["complete", undefined, undefined]);
    assert.equal(JSON.stringify(manifest), JSON.stringify(toyManifest(25)));
  });

  conforms(
    "what was not committed is left out, and the run goes on to what an undisturbed one holds",
    async (place, open) => {
      const cut = open();
      await beginToy(cut, "create", 50);
      await writeToy(cut, 0, 20);
      await cut.write(toyBatch(20, 30));
      await cut.close();
      const sink = open();
      assert.deepEqual(await progressIn(sink), ["partial", 20, taken(toyProgress(20))]);
      await runToy(sink, "resume", 20, 50);
      assert.deepEqual(await place.held(), await whole(50));
    },
  );

  conforms("a run whose process was killed goes on from its last commit", async (place, open) => {
    await killedWriter(place.target);
    const sink = open();
    assert.deepEqual(await progressIn(sink), ["partial", 20, taken(toyProgress(20))]);
    await runToy(sink, "resume", 20, 50);
    assert.deepEqual(await place.held(), await whole(50));
  });

  conforms("what is written while a commit is under way belongs to the next one", async (place, open) => {
    const cut = open();
    await beginToy(cut, "create", 40);
    const commits: Promise<void>[] = [];
    for (const at of [0, 10, 20]) {
      await cut.write(toyBatch(at, at + 10));
      await commits.at(-1);
      commits.push(cut.commit(toyProgress(at + 10)));
    }
    await cut.write(toyBatch(30, 40));
    await Promise.all(commits);
    await cut.close();
    const sink = open();
    assert.deepEqual(await progressIn(sink), ["partial", 30, taken(toyProgress(30))]);
    await runToy(sink, "resume", 30, 40);
    assert.deepEqual(await place.held(), await whole(40));
  });

  conforms("an extended run, interrupted once, holds what a fresh one holds", async (place, open) => {
    const first = open();
    await runToy(first, "create", 0, 15);
    const cut = open();
    await beginToy(cut, "extend", 40);
    await writeToy(cut, 15, 25);
    await cut.close();
    const sink = open();
    assert.deepEqual(await progressIn(sink), ["partial", 25, taken(toyProgress(25))]);
    await runToy(sink, "resume", 25, 40);
    assert.deepEqual(await place.held(), await whole(40));
    assert.equal((await open().inspect()).kind, "complete");
  });

  conforms("a run that was replaced by a smaller one leaves nothing", async (place, open) => {
    const first = open();
    await runToy(first, "create", 0, 30);
    const sink = open();
    await runToy(sink, "replace", 0, 10, 7);
    assert.deepEqual(await place.held(), await whole(10, 7));
    assert.equal((await open().inspect()).manifest?.seed, 7);
  });

  conforms("a mode that does not fit what stands there is refused, and changes nothing", async (place, open) => {
    for (const mode of ["resume", "extend"] as const) {
      await assert.rejects(beginToy(open(), mode, 10), (error) => error instanceof TargetError && error.hint !== "");
    }
    const sink = open();
    assert.deepEqual(await sink.inspect(), { kind: "empty" });
    await runToy(sink, "create", 0, 10);
    const held = await place.held();
    const second = open();
    await assert.rejects(beginToy(second, "create", 10), TargetError);
    await second.close();
    assert.deepEqual(await place.held(), held);
    assert.equal((await open().inspect()).kind, "complete");
  });

  conforms("load() refuses another run, and leaves the one that is there", async (place, open) => {
    const request = { domain: toyDomain, units: 40, seed: 1, truncate: false, now: Date.UTC(2026, 6, 1), version: "0" };
    const entities = toyDomain.entities;
    await load(request, [place.sink(entities)]);
    const held = await place.held();
    for (const other of [{ seed: 2 }, { days: 9 }, { volumes: { more_credit: 3 } }]) {
      await assert.rejects(load({ ...request, ...other }, [place.sink(entities)]), TargetError);
    }
    assert.deepEqual(await place.held(), held);
    assert.equal((await open().inspect()).kind, "complete");
  });

  conforms(`of two writers the second ${second === "refused" ? "is refused" : "takes over"}`, async (place, open) => {
    const first = open();
    await beginToy(first, "create", 30);
    await writeToy(first, 0, 10);
    const other = open();
    if (second === "refused") {
      for (const mode of ["resume", "replace"] as const) await assert.rejects(beginToy(other, mode, 30), TargetError);
      await writeToy(first, 10, 30);
      await finish(first, 30);
    } else {
      await beginToy(other, "resume", 30);
      await assert.rejects(writeToy(first, 10, 20), SinkError);
      await first.close();
      await writeToy(other, 10, 30);
      await finish(other, 30);
    }
    assert.deepEqual(await place.held(), await whole(30));
  });
}
