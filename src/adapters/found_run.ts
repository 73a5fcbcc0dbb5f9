import type { Manifest, Progress } from "../ports/manifest.ts";

/** A run as a file target keeps it, read without writing anything. */
export interface FoundRun {
  readonly manifest: Manifest;
  readonly progress: Progress;
  /** Whether the run was finished, not only all of its rows written. */
  readonly complete: boolean;
  /** Size in bytes of what is there. */
  readonly bytes: number;
  /** How the files are written: `csv`, `csv excel-br`, `json`, `jsonl`, `parquet`; absent for SQLite. */
  readonly files?: string;
  /** Units that a replacement which was stopped has written, and how many it was to write; absent without one. */
  readonly replacing?: { readonly units: number; readonly ofUnits: number };
}
