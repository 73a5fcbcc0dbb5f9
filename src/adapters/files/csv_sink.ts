import { type CsvDialect, csvHeader, csvSeparator } from "../../encoders/csv.ts";
import type { CsvDescription, EntityBytes } from "../../encoders/entity_bytes.ts";
import type { Entity } from "../../model/entity.ts";
import { FileSetSink } from "./file_set_sink.ts";
import { readCsv } from "./record_reader.ts";
import { type TextFormat, textFormat } from "./text_file.ts";

/** How CSV files are written and read. */
export function csvFormat(dialect: CsvDialect): TextFormat {
  return textFormat({
    name: dialect === "rfc4180" ? "csv" : `csv ${dialect}`,
    extension: "csv",
    head: (entity) => csvHeader(entity, dialect),
    encoder: (entities): CsvDescription => ({ format: "csv", entities, dialect }),
    separator: "",
    tail: () => "",
    records: (path) => readCsv(path, csvSeparator(dialect)),
  });
}

/** Writes `DIR/ENTITY.csv` (header, CRLF) for each entity. Null is nothing, the empty text is `""`. */
export class CsvSink extends FileSetSink<EntityBytes[number]> {
  /**
   * Opens nothing yet.
   *
   * @param directory The directory; made when it is missing.
   * @param entities What the files hold, parents before children.
   * @param dialect Default `rfc4180`. A run that was begun in one does not go on in another.
   */
  constructor(directory: string, entities: readonly Entity[], dialect: CsvDialect = "rfc4180") {
    super("csv", directory, entities, csvFormat(dialect));
  }
}
