import assert from "node:assert/strict";
import { lossOf } from "../../src/adapters/kafka/run/loss.ts";
import {
  endOf,
  forgetProgress,
  isComplete,
  madeRecord,
  type MarkRecord,
  parseMarks,
  type ProgressMark,
  progressOf,
  progressRecord,
  type RunMark,
  runRecord,
} from "../../src/adapters/kafka/run/marks.ts";
import type { ReadRecord } from "../../src/ports/kafka.ts";
import { toyManifest } from "../support/toy_shop.ts";

const run: RunMark = {
  format: 2,
  manifest: toyManifest(100),
  payload: { encoding: "json", cloudEvents: true },
  guarantee: "exactly-once",
  attempt: 2,
  start: { purchases: [5, 0] },
  subjects: [],
  otherSubjects: [],
};

function progress(changes: Partial<ProgressMark> = {}): ProgressMark {
  return {
    from: 0,
    units: 40,
    rows: { purchases: 120 },
    bytes: 1000,
    end: { purchases: [65, 60] },
    complete: true,
    attempt: 2,
    ...changes,
  };
}

function read(...records: MarkRecord[]): ReadRecord[] {
  return records.map(({ key, value }, offset) => ({
    partition: 0,
    offset,
    key,
    value: value === undefined ? undefined : new TextEncoder().encode(value),
  }));
}

const second = progress({ from: 40, units: 100, rows: { purchases: 180 }, end: { purchases: [155, 150] } });

Deno.test("parseMarks() gives the newest value of each key, in the order of customers", () => {
  const marks = parseMarks(read(
    runRecord(run),
    progressRecord(second),
    progressRecord(progress({ units: 20, complete: false })),
    progressRecord(progress()),
  ));
  assert.deepEqual(marks.progress, [progress(), second]);
  assert.deepEqual(progressOf(marks), { units: 100, rows: { purchases: 300 } });
  assert.ok(isComplete(marks));
});

Deno.test("parseMarks() leaves out progress that was deleted or belongs to an earlier attempt", () => {
  const earlier = { key: "progress/0/0-of-1", value: JSON.stringify(progress({ attempt: 1 })) };
  const marks = parseMarks(read(
    runRecord(run),
    earlier,
    progressRecord(second),
    ...forgetProgress({
      progress: [],
      made: [],
      keys: ["run", "progress/40/2/0-of-1"],
    }),
  ));
  assert.deepEqual([marks.progress, marks.keys], [[], ["run", "progress/0/0-of-1"]]);
});

Deno.test("parseMarks() reads and forgets progress under the keys of earlier versions", () => {
  const old = { key: "progress/0/0-of-1", value: JSON.stringify(progress({ units: 20, complete: false })) };
  const marks = parseMarks(read(runRecord(run), old));
  assert.equal(progressOf(marks).units, 20);
  const goneOn = parseMarks(read(
    runRecord({ ...run, writers: ["b"] }),
    old,
    progressRecord(progress({ writer: "b" })),
  ));
  assert.deepEqual(goneOn.progress, [progress({ writer: "b" })]);
  assert.deepEqual(forgetProgress(goneOn), [{ key: "progress/0/0-of-1" }, { key: "progress/0/2/b" }]);
});

Deno.test("parseMarks() takes no progress of a writer that the run does not name, whenever it was written", () => {
  const stale = progressRecord(progress({ writer: "a", units: 70 }));
  const own = progressRecord(progress({ writer: "c" }));
  const named = (...writers: string[]) => runRecord({ ...run, writers });
  assert.deepEqual(parseMarks(read(named("c"), own, stale)).progress, [progress({ writer: "c" })]);
  const earlier = progressRecord(progress({ writer: "c", attempt: 1 }));
  assert.deepEqual(parseMarks(read(named("c"), own, earlier)).progress, [progress({ writer: "c" })]);
  assert.equal(progressOf(parseMarks(read(named("a", "c"), stale, own))).units, 70);
});

Deno.test("parseMarks() refuses what datagen did not write, and marks of a later version", () => {
  const later = { key: "run", value: JSON.stringify({ ...run, format: 3 }) };
  assert.throws(() => parseMarks(read(later)), /later version/);
  for (const value of ["{", "null", "7", '"text"', "{}"]) {
    assert.throws(() => parseMarks(read({ key: "run", value })), /did not write/, value);
  }
  assert.throws(() => parseMarks(read({ key: "orders", value: "{}" })), /did not write/);
});

Deno.test("parseMarks() reads the topics that were made where nothing was loaded", () => {
  const marks = parseMarks(read(madeRecord(["b", "a", "b"])));
  assert.deepEqual([marks.run, marks.made], [undefined, ["a", "b"]]);
});

Deno.test("parseMarks() finds no run where only its progress is left", () => {
  const marks = parseMarks(read(progressRecord(progress())));
  assert.deepEqual([marks.run, marks.progress, marks.keys], [undefined, [], ["progress/0/2/0-of-1"]]);
});

Deno.test("isComplete() wants every mark complete and all customers of the manifest", () => {
  const marks = (...progress: ProgressMark[]) => ({ run, progress, made: [], keys: [] });
  assert.ok(isComplete(marks(progress(), second)));
  for (const some of [[], [progress()], [progress({ complete: false }), second], [{ ...second, complete: false }]]) {
    assert.equal(isComplete(marks(...some)), false);
  }
});

Deno.test("endOf() takes the furthest end of each partition, the start where nothing was written", () => {
  assert.deepEqual(endOf(run, [second, progress()]), { purchases: [155, 150] });
  assert.deepEqual(endOf(run, []), { purchases: [5, 0] });
  assert.deepEqual(endOf(run, [progress({ end: { purchases: [65, 60, 7] } })]), { purchases: [65, 60, 7] });
});

Deno.test("lossOf() finds nothing where partitions have grown and lost only what was there before the run", () => {
  assert.equal(lossOf(run, [progress()], held([5, 900], [0, 61])), undefined);
});

Deno.test("lossOf() tells topics that are gone, shorter, or have fewer partitions as recreated", () => {
  for (const state of [new Map(), held([0, 64], [0, 60]), held([0, 65])]) {
    assert.equal(lossOf(run, [progress()], state)?.kind, "recreated");
  }
  assert.equal(lossOf(run, [progress()], held([0, 65]))!.detail, "topic purchases has 1 partition, it had 2");
});

Deno.test("lossOf() counts the offsets between a run's start and the oldest record, not beyond its end", () => {
  assert.deepEqual(lossOf(run, [progress()], held([25, 90], [0, 60])), {
    kind: "expired",
    detail: "about 20 records of topic purchases were deleted",
  });
  assert.match(lossOf(run, [progress()], held([500, 500], [500, 500]))!.detail, /about 120 records/);
});

function held(...marks: [low: number, high: number][]) {
  return new Map([["purchases", marks.map(([low, high]) => ({ low, high }))]]);
}
