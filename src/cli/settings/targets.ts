/**
 * Decides where rows go, which rows go there, and which options have nothing to do there. Nothing is opened.
 *
 * @module
 */

import { normalize, resolve } from "node:path";
import { followLinks } from "../../adapters/places.ts";
import type { Entity } from "../../model/entity.ts";
import { chosenDomain } from "../domains/domains.ts";
import { entitiesNamed } from "./entities.ts";
import { UsageError } from "../failures.ts";
import type { Values } from "../parser/flag.ts";
import type { LOAD_FLAGS } from "../flags/flags.ts";
import type { Part, TargetKind } from "../kinds/kind.ts";
import { kindOf, KINDS } from "../kinds/kinds.ts";
import { resend, SERVER_FLAGS } from "../flags/server_flags.ts";
import type { Environment, KafkaSettings, PostgresSettings } from "./servers.ts";
import { listed, type Target, targetText } from "../parser/values.ts";

/** Where `load` writes when no target is given, and where a run is looked for that nobody named. */
export const DEFAULT_TARGET: Target = { kind: "sqlite", path: "datagen.sqlite" };

/** Options that choose PostgreSQL and Kafka by themselves, as in the original loader. */
const CHOOSERS = [
  "postgres-url",
  "kafka-bootstrap",
  "schema-registry",
  "kafka-cluster",
  "skip-postgres",
  "skip-kafka",
  "create-topics",
] as const;

/** Variables of the environment that do the same. */
const CHOOSING_VARIABLES = ["DATAGEN_POSTGRES_URL", "DATAGEN_KAFKA_BOOTSTRAP"] as const;

/** Options that say where rows go, and how. */
type TargetValues = Values<typeof LOAD_FLAGS>;

/** A target with what it gets, and how. */
export interface PlannedTarget extends Part<unknown> {
  readonly kind: TargetKind;
}

/** Where a load goes. */
export interface LoadPlan {
  readonly targets: readonly PlannedTarget[];
  /** Present where PostgreSQL is a target. */
  readonly postgres?: PostgresSettings;
  /** Present where Kafka is a target. */
  readonly kafka?: KafkaSettings;
  /** Options that choose the same again, without a secret. */
  readonly words: readonly string[];
  /** Whether no option chose a target, so that a user may wonder where the servers are. */
  readonly byDefault: boolean;
}

/**
 * Decides where rows go.
 *
 * @throws {UsageError} If options contradict each other, or a server's address is not allowed.
 */
export async function resolveTargets(values: TargetValues, environment: Environment): Promise<LoadPlan> {
  const chosen = choose(values, environment);
  refuseSamePlaces(chosen);
  refuseMisplaced(values, chosen);
  const targets: PlannedTarget[] = [];
  for (const part of withEntities(values, chosen)) {
    targets.push({ ...part, settings: await part.kind.resolve(values, environment) });
  }
  const settingsOf = (name: Target["kind"]) => targets.find(({ kind }) => kind.name === name)?.settings;
  const postgres = settingsOf("postgres") as PostgresSettings | undefined;
  const kafka = settingsOf("kafka") as KafkaSettings | undefined;
  const isDefault = chosen.length === 1 && targetText(chosen[0]!) === targetText(DEFAULT_TARGET);
  return {
    targets,
    ...(postgres === undefined ? {} : { postgres }),
    ...(kafka === undefined ? {} : { kafka }),
    words: [
      ...(isDefault ? [] : chosen.map((target) => `--to ${targetText(target)}`)),
      ...kindWords(targets, values, false),
      ...(values.only === undefined ? [] : [`--only ${values.only.flat()}`]),
      ...(values["kafka-cluster"] === undefined ? [] : [`--kafka-cluster ${values["kafka-cluster"]}`]),
      ...kindWords(targets, values, true),
    ],
    byDefault: isDefault && values.to === undefined,
  };
}

/** The options that lead to some targets again, kind by kind, each once: those of servers, or those of others. */
function kindWords(targets: readonly PlannedTarget[], values: TargetValues, ofServers: boolean): string[] {
  const words = KINDS.filter(({ server }) => (server !== undefined) === ofServers).flatMap(({ name }) =>
    targets.filter(({ kind }) => kind.name === name).flatMap(({ kind, settings }) => kind.words(values, settings))
  );
  return [...new Set(words)];
}

function choose(values: TargetValues, environment: Environment): readonly Target[] {
  if (values.to !== undefined) {
    refuseSkipped(values, values.to);
    return values.to;
  }
  const chosen = CHOOSERS.some((long) => values[long] !== undefined) ||
    CHOOSING_VARIABLES.some((variable) => environment(variable) !== undefined);
  if (!chosen) return [DEFAULT_TARGET];
  if (values["skip-postgres"] && values["skip-kafka"]) {
    throw new UsageError("Cannot use --skip-postgres with --skip-kafka: nothing is left", "leave one of them away");
  }
  return [
    ...(values["skip-postgres"] ? [] : [{ kind: "postgres" } as const]),
    ...(values["skip-kafka"] ? [] : [{ kind: "kafka" } as const]),
  ];
}

/** Which servers a command is about that is about servers only. */
export interface ChosenServers {
  readonly kinds: readonly ("postgres" | "kafka")[];
  /** Whether an option or a variable named one, so that it is expected to be there. */
  readonly named: boolean;
}

/**
 * Decides which servers a command is about: those of `--to`, else both that are not skipped.
 *
 * @throws {UsageError} If none is left, or options contradict each other.
 */
export function chooseServers(
  values: Pick<TargetValues, typeof CHOOSERS[number]> & { readonly to?: readonly ("postgres" | "kafka")[] },
  environment: Environment,
): ChosenServers {
  const { to, ...others } = values;
  const targets = to?.map((kind) => ({ kind }));
  const chosen = choose({ ...others, ...(targets === undefined ? {} : { to: targets }) }, environment);
  refuseSamePlaces(chosen);
  const kinds = chosen.map(({ kind }) => kind).filter((kind) => kind === "postgres" || kind === "kafka");
  return kinds.length === 0 ? { kinds: ["postgres", "kafka"], named: false } : { kinds, named: true };
}

function refuseSkipped(values: TargetValues, targets: readonly Target[]): void {
  for (const kind of ["postgres", "kafka"] as const) {
    if (!values[`skip-${kind}`] || targets.every((target) => target.kind !== kind)) continue;
    throw new UsageError(
      `Cannot use --skip-${kind} with --to ${kind}: they contradict each other`,
      "leave one of them away",
    );
  }
}

/** Refuses options of what is no target; those of a server that is skipped aloud have no effect. */
function refuseMisplaced(values: TargetValues, targets: readonly Target[]): void {
  for (const long of new Set(KINDS.flatMap(({ flags }) => flags.map((flag) => flag.long)))) {
    const value = values[long];
    const fits = (kind: TargetKind) => kind.flags.some((flag) => flag.long === long && (flag.fits?.(value) ?? true));
    if (value === undefined || targets.some((target) => fits(kindOf(target)))) continue;
    const owner = KINDS.find(({ flags }) => flags.some((flag) => flag.long === long))!;
    const used = `--${long} ${typeof value === "string" ? `"${value}"` : value}`;
    throw misplaced(used, `--${long}`, owner.name, `--to ${owner.example}`, targets);
  }
  const has = (kind: Target["kind"]) => targets.some((target) => target.kind === kind);
  for (const { long, category } of [...SERVER_FLAGS, resend]) {
    if (values[long] === undefined || long.startsWith("skip-")) continue;
    const { name } = KINDS.find(({ server }) => server?.categories.includes(category))!;
    if (has(name) || isSkipped(name, values) || long === "kafka-cluster" && has("postgres")) continue;
    throw misplaced(`--${long}`, `--${long}`, name, hintFor(name, values), targets);
  }
}

/** Whether a server is skipped aloud, so that its options may stand. */
function isSkipped(name: string, values: TargetValues): boolean {
  return name === "postgres" && values["skip-postgres"] === true || name === "kafka" && values["skip-kafka"] === true;
}

function hintFor(kind: string, values: TargetValues): string {
  return values.to === undefined ? "--to postgres --to kafka" : `--to ${kind}`;
}

function misplaced(used: string, flag: string, kind: string, to: string, targets: readonly Target[]): UsageError {
  return new UsageError(
    `Cannot use ${used} without a ${kind} target: the targets are ${targets.map(targetText)}`,
    `write ${to}, or leave ${flag} away`,
  );
}

/** Gives every target the entities that it takes. */
function withEntities(values: TargetValues, targets: readonly Target[]): Omit<PlannedTarget, "settings">[] {
  const words = values.only?.flat() ?? [];
  const domain = chosenDomain(values);
  const wanted = new Set(entitiesNamed(words, domain));
  const planned = targets.map((target) => {
    const kind = kindOf(target);
    const entities = domain.entities.filter((entity) => kind.takes(entity, values) && wanted.has(entity));
    return { target, kind, entities };
  });
  if (words.length === 0) return planned;
  const taken = new Set(planned.flatMap(({ entities }) => entities));
  const left = [...wanted].filter((entity) => !taken.has(entity));
  if (left.length > 0) throw notTaken(left, targets);
  const idle = planned.find(({ entities }) => entities.length === 0);
  if (idle === undefined) return planned;
  throw new UsageError(
    `Cannot use --only ${words} with ${targetText(idle.target)}: it takes none of them`,
    idle.target.kind === "postgres"
      ? "add --postgres-events or --skip-postgres"
      : "add --skip-kafka; a topic holds events only",
  );
}

function notTaken(entities: readonly Entity[], targets: readonly Target[]): UsageError {
  const postgres = targets.some(({ kind }) => kind === "postgres");
  const isEvent = entities.some(({ role }) => role === "event");
  return new UsageError(
    `Cannot use --only with ${listed(entities.map(({ name }) => name), "and")}: no target of ${
      targets.map(targetText)
    } takes that`,
    postgres && isEvent ? "add --postgres-events, or --to kafka" : "add --to postgres; a topic holds events only",
  );
}

function refuseSamePlaces(targets: readonly Target[]): void {
  const seen = new Map<string, Target>();
  for (const target of targets) {
    const { isOutput } = kindOf(target);
    const place = target.path === undefined ? isOutput ? "standard output" : target.kind : normalized(target.path);
    const before = seen.get(place);
    seen.set(place, target);
    if (before === undefined) continue;
    if (before.kind === target.kind) {
      throw new UsageError(`Cannot use --to ${targetText(target)} twice: one target is one place`, "give each once");
    }
    if (target.path === undefined) {
      throw new UsageError(
        `Cannot use --to ${targetText(before)} with --to ${targetText(target)}: both write to standard output`,
        "leave one of them away",
      );
    }
    throw new UsageError(
      `Cannot use --to ${targetText(before)} with --to ${targetText(target)}: they are the same place`,
      `write --to ${targetText(target)}-${target.kind}`,
    );
  }
}

/** Makes a path such that two spellings of one place are equal, links followed, as far as Deno may look. */
function normalized(path: string): string {
  const place = Deno.build.os === "windows" ? path.toLowerCase() : path;
  try {
    return resolve(followLinks(place));
  } catch {
    return normalize(place).replace(/(?<=.)[/\\]$/, ""); // Deno may not look, or the links lead round in a circle
  }
}
