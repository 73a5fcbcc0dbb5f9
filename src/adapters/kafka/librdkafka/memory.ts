/**
 * Memory that C reads and writes. Every buffer here has an `ArrayBuffer` of its own: that never moves, while a small
 * typed array may; but it lives only as long as something in JavaScript refers to it.
 */

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();

/** Bytes that never move. */
export type Pinned = Uint8Array<ArrayBuffer>;

/** Room for an error text of librdkafka. */
export const ERROR_TEXT_BYTES = 1024;

/** Makes memory of zeros. */
export function pinned(bytes: number): Pinned {
  return new Uint8Array(new ArrayBuffer(bytes));
}

/**
 * Makes a C string.
 *
 * @throws {TypeError} If the text holds a zero character, which would end it early.
 */
export function cString(text: string): Pinned {
  if (text.includes("\0")) throw new TypeError("Cannot pass a text with a zero character to librdkafka");
  const bytes = ENCODER.encode(text);
  const memory = pinned(bytes.length + 1);
  memory.set(bytes);
  return memory;
}

/** Reads a C string; empty for NULL. */
export function textAt(pointer: Deno.PointerValue): string {
  return pointer === null ? "" : Deno.UnsafePointerView.getCString(pointer);
}

/** Reads the C string that was written into a buffer. */
export function textIn(memory: Pinned): string {
  const end = memory.indexOf(0);
  return DECODER.decode(end < 0 ? memory : memory.subarray(0, end));
}

/** Address of a buffer, as a number: user-space addresses have at most 52 bits. */
export function addressOf(memory: Pinned): number {
  return Number(Deno.UnsafePointer.value(Deno.UnsafePointer.of(memory)));
}

/** Address that a pointer holds, as a number. */
export function addressIn(pointer: Deno.PointerValue): number {
  return Number(Deno.UnsafePointer.value(pointer));
}

/** Makes a pointer whose address is a number, as a call takes a `size_t` where speed counts. */
export function sizeAsPointer(size: number): Deno.PointerValue {
  return Deno.UnsafePointer.create(BigInt(size));
}

/**
 * Writes an address as two halves, which needs no BigInt.
 *
 * @param at Word of the low half; the high one follows.
 */
export function writeAddress(words: Uint32Array, at: number, address: number): void {
  words[at] = address; // modulo 2^32
  words[at + 1] = address / 0x1_0000_0000;
}

/** Makes an array of pointers for C. */
export function pointerArray(pointers: readonly Deno.PointerValue[]): BigUint64Array<ArrayBuffer> {
  return BigUint64Array.from(pointers, (pointer) => Deno.UnsafePointer.value(pointer));
}

/** Views what a pointer points at, which is there. */
export function viewAt(pointer: Deno.PointerValue): Deno.UnsafePointerView {
  if (pointer === null) throw new TypeError("Cannot read at a null pointer");
  return new Deno.UnsafePointerView(pointer);
}

/** Reads an array of `count` pointers. */
export function pointersAt(array: Deno.PointerValue, count: number): Deno.PointerValue[] {
  if (count === 0) return [];
  const view = viewAt(array);
  return Array.from({ length: count }, (_, n) => view.getPointer(n * 8));
}

/** Copies `length` bytes from a pointer. */
export function bytesAt(pointer: Deno.PointerValue, length: number): Pinned {
  const copy = pinned(length);
  if (length > 0) viewAt(pointer).copyInto(copy);
  return copy;
}
