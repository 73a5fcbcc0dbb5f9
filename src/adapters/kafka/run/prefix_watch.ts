/** Stops a writer without transactions when another has taken its prefix; with them, Kafka itself does. */

import { type KafkaAdmin, KafkaError } from "../../../ports/kafka.ts";
import { delay } from "../librdkafka/client.ts";
import { marksTopic, type RunMark } from "./marks.ts";
import { readMarks } from "./run_state.ts";

/** Longest time that the marks are asked for while no broker tells them, in milliseconds. */
const WATCH_MS = 120_000;
/** Pause before they are asked for again. */
const PAUSE_MS = 100;

/** Whose prefix it is. */
export interface PrefixOwner {
  /** Name of this process in the marks. */
  readonly writer: string;
  /** The run that stood there before this process wrote its own mark. */
  readonly before: RunMark | undefined;
}

/** Looks whether the `run` mark of a prefix still names its writer. */
export class PrefixWatch {
  readonly #admin: KafkaAdmin;
  readonly #prefix: string;
  readonly #writer: string;
  readonly #before: string | undefined;
  /** Where the marks' topic ends while nobody else writes to it. */
  #expected = -1;

  /** Asks nothing yet. */
  constructor(admin: KafkaAdmin, prefix: string, { writer, before }: PrefixOwner) {
    this.#admin = admin;
    this.#prefix = prefix;
    this.#writer = writer;
    this.#before = JSON.stringify(before);
  }

  /**
   * To be called before each mark: reads the marks, but only if someone else has written to their topic.
   *
   * @throws {KafkaError} `_FENCED`, if another one has taken the prefix; others if no broker tells for two minutes.
   */
  async check(): Promise<void> {
    for (const until = performance.now() + WATCH_MS;;) {
      try {
        return await this.#check();
      } catch (error) {
        if (!(error instanceof KafkaError) || !error.retriable || performance.now() >= until) throw error;
        await delay(PAUSE_MS);
      }
    }
  }

  async #check(): Promise<void> {
    const ends = await this.#admin.watermarks(marksTopic(this.#prefix));
    const end = ends.reduce((sum, { high }) => sum + high, 0);
    if (end > this.#expected) await this.#readRun();
    this.#expected = end + 1;
  }

  async #readRun(): Promise<void> {
    const { run } = await readMarks(this.#admin, this.#prefix);
    if (run?.writers?.at(-1) === this.#writer) return;
    if (JSON.stringify(run) === this.#before) { // with acks=0 or 1, it may not be shown yet
      throw new KafkaError("the mark of the run does not show", { code: "_TIMED_OUT", retriable: true });
    }
    throw new KafkaError("another writer has taken the prefix", { code: "_FENCED" });
  }
}
