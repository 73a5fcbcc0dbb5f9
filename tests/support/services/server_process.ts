/**
 * A server as a process of ours: started, asked until it answers, stopped by its process id.
 *
 * @module
 */

import { removeIfThere } from "./cache.ts";
import { tail, tryRun, type User } from "./commands.ts";

/** How a server is started and recognised as ready. */
export interface ServerProgram {
  /** What messages call it: `PostgreSQL 18`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly user?: User | undefined;
  /** Folder with all its files, removed when the server is disposed of. */
  readonly folder: string;
  /** Asks it something that only a ready server answers; false or an error means not yet. */
  readonly isReady: () => Promise<boolean>;
  /** Asks it to end. */
  readonly stopSignal: Deno.Signal;
}

/** Keeps the processes that must not outlive a run; the program that started the test run keeps one. */
export interface Ledger {
  /** Notes a process and its folder. */
  add(pid: number, folder: string): Promise<void>;
  /** Forgets a process that ended. */
  remove(pid: number): Promise<void>;
}

/** Longest wait for a server to become ready. Generous: the machine may be running tests on every core. */
const READY_MS = 90_000;
/** Longest wait for the answer to one question whether it is ready. */
const ANSWER_MS = 5_000;
/** Longest wait for a server to end by itself, after which it is killed. */
const STOP_MS = 15_000;
/** A server that ends at once is started again so long: what held its port or its memory may be going away. */
const RESTART_MS = 10_000;

/** A server that runs, or can be started again on the same port and files. */
export class ServerProcess implements AsyncDisposable {
  readonly #program: ServerProgram;
  readonly #ledger: Ledger | undefined;
  #child: Deno.ChildProcess | undefined;

  private constructor(program: ServerProgram, ledger: Ledger | undefined) {
    this.#program = program;
    this.#ledger = ledger;
  }

  /**
   * Starts a server and waits until it is ready.
   *
   * @throws {Error} If it is not ready within 90 seconds, with the last lines of its log; its folder is gone then.
   */
  static async start(program: ServerProgram, ledger?: Ledger): Promise<ServerProcess> {
    const server = new ServerProcess(program, ledger);
    try {
      await server.start();
      return server;
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Process id; `undefined` while it is stopped. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Everything that it wrote to standard output and standard error since its first start; empty on Windows. */
  async log(): Promise<string> {
    try {
      return await Deno.readTextFile(this.#logFile);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return "";
      throw error;
    }
  }

  /** Starts it (again), with the same port and files, and waits until it is ready. Nothing happens if it runs. */
  async start(): Promise<void> {
    if (this.#child !== undefined) return;
    const began = Date.now();
    while (!await this.#startOnce(began)) await sleep(250);
  }

  /** Asks it to end, waits, and kills it after 15 seconds. Its files stay. */
  async stop(): Promise<void> {
    await this.#end(this.#program.stopSignal);
  }

  /** Ends it and its children at once, as a power cut would. Its files stay. */
  async kill(): Promise<void> {
    const children = await childrenOf(this.#child?.pid);
    for (const pid of children) signal(pid, "SIGKILL");
    await this.#end("SIGKILL");
  }

  /** Freezes it and its children: connections stay open and nothing answers. */
  async pause(): Promise<void> {
    await this.#signalAll("SIGSTOP");
  }

  /** Lets it go on after {@linkcode pause}. */
  async resume(): Promise<void> {
    await this.#signalAll("SIGCONT");
  }

  /** Ends it for good and removes its files. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.resume();
    await this.stop();
    await removeIfThere(this.#program.folder);
  }

  get #logFile(): string {
    return `${this.#program.folder}/server.log`;
  }

  /** True when it is ready, false when it ended at once and another try may help. */
  async #startOnce(began: number): Promise<boolean> {
    const { name, folder } = this.#program;
    const child = this.#child = this.#spawn();
    await this.#ledger?.add(child.pid, folder);
    let ended = false;
    child.status.then(() => ended = true);
    while (!ended && Date.now() - began < READY_MS) {
      if (await within(ANSWER_MS, this.#program.isReady())) return true;
      await sleep(100);
    }
    await this.#end("SIGKILL");
    if (ended && Date.now() - began < RESTART_MS) return false;
    const reason = ended ? "it ended" : `no answer within ${READY_MS / 1000} s`;
    throw new Error(`Cannot start ${name}: ${reason}; its log ends: ${tail(await this.log())}`);
  }

  #spawn(): Deno.ChildProcess {
    const { command, args, user, folder } = this.#program;
    const options = { cwd: folder, ...user, stdin: "null" } as const; // the caller's folder may be closed to the user
    if (Deno.build.os === "windows") {
      return new Deno.Command(command, { ...options, args: [...args], stdout: "null", stderr: "null" }).spawn();
    }
    // The shell opens the log, so that no reader has to live as long as the server; then it becomes the server.
    const shell = ["-c", 'log=$1; shift; exec "$@" >>"$log" 2>&1', "sh", this.#logFile, command, ...args];
    return new Deno.Command("sh", { ...options, args: shell, stdout: "null", stderr: "null" }).spawn();
  }

  async #end(how: Deno.Signal): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    signal(child.pid, how);
    const deadline = setTimeout(() => signal(child.pid, "SIGKILL"), STOP_MS);
    await child.status;
    clearTimeout(deadline);
    this.#child = undefined;
    await this.#ledger?.remove(child.pid);
  }

  async #signalAll(how: Deno.Signal): Promise<void> {
    const pid = this.#child?.pid;
    if (pid === undefined || Deno.build.os === "windows") return;
    for (const each of [pid, ...await childrenOf(pid)]) signal(each, how);
  }
}

/** Sends a signal to a process, if it is still there. */
export function signal(pid: number, how: Deno.Signal): void {
  try {
    Deno.kill(pid, Deno.build.os === "windows" ? "SIGKILL" : how);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound) && !(error instanceof TypeError)) throw error;
  }
}

/** Waits so many milliseconds. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** What a question answers within a time; false if that passes, or the question fails. */
async function within(ms: number, question: Promise<boolean>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => timer = setTimeout(resolve, ms, false));
  const answer = await Promise.race([question.catch(() => false), late]);
  clearTimeout(timer);
  return answer;
}

/** A port of 127.0.0.1 that nobody listens on now, below those that systems give to outgoing connections. */
export function freePort(): number {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      return port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
}

async function childrenOf(pid: number | undefined): Promise<number[]> {
  if (pid === undefined || Deno.build.os === "windows") return [];
  const said = await tryRun("ps", ["-A", "-o", "pid=,ppid="]);
  return (said?.text ?? "").split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([child, parent]) => child !== undefined && parent === pid ? [child] : []);
}
