/** What to do about an error of Kafka, in one line. */

import type { KafkaError, KafkaRight } from "../../../ports/kafka.ts";

const GRANT: Readonly<Record<KafkaRight["resource"], (name: string) => string>> = {
  Topic: (name) => `--topic ${name}`,
  Cluster: () => "--cluster",
  TransactionalId: (name) => `--transactional-id ${name}`,
};

/** By the error's code, as librdkafka spells it. */
const HINTS: Readonly<Record<string, string>> = {
  LIBRARY: "do one of these, then run the same command again",
  ANNOUNCED:
    "let advertised.listeners of the broker name an address that leads to it from here, or make that name known here",
  _ALL_BROKERS_DOWN: "check that Kafka runs at this address; a port with TLS wants `tls`, one with logins `user`",
  _TIMED_OUT: "check that Kafka runs at this address",
  _TRANSPORT: "check that Kafka runs at this address",
  _RESOLVE: "check that Kafka runs at this address",
  INVALID_REPLICATION_FACTOR: "give a `replicationFactor` of at most the number of brokers",
  POLICY_VIOLATION: "the cluster has a policy for topics: meet it by `replicationFactor` or `retentionHours`, or let " +
    "its owner make the topics",
  TOPIC_EXCEPTION: "give another `prefix`; for Kafka a full stop and an underscore are the same in a name",
  TOPIC_ALREADY_EXISTS: "this user may not see that topic: grant Describe on it; or it was made just now: run it again",
  INVALID_CONFIG: "the broker takes no topic with these settings: let its owner make the topics",
  MSG_SIZE_TOO_LARGE:
    "raise max.message.bytes of the topic; where its settings may not be read, a smaller `properties batch.size` may do",
  NOT_ENOUGH_REPLICAS: "min.insync.replicas asks for more copies than are there: start the other brokers, or lower it",
};

const ALIASES: Readonly<Record<string, string>> = {
  _MSG_SIZE_TOO_LARGE: "MSG_SIZE_TOO_LARGE",
  RECORD_LIST_TOO_LARGE: "MSG_SIZE_TOO_LARGE",
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: "NOT_ENOUGH_REPLICAS",
};

/** Tells what to do about an error of Kafka; the words behind its last colon are Kafka's own. */
export function kafkaHint({ code, message, right, retriable }: KafkaError): string {
  if (right !== undefined) return grantHint(right);
  if (/AUTHORIZATION_FAILED$/.test(code)) return "docs/rights.md lists the rights that each command needs";
  if (code === "_SSL" || /SSL/.test(message)) return "check the certificates, and whether this port speaks TLS";
  if (/AUTHENTICATION/.test(code)) return "check user, password and mechanism";
  const known = HINTS[ALIASES[code] ?? code];
  if (known !== undefined) return known;
  return retriable
    ? "run the same command again; the broker's log may tell more"
    : "the broker's log may tell more; `cause` shows where the error comes from";
}

/** How a right is granted. */
export function grantHint({ operation, resource, name }: KafkaRight): string {
  const add = `--add --allow-principal User:NAME --operation ${operation} ${GRANT[resource](name)}`;
  return `kafka-acls ${add} grants it; docs/rights.md lists all that is needed`;
}
