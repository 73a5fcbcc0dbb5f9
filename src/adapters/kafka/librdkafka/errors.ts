/** Errors of librdkafka as errors of ours. */

import { KafkaError, type KafkaRight } from "../../../ports/kafka.ts";
import { ERROR_TEXT_BYTES, pinned, textAt, textIn } from "./memory.ts";
import type { Librdkafka } from "./symbols.ts";

/** Codes after which the same call may succeed without anybody changing anything. */
const PASSING = new Set([
  ..."_TRANSPORT _RESOLVE _ALL_BROKERS_DOWN _TIMED_OUT _TIMED_OUT_QUEUE _MSG_TIMED_OUT _QUEUE_FULL _RETRY".split(" "),
  ..."_WAIT_COORD _OUTDATED _IN_PROGRESS _PURGE_QUEUE _PURGE_INFLIGHT _CONFLICT".split(" "),
  ..."LEADER_NOT_AVAILABLE NOT_LEADER_FOR_PARTITION REQUEST_TIMED_OUT BROKER_NOT_AVAILABLE".split(" "),
  ..."REPLICA_NOT_AVAILABLE NETWORK_EXCEPTION NOT_ENOUGH_REPLICAS NOT_ENOUGH_REPLICAS_AFTER_APPEND".split(" "),
  ..."COORDINATOR_LOAD_IN_PROGRESS COORDINATOR_NOT_AVAILABLE NOT_COORDINATOR NOT_CONTROLLER".split(" "),
  ..."CONCURRENT_TRANSACTIONS KAFKA_STORAGE_ERROR PREFERRED_LEADER_NOT_AVAILABLE THROTTLING_QUOTA_EXCEEDED".split(" "),
]);

/** Codes by which a broker refuses who we are: trying again does not help. */
export const REFUSALS: ReadonlySet<string> = new Set(["_AUTHENTICATION", "_SSL", "SASL_AUTHENTICATION_FAILED"]);

/** What librdkafka told on the side: a connection that failed, a broker that is down. */
export interface Trouble {
  /** Name of the error, for example `_TRANSPORT`. */
  readonly code: string;
  /** In librdkafka's words. */
  readonly text: string;
  /** `host:port` that the broker announces for itself; absent where an address of the user failed. */
  readonly broker?: string | undefined;
}

/** The first two bytes of what a server with TLS answers to one that speaks without. */
const TLS_ALERT = 0x1503;

/** Connections were made, and closed by the other side without a word: else the reason of each is told before. */
export const ALL_DOWN = "_ALL_BROKERS_DOWN";
/** What librdkafka calls `1/1 brokers are down`. */
export const ALL_DOWN_TEXT = "the connection is closed without an answer";
/** Codes that say no more than that there was no connection. */
const UNREACHED = new Set(["_TRANSPORT", "_TIMED_OUT", "_ALL_BROKERS_DOWN", "_RESOLVE", "_WAIT_COORD"]);

/**
 * What a client says of a broker, in fewer words: librdkafka adds who speaks, the kind of address and its own state.
 *
 * @param text For example `b:9092/bootstrap: Connect to ipv4#10.0.0.7:9092 failed: Connection refused (after 1ms in
 * state CONNECT)`.
 */
export function troubleText(text: string): string {
  const size = /Invalid response size (-?\d+)/.exec(text)?.[1]; // the first four bytes of an answer
  if (size !== undefined) {
    return `what answers there ${Number(size) >>> 16 === TLS_ALERT ? "speaks TLS" : "is not Kafka"}`;
  }
  const words = text.replace(/^\S+\/(bootstrap|\d+): /, "").replace(/ ?\((after \d+ms in state|identical to) .*$/, "");
  return plain(words.replaceAll(/\bipv[46]#/g, ""));
}

/** Address that speaks where a broker is known by its number, which it has from the cluster: the one it announces. */
export function announcedIn(text: string): string | undefined {
  return /^(?:\w+:\/\/)?(\S+)\/\d+: /.exec(text)?.[1];
}

/** Name of a code as librdkafka spells it, for example `_TIMED_OUT`. */
export function codeName(calls: Librdkafka, code: number): string {
  return textAt(calls.rd_kafka_err2name(code)).replace(/^ERR_/, "");
}

/** Meaning of a code in a few words, for example `unknown topic or partition`. */
export function codeText(calls: Librdkafka, code: number): string {
  return plain(textAt(calls.rd_kafka_err2str(code)));
}

/** A reason in our words: without who says it, starting small, without a full stop. */
export function plain(text: string): string {
  const words = text.replace(/^(Local|Broker): /, "").replace(/\.$/, "").replaceAll(/\s+/g, " ").trim();
  return /^[A-Z][a-z]/.test(words) ? words[0]!.toLowerCase() + words.slice(1) : words;
}

/** Tells whether an error of this name may pass by itself. */
export function mayPass(code: string): boolean {
  return PASSING.has(code);
}

/** What is known of a refusal beside its code. */
export interface Refusal {
  /** The broker's own words, where it has any. */
  readonly reason?: string;
  /** Rights that the call needs: where one of them is missing, the error names it. */
  readonly rights?: readonly KafkaRight[];
}

/** A right on a topic. */
export function topicRight(operation: string, name: string): KafkaRight {
  return { operation, resource: "Topic", name };
}

/** A right, for example `Write on Topic shop.orders`. */
export function rightText({ operation, resource, name }: KafkaRight): string {
  return `${operation} on ${resource} ${name}`;
}

/** Tells whether the broker refused for want of a right. */
export function isForbidden(error: unknown): error is KafkaError {
  return error instanceof KafkaError && /AUTHORIZATION_FAILED$/.test(error.code);
}

/** Kinds of things that a user may have no right on, by the code of the refusal. */
const RESOURCES: Readonly<Record<string, KafkaRight["resource"]>> = {
  TOPIC_AUTHORIZATION_FAILED: "Topic",
  CLUSTER_AUTHORIZATION_FAILED: "Cluster",
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: "TransactionalId",
};

/**
 * Makes the error of a plain code.
 *
 * @param action What cannot be done, for example `create topic "a"`.
 */
export function codeError(calls: Librdkafka, action: string, code: number, refusal: Refusal = {}): KafkaError {
  const name = codeName(calls, code);
  const why = refusal.reason ? plain(refusal.reason) : codeText(calls, code);
  return failed(action, why, refusal, { code: name, retriable: mayPass(name) });
}

/**
 * Takes an `rd_kafka_error_t` over and frees it.
 *
 * @param action What cannot be done.
 * @param rights Rights that it needs.
 */
export function takeError(
  calls: Librdkafka,
  action: string,
  error: Deno.PointerValue,
  rights: readonly KafkaRight[] = [],
): KafkaError {
  const failure = failed(action, plain(textAt(calls.rd_kafka_error_string(error))), { rights }, {
    code: codeName(calls, calls.rd_kafka_error_code(error)),
    fatal: calls.rd_kafka_error_is_fatal(error) !== 0,
    retriable: calls.rd_kafka_error_is_retriable(error) !== 0,
    abortable: calls.rd_kafka_error_txn_requires_abort(error) !== 0,
  });
  calls.rd_kafka_error_destroy(error);
  return failure;
}

/** Names the right that is missing, and keeps the broker's own reason behind it. */
function failed(
  action: string,
  why: string,
  { rights = [] }: Refusal,
  options: ConstructorParameters<typeof KafkaError>[1],
): KafkaError {
  const right = rights.find(({ resource }) => resource === RESOURCES[options.code]);
  const reason = right === undefined ? why : `the right ${rightText(right)} is missing (${why})`;
  return new KafkaError(`Cannot ${action}: ${reason}`, { ...options, right });
}

/** The fatal error of a client, if there is one. */
export function fatalError(calls: Librdkafka, handle: Deno.PointerValue, action: string): KafkaError | undefined {
  const memory = pinned(ERROR_TEXT_BYTES);
  const code = calls.rd_kafka_fatal_error(handle, memory, BigInt(memory.length));
  if (code === 0) return undefined;
  const message = `Cannot ${action}: ${plain(textIn(memory))}`;
  return new KafkaError(message, { code: codeName(calls, code), fatal: true });
}

/**
 * The same error with what went wrong on the side: in the place of its reason where that only says that there was no
 * connection, else behind it.
 */
export function withTrouble(error: KafkaError, trouble: Trouble | undefined): KafkaError {
  if (trouble === undefined || error.message.includes(trouble.text)) return error;
  const unreached = UNREACHED.has(error.code);
  const message = unreached
    ? `${error.message.replace(/: [^"]*$/, "")}: ${trouble.text}`
    : `${error.message} (last trouble: ${trouble.text})`;
  const tellsMore = REFUSALS.has(trouble.code) || trouble.code === ALL_DOWN;
  const code = unreached && tellsMore ? trouble.code : error.code;
  return new KafkaError(message, {
    code,
    retriable: error.retriable && !REFUSALS.has(code),
    fatal: error.fatal,
    abortable: error.abortable,
    right: error.right,
    cause: error.cause,
  });
}
