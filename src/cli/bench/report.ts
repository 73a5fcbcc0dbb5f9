/**
 * Everything that was measured, as a table.
 *
 * @module
 */

import { grouped, rate, size } from "../terminal/numbers.ts";
import type { Result } from "./figures.ts";
import type { MemoryGrowth } from "./sqlite.ts";

/** Characters of the column that tells what was measured. */
const WHAT_WIDTH = 58;

/** Everything that was measured. */
export interface Bench {
  readonly version: string;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly customers: number;
  readonly seed: number;
  readonly rounds: number;
  /** Where the SQLite figures wrote. */
  readonly sqlite_in: "file" | "memory" | "nothing";
  /** Where the PostgreSQL figures wrote; absent where they did not. */
  readonly postgres_at?: string;
  /** Where the Kafka figures wrote; absent where they did not. */
  readonly kafka_at?: string;
  readonly figures: Readonly<Record<string, Result>>;
  /** Medians over the rounds; what is compared ran one after the other. */
  readonly ratios: Readonly<Record<string, number>>;
  /** What the user should know of the figures, a line each. */
  readonly notes: readonly string[];
  /** Absent where nothing was loaded into a file. */
  readonly memory?: MemoryGrowth;
  readonly peak_rss_bytes: number;
}

/** Names the machine that measures. */
export async function machine(): Promise<Record<string, string | number>> {
  const { os, arch } = Deno.build;
  const cpu = await cpuModel();
  return {
    cores: navigator.hardwareConcurrency,
    ...(cpu === undefined ? {} : { cpu }),
    os,
    arch,
    deno: Deno.version.deno,
  };
}

/** Name of the processor; undefined without the permission to ask. */
async function cpuModel(): Promise<string | undefined> {
  try {
    return (await import("node:os")).cpus()[0]?.model.trim();
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}

/** Writes a bench for people. */
export function benchTable(bench: Bench): string {
  const { machine, figures, ratios, customers, seed, rounds, postgres_at, kafka_at } = bench;
  const cpu = machine["cpu"] === undefined ? "" : ` (${machine["cpu"]})`;
  const lines = [
    `datagen ${bench.version}, ${machine["cores"]} cores${cpu}, ` +
    `${machine["os"]} ${machine["arch"]}, deno ${machine["deno"]}`,
    `${grouped(customers)} customers, seed ${seed}, median of ${rounds}, one core`,
    ...[postgres_at, kafka_at].filter((place) => place !== undefined),
    "",
    `${"".padEnd(WHAT_WIDTH)}${"rows".padStart(12)}${"seconds".padStart(10)}${"rows/s".padStart(12)}`,
    ...Object.values(figures).map(({ what, rows, seconds }) =>
      `${what.padEnd(WHAT_WIDTH)}${grouped(rows).padStart(12)}${seconds.toFixed(2).padStart(10)}` +
      rate(rows, seconds).padStart(12)
    ),
    "",
    ...Object.entries(ratios).map(([name, ratio]) => line(name.replaceAll("_", " "), ratio.toFixed(2))),
    ...memoryLines(bench.memory),
    line("peak memory", size(bench.peak_rss_bytes)),
    ...bench.notes.map((note) => `note: ${note}`),
  ];
  return `${lines.join("\n")}\n`;
}

function memoryLines(memory: MemoryGrowth | undefined): string[] {
  if (memory === undefined) return [];
  const loads = [memory.small, memory.large].map(({ customers, peak_rss_bytes }) =>
    line(`peak memory, SQLite load of ${grouped(customers)}`, size(peak_rss_bytes))
  );
  return [...loads, line("large to small load", memory.ratio.toFixed(2))];
}

function line(what: string, value: string): string {
  return `${what.padEnd(WHAT_WIDTH)}${value.padStart(12)}`;
}
