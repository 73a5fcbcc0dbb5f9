/**
 * The standard streams. Only the program writes to them; libraries hand their text over.
 *
 * @module
 */

import { ClosedOutputError, OutputError } from "./errors.ts";

const encoder = new TextEncoder();

/** The part of a stream that is used here. */
interface Stream {
  writeSync(bytes: Uint8Array): number;
}

/**
 * Writes to standard output.
 *
 * @throws {ClosedOutputError} If whoever reads it has gone.
 * @throws {OutputError} If it cannot be written for another reason.
 */
export function writeOut(text: string): void {
  try {
    writeAll(Deno.stdout, text);
  } catch (cause) {
    if (cause instanceof Deno.errors.BrokenPipe) throw new ClosedOutputError("The reader has gone", { cause });
    throw new OutputError(cause);
  }
}

/** Writes to standard error. What cannot be told there can be told nowhere; the exit status still tells. */
export function writeErr(text: string): void {
  try {
    writeAll(Deno.stderr, text);
  } catch { /* nobody reads it, or its disk is full */ }
}

/** A writer of lines to standard output that gathers them; `flush` writes the last ones. */
export function lineWriter(write: (text: string) => void): { line(text: string): void; flush(): void } {
  const enough = 64 * 1024;
  let gathered = "";
  return {
    line(text) {
      gathered += `${text}\n`;
      if (gathered.length >= enough) this.flush();
    },
    flush() {
      const text = gathered;
      gathered = "";
      if (text !== "") write(text);
    },
  };
}

/** How the few words look that are marked. */
const STYLES = { red: "\x1b[31m", green: "\x1b[32m", bold: "\x1b[1m", dim: "\x1b[2m" } as const;

/** How a text may be marked on a terminal. */
export type Style = keyof typeof STYLES;

/** Marks a text where the stream is a terminal and `NO_COLOR` is not set. */
export function paint(text: string, style: Style, stream: { isTerminal(): boolean }): string {
  return Deno.noColor || !stream.isTerminal() ? text : `${STYLES[style]}${text}\x1b[0m`;
}

/** Reads a variable of the environment; an empty one, or one without the permission, counts as not set. */
export function environment(name: string): string | undefined {
  try {
    return Deno.env.get(name) || undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}

function writeAll(stream: Stream, text: string): void {
  const bytes = encoder.encode(text);
  for (let written = 0; written < bytes.length;) {
    try {
      written += stream.writeSync(bytes.subarray(written));
    } catch (error) {
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1); // the reader is slow: try again in 1 ms
    }
  }
}
