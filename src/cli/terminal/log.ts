import { writeErr } from "./output.ts";
import { redacted } from "./redact.ts";

/** Levels of the log, from chatty to silent. */
const LEVELS = ["debug", "info", "warn", "error"] as const;

/** One level of the log. */
export type Level = typeof LEVELS[number];

/** How messages reach standard error. */
export interface LogSettings {
  /** Messages below this level are left out. */
  readonly level: Level;
  readonly format: "text" | "json";
}

/** Writes a log to standard error; fields are ids, names and counts only. */
export class Log {
  readonly #settings: LogSettings;
  readonly #write: (text: string) => void;

  /** @param write Where the lines go. Default: standard error. */
  constructor(settings: LogSettings, write: (text: string) => void = writeErr) {
    this.#settings = settings;
    this.#write = write;
  }

  /** Details for whoever looks for a fault. */
  debug(message: string, fields?: Record<string, unknown>): void {
    this.#log("debug", message, fields);
  }

  /** What happens, step by step. */
  info(message: string, fields?: Record<string, unknown>): void {
    this.#log("info", message, fields);
  }

  /** What the user should know. */
  warn(message: string, fields?: Record<string, unknown>): void {
    this.#log("warn", message, fields);
  }

  #log(level: Level, message: string, fields: Record<string, unknown> = {}): void {
    if (LEVELS.indexOf(level) < LEVELS.indexOf(this.#settings.level)) return;
    const shown = Object.entries(fields).map((
      [name, value],
    ) => [name, typeof value === "string" ? redacted(value) : value]);
    this.#write(`${logLine(this.#settings.format, level, redacted(message), Object.fromEntries(shown))}\n`);
  }
}

/** Writes one line of the log: `info: message name=value`, or a JSON object. */
export function logLine(
  format: LogSettings["format"],
  level: Level,
  message: string,
  fields: Record<string, unknown> = {},
): string {
  if (format === "json") return JSON.stringify({ level, message, ...fields });
  const pairs = Object.entries(fields).map(([name, value]) => ` ${name}=${value}`);
  return `${level}: ${message}${pairs.join("")}`;
}
