/** Loads whose batches are made by other threads. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { CsvSink, JsonSink, ParquetSink, type Sink, SqliteSink } from "../../sinks.ts";
import { WorkerBatches } from "../../src/adapters/workers/worker_batches.ts";
import { workerCount } from "../../src/cli/settings/workers.ts";
import { bankDomain } from "../../src/domains/bank/domain.ts";
import { bankOptions } from "../../src/domains/bank/options.ts";
import type { BatchesDescription, BatchJob } from "../../src/ports/batches.ts";
import type { Domain } from "../../src/ports/domain.ts";
import { load, type LoadHooks, type LoadRequest } from "../../src/run/load.ts";
import { folderHashes } from "../support/hashes.ts";
import { toyDomain } from "../support/toy_domain.ts";
import { inFolder } from "../support/toy_shop.ts";

const BANK_WORKER = new URL("../../src/cli/worker.ts", import.meta.url);
const TOY_WORKER = new URL("../support/toy_worker.ts", import.meta.url);
const FAULTY_WORKER = new URL("../support/faulty_worker.ts", import.meta.url);

function workers(count: number, module: URL, bytes?: number): NonNullable<LoadHooks["open"]> {
  return (_, description) =>
    new WorkerBatches(description, { workers: count, module, ...(bytes === undefined ? {} : { bytes }) });
}

function request(domain: Domain, units: number): LoadRequest {
  const { asOf } = bankOptions({ asOf: "2026-07-01" });
  return { domain, units, seed: 42, asOf, days: 30, truncate: false, now: asOf, version: "0.1.0" };
}

function sinksIn(folder: string, { entities }: Domain): Sink[] {
  Deno.mkdirSync(folder, { recursive: true });
  return [
    new SqliteSink(join(folder, "a.sqlite"), entities),
    new CsvSink(join(folder, "csv"), entities),
    new JsonSink(join(folder, "json"), entities),
    new ParquetSink(join(folder, "parquet"), entities, 500),
  ];
}

for (const [domain, units, module] of [[bankDomain, 300, BANK_WORKER], [toyDomain, 900, TOY_WORKER]] as const) {
  Deno.test(`load() of the domain ${domain.name} gives the same bytes with 1, 2 and 3 workers as without`, () =>
    inFolder(async (folder) => {
      await load(request(domain, units), sinksIn(join(folder, "own"), domain));
      const own = await folderHashes(join(folder, "own"));
      for (const count of [1, 2, 3]) {
        const place = join(folder, `${count}`);
        const { ok } = await load(request(domain, units), sinksIn(place, domain), { open: workers(count, module) });
        assert.ok(ok);
        assert.deepEqual(await folderHashes(place), own);
      }
    }));
}

Deno.test("load() with workers stops after a block, and goes on with any number of them", () =>
  inFolder(async (folder) => {
    await load(request(toyDomain, 900), sinksIn(join(folder, "own"), toyDomain));
    const place = join(folder, "stopped");
    const controller = new AbortController();
    const stopped = await load(request(toyDomain, 900), sinksIn(place, toyDomain), {
      open: workers(2, TOY_WORKER),
      signal: controller.signal,
      progress: ({ units }) => void (units >= 300 && controller.abort()),
    });
    assert.deepEqual([stopped.interrupted, stopped.targets.map(({ rows }) => rows["buyers"])], [true, [
      512,
      512,
      512,
      512,
    ]]);
    await load(request(toyDomain, 900), sinksIn(place, toyDomain), { open: workers(3, TOY_WORKER) });
    assert.deepEqual(await folderHashes(place), await folderHashes(join(folder, "own")));
  }));

for (
  const [fault, error] of [["throws", /^RangeError: the shop is closed$/], [
    "reads",
    /^NotCapable: Requires read/,
  ]] as const
) {
  Deno.test(`load() ends with the error of a worker that ${fault}, and goes on after what was committed`, () =>
    inFolder(async (folder) => {
      await load(request(toyDomain, 900), sinksIn(join(folder, "own"), toyDomain));
      const place = join(folder, "failed");
      const module = new URL(`#${fault}@320`, FAULTY_WORKER);
      const failed = load(request(toyDomain, 900), sinksIn(place, toyDomain), { open: workers(2, module) });
      await assert.rejects(failed, error);
      const { targets } = await load(request(toyDomain, 900), sinksIn(place, toyDomain));
      assert.deepEqual(targets.map(({ outcome }) => outcome), ["resumed", "resumed", "resumed", "resumed"]);
      assert.deepEqual(await folderHashes(place), await folderHashes(join(folder, "own")));
    }));
}

Deno.test("load() tells that a worker has no module", () =>
  inFolder(async (folder) => {
    const missing = new URL("../support/no_such_worker.ts", import.meta.url);
    const failed = load(request(toyDomain, 900), sinksIn(folder, toyDomain), { open: workers(1, missing) });
    await assert.rejects(failed, /^Error: A worker has failed: (Module not found|Type checking failed)/);
  }));

Deno.test("WorkerBatches makes no more ahead than the memory that it may take", async () => {
  const description: BatchesDescription = {
    domain: "toy",
    options: { seed: 1, asOf: Date.UTC(2026, 6, 1), epoch: 20_454, days: 30, volumes: { more_credit: 0 } },
    encoders: [{ format: "lines", entities: toyDomain.entities }],
  };
  for (const [bytes, most] of [[1, 2], [64 << 20, 5]] as const) {
    let taken = 0;
    const jobs: Iterator<BatchJob> = {
      next() {
        const from = taken++ * 32;
        return from < 960 ? { value: { from, to: from + 32, encoders: [0] } } : { done: true, value: undefined };
      },
    };
    const source = new WorkerBatches(description, { workers: 2, module: TOY_WORKER, bytes });
    const batches = source.batches(jobs);
    try {
      assert.equal((await batches.next()).value!.job.from, 0);
      await new Promise((resolve) => setTimeout(resolve, 300));
      assert.ok(bytes === 1 ? taken === most : taken >= most, `${taken} jobs taken with ${bytes} bytes`);
      for (let from = 32; from < 960; from += 32) assert.equal((await batches.next()).value!.job.from, from);
      assert.deepEqual(await batches.next(), { done: true, value: undefined });
    } finally {
      source.close();
    }
  }
});

Deno.test("workerCount() leaves one core to the thread that writes, unless another number is asked for", () => {
  const asked = [undefined, 0, 1, 5];
  const counts = (cores: number) => asked.map((workers) => workerCount(workers, cores));
  assert.deepEqual(counts(1), [1, 1, 1, 5]);
  assert.deepEqual(counts(2), [1, 2, 1, 5]);
  assert.deepEqual(counts(6), [5, 6, 1, 5]);
  assert.deepEqual(counts(64), [8, 64, 1, 5]);
});
