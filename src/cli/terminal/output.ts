/**
 * The standard streams. Only the program writes to them; libraries hand their text over.
 *
 * @module
 */

import { ClosedOutputError, OutputError } from "../failures.ts";

const encoder = new TextEncoder();

/** The part of a stream that is used here. */
interface Stream {
  writeSync(bytes: Uint8Array): number;
}

/** Whether anything was written to standard output. */
export let hasOutput = false;

/**
 * Writes to standard output.
 *
 * @throws {ClosedOutputError} If whoever reads it has gone.
 * @throws {OutputError} If it cannot be written for another reason.
 */
export function writeOut(text: string | Uint8Array): void {
  eraseStatus();
  hasOutput ||= text.length > 0;
  try {
    writeAll(Deno.stdout, text);
  } catch (cause) {
    if (cause instanceof Deno.errors.BrokenPipe) throw new ClosedOutputError("The reader has gone", { cause });
    throw new OutputError(cause);
  }
}

/** Writes to standard error. What cannot be told there can be told nowhere; the exit status still tells. */
export function writeErr(text: string): void {
  eraseStatus();
  try {
    writeAll(Deno.stderr, text);
  } catch { /* nobody reads it, or its disk is full */ }
}

/** Columns of the status line that stands on the terminal; 0 where there is none. */
let statusColumns = 0;

/**
 * Draws a line on standard error that the next one replaces. Whatever else is written erases it first, so that it never
 * stands among other lines.
 *
 * @param columns Columns of the line.
 * @param width Columns of the terminal by now: it may be narrower than when the last line was drawn, which then fills
 * more than one.
 */
export function drawStatus(line: string, columns: number, width: number): void {
  const erased = erasing(width);
  statusColumns = 0; // writing erases it
  writeErr(erased + line);
  statusColumns = columns;
}

/** Takes the status line away. */
export function eraseStatus(width = statusColumns): void {
  if (statusColumns === 0) return;
  const erased = erasing(width);
  statusColumns = 0;
  writeErr(erased);
}

/** Goes back to the first column of the status line and erases from there. */
function erasing(width: number): string {
  if (statusColumns === 0) return "";
  const above = Math.ceil(statusColumns / Math.max(1, width)) - 1;
  return `\r${above > 0 ? `\x1b[${above}A` : ""}\x1b[0J`;
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

function writeAll(stream: Stream, text: string | Uint8Array): void {
  const bytes = typeof text === "string" ? encoder.encode(text) : text;
  for (let written = 0; written < bytes.length;) {
    try {
      written += stream.writeSync(bytes.subarray(written));
    } catch (error) {
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1); // the reader is slow: try again in 1 ms
    }
  }
}
