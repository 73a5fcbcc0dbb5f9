/**
 * The sinks: where generated rows go. `mod.ts` makes rows and needs no permission; what is here touches the world. The
 * sinks of servers are in `servers.ts`, as they need a package or a native library.
 *
 * ```text
 * SqliteSink   an SQLite file     --allow-read --allow-write
 * JsonSink     JSON files         --allow-read --allow-write
 * CsvSink      CSV files          --allow-read --allow-write
 * ParquetSink  Parquet files      --allow-read --allow-write
 * ConsoleSink  lines of text      none
 * ```
 *
 * @module
 */

export { SqliteSink } from "./src/adapters/sqlite/sqlite_sink.ts";
export { CsvSink } from "./src/adapters/files/csv_sink.ts";
export { type JsonFormat, JsonSink } from "./src/adapters/files/json_sink.ts";
export { ParquetSink } from "./src/adapters/files/parquet/parquet_sink.ts";
export { type ConsoleOptions, ConsoleSink } from "./src/adapters/console/console_sink.ts";
export { type JsonLinesWriter, jsonLinesWriter, streamFileName } from "./src/adapters/files/json_lines_writer.ts";
export { type StreamOptions, streamRecords, type StreamResult } from "./src/run/stream_records.ts";
export { systemClock } from "./src/run/system_clock.ts";
export type { Clock } from "./src/ports/clock.ts";
export { type EntityFile, type FileFormat, type FilePlace, FileSetSink } from "./src/adapters/files/file_set_sink.ts";
export type { FileRecord } from "./src/adapters/files/record_reader.ts";
export type { EntityBytes } from "./src/encoders/entity_bytes.ts";
export type { Preview, PreviewDescription } from "./src/encoders/json_lines.ts";
export type { PackedRows, PlainRows, SqliteRows, ValuesDescription } from "./src/encoders/sqlite_rows.ts";
export type { Column, ColumnsDescription, EntityColumns, TextColumn } from "./src/encoders/columns.ts";
export { encoderOf } from "./src/encoders/encoder.ts";
export type { EncodedBatch, Encoder, EncoderDescription, EventIdOf } from "./src/ports/encoder.ts";
export type { Interval, Manifest, Progress } from "./src/ports/manifest.ts";
export type { Batch } from "./src/model/entity.ts";
export {
  type BeginMode,
  type BrokenReference,
  type Sink,
  SinkError,
  TargetError,
  type TargetLoss,
  type TargetState,
} from "./src/ports/sink.ts";
export type { Entity, Row, TopicDescription, TopicHeader } from "./src/model/entity.ts";
export type { Field, FieldKind, FieldOptions } from "./src/model/field.ts";
