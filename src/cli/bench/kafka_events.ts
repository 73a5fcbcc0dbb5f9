/**
 * The events straight to a producer, with no run to remember.
 *
 * @module
 */

import { recordBatches, recordHeaders } from "../../encoders/records.ts";
import type { RunOptions } from "../../ports/domain.ts";
import type { Producer } from "../../ports/kafka.ts";
import { BATCH_UNITS } from "../../run/load.ts";
import { DEFAULT_DOMAIN } from "../domains/domains.ts";
import type { Measured } from "./figures.ts";

/** Longest wait for the broker to acknowledge everything, in milliseconds. */
const FLUSH_MS = 120_000;

/** How records look: as those of a load with a Schema Registry, whose ids are invented. */
const PAYLOAD = { encoding: "avro", cloudEvents: true } as const;
const SCHEMA_ID = 1;

/** Generates and sends all events. */
export async function sendEvents(producer: Producer, options: RunOptions, customers: number): Promise<Measured> {
  const start = performance.now();
  const population = DEFAULT_DOMAIN.open(options);
  const entities = DEFAULT_DOMAIN.entities.filter(({ topic }) => topic !== undefined);
  const schemaIds = Object.fromEntries(entities.map(({ name }) => [name, SCHEMA_ID]));
  const records = { format: "records", entities, payload: PAYLOAD, schemaIds, recordTimestamp: "send" } as const;
  const encoder = recordBatches(records, DEFAULT_DOMAIN.eventIds(options.seed));
  for (const entity of entities) producer.topic(`bench.${entity.topic!.name}`, recordHeaders(entity, PAYLOAD));
  for (let from = 0; from < customers; from += BATCH_UNITS) {
    const batch = population.batch(from, Math.min(from + BATCH_UNITS, customers));
    await producer.send(encoder.encode(batch).content.block);
  }
  const open = await producer.flush(FLUSH_MS);
  const seconds = (performance.now() - start) / 1000;
  if (open > 0) throw producer.failure ?? new Error(`Cannot measure Kafka: ${open} records were not acknowledged`);
  return { rows: entities.reduce((sum, _, handle) => sum + producer.counts(handle).delivered, 0), seconds };
}
