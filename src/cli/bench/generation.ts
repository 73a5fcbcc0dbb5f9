/**
 * How fast rows are made, and turned into bytes that nobody keeps.
 *
 * @module
 */

import { avroEncoder } from "../../encoders/avro.ts";
import { ByteBuffer } from "../../encoders/bytes.ts";
import { copyEncoder } from "../../encoders/copy.ts";
import { csvEncoder } from "../../encoders/csv.ts";
import { jsonEncoder } from "../../encoders/json.ts";
import type { Batch, Entity, Row } from "../../model/entity.ts";
import type { RunOptions } from "../../ports/domain.ts";
import { batchOf } from "../../run/batches.ts";
import { BATCH_UNITS } from "../../run/load.ts";
import { DEFAULT_DOMAIN } from "../domains/domains.ts";
import type { Figure, Measured, PeakMemory } from "./figures.ts";

/** Appends some rows of one entity to a buffer. */
type Encode = (rows: readonly Row[], buffer: ByteBuffer) => void;

/** Figures of generation alone, and with each encoding. */
export function generationFigures(options: RunOptions, customers: number, memory: PeakMemory): Figure[] {
  const ofAll = (name: string, what: string, encoder: (entity: Entity) => Encode): Figure => {
    const encoders = DEFAULT_DOMAIN.entities.map((entity) => ({ name: entity.name, encode: encoder(entity) }));
    return {
      name,
      what: `generate: ${what} into a reused buffer`,
      against: ["objects"],
      measure: () =>
        timed((batch, buffer) => {
          for (const { name, encode } of encoders) encode(batch[name]!, buffer);
        }),
    };
  };
  return [
    { name: "objects", what: "generate: rows as objects", measure: () => timed(() => {}) },
    ofAll("generate", "CSV bytes", csvBytes),
    ofAll("json", "JSON lines", jsonLines),
    ofAll("copy", "binary COPY", copyEncoder),
    ofAll("avro", "Avro", avroBodies),
  ];

  function timed(encode: (batch: Batch, buffer: ByteBuffer) => void): Measured {
    const buffer = new ByteBuffer();
    let rows = 0;
    let bytes = 0;
    const start = performance.now();
    const population = DEFAULT_DOMAIN.open(options);
    for (let from = 0; from < customers; from += BATCH_UNITS) {
      const batch = batchOf(population, from, Math.min(from + BATCH_UNITS, customers));
      for (const { name } of DEFAULT_DOMAIN.entities) rows += batch[name]!.length;
      buffer.clear();
      encode(batch, buffer);
      bytes += buffer.length;
      memory.look();
    }
    return { rows, seconds: (performance.now() - start) / 1000, bytes };
  }
}

function csvBytes(entity: Entity): Encode {
  const encode = csvEncoder(entity);
  return (rows, buffer) => buffer.append(encode(rows));
}

function jsonLines(entity: Entity): Encode {
  const encode = jsonEncoder(entity);
  return (rows, buffer) => {
    for (const row of rows) buffer.append(`${encode(row)}\n`);
  };
}

function avroBodies(entity: Entity): Encode {
  const encode = avroEncoder(entity);
  return (rows, buffer) => {
    for (const row of rows) encode(row, buffer);
  };
}
