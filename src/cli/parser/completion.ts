/**
 * What may stand next on a command line that is being typed, from the same tables that the parser and the help read.
 *
 * @module
 */

import { KINDS } from "../kinds/kinds.ts";
import { type Command, COMMANDS, shownFlags } from "../commands/list.ts";
import { type Flag, takesValue, type ValueFlag } from "./flag.ts";

/** A text for the place of the last word. */
export interface Candidate {
  readonly value: string;
  /** What it means, in a line; may be empty. */
  readonly text: string;
}

/**
 * Finds what may stand in the place of the last word of a line.
 *
 * @param line All of the line up to the cursor, the name of the program first.
 */
export async function candidates(line: string): Promise<Candidate[]> {
  const words = wordsOf(line).slice(1);
  const last = words.pop() ?? "";
  return (await choices(words, last)).filter(({ value }) => value.startsWith(last));
}

async function choices(before: readonly string[], last: string): Promise<Candidate[]> {
  const command = COMMANDS.find(({ name }) => name === before[0]);
  if (command === undefined) {
    if (before.length > 0) return [];
    if (last.startsWith("-")) return [{ value: "--help", text: "Show the help" }, { value: "--version", text: "" }];
    return COMMANDS.map(({ name, summary }) => ({ value: name, text: summary }));
  }
  const previous = command.flags.find((flag) => isNameOf(flag, before.at(-1)!));
  if (previous !== undefined && takesValue(previous)) return await valuesOf(previous, last);
  const [name, value] = last.split(/=(.*)/s, 2) as [string, string?];
  const assigned = value === undefined ? undefined : command.flags.find((flag) => isNameOf(flag, name));
  if (assigned !== undefined && takesValue(assigned)) {
    return (await valuesOf(assigned, value!)).map((each) => ({ ...each, value: `${name}=${each.value}` }));
  }
  return last.startsWith("-") ? flagsOf(command) : await argumentsOf(command, last);
}

function isNameOf({ long, short }: Flag, word: string): boolean {
  return word === `--${long}` || short !== undefined && word === `-${short}`;
}

function flagsOf(command: Command): Candidate[] {
  const flags = shownFlags(command).map(({ long, summary }) => ({ value: `--${long}`, text: summary }));
  return [...flags, { value: "--help", text: "Show the help" }];
}

async function argumentsOf(command: Command, last: string): Promise<Candidate[]> {
  if (command.argument === undefined) return last === "" ? flagsOf(command) : [];
  const { choices, completes } = command.argument;
  const listed = (await choices()).map((value) => ({ value, text: "" }));
  return completes === "target" ? [...listed, ...targetPaths(last), ...paths(last, "")] : listed;
}

async function valuesOf({ kind }: ValueFlag, last: string): Promise<Candidate[]> {
  const listed = (kind.choices ?? []).map((value) => ({ value, text: "" }));
  switch (kind.completes) {
    case "file":
      return paths(last, "");
    case "target":
      return [...listed, ...targetPaths(last)].filter(({ value }) => value !== last);
    case "entities":
      return await entityLists(last);
    default:
      return listed;
  }
}

/** `sqlite:FILE`, `csv:DIR` and `json:DIR`, once the kind is there. */
function targetPaths(last: string): Candidate[] {
  const kind = KINDS.find(({ name, path }) => path !== undefined && last.startsWith(`${name}:`));
  if (kind === undefined) return [];
  const found = paths(last.slice(kind.name.length + 1), `${kind.name}:`);
  return found.filter(({ value }) => kind.path!.completes === "file" || value.endsWith("/"));
}

/** Files and directories that begin as a path does; none where Deno may not look. */
function paths(path: string, before: string): Candidate[] {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const start = path.slice(folder.length);
  try {
    return [...Deno.readDirSync(folder === "" ? "." : folder)]
      .filter(({ name }) => start !== "" || !name.startsWith("."))
      .map(({ name, isDirectory }) => ({ value: `${before}${folder}${name}${isDirectory ? "/" : ""}`, text: "" }))
      .sort((one, other) => one.value < other.value ? -1 : 1);
  } catch {
    return [];
  }
}

/** The next name of a list with commas, without those that are in it. */
async function entityLists(last: string): Promise<Candidate[]> {
  const { DEFAULT_DOMAIN } = await import("../domains/domains.ts");
  const before = last.slice(0, last.lastIndexOf(",") + 1);
  const taken = before.split(",");
  return DEFAULT_DOMAIN.entities.filter(({ name }) => !taken.includes(name)).map(({ name, doc }) => ({
    value: before + name,
    text: doc.split(". ")[0]!,
  }));
}

/** Takes a line apart as shells do: at spaces, but for those in quotes or behind a backslash. */
function wordsOf(line: string): string[] {
  const words = [""];
  let quote = "";
  for (let at = 0; at < line.length; at++) {
    const character = line[at]!;
    if (quote !== "") {
      if (character === quote) quote = "";
      else words[words.length - 1] += character;
    } else if (character === "'" || character === '"') quote = character;
    else if (character === "\\" && at + 1 < line.length) words[words.length - 1] += line[++at]!;
    else if (!/\s/.test(character)) words[words.length - 1] += character;
    else if (words.at(-1) !== "") words.push("");
  }
  return words;
}
