/**
 * What is measured, how often, and what is compared with what.
 *
 * @module
 */

/** One measurement. */
export interface Measured {
  readonly rows: number;
  readonly seconds: number;
  readonly bytes?: number;
}

/** One thing measured. */
export interface Figure {
  /** Name in the JSON. */
  readonly name: string;
  /** What it is, for the table. */
  readonly what: string;
  /** Names of the figures that it is divided by; they are measured in the same round. */
  readonly against?: readonly string[];
  /** Whether one measurement is enough, without a warm-up: for what takes long and is only to be roughly known. */
  readonly once?: boolean;
  measure(): Promise<Measured> | Measured;
}

/** A figure, median of its rounds. */
export interface Result extends Measured {
  readonly what: string;
  readonly rows_per_second: number;
}

/** The most memory that the process was seen to hold. */
export class PeakMemory {
  bytes = 0;

  /** Looks now. */
  look(): void {
    this.bytes = Math.max(this.bytes, Deno.memoryUsage().rss);
  }
}

/** Measures every figure once and lets it go, so that the engine has compiled what is measured next. */
export async function warmUp(figures: readonly Figure[]): Promise<void> {
  for (const figure of figures) if (!figure.once) await figure.measure();
}

/** Measures every figure once a round: what is compared ran one after the other. */
export async function measureRounds(figures: readonly Figure[], rounds: number): Promise<Map<Figure, Measured[]>> {
  const measured = new Map<Figure, Measured[]>(figures.map((figure) => [figure, []]));
  for (let round = 0; round < rounds; round++) {
    for (const figure of figures) {
      if (round === 0 || !figure.once) measured.get(figure)!.push(await figure.measure());
    }
  }
  return measured;
}

/** The medians, by name. */
export function resultsOf(measured: ReadonlyMap<Figure, readonly Measured[]>): Record<string, Result> {
  return Object.fromEntries([...measured].map(([{ name, what }, rounds]) => {
    const middle = median(rounds, ({ rows, seconds }) => seconds / Math.max(1, rows));
    return [name, { what, ...middle, rows_per_second: Math.round(middle.rows / middle.seconds) }];
  }));
}

/** The ratios that the figures ask for, medians over the rounds, by name: `sqlite_to_sqlite_constants`. */
export function ratiosOf(measured: ReadonlyMap<Figure, readonly Measured[]>): Record<string, number> {
  const byName = new Map([...measured].map(([{ name }, rounds]) => [name, rounds]));
  return Object.fromEntries([...measured].flatMap(([{ name, against = [] }, rounds]) =>
    against.flatMap((other) => {
      const others = byName.get(other);
      if (others === undefined) return [];
      const ratios = rounds.map((round, at) => round.rows / round.seconds / (others[at]!.rows / others[at]!.seconds));
      return [[`${name}_to_${other}`, Number(median(ratios, (ratio) => ratio).toFixed(3))]];
    })
  ));
}

function median<Value>(values: readonly Value[], by: (value: Value) => number): Value {
  return [...values].sort((a, b) => by(a) - by(b))[Math.floor(values.length / 2)]!;
}
