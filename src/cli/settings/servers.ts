/**
 * From options and environment to the settings of each server: flag, environment, cluster preset, default, in this
 * order. Nothing is connected to; files that hold a password or certificates are read. What is secret is told to the
 * net that keeps it out of messages.
 *
 * @module
 */

import type { PostgresConnection } from "../../adapters/postgres/connection.ts";
import { layered } from "../../adapters/kafka/librdkafka/layered.ts";
import { isToken, registryAddresses } from "../../adapters/registry/registry_address.ts";
import { isSecret } from "../../adapters/secret_names.ts";
import { chosenDomain } from "../domains/domains.ts";
import { UsageError } from "../failures.ts";
import { parseText, type ValueFlag, type Values } from "../parser/flag.ts";
import { checkFile, lineOf, propertyOf } from "./given_files.ts";
import { keepSecret } from "../terminal/redact.ts";
import { SERVER_DEFAULTS, SERVER_FLAGS } from "../flags/server_flags.ts";

/** Reads a variable of the environment; an empty one counts as not set. */
export type Environment = (name: string) => string | undefined;

/** Values of the options that have to do with servers. */
export type ServerValues = Values<typeof SERVER_FLAGS> & { readonly domain?: string };

/** Addresses of well-known set-ups. */
const CLUSTERS = {
  cp: {
    postgresPort: "5432",
    bootstrap: "localhost:9092",
    registry: "http://localhost:8081",
    replicationFactor: SERVER_DEFAULTS.replicationFactor,
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
  /** That of the domain, where nobody names another. */
  readonly usualPrefix: string;
  readonly preset?: NonNullable<ServerValues["preset"]>;
  /** Properties of librdkafka that were asked for, those of TLS and SASL among them. */
  readonly properties: Readonly<Record<string, string>>;
  readonly createTopics: boolean;
  readonly retentionHours: number;
  /** From 1; -1 for the broker's own. */
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
  const { resolveConnection, UnmetParameter, urlOf, urlWithoutPassword } = await import(
    "../../adapters/postgres/connection.ts"
  );
  const url = values["postgres-url"] ?? fromEnvironment("postgres-url", "DATAGEN_POSTGRES_URL", environment);
  try {
    const connection = url === undefined
      ? resolveConnection("postgresql://", withDefaults(values, environment))
      : resolveConnection(url, environment);
    const schema = schemaOf(values, connection);
    const { user, host, database, password } = connection;
    if (password !== undefined) keepSecret(password, [user, host, database]);
    const address = url === undefined ? urlOf(connection) : urlWithoutPassword(url);
    return {
      connection,
      schema,
      words: [
        ...(url === undefined && address === urlOf(DEFAULT_CONNECTION) ? [] : [`--postgres-url ${address}`]),
        ...(schema === SERVER_DEFAULTS.schema ? [] : [`--postgres-schema ${schema}`]),
      ],
    };
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    throw new UsageError(
      error.message,
      error instanceof UnmetParameter
        ? error.hint
        : "write --postgres-url postgresql://USER@HOST:PORT/DATABASE, and the password as PGPASSWORD",
    );
  }
}

/** The schema that the flag names, or the URL as ORMs write it; both may say the same. */
function schemaOf(values: ServerValues, { schema }: PostgresConnection): string {
  const flag = values["postgres-schema"];
  if (schema === undefined) return flag ?? SERVER_DEFAULTS.schema;
  if (flag !== undefined && flag !== schema) {
    throw new UsageError(
      `Cannot use --postgres-schema "${flag}" with a PostgreSQL URL that names another schema`,
      "name it once",
    );
  }
  return parseText(flagOf("postgres-schema"), schema, "schema");
}

/**
 * Completes the variables of libpq by the documented server. Its password belongs to its user on its host only, and no
 * password file is looked into for it.
 */
function withDefaults(values: ServerValues, environment: Environment): Environment {
  const isOther = ["PGHOST", "PGHOSTADDR", "PGUSER", "PGPASSFILE", "PGSERVICE"].some((name) =>
    environment(name) !== undefined
  );
  const defaults: Record<string, string> = {
    PGHOST: DEFAULT_CONNECTION.host,
    PGPORT: CLUSTERS[values["kafka-cluster"] ?? "cp"].postgresPort,
    PGUSER: DEFAULT_CONNECTION.user,
    PGDATABASE: DEFAULT_CONNECTION.database,
    ...(isOther ? {} : { PGPASSWORD: DEFAULT_CONNECTION.user }),
  };
  return (name) => environment(name) ?? defaults[name];
}

/**
 * Decides how to reach Kafka and its Schema Registry.
 *
 * @throws {UsageError} If options contradict each other, or a password is missing.
 */
export function resolveKafka(values: ServerValues, environment: Environment): KafkaSettings {
  const cluster = CLUSTERS[values["kafka-cluster"] ?? "cp"];
  const usualPrefix = chosenDomain(values).defaults.topicPrefix;
  const bootstrap = values["kafka-bootstrap"] ??
    fromEnvironment("kafka-bootstrap", "DATAGEN_KAFKA_BOOTSTRAP", environment) ??
    fromEnvironment("kafka-bootstrap", "KAFKA_BOOTSTRAP", environment);
  const registryUrls = values["no-avro"] ? undefined : values["schema-registry"] ??
    fromEnvironment("schema-registry", "SCHEMA_REGISTRY_URL", environment);
  return {
    bootstrap: bootstrap ?? cluster.bootstrap,
    prefix: values["topic-prefix"] ?? usualPrefix,
    usualPrefix,
    ...(values.preset === undefined ? {} : { preset: values.preset }),
    properties: layered(securityProperties(values, environment), givenProperties(values)),
    createTopics: values["create-topics"] ?? false,
    retentionHours: values["retention-hours"] ?? SERVER_DEFAULTS.retentionHours,
    replicationFactor: values["replication-factor"] ?? cluster.replicationFactor,
    cloudEvents: values["no-cloudevents"] === undefined,
    recordTimestamp: values["record-timestamp"] ?? "send",
    ...(values["no-avro"] ? {} : { registry: resolveRegistry(registryUrls ?? cluster.registry, values, environment) }),
    registryFallback: values["schema-registry-fallback"] ?? "fail",
    words: [...addressWords(bootstrap, registryUrls), ...kafkaWords(values)],
  };
}

/** Decides how to log in to the Schema Registry. */
function resolveRegistry(urls: string, values: ServerValues, environment: Environment): RegistrySettings {
  const userInfo = environment("SCHEMA_REGISTRY_BASIC_AUTH_USER_INFO");
  const login = userInfo === undefined ? {} : { basicAuth: basicAuth(userInfo) };
  const bearerToken = checkedToken(environment("DATAGEN_SCHEMA_REGISTRY_TOKEN"));
  const secrets = [{}, login].flatMap((each) => registryAddresses(urls, each)).flatMap((address) => address.secrets);
  for (const secret of bearerToken === undefined ? secrets : [...secrets, bearerToken]) keepSecret(secret);
  const caFile = values["schema-registry-ca"];
  if (caFile !== undefined) checkFile("--schema-registry-ca", caFile, "certificates");
  return {
    urls,
    ...login,
    ...(bearerToken === undefined ? {} : { bearerToken }),
    ...(caFile === undefined ? {} : { caFile }),
  };
}

/** A token as a header can hold it: what stands around it, such as the end of a line, belongs to no token. */
function checkedToken(text: string | undefined): string | undefined {
  const token = text?.trim();
  if (token === undefined || isToken(token)) return token;
  throw new UsageError(
    "Cannot use DATAGEN_SCHEMA_REGISTRY_TOKEN: expected one word of ASCII characters",
    "write the token without spaces and line breaks",
  );
}

/** Parses what a variable says by the rules of the flag for which it stands. */
function fromEnvironment(
  long: "postgres-url" | "kafka-bootstrap" | "schema-registry",
  variable: string,
  environment: Environment,
): string | undefined {
  const text = environment(variable);
  if (text === undefined) return undefined;
  return parseText(flagOf(long), text, variable);
}

function flagOf(long: "postgres-url" | "postgres-schema" | "kafka-bootstrap" | "schema-registry"): ValueFlag<string> {
  return SERVER_FLAGS.find((candidate) => candidate.long === long)! as ValueFlag<string>;
}

function basicAuth(userInfo: string): { user: string; password: string } {
  const colon = userInfo.indexOf(":");
  if (colon > 0) return { user: userInfo.slice(0, colon), password: userInfo.slice(colon + 1) };
  throw new UsageError(
    "Cannot use SCHEMA_REGISTRY_BASIC_AUTH_USER_INFO: expected USER:PASSWORD",
    "write a colon between the user and the password",
  );
}

function givenProperties(values: ServerValues): Record<string, string> {
  for (const { name, value } of values.property ?? []) {
    if (isSecret(name)) keepSecret(value);
  }
  const properties = (values.property ?? []).map(({ name, value }) => Object.fromEntries([propertyOf(name, value)]));
  return layered(...properties);
}

/** The properties behind `--kafka-tls`, `--kafka-user` and so on. */
function securityProperties(values: ServerValues, environment: Environment): Record<string, string> {
  const { "kafka-user": user, "kafka-ca": ca, "kafka-sasl": sasl } = values;
  const tls = values["kafka-tls"] !== undefined || ca !== undefined;
  if (ca !== undefined) checkFile("--kafka-ca", ca, "certificates");
  const authority = ca === undefined ? {} : Object.fromEntries([propertyOf("ssl.ca.location", ca, "--kafka-ca")]);
  if (user === undefined) {
    refuseWithoutUser(values);
    return tls ? { "security.protocol": "SSL", ...authority } : {};
  }
  return {
    "security.protocol": tls ? "SASL_SSL" : "SASL_PLAINTEXT",
    ...authority,
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
  if (password !== undefined && password !== "") {
    keepSecret(password, [values["kafka-user"]!]);
    return { "sasl.password": password };
  }
  if ((values.property ?? []).some(({ name }) => name === "sasl.password")) return {};
  throw new UsageError(
    `Cannot log in as "${values["kafka-user"]}" without a password`,
    "set DATAGEN_KAFKA_PASSWORD, or name a file with --kafka-password-file",
  );
}

function firstLine(file: string): string {
  return lineOf("--kafka-password-file", file, "name a file that holds the password");
}

/** Options that name the servers of Kafka where they were given, those of the environment included; without logins. */
function addressWords(bootstrap: string | undefined, registryUrls: string | undefined): string[] {
  const urls = registryUrls === undefined ? [] : registryAddresses(registryUrls, {}).map(({ url }) => url);
  return [
    ...(bootstrap === undefined ? [] : [`--kafka-bootstrap ${bootstrap}`]),
    ...(urls.length === 0 ? [] : [`--schema-registry ${urls}`]),
  ];
}

/** The other options of Kafka as they were given, secrets left out. */
function kafkaWords(values: ServerValues): string[] {
  const words: string[] = [];
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
