/** Where the topics of a run end while it writes them, and whether they are still the same topics. */

import { type KafkaAdmin, KafkaError } from "../../../ports/kafka.ts";
import { delay } from "../librdkafka/client.ts";
import type { Offsets } from "./marks.ts";
import { endsOf } from "./run_state.ts";

/** Longest time that partitions are asked for their ends while the broker is away, in milliseconds. */
export const ENDS_MS = 30_000;
/** Pause before they are asked again. */
const PAUSE_MS = 500;

/** Asks where the topics of a run end. */
export class TopicEnds {
  readonly #admin: KafkaAdmin;
  readonly #names: readonly string[];
  readonly #marksTopic: string;
  readonly #gone: (topic: string) => Error;

  /**
   * Asks nothing yet.
   *
   * @param names Topics of the events.
   * @param gone Makes the error of a topic that someone has deleted.
   */
  constructor(admin: KafkaAdmin, names: readonly string[], marksTopic: string, gone: (topic: string) => Error) {
    this.#admin = admin;
    this.#names = names;
    this.#marksTopic = marksTopic;
    this.#gone = gone;
  }

  /**
   * Where the partitions end; never before where they ended, unless someone deleted a topic meanwhile. While no broker
   * tells, it is asked again, and then what is known stands: a lower bound is all that a mark needs.
   *
   * @param known Where they ended when they were asked before.
   * @param patienceMs How long a broker that is away is asked where everything is known.
   * @throws The error of a topic that is gone.
   * @throws {KafkaError} If no broker tells, and not everything is known.
   */
  async ask(known: Offsets, patienceMs: number): Promise<Offsets> {
    const ends = await this.#ask(known, performance.now() + patienceMs);
    for (const [topic, offsets] of Object.entries(known)) {
      const shorter = offsets.some((offset, partition) => (ends[topic]![partition] ?? 0) < offset);
      if (shorter) throw this.#gone(topic);
    }
    return ends;
  }

  async #ask(known: Offsets, until: number): Promise<Offsets> {
    for (;;) {
      try {
        const states = await this.#admin.topics([this.#marksTopic, ...this.#names]);
        if (states.every(({ name }) => name !== this.#marksTopic)) throw this.#gone(this.#marksTopic);
        return await endsOf(this.#admin, this.#names, states);
      } catch (error) {
        if (!(error instanceof KafkaError) || error.code === "UNKNOWN_TOPIC_OR_PART") throw error;
        if (performance.now() >= until && this.#names.every((name) => name in known)) return known;
        if (performance.now() >= until + ENDS_MS) throw error;
        await delay(PAUSE_MS);
      }
    }
  }
}
