import type { Check, LoadReport, TargetReport } from "../../run/report.ts";
import { againLine } from "../settings/again.ts";
import { domainNamed, unitsText } from "../domains/domains.ts";
import { duration, grouped, rate, size } from "./numbers.ts";
import type { LoadPlan } from "../settings/targets.ts";

/** Columns of the rules, where the terminal is not narrower. */
const RULE_COLUMNS = 60;

/** Headings of the groups of entities in files. */
const GROUPS = [["master", "Masters"], ["event", "Events"], ["state", "At the start of the window"]] as const;

/** Headings of the groups of servers. */
const SERVERS = { postgres: "PostgreSQL", kafka: "Kafka" } as const;

/** Told where no option chose a target. */
const BOTH_SERVERS = "into PostgreSQL and Kafka: add --to postgres --to kafka";

/** Words of the text that may be coloured. */
export type Paint = (text: string, colour: "red" | "green") => string;

/**
 * Writes what a load did, for people; the last line tells whether all is well.
 *
 * @param columns Columns of the terminal; without one there is room for all.
 */
export function summaryText(
  report: LoadReport,
  plan: LoadPlan,
  paint: Paint = (text) => text,
  columns = RULE_COLUMNS,
): string {
  const rule = "=".repeat(Math.min(RULE_COLUMNS, columns));
  const thinRule = "-".repeat(rule.length);
  const lines = [
    rule,
    headline(report),
    rule,
    ...(isShownAlready(plan)
      ? []
      : [...groups(report, plan), `${"Total".padEnd(24)}${grouped(total(report)).padStart(14)}`, thinRule]),
    speed(report),
    ...report.targets.flatMap((target, at) =>
      targetLines(target, plan.targets[at]!.kind.appends === true, hasFailed(report, target))
    ),
    `${report.interrupted ? "to go on" : "reproduce"}: ${againLine(report, plan.words)}`,
    ...(plan.byDefault ? [BOTH_SERVERS] : []),
    thinRule,
    ...(report.interrupted
      ? ["Validation: NOT DONE, the run was stopped; what is committed stays"]
      : validation(report, paint)),
  ];
  return `${lines.join("\n")}\n`;
}

/** Writes only what failed. */
export function failureText(report: LoadReport, paint: Paint = (text) => text): string {
  return report.ok || report.interrupted
    ? ""
    : `${validation(report, paint).filter((line) => !/\[OK\]/.test(line)).join("\n")}\n`;
}

/** The same as one object. */
export function summaryObject(report: LoadReport, plan: LoadPlan): Record<string, unknown> {
  const { manifest, rows, written, seconds, targets, checks, ok, interrupted } = report;
  return {
    ok,
    interrupted,
    manifest,
    rows,
    total_rows: total(report),
    written_rows: written,
    seconds,
    rows_per_second: seconds > 0 ? Math.round(written / seconds) : 0,
    targets,
    checks,
    reproduce: againLine(report, plan.words),
  };
}

/** What a load did, in a line. */
export function headline(report: LoadReport): string {
  const units = unitsText(report.manifest);
  if (report.interrupted) return `Stopped after ${duration(report.seconds)}: ${units} were asked for`;
  const targets = report.targets.map(({ target }) => target).join(", ");
  const hasOnly = (...known: readonly string[]) => report.targets.every(({ outcome }) => known.includes(outcome));
  if (report.targets.length === 0 || !hasOnly("unchanged", "expired")) {
    return `Loaded ${units} in ${duration(report.seconds)}`;
  }
  if (hasOnly("unchanged") && report.ok) {
    const more = report.manifest.units > report.units ? `, and more: ${units}` : "";
    return `Nothing to do: ${targets} already ${report.targets.length === 1 ? "holds" : "hold"} this run${more}`;
  }
  const lost = report.targets.filter((target) => hasFailed(report, target)).map(({ target }) => target).join(", ");
  return `Nothing was loaded: ${lost} has lost part of this run`;
}

/** Whether the rows of each entity were counted on the console already. */
export function isShownAlready({ targets }: LoadPlan): boolean {
  return targets.every(({ target }) => target.kind === "console");
}

/** Rows by entity: by server where all targets are servers, else by what the entities are. */
function groups(report: LoadReport, { targets }: LoadPlan): string[] {
  const isServers = targets.every(({ target }) => target.kind in SERVERS);
  if (!isServers) return GROUPS.flatMap(([role, heading]) => group(report, heading, namesOf(report, role)));
  return targets.flatMap(({ target, entities }) =>
    group(report, SERVERS[target.kind as keyof typeof SERVERS], entities.map(({ name }) => name))
  );
}

function namesOf({ manifest }: LoadReport, role: string): string[] {
  return domainNamed(manifest.domain).entities.filter((entity) => entity.role === role).map(({ name }) => name);
}

function group(report: LoadReport, heading: string, names: readonly string[]): string[] {
  const held = names.filter((name) => name in report.rows);
  const lines = held.map((name) => `  ${name.padEnd(22)}${grouped(report.rows[name]!).padStart(14)}`);
  return held.length === 0 ? [] : [heading, ...lines];
}

/** Rows of all entities. */
export function total(report: LoadReport): number {
  return Object.values(report.rows).reduce((sum, rows) => sum + rows, 0);
}

function speed({ written, seconds }: LoadReport): string {
  if (written === 0) return `Nothing was written; it took ${duration(seconds)}`;
  return `${grouped(written)} rows written in ${duration(seconds)} (${rate(written, seconds)} rows/s)`;
}

function hasFailed({ checks }: LoadReport, { target }: TargetReport): boolean {
  return checks.some((check) => check.target === target && !check.ok);
}

/**
 * @param appends Whether rows can be written once more behind those that are there.
 * @param failed Whether its validation found something.
 */
function targetLines(report: TargetReport, appends: boolean, failed: boolean): string[] {
  const { target, bytes, guarantee, warnings } = report;
  return [
    `${target}: ${state(report, appends, failed)}${bytes > 0 ? `, ${size(bytes)}` : ""}`,
    ...(guarantee === undefined ? [] : [`  delivery: ${guarantee}`]),
    ...warnings.map((warning) => `  warning: ${warning}`),
  ];
}

function state({ outcome, complete, loss }: TargetReport, appends: boolean, failed: boolean): string {
  if (outcome === "expired") return `complete once, but since then ${loss}; --resend sends it again`;
  if (!complete) return loss === undefined ? "not complete" : `not complete: ${loss}`;
  if (outcome === "resent") return "sent once more: what was there before stays, with the same ids";
  if (!appends || outcome !== "unchanged") return outcome;
  return `${failed ? "complete once, but not all of it arrived" : "already complete"}; --resend sends it again`;
}

function validation(report: LoadReport, paint: Paint): string[] {
  const { checks, ok } = report;
  if (checks.length === 0) return [`Validation: ${ok ? "nothing was kept that could be checked" : "NOT DONE"}`];
  const isAmbiguous = ({ name, target }: Check) =>
    checks.some((other) => other.name === name && other.target !== target);
  return [
    ...checks.map((check) => {
      const mark = check.ok ? paint("[OK]", "green") : paint("[FAIL]", "red");
      return `${mark} ${isAmbiguous(check) ? `${check.target} ` : ""}${check.name}: ${check.detail}`;
    }),
    `Validation: ${ok ? paint("ALL OK", "green") : paint("MISMATCHES DETECTED", "red")}`,
  ];
}
