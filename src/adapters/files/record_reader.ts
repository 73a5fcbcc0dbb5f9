/** Reads back the files that the sinks write, record by record, in flat memory. */

import { closeSync, openSync, readSync } from "node:fs";
import { closeQuietly } from "../../ports/closing.ts";

/** One record, by column or member name; what a CSV file holds is all text. */
export type FileRecord = Readonly<Record<string, unknown>>;

const CHUNK_BYTES = 0x2_0000;

/** Records that are given together. */
const RECORDS_TOGETHER = 1024;

/** Gives records some at a time, as readers of files do that cannot be read at once. */
export async function* together(records: Iterable<FileRecord>): AsyncGenerator<readonly FileRecord[]> {
  let some: FileRecord[] = [];
  for (const record of records) {
    some.push(record);
    if (some.length < RECORDS_TOGETHER) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}

/**
 * Reads a CSV file with a header, as RFC 4180 has it; a byte order mark is left out. A value that is nothing at all is
 * null, and `="00123"`, in which Excel is given a text, is that text.
 *
 * @param separator What stands between values (default a comma).
 * @throws {SyntaxError} If a record has not as many values as the header.
 */
export function* readCsv(path: string, separator = ","): Generator<FileRecord> {
  let names: string[] | undefined;
  let number = 0;
  for (const line of csvLines(path)) {
    const values = csvValues(line, separator);
    if (names === undefined) {
      names = values.map(String);
      continue;
    }
    number++;
    if (values.length !== names.length) {
      throw new SyntaxError(`record ${number} of ${path} has ${values.length} values, not ${names.length}`);
    }
    yield Object.fromEntries(names.map((name, column) => [name, values[column]!]));
  }
}

/**
 * Reads a JSON file that has one object a line, with or without the brackets and commas of an array around them.
 *
 * @throws {SyntaxError} If a line is not an object.
 */
export function* readJson(path: string): Generator<FileRecord> {
  let number = 0;
  for (const line of lines(path, "\n")) {
    if (line === "[" || line === "]" || line === "") continue;
    number++;
    try {
      yield JSON.parse(line.endsWith(",") ? line.slice(0, -1) : line);
    } catch (cause) {
      throw new SyntaxError(`record ${number} of ${path} is not JSON`, { cause });
    }
  }
}

/** Joins the lines that a quoted line end has cut: a record is whole when its quotes come in pairs. */
function* csvLines(path: string): Generator<string> {
  let open: string | undefined;
  for (const line of lines(path, "\r\n")) {
    const text: string = open === undefined ? line : `${open}\r\n${line}`;
    open = evenQuotes(text) ? undefined : text;
    if (open === undefined) yield text;
  }
  if (open !== undefined) throw new SyntaxError(`the last record of ${path} has no closing quote`);
}

function evenQuotes(text: string): boolean {
  let even = true;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) even = !even;
  return even;
}

function csvValues(line: string, separator: string): (string | null)[] {
  if (!line.includes('"')) return line.split(separator).map((value) => value === "" ? null : value);
  const values: (string | null)[] = [];
  let at = 0;
  for (;;) {
    let end: number;
    if (line[at] === '"') {
      end = closingQuote(line, at + 1) + 1;
      values.push(outOfFormula(line.slice(at + 1, end - 1).replaceAll('""', '"')));
    } else {
      end = line.indexOf(separator, at);
      if (end < 0) end = line.length;
      values.push(end === at ? null : line.slice(at, end));
    }
    if (end >= line.length) return values;
    at = end + 1;
  }
}

function outOfFormula(text: string): string {
  return text.startsWith('="') && text.endsWith('"') ? text.slice(2, -1).replaceAll('""', '"') : text;
}

function closingQuote(line: string, from: number): number {
  let at = line.indexOf('"', from);
  while (at >= 0 && line[at + 1] === '"') at = line.indexOf('"', at + 2);
  return at < 0 ? line.length : at;
}

/** Cuts a UTF-8 file into lines; an end without a line end is a line too. */
function* lines(path: string, lineEnd: string): Generator<string> {
  const file = openSync(path, "r");
  try {
    const decoder = new TextDecoder();
    const chunk = new Uint8Array(CHUNK_BYTES);
    let rest = "";
    for (;;) {
      const length = readSync(file, chunk, 0, CHUNK_BYTES, null);
      if (length === 0) break;
      const pieces = (rest + decoder.decode(chunk.subarray(0, length), { stream: true })).split(lineEnd);
      rest = pieces.pop()!;
      yield* pieces;
    }
    if (rest !== "") yield rest;
  } finally {
    closeQuietly(() => closeSync(file));
  }
}
