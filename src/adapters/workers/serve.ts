/**
 * The worker's side: makes the batches that it is asked for.
 *
 * @module
 */

import type { BatchesDescription, BatchMaker } from "../../ports/batches.ts";
import type { FromWorker, ToWorker } from "./messages.ts";

/** The part of a worker's global scope that is used here. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker, transfer?: ArrayBuffer[]): void;
}

/**
 * Answers the messages of this worker's load.
 *
 * @param makerOf Makes what generates and encodes.
 */
export function serveBatches(makerOf: (description: BatchesDescription) => BatchMaker): void {
  const scope = globalThis as unknown as WorkerScope;
  let maker: BatchMaker | undefined;
  scope.onmessage = ({ data }) => {
    try {
      if ("description" in data) {
        maker = makerOf(data.description);
        return;
      }
      const made = maker!.make(data.job);
      scope.postMessage({ made }, made.encoded.flatMap(({ buffers }) => buffers));
    } catch (error) {
      const { name, message, stack = "" } = error instanceof Error ? error : new Error(String(error));
      scope.postMessage({ error: { name, message, stack } });
      scope.onmessage = null; // the load ends
    }
  };
}
