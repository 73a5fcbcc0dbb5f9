import { ABSENT, MAX_HEADERS, type RecordBlock, WORD } from "../ports/kafka.ts";
import { ByteBuffer } from "./bytes.ts";

/**
 * Builds blocks of records of any number of topics, in the order of sending. Bytes are written into {@linkcode bytes},
 * one part after the other, and the end of each part is told: first the key, then the values of those headers for which
 * the topic's template has none, in its order, then the record's value.
 *
 * ```ts
 * builder.bytes.append(orderId);
 * builder.endKey(orders);
 * builder.bytes.append(eventId);
 * builder.endHeader(); // ce_id
 * builder.keyAsHeader(); // ce_subject: the same bytes, not written twice
 * encode(row, builder.bytes);
 * builder.endValue();
 * const block = builder.take();
 * ```
 */
export class RecordBuilder {
  /** Where the bytes of all parts go. `append` to it, or `reserve` and `advance`; never `clear` it. */
  readonly bytes: ByteBuffer;
  #index: Int32Array<ArrayBuffer>;
  /** Words of the index that are in use. */
  #indexLength = 0;
  #stamped = false;
  #count = 0;
  /** First word of the record at hand. */
  #record = 0;
  /** Where the part at hand begins in `bytes`. */
  #partStart = 0;

  /**
   * Begins with no record.
   *
   * @param capacity Bytes to begin with (default 256 KiB); it grows as needed.
   * @param records Records to begin with (default 1024); likewise.
   */
  constructor(capacity = 0x4_0000, records = 1024) {
    this.bytes = new ByteBuffer(capacity);
    this.#index = new Int32Array(records * 16);
  }

  /**
   * Begins a record whose key are the bytes that were written since the last part.
   *
   * @param topic Handle of the topic, from the producer.
   */
  endKey(topic: number): void {
    const at = this.#begin(topic);
    this.#index[at + WORD.keyStart] = this.#partStart;
    this.#index[at + WORD.keyEnd] = this.#partStart = this.bytes.length;
  }

  /** Begins a record without a key, which may go to any partition. */
  noKey(topic: number): void {
    this.#index[this.#begin(topic) + WORD.keyStart] = ABSENT;
  }

  /** Takes the bytes that were written since the last part as the next header value. */
  endHeader(): void {
    const start = this.#partStart;
    this.#header(start, this.#partStart = this.bytes.length);
  }

  /** Takes the key as the next header value too; null where there is none. */
  keyAsHeader(): void {
    const index = this.#index;
    this.#header(index[this.#record + WORD.keyStart]!, index[this.#record + WORD.keyEnd]!);
  }

  /**
   * Sets the time of the record at hand, instead of the time of sending.
   *
   * @param epochMs Milliseconds since 1970, an integer above 0.
   */
  stamp(epochMs: number): void {
    this.#index[this.#record + WORD.instantLow] = epochMs % 0x1_0000_0000;
    this.#index[this.#record + WORD.instantHigh] = Math.floor(epochMs / 0x1_0000_0000);
    this.#stamped = true;
  }

  /** Ends the record at hand: its value are the bytes that were written since the last part. */
  endValue(): void {
    this.#index[this.#record + WORD.valueStart] = this.#partStart;
    this.#index[this.#record + WORD.valueEnd] = this.#partStart = this.bytes.length;
    this.#end();
  }

  /** Ends the record at hand without a value: a tombstone. */
  noValue(): void {
    this.#index[this.#record + WORD.valueStart] = ABSENT;
    this.#end();
  }

  /** Hands over the records, which are complete, with their memory, and begins anew. */
  take(): RecordBlock {
    const block = {
      bytes: this.bytes.take(),
      index: this.#index.subarray(0, this.#indexLength),
      count: this.#count,
      stamped: this.#stamped,
    };
    this.#index = new Int32Array(this.#index.length);
    this.#stamped = false;
    this.#indexLength =
      this.#count =
      this.#record =
      this.#partStart =
        0;
    return block;
  }

  #begin(topic: number): number {
    const at = this.#indexLength;
    if (this.#index.length < at + WORD.headers + 2 * MAX_HEADERS) this.#growIndex();
    this.#record = at;
    this.#index[at + WORD.topic] = topic;
    this.#index[at + WORD.instantLow] = this.#index[at + WORD.instantHigh] = 0;
    this.#indexLength = at + WORD.headers;
    return at;
  }

  #header(start: number, end: number): void {
    this.#index[this.#indexLength++] = start;
    this.#index[this.#indexLength++] = end;
  }

  #end(): void {
    this.#index[this.#record + WORD.length] = this.#indexLength - this.#record;
    this.#count++;
  }

  #growIndex(): void {
    const grown = new Int32Array(this.#index.length * 2);
    grown.set(this.#index);
    this.#index = grown;
  }
}
