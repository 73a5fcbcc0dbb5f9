import { ARRAY_SEPARATOR, type EntityBytes, type JsonDescription } from "../../encoders/entity_bytes.ts";
import type { Entity } from "../../model/entity.ts";
import { FileSetSink } from "./file_set_sink.ts";
import { readJson } from "./record_reader.ts";
import { type TextFormat, textFormat } from "./text_file.ts";

/** `array`: one JSON array a file. `lines`: one object a line. */
export type JsonFormat = "array" | "lines";

const ARRAY = textFormat({
  name: "json",
  extension: "json",
  head: () => "[\n",
  encoder: (entities): JsonDescription => ({ format: "json", entities, layout: "array" }),
  separator: ARRAY_SEPARATOR,
  tail: (empty) => empty ? "]\n" : "\n]\n",
  records: readJson,
});

const LINES = textFormat({
  name: "jsonl",
  extension: "jsonl",
  head: () => "",
  encoder: (entities): JsonDescription => ({ format: "json", entities, layout: "lines" }),
  separator: "",
  tail: () => "",
  records: readJson,
});

/** How JSON files are written and read. */
export function jsonFileFormat(format: JsonFormat): TextFormat {
  return format === "array" ? ARRAY : LINES;
}

/** Writes `DIR/ENTITY.json` (an array, one record a line) or `DIR/ENTITY.jsonl` for each entity. */
export class JsonSink extends FileSetSink<EntityBytes[number]> {
  /**
   * Opens nothing yet.
   *
   * @param directory The directory; made when it is missing.
   * @param entities What the files hold, parents before children.
   * @param format Default `array`.
   */
  constructor(directory: string, entities: readonly Entity[], format: JsonFormat = "array") {
    super("json", directory, entities, jsonFileFormat(format));
  }
}
