/**
 * What a flag is, and how its texts become values. The flags themselves are in `flags/`.
 *
 * @module
 */

import { UsageError } from "../failures.ts";
import { shownWord } from "../terminal/redact.ts";
import { BadValue, type ValueKind } from "./values.ts";

/** Headings of the help, in its order. */
export const CATEGORIES = [
  "What is generated",
  "How much of what",
  "Where it is",
  "Where it goes",
  "SQLite",
  "PostgreSQL",
  "Kafka",
  "Schema Registry",
  "What is shown",
  "Other",
] as const;

/** One of them. */
export type Category = typeof CATEGORIES[number];

/** What all flags have. */
interface FlagText<Long extends string> {
  /** Name without the two dashes. */
  readonly long: Long;
  /** One letter that stands for it, after one dash. */
  readonly short?: string;
  readonly category: Category;
  /** One line, for `-h`, `--help` and the shells. */
  readonly summary: string;
  /** More of it, for `--help`. */
  readonly detail?: string;
  /** Whether it is among the few that `-h` shows. */
  readonly isCommon?: true;
  /** Whether it is accepted and shown nowhere: it does nothing. */
  readonly isHidden?: true;
}

/** A flag that is given or not. */
export interface Switch<Long extends string = string> extends FlagText<Long> {
  readonly variable?: undefined;
}

/** A flag that takes a value. */
export interface ValueFlag<Value = unknown, Long extends string = string> extends FlagText<Long> {
  /** What stands for the value in the help. */
  readonly variable: string;
  /** What holds when the flag is not given, for the help; the commands apply it. */
  readonly default?: string;
  /** Whether it may be given several times; its value is then a list. */
  readonly repeatable?: boolean;
  readonly kind: ValueKind<Value>;
}

/** Any flag. */
export type Flag = Switch | ValueFlag;

/** The values of `Flags` on one command line, by long name; what was not given is absent. */
export type Values<Flags extends readonly Flag[]> = {
  readonly [F in Flags[number] as F["long"]]?: F extends { repeatable: true; kind: ValueKind<infer Value> }
    ? readonly Value[]
    : F extends ValueFlag<infer Value> ? Value
    : true;
};

/** What stood on the command line after the command, as values; nothing was touched yet. */
export interface Words<Flags extends readonly Flag[] = readonly Flag[]> {
  readonly values: Values<Flags>;
  readonly args: readonly string[];
}

/** Whether a flag takes a value. */
export function takesValue(flag: Flag): flag is ValueFlag {
  return flag.variable !== undefined;
}

/**
 * Turns the texts that were given for a flag into its value.
 *
 * @param source What gave them, for messages: `--seed`, or `seed in datagen.toml`.
 * @throws {UsageError} If a text is not allowed, or the flag is there with two values without being repeatable.
 */
export function parseFlag(flag: ValueFlag, texts: readonly string[], source = `--${flag.long}`): unknown {
  const values = texts.map((text) => parseText(flag, text, source));
  if (flag.repeatable) return values;
  const [one, other] = new Set(texts);
  if (other !== undefined) {
    const shown = new Set([one!, other].map((text) => `"${shownText(flag.kind, text)}"`));
    const reason = shown.size === 1 // what differs is hidden
      ? "two different addresses were given"
      : `${[...shown].join(" and ")} contradict each other`;
    throw new UsageError(`Cannot use ${source} twice: ${reason}`, `give --${flag.long} once`);
  }
  return values[0];
}

/** Parses one text by the rules of a flag, for what comes from the environment too, under the name `source`. */
export function parseText<Value>(flag: ValueFlag<Value>, text: string, source = `--${flag.long}`): Value {
  const { kind, long } = flag;
  const isOption = source.startsWith("--");
  if (isOption && text.startsWith("--")) throw missingValue(flag);
  try {
    return kind.parse(text);
  } catch (error) {
    if (!(error instanceof BadValue)) throw error;
    const shown = error.verb === "use" && /^-?\d+(\.\d+)?$/.test(text) ? text : `"${shownText(kind, text)}"`;
    const inFile = /^(\S+) in (.+)$/.exec(source);
    const reason = error.message === "" ? "" : `${error.message}, `;
    throw new UsageError(
      `Cannot ${error.verb} ${inFile === null ? `${source} ${shown}` : `${inFile[1]} = ${shown} in ${inFile[2]}`}: ` +
        `${reason}expected ${kind.expected}`,
      error.hint ??
        `write ${isOption ? `--${long} ` : inFile !== null ? `${long} = ` : `${source}=`}${kind.example}`,
    );
  }
}

/** A text as messages may show it. */
function shownText({ hide = shownWord }: ValueKind<unknown>, text: string): string {
  return hide(text);
}

/** The error for a flag that stands at the end, or before another flag. */
export function missingValue(flag: ValueFlag): UsageError {
  return new UsageError(
    `Cannot use --${flag.long} without a value: expected ${flag.kind.expected}`,
    `write --${flag.long} ${flag.kind.example}`,
  );
}
