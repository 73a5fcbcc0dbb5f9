/**
 * Reads zip archives, as far as Python's wheels use the format: one disk, stored or deflated files, below 4 GiB.
 *
 * @module
 */

import { inflateRawSync } from "node:zlib";

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const END_LENGTH = 22;
const STORED = 0;
const DEFLATED = 8;

/** A file in an archive. */
export interface ZipEntry {
  /** Path with forward slashes; that of a folder ends in one. */
  readonly path: string;
  /** Gives its bytes. */
  read(): Uint8Array<ArrayBuffer>;
}

/**
 * Lists the files of an archive, in its order.
 *
 * @throws {SyntaxError} If `archive` is no zip archive, or uses what wheels do not.
 */
export function zipEntries(archive: Uint8Array<ArrayBuffer>): ZipEntry[] {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = endOfDirectory(view);
  const entries: ZipEntry[] = [];
  let at = view.getUint32(end + 16, true);
  for (let count = view.getUint16(end + 10, true); count > 0; count--) {
    if (at + 46 > end || view.getUint32(at, true) !== DIRECTORY_ENTRY) {
      throw new SyntaxError(`Cannot read zip archive: no directory entry at byte ${at}`);
    }
    const nameLength = view.getUint16(at + 28, true);
    entries.push(entryAt(archive, view, at, nameLength));
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

function endOfDirectory(view: DataView): number {
  // A comment of up to 65,535 bytes may follow.
  const first = Math.max(0, view.byteLength - END_LENGTH - 0xffff);
  for (let at = view.byteLength - END_LENGTH; at >= first; at--) {
    if (view.getUint32(at, true) === END_OF_DIRECTORY) return at;
  }
  throw new SyntaxError("Cannot read zip archive: it has no end of directory");
}

function entryAt(archive: Uint8Array<ArrayBuffer>, view: DataView, at: number, nameLength: number): ZipEntry {
  const path = new TextDecoder().decode(archive.subarray(at + 46, at + 46 + nameLength));
  const method = view.getUint16(at + 10, true);
  const length = view.getUint32(at + 20, true);
  const local = view.getUint32(at + 42, true);
  return {
    path,
    read() {
      // Name and extra field of the file's own header may be longer or shorter than those of the directory.
      const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
      const bytes = archive.subarray(start, start + length);
      if (method === STORED) return bytes;
      if (method === DEFLATED) return new Uint8Array(inflateRawSync(bytes));
      throw new SyntaxError(`Cannot read ${path} from zip archive: compression method is ${method}`);
    },
  };
}
