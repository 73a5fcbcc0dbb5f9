/**
 * Whether a load has workers, and how many.
 *
 * @module
 */

import type { LoadHooks } from "../../run/load.ts";
import { ownBatches } from "../../run/batches.ts";
import { workerModuleOf } from "../domains/domains.ts";

/** Workers that a load has without being asked, however many cores there are. */
const MOST_WORKERS = 8;

/** Batches below which a load is done sooner than a worker has started. */
const FEW_BATCHES = 32;

/** How many workers a load has; `asked` is the value of `--workers`. */
export function workerCount(asked: number | undefined, cores: number): number {
  if (asked === undefined) return Math.min(MOST_WORKERS, Math.max(1, cores - 1));
  return asked === 0 ? Math.max(1, cores) : asked;
}

/**
 * Makes what opens the batches of a load.
 *
 * @param asked The value of `--workers`.
 */
export function batchesWith(asked: number | undefined): NonNullable<LoadHooks["open"]> {
  return async (domain, description, batches) => {
    const module = batches < FEW_BATCHES ? undefined : workerModuleOf(domain.name);
    if (module === undefined) return ownBatches(domain, description);
    const { WorkerBatches } = await import("../../adapters/workers/worker_batches.ts");
    const workers = Math.min(batches, workerCount(asked, navigator.hardwareConcurrency));
    return new WorkerBatches(description, { workers, module });
  };
}
