/**
 * A Kafka cluster in memory, as far as the Kafka sink sees one: topics with offsets, transactions whose ends take
 * offsets too, producers that fence each other; and errors where a test wants them.
 */

import {
  ABSENT,
  type Authorized,
  type DeliveryCounts,
  type HeaderTemplate,
  type KafkaAdmin,
  type KafkaClient,
  KafkaError,
  type OffsetRange,
  type Producer,
  type ReadRecord,
  type RecordBlock,
  type TopicSpec,
  type TopicState,
  type Watermarks,
  WORD,
} from "../../src/ports/kafka.ts";

/** A record in a partition, or the end of a transaction. */
interface Entry {
  readonly key?: string;
  readonly value?: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  readonly timestamp: number;
  state: "open" | "committed" | "aborted" | "marker";
}

interface Partition {
  readonly entries: Entry[];
  low: number;
}

interface Topic extends TopicState {
  partitionsHeld: Partition[];
  settings: Record<string, string>;
}

/** Calls of a producer that can be made to fail. */
export type FaultyCall = "init" | "send" | "commit" | "abort";

/** An error that one call throws: instead of what it does, or after it. */
interface Fault {
  readonly call: FaultyCall;
  readonly error: KafkaError;
  readonly after: boolean;
}

/** The cluster. */
export class FakeKafka {
  /** Whether the broker makes topics that someone asks for. */
  autoCreates = true;
  /** Whether events that are sent are lost, as `acks=0` does not tell. */
  loses = false;
  /** Producers made so far. */
  producers = 0;
  /** The properties of the last one. */
  properties: Readonly<Record<string, string>> = {};
  readonly #topics = new Map<string, Topic>();
  readonly #faults: Fault[] = [];
  /** Newest producer of each transactional id. */
  readonly owners = new Map<string, FakeProducer>();

  /** Clients of it. */
  client(): KafkaClient {
    return {
      producer: (properties) => {
        this.producers++;
        this.properties = properties;
        return new FakeProducer(this, properties);
      },
      admin: () => new FakeAdmin(this),
    };
  }

  /** Lets the next call of this kind fail; the next but one, if one waits already. */
  fail(
    call: FaultyCall,
    code: string,
    is: { retriable?: boolean; fatal?: boolean; abortable?: boolean; after?: boolean },
  ) {
    this.#faults.push({
      call,
      error: new KafkaError(`Cannot ${call}: ${code}`, { code, ...is }),
      after: is.after ?? false,
    });
  }

  /** Does what a call does, with the error that waits for it. */
  run<Result>(call: FaultyCall, work: () => Result): Result {
    const at = this.#faults.findIndex((fault) => fault.call === call);
    if (at < 0) return work();
    const [fault] = this.#faults.splice(at, 1);
    if (fault!.after) work();
    throw fault!.error;
  }

  /** The topic of a name. */
  topic(name: string): Topic {
    const topic = this.#topics.get(name);
    if (topic === undefined) throw new KafkaError(`Cannot find topic ${name}`, { code: "UNKNOWN_TOPIC_OR_PART" });
    return topic;
  }

  has(name: string): boolean {
    return this.#topics.has(name);
  }

  make({ name, partitions, replicationFactor, settings }: TopicSpec): void {
    const partitionsHeld = Array.from({ length: partitions }, () => ({ entries: [], low: 0 }));
    const held = { "retention.ms": "604800000", "cleanup.policy": "delete", ...settings };
    const copies = Math.max(1, replicationFactor);
    this.#topics.set(name, { name, partitions, replicationFactor: copies, partitionsHeld, settings: held });
  }

  delete(name: string): void {
    this.#topics.delete(name);
  }

  /** What `read_committed` shows of a topic, partition after partition. */
  committed(name: string): (Entry & ReadRecord)[] {
    return this.topic(name).partitionsHeld.flatMap(({ entries, low }, partition) => {
      const open = entries.findIndex(({ state }) => state === "open");
      return entries.slice(0, open < 0 ? entries.length : open)
        .map((entry, offset) => ({ ...entry, key: entry.key, value: entry.value, partition, offset }))
        .filter(({ state, offset }) => state === "committed" && offset >= low) as (Entry & ReadRecord)[];
    });
  }
}

class FakeProducer implements Producer {
  failure: KafkaError | undefined;
  readonly acks: number;
  readonly #kafka: FakeKafka;
  readonly #id: string | undefined;
  readonly #routes: {
    name: string;
    headers: readonly HeaderTemplate[];
    counts: { -readonly [N in keyof DeliveryCounts]: number };
  }[] = [];
  #open: { topic: Topic; partition: number; entry: Entry }[] = [];
  #begun = false;

  constructor(kafka: FakeKafka, properties: Readonly<Record<string, string>>) {
    this.#kafka = kafka;
    this.#id = properties["transactional.id"];
    this.acks = { "0": 0, "1": 1 }[properties["acks"] ?? "all"] ?? -1;
  }

  topic(name: string, headers: readonly HeaderTemplate[]): number {
    return this.#routes.push({ name, headers, counts: { accepted: 0, delivered: 0, failed: 0 } }) - 1;
  }

  counts(topic: number): DeliveryCounts {
    return { ...this.#routes[topic]!.counts };
  }

  // deno-lint-ignore require-await
  async send(block: RecordBlock): Promise<void> {
    this.#checkOwner();
    this.#kafka.run("send", () => {
      for (let at = 0; at < block.index.length; at += block.index[at + WORD.length]!) this.#append(block, at);
    });
  }

  poll(): void {}

  flush(): Promise<number> {
    return Promise.resolve(0);
  }

  // deno-lint-ignore require-await
  async initTransactions(): Promise<void> {
    this.#kafka.run("init", () => {
      this.#kafka.owners.get(this.#id!)?.end("aborted");
      this.#kafka.owners.set(this.#id!, this);
    });
  }

  beginTransaction(): void {
    this.#checkOwner();
    if (this.#begun) throw new KafkaError("Cannot begin twice", { code: "_STATE" });
    this.#begun = true;
  }

  // deno-lint-ignore require-await
  async commitTransaction(): Promise<void> {
    this.#checkOwner();
    this.#kafka.run("commit", () => this.end("committed"));
  }

  // deno-lint-ignore require-await
  async abortTransaction(): Promise<void> {
    this.#checkOwner();
    this.#kafka.run("abort", () => this.end("aborted"));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Ends its transaction; the marker takes an offset in each partition. */
  end(state: "committed" | "aborted"): void {
    const touched = new Set(this.#open.map(({ topic, partition }) => topic.partitionsHeld[partition]!));
    for (const { entry } of this.#open) entry.state = state;
    for (const { entries } of touched) entries.push({ headers: {}, timestamp: 0, state: "marker" });
    this.#open = [];
    this.#begun = false;
  }

  #checkOwner(): void {
    if (this.#id === undefined || this.#kafka.owners.get(this.#id) === this) return;
    throw new KafkaError("Cannot go on: fenced", { code: "_FENCED", fatal: true });
  }

  #append(block: RecordBlock, at: number): void {
    const { index, bytes } = block;
    const part = (start: number, end: number) => start === ABSENT ? undefined : bytes.slice(start, end);
    const text = (start: number, end: number) => new TextDecoder().decode(part(start, end));
    const { name, headers, counts } = this.#routes[index[at + WORD.topic]!]!;
    const topic = this.#kafka.topic(name);
    const key = text(index[at + WORD.keyStart]!, index[at + WORD.keyEnd]!);
    const value = part(index[at + WORD.valueStart]!, index[at + WORD.valueEnd]!);
    let word = at + WORD.headers;
    const own = () => text(index[word++]!, index[word++]!);
    const entry: Entry = {
      key,
      ...(value === undefined ? {} : { value }),
      headers: Object.fromEntries(headers.map((header) => [header.name, header.value ?? own()])),
      timestamp: (index[at + WORD.instantLow]! >>> 0) + index[at + WORD.instantHigh]! * 2 ** 32,
      state: this.#begun ? "open" : "committed",
    };
    const partition = [...key].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0) >>> 0, 7) % topic.partitions;
    if (!(this.#kafka.loses && /purchases$/.test(name))) topic.partitionsHeld[partition]!.entries.push(entry);
    if (this.#begun) this.#open.push({ topic, partition, entry });
    counts.accepted++;
    counts.delivered++;
  }
}

class FakeAdmin implements KafkaAdmin {
  readonly #kafka: FakeKafka;

  constructor(kafka: FakeKafka) {
    this.#kafka = kafka;
  }

  // deno-lint-ignore require-await
  async cluster() {
    return { id: "fake", brokers: ["127.0.0.1:1"] };
  }

  // deno-lint-ignore require-await
  async topics(names: readonly string[]): Promise<TopicState[]> {
    return names.filter((name) => this.#kafka.has(name)).map((name) => this.#kafka.topic(name));
  }

  // deno-lint-ignore require-await
  async autoCreate(name: string): Promise<boolean> {
    if (this.#kafka.autoCreates) this.#kafka.make({ name, partitions: 1, replicationFactor: 1, settings: {} });
    return this.#kafka.autoCreates;
  }

  // deno-lint-ignore require-await
  async createTopics(specs: readonly TopicSpec[]): Promise<void> {
    for (const spec of specs) this.#kafka.make(spec);
  }

  checkNewTopics(): Promise<void> {
    return Promise.resolve();
  }

  // deno-lint-ignore require-await
  async addPartitions(name: string, partitions: number): Promise<void> {
    const topic = this.#kafka.topic(name);
    while (topic.partitionsHeld.length < partitions) topic.partitionsHeld.push({ entries: [], low: 0 });
    Object.assign(topic, { partitions });
  }

  // deno-lint-ignore require-await
  async settings(name: string): Promise<Record<string, string>> {
    return this.#kafka.topic(name).settings;
  }

  // deno-lint-ignore require-await
  async changeSettings(name: string, settings: Readonly<Record<string, string>>): Promise<void> {
    Object.assign(this.#kafka.topic(name).settings, settings);
  }

  // deno-lint-ignore require-await
  async deleteTopics(names: readonly string[]): Promise<void> {
    for (const name of names) this.#kafka.delete(name);
  }

  // deno-lint-ignore require-await
  async deleteRecords(name: string, before: ReadonlyMap<number, number>): Promise<void> {
    for (const [partition, offset] of before) this.#kafka.topic(name).partitionsHeld[partition]!.low = offset;
  }

  // deno-lint-ignore require-await
  async watermarks(name: string): Promise<Watermarks[]> {
    return this.#kafka.topic(name).partitionsHeld.map(({ low, entries }) => ({ low, high: entries.length }));
  }

  // deno-lint-ignore require-await
  async readAll(name: string): Promise<ReadRecord[]> {
    return this.#kafka.committed(name);
  }

  // deno-lint-ignore require-await
  async countRecords(name: string, ranges: ReadonlyMap<number, OffsetRange>): Promise<number> {
    return this.#kafka.committed(name).filter(({ partition, offset }) => {
      const { from, to } = ranges.get(partition) ?? { from: 0, to: 0 };
      return offset >= from && offset < to;
    }).length;
  }

  authorized(): Promise<Authorized | undefined> {
    return Promise.resolve(undefined);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
