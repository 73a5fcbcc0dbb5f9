/**
 * Where the encoded batches of a load come from: generated and encoded for all targets at once, on this thread or on
 * others.
 *
 * @module
 */

import { encoderOf } from "../encoders/encoder.ts";
import type { Batch } from "../model/entity.ts";
import type { Domain, Population, RunOptions } from "../ports/domain.ts";
import type { EncodedBatch, Encoder, EncoderDescription } from "../ports/encoder.ts";
import { nextTask } from "../ports/next_task.ts";

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

/** Generates and encodes, on the thread that calls it. */
export class BatchMaker {
  readonly #population: Population;
  readonly #encoders: readonly Encoder[];

  /** Prepares what all units share. */
  constructor(domain: Domain, { options, encoders }: BatchesDescription) {
    const eventId = domain.eventIds(options.seed);
    this.#population = domain.open(options);
    this.#encoders = encoders.map((description) => encoderOf(description, eventId));
  }

  /** Makes one batch; the rows are gone when it returns. */
  make(job: BatchJob): MadeBatch {
    const batch = batchOf(this.#population, job.from, job.to);
    return { job, encoded: job.encoders.map((place) => this.#encoders[place]!.encode(batch)) };
  }
}

/** Makes batches on this thread, each when it is asked for. */
export function ownBatches(domain: Domain, description: BatchesDescription): BatchSource {
  const maker = new BatchMaker(domain, description);
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
