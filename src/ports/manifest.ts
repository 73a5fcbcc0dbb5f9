/**
 * Version of the shape of manifests and marks that is written. Format 1 said `customers` for `units`, the only ones that
 * there were; it is read too.
 */
export const MARKS_FORMAT = 2;

/** Units `from` (included) to `to` (excluded), written in one go. */
export interface Interval {
  /** First unit. */
  readonly from: number;
  /** The unit after the last. */
  readonly to: number;
}

/**
 * What a run is made of; kept in each target. It holds no clock reading and no machine's name, so that the same run
 * leaves the same bytes anywhere.
 */
export interface Manifest {
  /** Version of the shape of this record and of the marks beside it. */
  readonly format: 2;
  /** Version of the program that began the run. */
  readonly version: string;
  /** Version of the data: the same seed gives the same rows only within one. */
  readonly data_version: number;
  /** Name of the domain that the data is from. */
  readonly domain: string;
  /** Key of all values. */
  readonly seed: number;
  /** 1 January from which histories are counted, `YYYY-MM-DD`; by default that of the as-of's year. */
  readonly epoch: string;
  /** The instant of which the state is shown; events are before it. ISO 8601. */
  readonly as_of: string;
  /** Days before `as_of` whose events are written. */
  readonly days: number;
  /** Units that the target is to hold. */
  readonly units: number;
  /** Volume options that differ between runs, by name. */
  readonly options: Readonly<Record<string, number>>;
  /** Names of the entities that the target takes, in catalogue order; absent where it takes all of them. */
  readonly entities?: readonly string[];
  /** What events are in the order of: `time` for a version that can; absent for units. */
  readonly order?: string;
  /** The instant up to which a feed has gone on after `as_of`, ISO 8601; absent where none has. */
  readonly until?: string;
  /** Which part of the units the target holds, `2/8` for the second of eight; absent for all. */
  readonly shard?: string;
  /** The intervals that make up `0..units`, in the order in which they were added. */
  readonly intervals: readonly Interval[];
}

/** How far a run got in a target. */
export interface Progress {
  /** Units whose rows are all in the target: the indexes below this. */
  readonly units: number;
  /** Rows written so far, by entity name. */
  readonly rows: Readonly<Record<string, number>>;
}

/** Reads a manifest of this format or an earlier one; undefined where a value is none. */
export function manifestOf(value: unknown): Manifest | undefined {
  const manifest = withUnits(value);
  if (manifest === undefined || manifest["format"] !== 1 && manifest["format"] !== MARKS_FORMAT) return undefined;
  return { ...manifest, format: MARKS_FORMAT } as unknown as Manifest;
}

/** Reads what tells how far a run got, of this format or an earlier one; undefined where a value does not. */
export function progressOf<Mark extends { readonly units: number } = Progress>(value: unknown): Mark | undefined {
  return withUnits(value) as Mark | undefined;
}

/** An object that counts units, by that name, each of its fields where it was. */
function withUnits(value: unknown): Record<string, unknown> | undefined {
  if (value === null || typeof value !== "object") return undefined;
  const entries = "units" in value
    ? Object.entries(value)
    : Object.entries(value).map(([name, field]) => [name === "customers" ? "units" : name, field]);
  const found = Object.fromEntries(entries);
  return typeof found["units"] === "number" ? found : undefined;
}
