import type { RunOptions } from "../ports/domain.ts";
import type { EncodedBatch, EncoderDescription } from "../ports/encoder.ts";
import type { Manifest, Progress } from "../ports/manifest.ts";
import { type BeginMode, type Sink, TargetError, type TargetState } from "../ports/sink.ts";
import { checkSameRun, isSameRun, largerError, type LoadRequest, manifestFor } from "./identity.ts";
import type { TargetReport } from "./report.ts";

/** A commit follows the block that reaches so many rows, or so many milliseconds after the last one. */
const COMMIT_ROWS = 100_000;
const COMMIT_MS = 2_000;

/** How a run begins in a target, and what of it is there already. */
interface Start {
  readonly mode: BeginMode | "keep";
  readonly progress?: Progress | undefined;
}

/** One target in the course of a load. */
export class TargetLoad {
  readonly sink: Sink;
  readonly manifest: Manifest;
  readonly mode: Start["mode"];
  /** Where this run begins in the target. */
  readonly from: number;
  /** Units whose rows it was given. */
  units: number;
  /** Whether it holds all of the run. */
  complete: boolean;
  /** Rows of the whole run, by entity. */
  readonly rows: Record<string, number>;
  /** Rows of this run, by entity. */
  readonly written: Record<string, number>;
  /** What it no longer holds of what an earlier run wrote. */
  readonly loss: string | undefined;
  milliseconds = 0;
  readonly #request: LoadRequest;
  readonly #options: RunOptions;
  #uncommitted = 0;
  #committedAt = performance.now();
  #encoder: EncoderDescription | undefined;
  /** Batches of the block at hand, where others see rows before they are committed. */
  #held: EncodedBatch[] = [];
  /** The writing of what was held. */
  #release: Promise<void> = Promise.resolve();
  /** The commit at hand. */
  #commit: Promise<void> = Promise.resolve();

  /**
   * Plans how a request goes on in a target; nothing is begun. A complete run with more units than are asked for is
   * kept as it is: its first units are those that are asked for.
   *
   * @throws {TargetError} If what stands there does not fit the request.
   */
  constructor(sink: Sink, state: TargetState, request: LoadRequest, options: RunOptions) {
    const names = sink.entities.map(({ name }) => name);
    const held = request.truncate || isSentAgain(sink, state, request) ? undefined : state.manifest;
    const wanted = manifestFor(options, request, names, held);
    if (!request.truncate) checkSameRun(sink, state, wanted, request);
    const { mode, progress } = startOf(sink, state, request, wanted);
    this.manifest = mode === "keep" ? held! : wanted;
    this.sink = sink;
    this.#request = request;
    this.#options = options;
    this.mode = mode;
    this.from = progress?.units ?? 0;
    this.units = this.from;
    this.complete = mode === "keep";
    this.rows = Object.fromEntries(names.map((name) => [name, progress?.rows[name] ?? 0]));
    this.written = Object.fromEntries(names.map((name) => [name, 0]));
    this.loss = progress === undefined ? undefined : state.loss?.detail;
  }

  /** Whether rows show there before they are committed, so that their masters must be committed elsewhere first. */
  get follows(): boolean {
    return this.sink.visibility === "at once";
  }

  /** Whether rows were written since the last commit. */
  get isDirty(): boolean {
    return this.#uncommitted > 0;
  }

  get isCommitDue(): boolean {
    return this.#uncommitted >= COMMIT_ROWS || performance.now() - this.#committedAt >= COMMIT_MS ||
      this.units === this.manifest.units;
  }

  get progress(): Progress {
    return { units: this.units, rows: { ...this.rows } };
  }

  /**
   * Stops other writers of the target, where it can have several, and plans by what stands there then.
   *
   * @throws {TargetError} If that does not fit the request any more.
   */
  async fenced(): Promise<TargetLoad> {
    const state = this.mode === "keep" ? undefined : await this.sink.fence?.(this.manifest, this.mode);
    return state === undefined ? this : new TargetLoad(this.sink, state, this.#request, this.#options);
  }

  /** Makes the target ready. */
  async begin(): Promise<void> {
    if (this.mode !== "keep") this.#encoder = await this.sink.begin(this.manifest, this.mode);
  }

  /** The encoder of what it writes; absent where it is kept as it is, and before it has begun. */
  get encoder(): EncoderDescription | undefined {
    return this.#encoder;
  }

  /** Writes a batch of units up to `to` (excluded), or holds it until it is released. */
  async write(batch: EncodedBatch, to: number): Promise<void> {
    if (this.follows) this.#held.push(batch);
    else await this.#timed(() => this.sink.write(batch));
    for (const [name, count] of Object.entries(batch.counts)) {
      this.rows[name]! += count;
      this.written[name]! += count;
      this.#uncommitted += count;
    }
    this.units = to;
  }

  /**
   * Begins to write what is held; what was released before is waited for.
   *
   * @param after Nothing is written before it resolves. If it rejects, this and what comes after does.
   */
  async release(after: Promise<void>): Promise<void> {
    await this.#timed(() => this.#release);
    const held = this.#held;
    this.#held = [];
    this.#release = after.then(async () => {
      for (const batch of held) await this.sink.write(batch);
    });
    this.#release.catch(() => {}); // the next release or commit gets the error
  }

  /** Begins a commit of all that was written and released; the one before it is waited for. */
  async commit(): Promise<void> {
    await this.settle();
    const { progress } = this;
    this.#uncommitted = 0;
    this.#committedAt = performance.now();
    this.#commit = this.#release.then(() => this.sink.commit(progress));
    this.#commit.catch(() => {}); // whoever settles gets the error
  }

  /** Resolves when the last commit that was begun is durable. */
  get committed(): Promise<void> {
    return this.#commit;
  }

  /** Waits for the commit at hand. */
  async settle(): Promise<void> {
    await this.#timed(() => this.#commit);
  }

  /** Builds what comes after the data. */
  async finish(signal: AbortSignal | undefined): Promise<void> {
    await this.settle();
    await this.#timed(() => this.sink.finish(this.manifest, this.progress, signal));
    this.complete = true;
  }

  /** Releases what the sink holds; what is under way there comes to its end first, whatever it is. */
  async close(): Promise<void> {
    await this.#release.catch(() => {});
    await this.#commit.catch(() => {});
    await this.sink.close();
  }

  /** Sums up; asks the target for its size. */
  async report(): Promise<TargetReport> {
    const { sink, loss } = this;
    return {
      target: sink.target,
      outcome: this.mode === "keep" && loss !== undefined ? "expired" : OUTCOMES[this.mode],
      complete: this.complete && loss === undefined,
      rows: this.rows,
      written: this.written,
      ...(sink.guarantee === undefined ? {} : { guarantee: sink.guarantee }),
      warnings: sink.warnings ?? [],
      ...(loss === undefined ? {} : { loss }),
      seconds: this.milliseconds / 1000,
      bytes: sink.durable ? await sink.bytes() : 0,
    };
  }

  async #timed(work: () => Promise<void>): Promise<void> {
    const startedAt = performance.now();
    await work();
    this.milliseconds += performance.now() - startedAt;
  }
}

const OUTCOMES = {
  create: "created",
  replace: "replaced",
  resume: "resumed",
  extend: "extended",
  "resume-replace": "replaced",
  resend: "resent",
  keep: "unchanged",
} as const;

function startOf(sink: Sink, state: TargetState, request: LoadRequest, manifest: Manifest): Start {
  if (state.unmarked !== undefined && request.resend !== true) {
    throw new TargetError( // not even a replacement deletes what nobody knows to be datagen's
      `Cannot load into ${sink.target}: ${state.unmarked}`,
      `another \`${sink.placeOption}\` leaves them alone; \`resend\` sends the whole run behind them`,
    );
  }
  if (request.truncate) return replacement(state, manifest);
  if (isSentAgain(sink, state, request)) return resending(sink, state, request);
  if (state.loss?.kind === "recreated") {
    throw new TargetError(
      `Cannot go on in ${sink.target}: ${state.loss.detail}`,
      `${sink.appends ? "`resend` `createTopics` sends the whole run again; " : ""}\`truncate\` begins anew`,
    );
  }
  return continuation(state, manifest);
}

/** Whether a run is written once more from its beginning; one that was stopped goes on, where it can. */
function isSentAgain(sink: Sink, { kind, loss, unmarked }: TargetState, request: LoadRequest): boolean {
  const stands = kind === "complete" || loss?.kind === "recreated" || unmarked !== undefined;
  return request.resend === true && sink.appends && stands;
}

/** Sends a run again; one with fewer units would leave the others in the topic with their old marks. */
function resending(sink: Sink, { manifest: held }: TargetState, request: LoadRequest): Start {
  if (held !== undefined && held.units > request.units) {
    throw largerError(sink, `holds ${held.units}`, held, request);
  }
  return { mode: "resend" };
}

/** Goes on with what a target holds. */
function continuation({ kind, progress }: TargetState, { units }: Manifest): Start {
  if (kind === "empty") return { mode: "create" };
  if (kind === "partial") return { mode: "resume", progress };
  return { mode: progress!.units >= units ? "keep" : "extend", progress };
}

/** Replaces what a target holds, or goes on with what this very run has written there before it was stopped. */
function replacement({ kind, manifest, progress, replacing, loss }: TargetState, wanted: Manifest): Start {
  if (kind === "empty") return { mode: "create" };
  if (replacing && isSameRun(replacing.manifest, wanted)) {
    return { mode: "resume-replace", progress: replacing.progress };
  }
  if (kind === "partial" && loss === undefined && isSameRun(manifest!, wanted)) return { mode: "resume", progress };
  return { mode: "replace" };
}
