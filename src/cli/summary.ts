import { bankEntities } from "../domains/bank/entities/mod.ts";
import { DEFAULT_VOLUMES } from "../domains/bank/options.ts";
import type { Manifest } from "../ports/manifest.ts";
import type { LoadReport, TargetReport } from "../run/report.ts";
import { parseInstant } from "../time/calendar.ts";
import { duration, grouped, rate, size } from "./numbers.ts";
import { asOfText, DEFAULT_DAYS, DEFAULT_TARGET, type LoadPlan } from "./resolve.ts";
import { targetText } from "./values.ts";

const WIDTH = 60;
const RULE = "=".repeat(WIDTH);
const THIN_RULE = "-".repeat(WIDTH);

/** Headings of the groups of entities. */
const GROUPS = [["master", "Masters"], ["event", "Events"], ["state", "At the start of the window"]] as const;

/** Words of the text that may be coloured. */
export type Paint = (text: string, colour: "red" | "green") => string;

/** Writes what a load did, for people; the last line tells whether all is well. */
export function summaryText(report: LoadReport, plan: LoadPlan, paint: Paint = (text) => text): string {
  const lines = [
    RULE,
    headline(report),
    RULE,
    ...GROUPS.flatMap(([role, heading]) => group(report, role, heading)),
    `${"Total".padEnd(24)}${grouped(total(report)).padStart(14)}`,
    THIN_RULE,
    speed(report),
    ...report.targets.map(targetLine),
    `${report.interrupted ? "to go on" : "reproduce"}: ${againLine(report, plan)}`,
    THIN_RULE,
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
    reproduce: againLine(report, plan),
  };
}

/** Writes the command line that makes the same data again, with what matters and nothing else. */
export function commandLine(manifest: Manifest, plan: LoadPlan): string {
  const { customers, seed, epoch, as_of, days, options } = manifest;
  const asOf = asOfText(parseInstant(as_of));
  const words = [`--customers ${customers}`, `--seed ${seed}`, `--epoch ${epoch}`, `--as-of ${asOf}`];
  if (days !== DEFAULT_DAYS) words.push(`--days ${days}`);
  for (const [name, value] of Object.entries(DEFAULT_VOLUMES)) {
    const flag = kebab(name);
    const asked = options[flag.replaceAll("-", "_")];
    if (asked !== undefined && asked !== value) words.push(`--${flag} ${asked}`);
  }
  const targets = plan.targets.map(targetText);
  if (targets.length !== 1 || targets[0] !== targetText(DEFAULT_TARGET)) {
    words.push(...targets.map((target) => `--to ${quoted(target)}`));
  }
  if (plan.jsonFormat !== "array") words.push(`--format ${plan.jsonFormat}`);
  if (plan.limit !== undefined) words.push(`--limit ${plan.limit}`);
  return `datagen load ${words.join(" ")}`;
}

/** The command line that makes the same data again; for a replacement that was stopped, the one that goes on with it. */
function againLine(report: LoadReport, plan: LoadPlan): string {
  const replacing = report.targets.some(({ outcome, complete }) => outcome === "replaced" && !complete);
  return `${commandLine(report.manifest, plan)}${replacing ? " --truncate" : ""}`;
}

function headline(report: LoadReport): string {
  const customers = `${grouped(report.manifest.customers)} customer${report.manifest.customers === 1 ? "" : "s"}`;
  if (report.interrupted) return `Stopped after ${duration(report.seconds)}: ${customers} were asked for`;
  const targets = report.targets.map(({ target }) => target).join(", ");
  if (report.targets.length > 0 && report.targets.every(({ outcome }) => outcome === "unchanged")) {
    return `Nothing to do: ${targets} already holds this run`;
  }
  return `Loaded ${customers} in ${duration(report.seconds)}`;
}

function group(report: LoadReport, role: string, heading: string): string[] {
  const names = bankEntities.filter((entity) => entity.role === role).map(({ name }) => name);
  const rows = names.filter((name) => name in report.rows);
  return rows.length === 0
    ? []
    : [heading, ...rows.map((name) => `  ${name.padEnd(22)}${grouped(report.rows[name]!).padStart(14)}`)];
}

function total(report: LoadReport): number {
  return Object.values(report.rows).reduce((sum, rows) => sum + rows, 0);
}

function speed({ written, seconds }: LoadReport): string {
  return `${grouped(written)} rows written in ${duration(seconds)} (${rate(written, seconds)} rows/s)`;
}

function targetLine({ target, outcome, complete, bytes }: TargetReport): string {
  return `${target}: ${complete ? outcome : "not complete"}${bytes > 0 ? `, ${size(bytes)}` : ""}`;
}

function validation(report: LoadReport, paint: Paint): string[] {
  const { checks, ok } = report;
  if (checks.length === 0) return [`Validation: ${ok ? "nothing was kept that could be checked" : "NOT DONE"}`];
  const several = new Set(checks.map(({ target }) => target)).size > 1;
  return [
    ...checks.map((check) => {
      const mark = check.ok ? paint("[OK]", "green") : paint("[FAIL]", "red");
      return `${mark} ${several ? `${check.target} ` : ""}${check.name}: ${check.detail}`;
    }),
    `Validation: ${ok ? paint("ALL OK", "green") : paint("MISMATCHES DETECTED", "red")}`,
  ];
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Quotes a word for a shell where it needs it. */
function quoted(word: string): string {
  return /^[\w:./\\@%+=-]+$/.test(word) ? word : `"${word.replace(/["$`\\]/g, "\\$&")}"`;
}
