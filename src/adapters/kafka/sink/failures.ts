/** What went wrong with Kafka, in words for people, and whether it may pass. */

import { KafkaError } from "../../../ports/kafka.ts";
import { RegistryError } from "../../../ports/registry.ts";
import { SinkError, TargetError } from "../../../ports/sink.ts";
import { isPermission } from "../../failures.ts";
import type { Unsettled } from "../delivery/delivery.ts";
import { kafkaHint } from "./hints.ts";

/** Another producer has taken over the transactional id. */
const FENCED = /^(_FENCED|PRODUCER_FENCED|INVALID_PRODUCER_EPOCH)$/;
const FENCED_HINT = "let the other one finish, or run the same command again: it goes on where the marks stand";
/** The topic is not there, or a partition that it had is not: it was made anew. */
const GONE = /^(_UNKNOWN_TOPIC|UNKNOWN_TOPIC_OR_PART|_UNKNOWN_PARTITION)$/;
const GONE_HINT = "`resend` `createTopics` sends the whole run again; `truncate` begins anew";
const UNMARKED_HINT = "`resend` sends the whole run again; another `prefix` begins anew";
/** With batches that fit the topic, only a single record can be too large. */
const TOO_LARGE = /^(_?MSG_SIZE_TOO_LARGE|RECORD_LIST_TOO_LARGE)$/;
/** The topic of the marks holds something else. */
const FOREIGN_HINT = "another `prefix` leaves alone what is there";
const REGISTRY_HINT = "see `registry`; `no registry` sends JSON and needs no registry";
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
    const text = `Cannot write to ${target}: ${why}${outcome(unsettled)}`;
    return new SinkError(text, { cause, sink: target, retriable: false, hint: FENCED_HINT });
  }
  const retriable = cause instanceof KafkaError && !LASTING.test(code);
  const text = `Cannot write to ${target}: ${reason(code, message)}${outcome(unsettled)}`;
  return new SinkError(text, { cause, sink: target, retriable, ...writeHint(cause, retriable) });
}

/** An error that may pass gets the hint of all targets: to run the same command again. */
function writeHint(cause: unknown, retriable: boolean): { hint?: string } {
  if (!(cause instanceof KafkaError) || retriable) return {};
  return { hint: GONE.test(cause.code) ? GONE_HINT : kafkaHint(cause) };
}

/** Makes the error of a cluster that cannot be used as asked. */
export function useError(target: string, cause: unknown): Error {
  if (isClear(cause)) return cause as Error;
  const { code = "", message } = cause as Partial<KafkaError> & Error;
  if (cause instanceof RegistryError) return new TargetError(message, cause.hint ?? REGISTRY_HINT, { cause });
  if (FENCED.test(code)) return writeError(target, cause, undefined);
  const hint = cause instanceof KafkaError ? kafkaHint(cause) : FOREIGN_HINT;
  return new TargetError(`Cannot use ${target}: ${reason(code, message)}`, hint, { cause });
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
  const text = `Cannot write to ${target}: topic ${topic} was deleted meanwhile${outcome(unsettled)}`;
  return new SinkError(text, { sink: target, retriable: false, hint: marked ? GONE_HINT : UNMARKED_HINT });
}

/** Tells what became of records that no mark speaks of; nothing where there are none. */
function outcome({ delivered, failed, unknown }: Unsettled = { delivered: 0, failed: 0, unknown: 0 }): string {
  if (delivered + failed + unknown === 0) return "";
  return `; records since the last commit: ${delivered} delivered, ${failed} failed, ${unknown} unknown`;
}

function isClear(cause: unknown): boolean {
  return cause instanceof SinkError || cause instanceof TargetError || isPermission(cause) ||
    !(cause instanceof KafkaError || cause instanceof RegistryError || cause instanceof SyntaxError);
}

/** In our words, with the broker's own behind them. */
function reason(code: string, message: string): string {
  if (TOO_LARGE.test(code)) return `a record is larger than the topic takes (max.message.bytes): ${message}`;
  return GONE.test(code) ? `a topic of the run is gone: ${message}` : message;
}
