/** What the producer does when nothing has to be made: one constant record, sent again and again. */

import { RecordBuilder } from "../../encoders/record_builder.ts";
import type { HeaderTemplate, Producer, RecordBlock } from "../../ports/kafka.ts";

/** Headers of an event, three of them with a value of their own in each record. */
const HEADERS: readonly HeaderTemplate[] = [
  { name: "ce_specversion", value: "1.0" },
  { name: "ce_type", value: "com.example.transaction.created.v1" },
  { name: "ce_source", value: "/example/bookkeeping/movements" },
  { name: "content-type", value: "application/avro" },
  { name: "ce_id" },
  { name: "ce_time" },
  { name: "ce_subject" },
];

const KEY = "48cc482b-1153-4f0a-9c1d-0d2f7a3b5e60";
const ID = "f57860af-0d2f-4e11-8a3c-5b7d9e1f2a46";
const TIME = "2026-02-05T01:44:25.144Z";

/** Bytes of the value: about those of a transaction in Avro. */
const VALUE_BYTES = 200;
/** Records given to the producer at once. */
const BLOCK = 2500;
/** Records in a transaction. */
const TRANSACTION = 100_000;
/** Longest wait for a commit, or for the end. */
const WAIT_MS = 60_000;

/** How fast records were acknowledged. */
export interface ProducerOnly {
  readonly records: number;
  readonly seconds: number;
}

/**
 * Sends a constant record with seven headers, and waits until all are acknowledged. The producer must be new; a
 * transactional one gets a transaction for each 100,000 records.
 *
 * @param topic Where to; it exists, or the broker makes it.
 * @param records How many, at least 1; rounded up to full blocks of 2,500.
 * @param headers Whether records have headers.
 * @returns What it took, without connecting.
 * @throws {KafkaError} If a record is not delivered.
 */
export async function sendConstantRecords(
  producer: Producer,
  topic: string,
  records: number,
  { headers = true, transactional = false }: { readonly headers?: boolean; readonly transactional?: boolean } = {},
): Promise<ProducerOnly> {
  const handle = producer.topic(topic, headers ? HEADERS : []);
  const block = constantBlock(handle, headers);
  if (transactional) await producer.initTransactions(WAIT_MS);
  else await connect(producer, handle, headers);
  const start = performance.now();
  let sent = 0;
  while (sent < records) {
    if (transactional && sent % TRANSACTION === 0) producer.beginTransaction();
    await producer.send(block);
    sent += BLOCK;
    if (transactional && (sent % TRANSACTION === 0 || sent >= records)) await producer.commitTransaction(WAIT_MS);
  }
  await producer.flush(WAIT_MS);
  if (producer.failure !== undefined) throw producer.failure;
  return { records: sent, seconds: (performance.now() - start) / 1000 };
}

/** Sends one record and waits, so that connections stand and the topic is there before the clock runs. */
async function connect(producer: Producer, topic: number, headers: boolean): Promise<void> {
  await producer.send(constantBlock(topic, headers, 1));
  await producer.flush(WAIT_MS);
}

function constantBlock(topic: number, headers: boolean, records = BLOCK): RecordBlock {
  const builder = new RecordBuilder();
  for (let n = 0; n < records; n++) {
    builder.bytes.append(KEY);
    builder.endKey(topic);
    if (headers) {
      builder.bytes.append(ID);
      builder.endHeader();
      builder.bytes.append(TIME);
      builder.endHeader();
      builder.keyAsHeader();
    }
    builder.bytes.append("x".repeat(VALUE_BYTES));
    builder.endValue();
  }
  return builder.take();
}
