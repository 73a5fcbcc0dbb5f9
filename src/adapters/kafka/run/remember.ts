/** Remembers in the marks what datagen made, as soon as it is made: whatever fails afterwards, `reset` can drop it. */

import { closeAfter } from "../../../ports/closing.ts";
import type { KafkaClient } from "../../../ports/kafka.ts";
import { DEADLINES } from "../delivery/delivery.ts";
import { madeRecord, madeSubjectsRecord, type Marks, marksTopic } from "./marks.ts";
import { PlainDelivery } from "../delivery/plain_delivery.ts";

/** What was made. */
export interface Made {
  /** Names of topics. */
  readonly topics: readonly string[];
  /** Subjects that are registered, or are about to be. */
  readonly subjects: readonly string[];
}

/**
 * Writes a mark of what was made; nothing if that is nothing. It belongs to no transaction, and stops no other writer.
 *
 * @param marks Those that are there: what was made before is kept.
 * @throws {KafkaError} If the broker does not take it.
 */
export async function remember(client: KafkaClient, prefix: string, marks: Marks, made: Made): Promise<void> {
  const records = [
    ...(made.topics.length === 0 ? [] : [madeRecord([...marks.made, ...made.topics])]),
    ...(made.subjects.length === 0 ? [] : [madeSubjectsRecord([...marks.madeSubjects ?? [], ...made.subjects])]),
  ];
  if (records.length === 0) return;
  const delivery = new PlainDelivery({ client, properties: { acks: "all" }, marksHandle: 0, deadlines: DEADLINES });
  await closeAfter(async () => {
    await delivery.open();
    delivery.route([{ topic: marksTopic(prefix), headers: [] }]);
    await delivery.commit(records);
  }, () => [() => delivery.close().catch(() => {})]); // the mark is there, or its own error is thrown
}
