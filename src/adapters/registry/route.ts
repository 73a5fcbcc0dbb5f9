import type { Proxy } from "./proxy.ts";
import type { RegistryAddress } from "./registry_address.ts";

/** The way to one address of a registry: directly, or through a proxy; never as Deno would choose by itself. */
export class Route {
  readonly address: RegistryAddress;
  readonly proxy: Proxy | undefined;
  readonly #caCerts: readonly string[];
  #client: Deno.HttpClient | undefined;

  /**
   * Takes the way; nothing is connected yet.
   *
   * @param caCerts Certificates in PEM to trust beside those of the system.
   */
  constructor(address: RegistryAddress, proxy: Proxy | undefined, caCerts: readonly string[]) {
    this.address = address;
    this.proxy = proxy;
    this.#caCerts = caCerts;
  }

  /** What sends requests, made at the first one. */
  client(): Deno.HttpClient {
    return this.#client ??= this.#made();
  }

  /** Closes its connections; safe to call twice. */
  close(): void {
    this.#client?.close();
    this.#client = undefined;
  }

  #made(): Deno.HttpClient {
    const caCerts = [...this.#caCerts];
    if (this.proxy === undefined) return withoutProxies(() => Deno.createHttpClient({ caCerts }));
    const { url, basicAuth } = this.proxy;
    return Deno.createHttpClient({ caCerts, proxy: { url, ...(basicAuth === undefined ? {} : { basicAuth }) } });
  }
}

/** All names and all addresses, as Deno's `NO_PROXY` has them: its `*` stands for no address. */
const EVERYTHING = "*,0.0.0.0/0,::/0";

/**
 * Makes a client that asks directly. Deno reads the variables of proxies while a client is made, and has no option that
 * passes over them: its transport `tcp` sends absolute addresses as to a proxy, at which Apicurio fails.
 */
function withoutProxies(make: () => Deno.HttpClient): Deno.HttpClient {
  let before: string | undefined;
  try {
    before = Deno.env.get("NO_PROXY");
    Deno.env.set("NO_PROXY", EVERYTHING);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return make(); // then nobody here knows of a proxy
    throw error;
  }
  try {
    return make();
  } finally {
    if (before === undefined) Deno.env.delete("NO_PROXY");
    else Deno.env.set("NO_PROXY", before);
  }
}
