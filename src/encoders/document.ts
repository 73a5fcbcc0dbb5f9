import type { Column, Document, Section, Value, ValueKind } from "../model/document.ts";
import { isoDate, isoInstant } from "../time/calendar.ts";
import { jsonEncoder } from "./json.ts";
import { moneyText } from "./text.ts";

/**
 * A document as an object for programs: a member a section, by its name. A record has the members that the JSON target
 * writes, facts are one object, a table is a list of objects, sentences are a list of texts; amounts are exact decimals
 * in strings, days and instants ISO 8601.
 */
export function documentObject({ title, subtitle, sections }: Document): Record<string, unknown> {
  return { title, subtitle, ...Object.fromEntries(sections.map((section) => [section.name, sectionValue(section)])) };
}

function sectionValue(section: Section): unknown {
  switch (section.form) {
    case "record":
      return { entity: section.entity.name, ...JSON.parse(jsonEncoder(section.entity)(section.row)) };
    case "facts":
      return Object.fromEntries(section.facts.map(({ name, kind, value }) => [name, plainValue(kind, value)]));
    case "table":
      return section.lines.map((line) => lineObject(section.columns, line));
    case "text":
      return section.sentences;
  }
}

function lineObject(columns: readonly Column[], line: readonly Value[]): Record<string, unknown> {
  return Object.fromEntries(columns.map(({ name, kind }, at) => [name, plainValue(kind, line[at]!)]));
}

function plainValue(kind: ValueKind, value: Value): Value {
  if (typeof value !== "number") return value;
  if (kind === "money" || kind === "movement") return moneyText(value);
  if (kind === "day") return isoDate(value);
  return kind === "instant" ? isoInstant(value) : value;
}
