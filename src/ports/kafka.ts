/**
 * Kafka, as far as datagen needs it: small, so that another client can take librdkafka's place.
 *
 * @module
 */

/** A header of every record of a topic. */
export interface HeaderTemplate {
  /** The same in all records. */
  readonly name: string;
  /** Value of all records; absent where each record brings its own. */
  readonly value?: string;
}

/** Records made ready to send, in the order of sending: plain data, in memory that a client can read in place. */
export interface RecordBlock {
  /** Keys, values and header values, one after the other. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where the parts of each record are in `bytes`, {@linkcode WORD} by word. */
  readonly index: Int32Array<ArrayBuffer>;
  /** How many records there are. */
  readonly count: number;
  /** Whether any record has a time of its own. */
  readonly stamped: boolean;
}

/**
 * Words of the index that every record has; two more follow for each header value of its own: start and end. A start
 * of {@linkcode ABSENT} means that there are no bytes at all.
 */
export const WORD = {
  /** Handle of the topic. */
  topic: 0,
  /** Words of this record. */
  length: 1,
  keyStart: 2,
  keyEnd: 3,
  valueStart: 4,
  valueEnd: 5,
  /** Instant in epoch milliseconds, low and high half; both 0 for the time of sending. */
  instantLow: 6,
  instantHigh: 7,
  /** First word of the header values. */
  headers: 8,
} as const;

/** Start of a key or a value that a record does without. */
export const ABSENT = -1;

/** Header values of its own that a record may have at most. */
export const MAX_HEADERS = 16;

/** What became of the records that were given to a producer for one topic. */
export interface DeliveryCounts {
  /** Taken into the queue. */
  readonly accepted: number;
  /** Acknowledged by the broker as far as `acks` asks. */
  readonly delivered: number;
  /** Refused for good; {@linkcode Producer.failure} tells why. */
  readonly failed: number;
}

/** Sends records. After a fatal error only `close` may be called. */
export interface Producer {
  /** Brokers that must have a record before it counts as delivered: 0 for none, 1, or -1 for all that are in sync. */
  readonly acks: number;
  /** What became of the records so far, by topic handle. */
  counts(topic: number): DeliveryCounts;
  /** The first delivery that failed, or the client's fatal error; undefined while all is well. */
  readonly failure: KafkaError | undefined;
  /**
   * Names a topic to write to and the headers of its records.
   *
   * @returns A handle for record blocks, from 0.
   */
  topic(name: string, headers: readonly HeaderTemplate[]): number;
  /**
   * Gives all records of a block to the queue; waits while it is full.
   *
   * @throws {KafkaError} If a record cannot be taken, a delivery has failed, or the queue stays full past the deadline.
   */
  send(block: RecordBlock): Promise<void>;
  /** Takes delivery reports that have come in; cheap, to be called now and then from the producing thread. */
  poll(): void;
  /**
   * Waits until nothing is outstanding.
   *
   * @param timeoutMs At most so long.
   * @returns Records that are still outstanding: what becomes of them is not known.
   */
  flush(timeoutMs: number): Promise<number>;
  /** Fences other producers of the same transactional id, ends what they left open. */
  initTransactions(timeoutMs: number): Promise<void>;
  /** Begins a transaction. */
  beginTransaction(): void;
  /** Commits: everything sent since `beginTransaction` is delivered and shown to `read_committed` readers. */
  commitTransaction(timeoutMs: number): Promise<void>;
  /** Aborts: nothing sent since `beginTransaction` is ever shown to `read_committed` readers. */
  abortTransaction(timeoutMs: number): Promise<void>;
  /** Throws away what is outstanding and releases everything. Safe to call twice. */
  close(): Promise<void>;
}

/** Where a partition begins and ends. */
export interface Watermarks {
  /** Offset of its oldest record. */
  readonly low: number;
  /** Offset after its newest record. */
  readonly high: number;
}

/** A topic as the cluster has it. */
export interface TopicState {
  /** Name with its prefix. */
  readonly name: string;
  /** How many there are. */
  readonly partitions: number;
  /** Copies of each partition. */
  readonly replicationFactor: number;
}

/** A topic as it should be. */
export interface TopicSpec {
  /** Name with its prefix. */
  readonly name: string;
  /** From 1. */
  readonly partitions: number;
  /** Copies of each partition, from 1; -1 for the broker's own number (`default.replication.factor`, from Kafka 2.4). */
  readonly replicationFactor: number;
  /** Topic settings such as `retention.ms`, as text. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Offsets of a partition. */
export interface OffsetRange {
  /** The first, included. */
  readonly from: number;
  /** The last, excluded. */
  readonly to: number;
}

/** What a user needs to be allowed to, in the words of Kafka's ACLs. */
export interface KafkaRight {
  /** For example `Write`, `DescribeConfigs`. */
  readonly operation: string;
  /** What kind of thing. */
  readonly resource: "Topic" | "Cluster" | "TransactionalId";
  /** Its name; that of the cluster is `kafka-cluster`. */
  readonly name: string;
}

/** What the brokers tell of the rights of the user who asks: names of operations. */
export interface Authorized {
  /** On the cluster; none where the user may not `Describe` the cluster. */
  readonly cluster: ReadonlySet<string>;
  /** On topics that exist and that the user may see. */
  readonly topics: ReadonlyMap<string, ReadonlySet<string>>;
  /** Topics that the user may not see, so that they look as if they did not exist. */
  readonly hidden: ReadonlySet<string>;
}

/** A record that was read. */
export interface ReadRecord {
  /** From 0. */
  readonly partition: number;
  /** Place in the partition, from 0. */
  readonly offset: number;
  /** Undefined where the record has none. */
  readonly key: string | undefined;
  /** Undefined for a tombstone. */
  readonly value: Uint8Array | undefined;
}

/** Asks and changes a cluster, and reads small topics. Everything has a deadline. */
export interface KafkaAdmin {
  /** Brokers as `host:port`, and the cluster's id. */
  cluster(): Promise<{ readonly id: string; readonly brokers: readonly string[] }>;
  /** The topics of these names that exist. */
  topics(names: readonly string[]): Promise<readonly TopicState[]>;
  /** Waits until a topic exists, asking the broker to make it by its own defaults; false if it does not by then. */
  autoCreate(name: string, timeoutMs: number): Promise<boolean>;
  /** Makes topics; throws the first refusal. This and other changes of topics resolve when the brokers tell of them. */
  createTopics(specs: readonly TopicSpec[]): Promise<void>;
  /** Asks whether the cluster would make topics, and makes none; throws the first refusal. */
  checkNewTopics(specs: readonly TopicSpec[]): Promise<void>;
  /** Gives topics more partitions. */
  addPartitions(name: string, partitions: number): Promise<void>;
  /** Settings of a topic, defaults of the broker included, as text. */
  settings(name: string): Promise<Readonly<Record<string, string>>>;
  /** Changes some settings of a topic and leaves the others. */
  changeSettings(name: string, settings: Readonly<Record<string, string>>): Promise<void>;
  /** Deletes topics; throws the first refusal. */
  deleteTopics(names: readonly string[]): Promise<void>;
  /** Deletes all records below the given offsets, by partition. */
  deleteRecords(topic: string, before: ReadonlyMap<number, number>): Promise<void>;
  /**
   * Where each partition of a topic begins and ends, by number.
   *
   * @param partitions How many there are, as `topics` told; where it is absent the cluster is asked once more.
   */
  watermarks(topic: string, partitions?: number): Promise<readonly Watermarks[]>;
  /** Reads all that `read_committed` shows of a topic, from its beginning to its end of now; for small topics. */
  readAll(topic: string, timeoutMs: number): Promise<readonly ReadRecord[]>;
  /**
   * Counts what `read_committed` shows of a topic within some offsets of its partitions.
   *
   * @param silenceMs Longest time without any record.
   */
  countRecords(topic: string, ranges: ReadonlyMap<number, OffsetRange>, silenceMs: number): Promise<number>;
  /**
   * Asks what this user may do; undefined where broker or client is too old to tell (Kafka 2.3, librdkafka 2.3).
   */
  authorized(topics: readonly string[]): Promise<Authorized | undefined>;
  /** Closes its connections; safe to call twice. */
  close(): Promise<void>;
}

/** Makes clients of one cluster. Nothing is connected before it is used. */
export interface KafkaClient {
  /**
   * Makes a producer.
   *
   * @param properties What it has beside the cluster's own, as librdkafka names them.
   */
  producer(properties: Readonly<Record<string, string>>): Producer;
  /** Makes an admin client. */
  admin(): KafkaAdmin;
}

/** Raised by the Kafka client. */
export class KafkaError extends Error {
  /** Always `KafkaError`. */
  override name = "KafkaError";
  /** Name of the error as librdkafka spells it, for example `_MSG_TIMED_OUT`, `TOPIC_AUTHORIZATION_FAILED`. */
  readonly code: string;
  /** Whether trying again may help. */
  readonly retriable: boolean;
  /** Whether the producer cannot be used any more. */
  readonly fatal: boolean;
  /** Whether the transaction at hand must be aborted, after which the producer can go on. */
  readonly abortable: boolean;
  /** The right that is missing, where the broker refused for want of one and it is known which. */
  readonly right: KafkaRight | undefined;

  /**
   * Makes the error.
   *
   * @param message What went wrong, in one line, without credentials.
   */
  constructor(
    message: string,
    options: ErrorOptions & {
      code: string;
      retriable?: boolean;
      fatal?: boolean;
      abortable?: boolean;
      right?: KafkaRight | undefined;
    },
  ) {
    super(message, options);
    this.code = options.code;
    this.retriable = options.retriable ?? false;
    this.fatal = options.fatal ?? false;
    this.abortable = options.abortable ?? false;
    this.right = options.right;
  }
}
