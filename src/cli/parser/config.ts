/**
 * Options from a file, so that they need not be repeated: `--config FILE`, else `./datagen.toml` if it is there. Its keys
 * are the long names of options; a table named as a command holds what is for that command only.
 *
 * @module
 */

import { type Command, COMMANDS } from "../commands/list.ts";
import { UsageError } from "../failures.ts";
import { takesValue } from "./flag.ts";
import { nearest } from "./suggest.ts";

/** The file that is read where nobody names one. */
const DEFAULT_FILE = "datagen.toml";

/** Texts of options by long name, as a command line would give them; a switch that is on has none. */
export type Configured = Readonly<Record<string, readonly string[]>>;

/** Gives what a file says for a command. */
export interface Config {
  /** The file, for messages; absent where there is none. */
  readonly file?: string;
  of(command: Command): Configured;
}

/** No file. */
export const NO_CONFIG: Config = { of: () => ({}) };

/**
 * Reads a file of options.
 *
 * @param path Undefined for the default file, which need not be there, nor be readable.
 * @throws {UsageError} If the file is missing, is no TOML or JSON, or has a key that is no option.
 */
export async function readConfig(path: string | undefined): Promise<Config> {
  const file = path ?? DEFAULT_FILE;
  const text = await textOf(file, path !== undefined);
  if (text === undefined) return NO_CONFIG;
  const entries = await parsed(file, text);
  for (const key of Object.keys(entries)) refuseUnknown(file, key, entries[key]);
  return { file, of: (command) => configuredFor(command, entries, file) };
}

async function textOf(file: string, isNamed: boolean): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(file);
  } catch (error) {
    if (!isNamed) return undefined; // not there, or Deno may not look
    if (error instanceof Deno.errors.NotCapable) throw error;
    const reason = error instanceof Deno.errors.NotFound ? "there is no such file" : "it cannot be read";
    throw new UsageError(`Cannot read --config "${file}": ${reason}`, "write the path of a .toml or .json file", {
      cause: error,
    });
  }
}

async function parsed(file: string, text: string): Promise<Record<string, unknown>> {
  const isJson = /\.json$/i.test(file);
  try {
    const value = isJson ? JSON.parse(text) : (await import("smol-toml")).parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    const { line } = error as { line?: number };
    const where = line === undefined ? "" : ` in line ${line}`;
    throw new UsageError(
      `Cannot read ${file}: it is no ${isJson ? "JSON" : "TOML"}${where}`,
      isJson ? 'write {"customers": 1000}' : 'write customers = 1000, and to = ["csv:out"], a line each',
      { cause: error },
    );
  }
  throw new UsageError(`Cannot read ${file}: it is no object`, 'write {"customers": 1000}');
}

function refuseUnknown(file: string, key: string, value: unknown): void {
  const command = COMMANDS.find(({ name }) => name === key);
  const isTable = typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
  if (command !== undefined && isTable) {
    const names = command.flags.map(({ long }) => long);
    for (const name of Object.keys(value)) {
      if (!names.includes(name)) throw unknownKey(file, `${key}.${name}`, name, names);
    }
    return;
  }
  const names = COMMANDS.flatMap(({ flags }) => flags.map(({ long }) => long));
  if (names.includes(key) && key !== "config") return;
  throw unknownKey(file, key, key, [...names, ...COMMANDS.map(({ name }) => name)]);
}

function unknownKey(file: string, shown: string, key: string, names: readonly string[]): UsageError {
  const plain = key.replaceAll("_", "-");
  const meant = names.includes(plain) ? plain : nearest(plain, names);
  return new UsageError(
    `Cannot use "${shown}" in ${file}: there is no such option`,
    meant === undefined ? "keys are options without their dashes, such as customers" : `did you mean ${meant}?`,
  );
}

function configuredFor(command: Command, entries: Record<string, unknown>, file: string): Configured {
  const own = entries[command.name];
  const general = Object.entries(entries).filter(([key]) =>
    command.flags.some(({ long }) => long === key) && !command.unconfigured?.includes(key)
  );
  const all = [...general, ...(typeof own === "object" && own !== null ? Object.entries(own) : [])];
  return Object.fromEntries(all.flatMap(([key, value]) => {
    const texts = textsOf(command, key, value, file);
    return texts === undefined ? [] : [[key, texts]];
  }));
}

/** The texts that a value stands for; undefined for a switch that is off. */
function textsOf(command: Command, key: string, value: unknown, file: string): string[] | undefined {
  const flag = command.flags.find(({ long }) => long === key)!;
  if (!takesValue(flag)) {
    if (typeof value === "boolean") return value ? [] : undefined;
    throw new UsageError(`Cannot use "${key}" in ${file}: expected true or false`, `write ${key} = true`);
  }
  const values = Array.isArray(value) && flag.repeatable ? value : [value];
  return values.map((each) => {
    if (typeof each === "string") return each;
    if (typeof each === "number" || typeof each === "bigint") return String(each);
    if (each instanceof Date) return each.toISOString(); // a date of TOML keeps its own form
    const hint = Array.isArray(each) ? `it takes one value: write ${key} = "${flag.kind.example}"` : "";
    throw new UsageError(
      `Cannot use "${key}" in ${file}: expected ${flag.kind.expected}`,
      hint || `write ${key} = "${flag.kind.example}"`,
    );
  });
}
