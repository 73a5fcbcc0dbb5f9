import { DAY_MS } from "../../time/calendar.ts";
import type { BankOptions } from "./options.ts";

/** The events that are written: from `start` (included) to `end` (excluded), UTC milliseconds. */
export interface Window {
  readonly start: number;
  /** The as-of: the instant of which the state is shown. */
  readonly end: number;
}

/** The window of a run: the days before its as-of. */
export function windowOf(options: BankOptions): Window {
  return { start: options.asOf - options.days * DAY_MS, end: options.asOf };
}

/** Whether an instant lies in the window. */
export function inWindow(window: Window, at: number): boolean {
  return at >= window.start && at < window.end;
}
