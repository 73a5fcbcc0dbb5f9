import { type Domain, type RunOptions, volumesOf } from "../ports/domain.ts";
import { type Interval, type Manifest, MARKS_FORMAT } from "../ports/manifest.ts";
import { type Sink, TargetError, type TargetState } from "../ports/sink.ts";
import { isoDate, isoInstant, parseInstant, parseIsoDate } from "../time/calendar.ts";
import { localDay, startOfLocalDay } from "../time/sao_paulo.ts";

/** Of a sink, what messages need. */
type Place = Pick<Sink, "target" | "placeOption">;

/** What a user asks of a load; what is left out comes from the target's manifest, else from the defaults. */
export interface LoadRequest {
  readonly domain: Domain;
  /** Units that the targets are to hold, from 1. */
  readonly units: number;
  readonly seed: number;
  /** Days since 1970; default: 1 January of the as-of's year. */
  readonly epoch?: number | undefined;
  /** UTC milliseconds; default: today 00:00 in São Paulo. */
  readonly asOf?: number | undefined;
  /** Default: the domain's. */
  readonly days?: number | undefined;
  /** Volumes by their names; where any is given, the others have the domain's defaults. */
  readonly volumes?: Readonly<Record<string, number>> | undefined;
  /** Whether to replace what datagen made in the targets. */
  readonly truncate: boolean;
  /** Whether targets that append get a run that is complete once more (default false). */
  readonly resend?: boolean;
  /** The clock's reading, UTC milliseconds. */
  readonly now: number;
  /** Version of the program. */
  readonly version: string;
}

/** Settles what the request leaves open, by the manifest of an earlier run if there is one. */
export function resolveOptions(request: LoadRequest, earlier: Manifest | undefined): RunOptions {
  const { domain } = request;
  const asOf = request.asOf ?? (earlier ? parseInstant(earlier.as_of) : startOfLocalDay(localDay(request.now)));
  return {
    seed: request.seed,
    asOf,
    epoch: request.epoch ?? (earlier ? parseIsoDate(earlier.epoch) : domain.defaultEpoch(asOf)),
    days: request.days ?? earlier?.days ?? domain.defaults.days,
    volumes: volumesOf(domain, request.volumes ?? earlier?.options),
  };
}

/** What the rows of a run follow from. */
export function optionsOf(manifest: Manifest, domain: Domain): RunOptions {
  return {
    seed: manifest.seed,
    asOf: parseInstant(manifest.as_of),
    epoch: parseIsoDate(manifest.epoch),
    days: manifest.days,
    volumes: volumesOf(domain, manifest.options),
  };
}

/**
 * The manifest of a run into a target.
 *
 * @param entities Names of what the target takes.
 * @param earlier What the target holds and is gone on with, if anything.
 */
export function manifestFor(
  options: RunOptions,
  { domain, units, version }: Pick<LoadRequest, "domain" | "units" | "version">,
  entities: readonly string[],
  earlier: Manifest | undefined,
): Manifest {
  const held = earlier?.units ?? 0;
  const added: Interval[] = units > held ? [{ from: held, to: units }] : [];
  return {
    format: MARKS_FORMAT,
    version: earlier?.version ?? version,
    data_version: domain.dataVersion,
    domain: domain.name,
    seed: options.seed,
    epoch: isoDate(options.epoch),
    as_of: isoInstant(options.asOf),
    days: options.days,
    units,
    options: options.volumes,
    ...(entities.length === domain.entities.length ? {} : { entities }),
    intervals: [...earlier?.intervals ?? [], ...added],
  };
}

/**
 * Refuses to mix two runs in one target.
 *
 * @throws {TargetError} If the target holds another seed, epoch, time, window, volume or data version, or was begun for
 * more units than are asked for.
 */
export function checkSameRun(sink: Place, state: TargetState, wanted: Manifest, request: LoadRequest): void {
  const { manifest } = state;
  if (manifest === undefined) return;
  const { target } = sink;
  const hint = replaceHint(sink);
  for (const [name, held, asked] of differences(manifest, wanted)) {
    if (name === "entities") throw entitiesError(target, manifest, wanted, hint, request.domain);
    throw new TargetError(`Cannot load ${name} ${asked} into ${target}: it holds ${name} ${held}`, hint);
  }
  if (state.kind === "partial" && manifest.units > wanted.units) {
    throw largerError(sink, `was begun for ${manifest.units}`, manifest, request);
  }
}

/**
 * The error of a target that holds more units than are asked for, where they are not just what was asked for and
 * more.
 *
 * @param holds What the target holds, in the words that follow "it".
 */
export function largerError(
  sink: Place,
  holds: string,
  { units }: Manifest,
  { domain, units: asked }: Pick<LoadRequest, "domain" | "units">,
): TargetError {
  return new TargetError(
    `Cannot load ${asked} ${domain.unit.entity} into ${sink.target}: it ${holds}`,
    `ask for ${units} or more; ${replaceHint(sink)}`,
  );
}

function replaceHint({ placeOption }: Place): string {
  return `\`truncate\` replaces what is there; another \`${placeOption}\` leaves it alone`;
}

/** The error of a target whose run was begun with other entities than are asked for. */
function entitiesError(target: string, held: Manifest, wanted: Manifest, hint: string, domain: Domain): TargetError {
  const [there, asked] = [namesOf(held, domain), namesOf(wanted, domain)];
  const added = asked.filter((name) => !there.includes(name));
  const left = there.filter((name) => !asked.includes(name));
  return added.length > 0
    ? new TargetError(`Cannot load ${added.join(", ")} into ${target}: its run was begun without them`, hint)
    : new TargetError(`Cannot leave ${left.join(", ")} out of ${target}: its run was begun with them`, hint);
}

/** Tells whether a run that was begun is the one that is wanted, down to what its target will hold. */
export function isSameRun(begun: Manifest, wanted: Manifest): boolean {
  return differences(begun, wanted).length === 0 && begun.version === wanted.version &&
    begun.units === wanted.units && JSON.stringify(begun.intervals) === JSON.stringify(wanted.intervals);
}

/** What two runs have not in common besides their units: its name, the first one's value, the second one's. */
function differences(held: Manifest, wanted: Manifest): [name: string, held: unknown, wanted: unknown][] {
  const compared: [string, unknown, unknown][] = [
    ["data version", held.data_version, wanted.data_version],
    ["domain", held.domain, wanted.domain],
    ["seed", held.seed, wanted.seed],
    ["epoch", held.epoch, wanted.epoch],
    ["as-of", held.as_of, wanted.as_of],
    ["days", held.days, wanted.days],
    ["order", held.order ?? "units", wanted.order ?? "units"], // so far, this and the next two are only read
    ["until", held.until ?? "as-of", wanted.until ?? "as-of"],
    ["shard", held.shard ?? "1/1", wanted.shard ?? "1/1"],
    ["entities", held.entities?.join(), wanted.entities?.join()],
    ...Object.entries(wanted.options).map(([name, value]): [string, unknown, unknown] => [
      name.replaceAll("_", "-"),
      held.options[name],
      value,
    ]),
  ];
  return compared.filter(([, ours, theirs]) => ours !== theirs);
}

function namesOf({ entities }: Manifest, domain: Domain): readonly string[] {
  return entities ?? domain.entities.map(({ name }) => name);
}
