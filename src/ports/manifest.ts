/** Customers `from` (included) to `to` (excluded), written in one go. */
export interface Interval {
  /** First customer. */
  readonly from: number;
  /** The customer after the last. */
  readonly to: number;
}

/**
 * What a run is made of; kept in each target. It holds no clock reading and no machine's name, so that the same run
 * leaves the same bytes anywhere.
 */
export interface Manifest {
  /** Version of this record's own shape. */
  readonly format: 1;
  /** Version of the program that began the run. */
  readonly version: string;
  /** Version of the data: the same seed gives the same rows only within one. */
  readonly data_version: number;
  /** Name of the domain that the data is from. */
  readonly domain: string;
  /** Key of all values. */
  readonly seed: number;
  /** 1 January from which the customers' histories are counted, `YYYY-MM-DD`; by default that of the as-of's year. */
  readonly epoch: string;
  /** The instant of which the state is shown; events are before it. ISO 8601. */
  readonly as_of: string;
  /** Days before `as_of` whose events are written. */
  readonly days: number;
  /** Customers that the target is to hold. */
  readonly customers: number;
  /** Volume options that differ between runs, by name. */
  readonly options: Readonly<Record<string, number>>;
  /** Names of the entities that the target takes, in catalogue order; absent where it takes all of them. */
  readonly entities?: readonly string[];
  /** The intervals that make up `0..customers`, in the order in which they were added. */
  readonly intervals: readonly Interval[];
}

/** How far a run got in a target. */
export interface Progress {
  /** Customers whose rows are all in the target: the indexes below this. */
  readonly customers: number;
  /** Rows written so far, by entity name. */
  readonly rows: Readonly<Record<string, number>>;
}
