/** The order in which `load` calls its sinks, on sinks that only write down what they are asked. */

import assert from "node:assert/strict";
import { bankDomain } from "../../src/domains/bank/domain.ts";
import { bankEntities } from "../../src/domains/bank/entities/mod.ts";
import type { Entity } from "../../src/model/entity.ts";
import type { EncodedBatch, EncoderDescription } from "../../src/ports/encoder.ts";
import type { Manifest, Progress } from "../../src/ports/manifest.ts";
import { type BeginMode, type Sink, SinkError, TargetError, type TargetState } from "../../src/ports/sink.ts";
import { BLOCK_UNITS, load, type LoadRequest } from "../../src/run/load.ts";
import { bankOptions } from "../../src/domains/bank/options.ts";

const MASTERS = bankEntities.filter(({ role }) => role === "master");
const EVENTS = bankEntities.filter(({ role }) => role === "event");

/** A sink that keeps counts, and tells in `log` what it was asked, under its name. */
class NotedSink implements Sink {
  readonly target: string;
  readonly placeOption = "shelf";
  readonly durable = true;
  readonly entities: readonly Entity[];
  readonly appends: boolean;
  readonly stages = { finish: "finishing", validate: "counting" };
  readonly visibility: Sink["visibility"];
  state: TargetState = { kind: "empty" };
  counted: Record<string, number> = {};
  /** What stands there when others were stopped, where they can be. */
  fence?: (manifest: Manifest, mode: BeginMode) => Promise<TargetState>;
  /** Raised by the commit that reaches so many customers. */
  fails: { readonly at: number; readonly error: Error } | undefined;
  /** Raised by `close`. */
  closeFails: Error | undefined;
  closed = false;
  readonly #log: string[];
  #manifest: Manifest | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(target: string, entities: readonly Entity[], log: string[], appends = false) {
    this.target = target;
    this.entities = entities;
    this.appends = appends;
    this.#log = log;
    this.visibility = appends ? "at once" : "at commit";
  }

  inspect(): Promise<TargetState> {
    return Promise.resolve(this.state);
  }

  async begin(manifest: Manifest, mode: BeginMode): Promise<EncoderDescription> {
    this.#manifest = manifest;
    if (mode === "resend" || mode === "replace") this.counted = {};
    await this.#note(`begin ${mode}`);
    return { format: "lines", entities: this.entities };
  }

  /** Notes only the first of several in a row, where rows show at once. */
  async write({ counts }: EncodedBatch): Promise<void> {
    for (const [name, count] of Object.entries(counts)) this.counted[name] = (this.counted[name] ?? 0) + count;
    if (this.visibility === "at once" && !this.#log.at(-1)?.endsWith("write")) await this.#note("write");
  }

  async commit(progress: Progress): Promise<void> {
    await this.#next(async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (progress.units === this.fails?.at) throw this.fails.error;
      this.state = { kind: "partial", manifest: this.#manifest!, progress };
      await this.#note(`commit ${progress.units}`);
    });
  }

  finish(manifest: Manifest, progress: Progress): Promise<void> {
    this.state = { kind: "complete", manifest, progress };
    return this.#note("finish");
  }

  counts(): Promise<Record<string, number>> {
    return Promise.resolve(this.counted);
  }

  brokenReferences(): Promise<[]> {
    return Promise.resolve([]);
  }

  bytes(): Promise<number> {
    return Promise.resolve(1);
  }

  // deno-lint-ignore require-await
  async close(): Promise<void> {
    this.closed = true;
    if (this.closeFails !== undefined) throw this.closeFails;
  }

  /** As the port asks: what is begun later comes later, and not at all after an error. */
  async #next(work: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(work);
    await this.#work;
  }

  #note(what: string): Promise<void> {
    this.#log.push(`${this.target} ${what}`);
    return Promise.resolve();
  }
}

function request(customers: number, more: Partial<LoadRequest> = {}): LoadRequest {
  const { asOf } = bankOptions({ asOf: "2026-07-01" });
  return {
    domain: bankDomain,
    units: customers,
    seed: 42,
    asOf,
    days: 5,
    truncate: false,
    now: asOf,
    version: "0.1.0",
    ...more,
  };
}

function pair(): { log: string[]; tables: NotedSink; topics: NotedSink } {
  const log: string[] = [];
  return { log, tables: new NotedSink("tables", MASTERS, log), topics: new NotedSink("topics", EVENTS, log, true) };
}

Deno.test("load() commits a block's masters before its events are written", async () => {
  const { log, tables, topics } = pair();
  const report = await load(request(BLOCK_UNITS * 2 + 3), [topics, tables]);
  assert.ok(report.ok);
  assert.deepEqual(log.filter((line) => !line.startsWith("topics commit")), [
    "topics begin create",
    "tables begin create",
    "tables commit 256",
    "topics write",
    "tables commit 512",
    "topics write",
    "tables commit 515",
    "topics write",
    "tables finish",
    "topics finish",
  ]);
  assert.equal(log.at(-3), "topics commit 515");
});

Deno.test("load() lets no event out whose masters could not be committed", async () => {
  const { log, tables, topics } = pair();
  const error = new SinkError("Cannot write to tables: the disk is full", { sink: "tables", retriable: true });
  tables.fails = { at: 512, error };
  await assert.rejects(load(request(BLOCK_UNITS * 4), [topics, tables]), error);
  assert.deepEqual(log.filter((line) => line.endsWith("write")), ["topics write"]);
});

Deno.test("load() stops other writers only when no target refuses the run, and goes on where they got to", async () => {
  const { log, tables, topics } = pair();
  await load(request(BLOCK_UNITS * 2), [topics]);
  const complete = topics.state;
  const progress = { units: BLOCK_UNITS, rows: { transactions: 5 } };
  topics.fence = (_, mode) => {
    log.push(`topics fence ${mode}`);
    return Promise.resolve({ ...complete, kind: "partial", progress });
  };
  topics.state = { ...complete, kind: "partial", progress: { units: 0, rows: {} } };
  log.length = 0;
  await assert.rejects(load(request(BLOCK_UNITS * 2, { seed: 7 }), [topics]), TargetError);
  tables.state = { ...complete, kind: "complete" }; // of other entities
  await assert.rejects(load(request(BLOCK_UNITS * 2), [topics, tables]), TargetError);
  assert.equal(log.join(), "");
  topics.counted = { transactions: 5 };
  const report = await load(request(BLOCK_UNITS * 2), [topics]);
  assert.deepEqual(log.slice(0, 2), ["topics fence resume", "topics begin resume"]);
  assert.equal(log.filter((line) => line.endsWith("write")).length, 1);
  assert.equal(report.targets[0]!.rows["transactions"]! - report.targets[0]!.written["transactions"]!, 5);
});

Deno.test("load() compares a run again with what stands there when other writers are stopped", async () => {
  const { log, topics } = pair();
  await load(request(10, { seed: 7 }), [topics]);
  const other = topics.state;
  topics.fence = () => Promise.resolve(other);
  topics.state = { kind: "empty" };
  log.length = 0;
  await assert.rejects(load(request(10), [topics]), /Cannot load seed 42 into topics: it holds seed 7/);
  assert.equal(log.join(), "");
  const done = await load(request(10, { seed: 7 }), [topics]);
  assert.deepEqual([log, done.targets[0]!.outcome, done.ok], [[], "unchanged", true]);
});

Deno.test("load() gives each target what it takes, and counts what was generated once", async () => {
  const { tables, topics } = pair();
  const report = await load(request(10), [tables, topics]);
  assert.deepEqual(Object.keys(report.targets[0]!.rows), MASTERS.map(({ name }) => name));
  assert.deepEqual(report.targets[1]!.rows, topics.counted);
  assert.equal(report.written, Object.values(report.rows).reduce((sum, rows) => sum + rows, 0));
  assert.deepEqual(report.checks.filter(({ target }) => target === "topics").map(({ name }) => name), [
    ...EVENTS.map(({ name }) => name),
  ]);
  assert.match(report.checks.find(({ name }) => name === "transactions")!.detail, /^\d+ events$/);
});

Deno.test("load() with resend writes a complete run once more, only where rows can be appended", async () => {
  const { log, tables, topics } = pair();
  await load(request(10), [tables, topics]);
  log.length = 0;
  const again = await load(request(10), [tables, topics]);
  assert.deepEqual([log, again.targets.map(({ outcome }) => outcome)], [[], ["unchanged", "unchanged"]]);
  const resent = await load(request(10, { resend: true }), [tables, topics]);
  assert.deepEqual(resent.targets.map(({ outcome }) => outcome), ["unchanged", "resent"]);
  assert.deepEqual(log, ["topics begin resend", "topics write", "topics commit 10", "topics finish"]);
});

Deno.test("load() does not go on with what only a later version can: another order, a feed, a shard", async () => {
  const held = { order: "time", until: "2026-08-01T03:00:00.000Z", shard: "2/8" };
  for (const [name, value] of Object.entries(held)) {
    const { topics } = pair();
    await load(request(10), [topics]);
    topics.state = { ...topics.state, manifest: { ...topics.state.manifest!, [name]: value } };
    await assert.rejects(load(request(20), [topics]), {
      message: new RegExp(`^Cannot load ${name} \\S+ into topics: it holds ${name} ${value}$`),
    });
  }
});

Deno.test("load() refuses a target that was made anew since, unless the run is sent again", async () => {
  const { topics } = pair();
  await load(request(10), [topics]);
  const loss = { kind: "recreated", detail: "topic t was made anew since" } as const;
  topics.state = { ...topics.state, kind: "partial", loss };
  await assert.rejects(load(request(10), [topics]), (error) => {
    assert.ok(error instanceof TargetError);
    assert.match(`${error.message}; ${error.hint}`, /^Cannot go on in topics: topic t was made anew since; `resend`/);
    return true;
  });
  const resent = await load(request(20, { resend: true }), [topics]);
  assert.deepEqual([resent.ok, resent.manifest.intervals], [true, [{ from: 0, to: 20 }]]);
});

Deno.test("load() writes nothing where a target holds rows of no run, and replaces none, unless they are to stay", async () => {
  const { log, tables, topics } = pair();
  topics.state = { kind: "empty", unmarked: "topic t holds records" };
  for (const truncate of [false, true]) {
    await assert.rejects(load(request(10, { truncate }), [tables, topics]), (error) => {
      assert.ok(error instanceof TargetError);
      assert.match(
        `${error.message}; ${error.hint}`,
        /^Cannot load into topics: topic t holds records; another `shelf`/,
      );
      return true;
    });
  }
  assert.deepEqual(log, []);
  assert.ok((await load(request(10, { resend: true }), [tables, topics])).ok);
  assert.deepEqual(log.filter((line) => /begin/.test(line)), ["topics begin resend", "tables begin create"]);
});

Deno.test("load() into a target that has lost rows fails its check, even with nothing to do", async () => {
  const { topics } = pair();
  await load(request(10), [topics]);
  topics.state = { ...topics.state, loss: { kind: "expired", detail: "5 records of t are no longer there" } };
  const { ok, checks, targets } = await load(request(10), [topics]);
  assert.deepEqual([ok, targets[0]!.outcome, targets[0]!.loss], [false, "expired", topics.state.loss!.detail]);
  assert.equal(targets[0]!.complete, false);
  assert.deepEqual(checks.filter((check) => !check.ok).map(({ name }) => name), ["kept"]);
});

Deno.test("load() hints at the option of the sink that names another place", async () => {
  const sink = new NotedSink("tables", MASTERS, []);
  await load(request(10), [sink]);
  await assert.rejects(
    load(request(10, { seed: 7 }), [sink]),
    (error) => error instanceof TargetError && error.hint.endsWith("; another `shelf` leaves it alone"),
  );
});

Deno.test("load() of fewer customers writes nothing where all targets have them, and is refused where one lacks them", async () => {
  const { log, tables, topics } = pair();
  await load(request(10), [topics]);
  await assert.rejects(load(request(5), [tables, topics]), {
    message: "Cannot load 5 customers into topics: it holds 10",
    hint: /^ask for 10 or more; `truncate` replaces/,
  });
  assert.ok(!log.some((line) => /^tables /.test(line)), "nothing was begun");
  await load(request(10), [tables, topics]);
  log.length = 0;
  const { targets, ok } = await load(request(5), [tables, topics]);
  assert.deepEqual([targets.map(({ outcome }) => outcome), ok, log], [["unchanged", "unchanged"], true, []]);
  await assert.rejects(
    load(request(5, { resend: true }), [topics]),
    /Cannot load 5 customers into topics: it holds 10$/,
  );
});

Deno.test("load() refuses to go on with other entities than a target was begun with", async () => {
  const { tables } = pair();
  await load(request(10), [tables]);
  const wider = new NotedSink("tables", bankEntities.slice(0, -1), []);
  wider.state = tables.state;
  await assert.rejects(load(request(10), [wider]), {
    message: `Cannot load ${EVENTS.map(({ name }) => name).join(", ")} into tables: its run was begun without them`,
  });
  const narrower = new NotedSink("tables", MASTERS.slice(1), []);
  narrower.state = tables.state;
  await assert.rejects(load(request(10), [narrower]), {
    message: `Cannot leave ${MASTERS[0]!.name} out of tables: its run was begun with them`,
  });
});

Deno.test("load() throws the error of a target, not that of closing it, and closes the other targets too", async () => {
  const { tables, topics } = pair();
  tables.fails = { at: 256, error: new SinkError("the first", { sink: "tables", retriable: true }) };
  tables.closeFails = new Error("cannot close tables");
  topics.closeFails = new Error("cannot close topics");
  await assert.rejects(load(request(300), [tables, topics]), /^SinkError: the first$/);
  assert.deepEqual([tables.closed, topics.closed], [true, true]);
});

Deno.test("load() tells that a target could not be closed where nothing else failed, and closes the others", async () => {
  const { tables, topics } = pair();
  tables.closeFails = new Error("cannot close tables");
  topics.closeFails = new Error("cannot close topics");
  await assert.rejects(load(request(300), [tables, topics]), /^Error: cannot close tables$/);
  assert.deepEqual([tables.closed, topics.closed], [true, true]);
});
