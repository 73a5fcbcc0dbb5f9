/** Time as it passes, for what must wait. Never a source of values. */
export interface Clock {
  /** Milliseconds since some fixed moment, with fractions; never runs backwards. */
  now(): number;
  /**
   * Waits, and lets other tasks of the process run meanwhile.
   *
   * @param ms Milliseconds, 0 or more; the wait may be a little longer.
   * @param signal Ends the wait at once when it is aborted.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
