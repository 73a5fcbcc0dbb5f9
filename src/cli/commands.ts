/**
 * The commands: what each is called, takes and says of itself. Their bodies are in `commands/`.
 *
 * @module
 */

import {
  BENCH_FLAGS,
  COMPLETIONS_FLAGS,
  type Flag,
  LOAD_FLAGS,
  PLAN_FLAGS,
  SAMPLE_FLAGS,
  SCHEMA_FLAGS,
} from "./flags.ts";

/** The shells that completions exist for. */
export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

/** One command. */
export interface Command {
  readonly name: string;
  /** One line, without a full stop. */
  readonly summary: string;
  /** More of it, for `--help`. */
  readonly detail?: string;
  /** What may stand after the command beside flags. */
  readonly argument?: CommandArgument;
  readonly flags: readonly Flag[];
  /** Command lines, each with what it does. */
  readonly examples: readonly (readonly [line: string, effect: string])[];
}

/** The argument of a command. */
export interface CommandArgument {
  /** How the usage line shows it. */
  readonly usage: string;
  readonly summary: string;
  /** How many may be given. */
  readonly most: number;
  /** All texts that are allowed, for the shells. */
  choices(): Promise<readonly string[]>;
}

const entities: CommandArgument = {
  usage: "[ENTITY...]",
  summary: "Names of entities, such as customers. Default: all.",
  most: Infinity,
  choices: async () => (await import("../domains/bank/entities/mod.ts")).bankEntities.map(({ name }) => name),
};

/** All commands, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  {
    name: "load",
    summary: "Write a whole bank into a target, check it, and sum up",
    detail: "Run it again to go on where it was stopped, or with more customers to add only those that are missing.",
    flags: LOAD_FLAGS,
    examples: [
      ["datagen load", "100 customers into ./datagen.sqlite."],
      ["datagen load --customers 1000 --seed 7 --as-of 2025-07-01", "The same bytes today, tomorrow and elsewhere."],
      ["datagen load --to csv:out --to sqlite:bank.sqlite", "The same data in two targets, generated once."],
      ["datagen load --customers 5 --to console --limit 3", "A look at it, without a file."],
    ],
  },
  {
    name: "sample",
    summary: "Show a few records of any entity, without a file",
    argument: entities,
    flags: SAMPLE_FLAGS,
    examples: [
      ["datagen sample customers", "Three customers as JSON."],
      ["datagen sample accounts transactions --limit 10 --format csv", "Ten of each as CSV."],
    ],
  },
  {
    name: "plan",
    summary: "Tell rows, bytes and time of a load without making it",
    flags: PLAN_FLAGS,
    examples: [
      ["datagen plan --customers 1000000", "What a million customers would take in SQLite."],
      ["datagen plan --customers 50000 --to csv:out --to json:out2", "The same in two other targets."],
    ],
  },
  {
    name: "schema",
    summary: "Print tables and fields: DDL, JSON or Markdown",
    argument: entities,
    flags: SCHEMA_FLAGS,
    examples: [
      ["datagen schema", "The statements that make the SQLite tables."],
      ["datagen schema loans installments --format markdown", "Two entities, for people."],
    ],
  },
  {
    name: "bench",
    summary: "Measure generation, encoding and SQLite on this machine",
    detail: "Compare the ratios of one run: the speed of a machine changes from minute to minute.",
    flags: BENCH_FLAGS,
    examples: [
      ["datagen bench", "A table of rows a second."],
      ["datagen bench --customers 10000 --json", "The same, larger, for a machine."],
    ],
  },
  {
    name: "completions",
    summary: "Print the script that completes datagen in a shell",
    argument: {
      usage: "SHELL",
      summary: "bash, zsh, fish or powershell.",
      most: 1,
      choices: () => Promise.resolve(SHELLS),
    },
    flags: COMPLETIONS_FLAGS,
    examples: [
      ["source <(datagen completions bash)", "In ~/.bashrc; bash needs its bash-completion package."],
      ["source <(datagen completions zsh)", "In ~/.zshrc, after compinit."],
      ["datagen completions fish | source", "In ~/.config/fish/config.fish."],
      ["datagen completions powershell | Out-String | Invoke-Expression", "In $PROFILE."],
    ],
  },
];
