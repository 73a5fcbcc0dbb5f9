/**
 * Which run is in a target, read without changing anything there.
 *
 * @module
 */

import type { FoundRun } from "../../adapters/found_run.ts";
import type { Manifest, Progress } from "../../ports/manifest.ts";
import { chosenDomain } from "../domains/domains.ts";
import { UsageError } from "../failures.ts";
import type { Values } from "../parser/flag.ts";
import type { LOAD_FLAGS } from "../flags/flags.ts";
import type { TargetValues as KindValues } from "../kinds/kind.ts";
import { kindOf, KINDS } from "../kinds/kinds.ts";
import { domain as domainFlag } from "../flags/population_flags.ts";
import { SERVER_FLAGS } from "../flags/server_flags.ts";
import type { Environment } from "./servers.ts";
import { DEFAULT_TARGET, type LoadPlan, resolveTargets } from "./targets.ts";
import { target as targetKind } from "../kinds/target_text.ts";
import { type Target, targetText } from "../parser/values.ts";

/** Options that say which domain is meant. */
type DomainValues = { readonly domain?: string };

/** Options that say where rows go. */
type TargetValues = Values<typeof LOAD_FLAGS>;

/** A run in a target. */
export interface HeldRun {
  /** The target as the user wrote it, for servers with what leads there. */
  readonly place: string;
  readonly manifest: Manifest;
  readonly progress: Progress;
  readonly complete: boolean;
  readonly bytes: number;
  /** How files are written; absent for others. */
  readonly files?: string;
  /** What the target no longer holds of it, in a line. */
  readonly loss?: string;
  readonly replacing?: FoundRun["replacing"];
  /** Options that lead to the same target again. */
  readonly words: readonly string[];
}

/** Whether there is a file of the default name, or what a load that was stopped has left of it. */
export function isDefaultThere(): boolean {
  return kindOfPath(DEFAULT_TARGET.path!) === DEFAULT_TARGET.kind;
}

/**
 * The target that a text names: as in `--to`, or the path of a file or a directory that is there.
 *
 * @throws {UsageError} If it is neither.
 */
export function targetNamed(text: string): Target {
  const kind = kindOfPath(text);
  if (kind !== undefined) return { kind, path: text };
  try {
    return targetKind.parse(text);
  } catch {
    throw new UsageError(
      `Cannot find a target "${text}": there is no such file, and it is none of ${targetKind.expected}`,
      "write it as in the --to of the load, such as sqlite:bank.sqlite",
    );
  }
}

/** The kind of what is at a path; of a directory any, as its manifest tells which. */
function kindOfPath(path: string): "sqlite" | "csv" | undefined {
  for (const place of [path, `${path}.partial`]) { // a load that was stopped leaves the second
    try {
      return Deno.statSync(place).isDirectory ? "csv" : "sqlite";
    } catch { /* not there, or Deno may not look */ }
  }
  return undefined;
}

/**
 * The options of a load, with those that its targets remember where the user gives none and all of them say the same:
 * how their files are written, the domain, the entities. The as-of and what else decides the rows is remembered by
 * `load` itself. Targets that cannot be read are left to it too.
 */
export async function withRemembered(values: TargetValues, targets: readonly Target[]): Promise<TargetValues> {
  if (values.truncate) return values;
  const found = await Promise.all(targets.map(lookAt));
  const domain = agreed(found.map((run) => run?.manifest.domain));
  const only = agreed(found.map((run) => run?.manifest.entities?.join()));
  return {
    ...values,
    ...ofFiles(values, targets.map((target, at) => kindOf(target).remembered?.(found[at]?.files ?? "") ?? {})),
    ...(values.domain === undefined && domain !== undefined ? { domain } : {}),
    ...(values.only === undefined && only !== undefined ? { only: [only.split(",")] } : {}),
  };
}

/** The options that the user did not give, and of which no files say another thing than the others. */
function ofFiles(given: TargetValues, remembered: readonly KindValues[]): KindValues {
  const words = remembered.flatMap((values) => Object.entries(values));
  const kept = words.filter(([long, value]) =>
    given[long as keyof KindValues] === undefined &&
    words.every(([other, different]) => other !== long || different === value)
  );
  return Object.fromEntries(kept);
}

/** What all say, where all say the same. */
function agreed(words: readonly (string | undefined)[]): string | undefined {
  return words.every((word) => word === words[0]) ? words[0] : undefined;
}

async function lookAt(target: Target): Promise<FoundRun | undefined> {
  try {
    return await lookAtFile(target);
  } catch {
    return undefined; // the load says what is wrong with it
  }
}

async function lookAtFile(target: Target): Promise<FoundRun | undefined> {
  return target.path === undefined ? undefined : await kindOf(target).look?.(target.path);
}

/**
 * Looks for the run in a target.
 *
 * @param values Of which those count that say where the server of the target is.
 * @returns Undefined where the target is empty.
 */
export async function heldRun(
  target: Target,
  values: Values<typeof SERVER_FLAGS> & DomainValues,
  environment: Environment,
): Promise<HeldRun | undefined> {
  // What else the command was given, such as --limit, is about no target.
  const server = Object.fromEntries([domainFlag, ...SERVER_FLAGS].map(({ long }) => [long, values[long]]));
  const plan = await resolveTargets(
    { ...server, ...skipAllBut(target), to: [target] },
    environment,
  );
  if (kindOf(target).isOutput) {
    throw new UsageError(`Cannot look for a run in ${targetText(target)}: it keeps none`, "name the target of a load");
  }
  const found = target.path === undefined ? await onServer(plan) : await lookAtFile(target);
  if (found === undefined) return undefined;
  const { domain } = found.manifest;
  if (domain !== chosenDomain(values).name) return await heldRun(target, { ...values, domain }, environment);
  const held = heldTarget(target, found);
  return { place: targetText(held), ...found, words: await wordsOf(held, found, plan, environment) };
}

/** The target, of the kind that its files tell. */
function heldTarget(target: Target, { files = "" }: FoundRun): Target {
  const kind = KINDS.find(({ remembered }) => remembered?.(files) !== undefined);
  return kind === undefined || target.path === undefined ? target : { kind: kind.name, path: target.path };
}

/** Says that the options of servers that are not looked at have no effect. */
function skipAllBut({ kind }: Target): Pick<TargetValues, "skip-postgres" | "skip-kafka"> {
  return {
    ...(kind === "postgres" ? {} : { "skip-postgres": true }),
    ...(kind === "kafka" ? {} : { "skip-kafka": true }),
  };
}

async function onServer(
  plan: LoadPlan,
): Promise<(FoundRun & { place: string; loss?: string }) | undefined> {
  const [target] = plan.targets;
  const sink = await target!.kind.open(target!, { line() {}, lines() {} });
  try {
    const { kind, manifest, progress, loss } = await sink.inspect();
    if (manifest === undefined || progress === undefined) return undefined;
    return {
      place: sink.target,
      manifest,
      progress,
      complete: kind === "complete" && loss === undefined,
      bytes: await sink.bytes(),
      ...(loss === undefined ? {} : { loss: loss.detail }),
    };
  } finally {
    await sink.close();
  }
}

async function wordsOf(
  target: Target,
  { files, manifest }: FoundRun,
  plan: LoadPlan,
  environment: Environment,
): Promise<string[]> {
  const isDefault = targetText(target) === targetText(DEFAULT_TARGET);
  const kind = kindOf(target);
  const values = files === undefined ? undefined : kind.remembered?.(files);
  return [
    ...(isDefault ? [] : [`--to ${targetText(target)}`]),
    ...(values === undefined ? [] : kind.words(values, await kind.resolve(values, environment))),
    ...onlyWords(target, manifest, plan),
    ...plan.targets.flatMap(({ kind, settings }) => kind.server === undefined ? [] : kind.words({}, settings)),
  ];
}

/** Options that choose the entities of a run, where the kind of target alone does not. */
function onlyWords(target: Target, { entities }: Manifest, plan: LoadPlan): string[] {
  const usual = plan.targets[0]!.entities.map(({ name }) => name);
  if (entities === undefined) return target.kind === "postgres" ? ["--postgres-events"] : [];
  if (entities.join() === usual.join()) return [];
  const isBeyond = entities.some((name) => usual.every((other) => other !== name));
  return [`--only ${entities}`, ...(isBeyond ? ["--postgres-events"] : [])];
}
