import type { Domain, Population, RunOptions } from "../ports/domain.ts";
import type { Batch } from "../model/entity.ts";

/** What a load would write. */
export interface PlanReport {
  /** Rows by entity, in catalogue order; within 2 % in all unless exact. */
  readonly rows: Readonly<Record<string, number>>;
  /** Whether every unit was generated, so that the rows are counted, not estimated. */
  readonly exact: boolean;
  /** Rows of some units spread over all of them, shared rows included, to measure bytes on. */
  readonly sample: Batch;
  /** Units in the sample. */
  readonly sampleUnits: number;
  /** Seconds that generating one unit took. */
  readonly secondsPerUnit: number;
}

/** Units whose rows are counted; below it a plan is exact. */
const COUNTED_UNITS = 4_000;

/** Units of whom those rows are counted that are known without being generated. */
const KNOWN_UNITS = 60_000;

/** Units whose rows are kept to measure bytes on. */
const SAMPLE_UNITS = 500;

/** Estimates what a load writes from units spread evenly over the range. */
export function plan(domain: Domain, options: RunOptions, units: number): PlanReport {
  const population = domain.open(options);
  const shared = population.shared();
  const counted = Math.min(units, COUNTED_UNITS);
  const kept = Math.min(units, SAMPLE_UNITS);
  const names = domain.entities.map(({ name }) => name);
  const sample = Object.fromEntries(names.map((name) => [name, [...shared[name] ?? []]]));
  const counts = Object.fromEntries(names.map((name) => [name, 0]));
  const startedAt = performance.now();
  for (let at = 0; at < counted; at++) {
    const unit = Math.floor(at * units / counted);
    const batch = population.batch(unit, unit + 1);
    const keep = Math.floor(at * kept / counted) !== Math.floor((at - 1) * kept / counted);
    for (const [name, rows] of Object.entries(batch)) {
      counts[name]! += rows.length;
      if (keep) sample[name]!.push(...rows);
    }
  }
  const secondsPerUnit = (performance.now() - startedAt) / 1000 / counted;

  const exact = counted === units;
  const scaled = {
    ...scaledTo(units, counts, counted),
    ...(exact ? {} : knownRows(population, units)),
  };
  const rows = Object.fromEntries(names.map((name) => [name, scaled[name]! + (shared[name]?.length ?? 0)]));
  return { rows, exact, sample, sampleUnits: kept, secondsPerUnit };
}

/** Rows of the entities of which more units can be looked at. */
function knownRows(population: Population, units: number): Record<string, number> {
  const looked = Math.min(units, KNOWN_UNITS);
  const counts: Record<string, number> = {};
  for (let at = 0; at < looked; at++) {
    for (const [name, rows] of Object.entries(population.knownRows(Math.floor(at * units / looked)))) {
      counts[name] = (counts[name] ?? 0) + rows;
    }
  }
  return scaledTo(units, counts, looked);
}

/** Counts of some units, scaled to all of them. */
function scaledTo(
  units: number,
  counts: Readonly<Record<string, number>>,
  counted: number,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(counts).map(([name, count]) => [name, Math.round(count * units / counted)]),
  );
}
