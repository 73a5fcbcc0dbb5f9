/**
 * Batches that other threads make. Jobs go to the worker that has the fewest; what comes back waits for its turn, so that
 * the load gets batches in the order of its jobs. So much is made ahead as fits into a number of bytes: while the
 * slowest target takes nothing, the workers rest.
 *
 * @module
 */

import type { BatchesDescription, BatchJob, BatchSource, MadeBatch } from "../../ports/batches.ts";
import { nextTask } from "../../ports/next_task.ts";
import type { FromWorker, SentError, ToWorker } from "./messages.ts";

/** How many workers there are, and what they run. */
export interface WorkerOptions {
  /** At least 1. */
  readonly workers: number;
  /** Address of the module that each of them runs; it calls `serveBatches`. */
  readonly module: string | URL;
  /** Memory of batches that were made, or are being made, and not yet taken; default 32 MiB. One there always is. */
  readonly bytes?: number;
}

/** Default of {@linkcode WorkerOptions.bytes}. */
const BYTES = 32 << 20;

/** Jobs that a worker has at most: one that it makes, and one with which it goes on at once. */
const JOBS_PER_WORKER = 2;

/** A worker, and how many jobs it has. */
interface Hand {
  readonly worker: Worker;
  /** The jobs that it has, in their order. */
  readonly places: Place[];
}

/** The place of a batch in the order. */
interface Place {
  made?: MadeBatch;
  /** Why there is none. */
  error?: Error;
  /** Memory of the batch; 0 while it is not made. */
  bytes: number;
}

/** Has workers make batches. */
export class WorkerBatches implements BatchSource {
  readonly #hands: readonly Hand[];
  readonly #limit: number;
  /** Batches in order: those that are being made and those that are not yet taken. */
  #places: Place[] = [];
  /** Memory of those that are made, and of the one that is being written. */
  #held = 0;
  /** Memory of the largest batch so far: what one that is being made may take. */
  #largest = 0;
  /** Jobs that no worker has yet. */
  #jobs: Iterator<BatchJob> | undefined;
  #failure: Error | undefined;
  /** Called when a batch has come, or an error. */
  #wake: () => void = () => {};

  /** Starts the workers; each has no permission at all. */
  constructor(description: BatchesDescription, { workers, module, bytes = BYTES }: WorkerOptions) {
    this.#limit = bytes;
    this.#hands = Array.from({ length: workers }, () => this.#start(description, module));
  }

  /**
   * Gives the batches of some jobs, in their order.
   *
   * @throws {Error} What a worker threw, in the place of its batch: those before it are given.
   */
  async *batches(jobs: Iterator<BatchJob>): AsyncGenerator<MadeBatch> {
    this.#jobs = jobs;
    for (this.#assign(); this.#places.length > 0; this.#assign()) {
      const next = this.#places[0]!;
      while (next.made === undefined) {
        if (next.error !== undefined) throw next.error;
        await new Promise<void>((resolve) => this.#wake = resolve);
      }
      this.#places.shift();
      yield next.made;
      this.#held -= next.bytes;
      await nextTask(); // lets the workers' messages in, and a signal
    }
    if (this.#failure !== undefined) throw this.#failure; // of a worker that had no job
  }

  /** Ends the workers, whatever they do. */
  close(): void {
    for (const { worker } of this.#hands) worker.terminate();
  }

  #start(description: BatchesDescription, module: string | URL): Hand {
    const worker = new Worker(module, { type: "module", deno: { permissions: "none" } });
    const hand: Hand = { worker, places: [] };
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if ("made" in data) this.#take(hand, data.made);
      else this.#fail(hand, errorOf(data.error));
    };
    worker.onerror = (event) => {
      event.preventDefault(); // else it ends the program
      this.#fail(hand, new Error(`A worker has failed: ${event.message}`));
    };
    worker.onmessageerror = () => this.#fail(hand, new Error("A worker has failed: its answer cannot be read"));
    send(worker, { description });
    return hand;
  }

  /** Gives out jobs while there is a worker for them, and memory. */
  #assign(): void {
    while (this.#failure === undefined) {
      const hand = this.#hands.reduce((least, other) => other.places.length < least.places.length ? other : least);
      const most = this.#largest === 0 ? 1 : JOBS_PER_WORKER; // how large a batch is, the first ones tell
      if (hand.places.length >= most || !this.#hasRoom()) return;
      const next = this.#jobs?.next();
      if (next === undefined || next.done) return;
      const place = { bytes: 0 };
      this.#places.push(place);
      hand.places.push(place);
      send(hand.worker, { job: next.value });
    }
  }

  #hasRoom(): boolean {
    const making = this.#hands.reduce((sum, { places }) => sum + places.length, 0);
    return this.#places.length === 0 || this.#held + (making + 1) * this.#largest <= this.#limit;
  }

  #take(hand: Hand, made: MadeBatch): void {
    const place = hand.places.shift()!;
    place.made = made;
    place.bytes = made.encoded.reduce((sum, { byteLength }) => sum + byteLength, 0);
    this.#held += place.bytes;
    this.#largest = Math.max(this.#largest, place.bytes);
    this.#assign();
    this.#wake();
  }

  /** Gives out no more jobs; those that this worker has come to nothing. */
  #fail({ places }: Hand, error: Error): void {
    this.#failure ??= error;
    for (const place of places) place.error = error;
    this.#wake();
  }
}

function send(worker: Worker, message: ToWorker): void {
  worker.postMessage(message);
}

/** An error of a worker as one of this thread. */
function errorOf({ name, message, stack }: SentError): Error {
  return Object.assign(new Error(message), { name, stack });
}
