/** The pure pieces of the command line. */

import assert from "node:assert/strict";
import { bankDomain } from "../../src/domains/bank/domain.ts";
import { progressLine, ProgressView, type Screen } from "../../src/cli/terminal/progress.ts";
import { columnsOf } from "../../src/cli/terminal/text.ts";
import { assertSnapshot } from "../support/snapshots.ts";
import { duration, grouped, rate, size } from "../../src/cli/terminal/numbers.ts";
import { entitiesNamed } from "../../src/cli/settings/entities.ts";
import { failureOf } from "../../src/cli/failures.ts";
import { parseFlag } from "../../src/cli/parser/flag.ts";
import { failureText, summaryObject, summaryText } from "../../src/cli/terminal/summary.ts";
import { postgresUrl } from "../../src/cli/parser/server_values.ts";
import { nearest, typingErrors } from "../../src/cli/parser/suggest.ts";
import { kindOf } from "../../src/cli/kinds/kinds.ts";
import type { LoadPlan, PlannedTarget } from "../../src/cli/settings/targets.ts";
import type { Target } from "../../src/cli/parser/values.ts";
import type { Entity } from "../../src/model/entity.ts";
import type { LoadReport } from "../../src/run/report.ts";

Deno.test("typingErrors() counts letters added, dropped, replaced and swapped", () => {
  for (
    const [from, to, errors] of [["", "abc", 3], ["seed", "sed", 1], ["laod", "load", 1], [
      "kitten",
      "sitting",
      3,
    ]] as const
  ) {
    assert.equal(typingErrors(from, to), errors, `${from} to ${to}`);
  }
});

Deno.test("nearest() finds what was meant, or nothing", () => {
  const names = ["customers", "seed", "as-of", "days"];
  for (
    const [word, meant] of [["custmers", "customers"], ["cust", "customers"], ["SEED", "seed"], [
      "zzz",
      undefined,
    ]] as const
  ) {
    assert.equal(nearest(word, names), meant, word);
  }
});

Deno.test("numbers are written for people", () => {
  assert.deepEqual([0, 999, 1000, 1234567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
  assert.deepEqual([size(512), size(1_949_000), size(23_400_000_000)], ["512 B", "1.9 MB", "23 GB"]);
  assert.deepEqual([duration(0.414), duration(12.3), duration(200), duration(7500)], [
    "0.41 s",
    "12 s",
    "3 min 20 s",
    "2 h 5 min",
  ]);
  assert.deepEqual([rate(123_456, 1), rate(0, 1), rate(7, 1)], ["123,000", "0", "7"]);
});

const REPORT: LoadReport = {
  manifest: {
    format: 2,
    version: "0.1.0",
    data_version: 1,
    domain: "bank",
    seed: 42,
    epoch: "2025-01-01",
    as_of: "2025-07-01T12:00:00.000Z",
    days: 30,
    units: 1000,
    options: { card_share: 0.5, activity: 1 },
    intervals: [{ from: 0, to: 1000 }],
  },
  units: 1000,
  rows: { customers: 1000, stocks: 42, transactions: 20000 },
  written: 21042,
  seconds: 0.1,
  targets: [{
    target: "csv:my data",
    outcome: "created",
    complete: true,
    rows: {},
    written: {},
    warnings: [],
    seconds: 0.1,
    bytes: 4_000_000,
  }],
  checks: [
    { target: "csv:my data", name: "customers", ok: true, detail: "1000 rows" },
    { target: "csv:my data", name: "transactions", ok: false, detail: "expected 20000, got 19999" },
  ],
  ok: false,
  interrupted: false,
};

function part(target: Target, entities: readonly Entity[]): PlannedTarget {
  return { target, kind: kindOf(target), entities, settings: undefined };
}

const PLAN: LoadPlan = {
  targets: [part({ kind: "csv", path: "my data" }, [])],
  words: ["--to csv:my data"],
  byDefault: false,
};

Deno.test("summaryText() shows every mismatch and how to run the same again", () => {
  assert.equal(
    summaryText(REPORT, PLAN),
    `============================================================
Loaded 1,000 customers in 0.10 s
============================================================
Masters
  customers                      1,000
  stocks                            42
Events
  transactions                  20,000
Total                           21,042
------------------------------------------------------------
21,042 rows written in 0.10 s (210,000 rows/s)
csv:my data: created, 4.0 MB
reproduce: datagen load --customers 1000 --seed 42 --epoch 2025-01-01 --as-of 2025-07-01T12:00:00.000Z --days 30 \
--card-share 0.5 --to "csv:my data"
------------------------------------------------------------
[OK] customers: 1000 rows
[FAIL] transactions: expected 20000, got 19999
Validation: MISMATCHES DETECTED
`,
  );
});

Deno.test("summaryText() draws its rules as wide as a narrow terminal", () => {
  const rules = (columns?: number) => summaryText(REPORT, PLAN, undefined, columns).match(/^[=-]+$/gm);
  assert.deepEqual(rules(40)?.map((rule) => rule.length), [40, 40, 40, 40]);
  assert.deepEqual(rules(200), rules());
});

Deno.test("summaryText() groups rows by server, and tells what delivery they had", () => {
  const [csv] = REPORT.targets;
  const kafka = { ...csv!, target: "kafka://a:9092", guarantee: "exactly once", warnings: ["few partitions"] };
  const report: LoadReport = {
    ...REPORT,
    targets: [{ ...csv!, target: "postgres://b:5432/x" }, { ...kafka, outcome: "unchanged" }],
    checks: [
      { target: "postgres://b:5432/x", name: "customers", ok: true, detail: "1000 rows" },
      { target: "kafka://a:9092", name: "transactions", ok: true, detail: "20000 events" },
    ],
    ok: true,
  };
  const text = summaryText(report, {
    ...PLAN,
    targets: [
      part({ kind: "postgres" }, entitiesNamed(["customers", "stocks"], bankDomain)),
      part({ kind: "kafka" }, entitiesNamed(["transactions"], bankDomain)),
    ],
  });
  assert.match(text, /\nPostgreSQL\n {2}customers .*\n {2}stocks .*\nKafka\n {2}transactions .*\nTotal/);
  assert.match(text, /\nkafka:\/\/a:9092: already complete; --resend sends it again, 4\.0 MB\n/);
  assert.match(text, /\n {2}delivery: exactly once\n {2}warning: few partitions\n/);
  assert.match(text, /\n\[OK\] customers: 1000 rows\n\[OK\] transactions: 20000 events\nValidation: ALL OK\n$/);
});

Deno.test("summaryText() says of one target that it holds the run, and of two that they hold it", () => {
  const csv = { ...REPORT.targets[0]!, outcome: "unchanged" as const };
  const text = (...targets: typeof csv[]) =>
    summaryText({ ...REPORT, targets, checks: [], ok: true }, {
      ...PLAN,
      targets: targets.map(() => PLAN.targets[0]!),
    });
  assert.match(text(csv), /\nNothing to do: csv:my data already holds this run\n/);
  assert.match(
    text(csv, { ...csv, target: "console" }),
    /\nNothing to do: csv:my data, console already hold this run\n/,
  );
});

Deno.test("parseFlag() takes the same value twice, and shows no two that look alike", () => {
  const flag = { long: "url", category: "Other", summary: "", variable: "URL", kind: postgresUrl } as const;
  const parsed = (...passwords: string[]) => parseFlag(flag, passwords.map((word) => `postgres://a:${word}@h/d`));
  assert.equal(parsed("b", "b"), "postgres://a:b@h/d");
  assert.throws(
    () => parsed("b", "b", "c"),
    /^UsageError: Cannot use --url twice: two different addresses were given$/,
  );
});

Deno.test("summaryText() says of a run that has expired what is gone, and never that it is complete or loaded", () => {
  const [csv] = REPORT.targets;
  const loss = "about 120 records of topic t were deleted";
  const kafka = { ...csv!, target: "kafka://a:9092", outcome: "expired", complete: false, loss } as const;
  const checks = [{ target: "kafka://a:9092", name: "kept", ok: false, detail: loss }];
  const both = { ...REPORT, checks, targets: [{ ...csv!, outcome: "unchanged" as const }, kafka] };
  const plan: LoadPlan = { ...PLAN, targets: [...PLAN.targets, part({ kind: "kafka" }, [])] };
  const text = summaryText(both, plan);
  assert.match(text, /\nNothing was loaded: kafka:\/\/a:9092 has lost part of this run\n/);
  assert.ok(
    text.includes(`\nkafka://a:9092: complete once, but since then ${loss}; --resend sends it again, 4.0 MB\n`),
  );
  assert.doesNotMatch(text, /already/);
  const extended = summaryText({ ...both, targets: [csv!, { ...kafka, outcome: "extended" }] }, plan);
  assert.ok(extended.includes(`\nkafka://a:9092: not complete: ${loss}, 4.0 MB\n`));
  assert.match(extended, /\nLoaded 1,000 customers in /);
});

Deno.test("summaryText() says of a run of which not all arrived that it is not there, though it is complete", () => {
  const kafka = { ...REPORT.targets[0]!, target: "kafka://a:9092", outcome: "unchanged" as const };
  const checks = [{ target: "kafka://a:9092", name: "b.trades", ok: false, detail: "expected 5, got 0" }];
  const plan: LoadPlan = { ...PLAN, targets: [part({ kind: "kafka" }, [])] };
  const text = summaryText({ ...REPORT, targets: [kafka], checks }, plan);
  assert.match(text, /\nNothing was loaded: kafka:\/\/a:9092 has lost part of this run\n/);
  assert.match(text, /\nkafka:\/\/a:9092: complete once, but not all of it arrived; --resend sends it again, /);
  assert.match(text, /\n\[FAIL\] b\.trades: expected 5, got 0\n/);
});

Deno.test("failureOf() names the permission that is missing, and all of --allow-ffi for a library without a path", () => {
  for (
    const [kind, place, flag] of [
      ["ffi", "librdkafka.so.1", "--allow-ffi"],
      ["ffi", "/opt/lib/librdkafka.so", "--allow-ffi=/opt/lib/librdkafka.so"],
      ["net", "db:5432", "--allow-net=db:5432"],
    ] as const
  ) {
    const refusal = `Requires ${kind} access to "${place}", run again with the --allow-${kind} flag`;
    assert.equal(failureOf(new Deno.errors.NotCapable(refusal))?.hint, `give deno the permission: ${flag}`);
  }
});

Deno.test("failureText() shows only what failed", () => {
  assert.equal(
    failureText(REPORT),
    "[FAIL] transactions: expected 20000, got 19999\nValidation: MISMATCHES DETECTED\n",
  );
  assert.equal(failureText({ ...REPORT, ok: true }), "");
});

Deno.test("summaryText() of a stopped run says how to go on", () => {
  const text = summaryText({ ...REPORT, interrupted: true, checks: [] }, PLAN);
  assert.match(text, /\nStopped after 0\.10 s: 1,000 customers were asked for\n/);
  assert.match(text, /\nto go on: datagen load --customers 1000 /);
  assert.match(text, /\nValidation: NOT DONE, the run was stopped; what is committed stays\n$/);
});

Deno.test("summaryObject() holds totals and rates", () => {
  const { total_rows, rows_per_second, ok } = summaryObject(REPORT, PLAN);
  assert.deepEqual({ total_rows, rows_per_second, ok }, { total_rows: 21042, rows_per_second: 210420, ok: false });
});

/** A screen that keeps what stays on it, and what was drawn last. */
function screen(redraws: boolean, columns = 100): Screen & { lines: string[]; now: number } {
  return {
    redraws,
    isUnicode: true,
    lines: [],
    now: 0,
    width: () => columns,
    draw(line) {
      this.lines.push(line);
    },
    erase() {
      this.lines.push("");
    },
    write(line) {
      this.lines.push(line);
    },
    nowMs() {
      return this.now;
    },
  };
}

const STEP = { stage: "write", target: "csv:a", units: 0, ofUnits: 1000, rows: 0, seconds: 0 } as const;

Deno.test("ProgressView draws one bar for all targets, of which the slowest counts", () => {
  const terminal = screen(true);
  const view = new ProgressView(["csv:a", "csv:b"], "customers", terminal);
  view.update({ ...STEP, target: "csv:b" });
  terminal.now = 1000;
  view.update({ ...STEP, target: "csv:b", units: 500, rows: 50_000 });
  terminal.now = 1100;
  view.update({ ...STEP, units: 250, rows: 25_000 });
  view.clear();
  assert.deepEqual(terminal.lines, [
    "░░░░░░░░░░░░░░░░░░░░░░░░   0 %  0 of 1,000 customers  0 rows/s  csv:a, csv:b",
    "█████████▌░░░░░░░░░░░░░░  40 %  500 of 1,000 customers  50,000 rows/s  1 s left  csv:a, csv:b",
    "█████████▌░░░░░░░░░░░░░░  40 %  250 of 1,000 customers  45,500 rows/s  2 s left  csv:a, csv:b",
    "",
  ]);
});

Deno.test("ProgressView counts indexes and checks as parts of the run", () => {
  const terminal = screen(true);
  const view = new ProgressView(["csv:a"], "customers", terminal);
  view.update({ ...STEP, units: 1000, rows: 96_000 });
  terminal.now = 800;
  view.update({ ...STEP, stage: "finish", doing: "building indexes", units: 1000, rows: 96_000 });
  terminal.now = 940;
  view.update({ ...STEP, stage: "validate", doing: "checking", units: 1000, rows: 96_000 });
  assert.deepEqual(terminal.lines.slice(1), [
    "███████████████████▏░░░░  80 %  building indexes  96,000 rows  csv:a",
    "██████████████████████▌░  94 %  checking  96,000 rows  1 s left  csv:a",
  ]);
});

Deno.test("ProgressView estimates from what this run did, not from what it found", () => {
  const pipe = screen(false);
  const view = new ProgressView(["csv:a"], "customers", pipe);
  view.update({ ...STEP, units: 400, rows: 10_000 });
  pipe.now = 4000;
  view.update({ ...STEP, units: 600, rows: 40_000 });
  assert.equal(
    pipe.lines[1],
    "███████████▌░░░░░░░░░░░░  48 %  600 of 1,000 customers  10,000 rows/s  13 s left  csv:a",
  );
});

Deno.test("ProgressView leaves out what comes too fast", () => {
  const pipe = screen(false);
  const view = new ProgressView(["csv:a"], "customers", pipe);
  for (let units = 0; units < 100; units++) view.update({ ...STEP, units });
  assert.equal(pipe.lines.length, 1);
});

Deno.test("a line of progress fits any width, and loses what matters least first", async () => {
  const writing = {
    share: 0.4736,
    rows: 454_000,
    unit: "customers",
    units: 5920,
    ofUnits: 10_000,
    rowsPerSecond: "171,000",
    secondsLeft: 32,
    doing: undefined,
    targets: "sqlite:/srv/数据/a-bank-of-some-length.sqlite, csv:out",
  };
  const checking = { ...writing, share: 0.94, doing: "building indexes and checking foreign keys" };
  const lines = [200, 120, 100, 80, 60, 40, 30, 20, 8].flatMap((columns) =>
    [writing, checking].flatMap((step) =>
      [true, false].map((unicode) => {
        const line = progressLine(step, columns - 1, unicode);
        assert.ok(columnsOf(line) < columns, line);
        return `${columns}: ${line}`;
      })
    )
  );
  await assertSnapshot("progress.txt", `${lines.join("\n")}\n`);
});
