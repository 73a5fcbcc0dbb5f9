/**
 * A Kafka cluster inside this process, librdkafka's own, into which faults can be injected.
 *
 * @module
 */

import { Client, KIND } from "../../src/adapters/kafka/librdkafka/client.ts";
import { librdkafka } from "../../src/adapters/kafka/librdkafka/library.ts";
import { cString, textAt } from "../../src/adapters/kafka/librdkafka/memory.ts";

const symbols = {
  rd_kafka_handle_mock_cluster: { parameters: ["pointer" /* rd_kafka_t *rk */], result: "pointer" },
  rd_kafka_mock_cluster_bootstraps: { parameters: ["pointer" /* rd_kafka_mock_cluster_t * */], result: "pointer" },
  rd_kafka_mock_push_request_errors_array: {
    parameters: [
      "pointer", /* rd_kafka_mock_cluster_t *mcluster */
      "i16", /* int16_t ApiKey */
      "usize", /* size_t cnt */
      "buffer", /* const rd_kafka_resp_err_t *errors */
    ],
    result: "void",
  },
  rd_kafka_mock_clear_request_errors: {
    parameters: ["pointer", /* rd_kafka_mock_cluster_t *mcluster */ "i16" /* int16_t ApiKey */],
    result: "void",
  },
  rd_kafka_mock_topic_create: {
    parameters: [
      "pointer", /* rd_kafka_mock_cluster_t *mcluster */
      "buffer", /* const char *topic */
      "i32", /* int partition_cnt */
      "i32", /* int replication_factor */
    ],
    result: "i32", // rd_kafka_resp_err_t
  },
  rd_kafka_mock_broker_set_down: { parameters: ["pointer", "i32" /* int32_t broker_id; -1: all */], result: "i32" },
  rd_kafka_mock_broker_set_up: { parameters: ["pointer", "i32" /* int32_t broker_id; -1: all */], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** Requests that can be made to fail, by their key in Kafka's protocol. */
export const REQUEST = { produce: 0, metadata: 3, initProducerId: 22, addPartitionsToTxn: 24, endTxn: 26 } as const;

/** Errors of a broker, by their code in Kafka's protocol; `disconnect` closes the connection instead. */
export const FAULT = {
  notLeader: 6,
  requestTimedOut: 7,
  messageTooLarge: 10,
  coordinatorNotAvailable: 15,
  topicAuthorizationFailed: 29,
  outOfOrderSequence: 45,
  producerFenced: 90,
  disconnect: -195,
} as const;

/** Three brokers that live as long as this object; to be had with `await using`. */
export class MockKafka implements AsyncDisposable {
  /** Where clients find it. */
  readonly bootstrap: string;
  readonly #client = new Client(librdkafka(), KIND.producer, { "test.mock.num.brokers": "3" });
  readonly #calls = Deno.dlopen(librdkafka().path, symbols);
  readonly #cluster: Deno.PointerValue;

  constructor() {
    this.#cluster = this.#calls.symbols.rd_kafka_handle_mock_cluster(this.#client.handle);
    this.bootstrap = textAt(this.#calls.symbols.rd_kafka_mock_cluster_bootstraps(this.#cluster));
  }

  /** Makes a topic; others are made with four partitions when they are first written to. */
  createTopic(name: string, partitions: number): void {
    this.#calls.symbols.rd_kafka_mock_topic_create(this.#cluster, cString(name), partitions, 1);
  }

  /** Lets the next requests of one kind fail, each with the next of the faults. */
  fail(request: number, ...faults: number[]): void {
    const errors = Int32Array.from(faults);
    this.#calls.symbols.rd_kafka_mock_push_request_errors_array(
      this.#cluster,
      request,
      BigInt(errors.length),
      errors,
    );
  }

  /** Takes back the faults that no request of this kind has met. */
  heal(request: number): void {
    this.#calls.symbols.rd_kafka_mock_clear_request_errors(this.#cluster, request);
  }

  /** Stops all brokers: connections are closed, and new ones refused. */
  stop(): void {
    this.#calls.symbols.rd_kafka_mock_broker_set_down(this.#cluster, -1);
  }

  /** Starts all brokers again, with all they had. */
  start(): void {
    this.#calls.symbols.rd_kafka_mock_broker_set_up(this.#cluster, -1);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.close();
    this.#calls.close();
  }
}
