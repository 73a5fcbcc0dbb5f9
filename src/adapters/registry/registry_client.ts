import { RegistryError, type SchemaLookup, type SchemaRegistry } from "../../ports/registry.ts";
import { givenPem } from "../given_file.ts";
import type { RegistryAnswer, RegistryRequest } from "./exchange.ts";
import { isProxys, registryError, saidAfterColon, saidBy, statusText, strangerFailure } from "./parties.ts";
import { proxyFor } from "./proxy.ts";
import { registryAddresses, type RegistryCredentials } from "./registry_address.ts";
import { RegistryRequests } from "./registry_requests.ts";
import { Route } from "./route.ts";

/** How a registry is reached. */
export interface RegistryOptions extends RegistryCredentials {
  /** Milliseconds for one call with all its attempts, 1 or more (default 10,000). */
  readonly timeoutMs?: number;
  /** Certificates in PEM of authorities to trust beside those of the system. */
  readonly caFile?: string;
  /** Reads the variables of proxies (default: those of the process, as far as Deno lets it read them). */
  readonly environment?: (name: string) => string | undefined;
}

const DEFAULT_TIMEOUT_MS = 10_000;

/** Where registries tell their version; Apicurio's own API is beside Confluent's, `/apis/ccompat/v7`. */
const VERSIONS = [
  { product: "Confluent", path: "/v1/metadata/version" },
  { product: "Apicurio", path: "/../../registry/v2/system/info" },
] as const;

/**
 * A Schema Registry that speaks Confluent's REST API: Confluent's own, Apicurio's below `/apis/ccompat/v7`, Karapace,
 * Redpanda's.
 */
export class RegistryClient implements SchemaRegistry {
  /** Its addresses without credentials, a comma between. */
  readonly url: string;
  readonly #requests: RegistryRequests;

  /**
   * Reads the options; nothing is asked yet.
   *
   * @param urls Addresses with a comma between, as {@linkcode registryAddresses} takes them.
   * @throws {RangeError} If an address or the credentials cannot be used.
   * @throws {RegistryError} If `caFile` cannot be used, or a variable names a proxy and cannot be understood.
   */
  constructor(urls: string, options: RegistryOptions = {}) {
    const addresses = registryAddresses(urls, options);
    this.url = addresses.map(({ url }) => url).join(",");
    const caCerts = options.caFile === undefined ? [] : [certificatesOf(options.caFile)];
    const environment = options.environment ?? ofProcess;
    const routes = addresses.map((address) => new Route(address, proxyFor(address.url, environment), caCerts));
    this.#requests = new RegistryRequests(routes, options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  }

  async lookup(subject: string, schema: string): Promise<SchemaLookup> {
    const request: RegistryRequest = {
      action: `look for the schema of ${subject}`,
      right: READ,
      method: "POST",
      path: pathOf(subject),
      body: { schema },
    };
    const answer = await this.#requests.send(request);
    if (isMissing(answer)) return { found: codeOf(answer) === NO_SUCH_SCHEMA ? "others" : "nothing" };
    return { found: "schema", id: idIn(request, answer) };
  }

  async incompatibility(subject: string, schema: string): Promise<string | undefined> {
    const request: RegistryRequest = {
      action: `check the schema of ${subject}`,
      right: WRITE,
      method: "POST",
      path: `/compatibility${pathOf(subject)}/versions/latest?verbose=true`,
      body: { schema },
    };
    const answer = await this.#requests.send(request);
    if (isMissing(answer)) return undefined; // no version that it would have to follow
    if (NOT_FOR_THIS_USER.includes(answer.status)) return undefined; // registering takes the same right, or tells more
    const { is_compatible: compatible, messages, reason } = membersOf(request, answer);
    if (typeof compatible !== "boolean") throw stranger(request, answer);
    if (compatible) return undefined;
    return saidBy(messages ?? reason, answer.route) || "the registry does not say why"; // Apicurio has a reason
  }

  /**
   * Asks whether a subject has any version.
   *
   * @throws {RegistryError} If the registry cannot be asked.
   */
  async holds(subject: string): Promise<boolean> {
    const request: RegistryRequest = {
      action: `look for the subject ${subject}`,
      right: READ,
      method: "GET",
      path: `${pathOf(subject)}/versions/latest`,
    };
    const answer = await this.#requests.send(request);
    if (isMissing(answer)) return false;
    accepted(request, answer);
    return true;
  }

  async register(subject: string, schema: string): Promise<number> {
    const request: RegistryRequest = {
      action: `register the schema of ${subject}`,
      right: WRITE,
      method: "POST",
      path: `${pathOf(subject)}/versions`,
      body: { schema },
    };
    return idIn(request, await this.#requests.send(request));
  }

  async subjects(): Promise<readonly string[]> {
    const request: RegistryRequest = {
      action: "list the subjects",
      right: "list the subjects",
      method: "GET",
      path: "/subjects",
    };
    const answer = await this.#requests.send(request);
    const { body } = accepted(request, answer);
    if (!Array.isArray(body)) throw stranger(request, answer);
    return body.map(String);
  }

  /** Tells product and version, for example `Apicurio 2.6.13.Final`; undefined where the registry does not say. */
  async product(): Promise<string | undefined> {
    for (const { product, path } of VERSIONS) {
      const version = (await this.#aside("ask for the version", path))?.["version"];
      if (typeof version === "string" && /^[\w.+-]{1,40}$/.test(version)) return `${product} ${version}`;
    }
    return undefined;
  }

  /**
   * Deletes a subject with all its versions for good; one that does not exist is passed over.
   *
   * @throws {RegistryError} If the registry refuses it, or cannot be asked.
   */
  async deleteSubject(subject: string): Promise<void> {
    const action = `delete the subject ${subject}`;
    for (const query of ["", "?permanent=true"]) { // the second takes only what the first has marked as deleted
      const request: RegistryRequest = {
        action,
        right: "delete the subject",
        method: "DELETE",
        path: `${pathOf(subject)}${query}`,
      };
      const answer = await this.#requests.send(request);
      if (!isMissing(answer)) accepted(request, answer);
    }
  }

  /** Tells the mode of a subject, for example `READONLY`; undefined where the registry does not tell this user. */
  async mode(subject: string): Promise<string | undefined> {
    const path = `/mode/${encodeURIComponent(subject)}?defaultToGlobal=true`;
    const mode = (await this.#aside("ask for the mode", path))?.["mode"];
    return typeof mode === "string" && /^[A-Z_]{1,40}$/.test(mode) ? mode : undefined;
  }

  /** Asks what only some registries tell; undefined where this one does not. */
  async #aside(action: string, path: string): Promise<Record<string, unknown> | undefined> {
    try {
      const { status, body } = await this.#requests.send({ action, right: READ, method: "GET", path });
      return status === 200 && typeof body === "object" && body !== null ? { ...body } : undefined;
    } catch (error) {
      if (error instanceof RegistryError) return undefined;
      throw error;
    }
  }

  /** Closes its connections; safe to call twice. */
  close(): void {
    this.#requests.close();
  }
}

/** What a request takes, for messages. */
const READ = "read the subject";
const WRITE = "write the subject";

/** Statuses with which a registry, or what guards it, refuses a question to this user, or altogether. */
const NOT_FOR_THIS_USER = [403, 405, 501];

/** A subject has versions, and none of them is this schema. */
const NO_SUCH_SCHEMA = 40_403;

/** The subject or the whole registry is in a mode that takes no schema. */
const NOT_PERMITTED = 42_205;

function ofProcess(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}

function pathOf(subject: string): string {
  return `/subjects/${encodeURIComponent(subject)}`;
}

/** Whether a registry says that there is no such subject or version, unlike a server that knows no such path. */
function isMissing(answer: RegistryAnswer): boolean {
  const code = codeOf(answer);
  return answer.status === 404 && code !== undefined && code >= 40_400 && code < 40_500;
}

/** The registry's own code of what is wrong. */
function codeOf({ body }: RegistryAnswer): number | undefined {
  const code = (body as { error_code?: unknown } | null | undefined)?.error_code;
  return typeof code === "number" ? code : undefined;
}

function idIn(request: RegistryRequest, answer: RegistryAnswer): number {
  const id = membersOf(request, answer)["id"];
  if (!Number.isInteger(id)) throw stranger(request, answer);
  return id as number;
}

/** The members of an answer that is an object. */
function membersOf(request: RegistryRequest, answer: RegistryAnswer): Record<string, unknown> {
  const { body } = accepted(request, answer);
  if (typeof body !== "object" || body === null) throw stranger(request, answer);
  return body as Record<string, unknown>;
}

/** The answer, unless it is a refusal. */
function accepted(request: RegistryRequest, answer: RegistryAnswer): RegistryAnswer {
  if (answer.status < 300) return answer;
  if (answer.status === 404 || isProxys(answer)) throw stranger(request, answer);
  throw registryError(request, answer.route, { reason: reasonOfRefusal(request, answer), retriable: false });
}

function reasonOfRefusal({ right }: RegistryRequest, answer: RegistryAnswer): string {
  const said = saidAfterColon(answer);
  const form = answer.form === "" ? "" : ` (${answer.form})`;
  switch (answer.status) {
    case 401:
      return answer.route.address.authorization === undefined
        ? `it wants a user and a password, or a token${form}`
        : `it refuses the login${form}`;
    case 403:
      return `the right to ${right} is missing${form}${said}`;
    case 409:
      return `it is not compatible with the versions there${said}`;
    case 422:
      return codeOf(answer) === NOT_PERMITTED
        ? `its mode lets nobody ${right}, as READONLY does${said}`
        : `it is not a schema that can be used${said}`;
    default:
      return `${statusText(answer)}${said}`;
  }
}

/** The error of a server that is no registry. */
function stranger(request: RegistryRequest, answer: RegistryAnswer): RegistryError {
  return registryError(request, answer.route, strangerFailure(answer));
}

function certificatesOf(caFile: string): string {
  try {
    return givenPem(caFile, "certificates");
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new RegistryError(`Cannot use the certificates in ${caFile}: ${cause.message}`, { cause, retriable: false });
  }
}
