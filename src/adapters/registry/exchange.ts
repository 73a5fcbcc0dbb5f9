/**
 * A question to a Schema Registry, and what comes back.
 *
 * @module
 */

import type { Route } from "./route.ts";

/** What is asked. */
export interface RegistryRequest {
  /** What is being done, for messages: `list the subjects`. */
  readonly action: string;
  /** The right that it takes, for messages: `read the subject`. */
  readonly right: string;
  readonly method: "GET" | "POST" | "DELETE";
  /** Path below the root, with its first slash. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** What was answered. */
export interface RegistryAnswer {
  readonly status: number;
  /** The parsed body; undefined if it is no JSON. */
  readonly body: unknown;
  /** The way to who answered. */
  readonly route: Route;
  /** Whether it is the answer of a registry, as far as its form tells. */
  readonly isRegistrys: boolean;
  /** What came where no JSON came: `text/html "Log in", server nginx`; else empty. */
  readonly form: string;
}

/** Why an address gave no answer. */
export interface Failure {
  readonly reason: string;
  readonly retriable: boolean;
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}
