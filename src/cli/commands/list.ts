/**
 * The commands: what each is called, takes and says of itself. Their bodies are in `commands/`.
 *
 * @module
 */

import type { Flag } from "../parser/flag.ts";
import {
  BENCH_FLAGS,
  COMPLETIONS_FLAGS,
  DOCTOR_FLAGS,
  DOCTOR_SHOWN,
  INFO_FLAGS,
  INFO_SHOWN,
  LOAD_FLAGS,
  PLAN_FLAGS,
  RESET_FLAGS,
  RESET_SHOWN,
  SAMPLE_FLAGS,
  SCHEMA_FLAGS,
  SHOW_FLAGS,
  SHOW_POPULATION,
  SHOW_SHOWN,
  TOPICS_FLAGS,
  TOPICS_SHOWN,
} from "../flags/flags.ts";
import { KINDS } from "../kinds/kinds.ts";
import { choiceOf } from "../kinds/target_text.ts";
import { domainFlags } from "../flags/population_flags.ts";

/** The flags of a command that help and shells show. */
export function shownFlags({ flags, shown = flags }: Command): readonly Flag[] {
  return shown.filter(({ isHidden }) => !isHidden);
}

/** The shells that completions exist for. */
export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

/** What may be done with topics. */
export const TOPIC_ACTIONS = ["plan", "apply"] as const;

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
  /** The flags that help and shells show; all of `flags` that are not hidden where absent. */
  readonly shown?: readonly Flag[];
  /** Names of flags that a config file does not set for this command but in its own table. */
  readonly unconfigured?: readonly string[];
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
  /** Whether it is a target with its path, or a path. */
  readonly completes?: "target";
}

const entities: CommandArgument = {
  usage: "[ENTITY...]",
  summary: "Names of entities, such as customers. Default: all.",
  most: Infinity,
  choices: async () => (await import("../domains/domains.ts")).DEFAULT_DOMAIN.entities.map(({ name }) => name),
};

/** All commands, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  {
    name: "load",
    summary: "Write a whole bank into a target, check it, and sum up",
    detail: "Run it again to go on where it was stopped, or with more customers to add only those that are missing.",
    flags: [...domainFlags(), ...LOAD_FLAGS],
    examples: [
      ["datagen load", "100 customers into ./datagen.sqlite."],
      ["datagen load --customers 1000 --seed 7 --as-of 2025-07-01", "The same bytes today, tomorrow and elsewhere."],
      ["datagen load --to csv:out --to sqlite:bank.sqlite", "The same data in two targets, generated once."],
      ["datagen load --to postgres --to kafka --create-topics", "Masters and events into servers on this machine."],
      [
        "datagen load --postgres-url postgresql://ana@db/bank --skip-kafka",
        "Masters into that database only; the password is PGPASSWORD.",
      ],
      ["datagen load --customers 5 --to console --limit 3", "A look at it, without a file."],
    ],
  },
  {
    name: "show",
    summary: "Show a customer, or any record by its id: row, parents, cause, statement",
    detail: "Reads no row: all of it is generated from the id. The run is that of --in, or of the options, or of " +
      "./datagen.sqlite.",
    argument: {
      usage: "WHAT",
      summary: "A customer's number or CPF, a ticker, or the id of any row; also the end-to-end id of a Pix.",
      most: 1,
      choices: () => Promise.resolve([]),
    },
    flags: [...domainFlags(), ...SHOW_FLAGS],
    shown: [...domainFlags(), ...SHOW_SHOWN],
    unconfigured: [...domainFlags(), ...SHOW_POPULATION].map(({ long }) => long), // a target says it
    examples: [
      ["datagen show 1", "The first customer: products, and a statement of each account."],
      ["datagen show 123.456.789-09 --json", "The customer with a CPF, for a program."],
      ["datagen show ID --in postgres", "Any row of the run that the database holds."],
    ],
  },
  {
    name: "info",
    summary: "Tell which run is in a target, how far it got, and what goes on with it",
    detail: "Changes nothing there.",
    argument: {
      usage: "[TARGET]",
      summary: "As in the --to of load, or the path of a file or directory. Default: ./datagen.sqlite.",
      most: 1,
      choices: () => Promise.resolve(KINDS.filter(({ isOutput }) => !isOutput).map(choiceOf)),
      completes: "target",
    },
    flags: INFO_FLAGS,
    shown: INFO_SHOWN,
    examples: [
      ["datagen info", "The run in ./datagen.sqlite."],
      ["datagen info csv:out", "The run of a directory of CSV files."],
      ["datagen info kafka --kafka-bootstrap broker:9092", "The run whose events are in the topics of a broker."],
    ],
  },
  {
    name: "sample",
    summary: "Show a few records of any entity, without a file",
    argument: entities,
    flags: [...domainFlags(), ...SAMPLE_FLAGS],
    examples: [
      ["datagen sample customers", "Three customers as JSON."],
      ["datagen sample accounts transactions --limit 10 --format csv", "Ten of each as CSV."],
    ],
  },
  {
    name: "plan",
    summary: "Tell rows, bytes and time of a load without making it",
    flags: [...domainFlags(), ...PLAN_FLAGS],
    examples: [
      ["datagen plan --customers 1000000", "What a million customers would take in SQLite."],
      ["datagen plan --customers 50000 --to csv:out --to json:out2", "The same in two other targets."],
    ],
  },
  {
    name: "schema",
    summary: "Print tables and fields as SQL, Avro, JSON or Markdown",
    argument: entities,
    flags: SCHEMA_FLAGS,
    examples: [
      ["datagen schema", "The statements that make the SQLite tables."],
      ["datagen schema loans installments --format markdown", "Two entities, for people."],
      ["datagen schema transactions --format avro", "The Avro schema of one entity."],
    ],
  },
  {
    name: "doctor",
    summary: "Tell whether each server answers, and what to do next",
    detail: "Without an option it looks for servers at the documented addresses, and their absence is no failure.",
    flags: DOCTOR_FLAGS,
    shown: DOCTOR_SHOWN,
    examples: [
      ["datagen doctor", "What there is on this machine."],
      [
        "datagen doctor --to kafka --kafka-bootstrap broker:9092",
        "Kafka and its Schema Registry; 1 if one is missing.",
      ],
    ],
  },
  {
    name: "topics",
    summary: "Compare Kafka's topics with what they should be, or make them so",
    detail:
      "Makes what is missing, adds partitions, changes settings that were asked for. Takes no partition away and " +
      "deletes no topic.",
    argument: {
      usage: "plan|apply",
      summary: "plan only tells; apply does it.",
      most: 1,
      choices: () => Promise.resolve(TOPIC_ACTIONS),
    },
    flags: TOPICS_FLAGS,
    shown: TOPICS_SHOWN,
    examples: [
      ["datagen topics plan", "What would be done on this machine's broker."],
      ["datagen topics apply --retention-hours 168 --replication-factor 3", "A week, three copies."],
    ],
  },
  {
    name: "reset",
    summary: "Drop what datagen made in PostgreSQL and Kafka, and nothing else",
    detail: "Without --yes it only names what it would drop.",
    flags: RESET_FLAGS,
    shown: RESET_SHOWN,
    examples: [
      ["datagen reset --to postgres", "What there is to drop in the database on this machine."],
      ["datagen reset --yes", "Drop it in PostgreSQL and Kafka on this machine."],
      [
        "datagen reset --to kafka --kafka-bootstrap broker:9092 --yes --confirm broker",
        "On another machine its name must be repeated.",
      ],
    ],
  },
  {
    name: "bench",
    summary: "Measure generation, encoding, SQLite and servers on this machine",
    detail:
      "Compare the ratios of one run: the speed of a machine changes from minute to minute. Servers are measured " +
      "where an option or a variable names them, in a schema and in topics of their own.",
    flags: BENCH_FLAGS,
    examples: [
      ["datagen bench", "A table of rows a second."],
      ["datagen bench --customers 10000 --json", "The same, larger, for a machine."],
      ["datagen bench --scale 1000 --skip-kafka", "PostgreSQL too."],
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
