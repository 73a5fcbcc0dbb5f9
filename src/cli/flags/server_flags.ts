/**
 * The flags that have to do with PostgreSQL, Kafka and the Schema Registry, each defined once.
 *
 * @module
 */

import { DEFAULT_DESCRIPTION } from "../domains/domain_list.ts";
import type { Flag } from "../parser/flag.ts";
import {
  bootstrapList,
  clientProperty,
  postgresUrl,
  registryUrls,
  saslMechanism,
  schemaName,
  someText,
  topicPrefix,
} from "../parser/server_values.ts";
import { integer, oneOf } from "../parser/values.ts";

/** Addresses and credentials that hold when nothing else names a server. */
export const SERVER_DEFAULTS = {
  postgresUrl: "postgresql://postgres:postgres@localhost:5432/datagen",
  bootstrap: "localhost:9092",
  registry: "http://localhost:8081",
  schema: "public",
  retentionHours: 8,
  /** The broker's own. */
  replicationFactor: -1,
} as const;

const postgresUrlFlag = {
  long: "postgres-url",
  isCommon: true,
  variable: "URL",
  category: "PostgreSQL",
  summary: "Where PostgreSQL is; DATAGEN_POSTGRES_URL too.",
  detail: "What it leaves open is taken from a service, from PGHOST, PGUSER, PGPASSWORD and so on, and from the file " +
    ".pgpass. sslmode=verify-full and the like stand behind a question mark; libpq's other form, host=... dbname=..., " +
    "does as well. The default's password is sent only where there is no URL and none of PGHOST, PGHOSTADDR, PGUSER, " +
    "PGPASSWORD, PGPASSFILE and PGSERVICE.",
  default: SERVER_DEFAULTS.postgresUrl,
  kind: postgresUrl,
} as const satisfies Flag;

const postgresSchema = {
  long: "postgres-schema",
  variable: "NAME",
  category: "PostgreSQL",
  summary: "Schema of the tables; a load makes it where it is missing.",
  default: SERVER_DEFAULTS.schema,
  kind: schemaName,
} as const satisfies Flag;

export const postgresEvents = {
  long: "postgres-events",
  category: "PostgreSQL",
  summary: "The events too, not only the masters.",
} as const satisfies Flag;

const skipPostgres = {
  long: "skip-postgres",
  category: "PostgreSQL",
  summary: "Kafka only; options of PostgreSQL have no effect.",
} as const satisfies Flag;

const kafkaBootstrap = {
  long: "kafka-bootstrap",
  isCommon: true,
  variable: "LIST",
  category: "Kafka",
  summary: "Brokers as HOST:PORT,...; DATAGEN_KAFKA_BOOTSTRAP too.",
  detail: "KAFKA_BOOTSTRAP says where Kafka is once it is a target, but makes it none.",
  default: SERVER_DEFAULTS.bootstrap,
  kind: bootstrapList,
} as const satisfies Flag;

const kafkaCluster = {
  long: "kafka-cluster",
  variable: "NAME",
  category: "Kafka",
  summary: "cp or oss: addresses of two well-known set-ups.",
  detail:
    "cp: PostgreSQL at 5432, Kafka at 9092, Schema Registry at 8081. oss: PostgreSQL at 15432, Kafka at 19092 to " +
    "19094, Schema Registry at 18081, replication factor 3. Fills only what options and environment leave open.",
  kind: oneOf(["cp", "oss"]),
} as const satisfies Flag;

const skipKafka = {
  long: "skip-kafka",
  category: "Kafka",
  summary: "PostgreSQL only; options of Kafka have no effect.",
} as const satisfies Flag;

const createTopics = {
  long: "create-topics",
  isCommon: true,
  category: "Kafka",
  summary: "A load makes the topics that are missing.",
  detail: "With 6, 6, 3 and 3 partitions. Existing topics are compared and left as they are.",
} as const satisfies Flag;

const retentionHours = {
  long: "retention-hours",
  variable: "N",
  category: "Kafka",
  summary: "How long new topics keep a record.",
  default: String(SERVER_DEFAULTS.retentionHours),
  kind: integer(1, 876_000, 168),
} as const satisfies Flag;

const replicationFactor = {
  long: "replication-factor",
  variable: "N",
  category: "Kafka",
  summary: "Copies of each partition of new topics.",
  default: "the broker's, or that of --kafka-cluster",
  kind: integer(1, 32_767, 3),
} as const satisfies Flag;

const topicPrefixFlag = {
  long: "topic-prefix",
  variable: "NAME",
  category: "Kafka",
  summary: "First part of the topics' names.",
  default: DEFAULT_DESCRIPTION.defaults.topicPrefix,
  kind: topicPrefix,
} as const satisfies Flag;

const preset = {
  long: "preset",
  variable: "NAME",
  category: "Kafka",
  summary: "How records are sent, for those who compare.",
  detail:
    "reliable, fast, bulk, event-by-event or streaming. Without one, records are sent in transactions: each event " +
    "exactly once. With one, at least once; with fast and bulk nobody waits for the broker's answer.",
  kind: oneOf(["reliable", "fast", "bulk", "event-by-event", "streaming"]),
} as const satisfies Flag;

const property = {
  long: "property",
  short: "X",
  variable: "NAME=VALUE",
  category: "Kafka",
  summary: "A property of librdkafka, as in kcat; repeatable.",
  repeatable: true,
  kind: clientProperty,
} as const satisfies Flag;

const noCloudEvents = {
  long: "no-cloudevents",
  category: "Kafka",
  summary: "Send records without CloudEvents headers.",
} as const satisfies Flag;

const recordTimestamp = {
  long: "record-timestamp",
  variable: "WHICH",
  category: "Kafka",
  summary: "send or event: the time that Kafka files records by.",
  detail: "With event, records older than the topic's retention are deleted at once.",
  default: "send",
  kind: oneOf(["send", "event"]),
} as const satisfies Flag;

const kafkaTls = {
  long: "kafka-tls",
  category: "Kafka",
  summary: "Talk to the brokers by TLS.",
} as const satisfies Flag;

const kafkaCa = {
  long: "kafka-ca",
  variable: "FILE",
  category: "Kafka",
  summary: "Certificates of the authority to trust; means --kafka-tls.",
  kind: { ...someText("a PEM file", "ca.pem"), completes: "file" },
} as const satisfies Flag;

const kafkaUser = {
  long: "kafka-user",
  variable: "NAME",
  category: "Kafka",
  summary: "Log in by SASL; the password is DATAGEN_KAFKA_PASSWORD.",
  kind: someText("a name", "loader"),
} as const satisfies Flag;

const kafkaSasl = {
  long: "kafka-sasl",
  variable: "MECHANISM",
  category: "Kafka",
  summary: "plain, scram-sha-256 or scram-sha-512.",
  default: "plain",
  kind: saslMechanism,
} as const satisfies Flag;

const kafkaPasswordFile = {
  long: "kafka-password-file",
  variable: "FILE",
  category: "Kafka",
  summary: "A file whose first line is the password.",
  kind: { ...someText("a file", "kafka-password"), completes: "file" },
} as const satisfies Flag;

const schemaRegistry = {
  long: "schema-registry",
  isCommon: true,
  variable: "URL",
  category: "Schema Registry",
  summary: "Where the Schema Registry is; SCHEMA_REGISTRY_URL too.",
  detail: "It is used with Kafka. User and password may stand in the URL or, as USER:PASSWORD, in " +
    "SCHEMA_REGISTRY_BASIC_AUTH_USER_INFO; a bearer token in DATAGEN_SCHEMA_REGISTRY_TOKEN.",
  default: SERVER_DEFAULTS.registry,
  kind: registryUrls,
} as const satisfies Flag;

const noAvro = {
  long: "no-avro",
  category: "Schema Registry",
  summary: "Records are JSON, and no registry is needed.",
} as const satisfies Flag;

const schemaRegistryFallback = {
  long: "schema-registry-fallback",
  variable: "WHAT",
  category: "Schema Registry",
  summary: "fail, or send json, when no registry answers.",
  default: "fail",
  kind: oneOf(["fail", "json"]),
} as const satisfies Flag;

const schemaRegistryCa = {
  long: "schema-registry-ca",
  variable: "FILE",
  category: "Schema Registry",
  summary: "Certificates of the authority to trust.",
  kind: { ...someText("a PEM file", "ca.pem"), completes: "file" },
} as const satisfies Flag;

/** Writes a run into Kafka again; of `load` only. */
export const resend = {
  long: "resend",
  category: "Kafka",
  summary: "Send a run once more that is complete already.",
} as const satisfies Flag;

/** Flags that say where the servers are and how to log in there. */
export const ADDRESS_FLAGS = [
  postgresUrlFlag,
  postgresSchema,
  skipPostgres,
  kafkaBootstrap,
  kafkaCluster,
  skipKafka,
  topicPrefixFlag,
  property,
  kafkaTls,
  kafkaCa,
  kafkaUser,
  kafkaSasl,
  kafkaPasswordFile,
  schemaRegistry,
  schemaRegistryCa,
  noAvro,
] as const;

/** Flags of Kafka that say where the brokers are and how to log in there. */
export const KAFKA_ADDRESS_FLAGS = [
  kafkaBootstrap,
  kafkaCluster,
  topicPrefixFlag,
  property,
  kafkaTls,
  kafkaCa,
  kafkaUser,
  kafkaSasl,
  kafkaPasswordFile,
] as const;

/** Flags that say what topics should be like. */
export const TOPIC_FLAGS = [retentionHours, replicationFactor] as const;

/** Flags that say how events are sent. */
const SENDING_FLAGS = [preset, noCloudEvents, recordTimestamp] as const;

/** All flags that name a server, or say what to do there. */
export const SERVER_FLAGS = [
  ...ADDRESS_FLAGS,
  postgresEvents,
  createTopics,
  ...TOPIC_FLAGS,
  ...SENDING_FLAGS,
  schemaRegistryFallback,
] as const;
