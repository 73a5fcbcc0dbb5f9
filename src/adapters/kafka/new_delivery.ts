/** Chooses how the records of a run are delivered. */

import type { KafkaAdmin } from "../../ports/kafka.ts";
import { DEADLINES, type Deadlines, type Delivery, type KafkaClient } from "./delivery.ts";
import { layered, type Properties } from "./layered.ts";
import { PlainDelivery } from "./plain_delivery.ts";
import { areMarked } from "./run_state.ts";
import { Transactions } from "./transactions.ts";

/** What decides how records are delivered. */
export interface DeliveryOptions {
  /** Makes the producer and the admin client. */
  readonly client: KafkaClient;
  /** First part of the topics' names, before a full stop. */
  readonly prefix: string;
  /** Settings of the producer, as librdkafka names them, beside those of the cluster. */
  readonly properties: Properties;
  /** Whether commits are transactions. */
  readonly transactional: boolean;
  /** Longest waits. */
  readonly deadlines?: Deadlines;
}

/** Longest time that the broker keeps a transaction open whose writer is gone; its topics' readers wait meanwhile. */
const TRANSACTION_TIMEOUT_MS = 60_000;

/** All topics are there when records are sent. One that is deleted then shall not come back empty, by other settings. */
const NO_NEW_TOPICS = { "allow.auto.create.topics": "false" };

/** One id for each prefix, whatever the run: two writers of one prefix fence each other, and the later one stays. */
export function newDelivery(options: DeliveryOptions, admin: KafkaAdmin, marksHandle: number): Delivery {
  const { client, prefix, transactional, deadlines = DEADLINES } = options;
  const own = layered(options.properties, NO_NEW_TOPICS);
  if (!transactional) return new PlainDelivery({ client, properties: own, marksHandle, deadlines });
  const properties = layered(
    { "transaction.timeout.ms": String(TRANSACTION_TIMEOUT_MS) },
    own,
    { "transactional.id": `datagen-${prefix}-0-of-1` },
  );
  const isMarked: ConstructorParameters<typeof Transactions>[0]["isMarked"] = (marks) =>
    areMarked(admin, prefix, marks);
  return new Transactions({ client, properties, marksHandle, isMarked, deadlines });
}
