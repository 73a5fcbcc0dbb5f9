/**
 * PostgreSQL's binary COPY format: a header, then for each row the number of its columns and each value with its
 * length, big-endian, null as length -1; at the end a row of -1 columns. The types are those of `postgres_schema.ts`.
 * The column that numbers the rows is not sent: the database fills it.
 *
 * @module
 */

import { type Entity, fieldsOf, type Row } from "../model/entity.ts";
import type { Field } from "../model/field.ts";
import { type ByteBuffer, writeText } from "./bytes.ts";
import { compile } from "./compile.ts";
import { scaleOf } from "./text.ts";

/** Adds all rows to a buffer. */
export type CopyEncoder = (rows: readonly Row[], buffer: ByteBuffer) => void;

/** What comes before the rows: signature, flags, and a header extension of no bytes. */
export const COPY_HEADER: Uint8Array<ArrayBuffer> = Uint8Array.from(
  [...[..."PGCOPY\n\xff\r\n\0"].map((character) => character.charCodeAt(0)), 0, 0, 0, 0, 0, 0, 0, 0],
);

/** What comes after the rows. */
export const COPY_TRAILER: Uint8Array<ArrayBuffer> = Uint8Array.of(0xff, 0xff);

/** Milliseconds and days from 1970-01-01 to 2000-01-01, from which PostgreSQL counts. */
const EPOCH_MS = 946_684_800_000;
const EPOCH_DAYS = 10_957;

/** Most bytes of a value that is no text, its length included: those of a numeric of six groups. */
const VALUE_BYTES = 24;

/** Bytes of an id, its length included. */
const UUID_BYTES = 20;

const TWO_32 = 0x1_0000_0000;

/**
 * Makes the encoder of an entity's rows.
 *
 * @returns A function that is fastest with many rows; it looks for room in the buffer once a row.
 */
export function copyEncoder(entity: Entity): CopyEncoder {
  const fields = fieldsOf(entity);
  const parents = fields.filter(isParent).map(([name]) => name);
  const texts = fields.filter(([, field]) => isText(field));
  const room = 2 + 4 * texts.length + VALUE_BYTES * (fields.length - texts.length);
  const lengths = texts.map(([name, field]) => {
    const length = `row[${JSON.stringify(name)}]${field.nullable ? "?.length ?? 0" : ".length"}`;
    return ` + 3 * (${length})`;
  });
  return compile<CopyEncoder>(
    `(rows, buffer) => {
      let at = buffer.length;
      ${fields.filter(isParent).map((_, n) => `let id${n} = "", place${n} = 0;`).join(" ")}
      let bytes = buffer.reserve(0);
      for (let n = 0; n < rows.length; n++) {
        const row = rows[n];
        const room = ${room}${lengths.join("")};
        if (bytes.length - at < room) {
          buffer.advance(at);
          bytes = buffer.reserve(room);
        }
        bytes[at++] = ${fields.length >> 8};
        bytes[at++] = ${fields.length & 0xff};
        ${fields.map(([name, field], place) => columnStatement(name, field, place, parents.indexOf(name))).join("\n")}
      }
      buffer.advance(at);
    }`,
    { writeUuid, writeWord, writeNumeric, writeInt, writeDouble, writeInstant, writeNull },
  );
}

/** Whether a column has the id of a parent, which the rows after it mostly have too. */
function isParent([, { kind, references }]: [string, Field<unknown>]): boolean {
  return kind === "uuid" && references !== undefined;
}

/** @param parent Which of the columns with a parent's id it is; -1 for another. */
function columnStatement(name: string, field: Field<unknown>, place: number, parent: number): string {
  const value = `v${place}`;
  const anew = `at = ${writeExpression(field, value)};`;
  const write = parent < 0
    ? anew
    : `if (${value} === id${parent}) { bytes.copyWithin(at, place${parent}, place${parent} + ${UUID_BYTES}); at += ${UUID_BYTES}; }
       else { id${parent} = ${value}; place${parent} = at; ${anew} }`;
  const statement = field.nullable ? `if (${value} === null) at = writeNull(bytes, at); else ${write}` : write;
  return `const ${value} = row[${JSON.stringify(name)}];\n${statement}`;
}

function writeExpression(field: Field<unknown>, value: string): string {
  switch (field.kind) {
    case "uuid":
      return `writeUuid(bytes, at, ${value})`;
    case "text":
    case "enum":
      return `writeWord(bytes, at, ${value})`;
    case "money":
    case "decimal":
      return `writeNumeric(bytes, at, ${value}, ${scaleOf(field)})`;
    case "int":
      return `writeInt(bytes, at, ${value})`;
    case "double":
      return `writeDouble(bytes, at, ${value})`;
    case "date":
      return `writeInt(bytes, at, ${value} - ${EPOCH_DAYS})`;
    case "instant":
      return `writeInstant(bytes, at, ${value})`;
  }
}

function isText({ kind }: Field<unknown>): boolean {
  return kind === "text" || kind === "enum";
}

function writeNull(bytes: Uint8Array, at: number): number {
  bytes[at] = 0xff;
  bytes[at + 1] = 0xff;
  bytes[at + 2] = 0xff;
  bytes[at + 3] = 0xff;
  return at + 4;
}

/** Value of each hexadecimal digit by its character code. */
const DIGITS = new Uint8Array(128);
for (let digit = 0; digit < 16; digit++) {
  const text = digit.toString(16);
  DIGITS[text.charCodeAt(0)] = digit;
  DIGITS[text.toUpperCase().charCodeAt(0)] = digit;
}

function writeUuid(bytes: Uint8Array, at: number, text: string): number {
  writeLength(bytes, at, 16);
  let end = at + 4;
  for (let n = 0; n < 36; n += 2) {
    if (n === 8 || n === 13 || n === 18 || n === 23) n++; // a hyphen
    bytes[end++] = (DIGITS[text.charCodeAt(n) & 0x7f]! << 4) | DIGITS[text.charCodeAt(n + 1) & 0x7f]!;
  }
  return end;
}

function writeWord(bytes: Uint8Array, at: number, text: string): number {
  const end = writeText(bytes, at + 4, text);
  writeLength(bytes, at, end - at - 4);
  return end;
}

function writeInt(bytes: Uint8Array, at: number, value: number): number {
  writeLength(bytes, at, 4);
  writeLength(bytes, at + 4, value);
  return at + 8;
}

/** Microseconds from 2000: a product of more than 53 bits, so its halves are made apart. */
function writeInstant(bytes: Uint8Array, at: number, ms: number): number {
  const since = ms - EPOCH_MS;
  const high = Math.floor(since / TWO_32);
  const low = (since - high * TWO_32) * 1000;
  const carry = Math.floor(low / TWO_32);
  writeLength(bytes, at, 8);
  writeLength(bytes, at + 4, high * 1000 + carry);
  writeLength(bytes, at + 8, low - carry * TWO_32);
  return at + 12;
}

const DOUBLE = new DataView(new ArrayBuffer(8));

function writeDouble(bytes: Uint8Array, at: number, value: number): number {
  DOUBLE.setFloat64(0, value);
  writeLength(bytes, at, 8);
  writeLength(bytes, at + 4, DOUBLE.getInt32(0));
  writeLength(bytes, at + 8, DOUBLE.getInt32(4));
  return at + 12;
}

const POWERS = Array.from({ length: 16 }, (_, n) => Number(`1e${n}`));

/** Groups of four digits of the number at hand, the last group first; 16 digits make six at most, wherever the point. */
const GROUPS = new Uint16Array(6);

/**
 * Writes a scaled integer as numeric: groups of four digits, so that the point stands between two of them, without
 * groups of zero at either end.
 */
function writeNumeric(bytes: Uint8Array, at: number, value: number, scale: number): number {
  const behind = (scale + 3) >> 2; // groups behind the point
  const count = splitGroups(value < 0 ? -value : value, scale);
  let first = 0;
  while (first < count && GROUPS[first] === 0) first++;
  const digits = count - first;
  writeLength(bytes, at, 8 + 2 * digits);
  writeShort(bytes, at + 4, digits);
  writeShort(bytes, at + 6, digits === 0 ? 0 : count - behind - 1); // weight of the first group
  writeShort(bytes, at + 8, value < 0 ? 0x4000 : 0);
  writeShort(bytes, at + 10, scale);
  let end = at + 12;
  for (let n = count - 1; n >= first; n--, end += 2) writeShort(bytes, end, GROUPS[n]!);
  return end;
}

/** Fills `GROUPS` and tells how many there are, groups of zero before the first digit left out. */
function splitGroups(value: number, scale: number): number {
  let rest = value;
  let count = 0;
  const odd = scale & 3; // digits of the last group that are there; zeros fill it up
  if (odd !== 0) {
    const power = POWERS[odd]!;
    const upper = Math.floor(rest / power);
    GROUPS[count++] = (rest - upper * power) * POWERS[4 - odd]!;
    rest = upper;
  }
  while (rest > 0) {
    const upper = Math.floor(rest / 10_000);
    GROUPS[count++] = rest - upper * 10_000;
    rest = upper;
  }
  while (count > 0 && GROUPS[count - 1] === 0) count--;
  return count;
}

function writeShort(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >> 8;
  bytes[at + 1] = value;
}

/** Writes 32 bits, of a length or of anything else; what is above them is left out. */
function writeLength(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >> 24;
  bytes[at + 1] = value >> 16;
  bytes[at + 2] = value >> 8;
  bytes[at + 3] = value;
}
