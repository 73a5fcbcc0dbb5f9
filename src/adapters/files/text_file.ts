/** Files of text: a head, records one after the other, a tail. */

import type { EntityBytes } from "../../encoders/entity_bytes.ts";
import type { Entity } from "../../model/entity.ts";
import type { EncoderDescription } from "../../ports/encoder.ts";
import { append } from "./append.ts";
import type { EntityFile, FileFormat, FilePlace } from "./file_set_sink.ts";
import { type FileRecord, together } from "./record_reader.ts";

/** How files of text are written and read. */
export interface TextFormat extends FileFormat<EntityBytes[number]> {
  /** Text before the first record. */
  head(entity: Entity): string;
  /** What the encoder writes before each record and the file has only between two; one byte a character. */
  readonly separator: string;
  /** Text after the last record; `empty` tells whether there is none. */
  tail(empty: boolean): string;
}

/** What a format of text says of itself. */
interface TextFormatOptions extends Pick<TextFormat, "name" | "extension" | "head" | "separator" | "tail"> {
  encoder(entities: readonly Entity[]): EncoderDescription<EntityBytes>;
  /** Reads the records of a file; its tail may be missing. */
  records(path: string): Iterable<FileRecord>;
}

/** Makes a format of text. */
export function textFormat({ records, ...options }: TextFormatOptions): TextFormat {
  const format: TextFormat = {
    ...options,
    open: (entity, place) => new TextFile(format, entity, place),
    read: (path) => together(records(path)),
  };
  return format;
}

const UTF8 = new TextEncoder();

class TextFile implements EntityFile<EntityBytes[number]> {
  readonly #file: Deno.FsFile;
  readonly #format: TextFormat;
  #bytes: number;
  /** Whether no record was written yet. */
  #empty: boolean;

  constructor(format: TextFormat, entity: Entity, { file, bytes }: FilePlace) {
    const head = UTF8.encode(format.head(entity));
    this.#format = format;
    this.#file = file;
    this.#bytes = bytes;
    this.#empty = bytes <= head.length;
    file.truncateSync(bytes);
    file.seekSync(bytes, Deno.SeekMode.Start);
    if (bytes === 0) this.#append(head);
  }

  write(bytes: EntityBytes[number]): void {
    if (bytes.length === 0) return;
    this.#append(this.#empty ? bytes.subarray(this.#format.separator.length) : bytes);
    this.#empty = false;
  }

  commit(): number {
    this.#file.syncDataSync();
    return this.#bytes;
  }

  finish(): number {
    append(this.#file, UTF8.encode(this.#format.tail(this.#empty)));
    this.#file.syncDataSync();
    return this.#bytes;
  }

  #append(bytes: Uint8Array): void {
    append(this.#file, bytes);
    this.#bytes += bytes.length;
  }
}
