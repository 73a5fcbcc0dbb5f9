/**
 * Requests to a Schema Registry: each address in turn, again after a pause, and never past a deadline.
 *
 * @module
 */

import { RegistryError } from "../../ports/registry.ts";
import { isPermission } from "../errors.ts";
import type { RegistryAddress } from "./registry_address.ts";

/** Times that every address is tried. */
const ROUNDS = 3;

/** Pause before the second round, milliseconds; twice as long before the third. */
const PAUSE_MS = 200;

const MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";

/** Characters of a registry's own message that are shown at most. */
const LONGEST_MESSAGE = 300;

/** Why a request failed below HTTP, by what Deno says of it, and whether it may be otherwise later. */
const REASONS: readonly (readonly [pattern: RegExp, reason: string, retriable: boolean])[] = [
  [/connection refused/i, "connection refused", true],
  [/dns error|failed to lookup/i, "its host is not found", true],
  [/invalid peer certificate/i, "its certificate is not trusted", false],
  [/InvalidContentType|corrupt message/i, "it does not speak TLS", false],
  [/invalid HTTP/i, "it does not speak plain HTTP", false],
  [/reset|closed before|IncompleteMessage|broken pipe|end of file/i, "it closed the connection", true],
  [/unreachable/i, "its network is not reachable", true],
];

/** What is asked. */
export interface RegistryRequest {
  /** What is being done, for messages: `list the subjects`. */
  readonly action: string;
  readonly method: "GET" | "POST" | "DELETE";
  /** Path below the root, with its first slash. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** What was answered; 429 and 5xx are not, they are tried again. */
export interface RegistryAnswer {
  readonly status: number;
  /** The parsed body; undefined if it is no JSON. */
  readonly body: unknown;
  /** Who answered. */
  readonly address: RegistryAddress;
}

/** Why an address gave no answer. */
interface Failure {
  readonly reason: string;
  readonly retriable: boolean;
  readonly cause?: unknown;
}

/** Sends requests to the addresses of one registry. */
export class RegistryRequests {
  readonly #addresses: readonly RegistryAddress[];
  readonly #timeoutMs: number;
  readonly #client: Deno.HttpClient | undefined;

  /**
   * Takes the addresses.
   *
   * @param addresses At least one; tried in this order.
   * @param timeoutMs For one request with all that is tried for it, milliseconds.
   * @param client Sends the requests; Deno's own by default.
   */
  constructor(addresses: readonly RegistryAddress[], timeoutMs: number, client?: Deno.HttpClient) {
    this.#addresses = addresses;
    this.#timeoutMs = timeoutMs;
    this.#client = client;
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
      if (!(answer instanceof RegistryError)) return answer;
      const pause = PAUSE_MS * round;
      if (!answer.retriable || round === ROUNDS || performance.now() + pause >= deadline) throw answer;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  /** Tries every address once; each has its share of the time that is left. */
  async #round(request: RegistryRequest, deadline: number): Promise<RegistryAnswer | RegistryError> {
    let error: RegistryError | undefined;
    for (const [n, address] of this.#addresses.entries()) {
      const left = Math.max(1, deadline - performance.now());
      const answer = await this.#try(request, address, left / (this.#addresses.length - n));
      if ("status" in answer) return answer;
      const { reason, retriable, cause } = answer;
      error = new RegistryError(`Cannot ${request.action} at the Schema Registry ${address.url}: ${reason}`, {
        cause,
        retriable,
      });
    }
    return error!;
  }

  async #try(request: RegistryRequest, address: RegistryAddress, ms: number): Promise<RegistryAnswer | Failure> {
    try {
      const response = await fetch(`${address.url}${request.path}`, this.#init(request, address, ms));
      const text = await response.text();
      const { status } = response;
      if (status >= 300 && status < 400) return { reason: redirection(response), retriable: false };
      const body = parsed(text);
      if (status < 500 && status !== 429) return { status, body, address };
      return { reason: `status ${status}${saidAfterColon(body, address)}`, retriable: true };
    } catch (error) {
      if (isPermission(error)) throw error;
      return failure(error, ms);
    }
  }

  #init({ method, body }: RegistryRequest, { authorization }: RegistryAddress, ms: number): RequestInit {
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
      ...(this.#client === undefined ? {} : { client: this.#client }),
    };
  }
}

/** The registry's own message with a colon before it, on one line and without secrets; nothing where there is none. */
export function saidAfterColon(body: unknown, address: RegistryAddress): string {
  const message = (body as { message?: unknown } | null | undefined)?.message;
  const line = saidBy(message, address);
  return line === "" ? "" : `: ${line}`;
}

/** What a registry says, a text or a list of them, on one line and without secrets; nothing where it says nothing. */
export function saidBy(message: unknown, { secrets }: RegistryAddress): string {
  const text = [message].flat().filter((part) => typeof part === "string").join("; ");
  const hidden = secrets.reduce((text, secret) => text.replaceAll(secret, "***"), text);
  const line = hidden.replace(/\s+/g, " ").trim();
  return line.length > LONGEST_MESSAGE ? `${line.slice(0, LONGEST_MESSAGE)}...` : line;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function redirection(response: Response): string {
  const place = response.headers.get("Location") ?? "";
  const to = URL.canParse(place, response.url) ? new URL(place, response.url) : undefined;
  return to === undefined
    ? `status ${response.status}`
    : `it redirects to ${to.origin}${to.pathname}; give that address`;
}

function failure(error: unknown, ms: number): Failure {
  if (error instanceof DOMException && error.name === "TimeoutError") {
    return { reason: `no answer within ${(ms / 1000).toFixed(1)} s`, retriable: true };
  }
  const text = wholeMessage(error);
  const known = REASONS.find(([pattern]) => pattern.test(text));
  return { reason: known?.[1] ?? text.split(": ").at(-1)!, retriable: known?.[2] ?? true, cause: error };
}

/** The message of an error and of what caused it. */
function wholeMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${wholeMessage(error.cause)}`;
}
