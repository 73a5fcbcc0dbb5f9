/** Longest time in which only what is ready at once gets a turn, in milliseconds. */
const IMMEDIATE_MS = 200;

let timerAt = 0;

/**
 * Gives other tasks their turn, signals among them. Immediates alone starve signals for seconds; a timer lets them in but
 * costs two milliseconds, so one comes at most five times a second.
 */
export function nextTask(): Promise<void> {
  const now = performance.now();
  if (now - timerAt < IMMEDIATE_MS) return new Promise((resolve) => setImmediate(resolve));
  timerAt = now;
  return new Promise((resolve) => setTimeout(resolve, 0));
}
