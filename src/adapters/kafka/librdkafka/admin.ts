/** Asks and changes a cluster by librdkafka. */

import {
  type Authorized,
  type KafkaAdmin,
  KafkaError,
  type KafkaRight,
  type OffsetRange,
  type ReadRecord,
  type TopicSpec,
  type TopicState,
  type Watermarks,
} from "../../../ports/kafka.ts";
import { adminRequest, resultArray, throwTopicError } from "./admin_request.ts";
import { authorized, ofCluster } from "./authorized.ts";
import { Client, type ClientOptions, delay, KIND } from "./client.ts";
import { topicStates } from "./describe_topics.ts";
import { codeError, codeName, mayPass, plain, REFUSALS, topicRight, withTrouble } from "./errors.ts";
import type { OpenLibrary } from "./library.ts";
import { cString, ERROR_TEXT_BYTES, type Pinned, pinned, pointerArray, textAt, textIn, viewAt } from "./memory.ts";
import { type Metadata, readMetadata, type TopicMetadata } from "./metadata.ts";
import { layered, type Properties } from "./layered.ts";
import { clientProperties } from "./properties.ts";
import { countRecords, readAll } from "./reader.ts";
import type { Librdkafka } from "./symbols.ts";
import { changeTopicSettings, topicSettings } from "./topic_settings.ts";

/** Options of an admin client. */
export interface AdminOptions extends ClientOptions {
  /** Longest wait for one answer, in milliseconds (default 30,000). */
  readonly timeoutMs?: number;
}

/** How long a first answer is waited for while every connection fails: a name may have several addresses. */
const DOWN_MS = 3000;
/** Longest time for a connection to stand, unless the user says otherwise: librdkafka's own 30 s are long to wait for. */
const CONNECTING: Properties = { "socket.connection.setup.timeout.ms": "10000" };
/** How long one call may block before trouble is looked at. */
const SLICE_MS = 1000;
/** Pause before something that may pass is tried again. */
const PAUSE_MS = 20;
/** Longest wait until brokers tell of a change. */
const TOLD_MS = 10_000;

/** Members of `rd_kafka_topic_partition_t` and of its list. */
const PARTITION = { bytes: 64, partition: 8, error: 48 } as const;
const PARTITION_LIST = { count: 0, elements: 8 } as const;

/** A client that asks and changes a cluster. */
export class LibrdkafkaAdmin implements KafkaAdmin {
  readonly #library: OpenLibrary;
  readonly #calls: Librdkafka;
  readonly #properties: Properties;
  readonly #options: AdminOptions;
  readonly #timeoutMs: number;
  readonly #client: Client;
  /** Whether the cluster has ever answered. */
  #reached = false;
  /** Whether it tells of topics by name, as far as is known. */
  #describes = true;

  /**
   * Makes the client; it connects in the background.
   *
   * @param properties Settings of the user, `bootstrap.servers` included; what only a producer has is left out.
   * @throws {KafkaError} `_INVALID_ARG` if a property is unknown or wrong.
   */
  constructor(library: OpenLibrary, properties: Properties, options: AdminOptions = {}) {
    this.#library = library;
    this.#calls = library.calls;
    this.#properties = clientProperties(properties);
    this.#options = options;
    this.#timeoutMs = options.timeoutMs ?? 30_000;
    // Else a high watermark would be that of committed records only.
    const own = layered(CONNECTING, this.#properties, { "isolation.level": "read_uncommitted" });
    this.#client = new Client(library, KIND.producer, own, options);
  }

  async cluster(): Promise<{ readonly id: string; readonly brokers: readonly string[] }> {
    const { brokers } = await this.#metadata(null);
    await ofCluster(this.#client, this.#timeoutMs); // makes sure that a broker is reached where it says that it is
    return await this.#client.use("ask for the cluster", async () => {
      const id = await this.#calls.rd_kafka_clusterid(this.#client.handle, this.#timeoutMs);
      const text = textAt(id);
      if (id !== null) this.#calls.rd_kafka_mem_free(this.#client.handle, id);
      return { id: text, brokers };
    });
  }

  async topics(names: readonly string[]): Promise<readonly TopicState[]> {
    if (this.#reached && this.#describes) {
      const told = await topicStates(this.#client, names);
      if (told !== undefined) return told;
      this.#describes = false; // asked in vain, it costs time
    }
    const { topics } = await this.#metadata(null); // of all topics: asking for one by name would make it
    return topics.filter(({ name, error }) => error === 0 && names.includes(name)).map(({ name, partitions }) => ({
      name,
      partitions: partitions.length,
      replicationFactor: partitions[0]?.replicas ?? 0,
    }));
  }

  async autoCreate(name: string, timeoutMs: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    const topic = this.#calls.rd_kafka_topic_new(this.#client.handle, cString(name), null);
    try {
      for (;;) {
        const found = (await this.#metadata(topic)).topics.find((other) => other.name === name);
        if (found !== undefined) this.#throwUnauthorized(found);
        const ready = found?.error === 0 && found.partitions.length > 0;
        if (ready && found.partitions.every(({ leader }) => leader >= 0)) return true;
        if (performance.now() >= deadline) return false;
        await delay(PAUSE_MS);
      }
    } finally {
      this.#calls.rd_kafka_topic_destroy(topic);
    }
  }

  async createTopics(specs: readonly TopicSpec[]): Promise<void> {
    await this.#createTopics(specs, this.#calls.rd_kafka_CreateTopics);
    await this.#untilTold((topics) =>
      specs.every(({ name, partitions }) => {
        const told = topics.find((topic) => topic.name === name)?.partitions ?? [];
        return told.length === partitions && told.every(({ leader }) => leader >= 0);
      })
    );
  }

  async checkNewTopics(specs: readonly TopicSpec[]): Promise<void> {
    const calls = this.#calls;
    await this.#createTopics(specs, (client, topics, count, options, queue) => {
      const text = pinned(ERROR_TEXT_BYTES);
      calls.rd_kafka_AdminOptions_set_validate_only(options, 1, text, BigInt(text.length));
      calls.rd_kafka_CreateTopics(client, topics, count, options, queue);
    });
  }

  async #createTopics(specs: readonly TopicSpec[], send: Librdkafka["rd_kafka_CreateTopics"]): Promise<void> {
    const calls = this.#calls;
    const wanted = specs.map((spec) => this.#newTopic(spec));
    await this.#topicRequest("create topic", "Create", wanted, calls.rd_kafka_NewTopic_destroy, send, {
      result: calls.rd_kafka_event_CreateTopics_result,
      topics: calls.rd_kafka_CreateTopics_result_topics,
    });
  }

  async addPartitions(name: string, partitions: number): Promise<void> {
    const calls = this.#calls;
    const wanted = made(
      `add partitions to topic "${name}"`,
      (text, size) => calls.rd_kafka_NewPartitions_new(cString(name), BigInt(partitions), text, size),
    );
    await this.#topicRequest(
      "add partitions to topic",
      "Alter",
      [wanted],
      calls.rd_kafka_NewPartitions_destroy,
      calls.rd_kafka_CreatePartitions,
      {
        result: calls.rd_kafka_event_CreatePartitions_result,
        topics: calls.rd_kafka_CreatePartitions_result_topics,
      },
    );
    await this.#untilTold((topics) => topics.find((topic) => topic.name === name)?.partitions.length === partitions);
  }

  async settings(name: string): Promise<Readonly<Record<string, string>>> {
    const settings = await topicSettings(this.#client, name, this.#timeoutMs);
    return Object.fromEntries(settings.map((setting) => [setting.name, setting.value]));
  }

  async changeSettings(name: string, settings: Readonly<Record<string, string>>): Promise<void> {
    await changeTopicSettings(this.#client, name, settings, this.#timeoutMs);
    await until(async () => {
      const told = await this.settings(name);
      return Object.entries(settings).every(([setting, value]) => told[setting] === value);
    });
  }

  async deleteTopics(names: readonly string[]): Promise<void> {
    const calls = this.#calls;
    const named = names.map((name) => calls.rd_kafka_DeleteTopic_new(cString(name)));
    await this.#topicRequest(
      "delete topic",
      "Delete",
      named,
      calls.rd_kafka_DeleteTopic_destroy,
      calls.rd_kafka_DeleteTopics,
      {
        result: calls.rd_kafka_event_DeleteTopics_result,
        topics: calls.rd_kafka_DeleteTopics_result_topics,
      },
    );
    await this.#untilTold((topics) => !topics.some(({ name, error }) => error === 0 && names.includes(name)));
  }

  async deleteRecords(topic: string, before: ReadonlyMap<number, number>): Promise<void> {
    const calls = this.#calls;
    const action = `delete records of topic "${topic}"`;
    const list = calls.rd_kafka_topic_partition_list_new(before.size);
    for (const [partition, offset] of before) {
      calls.rd_kafka_topic_partition_list_add(list, cString(topic), partition);
      calls.rd_kafka_topic_partition_list_set_offset(list, cString(topic), partition, BigInt(offset));
    }
    const request = calls.rd_kafka_DeleteRecords_new(list);
    calls.rd_kafka_topic_partition_list_destroy(list); // the request has a copy
    const done = adminRequest(this.#client, action, this.#timeoutMs, (options, queue) => {
      calls.rd_kafka_DeleteRecords(this.#client.handle, pointerArray([request]), 1n, options, queue);
    }, (event) => this.#throwPartitionError(action, topic, calls.rd_kafka_event_DeleteRecords_result(event)));
    await done.finally(() => calls.rd_kafka_DeleteRecords_destroy(request));
  }

  async watermarks(topic: string, partitions?: number): Promise<readonly Watermarks[]> {
    const length = partitions ?? await this.#partitionsOf(topic);
    return await Promise.all(Array.from({ length }, (_, n) => this.#watermarksOf(topic, n)));
  }

  async readAll(topic: string, timeoutMs: number): Promise<readonly ReadRecord[]> {
    const partitions = await this.#partitionsOf(topic);
    return await readAll(this.#library, this.#properties, topic, partitions, timeoutMs, this.#options);
  }

  async countRecords(
    topic: string,
    ranges: ReadonlyMap<number, OffsetRange>,
    silenceMs: number,
  ): Promise<number> {
    return await countRecords(this.#library, this.#properties, topic, ranges, silenceMs, this.#options);
  }

  async authorized(topics: readonly string[]): Promise<Authorized | undefined> {
    return await authorized(this.#client, topics, this.#timeoutMs);
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  async #partitionsOf(topic: string): Promise<number> {
    const [state] = await this.topics([topic]);
    if (state !== undefined) return state.partitions;
    throw new KafkaError(`Cannot read topic "${topic}": it does not exist`, { code: "UNKNOWN_TOPIC_OR_PART" });
  }

  async #watermarksOf(topic: string, partition: number): Promise<Watermarks> {
    const low = new BigInt64Array(new ArrayBuffer(8));
    const high = new BigInt64Array(new ArrayBuffer(8));
    const action = `ask where partition ${partition} of topic "${topic}" begins and ends`;
    await this.#retry(
      action,
      (ms) =>
        this.#calls.rd_kafka_query_watermark_offsets(this.#client.handle, cString(topic), partition, low, high, ms),
      [topicRight("Describe", topic)],
    );
    this.#client.served = true;
    return { low: Number(low[0]), high: Number(high[0]) };
  }

  async #untilTold(isTold: (topics: readonly TopicMetadata[]) => boolean): Promise<void> {
    await until(async () => isTold((await this.#metadata(null)).topics));
  }

  /** Asks for one topic, which the broker may make then, or for all. */
  async #metadata(topic: Deno.PointerValue): Promise<Metadata> {
    const place = new BigUint64Array(new ArrayBuffer(8));
    await this.#retry(
      `reach Kafka at ${this.#properties["bootstrap.servers"] ?? "an unknown address"}`,
      (ms) => this.#calls.rd_kafka_metadata(this.#client.handle, topic === null ? 1 : 0, topic, place, ms),
    );
    const metadata = Deno.UnsafePointer.create(place[0]!);
    const copy = readMetadata(metadata);
    this.#calls.rd_kafka_metadata_destroy(metadata);
    this.#client.announced = copy.brokers;
    return copy;
  }

  /** Calls something that blocks, on another thread, until it succeeds, is refused for good, or takes too long. */
  async #retry(
    action: string,
    call: (ms: number) => Promise<number>,
    rights: readonly KafkaRight[] = [],
  ): Promise<void> {
    await this.#client.use(action, () => this.#untilAnswered(action, call, rights));
  }

  async #untilAnswered(
    action: string,
    call: (ms: number) => Promise<number>,
    rights: readonly KafkaRight[],
  ): Promise<void> {
    const start = performance.now();
    for (;;) {
      const left = start + this.#timeoutMs - performance.now();
      const code = await call(Math.ceil(Math.max(1, Math.min(left, SLICE_MS))));
      this.#client.serve();
      if (code === 0) {
        this.#reached = true;
        this.#client.trouble = undefined;
        return;
      }
      const waitedMs = performance.now() - start;
      this.#client.throwUnreachable(waitedMs);
      if (this.#client.closing || !this.#worthWaiting(code, waitedMs)) {
        throw withTrouble(codeError(this.#calls, action, code, { rights }), this.#client.trouble);
      }
      await delay(PAUSE_MS);
    }
  }

  /** A broker hides what a user may not see; asked by name, it refuses. */
  #throwUnauthorized({ name, error }: TopicMetadata): void {
    if (codeName(this.#calls, error) !== "TOPIC_AUTHORIZATION_FAILED") return;
    throw codeError(this.#calls, `find topic "${name}"`, error, { rights: [topicRight("Describe", name)] });
  }

  /** Who was there before is waited for as long as asked; who never was, only shortly. */
  #worthWaiting(code: number, waitedMs: number): boolean {
    const { trouble } = this.#client;
    if (trouble !== undefined && REFUSALS.has(trouble.code)) return false;
    if (trouble !== undefined && !this.#reached && waitedMs > DOWN_MS) return false;
    return mayPass(codeName(this.#calls, code)) && waitedMs < this.#timeoutMs;
  }

  #newTopic({ name, partitions, replicationFactor, settings }: TopicSpec): Deno.PointerValue {
    const calls = this.#calls;
    const topic = made(
      `create topic "${name}"`,
      (text, size) => calls.rd_kafka_NewTopic_new(cString(name), partitions, replicationFactor, text, size),
    );
    for (const [key, value] of Object.entries(settings)) {
      calls.rd_kafka_NewTopic_set_config(topic, cString(key), cString(value));
    }
    return topic;
  }

  /** Sends a request about topics, whose answer is one result for each. */
  async #topicRequest(
    action: string,
    operation: string,
    subjects: readonly Deno.PointerValue[],
    destroy: (subject: Deno.PointerValue) => void,
    send: Librdkafka["rd_kafka_CreateTopics"],
    answer: {
      readonly result: Librdkafka["rd_kafka_event_CreateTopics_result"];
      readonly topics: Librdkafka["rd_kafka_CreateTopics_result_topics"];
    },
  ): Promise<void> {
    try {
      if (subjects.length === 0) return;
      await adminRequest(this.#client, `${action}s`, this.#timeoutMs, (options, queue) => {
        send(this.#client.handle, pointerArray(subjects), BigInt(subjects.length), options, queue);
      }, (event) => throwTopicError(this.#calls, action, operation, resultArray(answer.result(event), answer.topics)));
    } finally {
      for (const subject of subjects) destroy(subject);
    }
  }

  #throwPartitionError(action: string, topic: string, result: Deno.PointerValue): void {
    const list = viewAt(this.#calls.rd_kafka_DeleteRecords_result_offsets(result));
    const count = list.getInt32(PARTITION_LIST.count);
    if (count === 0) return;
    const elements = viewAt(list.getPointer(PARTITION_LIST.elements));
    for (let n = 0; n < count; n++) {
      const code = elements.getInt32(n * PARTITION.bytes + PARTITION.error);
      if (code !== 0) throw codeError(this.#calls, action, code, { rights: [topicRight("Delete", topic)] });
    }
  }
}

/** What a constructor made; the error that it wrote if it made nothing. */
function made(action: string, make: (text: Pinned, size: bigint) => Deno.PointerValue): Deno.PointerValue {
  const text = pinned(ERROR_TEXT_BYTES);
  const pointer = make(text, BigInt(text.length));
  if (pointer !== null) return pointer;
  throw new KafkaError(`Cannot ${action}: ${plain(textIn(text))}`, { code: "_INVALID_ARG" });
}

/** Waits until brokers tell of a change: the controller, which made it, knows of it before they do. */
async function until(isTold: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + TOLD_MS;
  while (!await isTold() && performance.now() < deadline) await delay(PAUSE_MS);
}
