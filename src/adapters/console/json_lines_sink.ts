import { type JsonEncoder, jsonEncoder } from "../../encoders/json.ts";
import type { Entity } from "../../model/entity.ts";
import type { Batch, BrokenReference, Sink, TargetState } from "../../ports/sink.ts";

/**
 * Sends every row as a JSON object on a line, as it is generated: parents before children within a unit. Where more
 * than one entity comes, each object begins with a member `entity` that names it. Nothing is kept.
 */
export class JsonLinesSink implements Sink {
  readonly target = "json:-";
  readonly durable = false;
  readonly entities: readonly Entity[];
  readonly appends = false;
  readonly stages = { finish: "sending the last rows", validate: "counting" };
  readonly #writeLine: (line: string) => void;
  readonly #encoders: readonly { readonly name: string; readonly encode: JsonEncoder; readonly start: string }[];
  readonly #counts: Record<string, number>;

  /**
   * Sends nothing yet.
   *
   * @param entities What may come.
   * @param writeLine Takes one line; it gets no line end.
   */
  constructor(entities: readonly Entity[], writeLine: (line: string) => void) {
    this.#writeLine = writeLine;
    this.entities = entities;
    this.#encoders = entities.map((entity) => ({
      name: entity.name,
      encode: jsonEncoder(entity),
      start: entities.length === 1 ? "{" : `{"entity":${JSON.stringify(entity.name)},`,
    }));
    this.#counts = Object.fromEntries(entities.map(({ name }) => [name, 0]));
  }

  /** There never is anything to go on with. */
  inspect(): Promise<TargetState> {
    return Promise.resolve({ kind: "empty" });
  }

  /** Does nothing. */
  begin(): Promise<void> {
    return Promise.resolve();
  }

  /** Sends the rows. */
  write(batch: Batch): Promise<void> {
    for (const { name, encode, start } of this.#encoders) {
      const rows = batch[name] ?? [];
      this.#counts[name]! += rows.length;
      for (const row of rows) this.#writeLine(start + encode(row).slice(1));
    }
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
