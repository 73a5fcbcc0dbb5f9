import { EXIT } from "./errors.ts";
import { writeErr } from "./output.ts";

/** Signals that ask a run to stop; Windows knows only the first and its own. */
const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT", "SIGBREAK"] : ["SIGINT", "SIGTERM"];

/**
 * Turns Ctrl-C (and SIGTERM) into an abort signal, so that a run can stop at a place from which it goes on. The second
 * Ctrl-C exits at once, with status 130.
 *
 * @param notice What to tell the user at the first, a line.
 */
export function onInterrupt(notice: string): { readonly signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  for (const signal of SIGNALS) Deno.addSignalListener(signal, interrupt);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const signal of SIGNALS) Deno.removeSignalListener(signal, interrupt);
    },
  };

  function interrupt(): void {
    if (controller.signal.aborted) Deno.exit(EXIT.interrupted);
    writeErr(`${notice}\n`);
    controller.abort();
  }
}
