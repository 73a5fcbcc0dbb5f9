/**
 * Generates and encodes the batches of a load.
 *
 * @module
 */

import { encoderOf } from "../encoders/encoder.ts";
import type { Batch } from "../model/entity.ts";
import type { BatchesDescription, BatchMaker, BatchSource } from "../ports/batches.ts";
import type { Domain, Population } from "../ports/domain.ts";
import { nextTask } from "../ports/next_task.ts";

/**
 * Prepares what all units share, and the encoders.
 *
 * @param isSent Whether batches go to another thread.
 */
export function batchMaker(domain: Domain, { options, encoders }: BatchesDescription, isSent: boolean): BatchMaker {
  const population = domain.open(options);
  const eventId = domain.eventIds(options.seed);
  const made = encoders.map((description) => encoderOf(description, eventId, isSent));
  return {
    make(job) {
      const batch = batchOf(population, job.from, job.to);
      return { job, encoded: job.encoders.map((place) => made[place]!.encode(batch)) };
    },
  };
}

/** Makes batches on this thread, each when it is asked for. */
export function ownBatches(domain: Domain, description: BatchesDescription): BatchSource {
  const maker = batchMaker(domain, description, false);
  return {
    async *batches(jobs) {
      for (let next = jobs.next(); !next.done; next = jobs.next()) {
        yield maker.make(next.value);
        await nextTask(); // lets a signal in, and what is sent meanwhile go on
      }
    },
    close() {},
  };
}

/** The rows of some units; those that belong to no unit go with the first one. */
export function batchOf(population: Population, from: number, to: number): Batch {
  const batch = population.batch(from, to);
  return from === 0 ? { ...batch, ...population.shared() } : batch;
}
