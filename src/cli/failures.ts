import { reasonOf } from "../adapters/failures.ts";
import { kafkaHint } from "../adapters/kafka/sink/hints.ts";
import { KafkaError } from "../ports/kafka.ts";
import { RegistryError } from "../ports/registry.ts";
import { SinkError, TargetError } from "../ports/sink.ts";
import { inFlags } from "./flags/option_words.ts";
import { redacted } from "./terminal/redact.ts";

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

const REGISTRY_HINT = "see --schema-registry; --no-avro sends JSON and needs no registry";

/** Raised when a text cannot be written to the standard output: its disk is full, say. */
export class OutputError extends Error {
  override name = "OutputError";
  /** What to do instead, in one line. */
  readonly hint = "send the output somewhere else; what a load has written stays";

  /** @param cause The system's error. */
  constructor(cause: unknown) {
    super(`Cannot write to standard output: ${reasonOf(cause)}`, { cause });
  }
}

/** The hint where nothing better is known. */
export const VERBOSE_HINT = "run the same command with --verbose to see where it comes from";

/** What a failure says to the user and to the shell. */
export interface Failure {
  readonly status: number;
  readonly message: string;
  readonly hint?: string;
}

/** Turns anything thrown into message, hint and exit status, without secrets; undefined where the reader of the output has gone. */
export function failureOf(error: unknown): Failure | undefined {
  if (causes(error).some((cause) => cause instanceof ClosedOutputError)) return undefined;
  if (error instanceof UsageError || error instanceof TargetError) {
    const status = isServerDown(error.cause) ? EXIT.failed : EXIT.usage;
    return { status, message: oneLine(error.message), hint: oneLine(inFlags(error.hint)) };
  }
  if (!(error instanceof Error)) return { status: EXIT.failed, message: oneLine(String(error)) };
  return { status: EXIT.failed, message: oneLine(error.message || error.name), hint: hintFor(error) };
}

/** Writes the stack of an error and of everything that caused it, without passwords. */
export function stackOf(error: unknown): string {
  const [first, ...rest] = causes(error).map((cause) => cause instanceof Error ? cause.stack ?? cause.message : cause);
  return redacted([first, ...rest.map((cause) => `caused by: ${cause}`)].join("\n"));
}

/** Whether a server failed where nothing was asked wrongly. */
function isServerDown(cause: unknown): boolean {
  return (cause instanceof KafkaError || cause instanceof RegistryError) && cause.retriable;
}

function hintFor(error: Error): string {
  if (error instanceof OutputError) return error.hint;
  if (error instanceof SinkError && error.hint !== undefined) return oneLine(inFlags(error.hint));
  if (error instanceof SinkError && error.retriable) return "run the same command again: it goes on where it stopped";
  const missing = causes(error).find((cause) => cause instanceof Deno.errors.NotCapable);
  const permission = missing instanceof Error ? permissionOf(missing.message) : undefined;
  if (permission !== undefined) return `give deno the permission: ${permission}`;
  if (error instanceof RegistryError) return oneLine(inFlags(error.hint ?? REGISTRY_HINT));
  if (error instanceof KafkaError) return inFlags(kafkaHint(error));
  return VERBOSE_HINT;
}

/** The flag that a refusal of Deno asks for. A library that the system is to find by its name needs all of `--allow-ffi`. */
function permissionOf(refusal: string): string | undefined {
  const flag = /--allow-[a-z]+/.exec(refusal)?.[0];
  const place = /access to "([^"]+)"/.exec(refusal)?.[1];
  const isName = flag === "--allow-ffi" && !/[/\\]/.test(place ?? "");
  return flag === undefined || place === undefined || isName ? flag : `${flag}=${place}`;
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
  return redacted(text).replace(/\s*\n\s*/g, " ").trim();
}
