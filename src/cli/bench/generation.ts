/**
 * How fast rows are made, and turned into bytes that nobody keeps.
 *
 * @module
 */

import { Bank } from "../../domains/bank/bank.ts";
import { bankEntities } from "../../domains/bank/entities/mod.ts";
import type { BankOptions } from "../../domains/bank/options.ts";
import { avroEncoder } from "../../encoders/avro.ts";
import { ByteBuffer } from "../../encoders/bytes.ts";
import { copyEncoder } from "../../encoders/copy.ts";
import { csvEncoder } from "../../encoders/csv.ts";
import { jsonEncoder } from "../../encoders/json.ts";
import type { Entity, Row } from "../../model/entity.ts";
import type { Batch } from "../../ports/sink.ts";
import { BATCH_CUSTOMERS } from "../../run/load.ts";
import type { Figure, Measured, PeakMemory } from "./figures.ts";

/** Appends some rows of one entity to a buffer. */
type Encode = (rows: readonly Row[], buffer: ByteBuffer) => void;

/** Figures of generation alone, and with each encoding. */
export function generationFigures(options: BankOptions, customers: number, memory: PeakMemory): Figure[] {
  const ofAll = (name: string, what: string, encoder: (entity: Entity) => Encode): Figure => {
    const encoders = bankEntities.map((entity) => ({ name: entity.name, encode: encoder(entity) }));
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
    const bank = new Bank(options);
    for (let from = 0; from < customers; from += BATCH_CUSTOMERS) {
      const batch: Batch = {
        ...bank.batch(from, Math.min(from + BATCH_CUSTOMERS, customers)),
        stocks: from === 0 ? bank.stocks() : [],
      };
      for (const { name } of bankEntities) rows += batch[name]!.length;
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
