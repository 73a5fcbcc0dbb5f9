import { csvEncoder } from "../../encoders/csv.ts";
import type { Batch, Entity } from "../../model/entity.ts";
import type { Domain, RunOptions } from "../../ports/domain.ts";
import { manifestFor } from "../../run/identity.ts";
import { plan, type PlanReport } from "../../run/plan.ts";
import { isoDate, isoInstant } from "../../time/calendar.ts";
import { chosenDomain, unitsText } from "../domains/domains.ts";
import { EXIT } from "../failures.ts";
import type { Words } from "../parser/flag.ts";
import type { PLAN_FLAGS } from "../flags/flags.ts";
import { KINDS } from "../kinds/kinds.ts";
import { duration, grouped, roughDuration, size } from "../terminal/numbers.ts";
import { environment, writeOut } from "../terminal/output.ts";
import { unitsAsked } from "../flags/population_flags.ts";
import { asOfText, resolveRun } from "../settings/resolve.ts";
import { resolveTargets } from "../settings/targets.ts";
import { targetText } from "../parser/values.ts";
import { VERSION } from "../version.ts";

/** What one target will take. */
interface TargetPlan {
  readonly target: string;
  readonly rows: number;
  readonly bytes: number;
  /** About how long the load takes with this target alone, on this machine, as it is now. */
  readonly seconds: number;
}

/** Tells what a load would make, from a sample of it. */
export async function run({ values }: Words<typeof PLAN_FLAGS>): Promise<number> {
  const domain = chosenDomain(values);
  const loadPlan = await resolveTargets(values, environment);
  const options = resolveRun(domain, values, Date.now());
  const units = unitsAsked(domain, values) ?? domain.unit.usual;
  const report = onlyOf(plan(domain, options, units), loadPlan.targets.flatMap(({ entities }) => entities));
  const generating = report.secondsPerUnit * units;
  const plans: TargetPlan[] = [];
  for (const planned of loadPlan.targets) {
    const names = planned.entities.map(({ name }) => name);
    const manifest = manifestFor(
      options,
      { domain, units, version: VERSION },
      names,
      undefined,
    );
    const share = growth(report, planned.entities);
    const { fixedBytes, bytes, seconds } = await planned.kind.estimate(planned, { report, manifest, share });
    plans.push({
      target: targetText(planned.target),
      rows: rowsOf(report, names),
      bytes: Math.round(fixedBytes + bytes * share),
      seconds: generating + seconds * share,
    });
  }
  writeOut(values.json ? `${JSON.stringify(asObject(domain, report, plans, options, units))}\n` : table());
  return EXIT.done;

  function table(): string {
    return planTable(domain, report, plans, options, units);
  }
}

/** Leaves the rows away that no target takes. */
function onlyOf(report: PlanReport, entities: readonly Entity[]): PlanReport {
  const taken = new Set(entities.map(({ name }) => name));
  return { ...report, rows: Object.fromEntries(Object.entries(report.rows).filter(([name]) => taken.has(name))) };
}

function rowsOf({ rows }: PlanReport, names: readonly string[]): number {
  return names.reduce((sum, name) => sum + (rows[name] ?? 0), 0);
}

/** Times the sample is contained in the whole: the rows of each entity, weighed by how long they are. */
function growth(report: PlanReport, entities: readonly Entity[]): number {
  let sampled = 0;
  let expected = 0;
  const sample: Batch = report.sample;
  for (const entity of entities) {
    const rows = sample[entity.name]!;
    if (rows.length === 0) continue;
    const bytes = csvEncoder(entity)(rows).length;
    sampled += bytes;
    expected += bytes / rows.length * (report.rows[entity.name] ?? 0);
  }
  return sampled === 0 ? 0 : expected / sampled;
}

function asObject(
  { unit }: Domain,
  report: PlanReport,
  plans: readonly TargetPlan[],
  options: RunOptions,
  units: number,
) {
  return {
    [unit.entity]: units,
    seed: options.seed,
    epoch: isoDate(options.epoch),
    as_of: isoInstant(options.asOf),
    days: options.days,
    exact: report.exact,
    rows: report.rows,
    total_rows: total(report),
    targets: plans.map((target) => ({ ...target, seconds: Number(target.seconds.toPrecision(2)) })),
  };
}

function planTable(
  domain: Domain,
  report: PlanReport,
  plans: readonly TargetPlan[],
  options: RunOptions,
  units: number,
): string {
  const entities = domain.entities.map(({ name }) => name).filter((name) => name in report.rows);
  return `${
    [
      `${unitsText({ domain: domain.name, units })}, seed ${options.seed}, epoch ${isoDate(options.epoch)}, ` +
      `as of ${asOfText(options.asOf)}, ${options.days} days`,
      report.exact ? "Rows, counted:" : "Rows, estimated; their sum within 2 %:",
      ...entities.map((name) => line(name, grouped(report.rows[name]!))),
      line("Total", grouped(total(report))),
      "",
      ...plans.map(({ target, rows, bytes, seconds }) =>
        `${target}: ${rows === total(report) ? "" : `${grouped(rows)} rows, `}about ${size(bytes)}, ` +
        `about ${seconds < 1 ? duration(seconds) : roughDuration(seconds)}`
      ),
      `Nothing was written. The time is for a target alone, on this machine, as busy as it is now${
        plans.some(({ target }) => KINDS.some(({ name, server }) => name === target && server !== undefined))
          ? ", without the server's share"
          : ""
      }.`,
    ].join("\n")
  }\n`;
}

function line(name: string, text: string): string {
  return `  ${name.padEnd(22)}${text.padStart(14)}`;
}

function total(report: PlanReport): number {
  return Object.values(report.rows).reduce((sum, rows) => sum + rows, 0);
}
