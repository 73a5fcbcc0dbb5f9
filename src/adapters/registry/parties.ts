/**
 * Who answered, and what: the registry, or another party in its place, such as a proxy, a page to log in, Kafka's own
 * port. Each becomes one line that names it.
 *
 * @module
 */

import { RegistryError } from "../../ports/registry.ts";
import type { Failure, RegistryAnswer, RegistryRequest } from "./exchange.ts";
import type { Route } from "./route.ts";

/** Characters of another party's own words that are shown at most. */
const LONGEST_MESSAGE = 300;

/** Characters of a page's title that are shown at most. */
const LONGEST_TITLE = 60;

const NOT_HTTP = "Kafka (9092) and PostgreSQL (5432) speak no HTTP, and a port with TLS wants https:// in `registry`";

/** Why a request failed below HTTP, by what Deno says of it, whether it may be otherwise later, and what to do. */
const REASONS: readonly { pattern: RegExp; reason: string; retriable: boolean; hint?: string }[] = [
  { pattern: /connection refused|proxy server unreachable/i, reason: "connection refused", retriable: true },
  { pattern: /dns error|failed to lookup/i, reason: "its host is not found", retriable: true },
  {
    pattern: /invalid peer certificate/i,
    reason: "its certificate is not trusted",
    retriable: false,
    hint: "name the authority that signed it with `caFile`",
  },
  {
    pattern: /InvalidContentType|corrupt message/i,
    reason: "it does not speak TLS",
    retriable: false,
    hint: "write http:// in `registry`, or the port that speaks TLS",
  },
  { pattern: /invalid HTTP/i, reason: "it does not speak plain HTTP", retriable: false, hint: NOT_HTTP },
  { pattern: /proxy authentication/i, reason: "it wants a user and a password, or refuses them", retriable: false },
  { pattern: /unsuccessful tunnel/i, reason: "it does not connect to that address", retriable: true },
  {
    pattern: /reset|closed before|IncompleteMessage|broken pipe|end of file|handshake eof/i,
    reason: "it closed the connection",
    retriable: true,
    hint: NOT_HTTP,
  },
  { pattern: /unreachable/i, reason: "its network is not reachable", retriable: true },
];

/** What only the way to a proxy, or the proxy itself, can have caused, whatever was to be asked behind it. */
const BEFORE_TUNNEL = /tcp connect error|dns error|unreachable|unsuccessful tunnel|proxy|response version|socks/i;

/** Reads what was answered. */
export function answerOf(response: Response, text: string, route: Route): RegistryAnswer {
  const { status, headers } = response;
  const body = parsed(text);
  const isRegistrys = status < 300 ? body !== undefined : typeof memberOf(body, "message") === "string";
  return { status, body, route, isRegistrys, form: body === undefined ? formOf(headers, text, route) : "" };
}

/** Makes the error of a request; it names the address and the proxy, and nothing that is secret. */
export function registryError({ action }: RegistryRequest, { address, proxy }: Route, failure: Failure): RegistryError {
  const through = proxy === undefined ? "" : ` through the proxy ${proxy.url} (${proxy.variable})`;
  return new RegistryError(
    `Cannot ${action} at the Schema Registry ${address.url}${through}: ${failure.reason}`,
    failure,
  );
}

/** Whether a later answer may be another one. */
export function isPassing({ status }: RegistryAnswer): boolean {
  return status === 429 || status >= 500 && status !== 501;
}

/** Tells of an answer that may be another one later. */
export function passingFailure(answer: RegistryAnswer): Failure {
  if (isProxys(answer)) return { ...proxyAnswer(answer), retriable: true };
  return { reason: `${statusText(answer)}${saidAfterColon(answer)}`, retriable: true };
}

/** Tells of an answer that is no registry's. */
export function strangerFailure(answer: RegistryAnswer): Failure {
  if (isProxys(answer)) return proxyAnswer(answer);
  const { url } = answer.route.address;
  return {
    reason: `no Schema Registry answers there, but something else, with ${statusText(answer)}${saidAfterColon(answer)}`,
    retriable: false,
    hint: answer.status < 300
      ? `open ${url} in a browser: it may be a page of the network to log in`
      : "correct `registry`: Apicurio's address ends in /apis/ccompat/v7, Confluent's has no path",
  };
}

/** Whether a proxy that sees the request must have answered it, and not the registry behind it. */
export function isProxys({ status, isRegistrys, route: { address, proxy } }: RegistryAnswer): boolean {
  if (proxy === undefined || address.url.startsWith("https:") || proxy.url.startsWith("socks")) return false;
  return status === 407 || !isRegistrys && status !== 401;
}

function proxyAnswer(answer: RegistryAnswer): Failure {
  const wants = answer.status === 407 ? ": it wants a user and a password, or refuses them" : "";
  return {
    reason: `the proxy answers with ${statusText(answer)}${wants}`,
    retriable: false,
    hint: roundProxy(answer.route),
  };
}

/** How to ask without the proxy. */
function roundProxy({ address, proxy }: Route): string {
  return `correct ${proxy!.variable}, or set NO_PROXY=${new URL(address.url).hostname} to ask without the proxy`;
}

/** Writes a status, and what came with it where that is no registry's: `status 200 (text/html "Log in", server nginx)`. */
export function statusText({ status, form }: RegistryAnswer): string {
  return `status ${status}${form === "" ? "" : ` (${form})`}`;
}

/** The registry's own message with a colon before it, on one line and without secrets; nothing where there is none. */
export function saidAfterColon({ body, route }: RegistryAnswer): string {
  const line = saidBy(memberOf(body, "message"), route);
  return line === "" ? "" : `: ${line}`;
}

/** What a registry says, a text or a list of them, on one line and without secrets; nothing where it says nothing. */
export function saidBy(message: unknown, route: Route): string {
  const text = [message].flat().filter((part) => typeof part === "string").join("; ");
  return inOneLine(withoutSecrets(text, route), LONGEST_MESSAGE);
}

/** Tells where a redirect leads. It is not followed; what is no path of a registry is a page to log in. */
export function redirection(response: Response, { path }: RegistryRequest): Failure {
  const place = response.headers.get("Location") ?? "";
  const to = URL.canParse(place, response.url) ? new URL(place, response.url) : undefined;
  if (to === undefined) return { reason: `status ${response.status}`, retriable: false };
  const wanted = path.split("?", 1)[0]!;
  const root = to.pathname.endsWith(wanted) ? to.pathname.slice(0, -wanted.length) : undefined;
  return {
    reason: `it redirects to ${to.origin}${to.pathname}`,
    retriable: false,
    hint: root === undefined
      ? "that is no Schema Registry's path: it may be a page to log in; correct `registry`, or log in there"
      : `write \`registry ${to.origin}${root}\``,
  };
}

/** Tells why a request failed below HTTP, and at whom. */
export function failureOf(error: unknown, ms: number, route: Route): Failure {
  const hint = route.proxy === undefined ? undefined : roundProxy(route);
  if (error instanceof DOMException && error.name === "TimeoutError") {
    return { reason: `no answer within ${(ms / 1000).toFixed(1)} s`, retriable: true, hint };
  }
  const text = wholeMessage(error);
  const known = REASONS.find(({ pattern }) => pattern.test(text));
  const reason = known?.reason ?? text.split(": ").at(-1)!;
  const isAtProxy = route.proxy !== undefined &&
    (route.address.url.startsWith("http:") || BEFORE_TUNNEL.test(text.slice(text.lastIndexOf("client error"))));
  const hints = [isAtProxy ? undefined : known?.hint, hint].filter((each) => each !== undefined);
  return {
    reason: isAtProxy ? `the proxy cannot be used: ${reason}` : reason,
    retriable: known?.retriable ?? true,
    hint: hints.length === 0 ? undefined : hints.join("; or "),
    cause: error,
  };
}

function formOf(headers: Headers, text: string, route: Route): string {
  const type = shown(headers.get("Content-Type")?.split(";", 1)[0]);
  const title = shown(/<title[^>]*>([^<]*)/i.exec(text)?.[1]);
  const server = shown(headers.get("Server"));
  const page = [type, title === "" ? "" : `"${title}"`].filter((word) => word !== "").join(" ");
  return [page, server === "" ? "" : `server ${server}`].filter((part) => part !== "").join(", ");

  function shown(words: string | null | undefined): string {
    return inOneLine(withoutSecrets(words ?? "", route), LONGEST_TITLE);
  }
}

function withoutSecrets(text: string, { address: { secrets } }: Route): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, "***"), text);
}

function inOneLine(text: string, most: number): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > most ? `${line.slice(0, most)}...` : line;
}

function memberOf(body: unknown, name: string): unknown {
  return (body as Record<string, unknown> | null | undefined)?.[name];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The message of an error and of what caused it. */
function wholeMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${wholeMessage(error.cause)}`;
}
