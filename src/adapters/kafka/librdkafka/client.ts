/** One librdkafka client: made, listened to, and taken down. */

import { KafkaError } from "../../../ports/kafka.ts";
import {
  ALL_DOWN,
  ALL_DOWN_TEXT,
  announcedIn,
  codeName,
  codeText,
  fatalError,
  plain,
  REFUSALS,
  type Trouble,
  troubleText,
} from "./errors.ts";
import { type OpenLibrary } from "./library.ts";
import { ERROR_TEXT_BYTES, pinned, textAt, textIn } from "./memory.ts";
import { layered, type Properties } from "./layered.ts";
import { newConf } from "./properties.ts";
import { CODE, EVENT, type Librdkafka } from "./symbols.ts";

/** A line of librdkafka's log. */
export interface LogLine {
  /** As in syslog: 0 the worst, 3 an error, 4 a warning, 6 information, 7 debugging. */
  readonly level: number;
  /** What part speaks, for example `FAIL`. */
  readonly facility: string;
  /** In librdkafka's words. */
  readonly text: string;
}

/** What users of a client may ask for. */
export interface ClientOptions {
  /** Gets librdkafka's log lines; without it there are none. */
  readonly log?: (line: LogLine) => void;
}

/** Kinds of clients, `rd_kafka_type_t`. */
export const KIND = { producer: 0, consumer: 1 } as const;

/** `RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE`: no goodbye to a consumer group. */
const NO_CONSUMER_CLOSE = 0x8;

/** Settings of every client, whatever it is given: each delivery is counted. */
const OURS: Properties = { "delivery.report.only.error": "false" };

/** How long an announced address is tried while none of them answers. */
const UNREACHABLE_MS = 3_000;
/** The same while some of them were not tried: one broker may have gone since it was told of. */
const PARTLY_UNREACHABLE_MS = 10_000;

/** Waits so many milliseconds. */
export function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * A client and its queue of events. Errors of single connections are kept as {@linkcode trouble}: librdkafka tries
 * again by itself, and only whoever waits in vain wants to know why.
 */
export class Client {
  readonly calls: Librdkafka;
  /** `rd_kafka_t *`; null once it is closed. */
  handle: Deno.PointerValue;
  /** `rd_kafka_queue_t *` of its events. */
  readonly queue: Deno.PointerValue;
  /** What went wrong last with a broker, since the last success that was told. */
  trouble: Trouble | undefined;
  /** Addresses that the brokers announce for themselves, as far as they were asked. */
  announced: readonly string[] = [];
  /** Whether a broker has answered at the address that it announces. */
  served = false;
  /** Announced addresses that could not be reached, and what went wrong there. */
  readonly #unreached = new Map<string, Trouble>();
  /** The error after which nothing can be done with this client any more. */
  fatal: KafkaError | undefined;
  /** Whether it is being closed: what uses it shall come to its end. */
  closing = false;
  /** What uses it now. */
  readonly #uses = new Set<Promise<unknown>>();
  readonly #log: ((line: LogLine) => void) | undefined;

  /**
   * Makes a client; connections are opened in the background.
   *
   * @param kind One of {@linkcode KIND}.
   * @throws {KafkaError} `_INVALID_ARG` if a property is unknown or wrong, or some do not go together.
   */
  constructor(library: OpenLibrary, kind: number, properties: Properties, options: ClientOptions = {}) {
    this.calls = library.calls;
    this.#log = options.log;
    this.handle = create(this.calls, kind, properties, options.log !== undefined);
    if (options.log) this.calls.rd_kafka_set_log_queue(this.handle, null);
    this.queue = this.calls.rd_kafka_queue_get_main(this.handle);
  }

  /**
   * Takes the next event.
   *
   * @returns A delivery report, to be read and destroyed; null when there is no event left.
   */
  nextReport(): Deno.PointerValue {
    const { calls, queue } = this;
    for (;;) {
      const event = calls.rd_kafka_queue_poll(queue, 0);
      if (event === null || calls.rd_kafka_event_type(event) === EVENT.dr) return event;
      this.#serve(event);
      calls.rd_kafka_event_destroy(event);
    }
  }

  /** Takes the events of a client that gets no delivery reports. */
  serve(): void {
    for (let event = this.nextReport(); event !== null; event = this.nextReport()) {
      this.calls.rd_kafka_event_destroy(event);
    }
  }

  /**
   * Ends a wait that is in vain: the cluster answers at the address that it was asked at, and its brokers announce others
   * (`advertised.listeners`), of which none answers here. A broker that has ever answered is waited for.
   *
   * @param waitedMs How long an answer is waited for already.
   * @throws {KafkaError} `ANNOUNCED`, with address and reason.
   */
  throwUnreachable(waitedMs: number): void {
    if (this.served || this.#unreached.size === 0) return;
    const isAll = this.announced.every((address) => this.#unreached.has(address));
    if (waitedMs < (isAll ? UNREACHABLE_MS : PARTLY_UNREACHABLE_MS)) return;
    const [address, trouble] = [...this.#unreached][0]!;
    const text = `Kafka answers, but announces itself as ${address}, where it cannot be reached: ${trouble.text}`;
    throw new KafkaError(text, { code: "ANNOUNCED", retriable: true });
  }

  /**
   * Does something that needs the client while others may close it: it is taken down only afterwards.
   *
   * @param action What is done, for messages.
   * @throws {KafkaError} `_STATE` if it is being closed; what the work throws.
   */
  async use<Result>(action: string, work: () => Promise<Result>): Promise<Result> {
    if (this.closing) throw new KafkaError(`Cannot ${action}: the client is closed`, { code: "_STATE" });
    const using = work();
    this.#uses.add(using);
    return await using.finally(() => this.#uses.delete(using));
  }

  /**
   * Waits for what uses the client, then ends all its threads. What was taken from it must have been given back. Safe to
   * call twice.
   */
  async close(): Promise<void> {
    this.closing = true;
    await Promise.allSettled(this.#uses); // of several calls one may have failed, and left the others
    const { handle } = this;
    if (handle === null) return;
    this.handle = null;
    this.calls.rd_kafka_queue_destroy(this.queue);
    await this.calls.rd_kafka_destroy_flags(handle, NO_CONSUMER_CLOSE);
  }

  #serve(event: Deno.PointerValue): void {
    const { calls } = this;
    const type = calls.rd_kafka_event_type(event);
    if (type === EVENT.log) return this.#logLine(event);
    if (type !== EVENT.error) return;
    const code = calls.rd_kafka_event_error(event);
    if (code === CODE.fatal) {
      this.fatal ??= fatalError(calls, this.handle, "go on writing to Kafka");
      return;
    }
    const name = codeName(calls, code);
    const text = textAt(calls.rd_kafka_event_error_string(event)) || codeText(calls, code);
    this.#keep({ code: name, text: name === ALL_DOWN ? ALL_DOWN_TEXT : troubleText(text), broker: announcedIn(text) });
  }

  /** "All brokers are down" follows each failed connection and says less than that did. */
  #keep(trouble: Trouble): void {
    if (trouble.broker !== undefined && !REFUSALS.has(trouble.code)) this.#unreached.set(trouble.broker, trouble);
    if (trouble.code !== ALL_DOWN || this.trouble === undefined) this.trouble = trouble;
  }

  #logLine(event: Deno.PointerValue): void {
    const facility = new BigUint64Array(1);
    const text = new BigUint64Array(1);
    const level = new Int32Array(1);
    if (this.calls.rd_kafka_event_log(event, facility, text, level) !== 0) return;
    const [facilityText, lineText] = [facility, text].map(([address]) =>
      textAt(Deno.UnsafePointer.create(address!))
    ) as [string, string];
    this.#log?.({ level: level[0]!, facility: facilityText, text: lineText });
  }
}

function create(calls: Librdkafka, kind: number, properties: Properties, logs: boolean): Deno.PointerValue {
  const conf = newConf(calls, layered(properties, { ...OURS, "log.queue": String(logs) }));
  const memory = pinned(ERROR_TEXT_BYTES);
  const size = BigInt(memory.length);
  calls.rd_kafka_conf_set_events(conf, EVENT.dr | EVENT.error | (logs ? EVENT.log : 0));
  if (!logs) calls.rd_kafka_conf_set_log_cb(conf, null);
  const handle = calls.rd_kafka_new(kind, conf, memory, size);
  if (handle !== null) return handle;
  calls.rd_kafka_conf_destroy(conf); // only a client that was made takes it over
  throw new KafkaError(`Cannot use these Kafka properties: ${plain(textIn(memory))}`, { code: "_INVALID_ARG" });
}
