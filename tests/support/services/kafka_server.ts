/**
 * Makes and starts a Kafka broker of one node (KRaft) in a folder of its own.
 *
 * @module
 */

import { cached } from "./cache.ts";
import { type Certificates, makeCertificates } from "./certificates.ts";
import { inServerFolder, run } from "./commands.ts";
import { copyJars, java, needJava } from "./maven.ts";
import { freePort, type Ledger, ServerProcess } from "./server_process.ts";

/** How to reach a cluster. */
export interface KafkaAddress {
  /** `127.0.0.1:PORT`, plain text without authentication. */
  readonly bootstrap: string;
}

/** How to reach a broker by TLS and passwords. */
export interface SecureListeners {
  /** `localhost:PORT`: TLS, without authentication. */
  readonly ssl: string;
  /** `localhost:PORT`: SASL (PLAIN, SCRAM-SHA-256, SCRAM-SHA-512) without TLS. */
  readonly saslPlaintext: string;
  /** `localhost:PORT`: SASL (the same three) by TLS. */
  readonly saslSsl: string;
  /** Certificate of the authority to trust, in PEM format. */
  readonly caFile: string;
  readonly user: string;
  readonly password: string;
}

/** How a broker is made. */
export interface KafkaOptions {
  /** Lines for server.properties, by name. */
  readonly config?: Readonly<Record<string, string>>;
  /** Whether it also listens for TLS and SASL. Default: no. */
  readonly secure?: boolean;
  /** Folder with classes that the broker is to find, such as a policy for topics. */
  readonly classes?: string;
}

/** A broker that a test has for itself. */
export type OwnKafka = ServerProcess & KafkaAddress & {
  /** Undefined unless `secure` was asked for. */
  readonly secure: SecureListeners | undefined;
};

/** Version of Kafka and its tools. */
export const KAFKA_VERSION = "4.1.1";
const ARTIFACTS = [`org.apache.kafka:kafka_2.13:${KAFKA_VERSION}`, "org.slf4j:slf4j-simple:1.7.36"];
const VARIABLE = "DATAGEN_TEST_KAFKA_BOOTSTRAP";
const CLUSTER_ID = "ZGF0YWdlbi10ZXN0LWthZg"; // 16 bytes in base64url
const USER = "datagen";
const PASSWORD = "broker-test-password";
const MECHANISMS = ["SCRAM-SHA-256", "SCRAM-SHA-512"];

/**
 * Gives the folder with the jars of Kafka, fetched at the first call.
 *
 * @throws {MissingServer} If there is no Java or Maven, or Maven cannot fetch them.
 */
export async function kafkaJars(): Promise<string> {
  await needJava(VARIABLE);
  return `${await cached(`kafka-${KAFKA_VERSION}`, (folder) => copyJars(ARTIFACTS, folder, VARIABLE))}/lib`;
}

/** Makes a broker and starts it. Topics appear at their first use, as is Kafka's own default. */
export async function startKafka(options: KafkaOptions = {}, ledger?: Ledger): Promise<OwnKafka> {
  const jars = await kafkaJars();
  return await inServerFolder("kafka", undefined, (folder) => startIn(folder, jars, options, ledger));
}

async function startIn(folder: string, jars: string, options: KafkaOptions, ledger?: Ledger): Promise<OwnKafka> {
  const ports = { plain: freePort(), controller: freePort(), ssl: freePort(), sasl: freePort(), saslSsl: freePort() };
  const certificates = options.secure === true ? await makeCertificates(folder) : undefined;
  const properties = {
    ...plainProperties(folder, ports),
    ...(certificates === undefined ? {} : secureProperties(ports, await pemFiles(folder, certificates))),
    ...options.config,
  };
  await Deno.writeTextFile(`${folder}/server.properties`, lines(properties));
  await format(classPath(jars, options.classes), folder, certificates !== undefined);
  const quiet = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn";
  const server = await ServerProcess.start({
    name: `Kafka ${KAFKA_VERSION}`,
    command: java(),
    args: ["-Xmx512m", quiet, "-cp", classPath(jars, options.classes), "kafka.Kafka", `${folder}/server.properties`],
    folder,
    isReady: () => hasBroker(ports.plain),
    stopSignal: "SIGTERM",
  }, ledger);
  const secure = certificates === undefined ? undefined : secureListeners(ports, certificates);
  return Object.assign(server, { bootstrap: `127.0.0.1:${ports.plain}`, secure });
}

function secureListeners(ports: Ports, { caFile }: Certificates): SecureListeners {
  const [ssl, saslPlaintext, saslSsl] = [ports.ssl, ports.sasl, ports.saslSsl].map((port) => `localhost:${port}`);
  return { ssl: ssl!, saslPlaintext: saslPlaintext!, saslSsl: saslSsl!, caFile, user: USER, password: PASSWORD };
}

function classPath(jars: string, classes?: string): string {
  const separator = Deno.build.os === "windows" ? ";" : ":";
  return [`${jars}/*`, ...(classes === undefined ? [] : [classes])].join(separator);
}

interface Ports {
  readonly plain: number;
  readonly controller: number;
  readonly ssl: number;
  readonly sasl: number;
  readonly saslSsl: number;
}

function plainProperties(folder: string, { plain, controller }: Ports): Record<string, string> {
  return {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.quorum.voters": `1@127.0.0.1:${controller}`,
    "controller.listener.names": "CONTROLLER",
    "listeners": `PLAINTEXT://127.0.0.1:${plain},CONTROLLER://127.0.0.1:${controller}`,
    "advertised.listeners": `PLAINTEXT://127.0.0.1:${plain}`,
    "inter.broker.listener.name": "PLAINTEXT",
    "log.dirs": `${folder}/data`.replaceAll("\\", "/"),
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "4",
    "group.initial.rebalance.delay.ms": "0",
  };
}

function secureProperties(ports: Ports, pem: { store: string; trust: string }): Record<string, string> {
  const plain = `PLAINTEXT://127.0.0.1:${ports.plain}`;
  const secure =
    `SSL://localhost:${ports.ssl},SASL_PLAINTEXT://localhost:${ports.sasl},SASL_SSL://localhost:${ports.saslSsl}`;
  const modules = "org.apache.kafka.common.security";
  const plainLogin = `${modules}.plain.PlainLoginModule required user_${USER}="${PASSWORD}";`;
  const scramLogin = `${modules}.scram.ScramLoginModule required;`;
  const logins = ["sasl_plaintext", "sasl_ssl"].flatMap((listener) => [
    [`listener.name.${listener}.plain.sasl.jaas.config`, plainLogin],
    ...MECHANISMS.map((name) => [`listener.name.${listener}.${name.toLowerCase()}.sasl.jaas.config`, scramLogin]),
  ]);
  return {
    "listeners": `${plain},${secure},CONTROLLER://127.0.0.1:${ports.controller}`,
    "advertised.listeners": `${plain},${secure}`,
    "listener.security.protocol.map":
      "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL",
    "sasl.enabled.mechanisms": ["PLAIN", ...MECHANISMS].join(","),
    "ssl.keystore.type": "PEM",
    "ssl.keystore.location": pem.store,
    "ssl.truststore.type": "PEM",
    "ssl.truststore.location": pem.trust,
    ...Object.fromEntries(logins),
  };
}

/** Kafka reads key and certificates of a server from one file. */
async function pemFiles(folder: string, certificates: Certificates): Promise<{ store: string; trust: string }> {
  const { caFile, certificateFile, keyFile } = certificates;
  const texts = await Promise.all([keyFile, certificateFile, caFile].map((file) => Deno.readTextFile(file)));
  const store = `${folder}/keystore.pem`;
  await Deno.writeTextFile(store, texts.join("\n"));
  return { store, trust: caFile };
}

function lines(properties: Readonly<Record<string, string>>): string {
  return Object.entries(properties).map(([name, value]) => `${name}=${value}\n`).join("");
}

async function format(classes: string, folder: string, withUser: boolean): Promise<void> {
  const scram = MECHANISMS.flatMap((name) => ["--add-scram", `${name}=[name=${USER},password=${PASSWORD}]`]);
  const tool = ["-Xmx128m", "-XX:TieredStopAtLevel=1", "-cp", classes, "kafka.tools.StorageTool", "format"];
  const what = ["-t", CLUSTER_ID, "-c", `${folder}/server.properties`, ...(withUser ? scram : [])];
  await run(java(), [...tool, ...what], "read the reason; the broker's configuration may be at fault");
}

/** Asks for metadata (version 1) and tells whether a broker has joined the cluster. */
async function hasBroker(port: number): Promise<boolean> {
  // 14 bytes follow: request 3 (metadata), version 1, correlation 7, no client id, no topics
  const request = new Uint8Array([0, 0, 0, 14, 0, 3, 0, 1, 0, 0, 0, 7, 255, 255, 0, 0, 0, 0]);
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(request);
  const answer = new Uint8Array(12);
  for (let length = 0; length < answer.length;) {
    const read = await connection.read(answer.subarray(length));
    if (read === null) return false;
    length += read;
  }
  return new DataView(answer.buffer).getInt32(8) > 0;
}
