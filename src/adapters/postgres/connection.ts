/**
 * Where a PostgreSQL server is and how to log in, from a connection string that a service file and the variables of libpq
 * complete. Nothing here opens a connection, and no message holds a part of the string that might be a password.
 *
 * @module
 */

import { parseConnectionString, withoutSecrets } from "./connection_string.ts";
import {
  type Given,
  type Parameter,
  type ParameterName,
  PARAMETERS,
  type Refusal,
  SSL_MODES,
  type SslMode,
} from "./parameters.ts";
import { readService } from "./service_file.ts";

export type { SslMode } from "./parameters.ts";

/** One of the servers that a connection may go to. */
export interface Server {
  /** Name or address, or the directory of a Unix socket, which begins with `/`. */
  readonly host: string;
  /** TCP port, or the number in the socket's name. */
  readonly port: number;
  /** Address to go to without looking the name up; absent where the name is looked up. */
  readonly address?: string;
}

/** Where the server is and how to log in. */
export interface PostgresConnection extends Server {
  /** All servers that were named, in the order in which they are tried; the first is also `host` and `port`. */
  readonly servers: readonly Server[];
  /** Name of the database. */
  readonly database: string;
  /** Name of the role that logs in. */
  readonly user: string;
  /** Absent where the password file may have it. */
  readonly password?: string;
  /** The password file; absent where there can be none. */
  readonly passwordFile?: string;
  /** Schema that the URL names, as ORMs do; absent where it names none. */
  readonly schema?: string;
  /** How far it is encrypted. */
  readonly sslMode: SslMode;
  /** Whether TLS begins at once, without asking the server for it in its protocol. */
  readonly sslDirect: boolean;
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
  /** Seconds of silence after which the system looks whether the server is still there; 0: it does not. */
  readonly keepAliveSeconds: number;
  /** Name that the server shows in `pg_stat_activity`. */
  readonly applicationName: string;
  /** What the server is to set for the session, as its own command line has it; absent where nothing was asked for. */
  readonly serverOptions?: string;
}

/** Raised where a parameter of a connection has a value that cannot be met. */
export class UnmetParameter extends RangeError {
  /** What to do instead, in one line. */
  readonly hint: string;

  /**
   * Makes the error.
   *
   * @param message Parameter, value and reason, in one line.
   */
  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** The server of the documents, where none is named. */
const DEFAULT_POSTGRES_URL = "postgresql://postgres:postgres@localhost:5432/datagen";

/** What names a database and who uses it. */
type Place = Pick<PostgresConnection, "user" | "host" | "port" | "database">;

/** Reads a variable; empty is as good as unset. */
type Environment = (name: string) => string | undefined;

/**
 * Finds out where to connect: what the connection string leaves open comes from the service that it or `PGSERVICE` names,
 * then from libpq's variables, then from its defaults.
 *
 * @param text `postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=...`, or `host=HOST dbname=DATABASE ...`; default: the
 * server of the documents.
 * @param env Reads a variable; empty is as good as unset.
 * @throws {SyntaxError} If the text is no connection string.
 * @throws {RangeError} If a parameter is not among those that are allowed, or its value is not.
 */
export function resolveConnection(
  text: string | undefined,
  env: (name: string) => string | undefined,
): PostgresConnection {
  const parameters = new Parameters(parseConnectionString(text ?? DEFAULT_POSTGRES_URL), env);
  parameters.refuseUnmet();
  const take = (name: ParameterName) => parameters.take(name);
  const user = take("user") ?? (env("USER") || env("USERNAME") || "postgres");
  const servers = serversOf(parameters);
  const home = env("HOME");
  const sendsCertificate = take("sslcertmode") !== "disable";
  return {
    ...servers[0]!,
    servers,
    database: take("dbname") ?? user,
    user,
    ...optional("password", take("password")),
    ...optional("passwordFile", take("passfile") ?? defaultPasswordFile(env)),
    ...optional("schema", parameters.schema),
    ...security(parameters),
    ...optional("defaultRootCert", home ? `${home}/.postgresql/root.crt` : undefined),
    ...optional("sslCert", sendsCertificate ? take("sslcert") : undefined),
    ...optional("sslKey", sendsCertificate ? take("sslkey") : undefined),
    connectTimeoutMs: Math.max(0, parameters.integer("connect_timeout", 10, -1, 86_400)) * 1000,
    keepAliveSeconds: take("keepalives") === "0" ? 0 : parameters.integer("keepalives_idle", 0, 0, 32_767) || 60,
    applicationName: take("application_name") ?? take("fallback_application_name") ?? "datagen",
    ...optional("serverOptions", take("options")),
  };
}

/** The parameters of one connection, from wherever they come. */
class Parameters {
  readonly #given: Given;
  readonly #service: Given;
  readonly #env: Environment;

  constructor(given: Given, env: Environment) {
    this.#given = given;
    this.#env = env;
    const service = given.service || env("PGSERVICE");
    this.#service = service ? readService(service, servicePlaces(given.servicefile || env("PGSERVICEFILE"), env)) : {};
  }

  get schema(): string | undefined {
    return this.#given.schema || undefined;
  }

  /** Whether the certificate is to be checked, in the words of Prisma. */
  get isStrict(): boolean {
    return this.#given.sslaccept === "strict";
  }

  /** Value of a parameter; undefined where it is given nowhere, or empty. */
  take(name: ParameterName): string | undefined {
    const { variable } = parameter(name);
    return this.#given[name] || this.#service[name] || (variable && this.#env(variable)) || undefined;
  }

  /** Names where a parameter came from, never what it is. */
  whence(name: ParameterName): string {
    if (this.#given[name]) return `the PostgreSQL URL's ${name}`;
    return this.#service[name] ? `the PostgreSQL service's ${name}` : parameter(name).variable ?? name;
  }

  integer(name: ParameterName, fallback: number, least: number, most: number): number {
    const text = this.take(name);
    return text === undefined ? fallback : this.integerOf(name, text, least, most);
  }

  integerOf(name: ParameterName, text: string, least: number, most: number): number {
    const value = /^-?\d{1,6}$/.test(text) ? Number(text) : NaN;
    if (value >= least && value <= most) return value;
    throw new RangeError(`Cannot use ${this.whence(name)}: it must be a whole number from ${least} to ${most}`);
  }

  /** Refuses what cannot be met, wherever it was asked for. */
  refuseUnmet(): void {
    for (const name of Object.keys(PARAMETERS) as ParameterName[]) {
      const value = this.take(name);
      const refusal = value === undefined ? undefined : parameter(name).refuse?.(value);
      if (refusal !== undefined) throw this.unmet(name, refusal);
    }
  }

  unmet(name: ParameterName, { reason, hint }: Refusal): UnmetParameter {
    const text = this.take(name)!;
    const value = parameter(name).secret || !/^[\w.,!-]{1,40}$/.test(text) ? "" : ` "${text}"`;
    return new UnmetParameter(`Cannot use ${this.whence(name)}${value}: ${reason}`, hint);
  }
}

function parameter(name: ParameterName): Parameter {
  return PARAMETERS[name];
}

/** Hosts, addresses and ports are lists; one port is that of all. */
function serversOf(parameters: Parameters): Server[] {
  const addresses = parameters.take("hostaddr")?.split(",");
  const hosts = (parameters.take("host") ?? addresses?.join(",") ?? "localhost").split(",");
  const ports = (parameters.take("port") ?? "").split(",");
  for (const [name, list] of [["hostaddr", addresses], ["port", ports]] as const) {
    if (list === undefined || list.length === hosts.length || name === "port" && list.length === 1) continue;
    throw new RangeError(
      `Cannot use ${parameters.whence(name)}: it has ${list.length} values for ${hosts.length} hosts`,
    );
  }
  return hosts.map((host, at) => {
    const port = ports[ports.length === 1 ? 0 : at]!;
    return {
      host: host || addresses?.[at] || "localhost",
      port: port === "" ? 5432 : parameters.integerOf("port", port, 1, 65_535),
      ...(addresses?.[at] ? { address: addresses[at] } : {}),
    };
  });
}

/** What `sslmode` and its kin come to. */
function security(parameters: Parameters): Pick<PostgresConnection, "sslMode" | "sslDirect" | "sslRootCert"> {
  const [mode, rootCert] = [parameters.take("sslmode"), parameters.take("sslrootcert")];
  if (mode === "no-verify") return { sslMode: "require", sslDirect: isDirect(parameters, "require") }; // as node-postgres
  const text = parameters.isStrict ? "verify-full" : mode ?? (rootCert === "system" ? "verify-full" : "prefer");
  const sslMode = SSL_MODES.find((known) => known === text);
  if (sslMode === undefined) {
    throw new RangeError(
      `Cannot use ${parameters.whence("sslmode")}: it must be one of ${[...SSL_MODES, "no-verify"].join(", ")}`,
    );
  }
  if (rootCert === "system" && sslMode !== "verify-full") {
    throw parameters.unmet("sslrootcert", {
      reason: `with sslmode=${sslMode} anybody with a certificate of the system's authorities would be trusted`,
      hint: "write sslmode=verify-full",
    });
  }
  return { sslMode, sslDirect: isDirect(parameters, sslMode), ...optional("sslRootCert", rootCert) };
}

function isDirect(parameters: Parameters, sslMode: SslMode): boolean {
  if (parameters.take("sslnegotiation") !== "direct") return false;
  if (SSL_MODES.indexOf(sslMode) >= SSL_MODES.indexOf("require")) return true;
  throw parameters.unmet("sslnegotiation", {
    reason: `sslmode=${sslMode} does not ask for TLS`,
    hint: "write sslmode=require or stricter",
  });
}

/**
 * Names a target: address and database, the schema where it is not `public`; neither user nor password.
 *
 * @returns For example `postgres://localhost:5432/datagen?schema=shop`.
 */
export function targetText(connection: PostgresConnection, schema = "public"): string {
  const query = schema === "public" ? "" : `?schema=${encodeURIComponent(schema)}`;
  return `postgres://${addressText(connection)}/${encodeURIComponent(connection.database)}${query}`;
}

/** Names a server with the user, as a URL without a password. */
export function urlOf({ user, database, ...place }: Place & { readonly servers?: readonly Server[] }): string {
  return `postgresql://${encodeURIComponent(user)}@${addressText(place)}/${encodeURIComponent(database)}`;
}

/**
 * Takes a connection string apart and writes it as a URL without what is secret; what it leaves open stays open.
 *
 * @throws As {@linkcode resolveConnection} does.
 */
export function urlWithoutPassword(text: string): string {
  const { user, host, port, dbname, ...settings } = withoutSecrets(parseConnectionString(text));
  const login = user ? `${encodeURIComponent(user)}@` : "";
  const ports = port?.split(",") ?? [];
  const hosts = (host ?? "").split(",").map((each, at) => {
    const own = ports[ports.length === 1 ? 0 : at];
    return `${each ? hostText(each) : ""}${own ? `:${own}` : ""}`;
  });
  const query = Object.entries(settings).map(([name, value]) =>
    `${name}=${encodeURIComponent(value).replaceAll("%2F", "/")}`
  );
  const database = dbname ? `/${encodeURIComponent(dbname)}` : "";
  return `postgresql://${login}${hosts.join(",")}${database}${query.length === 0 ? "" : `?${query.join("&")}`}`;
}

function addressText({ host, port, servers }: Server & { readonly servers?: readonly Server[] }): string {
  const all = servers === undefined || servers.length < 2 ? [{ host, port }] : servers;
  return all.map((server) => `${hostText(server.host)}:${server.port}`).join(",");
}

function hostText(host: string): string {
  return host.startsWith("/") ? encodeURIComponent(host) : host.includes(":") ? `[${host}]` : host;
}

function servicePlaces(file: string | undefined, env: Environment) {
  const [home, roaming, system] = [env("HOME"), env("APPDATA"), env("PGSYSCONFDIR")];
  return {
    file,
    defaults: [
      ...(home ? [`${home}/.pg_service.conf`] : roaming ? [`${roaming}\\postgresql\\.pg_service.conf`] : []),
      ...(system ? [`${system}/pg_service.conf`] : []),
    ],
  };
}

function defaultPasswordFile(env: Environment): string | undefined {
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
