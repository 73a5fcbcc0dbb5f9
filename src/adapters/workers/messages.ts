/** What a load and its workers say to each other. */

import type { BatchesDescription, BatchJob, MadeBatch } from "../../ports/batches.ts";

/** To a worker: what batches are made from, first of all; then jobs. */
export type ToWorker = { readonly description: BatchesDescription } | { readonly job: BatchJob };

/** From a worker: the batch of a job, in the order of its jobs; or why there is none, after which nothing follows. */
export type FromWorker = { readonly made: MadeBatch } | { readonly error: SentError };

/** An error as it comes from a worker. */
export interface SentError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}
