import { Bank } from "../domains/bank/bank.ts";
import { type BankBatch, bankEntities } from "../domains/bank/entities/mod.ts";
import type { Manifest, Progress } from "../ports/manifest.ts";
import type { Batch, BeginMode, Sink, TargetState } from "../ports/sink.ts";
import { checkSameRun, type LoadRequest, manifestFor, resolveOptions } from "./identity.ts";
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
  /** Stops the load after the block at hand, with everything before it committed. */
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
    const interrupted = await writeAll(bank, targets, request.customers, hooks);
    if (!interrupted) await finishAll(targets, hooks);
    const checks = interrupted ? [] : await validate(targets, (target) => report(target, "validate", hooks));
    const reports: TargetReport[] = [];
    for (const target of targets) reports.push(await targetReport(target));
    return {
      manifest,
      rows: targets[0]!.rows,
      written: Math.max(...targets.map((target) => total(target.written))),
      seconds: (performance.now() - startedAt) / 1000,
      targets: reports,
      checks,
      ok: checks.every((check) => check.ok),
      interrupted,
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
    const state = request.truncate ? EMPTY : states[at]!;
    const manifest = manifestFor(options, request.customers, request.version, state.manifest);
    checkSameRun(sink.target, state, manifest);
    targets.push(newTarget(sink, manifest, state, states[at]!));
  }
  for (const target of targets) {
    if (target.mode !== "keep") await target.sink.begin(target.manifest, target.mode);
  }
  return targets;
}

const EMPTY: TargetState = { kind: "empty" };

/** @param found What is there, even if it is to be replaced. */
function newTarget(sink: Sink, manifest: Manifest, state: TargetState, found: TargetState): Target {
  const done = state.progress ?? { customers: 0, rows: {} };
  const rows = Object.fromEntries(bankEntities.map(({ name }) => [name, done.rows[name] ?? 0]));
  const mode = state.kind === "partial"
    ? "resume"
    : state.kind === "complete"
    ? done.customers === manifest.customers ? "keep" : "extend"
    : found.kind === "empty"
    ? "create"
    : "replace";
  return {
    sink,
    manifest,
    mode,
    from: done.customers,
    customers: done.customers,
    rows,
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

async function finishAll(targets: Target[], hooks: LoadHooks): Promise<void> {
  for (const target of targets) {
    if (target.mode === "keep") continue;
    report(target, "finish", hooks);
    await timed(target, () => target.sink.finish(target.manifest, progressOf(target)));
  }
}

async function targetReport(target: Target): Promise<TargetReport> {
  return {
    target: target.sink.target,
    outcome: OUTCOMES[target.mode],
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

function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
