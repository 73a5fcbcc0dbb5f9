/** Delivery without transactions: marks follow what they speak of, so records may come twice after an interruption. */

import { type KafkaClient, KafkaError, type Producer, type RecordBlock } from "../../../ports/kafka.ts";
import {
  checkDelivered,
  countRecords,
  type Deadlines,
  type Delivery,
  freeBlock,
  marksBlock,
  type Route,
  type Unsettled,
  unsettledOf,
} from "./delivery.ts";
import { type Guarantee, guaranteeOf } from "./guarantee.ts";
import type { MarkRecord } from "../run/marks.ts";

/** What a delivery without transactions needs to know. */
export interface PlainOptions {
  readonly client: KafkaClient;
  readonly properties: Readonly<Record<string, string>>;
  /** Handle of the topic that the marks go to. */
  readonly marksHandle: number;
  readonly deadlines: Deadlines;
}

/** Sends blocks, and marks after everything before them was acknowledged. */
export class PlainDelivery implements Delivery {
  readonly #options: PlainOptions;
  #producer: Producer | undefined;
  #routes: readonly Route[] = [];
  /** Records given since the last commit, by handle. */
  #given: number[] = [];
  #acknowledged: number[] = [];

  /** Makes nothing yet. */
  constructor(options: PlainOptions) {
    this.#options = options;
  }

  /** By the `acks` that its producer has in force. */
  get guarantee(): Guarantee {
    return guaranteeOf(this.#opened().acks);
  }

  /** Records that were acknowledged and then marked, by handle; with `acks=0`, those that were sent. */
  get delivered(): readonly number[] {
    return this.#acknowledged;
  }

  /** Makes the producer. */
  // deno-lint-ignore require-await
  async open(): Promise<void> {
    this.#producer ??= this.#options.client.producer(this.#options.properties);
  }

  /** Names the topics. */
  route(routes: readonly Route[]): void {
    this.#routes = routes;
    this.#given = routes.map(() => 0);
    for (const { topic, headers } of routes) this.#opened().topic(topic, headers);
  }

  /** Sends a block. */
  async send(block: RecordBlock): Promise<void> {
    await this.#opened().send(block);
    countRecords(block, this.#given);
    freeBlock(block);
  }

  /** Waits until all is acknowledged; with `acks=0`, until all is sent. */
  async settle(): Promise<void> {
    const producer = this.#opened();
    const outstanding = await producer.flush(this.#options.deadlines.commit);
    if (producer.failure !== undefined) throw producer.failure;
    if (outstanding > 0) {
      throw new KafkaError(`${outstanding} records are not acknowledged`, { code: "_TIMED_OUT", retriable: true });
    }
    this.#acknowledged = checkDelivered(producer, this.#given, this.#acknowledged);
    this.#given = this.#routes.map(() => 0);
  }

  /** Waits until all is acknowledged, then sends the marks and waits for them. */
  async commit(marks: readonly MarkRecord[]): Promise<void> {
    await this.settle();
    await this.send(marksBlock(this.#options.marksHandle, marks));
    await this.settle();
  }

  /** What became of the records that no mark speaks of yet. */
  unsettled(): Unsettled {
    return unsettledOf(this.#producer, this.#given, this.#acknowledged, this.#options.marksHandle);
  }

  /** Throws away what was not acknowledged. */
  async close(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    await producer?.close();
  }

  #opened(): Producer {
    if (this.#producer === undefined) throw new KafkaError("it is not open", { code: "_STATE" });
    return this.#producer;
  }
}
