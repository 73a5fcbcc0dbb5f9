/**
 * The end of a load on a terminal: what went where, how much of what, one unit to look at, and what to type next.
 * Where anything failed, or there is no terminal, `summary.ts` tells all of it instead.
 *
 * @module
 */

import type { Document } from "../../model/document.ts";
import { optionsOf } from "../../run/identity.ts";
import type { LoadReport, TargetReport } from "../../run/report.ts";
import { againLine } from "../settings/again.ts";
import { domainNamed, unitsText } from "../domains/domains.ts";
import { duration, grouped, size } from "./numbers.ts";
import type { Style } from "./output.ts";
import { tableLines } from "./page.ts";
import { headline, isShownAlready, total } from "./summary.ts";
import { DEFAULT_TARGET, type LoadPlan, type PlannedTarget } from "../settings/targets.ts";
import { columnsOf, quoted, wrapped } from "./text.ts";
import { targetText } from "../parser/values.ts";

/** Movements that are shown. */
const GLANCE_LINES = 3;

/** Columns from which counts stand in two columns. */
const TWO_COLUMNS = 56;

/** How a result is laid out. */
export interface ResultLayout {
  /** Columns of the terminal. */
  readonly width: number;
  /** Whether characters beyond ASCII are shown. */
  readonly isUnicode: boolean;
  readonly paint: (text: string, style: Style) => string;
}

/** Whether a load ended so that its result says all that a user must know. */
export function isPlain({ ok, interrupted, targets }: LoadReport): boolean {
  return ok && !interrupted && targets.every(({ complete, loss }) => complete && loss === undefined);
}

/** Writes the result of a load that {@linkcode isPlain}. */
export function resultText(report: LoadReport, plan: LoadPlan, layout: ResultLayout): string {
  const { width, paint } = layout;
  const domain = domainNamed(report.manifest.domain);
  const pages = domain.open(optionsOf(report.manifest, domain)).pages(report.manifest.units);
  const glance = pages.glance(Object.keys(report.rows));
  const shown = glance === undefined ? [] : ["", ...glanceLines(glance.document, layout)];
  const lines = [
    ...headLines(report, layout),
    ...report.targets.flatMap(({ warnings }) => warnings.map((warning) => paint(`warning: ${warning}`, "bold"))),
    ...(isShownAlready(plan) ? [] : ["", ...countLines(report, width).map((line) => `  ${line}`)]),
    ...shown.map((line) => line === "" ? "" : `  ${line}`),
    "",
    ...checkedLines(report, layout),
    ...nextLines(report, plan, glance?.number ?? 1, layout),
  ];
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

function headLines(report: LoadReport, { width, isUnicode, paint }: ResultLayout): string[] {
  const { manifest, targets, written, seconds } = report;
  const mark = paint(isUnicode ? "✓" : "OK", "green");
  const isUnchanged = targets.every(({ outcome }) => outcome === "unchanged");
  const rows = total(report);
  const counted = `${unitsText(manifest)}, ${grouped(rows)} rows`;
  const wrote = written < rows ? `, ${grouped(written)} of them now` : "";
  const places = targets.map(placeText).join(", ");
  const text = isUnchanged
    ? headline(report)
    : `${counted}${wrote} ${isUnicode ? "→" : "->"} ${places} in ${duration(seconds)}`;
  return wrapped(text, width - 3).map((line, at) => at === 0 ? `${mark} ${line}` : `  ${line}`);
}

/** A target as its place, with what it is now. */
function placeText({ target, bytes, outcome, guarantee }: TargetReport): string {
  const told = [
    ...(bytes > 0 ? [size(bytes)] : []),
    ...(outcome === "created" ? [] : [outcome]),
    ...(guarantee === undefined ? [] : [guarantee]),
  ];
  return `${target.replace(/^sqlite:/, "")}${told.length === 0 ? "" : ` (${told.join(", ")})`}`;
}

/** Rows by entity: masters at the left, events at the right; one column where there is no room for two. */
function countLines({ rows, manifest }: LoadReport, width: number): string[] {
  const held = domainNamed(manifest.domain).entities.filter(({ name }) => name in rows);
  const masters = held.filter(({ role }) => role === "master");
  const others = held.filter(({ role }) => role !== "master");
  const entry = ({ name }: { name: string }) => [name.replaceAll("_", " "), grouped(rows[name]!)] as const;
  if (width < TWO_COLUMNS || masters.length === 0 || others.length === 0) return columnLines(held.map(entry));
  const [left, right] = [columnLines(masters.map(entry)), columnLines(others.map(entry))];
  const space = Math.max(...left.map(columnsOf));
  const most = Math.max(left.length, right.length);
  return Array.from({ length: most }, (_, at) => `${(left[at] ?? "").padEnd(space)}    ${right[at] ?? ""}`);
}

function columnLines(entries: readonly (readonly [name: string, count: string])[]): string[] {
  const names = Math.max(...entries.map(([name]) => name.length));
  const counts = Math.max(...entries.map(([, count]) => count.length));
  return entries.map(([name, count]) => `${name.padEnd(names)}  ${count.padStart(counts)}`);
}

/** One unit, and the last lines of its table. */
function glanceLines({ title, subtitle, sections }: Document, layout: ResultLayout): string[] {
  const inner = layout.width - 4;
  const gap = inner - columnsOf(title) - columnsOf(subtitle);
  const head = gap < 2
    ? [...wrapped(title, inner).map((line) => layout.paint(line, "bold")), ...wrapped(subtitle, inner)]
    : [`${layout.paint(title, "bold")}${" ".repeat(Math.min(gap, 4))}${subtitle}`];
  const [statement] = sections;
  if (statement?.form !== "table") return head;
  const hidden = statement.columns.map(({ name }, at) => ({ name, at })).filter(({ name }) => name !== "id");
  const lines = statement.lines.slice(-GLANCE_LINES).map((line) => hidden.map(({ at }) => line[at]!));
  const columns = hidden.map(({ at }) => ({ ...statement.columns[at]!, label: "" }));
  const table = tableLines({ ...statement, columns, lines }, { ...layout, width: inner - 2, limit: GLANCE_LINES });
  return [...head, ...table.map((line) => `  ${line}`)];
}

function checkedLines({ checks, targets }: LoadReport, { width, paint }: ResultLayout): string[] {
  if (checks.length === 0) return ["Nothing was kept that could be checked."];
  const references = checks.filter(({ name }) => name === "references").length;
  const counts = checks.length - references;
  const text = [
    `${counts} ${counts === 1 ? "count" : "counts"}`,
    ...(references === 0 ? [] : [targets.length === 1 ? "every reference" : "every reference in each target"]),
  ].join(", ");
  return wrapped(`Checked: ${text}. ALL OK`, width).map((line) => line.replace("ALL OK", paint("ALL OK", "green")));
}

/** What to type next. */
function nextLines(report: LoadReport, plan: LoadPlan, number: number, layout: ResultLayout): string[] {
  const targets = plan.targets.filter(({ kind }) => kind.isOutput !== true);
  const kept = targets.find(({ kind }) => kind.name === DEFAULT_TARGET.kind) ?? targets[0];
  const isDefault = kept !== undefined && targetText(kept.target) === targetText(DEFAULT_TARGET);
  const where = kept === undefined || isDefault
    ? ""
    : ` ${quoted(`--in ${targetText(kept.target)}`)}${serverWords(kept)}`;
  const readers = targets.filter((each) => each === kept || each.kind.server !== undefined)
    .flatMap(({ kind, ...part }) => kind.readers?.(part) ?? []);
  const look = kept === undefined ? [] : [`datagen show ${number}${where}`, ...readers];
  return [
    ...labelled("Look:", look.join(layout.isUnicode ? "   ·   " : "   |   "), layout),
    ...labelled("Again:", againLine(report, plan.words, true), layout),
    ...(plan.byDefault
      ? wrapped("--to postgres --to kafka for servers, --to csv:out for files", layout.width - 8)
        .flatMap((line, at) => labelled(at === 0 ? "More:" : "", line, layout))
      : []),
  ];
}

/** Options that lead to a server. */
function serverWords({ kind, settings }: PlannedTarget): string {
  return kind.server === undefined ? "" : kind.words({}, settings).map((word) => ` ${quoted(word)}`).join("");
}

/** A label and a text that goes on below itself; a command line stays whole, so that it can be copied. */
function labelled(label: string, text: string, { width, paint }: ResultLayout): string[] {
  if (text === "") return [];
  const start = label.padEnd(8);
  const parts = columnsOf(start + text) <= width ? [text] : text.split(/ {3}[·|] {3}/);
  return parts.map((part, at) => `${at === 0 ? paint(start, "dim") : " ".repeat(8)}${part}`);
}
