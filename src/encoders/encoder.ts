/**
 * The encoders of all sinks, by their descriptions.
 *
 * @module
 */

import type { Encoder, EncoderDescription, EventIdOf } from "../ports/encoder.ts";
import { keyAsEventId } from "./cloud_events.ts";
import { columnBatches, type ColumnsDescription } from "./columns.ts";
import {
  copyBatches,
  type CopyDescription,
  csvBatches,
  type CsvDescription,
  jsonBatches,
  type JsonDescription,
} from "./entity_bytes.ts";
import { lineBatches, type LinesDescription, previewBatches, type PreviewDescription } from "./json_lines.ts";
import { packedBatches, plainBatches, type ValuesDescription } from "./sqlite_rows.ts";
import { recordBatches, type RecordsDescription } from "./records.ts";

/** All that there are. */
type Known =
  | CsvDescription
  | JsonDescription
  | CopyDescription
  | ValuesDescription
  | ColumnsDescription
  | LinesDescription
  | PreviewDescription
  | RecordsDescription;

/**
 * Makes the encoder that a sink asks for.
 *
 * @param description What the sink's `begin` gave.
 * @param eventId Tells the ids of events, for records with CloudEvents headers (default: their keys).
 * @param isSent Whether what it makes goes to another thread (default false).
 * @throws {RangeError} If there is no encoder of this format.
 */
export function encoderOf<Content>(
  description: EncoderDescription<Content>,
  eventId: EventIdOf = keyAsEventId,
  isSent = false,
): Encoder<Content> {
  return encoderOfKnown(description as unknown as Known, eventId, isSent) as Encoder<Content>;
}

function encoderOfKnown(known: Known, eventId: EventIdOf, isSent: boolean): Encoder {
  switch (known.format) {
    case "csv":
      return csvBatches(known);
    case "json":
      return jsonBatches(known);
    case "copy":
      return copyBatches(known);
    case "values":
      return isSent ? packedBatches(known) : plainBatches(known);
    case "columns":
      return columnBatches(known);
    case "lines":
      return lineBatches(known);
    case "preview":
      return previewBatches(known);
    case "records":
      return recordBatches(known, eventId);
    default:
      throw new RangeError(
        `Cannot encode the format "${(known as EncoderDescription).format}": there is no such encoder`,
      );
  }
}
