/** Records without headers, laid out to be sent by one call. */

import { type Pinned, pinned } from "./memory.ts";
import { type RecordBlock, WORD } from "../../../ports/kafka.ts";
import { MESSAGE, type TopicWriter } from "./topic_writer.ts";

/** An array of `rd_kafka_message_t`, the argument of `rd_kafka_produce_batch`; used again and again. */
export class MessageBatch {
  /** Records that fit. */
  readonly capacity: number;
  /** The argument. */
  readonly messages: Deno.PointerValue;
  readonly #memory: Pinned;
  readonly #words: Uint32Array<ArrayBuffer>;

  /** Makes room for so many records. */
  constructor(capacity: number) {
    this.capacity = capacity;
    this.#memory = pinned(capacity * MESSAGE.words * 4);
    this.#words = new Uint32Array(this.#memory.buffer);
    this.messages = Deno.UnsafePointer.of(this.#memory);
  }

  /**
   * Lays out the records of one topic that follow each other in a block.
   *
   * @param at First word of the first record in the block's index.
   * @param base Address of the block's bytes.
   * @param limit Records at most.
   * @returns Records laid out, at least 1.
   */
  fill(writer: TopicWriter, block: RecordBlock, at: number, base: number, limit: number): number {
    const { index } = block;
    const topic = index[at + WORD.topic]!;
    const most = Math.min(limit, this.capacity);
    let count = 0;
    for (let word = at; count < most && word < index.length && index[word + WORD.topic] === topic;) {
      writer.fillMessage(this.#words, count * MESSAGE.words, block, word, base);
      word += index[word + WORD.length]!;
      count++;
    }
    return count;
  }

  /** Error code of the first of `count` records that was not taken; 0 if all were. */
  firstError(count: number): number {
    for (let word = MESSAGE.err; word < count * MESSAGE.words; word += MESSAGE.words) {
      if (this.#words[word] !== 0) return this.#words[word]! | 0;
    }
    return 0;
  }
}
