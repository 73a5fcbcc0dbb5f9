/** One buffer that is filled with UTF-8, read, and filled again. */

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

  /** The content, as a view that the next `append` or `clear` makes stale. */
  view(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
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
