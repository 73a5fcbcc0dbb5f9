/**
 * What goes wrong at a PostgreSQL server, in words. Of what the server says only the first line is told: details quote
 * rows, but for those that name what depends on a table.
 */

import { SinkError, TargetError } from "../../ports/sink.ts";
import { isPermission } from "../failures.ts";
import { ConnectTimeout, TlsError } from "./socket.ts";

/** Whose matter a failure is: `asked` wrongly, `passing` by itself, or `lasting` until somebody acts. */
type Kind = "asked" | "passing" | "lasting";

interface Remedy {
  /** One that was `asked` has a hint. */
  readonly kind: Kind;
  /** Absent where the server's or the system's own words are clear. */
  readonly reason?: string;
  /** Absent where nothing is known. */
  readonly hint?: string;
  /** Hints that name what the server names, by its words; the first that fits goes before `hint`. */
  readonly named?: readonly (readonly [RegExp, string])[];
}

/** PostgreSQL's code for what cannot be dropped as something else depends on it. */
const DEPENDED_ON = "2BP01";

/** Our own code, which no version of PostgreSQL has, for a schema that is in the hands of another load. */
export const OTHER_WRITER = "DGW01";

const AGAIN = "run the same command again: it goes on where it stopped";
const REACH = "start the server, or name another with `connection`";
const NO_TLS = "write sslmode=prefer or sslmode=disable in `connection` or PGSSLMODE, or have the server do TLS";
const TLS = "see sslmode, sslrootcert, sslcert and sslkey of `connection`";

/** What a user lacks, and the GRANT for it; `$1` stands for the name in the server's words. */
const RIGHTS = [
  [/^permission denied for schema (\S+)$/, "GRANT USAGE, CREATE ON SCHEMA $1, or log in as another user"],
  [/^permission denied for database (\S+)$/, "GRANT CONNECT, CREATE ON DATABASE $1, or log in as another user"],
  [/^permission denied for table (\S+)$/, "GRANT SELECT, INSERT ON TABLE $1, or log in as another user"],
  [/^must be owner of/, "log in as the owner"],
] as const;

/** What stands behind the codes of the system, of postgres.js and of PostgreSQL; a class of codes by its first two. */
const REMEDIES: Readonly<Record<string, Remedy>> = {
  ECONNREFUSED: { kind: "passing", reason: "connection refused", hint: REACH },
  ECONNRESET: { kind: "passing", reason: "the server closed the connection", hint: AGAIN },
  EPIPE: { kind: "passing", reason: "the server closed the connection", hint: AGAIN },
  ENOTFOUND: { kind: "passing", reason: "there is no host of this name", hint: REACH },
  EAI_AGAIN: { kind: "passing", reason: "the name of the host cannot be looked up", hint: REACH },
  ENOENT: { kind: "passing", reason: "there is no such socket", hint: REACH },
  EHOSTUNREACH: { kind: "passing", reason: "the host cannot be reached", hint: REACH },
  ENETUNREACH: { kind: "passing", reason: "the network cannot be reached", hint: REACH },
  ETIMEDOUT: { kind: "passing", reason: "no answer", hint: REACH },
  CONNECT_TIMEOUT: { kind: "passing", reason: "no answer", hint: REACH },
  CONNECTION_CLOSED: { kind: "passing", reason: "the server closed the connection", hint: AGAIN },
  CONNECTION_DESTROYED: { kind: "passing", reason: "the connection was closed", hint: AGAIN },
  CONNECTION_ENDED: { kind: "passing", reason: "the connection was closed", hint: AGAIN },
  "08P01": { kind: "lasting", hint: "see the log of the server, or of the pooler before it" },
  "08": { kind: "passing", reason: "the connection was lost", hint: AGAIN },
  "23": { kind: "lasting", hint: "empty the tables with `truncate`, or choose another schema with `schema`" },
  "25006": { kind: "asked", reason: "it is read-only", hint: "name the server that takes writes" },
  "28": { kind: "asked", hint: "check the user, and give the password as PGPASSWORD or in ~/.pgpass" },
  [DEPENDED_ON]: { kind: "asked", hint: "remove what depends on the tables, or choose another schema" },
  "0A000": { kind: "asked", hint: "remove what depends on the tables, or choose another schema" },
  "3D000": {
    kind: "asked",
    hint: "create the database first: CREATE DATABASE",
    named: [
      [/^database "([a-z_][a-z0-9_]*)" does not exist$/, "create the database first: CREATE DATABASE $1"],
      [/^database (".+") does not exist$/, "create the database first: CREATE DATABASE $1"],
    ],
  },
  "40": { kind: "passing", reason: "another session got in the way", hint: AGAIN },
  "42501": { kind: "asked", hint: "log in as another user, or have the right granted", named: RIGHTS },
  "53100": {
    kind: "passing",
    reason: "the server's disk is full",
    hint: "make room there, then run the same command again",
  },
  "53200": { kind: "passing", reason: "the server is out of memory", hint: AGAIN },
  "53300": { kind: "passing", reason: "the server has too many connections", hint: "close some, then run it again" },
  "53": { kind: "passing", hint: AGAIN },
  "55P03": {
    kind: "passing",
    reason: "a table is locked by another session",
    hint: "end that session (see pg_stat_activity), then run the same command again",
  },
  "57014": { kind: "passing", reason: "the statement was cancelled", hint: AGAIN },
  "25P03": { kind: "passing", hint: AGAIN },
  "57P01": { kind: "passing", hint: AGAIN },
  "57P05": { kind: "passing", hint: AGAIN },
  "57P02": { kind: "passing", reason: "the server has crashed and is recovering", hint: AGAIN },
  "57P03": { kind: "passing", reason: "the server is starting up or shutting down", hint: AGAIN },
  [OTHER_WRITER]: { kind: "passing", hint: "let the other one end, then run the same command again" },
  "58": { kind: "lasting", hint: "see the server's log" },
};

/** What PgBouncer says by one code, that of a broken protocol. */
const POOLER_WORDS: readonly [RegExp, Remedy][] = [
  [/statement pooling mode/, {
    kind: "asked",
    hint: "a load needs transactions: let the pooler have pool_mode=transaction or session, or name the server itself",
  }],
  [/query_wait_timeout/, {
    kind: "passing",
    hint: "the pooler had no free connection; a load needs two at once: raise its default_pool_size, then run it again",
  }],
];

/** Makes the error of a server that cannot be connected to, or a target that cannot be used; nothing was written. */
export function openError(action: string, target: string, cause: unknown, hint?: string): Error {
  return failure(action, target, cause, true, hint);
}

/** Makes the error of a target that failed while it was written or read. */
export function workError(action: string, target: string, cause: unknown): Error {
  return failure(action, target, cause, false);
}

/** Tells whether a server refused the way, encrypted or not, on which it was asked, so that the other may do. */
export function refusesWay(cause: unknown): boolean {
  return cause instanceof TlsError || codeOf(cause) === "28000";
}

function failure(action: string, target: string, cause: unknown, opening: boolean, hint?: string): Error {
  if (cause instanceof SinkError || cause instanceof TargetError || isPermission(cause)) return cause as Error;
  const remedy = remedyOf(cause);
  const message = `Cannot ${action} ${target}: ${remedy.reason ?? ownWords(cause)}`;
  const named = hint ?? namedHint(remedy, ownWords(cause));
  if (opening && remedy.kind === "asked") return new TargetError(message, named ?? remedy.hint!, { cause });
  const lost = opening && remedy.hint === AGAIN && codeOf(cause).startsWith("CONNECTION");
  const known = lost ? "see whether a PostgreSQL server listens there, and its log" : named ?? remedy.hint;
  const retriable = remedy.kind === "passing";
  return new SinkError(message, { cause, sink: target, retriable, ...(known === undefined ? {} : { hint: known }) });
}

function namedHint({ named = [] }: Remedy, words: string): string | undefined {
  const found = named.find(([pattern]) => pattern.test(words));
  return found && words.replace(found[0], found[1]);
}

function remedyOf(cause: unknown): Remedy {
  if (cause instanceof TlsError) {
    return { kind: "asked", hint: /does not support TLS/.test(cause.message) ? NO_TLS : TLS };
  }
  if (cause instanceof ConnectTimeout) return { kind: "passing", hint: REACH };
  const code = codeOf(cause);
  if (/lookup address|ENOTFOUND|EAI_/.test(`${code} ${ownWords(cause)}`)) return REMEDIES["ENOTFOUND"]!;
  const words = POOLER_WORDS.find(([pattern]) => pattern.test(ownWords(cause)));
  if (words !== undefined) return words[1];
  if (/No space left|File too large|quota exceeded/i.test(ownWords(cause))) return REMEDIES["53100"]!;
  return REMEDIES[code] ?? REMEDIES[code.slice(0, 2)] ??
    { kind: "lasting" };
}

/** Code of an error; of several tries at one name, that of the first. */
function codeOf(cause: unknown): string {
  const { code, errors } = cause as { code?: unknown; errors?: unknown };
  if (typeof code === "string") return code;
  return Array.isArray(errors) && errors.length > 0 ? codeOf(errors[0]) : "";
}

function ownWords(cause: unknown): string {
  const words = firstLine(cause instanceof Error ? cause.message : String(cause));
  const { detail } = cause as { detail?: unknown };
  return codeOf(cause) === DEPENDED_ON && typeof detail === "string" ? `${words} (${firstLine(detail)})` : words;
}

function firstLine(text: string): string {
  return text.split("\n")[0]!;
}
