import { civilFromDays, parseInstant, parseIsoDate } from "../../time/calendar.ts";
import { localDay } from "../../time/sao_paulo.ts";
import { nearest } from "./suggest.ts";

/** How the text after a flag becomes a value. */
export interface ValueKind<Value> {
  /** What is allowed, for messages: `an integer in 1..100`. */
  readonly expected: string;
  /** A text that is allowed, for hints. */
  readonly example: string;
  /** All texts that are allowed, where they can be listed; shells complete them. */
  readonly choices?: readonly string[];
  /** What shells complete where no list can be had: a path, a target with its path, or names of entities with commas. */
  readonly completes?: "file" | "target" | "entities";
  /** Writes a text as messages may show it; absent where that follows from what the text looks like. */
  readonly hide?: (text: string) => string;
  /** @throws {BadValue} If the text is not what is expected. */
  readonly parse: (text: string) => Value;
}

/** Raised by a value kind; the flag's name and what it expects are added where it is caught. */
export class BadValue extends Error {
  override name = "BadValue";
  /** `parse`: not of the form at all. `use`: of the form, but not allowed. */
  readonly verb: "parse" | "use";
  /** What to write instead; the kind's example where nothing better is known. */
  readonly hint: string | undefined;

  /** @param reason What is wrong with it, where "expected" does not say it. */
  constructor(verb: "parse" | "use", hint?: string, reason = "") {
    super(reason);
    this.verb = verb;
    this.hint = hint;
  }
}

/** A whole number from `min` to `max`, both included. */
export function integer(min: number, max: number, example: number): ValueKind<number> {
  return {
    expected: `an integer in ${min}..${max}`,
    example: String(example),
    parse(text) {
      if (!/^[+-]?\d+$/.test(text)) throw new BadValue("parse", spelledOut(text, min, max));
      return inRange(Number(text), min, max);
    },
  };
}

/** A number from `min` to `max`, both included, in decimal notation. */
export function decimal(min: number, max: number, example: number): ValueKind<number> {
  return {
    expected: `a number in ${min}..${max}`,
    example: String(example),
    parse(text) {
      if (/^\d+,\d+$/.test(text)) throw new BadValue("parse", `write ${text.replace(",", ".")}`);
      if (/^\d+(\.\d+)?%$/.test(text)) throw new BadValue("parse", `write ${Number(text.slice(0, -1)) / 100}`);
      if (!/^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(text)) throw new BadValue("parse");
      return inRange(Number(text), min, max);
    },
  };
}

/** One of a list of words. */
export function oneOf<const Choices extends readonly [string, ...string[]]>(
  choices: Choices,
): ValueKind<Choices[number]> {
  return {
    expected: listed(choices),
    example: choices[0],
    choices,
    parse(text) {
      const found = choices.find((choice) => choice === text);
      if (found !== undefined) return found;
      const meant = nearest(text, choices);
      throw new BadValue("use", meant === undefined ? undefined : `did you mean ${meant}?`);
    },
  };
}

/** A 1 January from that of `first` to that of `last`, as days since 1970. */
export function epochDay(first: number, last: number): ValueKind<number> {
  return {
    expected: `a 1 January from ${first}-01-01 to ${last}-01-01`,
    example: "2025-01-01",
    parse(text) {
      if (/^\d{4}$/.test(text)) throw new BadValue("parse", `write ${text}-01-01`);
      const day = attempt(() => parseIsoDate(text));
      const { year, month, day: dayOfMonth } = civilFromDays(day);
      if (year < first || year > last) throw new BadValue("use");
      if (month !== 1 || dayOfMonth !== 1) throw new BadValue("use", `write ${text.slice(0, 4)}-01-01`);
      return day;
    },
  };
}

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** Tells what is wrong with a day that is almost one; undefined for what is none at all. */
function dayHint(text: string): string | undefined {
  const [, year, month, day] = /^(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)/.exec(text) ?? [];
  if (year === undefined) return undefined;
  const padded = (number: string | undefined) => number!.padStart(2, "0");
  if (Number(month) > 12 && Number(day) >= 1 && Number(day) <= 12 && Number(month) <= 31) {
    return `write ${year}-${padded(day)}-${padded(month)}`;
  }
  if (Number(month) < 1 || Number(month) > 12) return "a year has the months 01 to 12";
  const name = MONTHS[Number(month) - 1]!;
  const days = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  if (Number(day) > days) return `${name}${name === "February" ? ` ${year}` : ""} has ${days} days`;
  if (Number(day) < 1) return "days begin with 01";
  return month!.length < 2 || day!.length < 2 ? `write ${year}-${padded(month)}-${padded(day)}` : undefined;
}

/** A day or an instant in the years `first` to `last`, as UTC milliseconds; what has no zone is São Paulo time. */
export function asOfInstant(first: number, last: number): ValueKind<number> {
  return {
    expected: `YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ, in ${first}..${last}`,
    example: "2025-07-01",
    parse(text) {
      const brazilian = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(text);
      if (brazilian !== null) throw new BadValue("parse", `write ${brazilian[3]}-${brazilian[2]}-${brazilian[1]}`);
      const instant = attempt(() => parseInstant(text), dayHint(text));
      const { year } = civilFromDays(localDay(instant));
      if (year < first || year > last) throw new BadValue("use");
      return instant;
    },
  };
}

/** What a target is. */
export interface Target {
  /** Name of its kind: `csv`; `stdout` for `json:-`. */
  readonly kind: string;
  /** As the user wrote it; absent where the kind has none. */
  readonly path?: string;
}

/** The target that sends JSON lines to standard output, as a user writes it. */
export const STANDARD_OUTPUT = "json:-";

/** The path of a target of a kind that has one. */
export function pathOf({ kind, path }: Target): string {
  if (path === undefined) throw new TypeError(`A target of the kind "${kind}" has no path`);
  return path;
}

/** Writes a target as the user would. */
export function targetText(target: Target): string {
  if (target.kind === "stdout") return STANDARD_OUTPUT;
  return target.path === undefined ? target.kind : `${target.kind}:${target.path}`;
}

/** Writes a list for people: `a, b or c`. */
export function listed(words: readonly string[], last = "or"): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}`;
}

function inRange(value: number, min: number, max: number): number {
  if (value < min) throw new BadValue("use", `the least is ${min}`);
  if (value > max) throw new BadValue("use", `the greatest is ${max}`);
  return value;
}

/** Suggests digits for `10M`, `2k`, `1e6`, `1_000` and `1.000.000`. */
function spelledOut(text: string, min: number, max: number): string | undefined {
  const number = readLoosely(text);
  return number !== undefined && number >= min && number <= max ? `write ${number}` : undefined;
}

function readLoosely(text: string): number | undefined {
  if (/^\d{1,3}([._, ]\d{3})+$/.test(text)) return Number(text.replace(/[._, ]/g, ""));
  if (/^\d+(\.\d+)?e\d{1,2}$/i.test(text)) return wholeOrNothing(Number(text));
  const suffixed = /^(\d+(?:\.\d+)?)\s*(k|mil|m|mi|g|b)$/i.exec(text);
  if (suffixed === null) return undefined;
  const factors: Record<string, number> = { k: 1e3, mil: 1e3, m: 1e6, mi: 1e6, g: 1e9, b: 1e9 };
  return wholeOrNothing(Number(suffixed[1]) * factors[suffixed[2]!.toLowerCase()]!);
}

function wholeOrNothing(value: number): number | undefined {
  return Number.isSafeInteger(value) ? value : undefined;
}

function attempt(parse: () => number, hint?: string | undefined): number {
  try {
    return parse();
  } catch {
    throw new BadValue("parse", hint);
  }
}
