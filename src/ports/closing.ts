/**
 * How what was opened is closed: all of it, whatever fails on the way, and never so that the error of closing hides the
 * one that came before it.
 *
 * @module
 */

/** Closes one thing. */
export type Closer = () => void | Promise<void>;

/**
 * Runs the work, then every closer, also after one that fails.
 *
 * @param closers Asked for when the work is done, in the order in which they are called.
 * @throws What the work threw; if it threw nothing, what the first closer that failed threw.
 */
export async function closeAfter<Result>(
  work: () => Promise<Result>,
  closers: () => readonly Closer[],
): Promise<Result> {
  const errors: unknown[] = [];
  const result = await work().catch((error) => void errors.push(error));
  await closeAll(closers()).catch((error) => errors.push(error));
  if (errors.length > 0) throw errors[0];
  return result as Result;
}

/**
 * Runs every closer, also after one that fails.
 *
 * @throws What the first one that failed threw.
 */
export async function closeAll(closers: readonly Closer[]): Promise<void> {
  const errors: unknown[] = [];
  for (const close of closers) {
    try {
      await close();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}

/** As {@linkcode closeAfter}, for work and closers that wait for nothing. */
export function closeAfterSync<Result>(work: () => Result, closers: () => readonly (() => void)[]): Result {
  const errors: unknown[] = [];
  const attempt = <Value>(call: () => Value): Value | undefined => {
    try {
      return call();
    } catch (error) {
      errors.push(error);
      return undefined;
    }
  };
  const result = attempt(work);
  for (const close of closers()) attempt(close);
  if (errors.length > 0) throw errors[0];
  return result as Result;
}

/** Closes what was only read, or failed before: what closing it throws would say nothing new. */
export function closeQuietly(close: () => void): void {
  try {
    close();
  } catch { /* the error that matters was thrown before, or there is none */ }
}
