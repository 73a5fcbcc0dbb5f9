import { SinkError, TargetError } from "../ports/sink.ts";

/** Exit statuses of the program. */
export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Raised when the command line asks for what cannot be; nothing was opened or written. */
export class UsageError extends Error {
  override name = "UsageError";
  /** What to do instead, in one line. */
  readonly hint: string;

  /** @param message What cannot be done, which input, what is allowed, in one line. */
  constructor(message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.hint = hint;
  }
}

/** Raised when whoever reads the standard output has gone, as in `datagen sample | head`. */
export class ClosedOutputError extends Error {
  override name = "ClosedOutputError";
}

/** What a failure says to the user and to the shell. */
export interface Failure {
  readonly status: number;
  readonly message: string;
  readonly hint?: string;
}

/** Turns anything thrown into message, hint and exit status; undefined where the reader of the output has gone. */
export function failureOf(error: unknown): Failure | undefined {
  if (causes(error).some((cause) => cause instanceof ClosedOutputError)) return undefined;
  if (error instanceof UsageError || error instanceof TargetError) {
    return { status: EXIT.usage, message: oneLine(error.message), hint: oneLine(error.hint) };
  }
  if (!(error instanceof Error)) return { status: EXIT.failed, message: oneLine(String(error)) };
  return { status: EXIT.failed, message: oneLine(error.message || error.name), hint: hintFor(error) };
}

/** Writes the stack of an error and of everything that caused it. */
export function stackOf(error: unknown): string {
  const [first, ...rest] = causes(error).map((cause) => cause instanceof Error ? cause.stack ?? cause.message : cause);
  return [first, ...rest.map((cause) => `caused by: ${cause}`)].join("\n");
}

function hintFor(error: Error): string {
  if (error instanceof SinkError && error.retriable) return "run the same command again: it goes on where it stopped";
  const missing = causes(error).find((cause) => cause instanceof Deno.errors.NotCapable);
  if (missing instanceof Error) {
    const flag = /--allow-[a-z]+/.exec(missing.message)?.[0];
    if (flag !== undefined) return `give deno the permission: ${flag}`;
  }
  return "run the same command with --verbose to see where it comes from";
}

function causes(error: unknown): unknown[] {
  const found: unknown[] = [];
  for (
    let next = error;
    next !== undefined && found.length < 10;
    next = next instanceof Error ? next.cause : undefined
  ) {
    found.push(next);
  }
  return found;
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").trim();
}
