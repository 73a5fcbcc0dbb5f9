/**
 * The log as JSON, from which a test knows where a load stands: an event for each batch that was written, whatever the
 * screen shows.
 *
 * @module
 */

/** Words that make the program log all of it as JSON, an object a line. */
export const LOGGED: readonly string[] = ["--log-level", "debug", "--log-format", "json"];

/** A line of the log. */
export interface LogEvent {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly hint?: string;
  /** With `progress`: what is done, such as `write`, where, and how many customers have been. */
  readonly stage?: string;
  readonly target?: string;
  readonly customers?: number;
}

/** Reads a line; undefined where it is none of the log. */
export function eventOf(line: string): LogEvent | undefined {
  return line.startsWith("{") ? JSON.parse(line) : undefined;
}

/** Whether an event says that a target of some kind was given that many customers. */
export function hasWritten(kind: string, customers: number): (event: LogEvent) => boolean {
  return ({ stage, target = "", customers: written }) =>
    stage === "write" && target.startsWith(kind) && written === customers;
}

/** Standard error as it is without a log: the error and its hint. */
export function withoutLog(stderr: string): string {
  return stderr.split("\n").flatMap((line) => {
    const event = eventOf(line);
    if (event === undefined) return [line];
    if (event.level !== "error") return [];
    return [`error: ${event.message}`, ...(event.hint === undefined ? [] : [`hint: ${event.hint}`])];
  }).join("\n");
}

/** Reads standard error to its end, and calls `act` once, at the first event that fits. Returns what was read. */
export async function actAt(
  stderr: ReadableStream<Uint8Array>,
  fits: (event: LogEvent) => boolean,
  act: () => void,
): Promise<string> {
  let [told, rest, done] = ["", "", false];
  for await (const text of stderr.pipeThrough(new TextDecoderStream())) {
    told += text;
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    if (done || !lines.some((line) => fits(eventOf(line) ?? { level: "debug", message: "" }))) continue;
    done = true;
    act();
  }
  return told;
}
