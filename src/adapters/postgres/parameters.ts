/**
 * The parameters of a connection: those that libpq knows, each with its variable, and those that ORMs and hosts add to a
 * URL. One table says of each whether it is used, has no effect here, or cannot be met, from wherever it comes.
 *
 * @module
 */

/** What is known of one parameter. */
export interface Parameter {
  /** libpq's variable for it. */
  readonly variable?: string;
  /** Whether messages must not repeat its value. */
  readonly secret?: true;
  /** Says why a value cannot be met, and what to do; undefined where it can be, or has no effect here. */
  readonly refuse?: (value: string) => Refusal | undefined;
}

/** Why a value cannot be met. */
export interface Refusal {
  readonly reason: string;
  readonly hint: string;
}

/** How far a connection is encrypted and its server checked, as libpq means it. */
export type SslMode = "disable" | "allow" | "prefer" | "require" | "verify-ca" | "verify-full";

/** From the least to the most demanding. */
export const SSL_MODES: readonly SslMode[] = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

/** libpq's parameters. A value that is `used` is looked at where the connection is made. */
export const PARAMETERS = {
  host: used("PGHOST"),
  hostaddr: used("PGHOSTADDR"),
  port: used("PGPORT"),
  dbname: used("PGDATABASE"),
  user: used("PGUSER"),
  password: { variable: "PGPASSWORD", secret: true },
  passfile: used("PGPASSFILE"),
  service: used("PGSERVICE"),
  servicefile: used("PGSERVICEFILE"),
  connect_timeout: used("PGCONNECT_TIMEOUT"),
  application_name: used("PGAPPNAME"),
  fallback_application_name: {},
  options: used("PGOPTIONS"),
  keepalives: {},
  keepalives_idle: {},
  sslmode: used("PGSSLMODE"),
  sslrootcert: used("PGSSLROOTCERT"),
  sslcert: used("PGSSLCERT"),
  sslkey: used("PGSSLKEY"),
  sslnegotiation: only("PGSSLNEGOTIATION", ["postgres", "direct"]),
  sslcertmode: only("PGSSLCERTMODE", ["allow", "disable"], {
    require: "whether a server asked for the certificate cannot be seen here",
  }),
  target_session_attrs: only("PGTARGETSESSIONATTRS", ["any", "read-write", "primary"], {
    "read-only": "a load writes",
    standby: "a load writes",
    "prefer-standby": "a load writes",
  }),
  load_balance_hosts: only("PGLOADBALANCEHOSTS", ["disable", "random"]), // only one of them takes writes
  channel_binding: only("PGCHANNELBINDING", ["disable", "prefer"], {
    require: "logging in with channel binding is not supported here; sslmode=verify-full proves the server's identity",
  }),
  gssencmode: only("PGGSSENCMODE", ["disable", "prefer"], { require: "GSSAPI is not supported here" }),
  replication: only(undefined, ["false", "off", "no", "0"], { true: "a load is no replication" }),
  requiressl: only("PGREQUIRESSL", ["0"], { 1: "it is called sslmode=require" }),
  sslsni: only("PGSSLSNI", ["1"], { 0: "the name of the host is always sent here" }),
  ssl_min_protocol_version: only("PGSSLMINPROTOCOLVERSION", ["TLSv1", "TLSv1.1", "TLSv1.2"], {
    "TLSv1.3": "the least version is always TLSv1.2 here",
  }),
  ssl_max_protocol_version: only("PGSSLMAXPROTOCOLVERSION", ["TLSv1.3"], {
    "TLSv1.2": "the greatest version is always TLSv1.3 here",
  }),
  min_protocol_version: only("PGMINPROTOCOLVERSION", ["3.0"], { 3.2: "the protocol is always 3.0 here" }),
  max_protocol_version: only("PGMAXPROTOCOLVERSION", ["3.0", "3.2", "latest"]),
  require_auth: never("PGREQUIREAUTH", "the way of logging in is the server's choice here"),
  requirepeer: never("PGREQUIREPEER", "the user behind a socket is not looked up here"),
  sslcrl: never("PGSSLCRL", "lists of revoked certificates are not supported here"),
  sslcrldir: never("PGSSLCRLDIR", "lists of revoked certificates are not supported here"),
  sslpassword: {
    ...never(undefined, "a key with a password is not supported here", "openssl pkey -in KEY -out PLAIN takes it off"),
    secret: true,
  },
  scram_client_key: { ...never(undefined, "logging in by a key is not supported here"), secret: true },
  scram_server_key: { ...never(undefined, "logging in by a key is not supported here"), secret: true },
  oauth_issuer: never(undefined, "logging in by OAuth is not supported here"),
  oauth_client_id: never(undefined, "logging in by OAuth is not supported here"),
  oauth_client_secret: { ...never(undefined, "logging in by OAuth is not supported here"), secret: true },
  oauth_scope: never(undefined, "logging in by OAuth is not supported here"),
  client_encoding: used("PGCLIENTENCODING"), // no effect: what is sent is UTF-8, and the server converts it
  keepalives_interval: {},
  keepalives_count: {},
  tcp_user_timeout: {},
  sslcompression: used("PGSSLCOMPRESSION"),
  sslkeylogfile: {},
  krbsrvname: used("PGKRBSRVNAME"),
  gsslib: used("PGGSSLIB"),
  gssdelegation: used("PGGSSDELEGATION"),
} as const satisfies Readonly<Record<string, Parameter>>;

/** Name of a parameter of libpq. */
export type ParameterName = keyof typeof PARAMETERS;

/** Texts that a URL, a service or the environment gives, by parameter; `schema` and `sslaccept` are those of ORMs. */
export type Given = Partial<Record<ParameterName | "schema" | "sslaccept", string>>;

/**
 * Parameters that ORMs and hosts add for their own clients, of no effect here: the size of a pool, statements that are
 * prepared, the spelling of other settings.
 */
const OF_OTHER_CLIENTS: ReadonlySet<string> = new Set([
  ...["pgbouncer", "connection_limit", "pool_timeout", "socket_timeout", "statement_cache_size"], // Prisma
  ...["pool", "checkout_timeout", "reaping_frequency", "prepared_statements", "encoding", "charset"], // Rails, Django
  ...["uselibpqcompat", "max", "idle_timeout"], // node-postgres, postgres.js
  ...["pool_size", "max_overflow", "pool_pre_ping", "prepared_statement_cache_size", "async_fallback"], // SQLAlchemy
  ...["supa", "workaround", "pgmode"], // Supabase, Vercel
]);

/** Other names of parameters, as other clients spell them. */
const ALIASES: Readonly<Record<string, (value: string, given: Given) => void>> = {
  schema: (value, given) => given.schema = value,
  currentSchema: (value, given) => given.schema = value,
  ssl: (value, given) => given.sslmode ??= /^(true|1|on|yes)$/i.test(value) ? "require" : offOr(value),
  sslaccept: (value, given) => given.sslaccept = value,
};

/**
 * Takes one parameter as libpq or another client spells it.
 *
 * @returns False if nobody knows it.
 */
export function takeParameter(name: string, value: string, given: Given): boolean {
  if (Object.hasOwn(PARAMETERS, name)) given[name as ParameterName] = value;
  else if (Object.hasOwn(ALIASES, name)) ALIASES[name]!(value, given);
  else return OF_OTHER_CLIENTS.has(name);
  return true;
}

function offOr(value: string): string {
  return /^(false|0|off|no)$/i.test(value) ? "disable" : value;
}

function used(variable: string): Parameter {
  return { variable };
}

/** @param others Values of libpq that cannot be met, each with the reason. */
function only(
  variable: string | undefined,
  taken: readonly string[],
  others: Readonly<Record<string, string>> = {},
): Parameter {
  return {
    ...(variable === undefined ? {} : { variable }),
    refuse: (value) => {
      if (taken.includes(value)) return undefined;
      const instead = `leave it away, or write ${taken.join(" or ")}`;
      return { reason: others[value] ?? `expected ${[...taken, ...Object.keys(others)].join(", ")}`, hint: instead };
    },
  };
}

function never(variable: string | undefined, reason: string, hint = "leave it away"): Parameter {
  return { ...(variable === undefined ? {} : { variable }), refuse: () => ({ reason, hint }) };
}
