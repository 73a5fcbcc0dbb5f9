import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { type AsyncBuffer, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import type { ColumnsDescription, EntityColumns } from "../../../encoders/columns.ts";
import type { Entity } from "../../../model/entity.ts";
import { closeQuietly } from "../../../ports/closing.ts";
import { type FileFormat, FileSetSink } from "../file_set_sink.ts";
import type { FileRecord } from "../record_reader.ts";
import { ParquetFile } from "./parquet_file.ts";
import { GROUP_ROWS } from "./row_groups.ts";

/** How Parquet files are written and read. */
function parquetFormat(groupRows: number): FileFormat<EntityColumns> {
  return {
    name: "parquet",
    extension: "parquet",
    keepsRows: true,
    encoder: (entities): ColumnsDescription => ({ format: "columns", entities }),
    open: (entity, place) => ParquetFile.open(entity, place, groupRows),
    read: readParquet,
  };
}

/**
 * Writes `DIR/ENTITY.parquet` for each entity: decimals, days and instants as such, ids and words as text; compressed
 * with Snappy. A longer run adds row groups to files that are there, so that its bytes differ from those of a run that
 * was that long from its beginning; the rows do not.
 */
export class ParquetSink extends FileSetSink<EntityColumns> {
  /**
   * Opens nothing yet.
   *
   * @param directory The directory; made when it is missing.
   * @param entities What the files hold, parents before children.
   * @param groupRows Rows of a full row group (default 16,384).
   */
  constructor(directory: string, entities: readonly Entity[], groupRows: number = GROUP_ROWS) {
    super("parquet", directory, entities, parquetFormat(groupRows));
  }
}

/** Reads columns of a finished file, a row group at a time; numbers and times as the library has them. */
async function* readParquet(path: string, fields: readonly string[]): AsyncGenerator<readonly FileRecord[]> {
  const descriptor = openSync(path, "r");
  try {
    const file: AsyncBuffer = {
      byteLength: fstatSync(descriptor).size,
      slice: (from, to = fstatSync(descriptor).size) => readRange(descriptor, from, to),
    };
    const metadata = await parquetMetadataAsync(file);
    const columns = fields.length > 0 ? [...fields] : [metadata.schema[1]!.name];
    let rowStart = 0;
    for (const { num_rows } of metadata.row_groups) {
      const rowEnd = rowStart + Number(num_rows);
      yield await parquetReadObjects({ file, metadata, columns, rowStart, rowEnd });
      rowStart = rowEnd;
    }
  } finally {
    closeQuietly(() => closeSync(descriptor));
  }
}

function readRange(descriptor: number, from: number, to: number): ArrayBuffer {
  const bytes = new Uint8Array(to - from);
  for (let at = 0; at < bytes.length;) {
    const read = readSync(descriptor, bytes, at, bytes.length - at, from + at);
    if (read === 0) throw new Error("the file ends too early");
    at += read;
  }
  return bytes.buffer;
}
