import { type Command, COMMANDS, shownFlags } from "../commands/list.ts";
import { CATEGORIES, type Flag, takesValue } from "../parser/flag.ts";
import { terminalColumns } from "./terminal.ts";
import { pad, wrapped } from "./text.ts";

/** Columns at which lines end at most, and where there is no terminal. */
const MOST_COLUMNS = 100;
const USUAL_COLUMNS = 80;

/** Columns of a text below which it goes below its term instead of beside it. */
const LEAST_TEXT = 28;

/** What the program is, in one sentence. */
const PURPOSE = "datagen fills PostgreSQL and Kafka, or files, with a synthetic Brazilian bank whose books balance.";

/** Columns for the help: those of the terminal, within reason. */
export function helpColumns(): number {
  return Math.min(MOST_COLUMNS, terminalColumns(Deno.stdout) ?? USUAL_COLUMNS);
}

/** Writes the help of the whole program. */
export function rootHelp(width: number = helpColumns()): string {
  const commands = COMMANDS.map(({ name, summary }) => [name, summary] as const);
  const first = COMMANDS.flatMap(({ name, examples }) => ["load", "show", "info"].includes(name) ? [examples[0]!] : []);
  return sections([
    wrapped(PURPOSE, width).join("\n"),
    block("Examples", examples(first, width)),
    block("Commands", columns(commands, width)),
    block(
      "Options",
      columns([
        ["-h, --help", "Show this help; datagen COMMAND -h shows that of a command, --help all of it."],
        ["-V, --version", "Show the version."],
      ], width),
    ),
  ]);
}

/**
 * Writes the help of a command, examples first.
 *
 * @param detailed Whether all flags are explained (`--help`), or those that people use most are listed (`-h`).
 */
export function commandHelp(command: Command, detailed: boolean, width: number = helpColumns()): string {
  const { name, summary, detail, argument } = command;
  const usage = ["datagen", name, argument?.usage, "[options]"].filter((word) => word !== undefined).join(" ");
  const flags = shownFlags(command);
  const texts = [`${summary}.`, ...(detail === undefined || !detailed ? [] : [detail])];
  return sections([
    texts.flatMap((text) => wrapped(text, width)).join("\n"),
    block("Examples", examples(detailed ? command.examples : command.examples.slice(0, 3), width)),
    `Usage: ${usage}`,
    argument === undefined ? "" : block("Arguments", columns([[argument.usage, argument.summary]], width)),
    ...(detailed ? allFlags(flags, width) : [commonFlags(flags, width)]),
  ]);
}

function allFlags(flags: readonly Flag[], width: number): string[] {
  const least = Math.max(...flags.map((flag) => flagText(flag).length)) + 4;
  return CATEGORIES.map((category) => {
    const entries = flags.filter((flag) => flag.category === category).map((flag) => flagEntry(flag, true));
    if (category === "Other") entries.push(["-h, --help", "Show this help; -h is the short one."]);
    return entries.length === 0 ? "" : block(category, columns(entries, width, least));
  });
}

function commonFlags(flags: readonly Flag[], width: number): string {
  const shown = flags.filter(({ isCommon }) => isCommon);
  const room = width - Math.max(...shown.map((flag) => flagText(flag).length)) - 4;
  const common = shown.map((flag): Entry => {
    const [term, text] = flagEntry(flag, false);
    return [term, text.length <= room ? text : flag.summary]; // a default has to fit beside it
  });
  const more = flags.length - common.length;
  return block("Options", columns([...common, ["--help", `Explain all options, ${more} more among them.`]], width));
}

type Entry = readonly [term: string, text: string, more?: string];

function flagEntry(flag: Flag, detailed: boolean): Entry {
  const shown = takesValue(flag) && flag.default !== undefined ? ` Default: ${flag.default}.` : "";
  if (!detailed) return [flagText(flag), `${flag.summary}${shown}`];
  const allowed = takesValue(flag) && flag.kind.choices === undefined ? `Expects ${flag.kind.expected}.` : undefined;
  const more = [flag.detail, allowed].filter((sentence) => sentence !== undefined).join(" ");
  return [flagText(flag), `${flag.summary}${shown}`, more];
}

function flagText(flag: Flag): string {
  const names = flag.short === undefined ? `--${flag.long}` : `-${flag.short}, --${flag.long}`;
  return takesValue(flag) ? `${names} ${flag.variable}` : names;
}

function sections(parts: readonly string[]): string {
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function block(heading: string, text: string): string {
  return `${heading}:\n${text}`;
}

/** Terms and texts beside each other; below each other where there is too little room for the texts. */
function columns(entries: readonly Entry[], width: number, least = 0): string {
  const start = Math.max(least, ...entries.map(([term]) => term.length + 4));
  const isNarrow = width - start < LEAST_TEXT;
  return entries.map(([term, text, more]) => {
    const lines = [text, more ?? ""].filter((part) => part !== "")
      .flatMap((part) => wrapped(part, isNarrow ? width - 6 : width - start));
    if (isNarrow) return [`  ${term}`, ...lines.map((line) => `      ${line}`)].join("\n");
    return lines.map((line, at) => (at === 0 ? pad(`  ${term}`, start) : " ".repeat(start)) + line).join("\n");
  }).join("\n");
}

function examples(lines: Command["examples"], width: number): string {
  return lines.flatMap(([line, effect]) => [`  ${line}`, ...wrapped(effect, width - 6).map((text) => `      ${text}`)])
    .join("\n");
}
