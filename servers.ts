/**
 * The sinks of servers: PostgreSQL by the package `postgres`, Kafka by librdkafka. What they take is described as in
 * `mod.ts`; what all sinks have in common is in `sinks.ts`.
 *
 * ```text
 * PostgresSink    tables of a schema       --allow-net=HOST:PORT
 * KafkaSink       topics of a prefix       --allow-ffi
 * RegistryClient  schemas of the topics    --allow-net=HOST:PORT
 * ```
 *
 * @module
 */

export { PostgresSink, type PostgresSinkOptions } from "./src/adapters/postgres/postgres_sink.ts";
export {
  type PostgresConnection,
  resolveConnection,
  type Server,
  type SslMode,
} from "./src/adapters/postgres/connection.ts";
export { KafkaSink, type KafkaSinkOptions } from "./src/adapters/kafka/sink/kafka_sink.ts";
export {
  type Authorized,
  type DeliveryCounts,
  type HeaderTemplate,
  type KafkaAdmin,
  type KafkaClient,
  KafkaError,
  type KafkaRight,
  type OffsetRange,
  type Producer,
  type ReadRecord,
  type RecordBlock,
  type TopicSpec,
  type TopicState,
  type Watermarks,
} from "./src/ports/kafka.ts";
export type { Deadlines } from "./src/adapters/kafka/delivery/delivery.ts";
export type { DeliveryOptions } from "./src/adapters/kafka/delivery/new_delivery.ts";
export type { PayloadOptions } from "./src/adapters/kafka/sink/payload.ts";
export type { TopicOptions } from "./src/adapters/kafka/sink/topics.ts";
export { librdkafkaClient } from "./src/adapters/kafka/librdkafka/librdkafka_client.ts";
export type { ClientOptions, LogLine } from "./src/adapters/kafka/librdkafka/client.ts";
export {
  PRESET_NAMES,
  type PresetName,
  producerProperties,
  type Properties,
} from "./src/adapters/kafka/librdkafka/properties.ts";
export { RegistryClient, type RegistryOptions } from "./src/adapters/registry/registry_client.ts";
export type { BasicAuth, RegistryCredentials } from "./src/adapters/registry/registry_address.ts";
export type { CopyDescription, EntityBytes } from "./src/encoders/entity_bytes.ts";
export type { EncodedRecords, PayloadFormat, RecordsDescription } from "./src/encoders/records.ts";
export { encoderOf } from "./src/encoders/encoder.ts";
export type { EncodedBatch, Encoder, EncoderDescription, EventIdOf } from "./src/ports/encoder.ts";
export { RegistryError, type SchemaLookup, type SchemaRegistry } from "./src/ports/registry.ts";
export type { Interval, Manifest, Progress } from "./src/ports/manifest.ts";
export type { Batch } from "./src/model/entity.ts";
export type { BeginMode, BrokenReference, Sink, TargetLoss, TargetState } from "./src/ports/sink.ts";
export type { Entity, Row, TopicDescription } from "./src/model/entity.ts";
export type { Field, FieldKind, FieldOptions } from "./src/model/field.ts";
