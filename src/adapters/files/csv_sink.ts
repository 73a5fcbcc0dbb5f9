import { csvEncoder, csvHeader } from "../../encoders/csv.ts";
import type { Entity } from "../../model/entity.ts";
import { type FileFormat, FileSetSink } from "./file_set_sink.ts";
import { readCsv } from "./record_reader.ts";

const CSV: FileFormat = {
  name: "csv",
  head: csvHeader,
  encoder: csvEncoder,
  tail: () => "",
  read: readCsv,
};

/** Writes `DIR/ENTITY.csv` (RFC 4180, header, CRLF) for each entity. Null is nothing, the empty text is `""`. */
export class CsvSink extends FileSetSink {
  /**
   * Opens nothing yet.
   *
   * @param directory The directory; made when it is missing.
   * @param entities What the files hold, parents before children.
   */
  constructor(directory: string, entities: readonly Entity[]) {
    super("csv", directory, entities, CSV);
  }
}
