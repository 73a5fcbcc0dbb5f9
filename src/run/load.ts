import type { Entity } from "../model/entity.ts";
import type { BatchesDescription, BatchJob, BatchSource } from "../ports/batches.ts";
import { closeAfter } from "../ports/closing.ts";
import type { Domain, RunOptions } from "../ports/domain.ts";
import { nextTask } from "../ports/next_task.ts";
import type { Sink, TargetState } from "../ports/sink.ts";
import { ownBatches } from "./batches.ts";
import { largerError, type LoadRequest, resolveOptions } from "./identity.ts";
import type { LoadProgress, LoadReport } from "./report.ts";
import { TargetLoad } from "./target_load.ts";
import { validate } from "./validation.ts";

export type { LoadRequest } from "./identity.ts";

/** Commits come at the ends of blocks of so many units. */
export const BLOCK_UNITS = 256;

/** Units generated and written together: few, so that their rows are gone before the collector moves them. */
export const BATCH_UNITS = 32;

/** How a caller follows and stops a load. */
export interface LoadHooks {
  /** Called after every batch and at each stage, for each target. */
  readonly progress?: (progress: LoadProgress) => void;
  /** Stops the load after the block, the index or the check at hand, with everything before it committed. */
  readonly signal?: AbortSignal;
  /**
   * Opens where batches come from (default: this thread makes them).
   *
   * @param batches How many will be asked for, about.
   */
  readonly open?: (
    domain: Domain,
    description: BatchesDescription,
    batches: number,
  ) => BatchSource | Promise<BatchSource>;
}

/**
 * Writes a population into targets: only what each of them lacks, generated once for all, then validated.
 *
 * @throws {TargetError} If a target cannot be used as asked; nothing was written then.
 * @throws {SinkError} If a target fails while it is written; what was committed can be resumed.
 */
export async function load(
  request: LoadRequest,
  sinks: readonly Sink[],
  hooks: LoadHooks = {},
): Promise<LoadReport> {
  const startedAt = performance.now();
  let targets: TargetLoad[] = [];
  return await closeAfter(async () => {
    const states: TargetState[] = [];
    for (const sink of sinks) states.push(await sink.inspect());
    const earlier = request.truncate ? undefined : states.find((state) => state.manifest)?.manifest;
    const options = resolveOptions(request, earlier);
    targets = sinks.map((sink, at) => new TargetLoad(sink, states[at]!, request, options));
    refuseSmaller(targets, request);
    for (const [at, target] of targets.entries()) targets[at] = await target.fenced(); // only now none refuses the run
    const inOrder = mastersFirst(targets);
    for (const target of inOrder.toReversed()) await target.begin(); // Kafka first: it asks a registry too
    const stopped = await writeAll(request, options, inOrder, hooks) || await finishAll(inOrder, hooks);
    const checks = stopped
      ? undefined
      : await validate(targets, (target) => report(target, "validate", hooks), () => isStopped(hooks));
    return {
      manifest: targets[0]!.manifest,
      units: request.units,
      ...totals(targets, request.domain.entities),
      seconds: (performance.now() - startedAt) / 1000,
      targets: await Promise.all(targets.map((target) => target.report())),
      checks: checks ?? [],
      ok: checks !== undefined && checks.every((check) => check.ok),
      interrupted: checks === undefined,
    };
  }, () => (targets.length > 0 ? targets : sinks).map((opened) => () => opened.close()));
}

/**
 * Refuses to write fewer units into some targets than others hold: what joins them would miss the rest. Where all of
 * them hold what is asked for, nothing is written.
 */
function refuseSmaller(targets: readonly TargetLoad[], request: LoadRequest): void {
  const larger = targets.find(({ manifest }) => manifest.units > request.units);
  if (larger === undefined || targets.every(({ mode }) => mode === "keep")) return;
  const { sink, manifest } = larger;
  throw largerError(sink, `holds ${manifest.units}`, manifest, request);
}

/** Those whose rows show before they are committed come last: the masters of their rows must be there by then. */
function mastersFirst(targets: readonly TargetLoad[]): TargetLoad[] {
  return [...targets.filter((target) => !target.follows), ...targets.filter((target) => target.follows)];
}

/** Has the targets that lack something write it, batch after batch; returns whether the load was stopped. */
async function writeAll(
  { domain, units }: LoadRequest,
  options: RunOptions,
  targets: readonly TargetLoad[],
  hooks: LoadHooks,
): Promise<boolean> {
  const writing = targets.filter(({ encoder }) => encoder !== undefined);
  const starts = writing.map(({ from }) => from);
  const batches = Math.ceil((units - Math.min(units, ...starts)) / BATCH_UNITS);
  if (batches === 0) return false;
  if (await isStopped(hooks)) return true;
  const encoders = writing.map(({ encoder }) => encoder!);
  const source = await (hooks.open ?? ownBatches)(domain, { domain: domain.name, options, encoders }, batches);
  return await closeAfter(async () => {
    for await (const { job, encoded } of source.batches(jobsOf(starts, units))) {
      for (const [at, place] of job.encoders.entries()) {
        await writing[place]!.write(encoded[at]!, job.to);
        report(writing[place]!, "write", hooks);
      }
      if (job.to !== units && job.to % BLOCK_UNITS !== 0) continue;
      await endBlock(writing);
      if (job.to !== units && await isStopped(hooks)) break;
    }
    await commitAll(writing);
    return writing.some((target) => target.units < units);
  }, () => [() => source.close()]);
}

/**
 * Ends a block. Rows that show before they are committed are let out when all other targets have committed the block, so
 * that no event is seen whose masters are not there; the next block is generated meanwhile.
 */
async function endBlock(targets: readonly TargetLoad[]): Promise<void> {
  const followers = targets.filter((target) => target.follows && target.isDirty);
  const others = targets.filter((target) => !target.follows);
  for (const target of others) {
    if (target.isDirty && (target.isCommitDue || followers.length > 0)) await target.commit();
  }
  const mastersAreThere = Promise.all(others.map(({ committed }) => committed)).then(() => {});
  mastersAreThere.catch(() => {}); // their next commit tells
  for (const target of followers) {
    await target.release(mastersAreThere);
    if (target.isCommitDue) await target.commit();
  }
}

/** Commits what was written, everywhere, and waits for it. */
async function commitAll(targets: readonly TargetLoad[]): Promise<void> {
  for (const target of targets) {
    if (target.isDirty) await target.commit();
    await target.settle();
  }
}

/**
 * The batches of a load: they end at multiples of the batch size, at the end, and where another target begins.
 *
 * @param starts Where each target begins.
 */
function* jobsOf(starts: readonly number[], units: number): Generator<BatchJob, void> {
  for (let from = Math.min(...starts), to = from; from < units; from = to) {
    to = Math.min(units, (Math.floor(from / BATCH_UNITS) + 1) * BATCH_UNITS);
    for (const start of starts) if (start > from && start < to) to = start;
    yield { from, to, encoders: [...starts.keys()].filter((place) => starts[place]! <= from) };
  }
}

/** Completes target after target; returns whether the load was stopped. */
async function finishAll(targets: readonly TargetLoad[], hooks: LoadHooks): Promise<boolean> {
  for (const target of targets) {
    if (target.mode === "keep") continue;
    report(target, "finish", hooks);
    if (await isStopped(hooks)) return true;
    try {
      await target.finish(hooks.signal);
    } catch (error) {
      if (hooks.signal?.aborted && error === hooks.signal.reason) return true;
      throw error;
    }
  }
  return false;
}

function report(target: TargetLoad, stage: LoadProgress["stage"], hooks: LoadHooks): void {
  hooks.progress?.({
    stage,
    target: target.sink.target,
    units: target.units,
    ofUnits: target.manifest.units,
    rows: sum(target.written),
    seconds: target.milliseconds / 1000,
    ...(stage === "write" ? {} : { doing: target.sink.stages[stage] }),
  });
}

/** Rows by entity, each counted once however many targets take it, and how many of them this run wrote. */
function totals(targets: readonly TargetLoad[], entities: readonly Entity[]): Pick<LoadReport, "rows" | "written"> {
  const rows: Record<string, number> = {};
  let written = 0;
  for (const { name } of entities) {
    const takers = targets.filter((target) => name in target.rows);
    if (takers.length === 0) continue;
    rows[name] = Math.max(...takers.map((target) => target.rows[name]!));
    written += Math.max(...takers.map((target) => target.written[name]!));
  }
  return { rows, written };
}

function sum(rows: Readonly<Record<string, number>>): number {
  return Object.values(rows).reduce((total, count) => total + count, 0);
}

/** Gives other tasks their turn, a signal among them, and tells whether the load is to stop. */
async function isStopped(hooks: LoadHooks): Promise<boolean> {
  await nextTask();
  return hooks.signal?.aborted ?? false;
}
