/**
 * Lays documents out for a terminal: sections one below the other, tables fitted to the width. Amounts and days are
 * written as in Brazil; a record's values as they stand in the targets.
 *
 * @module
 */

import { valueText } from "../../encoders/text.ts";
import type { Column, Document, Section, TableSection, Value, ValueKind } from "../../model/document.ts";
import { fieldsOf } from "../../model/entity.ts";
import { civilFromDays, isoInstant } from "../../time/calendar.ts";
import type { Style } from "./output.ts";
import { columnsOf, pad, wrapped } from "./text.ts";

/** Least room for a text that is cut, characters. */
const LEAST_TEXT = 16;

/** Between two columns. */
const GAP = "  ";

/** Before each line of a section. */
const INDENT = "  ";

const MONTHS = ["jan", "fev", "mar", "abr", "mai", "jun", "jul", "ago", "set", "out", "nov", "dez"];

/** How a document is laid out. */
export interface Layout {
  /** Characters a line, from 20. */
  readonly width: number;
  /** Most lines of a table; the others are counted. */
  readonly limit: number;
  /** Marks a text, or leaves it as it is. */
  readonly paint: (text: string, style: Style) => string;
}

/** Writes a document, with a line end after each line. */
export function pageText(document: Document, layout: Layout): string {
  const lines = [
    ...wrapped(document.title, layout.width).map((line) => layout.paint(line, "bold")),
    ...wrapped(document.subtitle, layout.width),
    ...document.sections.flatMap((section) => ["", ...sectionLines(section, layout)]),
  ];
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

function sectionLines(section: Section, layout: Layout): string[] {
  const inner = { ...layout, width: layout.width - INDENT.length };
  return [
    layout.paint(section.heading, "bold"),
    ...bodyLines(section, inner).map((line) => INDENT + line),
  ];
}

function bodyLines(section: Section, layout: Layout): string[] {
  switch (section.form) {
    case "record":
      return pairLines(
        fieldsOf(section.entity).map(([name, field]) => [name, valueText(field, section.row[name]!)]),
        layout,
      );
    case "facts":
      return pairLines(section.facts.map(({ label, kind, value }) => [label, shown(kind, value)]), layout);
    case "table":
      return tableLines(section, layout);
    case "text":
      return section.sentences.flatMap((sentence) => wrapped(sentence, layout.width));
  }
}

/** A name and its value a line; a value that is too long goes on in the next line. */
function pairLines(pairs: readonly (readonly [string, string])[], { width, paint }: Layout): string[] {
  const names = Math.max(...pairs.map(([name]) => name.length));
  const room = width - names - GAP.length;
  return pairs.flatMap(([name, value]) => {
    const longest = Math.max(...value.split(" ").map(columnsOf));
    if (room < Math.max(LEAST_TEXT, longest)) { // no id is broken that fits on a line of its own
      return [paint(name, "dim"), ...wrapped(value || "-", width - GAP.length).map((line) => GAP + line)];
    }
    const [first, ...rest] = wrapped(value || "-", room);
    return [paint(name.padEnd(names), "dim") + GAP + first, ...rest.map((line) => " ".repeat(names) + GAP + line)];
  });
}

/**
 * The lines of a table, with its headings. Where a line is too wide, minor columns are left out, then texts are cut, then
 * each line becomes two: texts above, amounts below.
 */
export function tableLines(table: TableSection, layout: Layout): string[] {
  if (table.lines.length === 0) return ["none"];
  const { from, to } = chosen(table, layout.limit);
  const lines = table.lines.slice(from, to);
  const cells = lines.map((line) => line.map((value, at) => shown(table.columns[at]!.kind, value)));
  const all = table.columns.map((column, at) => ({ column, at }));
  const needed = all.filter(({ column }) => !column.isMinor);
  const minor = all.filter(({ column }) => column.isMinor);
  let body: string[] | undefined;
  for (let kept = minor.length; kept >= 0 && body === undefined; kept--) {
    const picked = all.filter((each) => needed.includes(each) || minor.indexOf(each) < kept);
    const least = kept > 0 ? Infinity : LEAST_TEXT;
    body = aligned(picked.map(({ column }) => column), cells.map((line) => picked.map(({ at }) => line[at]!)), {
      ...layout,
      least,
    });
  }
  body ??= stacked(needed.map(({ column }) => column), cells.map((line) => needed.map(({ at }) => line[at]!)), layout);
  return [
    ...(from > 0 ? [layout.paint(`... ${from} earlier`, "dim")] : []),
    ...body,
    ...(to < table.lines.length ? [layout.paint(`... ${table.lines.length - to} later`, "dim")] : []),
  ];
}

/** Which lines of a table are shown: those about the one that matters most. */
function chosen({ lines, focus = lines.length - 1 }: TableSection, limit: number): { from: number; to: number } {
  if (lines.length <= limit) return { from: 0, to: lines.length };
  const from = Math.max(0, Math.min(lines.length - limit, focus - Math.floor(limit / 2)));
  return { from, to: from + limit };
}

/** One line a line, texts cut to `least` characters at most; undefined where that does not fit. */
function aligned(
  columns: readonly Column[],
  cells: readonly string[][],
  { least, ...layout }: Layout & { readonly least: number },
): string[] | undefined {
  const hasHeading = columns.some(({ label }) => label !== "");
  const rows = hasHeading ? [columns.map(({ label }) => label), ...cells] : cells;
  const widths = columns.map((_, at) => Math.max(...rows.map((row) => columnsOf(row[at]!))));
  let excess = widths.reduce((sum, width) => sum + width, 0) + GAP.length * (columns.length - 1) - layout.width;
  for (const [at, { kind }] of columns.entries()) {
    if (kind !== "text" || excess <= 0 || widths[at]! <= least) continue;
    const cut = Math.min(excess, widths[at]! - least);
    widths[at]! -= cut;
    excess -= cut;
  }
  if (excess > 0) return undefined;
  return rows.map((row, number) => {
    const line = row.map((cell, at) => pad(cell, widths[at]!, isRight(columns[at]!.kind) ? "left" : "right")).join(GAP);
    return hasHeading && number === 0 ? layout.paint(line.trimEnd(), "dim") : line;
  });
}

/** Two lines a line: days, texts and ids, then amounts at the right with what they are. */
function stacked(columns: readonly Column[], cells: readonly string[][], layout: Layout): string[] {
  return cells.flatMap((row) => {
    const above = row.filter((cell, at) => !isRight(columns[at]!.kind) && cell !== "").join(GAP);
    const below = row.flatMap((cell, at) =>
      isRight(columns[at]!.kind) && cell !== "" ? [`${columns[at]!.label} ${cell}`.trim()] : []
    );
    const together = below.join(GAP);
    return [
      ...wrapped(above, layout.width),
      ...(columnsOf(together) > layout.width ? below : below.length > 0 ? [together] : [])
        .map((line) => pad(line, layout.width, "left")),
    ];
  });
}

function isRight(kind: ValueKind): boolean {
  return kind === "money" || kind === "movement" || kind === "number";
}

/** Writes a value as its kind says. */
function shown(kind: ValueKind, value: Value): string {
  if (value === null) return "";
  if (typeof value === "string") return value;
  switch (kind) {
    case "money":
      return brazilianAmount(value);
    case "movement":
      return `${value < 0 ? "-" : "+"}${brazilianAmount(Math.abs(value))}`;
    case "day":
      return brazilianDay(value);
    case "instant":
      return isoInstant(value);
    default:
      return String(value);
  }
}

/** Writes centavos as reais: `1.715,31`. */
export function brazilianAmount(cents: number): string {
  if (cents < 0) return `-${brazilianAmount(-cents)}`;
  const whole = String(Math.floor(cents / 100)).replace(/\B(?=(\d{3})+$)/g, ".");
  return `${whole},${String(cents % 100).padStart(2, "0")}`;
}

/** Writes a day: ` 9 nov 2025`. */
export function brazilianDay(day: number): string {
  const { year, month, day: ofMonth } = civilFromDays(day);
  return `${String(ofMonth).padStart(2)} ${MONTHS[month - 1]} ${year}`;
}
