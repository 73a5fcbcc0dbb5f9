import { DAY_MS } from "../../time/calendar.ts";
import type { Span } from "../../ports/domain.ts";
import type { BankOptions } from "./options.ts";

export type { Versions } from "../../ports/domain.ts";

/** The span whose events are wanted; at its end is the instant of which the state is shown, the as-of of a run. */
export type Window = Span;

/** The window of a run: the days before its as-of. */
export function windowOf(options: Pick<BankOptions, "asOf" | "days">): Window {
  return { start: options.asOf - options.days * DAY_MS, end: options.asOf };
}

/** Whether an instant lies in the window. */
export function inWindow(window: Window, at: number): boolean {
  return at >= window.start && at < window.end;
}
