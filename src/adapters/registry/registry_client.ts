import { RegistryError, type SchemaRegistry } from "../../ports/registry.ts";
import { isPermission, reasonOf } from "../errors.ts";
import { registryAddresses, type RegistryCredentials } from "./registry_address.ts";
import {
  type RegistryAnswer,
  type RegistryRequest,
  RegistryRequests,
  saidAfterColon,
  saidBy,
} from "./registry_requests.ts";

/** How a registry is reached. */
export interface RegistryOptions extends RegistryCredentials {
  /** Milliseconds for one call with all its attempts, 1 or more (default 10,000). */
  readonly timeoutMs?: number;
  /** Certificates in PEM of authorities to trust beside those of the system. */
  readonly caFile?: string;
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
  readonly #client: Deno.HttpClient | undefined;

  /**
   * Reads the options; nothing is asked yet.
   *
   * @param urls Addresses with a comma between, as {@linkcode registryAddresses} takes them.
   * @throws {RangeError} If an address or the credentials cannot be used.
   * @throws {RegistryError} If `caFile` cannot be read.
   */
  constructor(urls: string, options: RegistryOptions = {}) {
    const addresses = registryAddresses(urls, options);
    this.url = addresses.map(({ url }) => url).join(",");
    this.#client = options.caFile === undefined ? undefined : trusting(options.caFile);
    this.#requests = new RegistryRequests(addresses, options.timeoutMs ?? DEFAULT_TIMEOUT_MS, this.#client);
  }

  async incompatibility(subject: string, schema: string): Promise<string | undefined> {
    const request: RegistryRequest = {
      action: `check the schema of ${subject}`,
      method: "POST",
      path: `/compatibility${pathOf(subject)}/versions/latest?verbose=true`,
      body: { schema },
    };
    const answer = await this.#requests.send(request);
    if (isMissing(answer)) return undefined; // no version that it would have to follow
    const { is_compatible: compatible, messages, reason } = membersOf(request, answer);
    if (typeof compatible !== "boolean") throw stranger(request, answer);
    if (compatible) return undefined;
    return saidBy(messages ?? reason, answer.address) || "the registry does not say why"; // Apicurio has a reason
  }

  async holds(subject: string): Promise<boolean> {
    const request: RegistryRequest = {
      action: `look for the subject ${subject}`,
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
      method: "POST",
      path: `${pathOf(subject)}/versions`,
      body: { schema },
    };
    const answer = await this.#requests.send(request);
    const id = membersOf(request, answer)["id"];
    if (!Number.isInteger(id)) throw stranger(request, answer);
    return id as number;
  }

  async subjects(): Promise<readonly string[]> {
    const request: RegistryRequest = { action: "list the subjects", method: "GET", path: "/subjects" };
    const answer = await this.#requests.send(request);
    const { body } = accepted(request, answer);
    if (!Array.isArray(body)) throw stranger(request, answer);
    return body.map(String);
  }

  /** Tells product and version, for example `Apicurio 2.6.13.Final`; undefined where the registry does not say. */
  async product(): Promise<string | undefined> {
    for (const { product, path } of VERSIONS) {
      const request: RegistryRequest = { action: "ask for the version", method: "GET", path };
      const answer = await this.#requests.send(request).catch((error) => {
        if (error instanceof RegistryError) return undefined;
        throw error;
      });
      const version = answer?.status === 200 ? (answer.body as { version?: unknown } | null)?.version : undefined;
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
      const request: RegistryRequest = { action, method: "DELETE", path: `${pathOf(subject)}${query}` };
      const answer = await this.#requests.send(request);
      if (!isMissing(answer)) accepted(request, answer);
    }
  }

  /** Closes its connections; safe to call twice. */
  close(): void {
    try {
      this.#client?.close();
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error; // closed already
    }
  }
}

function pathOf(subject: string): string {
  return `/subjects/${encodeURIComponent(subject)}`;
}

/** Whether a registry says that there is no such subject or version, unlike a server that knows no such path. */
function isMissing({ status, body }: RegistryAnswer): boolean {
  const code = (body as { error_code?: unknown } | null | undefined)?.error_code;
  return status === 404 && typeof code === "number" && code >= 40_400 && code < 40_500;
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
  if (answer.status === 404) throw stranger(request, answer);
  throw refusal(request, answer, reasonOfRefusal(answer));
}

function reasonOfRefusal({ status, body, address }: RegistryAnswer): string {
  const said = saidAfterColon(body, address);
  switch (status) {
    case 401:
      return address.authorization === undefined
        ? "it wants a user and a password, or a token"
        : "it refuses the login";
    case 403:
      return `the user may not do that${said}`;
    case 409:
      return `it is not compatible with the versions there${said}`;
    case 422:
      return `it is not a schema that can be used${said}`;
    default:
      return `status ${status}${said}`;
  }
}

/** The error of a server that is no registry. */
function stranger(request: RegistryRequest, answer: RegistryAnswer): RegistryError {
  return refusal(request, answer, "no Schema Registry answers there (Apicurio's is below /apis/ccompat/v7)");
}

function refusal(request: RegistryRequest, { address }: RegistryAnswer, reason: string): RegistryError {
  return new RegistryError(`Cannot ${request.action} at the Schema Registry ${address.url}: ${reason}`, {
    retriable: false,
  });
}

function trusting(caFile: string): Deno.HttpClient {
  const pem = textOf(caFile);
  if (!pem.includes("-----BEGIN CERTIFICATE-----")) throw unusable(caFile, "there is no certificate in PEM in it");
  try {
    return Deno.createHttpClient({ caCerts: [pem] });
  } catch (cause) {
    throw unusable(caFile, (cause as Error).message, cause);
  }
}

function textOf(caFile: string): string {
  try {
    return Deno.readTextFileSync(caFile);
  } catch (cause) {
    if (isPermission(cause)) throw cause;
    throw unusable(caFile, reasonOf(cause), cause);
  }
}

function unusable(caFile: string, reason: string, cause?: unknown): RegistryError {
  return new RegistryError(`Cannot use the certificates in ${caFile}: ${reason}`, { cause, retriable: false });
}
