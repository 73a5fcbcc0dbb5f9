/** What the program knows of a kind of target: one object for each. */

import type { FoundRun } from "../../adapters/found_run.ts";
import type { Entity } from "../../model/entity.ts";
import type { Manifest } from "../../ports/manifest.ts";
import type { Sink } from "../../ports/sink.ts";
import type { PlanReport } from "../../run/plan.ts";
import type { CsvDialect } from "../../encoders/csv.ts";
import type { Environment, ServerValues } from "../settings/servers.ts";
import type { Category } from "../parser/flag.ts";
import type { Target } from "../parser/values.ts";

/** Options that say how rows are written, by the names of their flags. */
export type TargetValues = ServerValues & {
  readonly format?: "array" | "lines";
  readonly "csv-dialect"?: CsvDialect;
  readonly limit?: number;
};

/** An option that is about some kinds of targets only. */
export interface OwnFlag {
  readonly long: keyof TargetValues;
  /** Whether the kind takes this value of it; any where absent. */
  readonly fits?: (value: unknown) => boolean;
}

/** Where a target that is no place writes. */
export interface RowOutput {
  /** Takes a line without its end. */
  line(text: string): void;
  /** Takes whole lines, as UTF-8. */
  lines(bytes: Uint8Array): void;
}

/** What is loaded into a target, for those who open it or estimate what it takes. */
export interface Part<Settings> {
  readonly target: Target;
  /** In catalogue order. */
  readonly entities: readonly Entity[];
  readonly settings: Settings;
}

/** A sample, and what it stands for. */
export interface Sampled {
  readonly report: PlanReport;
  readonly manifest: Manifest;
  /** Times the sample is contained in the whole. */
  readonly share: number;
}

/** Bytes of the sample in one target, and how long writing it took. */
export interface Estimate {
  /** Bytes that grow with the rows. */
  readonly bytes: number;
  /** Bytes that do not: those of an empty target, and all of a console's. */
  readonly fixedBytes: number;
  readonly seconds: number;
}

/** What is known of a server. */
export interface Server<Settings> {
  /** Categories of the options that are about it. */
  readonly categories: readonly Category[];
  /** What to write instead of an address behind the name of its kind. */
  readonly addressHint: string;
  /** Hosts that a load would reach. */
  hosts(settings: Settings): readonly string[];
}

/** A kind of target. Nothing in it loads an adapter before it is needed. */
export interface TargetKind<Settings = unknown> {
  readonly name: Target["kind"];
  /** How a user writes one, for lists of what is allowed: `csv:DIR`. */
  readonly form: string;
  /** One that may be written, for hints. */
  readonly example: string;
  /** What stands behind the colon, where something does. */
  readonly path?: {
    /** What shells complete. */
    readonly completes: "file" | "directory";
    /** @throws {BadValue} If it cannot be such a path, whatever stands there. */
    check?(path: string): void;
  };
  /** What is known of it as a server, which its options name; absent for others. */
  readonly server?: Server<Settings>;
  /** Whether its rows go to standard output, so that nothing is kept. */
  readonly isOutput?: true;
  /** Whether a run that is complete there can be sent once more, behind itself. */
  readonly appends?: true;
  /** What it takes. */
  takes(entity: Entity, values: TargetValues): boolean;
  /** Options that are about it; those of servers have a category of their own. */
  readonly flags: readonly OwnFlag[];
  /**
   * Reads its options; opens nothing.
   *
   * @throws {UsageError} If they contradict each other, or something is not allowed.
   */
  resolve(values: TargetValues, environment: Environment): Settings | Promise<Settings>;
  /** Options that lead there again, beside `--to`, without a secret. */
  words(values: TargetValues, settings: Settings): readonly string[];
  /**
   * Options that an earlier load had, by how its files are written; absent where it has no files or no options.
   *
   * @param files The manifest's word: `csv excel-br`.
   * @returns Undefined where files of another kind are written so.
   */
  remembered?(files: string): TargetValues | undefined;
  /** Command lines of other programs that look into it; none where absent. */
  readers?(part: Omit<Part<Settings>, "entities">): readonly string[];
  /** Makes the sink; nothing is connected to or written yet. */
  open(part: Part<Settings>, output: RowOutput): Promise<Sink>;
  /** Tells what a sample takes there, without touching the target. */
  estimate(part: Part<Settings>, sampled: Sampled): Promise<Estimate>;
  /** Reads which run is at a path; absent where a run is read by its sink, or never kept. */
  look?(path: string): Promise<FoundRun | undefined>;
}
