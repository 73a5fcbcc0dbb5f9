/**
 * From options and environment to the settings of each server: flag, environment, cluster preset, default, in this
 * order. Nothing is connected to; a file that holds a password is read.
 *
 * @module
 */

import type { PostgresConnection } from "../adapters/postgres/connection.ts";
import { UsageError } from "./errors.ts";
import { parseText, type ValueFlag, type Values } from "./flag.ts";
import { isSecret, redacted, withoutCredentials, withoutPassword } from "./redact.ts";
import { SERVER_DEFAULTS, SERVER_FLAGS } from "./server_flags.ts";

/** Reads a variable of the environment; an empty one counts as not set. */
export type Environment = (name: string) => string | undefined;

/** Values of the options that have to do with servers. */
export type ServerValues = Values<typeof SERVER_FLAGS>;

/** Addresses of well-known set-ups. */
const CLUSTERS = {
  cp: {
    postgresPort: "5432",
    bootstrap: "localhost:9092",
    registry: "http://localhost:8081",
    replicationFactor: 1,
  },
  oss: {
    postgresPort: "15432",
    bootstrap: "localhost:19092,localhost:19093,localhost:19094",
    registry: "http://localhost:18081",
    replicationFactor: 3,
  },
} as const;

/** The server of the documents; its password is its user's name. */
const DEFAULT_CONNECTION = { user: "postgres", host: "localhost", port: 5432, database: "datagen" } as const;

/** How to reach PostgreSQL. */
export interface PostgresSettings {
  readonly connection: PostgresConnection;
  readonly schema: string;
  /** Options that lead there again, without a password. */
  readonly words: readonly string[];
}

/** How to reach a Schema Registry. */
export interface RegistrySettings {
  /** Addresses with a comma between; a user and a password may stand in them. */
  readonly urls: string;
  readonly basicAuth?: { readonly user: string; readonly password: string };
  readonly bearerToken?: string;
  readonly caFile?: string;
}

/** How to reach Kafka, and what to do there. */
export interface KafkaSettings {
  readonly bootstrap: string;
  readonly prefix: string;
  readonly preset?: NonNullable<ServerValues["preset"]>;
  /** Properties of librdkafka that were asked for, those of TLS and SASL among them. */
  readonly properties: Readonly<Record<string, string>>;
  readonly createTopics: boolean;
  readonly retentionHours: number;
  readonly replicationFactor: number;
  readonly cloudEvents: boolean;
  readonly recordTimestamp: "send" | "event";
  /** Absent where records are JSON. */
  readonly registry?: RegistrySettings;
  readonly registryFallback: "fail" | "json";
  /** Options that lead there again, without a password. */
  readonly words: readonly string[];
}

/**
 * Decides how to reach PostgreSQL.
 *
 * @throws {UsageError} If the address, or a variable that completes it, is not allowed.
 */
export async function resolvePostgres(values: ServerValues, environment: Environment): Promise<PostgresSettings> {
  const { resolveConnection } = await import("../adapters/postgres/connection.ts");
  const url = values["postgres-url"] ??
    fromEnvironment("postgres-url", "DATAGEN_POSTGRES_URL", environment("DATAGEN_POSTGRES_URL"));
  const schema = values["postgres-schema"] ?? SERVER_DEFAULTS.schema;
  try {
    const connection = url === undefined
      ? resolveConnection("postgresql://", withDefaults(values, environment))
      : resolveConnection(url, environment);
    const address = url === undefined ? addressOf(connection) : withoutPassword(url);
    return {
      connection,
      schema,
      words: [
        ...(address === addressOf(DEFAULT_CONNECTION) ? [] : [`--postgres-url ${address}`]),
        ...(schema === SERVER_DEFAULTS.schema ? [] : [`--postgres-schema ${schema}`]),
      ],
    };
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    throw new UsageError(
      redacted(error.message),
      "write --postgres-url postgresql://USER@HOST:PORT/DATABASE, and the password as PGPASSWORD",
    );
  }
}

/** Completes the variables of libpq by the documented server. Its password belongs to its user on its host only. */
function withDefaults(values: ServerValues, environment: Environment): Environment {
  const isOther = ["PGHOST", "PGUSER", "PGPASSFILE"].some((name) => environment(name) !== undefined);
  const defaults: Record<string, string> = {
    PGHOST: DEFAULT_CONNECTION.host,
    PGPORT: CLUSTERS[values["kafka-cluster"] ?? "cp"].postgresPort,
    PGUSER: DEFAULT_CONNECTION.user,
    PGDATABASE: DEFAULT_CONNECTION.database,
    ...(isOther ? {} : { PGPASSWORD: DEFAULT_CONNECTION.user }),
  };
  return (name) => environment(name) ?? defaults[name];
}

function addressOf(connection: Pick<PostgresConnection, "user" | "host" | "port" | "database">): string {
  const { user, host, port, database } = connection;
  const address = host.startsWith("/") ? encodeURIComponent(host) : host.includes(":") ? `[${host}]` : host;
  return `postgresql://${encodeURIComponent(user)}@${address}:${port}/${encodeURIComponent(database)}`;
}

/**
 * Decides how to reach Kafka and its Schema Registry.
 *
 * @throws {UsageError} If options contradict each other, or a password is missing.
 */
export function resolveKafka(values: ServerValues, environment: Environment): KafkaSettings {
  const cluster = CLUSTERS[values["kafka-cluster"] ?? "cp"];
  const prefix = values["topic-prefix"] ?? SERVER_DEFAULTS.topicPrefix;
  const avro = values["no-avro"] === undefined;
  const registry = resolveRegistry(values, environment);
  return {
    bootstrap: values["kafka-bootstrap"] ??
      fromEnvironment("kafka-bootstrap", "DATAGEN_KAFKA_BOOTSTRAP", environment("DATAGEN_KAFKA_BOOTSTRAP")) ??
      fromEnvironment("kafka-bootstrap", "KAFKA_BOOTSTRAP", environment("KAFKA_BOOTSTRAP")) ??
      cluster.bootstrap,
    prefix,
    ...(values.preset === undefined ? {} : { preset: values.preset }),
    properties: { ...securityProperties(values, environment), ...givenProperties(values) },
    createTopics: values["create-topics"] ?? false,
    retentionHours: values["retention-hours"] ?? SERVER_DEFAULTS.retentionHours,
    replicationFactor: values["replication-factor"] ?? cluster.replicationFactor,
    cloudEvents: values["no-cloudevents"] === undefined,
    recordTimestamp: values["record-timestamp"] ?? "send",
    ...(avro ? { registry } : {}),
    registryFallback: values["schema-registry-fallback"] ?? "fail",
    words: kafkaWords(values, environment),
  };
}

/** Decides how to reach the Schema Registry. */
export function resolveRegistry(values: ServerValues, environment: Environment): RegistrySettings {
  const cluster = CLUSTERS[values["kafka-cluster"] ?? "cp"];
  const userInfo = environment("SCHEMA_REGISTRY_BASIC_AUTH_USER_INFO");
  const bearerToken = environment("DATAGEN_SCHEMA_REGISTRY_TOKEN");
  const caFile = values["schema-registry-ca"];
  return {
    urls: values["schema-registry"] ??
      fromEnvironment("schema-registry", "SCHEMA_REGISTRY_URL", environment("SCHEMA_REGISTRY_URL")) ??
      cluster.registry,
    ...(userInfo === undefined ? {} : { basicAuth: basicAuth(userInfo) }),
    ...(bearerToken === undefined ? {} : { bearerToken }),
    ...(caFile === undefined ? {} : { caFile }),
  };
}

/** Parses what a variable says by the rules of the flag for which it stands. */
function fromEnvironment(
  long: "postgres-url" | "kafka-bootstrap" | "schema-registry",
  variable: string,
  text: string | undefined,
): string | undefined {
  if (text === undefined) return undefined;
  const flag = SERVER_FLAGS.find((candidate) => candidate.long === long)! as ValueFlag<string>;
  return parseText(flag, text, variable);
}

function basicAuth(userInfo: string): { user: string; password: string } {
  const colon = userInfo.indexOf(":");
  if (colon > 0) return { user: userInfo.slice(0, colon), password: userInfo.slice(colon + 1) };
  throw new UsageError(
    "Cannot use SCHEMA_REGISTRY_BASIC_AUTH_USER_INFO: expected USER:PASSWORD",
    "write a colon between the user and the password",
  );
}

/** Properties that an option of ours sets, with that option. */
const OWN_PROPERTIES: Readonly<Record<string, string>> = {
  "bootstrap.servers": "--kafka-bootstrap says where the brokers are",
  "metadata.broker.list": "--kafka-bootstrap says where the brokers are",
  "transactional.id": "it follows from --topic-prefix",
};

function givenProperties(values: ServerValues): Record<string, string> {
  for (const { name } of values.property ?? []) {
    const instead = OWN_PROPERTIES[name];
    if (instead !== undefined) throw new UsageError(`Cannot use -X ${name}: ${instead}`, "leave it away");
  }
  return Object.fromEntries((values.property ?? []).map(({ name, value }) => [name, value]));
}

/** The properties behind `--kafka-tls`, `--kafka-user` and so on. */
function securityProperties(values: ServerValues, environment: Environment): Record<string, string> {
  const { "kafka-user": user, "kafka-ca": ca, "kafka-sasl": sasl } = values;
  const tls = values["kafka-tls"] !== undefined || ca !== undefined;
  if (user === undefined) {
    refuseWithoutUser(values);
    return tls ? { "security.protocol": "SSL", ...(ca === undefined ? {} : { "ssl.ca.location": ca }) } : {};
  }
  return {
    "security.protocol": tls ? "SASL_SSL" : "SASL_PLAINTEXT",
    ...(ca === undefined ? {} : { "ssl.ca.location": ca }),
    "sasl.mechanism": (sasl ?? "plain").toUpperCase(),
    "sasl.username": user,
    ...kafkaPassword(values, environment),
  };
}

function refuseWithoutUser(values: ServerValues): void {
  for (const long of ["kafka-sasl", "kafka-password-file"] as const) {
    if (values[long] === undefined) continue;
    throw new UsageError(`Cannot use --${long} without a user`, "add --kafka-user NAME");
  }
}

function kafkaPassword(values: ServerValues, environment: Environment): Record<string, string> {
  const file = values["kafka-password-file"];
  const password = file === undefined ? environment("DATAGEN_KAFKA_PASSWORD") : firstLine(file);
  if (password !== undefined && password !== "") return { "sasl.password": password };
  if ((values.property ?? []).some(({ name }) => name === "sasl.password")) return {};
  throw new UsageError(
    `Cannot log in as "${values["kafka-user"]}" without a password`,
    "set DATAGEN_KAFKA_PASSWORD, or name a file with --kafka-password-file",
  );
}

function firstLine(file: string): string {
  try {
    return Deno.readTextFileSync(file).split(/\r?\n/, 1)[0]!;
  } catch (cause) {
    if (cause instanceof Deno.errors.NotCapable) throw cause;
    const reason = cause instanceof Deno.errors.NotFound ? "no such file" : "it cannot be read";
    throw new UsageError(
      `Cannot use --kafka-password-file "${file}": ${reason}`,
      "name a file that holds the password",
      {
        cause,
      },
    );
  }
}

/** Options of Kafka as they were given, addresses from the environment included, secrets left out. */
function kafkaWords(values: ServerValues, environment: Environment): string[] {
  const bootstrap = values["kafka-bootstrap"] ?? environment("DATAGEN_KAFKA_BOOTSTRAP") ??
    environment("KAFKA_BOOTSTRAP");
  const registry = values["no-avro"] ? undefined : values["schema-registry"] ?? environment("SCHEMA_REGISTRY_URL");
  const words = [
    ...(bootstrap === undefined ? [] : [`--kafka-bootstrap ${bootstrap}`]),
    ...(registry === undefined ? [] : [`--schema-registry ${withoutCredentials(registry)}`]),
  ];
  const plain = [
    "topic-prefix",
    "preset",
    "record-timestamp",
    "kafka-ca",
    "kafka-user",
    "kafka-sasl",
    "kafka-password-file",
    "schema-registry-ca",
    "schema-registry-fallback",
  ] as const;
  for (const long of plain) if (values[long] !== undefined) words.push(`--${long} ${values[long]}`);
  for (const long of ["kafka-tls", "no-cloudevents", "no-avro", "create-topics"] as const) {
    if (values[long] !== undefined) words.push(`--${long}`);
  }
  if (values["create-topics"]) {
    if (values["retention-hours"] !== undefined) words.push(`--retention-hours ${values["retention-hours"]}`);
    if (values["replication-factor"] !== undefined) words.push(`--replication-factor ${values["replication-factor"]}`);
  }
  for (const { name, value } of values.property ?? []) if (!isSecret(name)) words.push(`-X ${name}=${value}`);
  return words;
}
