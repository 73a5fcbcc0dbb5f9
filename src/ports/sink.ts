import type { Entity } from "../model/entity.ts";
import type { EncodedBatch, EncoderDescription } from "./encoder.ts";
import type { Manifest, Progress } from "./manifest.ts";

/** What a sink found at its target before anything was written. */
export interface TargetState {
  /** `empty`: nothing there. `partial`: begun, not finished. `complete`: a finished run. */
  readonly kind: "empty" | "partial" | "complete";
  /** The run that made it; absent when empty. */
  readonly manifest?: Manifest;
  /** How far that run got; absent when empty. */
  readonly progress?: Progress;
  /** A `replace` of what stands there that was begun and not finished; kept beside it, so that it can be gone on with. */
  readonly replacing?: { readonly manifest: Manifest; readonly progress: Progress };
  /** What the run has written and the target no longer holds; absent where nothing is known to be missing. */
  readonly loss?: TargetLoss;
  /**
   * Rows in an `empty` target of which no mark tells the run, in one line without a full stop: its marks were deleted, or
   * someone else wrote them. Absent where there are none.
   */
  readonly unmarked?: string;
}

/** Rows that a target has lost since they were written there. */
export interface TargetLoss {
  /** `recreated`: the place itself is another one, so nothing can be added. `expired`: its oldest rows were deleted. */
  readonly kind: "recreated" | "expired";
  /** What is missing and where, in one line, without a full stop. */
  readonly detail: string;
}

/**
 * How a run begins: `create` on an empty target, `replace` whatever stands there, `resume` or `extend` what does,
 * `resume-replace`: go on with the replacement that `inspect` found, or `resend`: write a finished run once more behind
 * what stands there, which only a target that appends can.
 */
export type BeginMode = "create" | "replace" | "resume" | "extend" | "resume-replace" | "resend";

/** A foreign key of the target whose values are not all keys of the parent. */
export interface BrokenReference {
  /** Child entity. */
  readonly entity: string;
  /** Field of the child. */
  readonly field: string;
  /** Parent entity. */
  readonly parent: string;
  /** Rows whose parent is missing. */
  readonly rows: number;
}

/**
 * Takes encoded batches, in order, into one target. The order of calls is `inspect`, `fence`, `begin`, any number of
 * `write` each followed sooner or later by `commit`, `finish`, the checks, `close`. After an error only `close` may be
 * called. What was committed survives the death of the process at any moment.
 */
export interface Sink {
  /** The target as the user wrote it, for example `sqlite:datagen.sqlite`. */
  readonly target: string;
  /** Name of its option that leads to another place of the same kind, for hints: `schema`. */
  readonly placeOption: string;
  /** Whether the target keeps what it gets, so that a run into it can be inspected, resumed and checked. */
  readonly durable: boolean;
  /** What it takes, in catalogue order; rows of other entities in a batch are left alone. */
  readonly entities: readonly Entity[];
  /** What it does after the last row, and how it is checked, in a few words for who waits: `building indexes`. */
  readonly stages: { readonly finish: string; readonly validate: string };
  /** Whether rows can be written once more behind those that are there, as in a topic. */
  readonly appends: boolean;
  /**
   * When others see what is written. `at commit`: not before the commit. `at once`: perhaps before, so that the masters
   * of the rows are to be committed in their targets first.
   */
  readonly visibility: "at once" | "at commit";
  /** What delivery the run into it gives, in a few words, once it has begun; absent where there is nothing to tell. */
  readonly guarantee?: string | undefined;
  /** What the user should know of the target, a line each, without a full stop; none where absent. */
  readonly warnings?: readonly string[];
  /**
   * Looks at the target; leaves nothing behind there.
   *
   * @throws {TargetError} If it cannot be written, or holds something that datagen did not make.
   */
  inspect(): Promise<TargetState>;
  /**
   * Stops other writers of the target, once no target refuses the run any more, and looks again: what `inspect` told may
   * be out of date, as the others wrote on. Comes before `begin`. Absent where `inspect` refuses a target that is being
   * written.
   *
   * @param manifest The run that would begin.
   * @param mode How it would begin by what `inspect` told.
   * @throws {TargetError} If it refuses the run after all; the other writers go on then.
   */
  fence?(manifest: Manifest, mode: BeginMode): Promise<TargetState>;
  /**
   * Makes the target ready for the run.
   *
   * @returns Which encoder makes what `write` takes.
   */
  begin(manifest: Manifest, mode: BeginMode): Promise<EncoderDescription>;
  /** Takes one batch, with its memory; resolves when the sink is ready for the next (backpressure). */
  write(batch: EncodedBatch): Promise<void>;
  /**
   * Makes all that was written durable, together with the mark; resolves when it is. `write` may be called meanwhile: what
   * it takes belongs to the next commit. All else waits.
   */
  commit(progress: Progress): Promise<void>;
  /**
   * Builds what comes after the data (indexes, closing brackets) and gives the target its final name.
   *
   * @param signal May end it half way, with the signal's reason as the error: the run can be resumed then. A sink that
   * is done soon need not look at it.
   */
  finish(manifest: Manifest, progress: Progress, signal?: AbortSignal): Promise<void>;
  /** Tells what the rows of an entity are called in the checks, where that is not its name: their topic. */
  nameOf?(entity: Entity): string;
  /** Counts what the target holds now, by reading it or what it tells of itself; by entity name. */
  counts(): Promise<Record<string, number>>;
  /** Looks up every foreign key in the target; one entry for each that is broken. */
  brokenReferences(): Promise<BrokenReference[]>;
  /** Size of the target in bytes. */
  bytes(): Promise<number>;
  /** Releases what the sink holds, leaving what was not committed out. Safe to call twice. */
  close(): Promise<void>;
}

/** Raised when a target cannot be used as asked, before anything is written. */
export class TargetError extends Error {
  /** Always `TargetError`. */
  override name = "TargetError";
  /** What the user can do about it; options of the library are in backquotes. */
  readonly hint: string;

  /**
   * Makes the error.
   *
   * @param message What cannot be done and why, in one line.
   * @param hint What to do instead, in one line.
   */
  constructor(message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.hint = hint;
  }
}

/** Raised when a target fails while it is written. */
export class SinkError extends Error {
  /** Always `SinkError`. */
  override name = "SinkError";
  /** The target as the user wrote it. */
  readonly sink: string;
  /** Whether the same command may succeed when it is run again. */
  readonly retriable: boolean;
  /** What the user can do about it, in one line, options in backquotes; absent where that follows from `retriable`. */
  readonly hint?: string;

  /**
   * Makes the error.
   *
   * @param message What cannot be done and why, in one line; ids and counts only.
   * @param options The target, whether to try again, what to do about it, and the cause.
   */
  constructor(message: string, options: ErrorOptions & { sink: string; retriable: boolean; hint?: string }) {
    super(message, options);
    this.sink = options.sink;
    this.retriable = options.retriable;
    if (options.hint !== undefined) this.hint = options.hint;
  }
}
