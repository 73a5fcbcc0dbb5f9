/**
 * A load whose worker fails, and that is killed when it is run again, leaves what an undisturbed one leaves; at 20 random
 * moments in each target. Takes some minutes: `deno task test:wide`.
 *
 * @module
 */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { draws } from "../support/draws.ts";
import { folderHashes } from "../support/hashes.ts";
import { clientOf } from "../support/kafka_targets.ts";
import { tableDigests } from "../support/postgres_reader.ts";
import { freshDatabase, freshPrefix, kafka, testsWith } from "../support/services.ts";
import { inFolder } from "../support/toy_shop.ts";

const PROGRAM = fileURLToPath(new URL("../support/toy_program.ts", import.meta.url));
const BUYERS = 6_000;
const MOMENTS = 20;

const test = await testsWith("postgres", "kafka");

/** A place for one load, and what stands there. */
interface Place {
  readonly words: readonly string[];
  left(): Promise<unknown>;
}

const FILES = ["sqlite:a.sqlite", "csv:out", "json:out", "parquet:out"];

for (const target of FILES) {
  Deno.test(`${target}: a worker that fails, then a killed process, at ${MOMENTS} moments`, (context) =>
    killed(context, (work) =>
      inFolder((folder) => {
        const [scheme, name] = target.split(":");
        return work({ words: ["--to", `${scheme}:${folder}/${name}`], left: () => folderHashes(folder) });
      })));
}

test(`PostgreSQL and Kafka: a worker that fails, then a killed process, at ${MOMENTS} moments`, (context) =>
  killed(context, (work) =>
    freshDatabase(async ({ url }) => {
      const { bootstrap } = await kafka();
      const prefix = freshPrefix();
      const servers = ["--postgres-url", url, "--kafka-bootstrap", bootstrap, "--topic-prefix", prefix];
      await work({
        words: [...servers, "--create-topics", "--no-avro", "--postgres-events"],
        async left() {
          const admin = clientOf(bootstrap).admin();
          const records = await admin.readAll(`${prefix}.purchases`, 60_000);
          await admin.close();
          const tables = await tableDigests(url);
          return { events: records.map(({ value }) => new TextDecoder().decode(value)).sort(), tables };
        },
      });
    })));

async function killed(
  context: Deno.TestContext,
  inPlace: (work: (place: Place) => Promise<void>) => Promise<void>,
): Promise<void> {
  let undisturbed: unknown;
  let durationMs = 0;
  await inPlace(async ({ words, left }) => {
    const start = performance.now();
    assert.equal(await run(words), 0);
    durationMs = performance.now() - start;
    undisturbed = await left();
  });
  const draw = draws(20_261_127);
  for (let moment = 0; moment < MOMENTS; moment++) {
    const unit = Math.floor(draw() * BUYERS / 32) * 32;
    const delayMs = Math.floor(draw() * durationMs);
    await context.step(
      `a worker fails at unit ${unit}, the process is killed after ${delayMs} ms`,
      () =>
        inPlace(async ({ words, left }) => {
          assert.equal(await run(words, { worker: `faulty_worker.ts#throws@${unit}` }), 1);
          const status = await run(words, { killedAfterMs: delayMs });
          assert.ok(status === 137 || status === 0, `status ${status}`);
          assert.equal(await run(words), 0);
          assert.deepEqual(await left(), undisturbed);
        }),
    );
  }
}

/** Loads with two workers; gives the exit status. */
async function run(
  words: readonly string[],
  { worker, killedAfterMs }: { readonly worker?: string; readonly killedAfterMs?: number } = {},
): Promise<number> {
  const load = ["load", "--domain", "toy", "--buyers", `${BUYERS}`, "--workers", "2", "--as-of", "2026-07-01"];
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-prompt", "-A", PROGRAM, ...load, ...words],
    env: worker === undefined ? {} : { DATAGEN_TEST_WORKER: worker },
    stdout: "null",
    stderr: "null",
  }).spawn();
  const timer = killedAfterMs === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killedAfterMs);
  const { code } = await child.status;
  clearTimeout(timer);
  return code;
}
