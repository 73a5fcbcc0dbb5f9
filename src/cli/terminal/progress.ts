import type { LoadProgress } from "../../run/report.ts";
import { grouped, rate, roughDuration } from "./numbers.ts";
import { drawStatus, eraseStatus, writeErr } from "./output.ts";
import { canRedraw, isUnicode, terminalColumns } from "./terminal.ts";
import { columnsOf, cut } from "./text.ts";

/** Milliseconds between two drawings on a terminal. */
const REDRAW_MS = 100;

/** Milliseconds between two lines where there is no terminal. */
const LINE_MS = 2000;

/**
 * Shares of the bar. Into SQLite and PostgreSQL four fifths of the time go into writing, most of the rest into indexes;
 * measured with 10,000 and 100,000 customers.
 */
const SHARES = { write: 0.8, finish: 0.14, validate: 0.06 } as const;

/** Columns of the bar. */
const LEAST_BAR = 4;
const MOST_BAR = 24;

/** Columns that the names of the targets are cut to at most. */
const LEAST_NAMES = 10;

/** Columns of what is done after the last row, where room is short. */
const SHORT_DOING = 16;

/** Eighths of a column, from one to seven. */
const EIGHTHS = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** Where progress is drawn. */
export interface Screen {
  /** Whether a line can be drawn again in place. */
  readonly redraws: boolean;
  /** Whether it shows characters beyond ASCII. */
  readonly isUnicode: boolean;
  /** Columns of a line. */
  width(): number;
  /** Draws a line in the place of the one drawn before. */
  draw(line: string): void;
  /** Takes away what was drawn. */
  erase(): void;
  /** Writes a line that stays. */
  write(line: string): void;
  /** Milliseconds of a clock that never goes back. */
  nowMs(): number;
}

/** Standard error. */
export const standardError: Screen = {
  redraws: canRedraw(Deno.stderr),
  isUnicode: isUnicode(),
  width: () => terminalColumns(Deno.stderr) ?? 100,
  draw: (line) => drawStatus(line, columnsOf(line), standardError.width()),
  erase: () => eraseStatus(standardError.width()),
  write: (line) => writeErr(`${line}\n`),
  nowMs: () => performance.now(),
};

/** Shows how far a load is: one bar for all of its targets, their indexes and their checks. */
export class ProgressView {
  readonly #screen: Screen;
  readonly #latest = new Map<string, LoadProgress>();
  readonly #targets: readonly string[];
  readonly #unit: string;
  /** What was there first: a run that is resumed does not begin at nothing. */
  #first: { readonly share: number; readonly atMs: number } | undefined;
  readonly #startedAtMs: number;
  #furthest = 0;
  #stage = "";
  #drawnAt = -Infinity;

  /**
   * @param targets All targets of the run, as their progress names them.
   * @param unit What the run counts, in the plural.
   */
  constructor(targets: readonly string[], unit: string, screen: Screen = standardError) {
    this.#targets = targets;
    this.#unit = unit;
    this.#screen = screen;
    this.#startedAtMs = screen.nowMs();
  }

  /** Takes news of one target. */
  update(progress: LoadProgress): void {
    const now = this.#screen.nowMs();
    this.#latest.set(progress.target, progress);
    const step = this.#step(progress, now);
    const stage = `${progress.stage} ${progress.stage === "write" ? "" : progress.target}`;
    const isDue = now - this.#drawnAt >= (this.#screen.redraws ? REDRAW_MS : LINE_MS);
    if (!isDue && stage === this.#stage) return;
    this.#stage = stage;
    this.#drawnAt = now;
    if (this.#screen.redraws) this.#screen.draw(progressLine(step, this.#screen.width() - 1, this.#screen.isUnicode));
    else this.#screen.write(progressLine(step, Infinity, this.#screen.isUnicode));
  }

  /** Takes the bar away. */
  clear(): void {
    this.#screen.erase();
  }

  #step(newest: LoadProgress, nowMs: number): Step {
    const all = [...this.#latest.values()];
    const slowest = all.reduce((one, other) => other.units < one.units ? other : one);
    const rows = Math.max(...all.map((each) => each.rows));
    const share = this.#furthest = Math.max(this.#furthest, this.#share(newest, slowest));
    const first = this.#first ??= { share, atMs: nowMs };
    const seconds = (nowMs - first.atMs) / 1000;
    const done = share - first.share;
    return {
      share,
      rows,
      unit: this.#unit,
      units: slowest.units,
      ofUnits: slowest.ofUnits,
      rowsPerSecond: rate(rows, (nowMs - this.#startedAtMs) / 1000),
      secondsLeft: done > 0 ? (1 - share) / done * seconds : undefined,
      doing: newest.doing,
      targets: newest.stage === "write" ? this.#targets.join(", ") : newest.target,
    };
  }

  /** Share of the run that is done, `0..1`. Targets are written together, then completed and checked one by one. */
  #share({ stage, target }: LoadProgress, slowest: LoadProgress): number {
    if (stage === "write") return SHARES.write * slowest.units / slowest.ofUnits;
    const before = this.#targets.indexOf(target) / this.#targets.length;
    return stage === "finish"
      ? SHARES.write + SHARES.finish * Math.max(0, before)
      : SHARES.write + SHARES.finish + SHARES.validate * Math.max(0, before);
  }
}

/** What a line of progress tells. */
interface Step {
  /** Of the run, `0..1`. */
  readonly share: number;
  readonly rows: number;
  /** What is counted, in the plural. */
  readonly unit: string;
  readonly units: number;
  readonly ofUnits: number;
  readonly rowsPerSecond: string;
  /** Undefined where nothing was done yet from which to tell. */
  readonly secondsLeft: number | undefined;
  /** What is done after the last row; undefined while rows are written. */
  readonly doing: string | undefined;
  readonly targets: string;
}

/** Writes a step in so many columns: the bar, numbers, rate and time left, names; what matters least goes first. */
export function progressLine(step: Step, columns: number, unicode: boolean): string {
  const { share, rows, unit, units, ofUnits, doing, targets } = step;
  const dots = unicode ? "…" : "...";
  const percent = `${String(Math.floor(share * 100)).padStart(3)} %`;
  const long = doing ?? `${grouped(units)} of ${grouped(ofUnits)} ${unit}`;
  const short = doing === undefined ? `${grouped(units)}/${grouped(ofUnits)}` : cut(doing, SHORT_DOING, dots);
  const speed = doing === undefined ? [`${step.rowsPerSecond} rows/s`] : [`${grouped(rows)} rows`];
  const left = step.secondsLeft === undefined ? [] : [`${roughDuration(Math.max(1, step.secondsLeft))} left`];
  const choices = [
    [percent, long, ...speed, ...left],
    [percent, short, ...speed, ...left],
    [percent, short, ...left],
    [percent, ...left],
    [percent],
  ].map((parts) => parts.join("  "));
  const fits = (text: string, more: number) => LEAST_BAR + 1 + columnsOf(text) + more <= columns;
  const withNames = fits(choices[0]!, 2 + Math.min(LEAST_NAMES, columnsOf(targets)));
  const numbers = withNames ? choices[0]! : choices.find((text) => fits(text, 0)) ?? percent;
  const room = columns - columnsOf(numbers) - 1 - (withNames ? 2 + Math.min(columnsOf(targets), LEAST_NAMES) : 0);
  const size = Math.min(MOST_BAR, room);
  const start = size < LEAST_BAR ? numbers : `${bar(share, size, unicode)} ${numbers}`;
  if (!withNames) return cut(start, columns);
  return `${start}  ${cut(targets, columns - columnsOf(start) - 2, dots)}`;
}

function bar(share: number, columns: number, unicode: boolean): string {
  const eighths = Math.floor(share * columns * 8);
  const full = Math.floor(eighths / 8);
  if (!unicode) return `[${"#".repeat(Math.floor(share * (columns - 2))).padEnd(columns - 2, ".")}]`;
  return ("█".repeat(full) + (eighths % 8 === 0 ? "" : EIGHTHS[eighths % 8 - 1]!)).padEnd(columns, "░");
}
