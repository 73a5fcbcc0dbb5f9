/**
 * The calls of librdkafka that are in use, as `rdkafka.h` declares them: names, types and order of parameters.
 *
 * Two things differ from the header, both for speed. A `size_t` that stands in the path of each record is a `pointer`
 * whose address is the number: V8 calls a function with a 64-bit integer ten times slower. And a result that is known
 * to be small is read as 32 bits.
 */

import { adminSymbols } from "./admin_symbols.ts";

const clientSymbols = {
  /** Version as 0xMMmmrrpp: major, minor, revision, pre-release (0xff is the release). */
  rd_kafka_version: { parameters: [], result: "i32" },
  rd_kafka_version_str: { parameters: [], result: "pointer" /* const char *, static */ },
  rd_kafka_err2name: {
    parameters: ["i32" /* rd_kafka_resp_err_t err */],
    result: "pointer", /* const char *, static */
  },
  rd_kafka_err2str: { parameters: ["i32" /* rd_kafka_resp_err_t err */], result: "pointer" /* const char *, static */ },
  rd_kafka_last_error: { parameters: [], result: "i32" /* of this thread's last call */ },

  rd_kafka_conf_new: { parameters: [], result: "pointer" /* rd_kafka_conf_t * */ },
  rd_kafka_conf_destroy: { parameters: ["pointer" /* rd_kafka_conf_t *conf */], result: "void" },
  rd_kafka_conf_set: {
    parameters: [
      "pointer", /* rd_kafka_conf_t *conf */
      "buffer", /* const char *name */
      "buffer", /* const char *value */
      "buffer", /* char *errstr */
      "usize", /* size_t errstr_size */
    ],
    result: "i32", // rd_kafka_conf_res_t: -2 unknown, -1 invalid, 0 ok
  },
  rd_kafka_conf_get: {
    parameters: [
      "pointer", /* const rd_kafka_conf_t *conf */
      "buffer", /* const char *name */
      "buffer", /* char *dest */
      "buffer", /* size_t *dest_size; in: room, out: bytes with the final zero */
    ],
    result: "i32", // rd_kafka_conf_res_t
  },
  rd_kafka_conf_set_events: {
    parameters: ["pointer", /* rd_kafka_conf_t *conf */ "i32" /* int events, RD_KAFKA_EVENT_.. */],
    result: "void",
  },
  rd_kafka_conf_set_log_cb: {
    parameters: ["pointer", /* rd_kafka_conf_t *conf */ "pointer" /* log_cb; NULL: no line is printed */],
    result: "void",
  },

  rd_kafka_new: {
    parameters: [
      "i32", /* rd_kafka_type_t type: 0 producer, 1 consumer */
      "pointer", /* rd_kafka_conf_t *conf; taken over unless NULL is returned */
      "buffer", /* char *errstr */
      "usize", /* size_t errstr_size */
    ],
    result: "pointer", // rd_kafka_t *
  },
  rd_kafka_destroy_flags: {
    parameters: ["pointer", /* rd_kafka_t *rk */ "i32" /* int flags */],
    result: "void",
    nonblocking: true, // joins threads
  },
  rd_kafka_conf: { parameters: ["pointer" /* rd_kafka_t *rk */], result: "pointer" /* const rd_kafka_conf_t * */ },
  rd_kafka_mem_free: { parameters: ["pointer", /* rd_kafka_t *rk */ "pointer" /* void *ptr */], result: "void" },
  rd_kafka_fatal_error: {
    parameters: ["pointer", /* rd_kafka_t *rk */ "buffer", /* char *errstr */ "usize" /* size_t errstr_size */],
    result: "i32", // rd_kafka_resp_err_t; 0: none
  },
  rd_kafka_set_log_queue: {
    parameters: ["pointer", /* rd_kafka_t *rk */ "pointer" /* rd_kafka_queue_t *rkqu; NULL: the main queue */],
    result: "i32", // rd_kafka_resp_err_t
  },

  rd_kafka_queue_new: { parameters: ["pointer" /* rd_kafka_t *rk */], result: "pointer" /* rd_kafka_queue_t * */ },
  rd_kafka_queue_get_main: { parameters: ["pointer" /* rd_kafka_t *rk */], result: "pointer" /* rd_kafka_queue_t * */ },
  rd_kafka_queue_destroy: { parameters: ["pointer" /* rd_kafka_queue_t *rkqu */], result: "void" },
  rd_kafka_queue_poll: {
    parameters: ["pointer", /* rd_kafka_queue_t *rkqu */ "i32" /* int timeout_ms; 0 returns at once */],
    result: "pointer", // rd_kafka_event_t *; NULL: none
  },

  rd_kafka_event_type: { parameters: ["pointer" /* const rd_kafka_event_t *rkev */], result: "i32" },
  rd_kafka_event_destroy: { parameters: ["pointer" /* rd_kafka_event_t *rkev */], result: "void" },
  rd_kafka_event_error: { parameters: ["pointer" /* rd_kafka_event_t *rkev */], result: "i32" },
  rd_kafka_event_error_string: { parameters: ["pointer" /* rd_kafka_event_t *rkev */], result: "pointer" },
  rd_kafka_event_message_count: { parameters: ["pointer" /* rd_kafka_event_t *rkev */], result: "u32" /* size_t */ },
  rd_kafka_event_message_next: {
    parameters: ["pointer" /* rd_kafka_event_t *rkev */],
    result: "pointer", // const rd_kafka_message_t *; NULL: no more
  },
  rd_kafka_event_log: {
    parameters: [
      "pointer", /* rd_kafka_event_t *rkev */
      "buffer", /* const char **fac */
      "buffer", /* const char **str */
      "buffer", /* int *level, as in syslog */
    ],
    result: "i32", // 0: ok
  },

  rd_kafka_error_code: { parameters: ["pointer" /* const rd_kafka_error_t *error */], result: "i32" },
  rd_kafka_error_string: { parameters: ["pointer" /* const rd_kafka_error_t *error */], result: "pointer" },
  rd_kafka_error_is_fatal: { parameters: ["pointer" /* const rd_kafka_error_t *error */], result: "i32" },
  rd_kafka_error_is_retriable: { parameters: ["pointer" /* const rd_kafka_error_t *error */], result: "i32" },
  rd_kafka_error_txn_requires_abort: { parameters: ["pointer" /* const rd_kafka_error_t *error */], result: "i32" },
  rd_kafka_error_destroy: { parameters: ["pointer" /* rd_kafka_error_t *error */], result: "void" },

  rd_kafka_topic_new: {
    parameters: [
      "pointer", /* rd_kafka_t *rk */
      "buffer", /* const char *topic */
      "pointer", /* rd_kafka_topic_conf_t *conf; NULL: the client's defaults */
    ],
    result: "pointer", // rd_kafka_topic_t *
  },
  rd_kafka_topic_destroy: { parameters: ["pointer" /* rd_kafka_topic_t *rkt */], result: "void" },
} as const satisfies Deno.ForeignLibraryInterface;

const producerSymbols = {
  rd_kafka_message_errstr: {
    parameters: ["pointer" /* const rd_kafka_message_t *rkmessage */],
    result: "pointer", // const char *
  },
  rd_kafka_produceva: {
    parameters: [
      "pointer", /* rd_kafka_t *rk */
      "pointer", /* const rd_kafka_vu_t *vus */
      "pointer", /* size_t cnt, as an address */
    ],
    result: "pointer", // rd_kafka_error_t *; NULL: taken
  },
  rd_kafka_produce_batch: {
    parameters: [
      "pointer", /* rd_kafka_topic_t *rkt */
      "i32", /* int32_t partition; -1: the partitioner decides */
      "i32", /* int msgflags */
      "pointer", /* rd_kafka_message_t *rkmessages; err of each is set */
      "i32", /* int message_cnt */
    ],
    result: "i32", // records taken
  },
  rd_kafka_purge: {
    parameters: ["pointer", /* rd_kafka_t *rk */ "i32" /* int purge_flags: 1 queue, 2 in flight */],
    result: "i32", // rd_kafka_resp_err_t
  },
  rd_kafka_init_transactions: {
    parameters: ["pointer", /* rd_kafka_t *rk */ "i32" /* int timeout_ms */],
    result: "pointer", // rd_kafka_error_t *
    nonblocking: true,
  },
  rd_kafka_begin_transaction: { parameters: ["pointer" /* rd_kafka_t *rk */], result: "pointer" },
  rd_kafka_commit_transaction: {
    parameters: ["pointer", /* rd_kafka_t *rk */ "i32" /* int timeout_ms */],
    result: "pointer", // rd_kafka_error_t *
    nonblocking: true,
  },
  rd_kafka_abort_transaction: {
    parameters: ["pointer", /* rd_kafka_t *rk */ "i32" /* int timeout_ms */],
    result: "pointer", // rd_kafka_error_t *
    nonblocking: true,
  },
} as const satisfies Deno.ForeignLibraryInterface;

/** All calls; what is `optional` is newer than librdkafka 2.0.2 and may be null. */
export const symbols = { ...clientSymbols, ...producerSymbols, ...adminSymbols } as const;

/** The calls of a loaded librdkafka. */
export type Librdkafka = Deno.DynamicLibrary<typeof symbols>["symbols"];

/** Kinds of events, `RD_KAFKA_EVENT_*`. */
export const EVENT = { dr: 0x1, log: 0x4, error: 0x8 } as const;

/** Codes of librdkafka's own errors, `RD_KAFKA_RESP_ERR_*`, that are treated in a way of their own. */
export const CODE = {
  none: 0,
  allBrokersDown: -187,
  queueFull: -184,
  timedOut: -185,
  partitionEof: -191,
  authentication: -169,
  ssl: -181,
  purgeInFlight: -151,
  purgeQueue: -152,
  fatal: -150,
} as const;

/** Tags of the union `rd_kafka_vu_t`, `RD_KAFKA_VTYPE_*`. */
export const VTYPE = {
  rkt: 2,
  partition: 3,
  value: 4,
  key: 5,
  opaque: 6,
  msgflags: 7,
  timestamp: 8,
  header: 9,
} as const;

/** `RD_KAFKA_MSG_F_COPY`: the record's bytes are copied before the call returns. */
export const MSG_F_COPY = 0x2;
