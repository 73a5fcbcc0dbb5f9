/**
 * How fast SQLite files are loaded, against the same statements fed constants, and how much memory it takes.
 *
 * @module
 */

import type { RunOptions } from "../../ports/domain.ts";
import { load, type LoadRequest } from "../../run/load.ts";
import { DEFAULT_DOMAIN } from "../domains/domains.ts";
import { VERSION } from "../version.ts";
import { type Figure, PeakMemory } from "./figures.ts";

/** The most memory that loads into a SQLite file held: what grows with the customers shows in the ratio. */
export interface MemoryGrowth {
  readonly small: LoadMemory;
  readonly large: LoadMemory;
  /** Peak of the large load to that of the small one, which ran before it in the same process. */
  readonly ratio: number;
}

/** The most memory that the process was seen to hold in the course of one load. */
interface LoadMemory {
  readonly customers: number;
  readonly peak_rss_bytes: number;
}

/** What a load of the bench asks for: the same whatever the target. */
export function benchRequest(options: RunOptions, customers: number): LoadRequest {
  const { seed, epoch, asOf, days, volumes } = options;
  return {
    domain: DEFAULT_DOMAIN,
    units: customers,
    seed,
    epoch,
    asOf,
    days,
    volumes,
    truncate: false,
    resend: false,
    now: asOf,
    version: VERSION,
  };
}

/**
 * Figures of SQLite.
 *
 * @param folder Where the files are written; in memory without one.
 */
export function sqliteFigures(
  options: RunOptions,
  customers: number,
  folder: string | undefined,
  memory: PeakMemory,
): Figure[] {
  let counts: Readonly<Record<string, number>> = {};
  return [
    {
      name: "sqlite",
      what: "SQLite, from generation to checked file",
      against: ["sqlite_constants"],
      async measure() {
        const { SqliteSink } = await import("../../adapters/sqlite/sqlite_sink.ts");
        const sink = new SqliteSink(freshFile(folder), DEFAULT_DOMAIN.entities);
        const report = await load(benchRequest(options, customers), [sink], { progress: () => memory.look() });
        if (!report.ok) throw new Error("Cannot measure SQLite as the validation found mismatches");
        counts = report.rows;
        return { rows: report.written, seconds: report.seconds };
      },
    },
    {
      name: "sqlite_constants",
      what: "SQLite, the same statements fed constants",
      async measure() {
        const { constantBaseline } = await import("./sqlite_baseline.ts");
        const rows = Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, Math.max(1, count)]));
        const measured = constantBaseline(freshFile(folder), DEFAULT_DOMAIN.entities, rows, () => performance.now());
        memory.look();
        return measured;
      },
    },
  ];
}

/** Loads a tenth of the customers, then all of them: memory is seldom given back, so the small load comes first. */
export async function memoryGrowth(options: RunOptions, customers: number, folder: string): Promise<MemoryGrowth> {
  const small = await loadMemory(Math.ceil(customers / 10));
  const large = await loadMemory(customers);
  return { small, large, ratio: Number((large.peak_rss_bytes / small.peak_rss_bytes).toFixed(3)) };

  async function loadMemory(customers: number): Promise<LoadMemory> {
    const memory = new PeakMemory();
    await sqliteFigures(options, customers, folder, memory)[0]!.measure();
    return { customers, peak_rss_bytes: memory.bytes };
  }
}

let files = 0;

function freshFile(folder: string | undefined): string {
  return folder === undefined ? ":memory:" : `${folder}/${++files}.sqlite`;
}
