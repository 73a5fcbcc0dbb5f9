/**
 * Takes a connection string apart, as libpq does: a URL, or `name=value` words. No message holds a part of it that might
 * be a password.
 *
 * @module
 */

import { type Given, PARAMETERS, takeParameter } from "./parameters.ts";

const URL_FORM = /^postgres(?:ql)?:\/\/(?:([^@/?#]*)@)?([^/?#]*)(?:\/([^@?#]*))?(?:\?([^#]*))?$/;
const WORDS_FORM = /^\s*[A-Za-z_]\w*\s*=/;

/** One word: its value in quotes or not, a backslash before what is meant. */
const WORD = /\s*([A-Za-z_]\w*)\s*=\s*(?:'((?:\\.|[^'\\])*)'|((?:\\.|[^\s'\\])*))(?=\s|$)/sy;

/** Tells whether a text is of libpq's other form, `host=... dbname=...`. */
function isWords(text: string): boolean {
  return WORDS_FORM.test(text);
}

/**
 * Takes a connection string apart.
 *
 * @throws {SyntaxError} If it is of neither form.
 * @throws {RangeError} If nobody knows one of its parameters.
 */
export function parseConnectionString(text: string): Given {
  return isWords(text) ? parseWords(text) : parseUrl(text);
}

function parseWords(text: string): Given {
  const given: Given = {};
  WORD.lastIndex = 0;
  while (/\S/.test(text.slice(WORD.lastIndex))) {
    const found = WORD.exec(text);
    if (found === null) {
      throw new SyntaxError(
        "Cannot use the PostgreSQL connection string: expected name=value words with spaces between; write a value with " +
          "spaces as 'like this', with a backslash before ' and \\",
      );
    }
    const [, name = "", quoted, plain = ""] = found;
    take(name, (quoted ?? plain).replace(/\\(.)/gs, "$1"), given, name);
  }
  return given;
}

function parseUrl(url: string): Given {
  const parts = URL_FORM.exec(url);
  if (parts === null) throw malformed(url);
  const [, login, address = "", database, query] = parts;
  const [user, ...password] = (login ?? "").split(":");
  return {
    ...parseAddresses(address),
    ...setting("user", user),
    ...setting("password", password.length === 0 ? undefined : password.join(":")),
    ...setting("dbname", database),
    ...settingsOf(query ?? ""),
  };
}

/** Several with a comma between; the ports become a list of as many, an empty one being the default. */
function parseAddresses(address: string): Given {
  const parts = address.split(",").map((each) => /^(\[[^\]]*\]|[^:@]*)(?::(\d*))?$/.exec(each));
  if (parts.some((part) => part === null)) {
    throw new SyntaxError(
      "Cannot use the PostgreSQL URL: what stands for HOST:PORT is neither; write @ : / in a password as %40 %3A %2F",
    );
  }
  const hosts = parts.map((part) => part![1]!.replace(/^\[(.*)\]$/, "$1"));
  const ports = parts.map((part) => part![2] ?? "");
  return {
    ...setting("host", hosts.join(",")),
    ...setting("port", ports.every((port) => port === "") ? undefined : ports.join(",")),
  };
}

function settingsOf(query: string): Given {
  const given: Given = {};
  for (const pair of query.split("&").filter((text) => text !== "")) {
    const [name = "", ...value] = pair.split("=");
    const shown = /^\w+$/.test(name) && !query.includes("@") ? name : undefined; // else a password may have a ?
    take(name, decoded(shown ?? "query", value.join("=")), given, shown);
  }
  return given;
}

/** @param shown The name as a message may show it; absent where it may be part of a password. */
function take(name: string, value: string, given: Given, shown: string | undefined): void {
  if (takeParameter(name, value, given)) return;
  const quoted = shown === undefined ? "" : ` "${shown}"`;
  throw new RangeError(`Cannot use the PostgreSQL URL: unknown parameter${quoted}, which libpq does not have either`);
}

/** A setting that stands in the URL, as an object to spread; nothing where it is absent or empty. */
function setting(name: "user" | "password" | "dbname" | "host" | "port", text: string | undefined): Given {
  return text ? { [name]: decoded(name, text) } : {};
}

function decoded(name: string, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new SyntaxError(`Cannot use the PostgreSQL URL: its ${name} has a % that no two hexadecimal digits follow`);
  }
}

function malformed(url: string): SyntaxError {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1];
  const reason = scheme === undefined
    ? "it does not begin with postgresql://"
    : /^postgres(ql)?$/.test(scheme)
    ? "it is not of this form; write @ : / ? # in a password as %40 %3A %2F %3F %23"
    : `${scheme}:// is not postgresql://`;
  return new SyntaxError(
    `Cannot use the PostgreSQL URL: ${reason} (postgresql://USER:PASSWORD@HOST:PORT/DATABASE)`,
  );
}

/** Takes what is secret out of what was given. */
export function withoutSecrets(given: Given): Given {
  const open = Object.entries(given).filter(([name]) =>
    !("secret" in ((PARAMETERS as Readonly<Record<string, object>>)[name] ?? {}))
  );
  return Object.fromEntries(open);
}
