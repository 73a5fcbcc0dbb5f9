/**
 * The data of `datagen` as a library: entity descriptions, a bank whose rows are iterators of plain objects, encoders
 * from rows to text. Everything here is pure: it needs no permission and reads no clock. Sinks are in `sinks.ts` and
 * `servers.ts`.
 *
 * @example
 * ```ts
 * import { Bank, bankOptions, windowOf } from "@datagen/datagen";
 *
 * const options = bankOptions({ seed: 42, asOf: "2026-06-30" });
 * const bank = new Bank(options);
 * for (const { name } of bank.rows("customers", { from: 0, to: 10 }, windowOf(options))) console.log(name);
 * ```
 *
 * @module
 */

export { Bank, type CustomerRange } from "./src/domains/bank/bank.ts";
export { DATA_VERSION, DEFAULT_VOLUMES, GREATEST_CUSTOMERS, type Volumes } from "./src/domains/bank/options.ts";
export { type BankIdentity, type BankOptions, bankOptions, type BankSettings } from "./src/domains/bank/options.ts";
export { type Versions, type Window, windowOf } from "./src/domains/bank/window.ts";
export { IdCodec, type IdParts } from "./src/random/id.ts";
export { type Movement, PixIds } from "./src/domains/bank/pix_ids.ts";
export type { Key } from "./src/random/stream.ts";
export type {
  Account,
  BankBatch,
  BankEvents,
  BankMasters,
  BankRows,
  CardTransaction,
  CreditCard,
  Customer,
  Installment,
  Loan,
  OpeningPosition,
  Property,
  Stock,
  Trade,
  Transaction,
} from "./src/domains/bank/entities/mod.ts";
export { type BankEventIdOf, bankEventIds } from "./src/domains/bank/event_ids.ts";
export { bankCatalogue, emptyBatch } from "./src/domains/bank/entities/mod.ts";
export type { Entity, Row, RowOf, TopicDescription, TopicHeader } from "./src/model/entity.ts";
export { entity, fieldsOf } from "./src/model/entity.ts";
export type { Field, FieldKind, FieldOptions } from "./src/model/field.ts";
export { date, decimal, double, instant, int, money, nullable, oneOf, text, uuid } from "./src/model/field.ts";
export { type CsvDialect, type CsvEncoder, csvEncoder, csvHeader } from "./src/encoders/csv.ts";
export { type JsonEncoder, jsonEncoder } from "./src/encoders/json.ts";
export { ByteBuffer } from "./src/encoders/bytes.ts";
export { schemaScript, type SqlDialect, SQLITE } from "./src/encoders/sql_schema.ts";
export { catalogue, type CatalogueEntity, type CatalogueField, catalogueMarkdown } from "./src/encoders/catalogue.ts";
