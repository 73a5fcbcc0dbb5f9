/**
 * Which proxy stands between this program and a server of HTTP, by the variables that curl, Python and Deno read too.
 * It is decided here, not by Deno, so that errors can name it, and so that what runs on this machine is asked directly.
 *
 * @module
 */

import { BlockList, isIP } from "node:net";
import { RegistryError } from "../../ports/registry.ts";

/** Reads a variable of the environment; undefined where it is not set. */
export type Environment = (name: string) => string | undefined;

/** A proxy that an address is reached through. */
export interface Proxy {
  /** Where it is, without user and password. */
  readonly url: string;
  /** The variable that names it. */
  readonly variable: string;
  /** What Deno logs in with there. */
  readonly basicAuth?: Deno.BasicAuth;
}

/** Schemes of proxies that can be used. */
const SCHEMES = /^(?:https?|socks5h?):$/;

/** This machine's own addresses, which no proxy can reach for us. */
const LOOPBACK = blockList(["127.0.0.0/8", "::1", "0.0.0.0", "::"]);

/**
 * Finds the proxy for an address: none for this machine and for what `NO_PROXY` names, else that of its scheme
 * (`HTTP_PROXY`, `HTTPS_PROXY`), else `ALL_PROXY`. Each may be written in lower case.
 *
 * @param url `http` or `https`.
 * @throws {RegistryError} If the variable holds no address of a proxy; the message does not repeat it.
 */
export function proxyFor(url: string, environment: Environment): Proxy | undefined {
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  if (isLoopback(host) || isExempt(host, port || DEFAULT_PORTS[protocol]!, environment)) return undefined;
  const names = [`${protocol.slice(0, -1).toUpperCase()}_PROXY`, "ALL_PROXY"];
  const found = names.flatMap((name) => [name, name.toLowerCase()]).find((name) => environment(name)?.trim());
  return found === undefined ? undefined : parsed(found, environment(found)!.trim());
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { "http:": "80", "https:": "443" };

function parsed(variable: string, text: string): Proxy {
  const withScheme = text.includes("://") ? text : `http://${text}`;
  const url = URL.canParse(withScheme) ? new URL(withScheme) : undefined;
  if (url === undefined || !SCHEMES.test(url.protocol) || url.hostname === "") {
    throw new RegistryError(`Cannot use ${variable}: expected http://HOST:PORT, https:// or socks5://`, {
      retriable: false,
      hint: "correct the variable, or name in NO_PROXY what is to be asked without a proxy",
    });
  }
  const { protocol, host, username, password } = url;
  const basicAuth = { username: decoded(username), password: decoded(password) };
  return { url: `${protocol}//${host}`, variable, ...(username === "" ? {} : { basicAuth }) };
}

/** Whether `NO_PROXY` names a host: `*`, a name with all below it, an address or a network, each with a port or none. */
function isExempt(host: string, port: string, environment: Environment): boolean {
  const entries = (environment("NO_PROXY")?.trim() || environment("no_proxy") || "").split(/[\s,]+/);
  return entries.some((entry) => {
    const [, bracketed, plain, onPort] = /^(?:\[(.+)\]|([^:]+|.*:.*:.*?))(?::(\d+))?$/.exec(entry) ?? [];
    const name = (bracketed ?? plain ?? "").toLowerCase();
    if (name === "" || onPort !== undefined && onPort !== port) return false;
    if (name === "*") return true;
    if (isIP(host) !== 0) return contains(blockList([name]), host);
    const domain = name.replace(/^\*?\./, "");
    return host === domain || host.endsWith(`.${domain}`);
  });
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost") || contains(LOOPBACK, host);
}

/** @param texts Addresses or networks such as `10.0.0.0/8`; anything else is left out. */
function blockList(texts: readonly string[]): BlockList {
  const list = new BlockList();
  for (const text of texts) {
    const [address = "", bits] = text.split("/", 2);
    const version = isIP(address);
    const most = version === 4 ? 32 : 128;
    if (version === 0 || bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) <= most)) continue;
    list.addSubnet(address, Number(bits ?? most), version === 4 ? "ipv4" : "ipv6");
  }
  return list;
}

function contains(list: BlockList, host: string): boolean {
  const version = isIP(host);
  return version !== 0 && list.check(host, version === 4 ? "ipv4" : "ipv6");
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a percent sign that begins no escape stands for itself
  }
}
