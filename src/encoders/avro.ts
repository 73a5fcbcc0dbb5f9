/**
 * Avro binary, by the schemas of `avro_schema.ts`. Each entity's encoder is compiled and writes straight into a reused
 * buffer; almost nothing is allocated for a record.
 *
 * @module
 */

import type { Entity, Row } from "../model/entity.ts";
import type { Field } from "../model/field.ts";
import { avroFieldsOf, isUnion } from "./avro_schema.ts";
import { type ByteBuffer, writeText, writeWord } from "./bytes.ts";
import { compile } from "./compile.ts";

/**
 * Appends one row as the body of an Avro record: no schema, no frame. Numbers must be what their kinds promise: whole,
 * within 32 bits for `int` and `date`, within ±(2^53 − 1) for `instant`, `money` and `decimal`.
 */
export type AvroEncoder = (row: Row, into: ByteBuffer) => void;

/** Bytes at most of a value that is not text, without the byte of its union. */
const ROOM: Readonly<Record<Exclude<Field<unknown>["kind"], "uuid" | "text" | "enum">, number>> = {
  money: 8,
  decimal: 8,
  int: 5,
  date: 5,
  double: 8,
  instant: 8,
};

/** Bytes at most of the length before a text: 2^31 and more does not occur. */
const LENGTH_ROOM = 5;

/** Makes the encoder of an entity's rows. */
export function avroEncoder(entity: Entity): AvroEncoder {
  const fields = avroFieldsOf(entity);
  const enums = fields.filter(([, field]) => isAvroEnum(field)).map(([name, { values }]) => {
    return [placesName(name), Object.fromEntries(values!.map((word, place) => [word, place]))] as const;
  });
  return compile<AvroEncoder>(
    `(row, into) => {
      const bytes = into.reserve(${roomOf(fields)});
      let at = into.length;
      ${fields.map(([name, field]) => statement(name, field)).join("\n")}
      into.advance(at);
    }`,
    { writeAvroText, writeAvroWord, writeInt, writeLong, writeDecimal, writeDouble, ...Object.fromEntries(enums) },
  );
}

/** Magic byte and schema id, which stand before the body in Kafka. */
export const FRAME_LENGTH = 5;

/**
 * Makes the frame by which Confluent's clients find the schema: a zero byte and the id, big-endian.
 *
 * @param schemaId Id from the registry, `0..2^31 - 1`.
 */
export function confluentFrame(schemaId: number): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(FRAME_LENGTH);
  new DataView(frame.buffer).setInt32(1, schemaId);
  return frame;
}

/**
 * Makes an encoder that writes the frame of a schema before each body.
 *
 * @param schemaId Id from the registry, `0..2^31 - 1`.
 */
export function framedAvroEncoder(entity: Entity, schemaId: number): AvroEncoder {
  const encode = avroEncoder(entity);
  const frame = confluentFrame(schemaId);
  return (row, into) => {
    const bytes = into.reserve(FRAME_LENGTH);
    const start = into.length;
    for (let n = 0; n < FRAME_LENGTH; n++) bytes[start + n] = frame[n]!;
    into.advance(start + FRAME_LENGTH);
    encode(row, into);
  };
}

/** Writes the expression for the bytes that a row needs at most. */
function roomOf(fields: readonly [string, Field<unknown>][]): string {
  let room = 0;
  const lengths: string[] = [];
  for (const [name, field] of fields) {
    if (isUnion(field)) room += 1;
    if (!isText(field.kind)) {
      room += ROOM[field.kind];
      continue;
    }
    room += LENGTH_ROOM;
    const value = `row[${JSON.stringify(name)}]`;
    lengths.push(field.nullable ? `(${value} === null ? 0 : ${value}.length)` : `${value}.length`);
  }
  return [String(room), ...(lengths.length === 0 ? [] : [`3 * (${lengths.join(" + ")})`])].join(" + ");
}

function statement(name: string, field: Field<unknown>): string {
  const value = `row[${JSON.stringify(name)}]`;
  const write = isAvroEnum(field)
    ? `at = writeInt(bytes, at, ${placesName(name)}[${value}]);`
    : `at = ${writer(field.kind)}(bytes, at, ${value});`;
  if (!isUnion(field)) return write;
  const present = `bytes[at++] = 2; ${write}`; // zigzag of 1, the second type
  return field.nullable ? `if (${value} === null) bytes[at++] = 0; else { ${present} }` : present;
}

function isAvroEnum({ kind, avroEnum }: Field<unknown>): boolean {
  return kind === "enum" && avroEnum !== undefined;
}

/** What the places of an enum's words are called in the compiled text. */
function placesName(name: string): string {
  return `placesOf_${name.replaceAll(/\W/g, "_")}`;
}

function isText(kind: Field<unknown>["kind"]): kind is "uuid" | "text" | "enum" {
  return kind === "uuid" || kind === "text" || kind === "enum";
}

function writer(kind: Field<unknown>["kind"]): string {
  switch (kind) {
    case "uuid":
    case "enum":
      return "writeAvroWord";
    case "text":
      return "writeAvroText";
    case "money":
    case "decimal":
      return "writeDecimal";
    case "int":
    case "date":
      return "writeInt";
    case "instant":
      return "writeLong";
    case "double":
      return "writeDouble";
  }
}

/** Writes a 32-bit integer: zigzag, seven bits a byte, least first. */
function writeInt(bytes: Uint8Array, at: number, value: number): number {
  return writeVarint(bytes, at, (value << 1) ^ (value >> 31));
}

/** Writes 32 bits, unsigned, seven a byte. */
function writeVarint(bytes: Uint8Array, at: number, bits: number): number {
  while (bits >>> 0 > 0x7f) {
    bytes[at++] = (bits & 0x7f) | 0x80;
    bits >>>= 7;
  }
  bytes[at++] = bits;
  return at;
}

/**
 * Writes an integer within ±(2^53 − 1). Zigzag is twice the magnitude and the sign, which a double no longer holds
 * exactly: so the first byte takes sign and six bits, and what is left is cut where 32-bit operations can take over.
 */
function writeLong(bytes: Uint8Array, at: number, value: number): number {
  const sign = value < 0 ? 1 : 0;
  const magnitude = sign === 1 ? -1 - value : value;
  const first = ((magnitude & 0x3f) << 1) | sign;
  if (magnitude < 0x40) {
    bytes[at++] = first;
    return at;
  }
  bytes[at++] = first | 0x80;
  const rest = Math.floor(magnitude / 0x40);
  if (rest < 0x1000_0000) return writeVarint(bytes, at, rest);
  bytes[at++] = (rest & 0x7f) | 0x80;
  bytes[at++] = ((rest >>> 7) & 0x7f) | 0x80;
  bytes[at++] = ((rest >>> 14) & 0x7f) | 0x80;
  bytes[at++] = ((rest >>> 21) & 0x7f) | 0x80;
  return writeVarint(bytes, at, Math.floor(rest / 0x1000_0000));
}

/** Writes an unscaled decimal: its length, then two's complement, big-endian, in as few bytes as hold the sign too. */
function writeDecimal(bytes: Uint8Array, at: number, value: number): number {
  const length = decimalLength(value < 0 ? -1 - value : value);
  bytes[at++] = length << 1;
  if (length > 4) {
    const high = Math.floor(value / 0x1_0000_0000);
    for (let shift = (length - 5) << 3; shift >= 0; shift -= 8) bytes[at++] = high >> shift;
  }
  const low = value | 0;
  for (let shift = ((length > 4 ? 4 : length) - 1) << 3; shift >= 0; shift -= 8) bytes[at++] = low >> shift;
  return at;
}

/** Bytes that hold a magnitude and a sign bit. */
function decimalLength(magnitude: number): number {
  if (magnitude < 0x80) return 1;
  if (magnitude < 0x8000) return 2;
  if (magnitude < 0x80_0000) return 3;
  if (magnitude < 0x8000_0000) return 4;
  if (magnitude < 0x80_0000_0000) return 5;
  return magnitude < 0x8000_0000_0000 ? 6 : 7;
}

const SCRATCH = new DataView(new ArrayBuffer(8));

/** Writes a double, little-endian. */
function writeDouble(bytes: Uint8Array, at: number, value: number): number {
  SCRATCH.setFloat64(0, value, true);
  for (let n = 0; n < 8; n++) bytes[at + n] = SCRATCH.getUint8(n);
  return at + 8;
}

/** Writes a text: its length in UTF-8, then its bytes. */
function writeAvroText(bytes: Uint8Array, at: number, text: string): number {
  const start = at + lengthRoom(text.length);
  return writeLength(bytes, at, start, writeText(bytes, start, text));
}

/** Writes an id or a word of an enum: any text, fastest if it is short ASCII. */
function writeAvroWord(bytes: Uint8Array, at: number, word: string): number {
  const start = at + lengthRoom(word.length);
  return writeLength(bytes, at, start, writeWord(bytes, start, word));
}

/** Writes the length at `at` of the text from `start` to `end`, which moves where its length needs more bytes. */
function writeLength(bytes: Uint8Array, at: number, start: number, end: number): number {
  const length = end - start;
  const shift = lengthRoom(length) - (start - at); // above 0 only where letters outside ASCII make it longer
  if (shift > 0) bytes.copyWithin(start + shift, start, end);
  writeVarint(bytes, at, length << 1);
  return end + shift;
}

/** Bytes of a length, which is zigzag too: its first byte holds six bits. */
function lengthRoom(length: number): number {
  if (length < 0x40) return 1;
  if (length < 0x2000) return 2;
  if (length < 0x10_0000) return 3;
  return length < 0x800_0000 ? 4 : 5;
}
