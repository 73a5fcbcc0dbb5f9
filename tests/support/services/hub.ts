/**
 * The servers of one run of tests: each fetched and started at the first question, once, and ended with the run. It is
 * asked over HTTP on loopback by tests in any thread or process.
 *
 * @module
 */

import { removeIfThere } from "./cache.ts";
import {
  inOneLine,
  isNeed,
  isSharedName,
  type Missing,
  type Need,
  obtain,
  type Shared,
  type SharedName,
  startShared,
} from "./offers.ts";
import { signal } from "./server_process.ts";

/** The environment variable that tells tests where the hub is. */
export const HUB_VARIABLE = "DATAGEN_TEST_SERVICES";

/** Fetches, starts, and ends the servers of a run. */
export class Hub implements AsyncDisposable {
  readonly #obtained = new Map<Need, Promise<Missing | undefined>>();
  readonly #started = new Map<SharedName, Promise<AsyncDisposable>>();
  readonly #processes = new Map<number, string>();
  #http: Deno.HttpServer | undefined;

  /** Fetches what tests need, once. Says aloud, once, if it cannot be had. */
  obtain(need: Need): Promise<Missing | undefined> {
    return once(this.#obtained, need, async () => {
      const missing = await obtain(need);
      if (missing !== undefined) console.error(`services: ${inOneLine(missing)}`);
      return missing;
    });
  }

  /** Starts a shared server, once, and tells how to reach it. */
  async start<Name extends SharedName>(name: Name): Promise<Shared[Name]> {
    return await once(this.#started, name, () => startShared(name)) as Shared[Name] & AsyncDisposable;
  }

  /**
   * Answers tests from now on.
   *
   * @returns The value for {@linkcode HUB_VARIABLE}.
   */
  serve(): string {
    const secret = crypto.randomUUID();
    const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
    const http = this.#http = Deno.serve(options, (request) => this.#answer(secret, request));
    return `http://127.0.0.1:${http.addr.port}/${secret}`;
  }

  /** Ends all servers, and those processes that tests left behind, with their files. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#http?.shutdown();
    for (const [pid, folder] of this.#processes) {
      signal(pid, "SIGKILL");
      await removeIfThere(folder);
    }
    const started = await Promise.allSettled(this.#started.values());
    await Promise.all(started.map((one) => one.status === "fulfilled" ? one.value[Symbol.asyncDispose]() : undefined));
  }

  async #answer(secret: string, request: Request): Promise<Response> {
    const [, given, action, subject = ""] = new URL(request.url).pathname.split("/");
    if (given !== secret) return new Response(null, { status: 403 });
    try {
      if (action === "obtain" && isNeed(subject)) return Response.json(await this.obtain(subject) ?? null);
      if (action === "start" && isSharedName(subject)) return Response.json(await this.start(subject));
      if (action === "processes") return await this.#note(request, Number(subject));
      return new Response(null, { status: 404 });
    } catch (error) {
      return new Response(error instanceof Error ? error.message : String(error), { status: 500 });
    }
  }

  async #note(request: Request, pid: number): Promise<Response> {
    if (request.method === "DELETE") this.#processes.delete(pid);
    else this.#processes.set(pid, await request.text());
    return new Response(null, { status: 204 });
  }
}

function once<Key, Value>(known: Map<Key, Promise<Value>>, key: Key, make: () => Promise<Value>): Promise<Value> {
  let value = known.get(key);
  if (value === undefined) known.set(key, value = make());
  return value;
}
