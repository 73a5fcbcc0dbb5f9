import { type RootCommand, script } from "@bomb.sh/tab";
import tab from "@bomb.sh/tab";
import { COMMANDS, SHELLS } from "../commands.ts";
import { EXIT, UsageError } from "../errors.ts";
import { type Flag, takesValue, type Words } from "../flag.ts";
import type { COMPLETIONS_FLAGS } from "../flags.ts";
import { writeOut } from "../output.ts";
import { nearest } from "../suggest.ts";
import { listed } from "../values.ts";

/** Prints the script for one shell. */
export function run({ args }: Words<typeof COMPLETIONS_FLAGS>): Promise<number> {
  const [shell] = args;
  if (shell === undefined) {
    throw new UsageError(`Cannot print completions without a shell: expected ${listed(SHELLS)}`, "write bash");
  }
  if (!SHELLS.some((known) => known === shell)) {
    const meant = nearest(shell, SHELLS);
    throw new UsageError(
      `Cannot print completions for "${shell}": expected ${listed(SHELLS)}`,
      meant === undefined ? "write bash" : `did you mean ${meant}?`,
    );
  }
  writeOut(`${shell === "bash" ? withoutEval(scriptText(shell)) : scriptText(shell)}\n`);
  return Promise.resolve(EXIT.done);
}

/** The script that tab would print. */
function scriptText(shell: string): string {
  const { log } = console;
  let text = "";
  console.log = (printed: string) => void (text += printed);
  try {
    script(shell, "datagen", "datagen");
  } finally {
    console.log = log;
  }
  return text;
}

/**
 * Tab's bash script evaluates the words that are being typed, so that completing `$(command)` would run the command, and
 * complains when it is read twice. This passes the words as they are.
 */
function withoutEval(text: string): string {
  const asked = 'out=$(eval "$requestComp" 2>/dev/null)';
  if (!text.includes(asked)) throw new Error("Cannot write the bash script as tab's text has changed");
  return text.replace(asked, 'out=$(datagen complete -- "${words[@]:1}" 2>/dev/null)').replace(/^readonly /gm, "");
}

/** Answers `datagen complete -- WORDS`, which the scripts ask: what may stand in the place of the last word. */
export async function complete(words: readonly string[]): Promise<number> {
  await describe(tab);
  tab.parse(words[0] === "--" ? words.slice(1) : [...words]);
  return EXIT.done;
}

/** Tells tab of all commands, from the same tables that the parser and the help read. */
async function describe(root: RootCommand): Promise<void> {
  root.option("help", "Show the help").option("version", "Show the version");
  for (const command of COMMANDS) {
    const described = root.command(command.name, command.summary);
    for (const flag of command.flags) addFlag(described, flag);
    described.option("help", "Show the help");
    if (command.argument === undefined) continue;
    const choices = await command.argument.choices();
    described.argument(command.name, (add) => choices.forEach((choice) => add(choice, "")), true);
  }
}

function addFlag(described: ReturnType<RootCommand["command"]>, flag: Flag): void {
  if (!takesValue(flag)) {
    described.option(flag.long, flag.summary);
    return;
  }
  const choices = flag.kind.choices ?? [];
  described.option(flag.long, flag.summary, (add) => choices.forEach((choice) => add(choice, "")));
}
