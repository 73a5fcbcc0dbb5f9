import { type Command, COMMANDS } from "./commands.ts";
import { CATEGORIES, type Flag, takesValue } from "./flag.ts";
import { wrapped } from "./text.ts";

/** Column at which lines end, where words allow. */
const WIDTH = 100;

/** What the program is, in one sentence. */
const PURPOSE = "datagen fills PostgreSQL and Kafka, or files, with a synthetic Brazilian bank whose books balance.";

/** Writes the help of the whole program. */
export function rootHelp(): string {
  const commands = COMMANDS.map(({ name, summary }) => [name, summary] as const);
  return sections([
    PURPOSE,
    "Usage: datagen COMMAND [options]",
    block("Commands", columns(commands)),
    block(
      "Options",
      columns([
        ["-h, --help", "Show this help; datagen COMMAND --help shows that of a command."],
        ["-V, --version", "Show the version."],
      ]),
    ),
    block("Examples", examples([...COMMANDS[0]!.examples.slice(0, 2), ...COMMANDS[1]!.examples.slice(0, 1)])),
  ]);
}

/**
 * Writes the help of a command.
 *
 * @param detailed Whether the flags are explained (`--help`) or only listed (`-h`).
 */
export function commandHelp(command: Command, detailed: boolean): string {
  const { name, summary, detail, argument, flags } = command;
  const usage = ["datagen", name, argument?.usage, "[options]"].filter((word) => word !== undefined).join(" ");
  const help: Entry = detailed
    ? ["-h, --help", "Show this help; -h is the short one."]
    : ["-h, --help", "Show this help; --help is the long one."];
  const width = Math.max(...flags.map((flag) => flagText(flag).length)) + 4;
  return sections([
    `${summary}.${detail === undefined ? "" : `\n${detail}`}`,
    `Usage: ${usage}`,
    argument === undefined ? "" : block("Arguments", columns([[argument.usage, argument.summary]], width)),
    ...CATEGORIES.map((category) => {
      const entries = flags.filter((flag) => flag.category === category).map((flag) => flagEntry(flag, detailed));
      if (category === "Other") entries.push(help);
      return entries.length === 0 ? "" : block(category, columns(entries, width));
    }),
    block("Examples", examples(command.examples)),
  ]);
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

function columns(entries: readonly Entry[], least = 0): string {
  const width = Math.max(least, ...entries.map(([term]) => term.length + 4));
  return entries.map(([term, text, more]) => {
    const lines = [text, more ?? ""].filter((part) => part !== "").flatMap((part) => wrapped(part, WIDTH - width));
    return lines.map((line, index) => `${index === 0 ? `  ${term}`.padEnd(width) : " ".repeat(width)}${line}`).join(
      "\n",
    );
  }).join("\n");
}

function examples(lines: Command["examples"]): string {
  return lines.map(([line, effect]) => `  ${line}\n      ${effect}`).join("\n");
}
