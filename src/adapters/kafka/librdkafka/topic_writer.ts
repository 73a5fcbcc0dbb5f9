/** What a topic's records have in common, laid out as librdkafka takes it. */

import { ABSENT, type HeaderTemplate, MAX_HEADERS, type RecordBlock, WORD } from "../../../ports/kafka.ts";
import { addressIn, addressOf, cString, type Pinned, pinned, sizeAsPointer, writeAddress } from "./memory.ts";
import { MSG_F_COPY, VTYPE } from "./symbols.ts";

/** Words of 32 bits of an `rd_kafka_vu_t`: the tag, four bytes of nothing, a union of 64 bytes. */
const UNIT = 18;
/** Word of the union: an address, an integer, the name of a header. */
const FIRST = 2;
/** Next: a size, the address of a header's value. */
const SECOND = 4;
/** Next: the size of a header's value. */
const THIRD = 6;

/** Places of the units that each record has. */
const PLACE = { rkt: 0, opaque: 1, msgflags: 2, value: 3, key: 4, timestamp: 5, headers: 6 } as const;

/** Words of an `rd_kafka_message_t`, and where its members are; payload and key are followed by their lengths. */
export const MESSAGE = { words: 18, err: 0, payload: 6, key: 10, opaque: 16 } as const;

/**
 * The argument of `rd_kafka_produceva` for the records of one topic. Everything that they share is filled in once; only
 * addresses and lengths change from record to record.
 */
export class TopicWriter {
  readonly name: string;
  /** `rd_kafka_topic_t *`. */
  readonly topic: Deno.PointerValue;
  /** The argument, and how many units it has. */
  readonly units: Deno.PointerValue;
  readonly unitCount: Deno.PointerValue;
  /** Whether records have headers; those without can be sent many at a time. */
  readonly hasHeaders: boolean;
  /** Header values that each record brings. */
  readonly ownHeaders: number;
  readonly #memory: Pinned;
  readonly #words: Uint32Array<ArrayBuffer>;
  /** Units whose header values each record brings. */
  readonly #ownUnits: number[] = [];
  /** What the argument points at. */
  readonly #kept: Pinned[] = [];
  readonly #handle: number;

  /**
   * Lays the argument out.
   *
   * @param handle The topic's number; delivery reports bring it back.
   * @throws {RangeError} If records are to bring more header values than a block can hold.
   */
  constructor(name: string, handle: number, topic: Deno.PointerValue, headers: readonly HeaderTemplate[]) {
    this.name = name;
    this.topic = topic;
    this.#handle = handle;
    const units = PLACE.headers + headers.length;
    this.#memory = pinned(units * UNIT * 4);
    this.#words = new Uint32Array(this.#memory.buffer);
    this.#layOut(headers);
    this.ownHeaders = this.#ownUnits.length;
    if (this.ownHeaders > MAX_HEADERS) throw new RangeError(`Cannot write to topic "${name}": too many own headers`);
    this.hasHeaders = headers.length > 0;
    this.units = Deno.UnsafePointer.of(this.#memory);
    this.unitCount = sizeAsPointer(units);
  }

  /**
   * Fills in one record.
   *
   * @param at First word of the record in the block's index.
   * @param base Address of the block's bytes.
   */
  fill(block: RecordBlock, at: number, base: number): void {
    const { index } = block;
    writePart(this.#words, PLACE.value * UNIT + FIRST, base, index[at + WORD.valueStart]!, index[at + WORD.valueEnd]!);
    writePart(this.#words, PLACE.key * UNIT + FIRST, base, index[at + WORD.keyStart]!, index[at + WORD.keyEnd]!);
    this.#words[PLACE.timestamp * UNIT + FIRST] = index[at + WORD.instantLow]!;
    this.#words[PLACE.timestamp * UNIT + FIRST + 1] = index[at + WORD.instantHigh]!;
    let word = at + WORD.headers;
    for (const unit of this.#ownUnits) {
      writePart(this.#words, unit + SECOND, base, index[word]!, index[word + 1]!);
      word += 2;
    }
  }

  /**
   * Fills in one record of many, for `rd_kafka_produce_batch`.
   *
   * @param message First word of the record's `rd_kafka_message_t`.
   */
  fillMessage(words: Uint32Array, message: number, block: RecordBlock, at: number, base: number): void {
    const { index } = block;
    writePart(words, message + MESSAGE.payload, base, index[at + WORD.valueStart]!, index[at + WORD.valueEnd]!);
    writePart(words, message + MESSAGE.key, base, index[at + WORD.keyStart]!, index[at + WORD.keyEnd]!);
    words[message + MESSAGE.opaque] = this.#handle;
  }

  #layOut(headers: readonly HeaderTemplate[]): void {
    const words = this.#words;
    const tags = [VTYPE.rkt, VTYPE.opaque, VTYPE.msgflags, VTYPE.value, VTYPE.key, VTYPE.timestamp];
    for (const [unit, tag] of tags.entries()) words[unit * UNIT] = tag;
    writeAddress(words, PLACE.rkt * UNIT + FIRST, addressIn(this.topic));
    words[PLACE.opaque * UNIT + FIRST] = this.#handle;
    words[PLACE.msgflags * UNIT + FIRST] = MSG_F_COPY;
    for (const [n, { name, value }] of headers.entries()) {
      const unit = (PLACE.headers + n) * UNIT;
      words[unit] = VTYPE.header;
      writeAddress(words, unit + FIRST, addressOf(this.#keep(cString(name))));
      if (value === undefined) this.#ownUnits.push(unit);
      else this.#fixed(unit, this.#keep(cString(value)));
    }
  }

  #fixed(unit: number, value: Pinned): void {
    writeAddress(this.#words, unit + SECOND, addressOf(value));
    this.#words[unit + THIRD] = value.length - 1; // without the final zero
  }

  #keep(memory: Pinned): Pinned {
    this.#kept.push(memory);
    return memory;
  }
}

/** Writes address and length of a part; a null pointer for one that is absent. */
function writePart(words: Uint32Array, at: number, base: number, start: number, end: number): void {
  if (start === ABSENT) {
    words[at] = words[at + 1] = words[at + 2] = 0;
    return;
  }
  writeAddress(words, at, base + start);
  words[at + 2] = end - start;
}
