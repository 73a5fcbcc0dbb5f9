import { jsonEncoder } from "../../encoders/json.ts";
import type { Entity } from "../../model/entity.ts";
import { type FileFormat, FileSetSink } from "./file_set_sink.ts";
import { readJson } from "./record_reader.ts";

/** `array`: one JSON array a file. `lines`: one object a line. */
export type JsonFormat = "array" | "lines";

const ARRAY: FileFormat = {
  name: "json",
  extension: "json",
  head: () => "[\n",
  encoder(entity) {
    const encode = jsonEncoder(entity);
    return (rows, from, to, first) => {
      let text = first ? "" : ",\n";
      for (let at = from; at < to; at++) text += at === from ? encode(rows[at]!) : `,\n${encode(rows[at]!)}`;
      return text;
    };
  },
  tail: (empty) => empty ? "]\n" : "\n]\n",
  read: readJson,
};

const LINES: FileFormat = {
  name: "jsonl",
  extension: "jsonl",
  head: () => "",
  encoder(entity) {
    const encode = jsonEncoder(entity);
    return (rows, from, to) => {
      let text = "";
      for (let at = from; at < to; at++) text += `${encode(rows[at]!)}\n`;
      return text;
    };
  },
  tail: () => "",
  read: readJson,
};

/** Writes `DIR/ENTITY.json` (an array, one record a line) or `DIR/ENTITY.jsonl` for each entity. */
export class JsonSink extends FileSetSink {
  /**
   * Opens nothing yet.
   *
   * @param directory The directory; made when it is missing.
   * @param entities What the files hold, parents before children.
   * @param format Default `array`.
   */
  constructor(directory: string, entities: readonly Entity[], format: JsonFormat = "array") {
    super("json", directory, entities, format === "array" ? ARRAY : LINES);
  }
}
