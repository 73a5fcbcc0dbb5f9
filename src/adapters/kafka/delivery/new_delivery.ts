/** Chooses how the records of a run are delivered. */

import type { KafkaAdmin, KafkaClient } from "../../../ports/kafka.ts";
import { closeAfter } from "../../../ports/closing.ts";
import { DEADLINES, type Deadlines, type Delivery } from "./delivery.ts";
import { layered, type Properties } from "../librdkafka/layered.ts";
import { PlainDelivery } from "./plain_delivery.ts";
import { transactionalIdOf } from "../sink/rights.ts";
import { areMarked } from "../run/run_state.ts";
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
  const properties = layered({ "transaction.timeout.ms": String(TRANSACTION_TIMEOUT_MS) }, own, idOf(prefix));
  const isMarked: ConstructorParameters<typeof Transactions>[0]["isMarked"] = (marks) =>
    areMarked(admin, prefix, marks);
  return new Transactions({ client, properties, marksHandle, isMarked, deadlines });
}

/**
 * Stops a writer of the prefix that sends in transactions, and ends the one that it left open: the ends take offsets, by
 * which a delivery without transactions is counted, and hide its marks from readers until then.
 *
 * @throws {KafkaError} If the broker does not answer in time, or refuses.
 */
export async function endTransactions({ client, prefix, deadlines = DEADLINES }: DeliveryOptions): Promise<void> {
  const producer = client.producer({ ...TRANSACTIONAL, ...idOf(prefix) });
  await closeAfter(() => producer.initTransactions(deadlines.open), () => [() => producer.close()]);
}

/** What a producer of transactions must have, whatever else is asked for. */
const TRANSACTIONAL: Properties = {
  acks: "all",
  "enable.idempotence": "true",
  "message.send.max.retries": "3",
  "max.in.flight.requests.per.connection": "5",
  "message.timeout.ms": String(TRANSACTION_TIMEOUT_MS),
  "transaction.timeout.ms": String(TRANSACTION_TIMEOUT_MS),
};

function idOf(prefix: string): Properties {
  return { "transactional.id": transactionalIdOf(prefix) };
}

/** `batch.size` of librdkafka where nobody says otherwise. */
const LIBRDKAFKA_BATCH = 1_000_000;

/**
 * A client whose batches are as large as the topics take: a broker refuses a larger one whole, and would refuse it again.
 *
 * @param mostBytes Asked when a producer is made; undefined where it is not known.
 */
export function fittingClient(client: KafkaClient, mostBytes: () => number | undefined): KafkaClient {
  return { ...client, producer: (properties) => client.producer(fitBatch(properties, mostBytes())) };
}

function fitBatch(properties: Properties, bytes: number | undefined): Properties {
  const wanted = Number(properties["batch.size"] ?? LIBRDKAFKA_BATCH);
  return bytes === undefined || bytes >= wanted ? properties : layered(properties, { "batch.size": String(bytes) });
}
