/**
 * Requests to a Schema Registry: each address in turn, again after a pause, and never past a deadline.
 *
 * @module
 */

import type { RegistryError } from "../../ports/registry.ts";
import { isPermission } from "../failures.ts";
import { answerOf, failureOf, isPassing, passingFailure, redirection, registryError } from "./parties.ts";
import type { Failure, RegistryAnswer, RegistryRequest } from "./exchange.ts";
import type { Route } from "./route.ts";

/** Times that every address is tried. */
const ROUNDS = 3;

/** Pause before the second round, milliseconds; twice as long before the third. */
const PAUSE_MS = 200;

const MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";

/** Sends requests to the addresses of one registry. */
export class RegistryRequests {
  readonly #routes: readonly Route[];
  readonly #timeoutMs: number;

  /**
   * Takes the ways to the addresses.
   *
   * @param routes At least one; tried in this order.
   * @param timeoutMs For one request with all that is tried for it, milliseconds.
   */
  constructor(routes: readonly Route[], timeoutMs: number) {
    this.#routes = routes;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Sends a request until an address answers.
   *
   * @throws {RegistryError} If none does in time; it tells why the last one did not.
   */
  async send(request: RegistryRequest): Promise<RegistryAnswer> {
    const deadline = performance.now() + this.#timeoutMs;
    for (let round = 1;; round++) {
      const answer = await this.#round(request, deadline);
      if ("status" in answer) return answer;
      const pause = PAUSE_MS * round;
      if (!answer.retriable || round === ROUNDS || performance.now() + pause >= deadline) throw answer;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  /** Closes all connections; safe to call twice. */
  close(): void {
    for (const route of this.#routes) route.close();
  }

  /** Tries every address once; each has its share of the time that is left. */
  async #round(request: RegistryRequest, deadline: number): Promise<RegistryAnswer | RegistryError> {
    let error: RegistryError | undefined;
    for (const [n, route] of this.#routes.entries()) {
      const left = Math.max(1, deadline - performance.now());
      const answer = await this.#try(request, route, left / (this.#routes.length - n));
      if ("status" in answer) return answer;
      error = registryError(request, route, answer);
    }
    return error!;
  }

  async #try(request: RegistryRequest, route: Route, ms: number): Promise<RegistryAnswer | Failure> {
    try {
      const response = await fetch(`${route.address.url}${request.path}`, init(request, route, ms));
      const answer = answerOf(response, await response.text(), route);
      if (answer.status >= 300 && answer.status < 400) return redirection(response, request);
      return isPassing(answer) ? passingFailure(answer) : answer;
    } catch (error) {
      if (isPermission(error)) throw error;
      return failureOf(error, ms, route);
    }
  }
}

function init({ method, body }: RegistryRequest, route: Route, ms: number): RequestInit & { client: Deno.HttpClient } {
  const { authorization } = route.address;
  return {
    method,
    headers: {
      Accept: `${MEDIA_TYPE}, application/json`,
      ...(body === undefined ? {} : { "Content-Type": MEDIA_TYPE }),
      ...(authorization === undefined ? {} : { Authorization: authorization }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    redirect: "manual", // credentials go nowhere but where the user sends them
    signal: AbortSignal.timeout(Math.ceil(ms)),
    client: route.client(),
  };
}
