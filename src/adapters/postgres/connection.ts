/**
 * Where a PostgreSQL server is and how to log in, from a URL that the variables of libpq complete. Nothing here opens a
 * connection or a file, and no message holds a part of the URL that might be a password.
 *
 * @module
 */

/** How far a connection is encrypted and its server checked, as libpq means it. */
export type SslMode = "disable" | "allow" | "prefer" | "require" | "verify-ca" | "verify-full";

/** From the least to the most demanding. */
const SSL_MODES: readonly SslMode[] = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

/** Where the server is and how to log in. */
export interface PostgresConnection {
  /** Name or address, or the directory of a Unix socket, which begins with `/`. */
  readonly host: string;
  /** TCP port, or the number in the socket's name. */
  readonly port: number;
  /** Name of the database. */
  readonly database: string;
  /** Name of the role that logs in. */
  readonly user: string;
  /** Absent where the password file may have it. */
  readonly password?: string;
  /** The password file; absent where there can be none. */
  readonly passwordFile?: string;
  /** How far it is encrypted. */
  readonly sslMode: SslMode;
  /** File of the authorities that are trusted, `system`, or absent for the default file or else the system's. */
  readonly sslRootCert?: string;
  /** The file that `sslRootCert` stands for when it is absent, if it exists. */
  readonly defaultRootCert?: string;
  /** File of the client's certificate. */
  readonly sslCert?: string;
  /** File of the client's key. */
  readonly sslKey?: string;
  /** Milliseconds until a connection that does not come about is given up; 0 waits for ever. */
  readonly connectTimeoutMs: number;
  /** Name that the server shows in `pg_stat_activity`. */
  readonly applicationName: string;
}

/** The server of the documents, where none is named. */
const DEFAULT_POSTGRES_URL = "postgresql://postgres:postgres@localhost:5432/datagen";

/** Settings of a URL's query, each with the variable that completes it. */
const SETTINGS = {
  host: "PGHOST",
  port: "PGPORT",
  dbname: "PGDATABASE",
  user: "PGUSER",
  password: "PGPASSWORD",
  passfile: "PGPASSFILE",
  sslmode: "PGSSLMODE",
  sslrootcert: "PGSSLROOTCERT",
  sslcert: "PGSSLCERT",
  sslkey: "PGSSLKEY",
  connect_timeout: "PGCONNECT_TIMEOUT",
  application_name: "PGAPPNAME",
} as const;

type Setting = keyof typeof SETTINGS;

/** What names a database and who uses it. */
type Place = Pick<PostgresConnection, "user" | "host" | "port" | "database">;

/** Texts that a URL gives, by setting. */
type Given = Partial<Record<Setting, string>>;

const URL_FORM = /^postgres(?:ql)?:\/\/(?:([^@/?#]*)@)?([^/?#]*)(?:\/([^@?#]*))?(?:\?([^#]*))?$/;

/**
 * Finds out where to connect: what the URL leaves open comes from libpq's variables, then from its defaults.
 *
 * @param url `postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=...`; default: the server of the documents.
 * @param env Reads a variable; empty is as good as unset.
 * @throws {SyntaxError} If the URL is no such URL.
 * @throws {RangeError} If a setting is not among those that are allowed.
 */
export function resolveConnection(
  url: string | undefined,
  env: (name: string) => string | undefined,
): PostgresConnection {
  const given = parseUrl(url ?? DEFAULT_POSTGRES_URL);
  const user = take("user") ?? (env("USER") || env("USERNAME") || "postgres");
  const host = take("host") ?? "localhost";
  if (host.includes(",")) {
    throw new RangeError(`Cannot use ${whence("host")}: it names several hosts, give the one that takes writes`);
  }
  const home = env("HOME");
  return {
    host,
    port: integer("port", 5432, 1, 65_535),
    database: take("dbname") ?? user,
    user,
    ...optional("password", take("password")),
    ...optional("passwordFile", take("passfile") ?? defaultPasswordFile(env)),
    sslMode: sslMode(),
    ...optional("sslRootCert", take("sslrootcert")),
    ...optional("defaultRootCert", home ? `${home}/.postgresql/root.crt` : undefined),
    ...optional("sslCert", take("sslcert")),
    ...optional("sslKey", take("sslkey")),
    connectTimeoutMs: integer("connect_timeout", 10, 0, 86_400) * 1000,
    applicationName: take("application_name") ?? "datagen",
  };

  function take(setting: Setting): string | undefined {
    return given[setting] || env(SETTINGS[setting]) || undefined;
  }

  /** Names where a setting came from, never what it is. */
  function whence(setting: Setting): string {
    return given[setting] ? `the PostgreSQL URL's ${setting}` : SETTINGS[setting];
  }

  function integer(setting: Setting, fallback: number, least: number, most: number): number {
    const text = take(setting);
    if (text === undefined) return fallback;
    const value = /^\d{1,6}$/.test(text) ? Number(text) : NaN;
    if (value >= least && value <= most) return value;
    throw new RangeError(`Cannot use ${whence(setting)}: it must be a whole number from ${least} to ${most}`);
  }

  function sslMode(): SslMode {
    const text = take("sslmode") ?? (take("sslrootcert") === "system" ? "verify-full" : "prefer");
    const mode = SSL_MODES.find((known) => known === text);
    if (mode !== undefined) return mode;
    throw new RangeError(`Cannot use ${whence("sslmode")}: it must be one of ${SSL_MODES.join(", ")}`);
  }
}

/**
 * Names a target: address and database, the schema where it is not `public`; neither user nor password.
 *
 * @returns For example `postgres://localhost:5432/datagen?schema=bank`.
 */
export function targetText({ host, port, database }: PostgresConnection, schema = "public"): string {
  const query = schema === "public" ? "" : `?schema=${encodeURIComponent(schema)}`;
  return `postgres://${hostText(host)}:${port}/${encodeURIComponent(database)}${query}`;
}

/** Names a server with the user, as a URL without a password. */
export function urlOf({ user, host, port, database }: Place): string {
  return `postgresql://${encodeURIComponent(user)}@${hostText(host)}:${port}/${encodeURIComponent(database)}`;
}

/**
 * Takes a URL apart and writes it again without the password; what it leaves open stays open.
 *
 * @throws As {@linkcode resolveConnection} does.
 */
export function urlWithoutPassword(url: string): string {
  const { password: _, user, host, port, dbname, ...settings } = parseUrl(url);
  const login = user ? `${encodeURIComponent(user)}@` : "";
  const address = `${host ? hostText(host) : ""}${port ? `:${port}` : ""}`;
  const query = Object.entries(settings).map(([name, text]) =>
    `${name}=${encodeURIComponent(text).replaceAll("%2F", "/")}`
  );
  const database = dbname ? `/${encodeURIComponent(dbname)}` : "";
  return `postgresql://${login}${address}${database}${query.length === 0 ? "" : `?${query.join("&")}`}`;
}

function hostText(host: string): string {
  return host.startsWith("/") ? encodeURIComponent(host) : host.includes(":") ? `[${host}]` : host;
}

/** Tells whether a server is reached without leaving this machine. */
export function isLoopback({ host }: PostgresConnection): boolean {
  return host.startsWith("/") || /^(localhost|127(\.\d{1,3}){3}|::1)$/i.test(host);
}

function parseUrl(url: string): Given {
  const parts = URL_FORM.exec(url);
  if (parts === null) throw malformed(url);
  const [, login, address = "", database, query] = parts;
  const [user, ...password] = (login ?? "").split(":");
  return {
    ...parseAddress(address),
    ...setting("user", user),
    ...setting("password", password.length === 0 ? undefined : password.join(":")),
    ...setting("dbname", database),
    ...settingsOf(query ?? ""),
  };
}

function parseAddress(address: string): Given {
  if (address.includes(",")) {
    throw new SyntaxError("Cannot use the PostgreSQL URL: it names several hosts, give the one that takes writes");
  }
  const parts = /^(\[[^\]]*\]|[^:@]*)(?::(\d*))?$/.exec(address);
  if (parts === null) {
    throw new SyntaxError(
      "Cannot use the PostgreSQL URL: what stands for HOST:PORT is neither; write @ : / in a password as %40 %3A %2F",
    );
  }
  const host = parts[1]!.startsWith("[") ? parts[1]!.slice(1, -1) : parts[1]!;
  return { ...setting("host", host), ...setting("port", parts[2]) };
}

function settingsOf(query: string): Given {
  const given: Given = {};
  for (const pair of query.split("&").filter((text) => text !== "")) {
    const [name = "", ...value] = pair.split("=");
    if (name === "ssl" && value[0] === "true") {
      given.sslmode = "require";
    } else if (Object.hasOwn(SETTINGS, name)) {
      given[name as Setting] = decoded(name, value.join("="));
    } else {
      const known = Object.keys(SETTINGS).join(", ");
      const shown = /^\w+$/.test(name) && !query.includes("@") ? ` "${name}"` : ""; // else a password may have a ?
      throw new RangeError(`Cannot use the PostgreSQL URL: unknown setting${shown}; it may have ${known}`);
    }
  }
  return given;
}

/** A setting that stands in the URL, as an object to spread; nothing where it is absent or empty. */
function setting(name: Setting, text: string | undefined): Given {
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

function defaultPasswordFile(env: (name: string) => string | undefined): string | undefined {
  const home = env("HOME");
  if (home) return `${home}/.pgpass`;
  const roaming = env("APPDATA");
  return roaming ? `${roaming}\\postgresql\\pgpass.conf` : undefined;
}

function optional<Name extends keyof PostgresConnection>(
  name: Name,
  value: string | undefined,
): Partial<Record<Name, string>> {
  return value === undefined ? {} : { [name]: value } as Record<Name, string>;
}
