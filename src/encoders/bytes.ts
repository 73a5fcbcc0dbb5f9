/** One buffer that is filled, read, and filled again; and how text and uuids get into it. */

const ENCODER = new TextEncoder();

/** A reused buffer that grows to the longest content it ever held. */
export class ByteBuffer {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  /**
   * Makes an empty buffer.
   *
   * @param capacity Bytes to begin with, at least 1 (default 1 MiB).
   */
  constructor(capacity = 0x10_0000) {
    this.#bytes = new Uint8Array(capacity);
  }

  /** Bytes held. */
  get length(): number {
    return this.#length;
  }

  /** Adds a text as UTF-8; a lone surrogate becomes U+FFFD. */
  append(text: string): void {
    if (this.#bytes.length - this.#length < text.length) this.#grow(text.length);
    let { read, written } = ENCODER.encodeInto(text, this.#bytes.subarray(this.#length));
    this.#length += written;
    while (read < text.length) { // more than one byte a character, and no room for it
      this.#grow((text.length - read) * 3);
      const rest = ENCODER.encodeInto(text.slice(read), this.#bytes.subarray(this.#length));
      read += rest.read;
      written = rest.written;
      this.#length += written;
    }
  }

  /** Adds a text as `append` does, faster where it is an id or another short word in ASCII. */
  appendWord(text: string): void {
    const bytes = this.reserve(text.length * 3);
    this.#length = writeWord(bytes, this.#length, text);
  }

  /**
   * Makes room for more bytes, for code that writes them itself: from `length` on, then `advance`.
   *
   * @param room Bytes that will be written at most.
   * @returns The memory, valid until the next `reserve` or `append`.
   */
  reserve(room: number): Uint8Array<ArrayBuffer> {
    if (this.#bytes.length - this.#length < room) this.#grow(room);
    return this.#bytes;
  }

  /**
   * Takes what was written into the memory that `reserve` gave.
   *
   * @param end Where the content now ends, at most what was reserved.
   */
  advance(end: number): void {
    this.#length = end;
  }

  /** The content, as a view that the next `append` or `clear` makes stale. */
  view(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Hands over the content with its memory, and goes on with new memory of the same size. */
  take(): Uint8Array<ArrayBuffer> {
    const content = this.view();
    this.#bytes = new Uint8Array(this.#bytes.length);
    this.#length = 0;
    return content;
  }

  /** Empties the buffer and keeps its memory. */
  clear(): void {
    this.#length = 0;
  }

  #grow(room: number): void {
    let capacity = this.#bytes.length * 2;
    while (capacity < this.#length + room) capacity *= 2;
    const grown = new Uint8Array(capacity);
    grown.set(this.view());
    this.#bytes = grown;
  }
}

/**
 * Writes a text as {@linkcode writeText} does, faster where it is short and all ASCII, as ids and words of enums are.
 *
 * @param at First byte; three bytes a character must be there.
 * @returns The place after the last byte.
 */
export function writeWord(bytes: Uint8Array, at: number, word: string): number {
  const { length } = word;
  if (length > SHORT) return writeText(bytes, at, word);
  let all = 0;
  for (let n = 0; n < length; n++) {
    const code = word.charCodeAt(n);
    all |= code;
    bytes[at + n] = code;
  }
  return all < 0x80 ? at + length : writeText(bytes, at, word);
}

/** Characters up to which a loop is faster than a call of the encoder. */
const SHORT = 48;

/**
 * Writes a text as UTF-8; a lone surrogate becomes U+FFFD.
 *
 * @param at First byte; three bytes a character must be there.
 * @returns The place after the last byte.
 */
export function writeText(bytes: Uint8Array, at: number, text: string): number {
  const { length } = text;
  if (length > SHORT) return at + ENCODER.encodeInto(text, bytes.subarray(at)).written;
  let end = at;
  for (let n = 0; n < length; n++) {
    const code = text.charCodeAt(n);
    if (code < 0x80) {
      bytes[end++] = code;
    } else if (code < 0x800) { // all of Portuguese
      bytes[end++] = 0xc0 | (code >> 6);
      bytes[end++] = 0x80 | (code & 0x3f);
    } else {
      return end + ENCODER.encodeInto(text.slice(n), bytes.subarray(end)).written;
    }
  }
  return end;
}
