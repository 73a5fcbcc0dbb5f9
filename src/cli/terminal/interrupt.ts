import { EXIT } from "../failures.ts";
import { eraseStatus, writeErr } from "./output.ts";

/** Signals that ask a run to stop; Windows knows only the first and its own. */
const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT", "SIGBREAK"] : ["SIGINT", "SIGTERM"];

/** Seconds in which a run that was asked to stop does so, unless it waits for a server that does not answer. */
const PATIENCE_S = 10;

/**
 * Turns Ctrl-C (and SIGTERM) into an abort signal, so that a run can stop at a place from which it goes on. The second
 * Ctrl-C exits at once, with status 130, and so does a run that waits in vain for 10 seconds after the first.
 *
 * @param notice What to tell the user at the first, a line.
 */
export function onInterrupt(notice: string): { readonly signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  let clock: Disposable | undefined;
  for (const signal of SIGNALS) Deno.addSignalListener(signal, interrupt);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      clock?.[Symbol.dispose]();
      for (const signal of SIGNALS) Deno.removeSignalListener(signal, interrupt);
    },
  };

  function interrupt(): void {
    if (controller.signal.aborted) {
      eraseStatus();
      Deno.exit(EXIT.interrupted);
    }
    writeErr(`${notice}\n`);
    controller.abort();
    clock = everySecond((seconds) => {
      if (seconds < PATIENCE_S) return;
      writeErr(
        "no safe place in sight, so it ends here; what is committed stays, and the same command goes on there\n",
      );
      Deno.exit(EXIT.interrupted);
    });
  }
}

/**
 * Calls back once a second. Seconds in which the process was too busy to be called do not count.
 *
 * @param tick Gets how many seconds it was called for by now, from 1.
 */
export function everySecond(tick: (seconds: number) => void): Disposable {
  let seconds = 0;
  const timer = setInterval(() => tick(++seconds), 1000);
  Deno.unrefTimer(timer);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
