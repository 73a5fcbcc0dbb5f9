import type { Manifest } from "../ports/manifest.ts";

/** One line of the validation. */
export interface Check {
  /** Target it was made in. */
  readonly target: string;
  /** Entity or topic, `references`, or `kept`: whether what was written is still there. */
  readonly name: string;
  readonly ok: boolean;
  /** `1000 rows`, `1000 events`, or `expected 1000, got 999`. */
  readonly detail: string;
}

/** What a load did in one target. */
export interface TargetReport {
  readonly target: string;
  /** `unchanged`: the run was complete already. `expired`: it was, and {@linkcode loss} tells what is gone since. */
  readonly outcome: "created" | "replaced" | "resumed" | "extended" | "resent" | "unchanged" | "expired";
  /** Whether the target now holds all of the run; a run that was stopped may have completed some targets. */
  readonly complete: boolean;
  /** Rows of the whole run that the target takes, by entity, in catalogue order. */
  readonly rows: Readonly<Record<string, number>>;
  /** Rows written by this run, by entity. */
  readonly written: Readonly<Record<string, number>>;
  /** What delivery the run gave, in a few words, for targets that have something to tell. */
  readonly guarantee?: string;
  /** What the user should know of the target, a line each. */
  readonly warnings: readonly string[];
  /** What the target no longer holds of the run, in a line. */
  readonly loss?: string;
  /** Seconds spent in this target. */
  readonly seconds: number;
  /** Size in bytes; 0 where nothing is kept. */
  readonly bytes: number;
}

/** The result of a load. */
export interface LoadReport {
  readonly manifest: Manifest;
  /** Units that were asked for; the manifest's are more where nothing was written as more were there. */
  readonly units: number;
  /** Rows of the whole run that some target takes, by entity, in catalogue order. */
  readonly rows: Readonly<Record<string, number>>;
  /** Rows written by this run, generated once however many targets there are. */
  readonly written: number;
  readonly seconds: number;
  readonly targets: readonly TargetReport[];
  readonly checks: readonly Check[];
  /** Whether every check holds. */
  readonly ok: boolean;
  /** Whether the run was stopped before its end; what was committed can be resumed. */
  readonly interrupted: boolean;
}

/** How far a load is, for a progress line. */
export interface LoadProgress {
  /** `write`, then `finish` (indexes, final names), then `validate`. */
  readonly stage: "write" | "finish" | "validate";
  /** What the target does in this stage, in its own words; absent while it is written. */
  readonly doing?: string;
  readonly target: string;
  readonly units: number;
  readonly ofUnits: number;
  readonly rows: number;
  readonly seconds: number;
}
