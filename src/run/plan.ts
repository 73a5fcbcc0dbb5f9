import type { Domain, Population, RunOptions } from "../ports/domain.ts";
import type { Batch } from "../ports/sink.ts";

/** What a load would write. */
export interface PlanReport {
  /** Rows by entity, in catalogue order; within 2 % in all unless exact. */
  readonly rows: Readonly<Record<string, number>>;
  /** Whether every customer was generated, so that the rows are counted, not estimated. */
  readonly exact: boolean;
  /** Rows of some customers spread over all of them, shared rows included, to measure bytes on. */
  readonly sample: Batch;
  /** Customers in the sample. */
  readonly sampleCustomers: number;
  /** Seconds that generating one customer took. */
  readonly secondsPerCustomer: number;
}

/** Customers whose rows are counted; below it a plan is exact. */
const COUNTED_CUSTOMERS = 4_000;

/** Customers of whom those rows are counted that are known without being generated. */
const KNOWN_CUSTOMERS = 60_000;

/** Customers whose rows are kept to measure bytes on. */
const SAMPLE_CUSTOMERS = 500;

/** Estimates what a load writes from customers spread evenly over the range. */
export function plan(domain: Domain, options: RunOptions, customers: number): PlanReport {
  const population = domain.open(options);
  const shared = population.shared();
  const counted = Math.min(customers, COUNTED_CUSTOMERS);
  const kept = Math.min(customers, SAMPLE_CUSTOMERS);
  const names = domain.entities.map(({ name }) => name);
  const sample = Object.fromEntries(names.map((name) => [name, [...shared[name] ?? []]]));
  const counts = Object.fromEntries(names.map((name) => [name, 0]));
  const startedAt = performance.now();
  for (let at = 0; at < counted; at++) {
    const customer = Math.floor(at * customers / counted);
    const batch = population.batch(customer, customer + 1);
    const keep = Math.floor(at * kept / counted) !== Math.floor((at - 1) * kept / counted);
    for (const [name, rows] of Object.entries(batch)) {
      counts[name]! += rows.length;
      if (keep) sample[name]!.push(...rows);
    }
  }
  const secondsPerCustomer = (performance.now() - startedAt) / 1000 / counted;

  const exact = counted === customers;
  const scaled = {
    ...scaledTo(customers, counts, counted),
    ...(exact ? {} : knownRows(population, customers)),
  };
  const rows = Object.fromEntries(names.map((name) => [name, scaled[name]! + (shared[name]?.length ?? 0)]));
  return { rows, exact, sample, sampleCustomers: kept, secondsPerCustomer };
}

/** Rows of the entities of which more customers can be looked at. */
function knownRows(population: Population, customers: number): Record<string, number> {
  const looked = Math.min(customers, KNOWN_CUSTOMERS);
  const counts: Record<string, number> = {};
  for (let at = 0; at < looked; at++) {
    for (const [name, rows] of Object.entries(population.knownRows(Math.floor(at * customers / looked)))) {
      counts[name] = (counts[name] ?? 0) + rows;
    }
  }
  return scaledTo(customers, counts, looked);
}

/** Counts of some customers, scaled to all of them. */
function scaledTo(
  customers: number,
  counts: Readonly<Record<string, number>>,
  counted: number,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(counts).map(([name, count]) => [name, Math.round(count * customers / counted)]),
  );
}
