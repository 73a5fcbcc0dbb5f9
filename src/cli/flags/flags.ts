/**
 * The flags of each command. Every flag is defined once, here, in `population_flags.ts` or in `server_flags.ts`: the
 * parser, `-h`, `--help`, the completions and the documentation all read these.
 *
 * @module
 */

import { DEFAULT_DESCRIPTION } from "../domains/domain_list.ts";
import type { Flag } from "../parser/flag.ts";
import { asOf, asOfToday, days, domain, POPULATION, seed, unitCount, unitFlag } from "./population_flags.ts";
import {
  ADDRESS_FLAGS,
  KAFKA_ADDRESS_FLAGS,
  postgresEvents,
  resend,
  SERVER_FLAGS,
  TOPIC_FLAGS,
} from "./server_flags.ts";
import { someText, wordList } from "../parser/server_values.ts";
import { target } from "../kinds/target_text.ts";
import { integer, oneOf } from "../parser/values.ts";

const benchCustomers = {
  ...unitFlag(DEFAULT_DESCRIPTION),
  long: "customers",
  default: "2000",
  detail: "Enough for a second or two of each figure.",
} as const satisfies Flag;

const scale = {
  long: "scale",
  variable: "N",
  category: "Other",
  summary: "Another name for --customers.",
  detail: "For command lines written for benchmark.py.",
  kind: unitCount(DEFAULT_DESCRIPTION, 2000),
} as const satisfies Flag;

const to = {
  long: "to",
  isCommon: true,
  variable: "TARGET",
  category: "Where it goes",
  summary: `${target.expected}; repeatable.`,
  detail:
    "Several targets get the same data, generated once. json:- sends JSON lines to standard output. Without --to, any of --postgres-url, --kafka-bootstrap, " +
    "--schema-registry, --kafka-cluster, --create-topics, --skip-postgres, --skip-kafka, DATAGEN_POSTGRES_URL and " +
    "DATAGEN_KAFKA_BOOTSTRAP chooses postgres and kafka, less the one that is skipped.",
  default: "sqlite:datagen.sqlite",
  repeatable: true,
  kind: target,
} as const satisfies Flag;

const inTarget = {
  long: "in",
  isCommon: true,
  variable: "TARGET",
  category: "Where it is",
  summary: "The target whose run is meant, as in --to of load.",
  default: "sqlite:datagen.sqlite if it is there",
  kind: target,
} as const satisfies Flag;

const pageLimit = {
  long: "limit",
  isCommon: true,
  variable: "N",
  category: "What is shown",
  summary: "Lines of each table; --json has all.",
  default: "12",
  kind: integer(1, 1_000_000, 12),
} as const satisfies Flag;

const serverTo = {
  long: "to",
  isCommon: true,
  variable: "TARGET",
  category: "Where it goes",
  summary: "postgres or kafka; repeatable.",
  default: "both",
  repeatable: true,
  kind: oneOf(["postgres", "kafka"]),
} as const satisfies Flag;

const jsonFormat = {
  long: "format",
  variable: "FORMAT",
  category: "Where it goes",
  summary: "array or lines, for json:DIR only.",
  detail: "array: one JSON array for each entity. lines: one JSON object a line.",
  default: "array",
  kind: oneOf(["array", "lines"]),
} as const satisfies Flag;

const csvDialect = {
  long: "csv-dialect",
  variable: "DIALECT",
  category: "Where it goes",
  summary: "rfc4180 or excel-br, for csv:DIR only.",
  detail:
    "rfc4180: for programs. excel-br: for Excel with Brazilian settings: UTF-8 with a byte order mark, semicolons, " +
    'decimal commas, instants without milliseconds, and text of digits as ="00123". A run keeps its dialect.',
  default: "rfc4180",
  kind: oneOf(["rfc4180", "excel-br"]),
} as const satisfies Flag;

const consoleLimit = {
  long: "limit",
  variable: "N",
  category: "Where it goes",
  summary: "At most N rows of each entity, for console only.",
  detail: "They are held in memory until the end.",
  default: "10",
  kind: integer(0, 1_000_000, 10),
} as const satisfies Flag;

const only = {
  long: "only",
  isCommon: true,
  variable: "ENTITY,...",
  category: "Where it goes",
  summary: "Nothing but these entities; repeatable.",
  detail: "The choice is final for a target: a later load into a file goes on with it, one into a server must name it.",
  repeatable: true,
  kind: wordList,
} as const satisfies Flag;

const truncate = {
  long: "truncate",
  isCommon: true,
  category: "Where it goes",
  summary: "Replace what datagen made in the target.",
  detail:
    "Never touches what datagen did not make. Tables are emptied, not dropped. Asks first where a server is not " +
    "on this machine.",
} as const satisfies Flag;

const yes = {
  long: "yes",
  category: "Where it goes",
  summary: "Answer the question of --truncate with yes.",
} as const satisfies Flag;

const dropYes = { ...yes, isCommon: true, summary: "Drop it; without it, only tell what would be dropped." } as const;

const confirmHost = {
  long: "confirm",
  isCommon: true,
  variable: "HOST",
  category: "Where it goes",
  summary: "Repeats the host of a server that is not on this machine; repeatable.",
  repeatable: true,
  kind: someText("a host", "db.example.com"),
} as const satisfies Flag;

const sampleLimit = {
  long: "limit",
  isCommon: true,
  variable: "N",
  category: "What is shown",
  summary: "Records of each entity.",
  default: "3",
  kind: integer(1, 100_000, 3),
} as const satisfies Flag;

const sampleFormat = {
  long: "format",
  isCommon: true,
  variable: "FORMAT",
  category: "What is shown",
  summary: "json, csv or table.",
  detail: "json: one object that holds an array for each entity. csv: a header and rows for each entity. table: for " +
    "people, record by record where the columns do not fit the terminal.",
  default: "json",
  kind: oneOf(["json", "csv", "table"]),
} as const satisfies Flag;

const sampleJson = {
  long: "json",
  isCommon: true,
  category: "What is shown",
  summary: "The same as --format json.",
} as const satisfies Flag;

const schemaFormat = {
  long: "format",
  isCommon: true,
  variable: "FORMAT",
  category: "What is shown",
  summary: "ddl, postgres, avro, json or markdown.",
  detail: "ddl: the statements that make the SQLite tables. postgres: those of PostgreSQL. avro: the schemas of the " +
    "records, a list unless one entity is named. json, markdown: the catalogue of entities and fields.",
  default: "ddl",
  kind: oneOf(["ddl", "postgres", "avro", "json", "markdown"]),
} as const satisfies Flag;

const skipSqlite = {
  long: "skip-sqlite",
  category: "SQLite",
  summary: "Leave SQLite out of what is measured.",
} as const satisfies Flag;

const json = {
  long: "json",
  isCommon: true,
  category: "What is shown",
  summary: "Print the result as one JSON object.",
} as const satisfies Flag;

const quiet = {
  long: "quiet",
  isCommon: true,
  category: "What is shown",
  summary: "Print failures only.",
} as const satisfies Flag;

const progress = {
  long: "progress",
  variable: "WHEN",
  category: "What is shown",
  summary: "auto, always or never; auto is on a terminal.",
  detail: "Progress goes to standard error.",
  default: "auto",
  kind: oneOf(["auto", "always", "never"]),
} as const satisfies Flag;

/** Levels of the log, from the one that tells most. */
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;

/** Level of the log; `LOG_LEVEL` may say it too. */
export const logLevel = {
  long: "log-level",
  variable: "LEVEL",
  category: "What is shown",
  summary: "debug, info, warn or error; LOG_LEVEL too.",
  detail: "The log goes to standard error.",
  default: "warn",
  kind: oneOf(LOG_LEVELS),
} as const satisfies Flag;

const logFormat = {
  long: "log-format",
  variable: "FORMAT",
  category: "What is shown",
  summary: "text or json, of the log and of errors.",
  default: "text",
  kind: oneOf(["text", "json"]),
} as const satisfies Flag;

const verbose = {
  long: "verbose",
  category: "What is shown",
  summary: "Show where an error comes from, and every check of a load.",
} as const satisfies Flag;

const fast = {
  long: "fast",
  isHidden: true,
  category: "Other",
  summary: "Accepted and changes nothing: datagen is always fast.",
} as const satisfies Flag;

const workers = {
  long: "workers",
  variable: "N",
  category: "Other",
  summary: "Threads that generate; 0: as many as there are cores.",
  detail:
    "The data is the same whatever it is. One more thread writes. A small load is done before a thread has started, " +
    "and has none.",
  default: "cores less 1, 1 to 8",
  kind: integer(0, 256, 8),
} as const satisfies Flag;

const rate = {
  long: "rate",
  isHidden: true,
  variable: "N",
  category: "Other",
  summary: "Accepted: it has no effect without --stream.",
  detail: "This version sends no live events and has no --stream.",
  kind: integer(0, 1_000_000_000, 1000),
} as const satisfies Flag;

const duration = {
  long: "duration",
  isHidden: true,
  variable: "SECONDS",
  category: "Other",
  summary: "Accepted: it has no effect without --stream.",
  kind: integer(0, 1_000_000_000, 3600),
} as const satisfies Flag;

/** Options from a file, for every command. */
export const configFlag = {
  long: "config",
  isCommon: true,
  variable: "FILE",
  category: "Other",
  summary: "Options from a .toml or .json file; those given here win.",
  detail: "Its keys are the names of options, at the top or in a table named as a command: docs/config.md.",
  default: "datagen.toml if it is there",
  kind: { ...someText("a .toml or .json file", "datagen.toml"), completes: "file" },
} as const satisfies Flag;

/** The flags that every command takes. */
export const COMMON_FLAGS = [logLevel, logFormat, verbose, configFlag] as const;

/** Flags of `load`. */
export const LOAD_FLAGS = [
  ...POPULATION,
  asOf,
  days,
  to,
  jsonFormat,
  csvDialect,
  consoleLimit,
  only,
  truncate,
  yes,
  ...SERVER_FLAGS,
  resend,
  json,
  quiet,
  progress,
  ...COMMON_FLAGS,
  fast,
  workers,
  rate,
  duration,
] as const;

/** Flags of `sample`. */
export const SAMPLE_FLAGS = [
  ...POPULATION,
  asOfToday,
  days,
  sampleLimit,
  sampleFormat,
  sampleJson,
  ...COMMON_FLAGS,
] as const;

/** Flags that say which bank `show` means where no target does. */
export const SHOW_POPULATION = [...POPULATION, asOfToday, days] as const;

/** Flags of `show`. */
export const SHOW_FLAGS = [
  inTarget,
  ...SHOW_POPULATION,
  ...SERVER_FLAGS,
  pageLimit,
  json,
  ...COMMON_FLAGS,
] as const;

/** Flags of `info`. */
export const INFO_FLAGS = [domain, ...SERVER_FLAGS, json, ...COMMON_FLAGS] as const;

/** Of the flags of `show` and `info`, those that say where a server is. */
export const SHOW_SHOWN = [inTarget, ...SHOW_POPULATION, ...ADDRESS_FLAGS, pageLimit, json, ...COMMON_FLAGS] as const;
export const INFO_SHOWN = [domain, ...ADDRESS_FLAGS, json, ...COMMON_FLAGS] as const;

/** Flags of `plan`. */
export const PLAN_FLAGS = [
  ...POPULATION,
  asOfToday,
  days,
  to,
  jsonFormat,
  csvDialect,
  consoleLimit,
  only,
  ...SERVER_FLAGS,
  json,
  ...COMMON_FLAGS,
] as const;

/** Flags of `schema`. */
export const SCHEMA_FLAGS = [domain, schemaFormat, ...COMMON_FLAGS] as const;

/** Flags of `bench`. */
export const BENCH_FLAGS = [
  benchCustomers,
  seed,
  skipSqlite,
  ...ADDRESS_FLAGS,
  json,
  ...COMMON_FLAGS,
  scale,
] as const;

/** Flags of `doctor`. */
export const DOCTOR_FLAGS = [
  domain,
  serverTo,
  ...SERVER_FLAGS,
  json,
  ...COMMON_FLAGS,
] as const;

/** Of those, the ones that mean something there. */
export const DOCTOR_SHOWN = [
  domain,
  serverTo,
  ...ADDRESS_FLAGS,
  postgresEvents,
  ...TOPIC_FLAGS,
  json,
  ...COMMON_FLAGS,
] as const;

/** Flags of `topics`: all that name a server, so that one list of options will do for every command. */
export const TOPICS_FLAGS = [domain, serverTo, ...SERVER_FLAGS, json, ...COMMON_FLAGS] as const;

/** Of those, the ones that mean something there; the others are accepted so that all commands take the same options. */
export const TOPICS_SHOWN = [domain, ...KAFKA_ADDRESS_FLAGS, ...TOPIC_FLAGS, json, ...COMMON_FLAGS] as const;

/** Flags of `reset`. */
export const RESET_FLAGS = [domain, serverTo, ...SERVER_FLAGS, dropYes, confirmHost, json, ...COMMON_FLAGS] as const;

/** Of those, the ones that mean something there. */
export const RESET_SHOWN = [domain, serverTo, ...ADDRESS_FLAGS, dropYes, confirmHost, json, ...COMMON_FLAGS] as const;

/** Flags of `completions`. */
export const COMPLETIONS_FLAGS = [...COMMON_FLAGS] as const;
