/**
 * Runs the real program against servers, looks for secrets in everything that it writes, and stops it at moments that
 * its own log names.
 *
 * @module
 */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { eventOf, type LogEvent } from "./log_events.ts";
import { type Outcome, startProgram } from "./program.ts";
import { assertNoSecrets } from "./secrets.ts";

/** Permissions of the task `datagen`, servers included. */
const PERMISSIONS = ["--allow-read", "--allow-write", "--allow-env", "--allow-sys", "--allow-net", "--allow-ffi"];
/** What the program gets of the environment of the tests. */
const PASSED = ["DATAGEN_LIBRDKAFKA", "NO_PROXY"];
const NEUTRAL_FOLDER = fileURLToPath(new URL(".", import.meta.url));
/** Longest time that a run may take, in milliseconds; after it the program is killed and the test fails. */
const DEADLINE_MS = 240_000;

/** How the program is run, beside its environment. */
export interface RunOptions {
  /** Folder in which it runs. Default: one that is not written to. */
  readonly cwd?: string;
  /** Instant, ISO 8601, that its clock shows at the start. Default: now. */
  readonly today?: string;
}

/** The program while it runs. */
export class RunningProgram {
  readonly #child: Deno.ChildProcess;
  readonly #args: readonly string[];
  readonly #texts = { stdout: "", stderr: "" };
  readonly #done: Promise<Outcome>;
  /** Called with every whole line of standard error. */
  #listeners: ((line: string) => void)[] = [];
  #ended = false;

  /** Starts it. */
  constructor(
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
    { cwd = NEUTRAL_FOLDER, today }: RunOptions = {},
  ) {
    const passed = PASSED.flatMap((name) => {
      const value = Deno.env.get(name);
      return value === undefined ? [] : [[name, value] as const];
    });
    this.#args = args;
    this.#child = startProgram(args, {
      cwd,
      permissions: [...PERMISSIONS, ...today === undefined ? [] : [`--preload=${NEUTRAL_FOLDER}other_day.ts`]],
      environment: {
        ...Object.fromEntries(passed),
        ...today === undefined ? {} : { DATAGEN_TEST_TODAY: today },
        ...environment,
      },
    });
    const deadline = setTimeout(() => this.kill(), DEADLINE_MS);
    // not caught: a secret that was shown fails the test file even where nobody waits for the outcome
    this.#done = this.#collect().finally(() => clearTimeout(deadline));
  }

  /** Process id. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Whether it has ended. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Waits until the log, which is to be JSON, has an event that fits; false if the program ends before. */
  async logs(fits: (event: LogEvent) => boolean): Promise<boolean> {
    const isIt = (line: string) => {
      const event = eventOf(line);
      return event !== undefined && fits(event);
    };
    const has = () => this.#texts.stderr.split("\n").slice(0, -1).some(isIt);
    if (has()) return true;
    const seen = new Promise<boolean>((resolve) => {
      this.#listeners.push((line) => isIt(line) && resolve(true));
    });
    return await Promise.race([seen, this.#done.then(has)]);
  }

  /** Ends it at once, as `kill -9` does. */
  kill(): void {
    this.signal("SIGKILL");
  }

  /** Sends it a signal, if it still runs. */
  signal(how: Deno.Signal): void {
    if (!this.#ended) this.#child.kill(how);
  }

  /** Stops it for as long as something takes, as if it were given no time. */
  async heldStill(work: () => Promise<unknown>): Promise<void> {
    this.signal("SIGSTOP");
    try {
      await work();
    } finally {
      this.signal("SIGCONT");
    }
  }

  /** Waits for its end. */
  outcome(): Promise<Outcome> {
    return this.#done;
  }

  async #collect(): Promise<Outcome> {
    const [status] = await Promise.all([
      this.#child.status,
      this.#read("stdout", this.#child.stdout),
      this.#read("stderr", this.#child.stderr),
    ]);
    this.#ended = true;
    this.#listeners = [];
    const where = `datagen ${this.#args[0] ?? ""}`;
    assertNoSecrets(this.#texts.stdout, `${where} on standard output`);
    assertNoSecrets(this.#texts.stderr, `${where} on standard error`);
    return { status: status.code, ...this.#texts };
  }

  async #read(name: "stdout" | "stderr", stream: ReadableStream<Uint8Array>): Promise<void> {
    let rest = "";
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      this.#texts[name] += text;
      if (name === "stdout") continue;
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      for (const line of lines) for (const listener of this.#listeners) listener(line);
    }
  }
}

/** Runs the program to its end. */
export function datagen(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  options?: RunOptions,
): Promise<Outcome> {
  return new RunningProgram(args, environment, options).outcome();
}

/** Runs the program to its end and makes sure that it succeeds, with nothing on standard error. */
export async function datagenOk(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  options?: RunOptions,
): Promise<Outcome> {
  const outcome = await datagen(args, environment, options);
  assert.deepEqual([outcome.status, outcome.stderr], [0, ""], outcome.stdout);
  return outcome;
}

/** What a failure must look like. */
export interface ExpectedFailure {
  /** 1: failed, 2: usage. */
  readonly status: 1 | 2;
  /** The line behind `error: `. */
  readonly error: RegExp;
  /** The line behind `hint: `. */
  readonly hint: RegExp;
}

/** Makes sure that a run failed with one clear line and a hint, and nothing else on standard error. */
export function assertFailure(outcome: Outcome, { status, error, hint }: ExpectedFailure): void {
  const lines = outcome.stderr.trimEnd().split("\n");
  assert.equal(outcome.status, status, outcome.stderr);
  assert.equal(lines.length, 2, outcome.stderr);
  assert.match(lines[0]!, new RegExp(`^error: ${error.source}`));
  assert.match(lines[1]!, new RegExp(`^hint: ${hint.source}`));
  assert.doesNotMatch(outcome.stderr, /\bat \S+:\d+:\d+|undefined|\[object|null/);
}
