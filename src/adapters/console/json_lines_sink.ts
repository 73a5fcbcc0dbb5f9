import type { Lines, LinesDescription } from "../../encoders/json_lines.ts";
import type { Entity } from "../../model/entity.ts";
import { type EncodedBatch, freeMemory } from "../../ports/encoder.ts";
import type { BrokenReference, Sink, TargetState } from "../../ports/sink.ts";

/**
 * Sends every row as a JSON object on a line, as it is generated: of some units at a time, parents before children.
 * Where more than one entity comes, each object begins with a member `entity` that names it. Nothing is kept.
 */
export class JsonLinesSink implements Sink {
  readonly target = "json:-";
  readonly placeOption = "path";
  readonly durable = false;
  readonly entities: readonly Entity[];
  readonly appends = false;
  readonly visibility = "at once";
  readonly stages = { finish: "sending the last rows", validate: "counting" };
  readonly #write: (lines: Uint8Array) => void;
  readonly #counts: Record<string, number>;

  /**
   * Sends nothing yet.
   *
   * @param entities What may come.
   * @param write Takes whole lines, as UTF-8.
   */
  constructor(entities: readonly Entity[], write: (lines: Uint8Array) => void) {
    this.#write = write;
    this.entities = entities;
    this.#counts = Object.fromEntries(entities.map(({ name }) => [name, 0]));
  }

  /** There never is anything to go on with. */
  inspect(): Promise<TargetState> {
    return Promise.resolve({ kind: "empty" });
  }

  /** Asks for lines. */
  begin(): Promise<LinesDescription> {
    return Promise.resolve({ format: "lines", entities: this.entities });
  }

  /** Sends the rows. */
  write({ counts, content, buffers }: EncodedBatch<Lines>): Promise<void> {
    for (const { name } of this.entities) this.#counts[name]! += counts[name]!;
    this.#write(content);
    freeMemory(buffers);
    return Promise.resolve();
  }

  /** Does nothing. */
  commit(): Promise<void> {
    return Promise.resolve();
  }

  /** Does nothing. */
  finish(): Promise<void> {
    return Promise.resolve();
  }

  /** Rows that were sent. */
  counts(): Promise<Record<string, number>> {
    return Promise.resolve({ ...this.#counts });
  }

  /** Always none: what was sent cannot be read back. */
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
}
