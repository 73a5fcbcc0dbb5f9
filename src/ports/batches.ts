/**
 * Where the encoded batches of a load come from: generated and encoded for all targets at once, on the thread of the load
 * or on others.
 *
 * @module
 */

import type { RunOptions } from "./domain.ts";
import type { EncodedBatch, EncoderDescription } from "./encoder.ts";

/** What batches are made from: plain data, which can be sent to another thread. */
export interface BatchesDescription {
  /** Name of the domain. */
  readonly domain: string;
  readonly options: RunOptions;
  /** Encoders of the targets. */
  readonly encoders: readonly EncoderDescription[];
}

/** A batch that is to be made. */
export interface BatchJob {
  /** First unit. */
  readonly from: number;
  /** The unit after the last. */
  readonly to: number;
  /** Places of the encoders that are wanted; at least one. */
  readonly encoders: readonly number[];
}

/** A batch that was made. */
export interface MadeBatch {
  readonly job: BatchJob;
  /** One for each encoder that was wanted, in their order. */
  readonly encoded: readonly EncodedBatch[];
}

/** Makes batches in the order of the jobs. */
export interface BatchSource {
  /** Takes the jobs as it needs them; ends after the last. A batch is the caller's from then on. */
  batches(jobs: Iterator<BatchJob>): AsyncIterable<MadeBatch>;
  /** Stops what is under way. Safe to call twice. */
  close(): void | Promise<void>;
}

/** Makes the batches of any jobs, in any order. */
export interface BatchMaker {
  /** Makes one batch. */
  make(job: BatchJob): MadeBatch;
}
