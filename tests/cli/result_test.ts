/** The end of a load on a terminal: its screens at 80 and 40 columns, and what makes it tell everything instead. */

import assert from "node:assert/strict";
import { isPlain, resultText } from "../../src/cli/terminal/result.ts";
import { resolveTargets } from "../../src/cli/settings/targets.ts";
import type { Target } from "../../src/cli/parser/values.ts";
import type { LoadReport, TargetReport } from "../../src/run/report.ts";
import { assertSnapshot } from "../support/snapshots.ts";

const DONE: TargetReport = {
  target: "sqlite:datagen.sqlite",
  outcome: "created",
  complete: true,
  rows: {},
  written: {},
  warnings: [],
  seconds: 0.7,
  bytes: 37_300_000,
};

const REPORT: LoadReport = {
  manifest: {
    format: 2,
    version: "0.1.0",
    data_version: 2,
    domain: "bank",
    seed: 42,
    epoch: "2026-01-01",
    as_of: "2026-07-01T03:00:00.000Z",
    days: 365,
    units: 1000,
    options: {},
    intervals: [{ from: 0, to: 1000 }],
  },
  units: 1000,
  rows: { customers: 1000, stocks: 42, accounts: 1503, transactions: 19_886, card_transactions: 38_589 },
  written: 61_020,
  seconds: 0.83,
  targets: [DONE],
  checks: [
    ...["customers", "stocks", "accounts", "transactions", "card_transactions"].map((name) => ({
      target: DONE.target,
      name,
      ok: true,
      detail: "1 row",
    })),
    { target: DONE.target, name: "references", ok: true, detail: "every foreign key has its parent" },
  ],
  ok: true,
  interrupted: false,
};

const nothing = () => undefined;

async function screens(report: LoadReport, ...to: Target[]): Promise<string[]> {
  const plan = await resolveTargets(to.length === 0 ? {} : { to }, nothing);
  return [80, 40].map((width) => resultText(report, plan, { width, isUnicode: width === 80, paint: (text) => text }));
}

Deno.test("the end of a load is laid out at 80 and 40 columns, whatever its targets and outcome", async () => {
  const kafka: TargetReport = {
    ...DONE,
    target: "kafka://localhost:9092/banking.*",
    guarantee: "exactly once",
    warnings: ["topic banking.trades has 1 partition, 3 are usual"],
    bytes: 0,
  };
  const postgres = { ...DONE, target: "postgres://localhost:5432/datagen/public" };
  const texts = [
    ...await screens(REPORT),
    ...await screens({ ...REPORT, written: 20_000, targets: [{ ...DONE, outcome: "extended" }] }),
    ...await screens({ ...REPORT, written: 0, targets: [{ ...DONE, outcome: "unchanged" }] }),
    ...await screens({ ...REPORT, targets: [postgres, kafka] }, { kind: "postgres" }, { kind: "kafka" }),
    ...await screens({ ...REPORT, targets: [{ ...DONE, target: "csv:my data" }] }, { kind: "csv", path: "my data" }),
    ...await screens({ ...REPORT, targets: [{ ...DONE, target: "console" }], checks: [] }, { kind: "console" }),
  ];
  await assertSnapshot("load_result.txt", texts.join(`${"=".repeat(80)}\n`));
});

Deno.test("a load that failed, was stopped or lost something is never summed up in short", () => {
  assert.equal(isPlain(REPORT), true);
  assert.equal(isPlain({ ...REPORT, ok: false }), false);
  assert.equal(isPlain({ ...REPORT, interrupted: true }), false);
  assert.equal(isPlain({ ...REPORT, targets: [{ ...DONE, complete: false }] }), false);
  assert.equal(isPlain({ ...REPORT, targets: [{ ...DONE, loss: "120 records" }] }), false);
});
