/**
 * Delivery in transactions: each commit is one, with its mark inside. The blocks of the open transaction are kept, so
 * that after an error they can be sent again, in a new transaction by a new producer.
 *
 * @module
 */

import { KafkaClient, Producer, type RecordBlock } from "../../../ports/kafka.ts";
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
import { isPassing } from "../sink/failures.ts";
import type { MarkRecord } from "../run/marks.ts";

/** What transactions need to know. */
export interface TransactionOptions {
  readonly client: KafkaClient;
  /** Of the producer, the transactional id among them. */
  readonly properties: Readonly<Record<string, string>>;
  /** Handle of the topic that the marks go to. */
  readonly marksHandle: number;
  /** Tells whether `read_committed` shows these marks as the newest of their keys. */
  readonly isMarked: (marks: readonly MarkRecord[]) => Promise<boolean>;
  readonly deadlines: Deadlines;
}

/** Rests before a transaction is sent again, in milliseconds: the last one before each further attempt too. */
const RESTS = [0, 500, 2_000, 5_000];

/** Sends blocks and marks in transactions. */
export class Transactions implements Delivery {
  readonly guarantee = "exactly-once";
  readonly delivered: number[] = [];
  readonly #options: TransactionOptions;
  #producer: Producer | undefined;
  #routes: readonly Route[] = [];
  /** Blocks of the open transaction, in order. */
  #blocks: RecordBlock[] = [];
  /** How many of them the producer has got. */
  #given = 0;
  #begun = false;
  /** Whether a commit failed after which the broker may have taken it. */
  #inDoubt = false;
  /** Acknowledged to the producer before the open transaction, by handle. */
  #acknowledged: number[] = [];

  /** Makes nothing yet. */
  constructor(options: TransactionOptions) {
    this.#options = options;
  }

  /** Makes the producer and ends what an earlier one left open. */
  async open(): Promise<void> {
    if (this.#producer !== undefined) return;
    const producer = this.#options.client.producer(this.#options.properties);
    try {
      await producer.initTransactions(this.#options.deadlines.open);
    } catch (error) {
      await producer.close().catch(() => {}); // it would hide the reason
      throw error;
    }
    this.#producer = producer;
    this.#acknowledged = [];
    this.#name();
  }

  /** Names the topics, to this producer and to any that takes its place. */
  route(routes: readonly Route[]): void {
    this.#routes = routes;
    this.#name();
  }

  /** Sends a block in the open transaction, or a new one. */
  async send(block: RecordBlock): Promise<void> {
    this.#blocks.push(block);
    await this.#deliver();
  }

  /** Does nothing: the commit waits. */
  settle(): Promise<void> {
    return Promise.resolve();
  }

  /** Commits the open transaction with the marks in it. */
  async commit(marks: readonly MarkRecord[]): Promise<void> {
    this.#blocks.push(marksBlock(this.#options.marksHandle, marks));
    await this.#deliver(marks);
    for (const sent of this.#blocks) {
      countRecords(sent, this.delivered);
      freeBlock(sent);
    }
    this.#blocks = [];
    this.#given = 0;
    this.#begun = false;
  }

  /** What became of the records of the open transaction; those that were not sent again count as unknown. */
  unsettled(): Unsettled {
    return unsettledOf(this.#producer, this.#outstanding(), this.#acknowledged, this.#options.marksHandle);
  }

  /** Aborts what is open. */
  async close(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    if (producer === undefined) return;
    try {
      if (this.#begun) await producer.abortTransaction(this.#options.deadlines.abort);
    } catch { /* then the broker aborts it, when its time is up or the next producer of this id comes */ }
    await producer.close();
  }

  /** Gives the producer what it lacks, and commits when marks are given; starts again after an error that may pass. */
  async #deliver(marks?: readonly MarkRecord[]): Promise<void> {
    let failedAt: number | undefined;
    for (let attempt = 0;; attempt++) {
      try {
        if (this.#producer === undefined && await this.#reopen(marks)) return;
        await this.#give(this.#producer!);
        if (marks !== undefined) await this.#end(this.#producer!);
        return;
      } catch (error) {
        failedAt ??= performance.now();
        const late = performance.now() - failedAt > this.#options.deadlines.recovery;
        if (late || !isPassing(error, this.#producer?.failure)) throw this.#producer?.failure ?? error;
        await this.close().catch(() => {}); // another producer takes its place
        await new Promise((resolve) => setTimeout(resolve, RESTS[Math.min(attempt, RESTS.length - 1)]));
      }
    }
  }

  /**
   * Makes a new producer, which ends the old one's transaction: whether it was committed after all, its mark tells.
   *
   * @returns Whether nothing is left to be done.
   */
  async #reopen(marks: readonly MarkRecord[] | undefined): Promise<boolean> {
    this.#begun = false;
    this.#given = 0;
    await this.open();
    const isCommitted = this.#inDoubt && marks !== undefined && await this.#options.isMarked(marks);
    this.#inDoubt = false;
    return isCommitted;
  }

  async #give(producer: Producer): Promise<void> {
    if (!this.#begun) producer.beginTransaction();
    this.#begun = true;
    while (this.#given < this.#blocks.length) {
      await producer.send(this.#blocks[this.#given]!);
      this.#given++;
    }
  }

  async #end(producer: Producer): Promise<void> {
    const records = this.#outstanding();
    try {
      await producer.commitTransaction(this.#options.deadlines.commit);
    } catch (error) {
      const isDelivered = (count: number, handle: number) =>
        producer.counts(handle).delivered === count + (this.#acknowledged[handle] ?? 0);
      this.#inDoubt = records.every(isDelivered); // the broker is asked to commit only then
      throw error;
    }
    this.#begun = false;
    this.#acknowledged = checkDelivered(producer, records, this.#acknowledged);
  }

  /** Records of the open transaction, by handle. */
  #outstanding(): number[] {
    const records: number[] = this.#routes.map(() => 0);
    for (const block of this.#blocks) countRecords(block, records);
    return records;
  }

  #name(): void {
    for (const { topic, headers } of this.#routes) this.#producer?.topic(topic, headers);
  }
}
