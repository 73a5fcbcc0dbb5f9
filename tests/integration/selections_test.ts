/** Any selection of entities works in any target: from the beginning, resumed, extended, and where it has no row. */

import assert from "node:assert/strict";
import type { Check } from "../../src/run/report.ts";
import { type LineOutcome, loadLine, loadLineStopped } from "../support/load_line.ts";
import { inFreshFolder } from "../support/program.ts";
import { ROWLESS, rowsOf, SELECTIONS } from "../support/selections.ts";

const AS_OF = ["--as-of", "2026-07-01", "--days", "30"];

/** More than a block of 256, so that a load can be stopped half way. */
const [SOME, MORE] = ["300", "400"] as const;

/** Targets in a folder, each with the words that choose it. */
const TARGETS: readonly (readonly [name: string, words: (folder: string) => readonly string[]])[] = [
  ["sqlite", (folder) => ["--to", `sqlite:${folder}/a.sqlite`]],
  ["csv", (folder) => ["--to", `csv:${folder}/csv`]],
  ["csv for Excel", (folder) => ["--to", `csv:${folder}/excel`, "--csv-dialect", "excel-br"]],
  ["json", (folder) => ["--to", `json:${folder}/json`]],
  ["json lines", (folder) => ["--to", `json:${folder}/lines`, "--format", "lines"]],
  ["console", () => ["--to", "console", "--limit", "1"]],
];

const whole = new Map<string, Promise<LineOutcome>>();

/** What a load of all entities counts. */
async function allRows(customers: string) {
  const line = ["--customers", customers, ...AS_OF, "--to", "console", "--limit", "0"];
  if (!whole.has(customers)) whole.set(customers, loadLine(line));
  return (await whole.get(customers)!).report.rows;
}

for (const [name, place] of TARGETS) {
  const keeps = name !== "console";

  for (const selection of SELECTIONS) {
    Deno.test(`load --only ${selection} into ${name}: begun, stopped, gone on with, extended, unchanged`, () =>
      inFreshFolder(async (folder) => {
        const words = [...AS_OF, "--only", selection, ...place(folder)];
        if (keeps) {
          const stopped = await loadLineStopped(["--customers", SOME, ...words]);
          assert.deepEqual([stopped.report.interrupted, stopped.report.ok], [true, false]);
        }
        const some = (await loadLine(["--customers", SOME, ...words])).report;
        assertAllOk(some.checks, keeps);
        assert.deepEqual(some.rows, rowsOf(selection, await allRows(SOME)));
        assert.equal(some.targets[0]!.outcome, keeps ? "resumed" : "created");
        const more = (await loadLine(["--customers", MORE, ...words])).report;
        assertAllOk(more.checks, keeps);
        assert.deepEqual(more.rows, rowsOf(selection, await allRows(MORE)));
        assert.equal(more.targets[0]!.outcome, keeps ? "extended" : "created");
        if (!keeps) return;
        const again = (await loadLine(["--customers", MORE, ...words])).report;
        assertAllOk(again.checks, keeps);
        assert.equal(again.targets[0]!.outcome, "unchanged");
      }));
  }

  for (const [options, entity] of ROWLESS) {
    Deno.test(`load ${options} --only ${entity} into ${name} is complete with no row, and grows`, () =>
      inFreshFolder(async (folder) => {
        const words = [...AS_OF, ...options.split(" "), "--only", entity, ...place(folder)];
        if (keeps) await loadLineStopped(["--customers", SOME, ...words]);
        for (const customers of [SOME, MORE]) {
          const { report, lines } = await loadLine(["--customers", customers, ...words]);
          assertAllOk(report.checks, keeps);
          assert.deepEqual(report.rows, { [entity]: 0 });
          if (!keeps) assert.ok(lines.some((line) => /^Summary$/.test(line)));
        }
      }));
  }
}

Deno.test("[OK] references names the parents that are in the target, and those that are not", () =>
  inFreshFolder(async (folder) => {
    for (const [name, place] of TARGETS.filter(([name]) => name !== "console")) {
      const words = (selection: string) => [...AS_OF, "--only", selection, ...place(`${folder}/${selection}`)];
      const detail = async (selection: string) => {
        await Deno.mkdir(`${folder}/${selection}`, { recursive: true });
        const { checks } = (await loadLine(["--customers", "20", ...words(selection)])).report;
        return checks.find((check) => check.name === "references")?.detail;
      };
      assert.equal(await detail("accounts"), undefined, name);
      assert.equal(await detail("stocks"), undefined, name);
      assert.equal(await detail("customers,accounts"), "every foreign key has its parent", name);
      assert.equal(
        await detail("customers,loans"),
        "every foreign key to customers has its parent; properties: not in this target",
        name,
      );
    }
  }));

function assertAllOk(checks: readonly Check[], keeps: boolean): void {
  assert.deepEqual(checks.filter(({ ok }) => !ok), []);
  assert.equal(checks.length > 0, keeps);
}
