import type { Preview, PreviewDescription } from "../../encoders/json_lines.ts";
import type { Entity } from "../../model/entity.ts";
import type { EncodedBatch } from "../../ports/encoder.ts";
import type { Manifest, Progress } from "../../ports/manifest.ts";
import type { BeginMode, BrokenReference, Sink, TargetState } from "../../ports/sink.ts";

const RULE = "=".repeat(60);

/** What the console shows. */
export interface ConsoleOptions {
  /** Most records shown of each entity, an integer from 0 (default 10); they are held in memory until the end. */
  readonly limit?: number;
  /** Whether a record takes several lines, indented by two spaces (default true), or one. */
  readonly pretty?: boolean;
}

/** Shows the first records of each entity, the number of all, and a summary. Nothing is kept. */
export class ConsoleSink implements Sink {
  readonly target = "console";
  readonly placeOption = "path";
  readonly durable = false;
  readonly entities: readonly Entity[];
  readonly appends = false;
  /** Nothing shows before the end. */
  readonly visibility = "at commit";
  readonly stages = { finish: "showing the first rows", validate: "counting" };
  readonly #writeLine: (line: string) => void;
  readonly #limit: number;
  readonly #pretty: boolean;
  readonly #shown: readonly { readonly name: string; readonly shown: string[] }[];
  readonly #counts: Record<string, number>;

  /**
   * Shows nothing yet.
   *
   * @param entities What may come, in the order in which it is shown; an entity without records is left out.
   * @param writeLine Shows one line; it gets no line end.
   */
  constructor(entities: readonly Entity[], writeLine: (line: string) => void, options: ConsoleOptions = {}) {
    this.#writeLine = writeLine;
    this.#limit = options.limit ?? 10;
    this.#pretty = options.pretty ?? true;
    this.entities = entities;
    this.#shown = entities.map((entity) => ({ name: entity.name, shown: [] }));
    this.#counts = Object.fromEntries(entities.map(({ name }) => [name, 0]));
  }

  /** There never is anything on a console to go on with. */
  inspect(): Promise<TargetState> {
    return Promise.resolve({ kind: "empty" });
  }

  /** Asks for the first rows of each batch. */
  begin(_manifest: Manifest, _mode: BeginMode): Promise<PreviewDescription> {
    return Promise.resolve({ format: "preview", entities: this.entities, limit: this.#limit });
  }

  /** Counts the rows and keeps the first of them. */
  write({ counts, content }: EncodedBatch<Preview>): Promise<void> {
    for (const [at, { name, shown }] of this.#shown.entries()) {
      this.#counts[name]! += counts[name]!;
      shown.push(...content[at]!.slice(0, this.#limit - shown.length));
    }
    return Promise.resolve();
  }

  /** Does nothing. */
  commit(_progress: Progress): Promise<void> {
    return Promise.resolve();
  }

  /** Shows everything. */
  finish(_manifest: Manifest, _progress: Progress): Promise<void> {
    const present = this.#shown.filter(({ name }) => this.#counts[name]! > 0);
    for (const { name, shown } of present) {
      this.#header(`${name} (${recordsText(this.#counts[name]!)})`);
      for (const json of shown) this.#writeLine(this.#format(json));
      const more = this.#counts[name]! - shown.length;
      if (more > 0) this.#writeLine(`... and ${more} more`);
      this.#writeLine("");
    }
    this.#header("Summary");
    const width = present.reduce((most, { name }) => name.length > most ? name.length : most, 0);
    for (const { name } of present) this.#writeLine(`${name.padEnd(width)}  ${this.#counts[name]}`);
    return Promise.resolve();
  }

  /** Rows that were written. */
  counts(): Promise<Record<string, number>> {
    return Promise.resolve({ ...this.#counts });
  }

  /** Always none: a console cannot be read back. */
  brokenReferences(): Promise<BrokenReference[]> {
    return Promise.resolve([]);
  }

  /** Always 0. */
  bytes(): Promise<number> {
    return Promise.resolve(0);
  }

  /** Does nothing. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  #header(text: string): void {
    for (const line of [RULE, text, RULE]) this.#writeLine(line);
  }

  #format(json: string): string {
    return this.#pretty ? JSON.stringify(JSON.parse(json), null, 2) : json;
  }
}

function recordsText(count: number): string {
  return count === 1 ? "1 record" : `${count} records`;
}
