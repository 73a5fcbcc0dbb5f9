import { Bank } from "../domains/bank/bank.ts";
import { type BankBatch, bankEntities } from "../domains/bank/entities/mod.ts";
import type { Manifest, Progress } from "../ports/manifest.ts";
import type { Batch, BeginMode, Sink, TargetState } from "../ports/sink.ts";
import { checkSameRun, isSameRun, type LoadRequest, manifestFor, resolveOptions } from "./identity.ts";
import type { LoadProgress, LoadReport, TargetReport } from "./report.ts";
import { validate } from "./validation.ts";

export type { LoadRequest } from "./identity.ts";

/** Commits come at the ends of blocks of so many customers. */
export const BLOCK_CUSTOMERS = 256;

/** Customers generated and written together: few, so that their rows are gone before the collector moves them. */
export const BATCH_CUSTOMERS = 32;

/** A commit follows the block that reaches so many rows, or so many milliseconds after the last one. */
const COMMIT_ROWS = 100_000;
const COMMIT_MS = 2_000;

/** How a caller follows and stops a load. */
export interface LoadHooks {
  /** Called after every batch and at each stage, for each target. */
  readonly progress?: (progress: LoadProgress) => void;
  /** Stops the load after the block, the index or the check at hand, with everything before it committed. */
  readonly signal?: AbortSignal;
}

/** One target in the course of a load. */
interface Target {
  readonly sink: Sink;
  readonly manifest: Manifest;
  readonly mode: BeginMode | "keep";
  /** Where this run begins in the target. */
  readonly from: number;
  customers: number;
  complete: boolean;
  readonly rows: Record<string, number>;
  readonly written: Record<string, number>;
  uncommitted: number;
  committedAt: number;
  milliseconds: number;
}

/**
 * Writes a bank into targets: only what each of them lacks, generated once for all, then validated.
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
  try {
    const targets = await planTargets(request, sinks);
    const manifest = targets[0]!.manifest;
    const bank = new Bank(resolveOptions(request, manifest));
    const stopped = await writeAll(bank, targets, request.customers, hooks) || await finishAll(targets, hooks);
    const found = stopped
      ? undefined
      : await validate(targets, (target) => report(target, "validate", hooks), () => isStopped(hooks));
    const checks = found ?? [];
    const reports: TargetReport[] = [];
    for (const target of targets) reports.push(await targetReport(target));
    return {
      manifest,
      rows: targets[0]!.rows,
      written: Math.max(...targets.map((target) => total(target.written))),
      seconds: (performance.now() - startedAt) / 1000,
      targets: reports,
      checks,
      ok: found !== undefined && checks.every((check) => check.ok),
      interrupted: found === undefined,
    };
  } finally {
    for (const sink of sinks) await sink.close();
  }
}

/** Looks at every target, refuses what does not fit, and only then makes them ready. */
async function planTargets(request: LoadRequest, sinks: readonly Sink[]): Promise<Target[]> {
  const states: TargetState[] = [];
  for (const sink of sinks) states.push(await sink.inspect());
  const earlier = request.truncate ? undefined : states.find((state) => state.manifest)?.manifest;
  const options = resolveOptions(request, earlier);
  const targets: Target[] = [];
  for (const [at, sink] of sinks.entries()) {
    const held = request.truncate ? undefined : states[at]!.manifest;
    const manifest = manifestFor(options, request.customers, request.version, held);
    if (!request.truncate) checkSameRun(sink.target, states[at]!, manifest);
    const { mode, progress } = (request.truncate ? replacement : continuation)(states[at]!, manifest);
    targets.push(newTarget(sink, manifest, mode, progress));
  }
  for (const target of targets) {
    if (target.mode !== "keep") await target.sink.begin(target.manifest, target.mode);
  }
  return targets;
}

/** How a run begins in a target, and what of it is there already. */
interface Start {
  readonly mode: Target["mode"];
  readonly progress?: Progress | undefined;
}

/** Goes on with what a target holds. */
function continuation({ kind, progress }: TargetState, { customers }: Manifest): Start {
  if (kind === "empty") return { mode: "create" };
  if (kind === "partial") return { mode: "resume", progress };
  return { mode: progress?.customers === customers ? "keep" : "extend", progress };
}

/** Replaces what a target holds, or goes on with what this very run has written there before it was stopped. */
function replacement({ kind, manifest, progress, replacing }: TargetState, wanted: Manifest): Start {
  if (kind === "empty") return { mode: "create" };
  if (replacing && isSameRun(replacing.manifest, wanted)) {
    return { mode: "resume-replace", progress: replacing.progress };
  }
  if (kind === "partial" && isSameRun(manifest!, wanted)) return { mode: "resume", progress };
  return { mode: "replace" };
}

function newTarget(sink: Sink, manifest: Manifest, mode: Target["mode"], progress: Progress | undefined): Target {
  const done = progress ?? { customers: 0, rows: {} };
  return {
    sink,
    manifest,
    mode,
    from: done.customers,
    customers: done.customers,
    complete: mode === "keep",
    rows: Object.fromEntries(bankEntities.map(({ name }) => [name, done.rows[name] ?? 0])),
    written: Object.fromEntries(bankEntities.map(({ name }) => [name, 0])),
    uncommitted: 0,
    committedAt: performance.now(),
    milliseconds: 0,
  };
}

/** Generates batch after batch for the targets that lack it; returns whether the load was stopped. */
async function writeAll(bank: Bank, targets: Target[], customers: number, hooks: LoadHooks): Promise<boolean> {
  const starts = targets.map((target) => target.from);
  let from = Math.min(...starts);
  while (from < customers) {
    if (hooks.signal?.aborted && from % BLOCK_CUSTOMERS === 0) {
      for (const target of targets) if (target.uncommitted > 0) await commit(target);
      return true;
    }
    const to = nextBoundary(from, customers, starts);
    const ends = to === customers || to % BLOCK_CUSTOMERS === 0;
    const batch = withStocks(bank, bank.batch(from, to), from);
    for (const target of targets) {
      if (target.from > from) continue;
      await timed(target, () => writeBatch(target, batch, to));
      if (ends && isCommitDue(target, customers)) await timed(target, () => commit(target));
      report(target, "write", hooks);
    }
    from = to;
    if (ends) await nextTask(); // lets a signal in
  }
  return false;
}

/** End of the batch that starts at `from`: a multiple of the batch size, the end, or where another target begins. */
function nextBoundary(from: number, customers: number, starts: readonly number[]): number {
  let to = Math.min(customers, (Math.floor(from / BATCH_CUSTOMERS) + 1) * BATCH_CUSTOMERS);
  for (const start of starts) if (start > from && start < to) to = start;
  return to;
}

/** The stocks belong to no customer; they go with the first one. */
function withStocks(bank: Bank, batch: BankBatch, from: number): Batch {
  return from === 0 ? { ...batch, stocks: bank.stocks() } : { ...batch };
}

async function writeBatch(target: Target, batch: Batch, to: number): Promise<void> {
  await target.sink.write(batch);
  for (const [name, rows] of Object.entries(batch)) {
    target.rows[name]! += rows.length;
    target.written[name]! += rows.length;
    target.uncommitted += rows.length;
  }
  target.customers = to;
}

function isCommitDue(target: Target, customers: number): boolean {
  return target.uncommitted >= COMMIT_ROWS || performance.now() - target.committedAt >= COMMIT_MS ||
    target.customers === customers;
}

async function commit(target: Target): Promise<void> {
  await target.sink.commit(progressOf(target));
  target.uncommitted = 0;
  target.committedAt = performance.now();
}

function progressOf(target: Target): Progress {
  return { customers: target.customers, rows: target.rows };
}

/** Completes target after target; returns whether the load was stopped. */
async function finishAll(targets: Target[], hooks: LoadHooks): Promise<boolean> {
  for (const target of targets) {
    if (target.mode === "keep") continue;
    report(target, "finish", hooks);
    if (await isStopped(hooks)) return true;
    try {
      await timed(target, () => target.sink.finish(target.manifest, progressOf(target), hooks.signal));
    } catch (error) {
      if (hooks.signal?.aborted && error === hooks.signal.reason) return true;
      throw error;
    }
    target.complete = true;
  }
  return false;
}

async function targetReport(target: Target): Promise<TargetReport> {
  return {
    target: target.sink.target,
    outcome: OUTCOMES[target.mode],
    complete: target.complete,
    written: target.written,
    seconds: target.milliseconds / 1000,
    bytes: target.sink.durable ? await target.sink.bytes() : 0,
  };
}

const OUTCOMES = {
  create: "created",
  replace: "replaced",
  resume: "resumed",
  extend: "extended",
  resend: "resent",
  "resume-replace": "replaced",
  keep: "unchanged",
} as const;

async function timed(target: Target, work: () => Promise<void>): Promise<void> {
  const startedAt = performance.now();
  await work();
  target.milliseconds += performance.now() - startedAt;
}

function report(target: Target, stage: LoadProgress["stage"], hooks: LoadHooks): void {
  hooks.progress?.({
    stage,
    target: target.sink.target,
    customers: target.customers,
    ofCustomers: target.manifest.customers,
    rows: total(target.written),
    seconds: target.milliseconds / 1000,
  });
}

function total(rows: Readonly<Record<string, number>>): number {
  return Object.values(rows).reduce((sum, count) => sum + count, 0);
}

/** Gives other tasks their turn, a signal among them, and tells whether the load is to stop. */
async function isStopped(hooks: LoadHooks): Promise<boolean> {
  await nextTask();
  return hooks.signal?.aborted ?? false;
}

/** Lets signals in; a timer of 0 would cost two milliseconds. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
