import type { LoadProgress } from "../run/report.ts";
import { grouped, rate, roughDuration } from "./numbers.ts";
import { writeErr } from "./output.ts";

/** Milliseconds between two drawings on a terminal. */
const REDRAW_MS = 100;

/** Milliseconds between two lines where there is no terminal. */
const LINE_MS = 2000;

/** Where progress is drawn. */
export interface Screen {
  /** Whether lines can be drawn again in place. */
  readonly redraws: boolean;
  /** Characters a line. */
  width(): number;
  write(text: string): void;
  /** Milliseconds of a clock that never goes back. */
  nowMs(): number;
}

/** Standard error. It needs no permission and no variable of the environment. */
export const standardError: Screen = {
  redraws: Deno.stderr.isTerminal(),
  width() {
    try {
      return Deno.consoleSize().columns;
    } catch {
      return 80; // no terminal that could tell
    }
  },
  write: writeErr,
  nowMs: () => performance.now(),
};

/** Shows how far each target is: a line each, drawn again in place on a terminal. */
export class ProgressView {
  readonly #screen: Screen;
  readonly #latest = new Map<string, LoadProgress>();
  readonly #first = new Map<string, Seen>();
  readonly #startedAtMs: number;
  #drawnAt = -Infinity;
  #drawnLines = 0;

  constructor(screen: Screen = standardError) {
    this.#screen = screen;
    this.#startedAtMs = screen.nowMs();
  }

  /** Takes news of one target. */
  update(progress: LoadProgress): void {
    const stageBefore = this.#latest.get(progress.target)?.stage;
    const now = this.#screen.nowMs();
    if (!this.#first.has(progress.target)) {
      this.#first.set(progress.target, { customers: progress.customers, atMs: now });
    }
    this.#latest.set(progress.target, progress);
    const due = now - this.#drawnAt >= (this.#screen.redraws ? REDRAW_MS : LINE_MS);
    if (!due && stageBefore === progress.stage) return;
    this.#drawnAt = now;
    this.#draw();
  }

  /** Takes the lines away again. */
  clear(): void {
    if (this.#drawnLines > 0) this.#screen.write(this.#up());
    this.#drawnLines = 0;
  }

  #draw(): void {
    const most = Math.max(20, this.#screen.width() - 1);
    const now = this.#screen.nowMs();
    const lines = [...this.#latest.values()].map((latest) =>
      progressLine(latest, this.#startedAtMs, this.#first.get(latest.target)!, now)
    );
    const text = lines.map((line) => `${this.#screen.redraws ? line.slice(0, most) : line}\n`).join("");
    this.#screen.write(this.#screen.redraws ? this.#up() + text : text);
    if (this.#screen.redraws) this.#drawnLines = lines.length;
  }

  /** Goes up to the first line drawn and erases from there. */
  #up(): string {
    return this.#drawnLines === 0 ? "" : `\x1b[${this.#drawnLines}A\x1b[0J`;
  }
}

/** What was seen first of a target: a resumed run does not start at 0 customers. */
interface Seen {
  readonly customers: number;
  readonly atMs: number;
}

function progressLine(latest: LoadProgress, startedAtMs: number, first: Seen, nowMs: number): string {
  const { target, doing, customers, ofCustomers, rows } = latest;
  if (doing !== undefined) return `${target}: ${grouped(rows)} rows written; ${doing}`;
  const speed = rate(rows, (nowMs - startedAtMs) / 1000);
  const done = customers - first.customers;
  const secondsLeft = (ofCustomers - customers) / done * (nowMs - first.atMs) / 1000;
  const left = done > 0 && secondsLeft > 0 ? `, ETA ${roughDuration(Math.max(1, secondsLeft))}` : "";
  return `${target}: ${grouped(customers)} of ${grouped(ofCustomers)} customers, ${grouped(rows)} rows, ` +
    `${speed} rows/s${left}`;
}
