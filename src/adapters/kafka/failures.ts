/** What went wrong with Kafka, in words for people, and whether it may pass. */

import { KafkaError } from "../../ports/kafka.ts";
import { RegistryError } from "../../ports/registry.ts";
import { SinkError, TargetError } from "../../ports/sink.ts";
import { isPermission } from "../errors.ts";
import type { Unsettled } from "./delivery.ts";

/** Another producer has taken over the transactional id. */
const FENCED = /^(_FENCED|PRODUCER_FENCED|INVALID_PRODUCER_EPOCH)$/;
const FENCED_HINT = "let the other one finish, or run the same command again: it goes on where the marks stand";
/** The topic is not there, or a partition that it had is not: it was made anew. */
const GONE = /^(_UNKNOWN_TOPIC|UNKNOWN_TOPIC_OR_PART|_UNKNOWN_PARTITION)$/;
const GONE_HINT = "--resend --create-topics sends the whole run again; --truncate begins anew";
const UNMARKED_HINT = "--resend sends the whole run again; another --topic-prefix begins anew";
const REGISTRY_HINT = "see --schema-registry; --no-avro sends JSON and needs no registry";
/** Errors that stay until someone changes something. */
const LASTING =
  /^(MSG_SIZE_TOO_LARGE|_MSG_SIZE_TOO_LARGE|RECORD_LIST_TOO_LARGE|_UNKNOWN_TOPIC|UNKNOWN_TOPIC_OR_PART|_UNKNOWN_PARTITION|TOPIC_EXCEPTION|POLICY_VIOLATION|INVALID_RECORD|UNSUPPORTED_FOR_MESSAGE_FORMAT|\w*AUTHORIZATION_FAILED|_AUTHENTICATION|SASL_AUTHENTICATION_FAILED|_INVALID_ARG|_SSL)$/;

/** Tells whether sending again may help. A producer's own failure tells more than the error that followed from it. */
export function isPassing(error: unknown, failure: KafkaError | undefined): boolean {
  const causes = [error, failure].filter((cause) => cause !== undefined);
  return causes.every((cause) =>
    cause instanceof KafkaError && !FENCED.test(cause.code) && !LASTING.test(cause.code)
  ) &&
    causes.some((cause) => {
      const { retriable, abortable, fatal } = cause as KafkaError;
      return retriable || abortable || fatal;
    });
}

/**
 * Makes the error of a load that failed while it wrote to Kafka.
 *
 * @param unsettled What became of the records since the last commit, where that is known.
 */
export function writeError(target: string, cause: unknown, unsettled: Unsettled | undefined): Error {
  if (isClear(cause)) return cause as Error;
  const { code = "", message } = cause as Partial<KafkaError> & Error;
  if (FENCED.test(code)) {
    const why = "another datagen writes to this prefix, or this one stood still for too long";
    const text = `Cannot write to ${target}: ${why}${account(unsettled)}`;
    return new SinkError(text, { cause, sink: target, retriable: false, hint: FENCED_HINT });
  }
  const retriable = cause instanceof KafkaError && !LASTING.test(code);
  const text = `Cannot write to ${target}: ${reason(code, message)}${account(unsettled)}`;
  return new SinkError(text, { cause, sink: target, retriable, ...(GONE.test(code) ? { hint: GONE_HINT } : {}) });
}

/** Makes the error of a cluster that cannot be used as asked. */
export function useError(target: string, cause: unknown): Error {
  if (isClear(cause)) return cause as Error;
  const { code = "", message } = cause as Partial<KafkaError> & Error;
  if (cause instanceof RegistryError) return new TargetError(message, cause.hint ?? REGISTRY_HINT, { cause });
  if (FENCED.test(code)) return writeError(target, cause, undefined);
  return new TargetError(`Cannot use ${target}: ${reason(code, message)}`, hint(code, message), { cause });
}

/**
 * Makes the error of a topic that someone deleted, or deleted and made again, while it was written.
 *
 * @param marked Whether there still are marks, without which nothing can be replaced.
 */
export function goneError(
  target: string,
  topic: string,
  marked: boolean,
  unsettled: Unsettled | undefined,
): SinkError {
  const text = `Cannot write to ${target}: topic ${topic} was deleted meanwhile${account(unsettled)}`;
  return new SinkError(text, { sink: target, retriable: false, hint: marked ? GONE_HINT : UNMARKED_HINT });
}

/** Tells what became of records that no mark speaks of; nothing where there are none. */
function account({ delivered, failed, unknown }: Unsettled = { delivered: 0, failed: 0, unknown: 0 }): string {
  if (delivered + failed + unknown === 0) return "";
  return `; records since the last commit: ${delivered} delivered, ${failed} failed, ${unknown} unknown`;
}

function isClear(cause: unknown): boolean {
  return cause instanceof SinkError || cause instanceof TargetError || isPermission(cause) ||
    !(cause instanceof KafkaError || cause instanceof RegistryError || cause instanceof SyntaxError);
}

function reason(code: string, message: string): string {
  switch (code) {
    case "MSG_SIZE_TOO_LARGE":
    case "_MSG_SIZE_TOO_LARGE":
    case "RECORD_LIST_TOO_LARGE":
      return "a record is larger than the broker or the topic takes (max.message.bytes)";
    default:
      return GONE.test(code) ? "a topic of the run is gone" : message;
  }
}

function hint(code: string, message: string): string {
  if (code === "_SSL" || /SSL/.test(message)) {
    return "check the certificates, and whether this port speaks TLS";
  }
  if (/AUTHORIZATION_FAILED$/.test(code)) {
    return "ask for the right to write, describe and create topics of this prefix";
  }
  if (/AUTHENTICATION/.test(code)) return "check user, password and mechanism";
  switch (code) {
    case "_ALL_BROKERS_DOWN":
      return "check that Kafka runs at this address; a port with TLS wants --kafka-tls, one with logins --kafka-user";
    case "_TIMED_OUT":
    case "_TRANSPORT":
    case "_RESOLVE":
      return "check that Kafka runs at this address";
    case "INVALID_REPLICATION_FACTOR":
      return "give a --replication-factor of at most the number of brokers";
    default:
      return 'run "datagen doctor": it looks at each server';
  }
}
