/**
 * Records for a producer that nothing stands behind: a constant one again and again, and those of the bank.
 *
 * @module
 */

import { RecordBlock } from "../../adapters/kafka/record_block.ts";
import { RecordWriter } from "../../adapters/kafka/record_writer.ts";
import { Bank } from "../../domains/bank/bank.ts";
import { transaction } from "../../domains/bank/entities/mod.ts";
import { bankEventIds } from "../../domains/bank/event_ids.ts";
import type { BankOptions } from "../../domains/bank/options.ts";
import type { Batch } from "../../ports/sink.ts";
import type { Producer } from "../../ports/kafka.ts";
import { BATCH_CUSTOMERS } from "../../run/load.ts";
import { entitiesNamed } from "../entities.ts";
import type { Measured } from "./figures.ts";

/** Records that are given to the producer at once. */
const BLOCK_RECORDS = 1000;

/** Longest wait for the broker to acknowledge everything, in milliseconds. */
const FLUSH_MS = 120_000;

/** How records look: as those of a load with a Schema Registry, whose ids are invented. */
const FORMAT = { encoding: "avro", cloudEvents: true } as const;
const SCHEMA_ID = 1;

/** Sends one transaction of the bank `records` times. */
export async function sendConstant(
  producer: Producer,
  topic: string,
  options: BankOptions,
  records: number,
): Promise<Measured> {
  const bank = new Bank(options);
  const [row] = bank.batch(0, BATCH_CUSTOMERS).transactions;
  const writer = new RecordWriter(transaction, 0, FORMAT, SCHEMA_ID, {
    eventId: bankEventIds(bank.ids),
    recordTimestamp: "send",
  });
  producer.topic(topic, writer.headers);
  const block = new RecordBlock();
  writer.write(Array.from({ length: BLOCK_RECORDS }, () => ({ ...row! })), block);
  const blocks = Math.ceil(records / BLOCK_RECORDS);
  const start = performance.now();
  for (let sent = 0; sent < blocks; sent++) await producer.send(block);
  return await flushed(producer, [0], start);
}

/** Generates and sends all events of a bank. */
export async function sendEvents(producer: Producer, options: BankOptions, customers: number): Promise<Measured> {
  const start = performance.now();
  const bank = new Bank(options);
  const records = { eventId: bankEventIds(bank.ids), recordTimestamp: "send" } as const;
  const writers = entitiesNamed([]).filter(({ topic }) => topic !== undefined).map((entity, handle) =>
    new RecordWriter(entity, handle, FORMAT, SCHEMA_ID, records)
  );
  for (const { entity, headers } of writers) producer.topic(`bench.${entity.topic!.name}`, headers);
  const block = new RecordBlock();
  for (let from = 0; from < customers; from += BATCH_CUSTOMERS) {
    const batch: Batch = { ...bank.batch(from, Math.min(from + BATCH_CUSTOMERS, customers)) };
    for (const writer of writers) writer.write(batch[writer.entity.name]!, block);
    await producer.send(block);
    block.clear();
  }
  return await flushed(producer, writers.map((_, handle) => handle), start);
}

/** Waits until everything is acknowledged, and counts it. */
async function flushed(producer: Producer, handles: readonly number[], start: number): Promise<Measured> {
  const open = await producer.flush(FLUSH_MS);
  const seconds = (performance.now() - start) / 1000;
  if (open > 0) throw producer.failure ?? new Error(`Cannot measure Kafka: ${open} records were not acknowledged`);
  return { rows: handles.reduce((sum, handle) => sum + producer.counts(handle).delivered, 0), seconds };
}
