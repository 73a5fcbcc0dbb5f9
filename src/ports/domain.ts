import type { Document } from "../model/document.ts";
import type { Batch, Entity, Row } from "../model/entity.ts";

/** Seeds; each is an integer. */
export const SEED_RANGE: readonly [min: number, max: number] = [0, Number.MAX_SAFE_INTEGER];

/** What all rows of a run follow from, whatever its domain. */
export interface RunOptions {
  /** An integer in `0..2^53 - 1`. */
  readonly seed: number;
  /** 1 January from which histories are counted, in days since 1970. */
  readonly epoch: number;
  /** Instant of which the state is shown, UTC milliseconds; no event is at or after it. */
  readonly asOf: number;
  /** Days before `asOf` whose events are written. */
  readonly days: number;
  /** How much there is of what: each of the domain's volumes, by its name. */
  readonly volumes: Readonly<Record<string, number>>;
}

/** A number that says how much there is of what. */
export interface Volume {
  /** In manifests; its flag has `-` for `_`. */
  readonly name: string;
  /** One line for the help. */
  readonly summary: string;
  /** More of it. */
  readonly detail?: string;
  readonly default: number;
  /** Least and greatest value. */
  readonly range: readonly [min: number, max: number];
  /** Another value than the default, for hints. */
  readonly example: number;
}

/** What a domain is called, takes and takes for granted: small, so that the help needs nothing else. */
export interface DomainDescription {
  /** Name in manifests, one lower-case word. */
  readonly name: string;
  /** What a run has so many of; a unit is generated with all that belongs to it. */
  readonly unit: {
    /** Name of its entity, which is its plural: `buyers`. */
    readonly entity: string;
    /** What one is called: `buyer`. */
    readonly one: string;
    /** How many there can be. */
    readonly most: number;
    /** How many are generated where nobody says it. */
    readonly usual: number;
    /** What a flag that counts them is, in one line for the help. */
    readonly summary: string;
  };
  /** How much there is of what; manifests keep the order. */
  readonly volumes: readonly Volume[];
  /** What is taken where nobody says it. */
  readonly defaults: {
    readonly seed: number;
    readonly days: number;
    /** What the names of its topics begin with. */
    readonly topicPrefix: string;
  };
  /** What `epoch` and `days` mean there, a sentence or two each for the help. */
  readonly details: { readonly epoch: string; readonly days: string };
  /** What can be shown of it. */
  readonly pages: {
    /** What names a page, after "expected": `a buyer's number or an id`. */
    readonly named: string;
    /** What a text is called that no message may repeat: `tax number`. */
    readonly personal: string;
  };
  /** Fewest and most days of events. */
  readonly daysRange: readonly [min: number, max: number];
  /** First and last year that can be an epoch or hold an as-of. */
  readonly years: readonly [first: number, last: number];
}

/** A kind of world that can be generated: its entities, what its rows follow from, and how they are made. */
export interface Domain extends DomainDescription {
  /** Changes when any row of any seed does. */
  readonly dataVersion: number;
  /** Every entity, parents before children. */
  readonly entities: readonly Entity[];
  /** The epoch of an as-of (UTC milliseconds) where nobody says it, in days since 1970. */
  defaultEpoch(asOf: number): number;
  /**
   * Makes the function that tells the id of an event: the same whenever the same event is sent, and another for any
   * other.
   */
  eventIds(seed: number): (entity: Entity, row: Row) => string;
  /** Prepares what all units share. */
  open(options: RunOptions): Population;
}

/** Units `from` (included, from 0) to `to` (excluded). */
export interface UnitRange {
  readonly from: number;
  readonly to: number;
}

/** A span of time, its end excluded; UTC milliseconds. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Which versions of an event that changes: `all` that it came to in a span, each as it stood then; or the `latest`
 * before the span's end, where it came to it in the span.
 */
export type Versions = "all" | "latest";

/** All rows of a domain, as a pure function of its options. One instance is to be used by one thread. */
export interface Population {
  /** All rows of the units `from` (included, from 0) to `to` (excluded), without the shared ones; every entity is named. */
  batch(from: number, to: number): Batch;
  /**
   * Rows that belong to no unit, by entity; they come before those of the first unit.
   *
   * @param at Instant of their state, UTC milliseconds; default: the as-of.
   */
  shared(at?: number): Batch;
  /**
   * What happened to some units within a span, by event entity, in the order of units and, within one, of `batch`:
   * spans that meet give together what one span over both gives. The as-of and the days of the run bound nothing here.
   */
  events(units: UnitRange, span: Span, versions: Versions): Batch;
  /**
   * Masters of some units that were made or changed within a span, by entity, as they stand at its end: put over the
   * masters at its start they give those at its end.
   */
  changes(units: UnitRange, span: Span): Batch;
  /** Rows that a unit has of some entities, where that is known much more cheaply than by generating them. */
  knownRows(unit: number): Readonly<Record<string, number>>;
  /** Pages of a run of so many units. */
  pages(units: number): Pages;
}

/** A document for each record. A page is generated from the id alone; no target is read. */
export interface Pages {
  /** The page of what a text names: the number of a unit, or any id. */
  find(text: string): Found;
  /**
   * A unit worth a look at the end of a load, its number and what there is to see.
   *
   * @param entities Names of those whose rows were loaded.
   * @returns Undefined where there is none, or where the rows that it is made of were not loaded.
   */
  glance(entities: readonly string[]): { readonly number: number; readonly document: Document } | undefined;
}

/** A page, or why there is none. */
export type Found = { readonly document: Document } | { readonly unknown: Unknown };

/** Why a text names nothing that can be shown. */
export interface Unknown {
  /** What is wrong with it, as the end of a sentence: `it is no id of seed 42`. */
  readonly reason: string;
  /** What to do instead, in one line. */
  readonly hint: string;
  /** Whether the text may be somebody's identity number or the like, so that no message may repeat it. */
  readonly isPersonal: boolean;
}

/** Every volume of a domain by its name: as given, else its default. */
export function volumesOf(
  { volumes }: DomainDescription,
  given: Readonly<Record<string, number>> = {},
): Record<string, number> {
  return Object.fromEntries(volumes.map(({ name, default: usual }) => [name, given[name] ?? usual]));
}
