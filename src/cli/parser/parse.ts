import { Command as Parser, CommanderError, Option } from "commander";
import { type Command, COMMANDS } from "../commands/list.ts";
import { type Config, NO_CONFIG } from "./config.ts";
import { DEFAULT_DESCRIPTION } from "../domains/domain_list.ts";
import { UsageError } from "../failures.ts";
import { type Flag, missingValue, parseFlag, takesValue, type ValueFlag, type Words } from "./flag.ts";
import { commandHelp, rootHelp } from "../terminal/help.ts";
import { flagName } from "../flags/population_flags.ts";
import { looksLikeAddress, shownWord } from "../terminal/redact.ts";
import { nearest } from "./suggest.ts";
import { listed } from "./values.ts";
import { VERSION } from "../version.ts";

/** Flags of the original loader that ask for a live feed. */
const LIVE_FLAGS = ["--stream", "--duration", "--rate"];

/** What a command line asks for: a command to run, or a text to show. */
export type Invocation =
  | { readonly kind: "run"; readonly command: Command; readonly words: Words }
  | { readonly kind: "show"; readonly text: string; readonly wanted: boolean };

/**
 * Turns words into values; touches nothing.
 *
 * @param config What a file says; the words win.
 * @throws {UsageError} If a word is unknown or a value is not allowed.
 */
export function parse(args: readonly string[], config: Config = NO_CONFIG): Invocation {
  const [first, ...rest] = args;
  if (first === "help") return parseHelp(rest);
  let chosen: { command: Command; texts: Record<string, unknown>; args: string[] } | undefined;
  let shown = "";
  const root = parser(args, "datagen", [], () => rootHelp(), (text) => shown += text).version(VERSION);
  for (const command of COMMANDS) {
    const help = () => commandHelp(command, args.includes("--help"));
    const sub = parser(args, command.name, command.flags, help, (text) => shown += text);
    if (command.argument !== undefined) sub.argument("[words...]");
    sub.action(() => void (chosen = { command, texts: sub.opts(), args: sub.args }));
    root.addCommand(sub);
  }
  try {
    root.parse([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: "show", text: shown, wanted: true };
    if (error.code === "commander.help") return { kind: "show", text: shown, wanted: false };
    throw new UsageError(`Cannot read the command line: ${error.code}`, `run "datagen --help"`, { cause: error });
  }
  if (chosen === undefined) return { kind: "show", text: rootHelp(), wanted: false };
  return { kind: "run", command: chosen.command, words: words(chosen.command, chosen.texts, chosen.args, config) };
}

/** `datagen help load` is `datagen load --help`. */
function parseHelp(args: readonly string[]): Invocation {
  const [name] = args;
  if (name !== undefined && !name.startsWith("-") && COMMANDS.every((command) => command.name !== name)) {
    throw unknownCommand(name);
  }
  return parse([...args.slice(0, 1), "--help"]);
}

/** Makes a parser that only collects texts, shows our help and throws our errors. */
function parser(
  args: readonly string[],
  name: string,
  flags: readonly Flag[],
  help: () => string,
  write: (text: string) => void,
): Parser {
  const made = new Parser(name)
    .exitOverride((error) => {
      throw usageErrorFor(error, name, flags, args) ?? error;
    })
    .configureOutput({
      writeOut: write,
      writeErr: write,
      outputError: () => {},
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      getOutHelpWidth: () => 100,
      getErrHelpWidth: () => 100,
    })
    .configureHelp({ formatHelp: help })
    .showSuggestionAfterError(false)
    .allowExcessArguments()
    .helpCommand(false);
  for (const flag of flags) made.addOption(optionFor(flag));
  return made;
}

function optionFor(flag: Flag): Option {
  const names = flag.short === undefined ? `--${flag.long}` : `-${flag.short}, --${flag.long}`;
  if (!takesValue(flag)) return new Option(names);
  return new Option(`${names} <${flag.variable}>`)
    .argParser((text: string, before: string[] | undefined) => [...(before ?? []), text]);
}

function words(
  command: Command,
  texts: Record<string, unknown>,
  args: readonly string[],
  config: Config,
): Words {
  const values: Record<string, unknown> = {};
  const configured = config.of(command);
  for (const flag of command.flags) {
    const given = texts[attributeName(flag)];
    if (takesValue(flag)) {
      const fromFile = configured[flag.long];
      if (given !== undefined) values[flag.long] = parseFlag(flag, given as string[]);
      else if (fromFile) values[flag.long] = parseFlag(flag, fromFile, `${flag.long} in ${config.file}`);
    } else if (given === !isNegated(flag) || configured[flag.long] !== undefined) {
      values[flag.long] = true;
    }
  }
  refuseExcess(command, args);
  return { values, args };
}

/** What a bare number stands for. */
const COUNT = flagName(DEFAULT_DESCRIPTION.unit.entity);

function refuseExcess(command: Command, args: readonly string[]): void {
  const most = command.argument?.most ?? 0;
  if (args.length <= most) return;
  const extra = args[most]!;
  const takes = most === 0 ? "no argument" : `${most} argument`;
  throw new UsageError(`Cannot use "${shownWord(extra)}": ${command.name} takes ${takes}`, excessHint(command, extra));
}

function excessHint(command: Command, extra: string): string {
  if (/^\d+$/.test(extra) && has(command.flags, COUNT)) return `did you mean --${COUNT} ${extra}?`;
  const help = `run "datagen ${command.name} --help"`;
  if (looksLikeAddress(extra)) return help; // no hint repeats what may hold a password
  if (/^(sqlite|json|csv|console|postgres|kafka)(:|$)/.test(extra) && has(command.flags, "to")) {
    return `did you mean --to ${shownWord(extra)}?`;
  }
  const flag = nearest(extra, command.flags.map(({ long }) => long));
  return flag === undefined ? help : `did you mean --${flag}?`;
}

/** Says in our words what commander found; undefined for what is no error. */
function usageErrorFor(
  error: CommanderError,
  name: string,
  flags: readonly Flag[],
  args: readonly string[],
): UsageError | undefined {
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? "";
  switch (error.code) {
    case "commander.unknownOption":
      return unknownFlag(quoted, name, flags);
    case "commander.optionMissingArgument":
      return missingValue(flags.filter(takesValue).find((flag) => quoted.includes(`--${flag.long} `))!);
    case "commander.unknownCommand":
      return unknownCommand(args.find((word) => !word.startsWith("-")) ?? quoted);
    default:
      return undefined;
  }
}

function unknownCommand(word: string): UsageError {
  const names = COMMANDS.map(({ name }) => name);
  const meant = nearest(word, names);
  const hint = meant === undefined ? `the commands are ${listed(names, "and")}` : `did you mean ${meant}?`;
  return new UsageError(`Cannot run "${shownWord(word)}": there is no such command`, hint);
}

function unknownFlag(text: string, command: string, flags: readonly Flag[]): UsageError {
  const [given, value] = text.split("=", 2) as [string, string?];
  const known = flags.find(({ long }) => `--${long}` === given);
  if (known !== undefined && value !== undefined) {
    return new UsageError(`Cannot use ${given} with a value: it is a switch`, `write ${given}`);
  }
  const inCommand = COMMANDS.find((candidate) => has(candidate.flags, given.slice(2)));
  if (command === "datagen" && inCommand !== undefined) {
    return new UsageError(
      `Cannot use ${given} before a command`,
      `write it after one: datagen ${inCommand.name} ${given}`,
    );
  }
  if (LIVE_FLAGS.includes(given)) {
    return new UsageError(
      `Cannot use ${given}: ${command} writes what happened up to its as-of; this version sends no live events`,
      `leave it away; --days says how long a time is written`,
    );
  }
  const meant = nearest(given.replace(/^-+/, ""), [
    ...flags.filter((flag) => !flag.isHidden).map(({ long }) => long),
    "help",
  ]);
  const help = command === "datagen" ? "datagen --help" : `datagen ${command} --help`;
  return new UsageError(
    `Cannot use ${shownFlag(given, meant !== undefined)}: ${command} has no such option`,
    meant === undefined ? `run "${help}"` : `did you mean --${meant}?`,
  );
}

/** An option that does not exist as messages may show it: `-pSECRET` is a habit from other programs. */
function shownFlag(given: string, isAlmostOurs: boolean): string {
  if (/^-\w/.test(given) && !isAlmostOurs) return given.slice(0, 2);
  return /^[\w-]+$/.test(given) ? given : `${/^[\w-]*/.exec(given)![0]}...`;
}

function has(flags: readonly Flag[], long: string): boolean {
  return flags.some((flag) => flag.long === long);
}

/** The parser takes `--no-avro` for the opposite of a flag `avro` that is true otherwise. */
function isNegated(flag: Flag): boolean {
  return flag.long.startsWith("no-");
}

function attributeName(flag: Flag | ValueFlag): string {
  const name = isNegated(flag) ? flag.long.slice("no-".length) : flag.long;
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
