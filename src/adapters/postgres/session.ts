/**
 * One connection to a PostgreSQL server. postgres.js speaks the protocol; here it gets one socket that is never opened
 * again by itself.
 *
 * Nothing here outlives a transaction: neither a setting nor a lock nor a prepared statement. A pooler such as PgBouncer
 * with `pool_mode=transaction` gives the next transaction to another session of the server, and this one to another
 * client, so what is set for a session is neither ours for sure nor gone when we are.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import process from "node:process";
import type { Writable } from "node:stream";
import type { Sql } from "postgres";
import { SinkError } from "../../ports/sink.ts";
import type { PostgresConnection } from "./connection.ts";
import { openError, refusesWay } from "./failures.ts";
import { readPasswordFile } from "./password_file.ts";
import { ConnectionClosed, type Encryption, openSocket, waysOf } from "./socket.ts";

/** One row of a result, by column. */
export type ResultRow = Readonly<Record<string, unknown>>;

/** What each transaction starts with, whatever the user or the database is set to; it ends with the transaction. */
export const LOCAL_SETTINGS = `SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
SET LOCAL standard_conforming_strings = on;
SET LOCAL quote_all_identifiers = off;
SET LOCAL timezone = 'UTC';
SET LOCAL client_min_messages = warning;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 0;
SELECT set_config('transaction_timeout', '0', true) WHERE current_setting('transaction_timeout', true) IS NOT NULL;
SET LOCAL lock_timeout = '10s';
`;

/**
 * Has a server that can look ten times a second, for the rest of a transaction, whether its client is still there, so that a
 * killed load does not go on until the end of a long statement, or wait for a lock that it no longer wants.
 */
export const WATCHED = `DO $$BEGIN
  PERFORM set_config('client_connection_check_interval', '100ms', true);
EXCEPTION WHEN OTHERS THEN NULL;
END$$;
`;

/** A query of postgres.js with the parts that it does not describe; see {@linkcode PostgresSession.copy}. */
interface RunningQuery {
  resolve(value: unknown): void;
  reject(error: unknown): void;
  execute(): unknown;
}

/** One connection, logged in. */
export class PostgresSession {
  readonly #sql: Sql;
  readonly #socket: Socket;
  readonly #lastWords: () => Error | undefined;
  /** Statements that were sent and not answered. */
  #running = 0;
  /** Whether a transaction of several messages is open. */
  #isOpen = false;

  private constructor(sql: Sql, socket: Socket) {
    this.#sql = sql;
    this.#socket = socket;
    this.#lastWords = lastWordsOf(socket);
  }

  /**
   * Connects and logs in: of several servers at the first that takes writes, or else at the last.
   *
   * @param target How messages name the server.
   * @throws {TargetError} If the server does not let this user in, or the database is not there.
   * @throws {SinkError} If the server cannot be reached.
   */
  static async open(connection: PostgresConnection, target: string): Promise<PostgresSession> {
    for (const [at, server] of connection.servers.entries()) {
      const isLast = at === connection.servers.length - 1;
      try {
        const session = await PostgresSession.#openAt({ ...connection, ...server }, target);
        if (isLast || await session.#takesWrites()) return session;
        await session.close();
      } catch (error) {
        if (isLast || !(error instanceof SinkError)) throw error;
      }
    }
    throw new Error("there is always a server to try");
  }

  /** Opens a session at one of several servers. */
  static async #openAt(connection: PostgresConnection, target: string): Promise<PostgresSession> {
    const found = connection.password === undefined ? readPasswordFile(connection) : {};
    const password = connection.password ?? found.password ?? "";
    const ways = waysOf(connection);
    for (const [at, way] of ways.entries()) {
      try {
        return await PostgresSession.#open({ ...connection, password }, way);
      } catch (error) {
        if (at === ways.length - 1 || !refusesWay(error)) {
          throw openError("connect to", target, error, found.ignored);
        }
      }
    }
    throw new Error("there is always a way to try");
  }

  static async #open(connection: PostgresConnection, way: Encryption): Promise<PostgresSession> {
    const { default: postgres } = await import("postgres");
    const socket = await openSocket(connection, way);
    const sql = withoutEnvironment(() => postgres(driverOptions(connection, once(socket))));
    try {
      const session = new PostgresSession(sql, socket);
      await session.query("SELECT"); // postgres.js logs in with the first statement
      return session;
    } catch (error) {
      socket.destroy();
      await sql.end({ timeout: 0 });
      throw error;
    }
  }

  async #takesWrites(): Promise<boolean> {
    const [row] = await this.query(
      "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::bool AS no",
    );
    return row!["no"] === false;
  }

  /** Whether what is sent is encrypted. */
  get encrypted(): boolean {
    return "encrypted" in this.#socket;
  }

  /** Runs one statement, and gives its rows: in the transaction that is open, or else in one of its own. */
  async query(text: string): Promise<ResultRow[]> {
    return await this.#send(this.#isOpen ? text : `${LOCAL_SETTINGS}${text}`);
  }

  /**
   * Runs statements in the transaction that is open, or else in one of their own, which is committed at their end: if one
   * fails, none has been done.
   */
  async script(text: string): Promise<void> {
    await this.#send(`${this.#isOpen ? "" : LOCAL_SETTINGS}${WATCHED}${text}`);
  }

  /**
   * Begins a transaction that stays open; the end of the connection ends it too.
   *
   * @throws What the pooler says, where one has no transactions of several messages.
   */
  async begin(): Promise<void> {
    await this.#send(`BEGIN;\n${LOCAL_SETTINGS}`);
    this.#isOpen = true;
  }

  /** Ends the transaction that {@linkcode begin} began. */
  async end(how: "COMMIT" | "ROLLBACK"): Promise<void> {
    await this.#send(how);
    this.#isOpen = false;
  }

  /**
   * Runs statements, some of them COPY FROM STDIN, in one round trip: when the first COPY asks for its bytes, those of
   * all follow one another, and the server takes for each what is its own. With an answer awaited for each COPY, most of
   * the time went into waiting for this process, which generates rows meanwhile.
   *
   * postgres.js knows of one COPY a query only, copies its bytes once more, and tells of no failure after its first
   * byte. So its stream is left alone, the bytes go into the socket, and the outcome is heard where postgres.js does.
   *
   * @param text The statements.
   * @param messages What each COPY reads, in order, as messages of the protocol, the end of each COPY among them; must
   * not change until this is done.
   */
  async copy(text: string, messages: readonly Uint8Array[]): Promise<void> {
    await this.#run(() =>
      new Promise<void>((resolve, reject) => {
        const query = this.#sql.unsafe(text) as unknown as RunningQuery;
        let stream: Writable | undefined;
        query.resolve = (value) => {
          if (!isWritable(value)) {
            stream?.destroy(); // or postgres.js takes no other query; what it sends then, a server passes over
            resolve();
            return;
          }
          if (stream === undefined) { for (const message of messages) this.#socket.write(message); }
          stream = value;
          stream.on("error", () => {}); // the query tells
        };
        query.reject = reject;
        query.execute();
      })
    );
  }

  /** Ends the session; what runs at this moment is broken off, and a transaction rolled back. Safe to call twice. */
  async close(): Promise<void> {
    if (this.#running > 0) this.#socket.destroy();
    const ended = this.#sql.end({ timeout: this.#running > 0 ? 0 : 5 });
    await ended.catch(() => {}); // the connection is gone either way, and what was committed stays
  }

  /** One message: without BEGIN and COMMIT in it, PostgreSQL makes one transaction of it. */
  async #send(text: string): Promise<ResultRow[]> {
    const result = await this.#run(() => this.#sql.unsafe(text)) as unknown as (ResultRow | ResultRow[])[];
    const last = result.at(-1);
    return Array.isArray(last) ? [...last] : [...result as ResultRow[]];
  }

  async #run<Result>(work: () => PromiseLike<Result>): Promise<Result> {
    this.#running++;
    try {
      return await work();
    } catch (error) {
      throw this.#socket.destroyed ? this.#lastWords() ?? error : error;
    } finally {
      this.#running--;
    }
  }
}

/** Bytes of the longest message that is looked for at the end of a connection. */
const LAST_BYTES = 4096;

/** An error as the protocol has it: fields, each a letter and a text, at the end of what was received. */
const LAST_ERROR = /E[^]{4}((?:[A-Za-z][^\0]*\0)+)\0$/;

/**
 * Listens to what is received, as postgres.js forgets the error with which a server, or a pooler, ends a connection.
 *
 * @returns Makes that error; undefined where the connection did not end with one.
 */
function lastWordsOf(socket: Socket): () => Error | undefined {
  let last: Uint8Array = new Uint8Array();
  socket.on("data", (bytes: Uint8Array) => {
    last = bytes.length >= LAST_BYTES ? bytes.slice(-LAST_BYTES) : Buffer.concat([last, bytes]).subarray(-LAST_BYTES);
  });
  return () => {
    const text = LAST_ERROR.exec(Buffer.from(last).toString("latin1"))?.[1];
    if (text === undefined) return undefined;
    const fields = Buffer.from(text, "latin1").toString().split("\0");
    const field = (letter: string) => fields.find((each) => each.startsWith(letter))?.slice(1) ?? "";
    return Object.assign(new Error(field("M")), { code: field("C") });
  };
}

/** Gives postgres.js the one socket; it asks again when it wants to reconnect. */
function once(socket: Socket): () => Promise<Socket> {
  let given = false;
  return () => {
    if (given || socket.destroyed) return Promise.reject(new ConnectionClosed());
    given = true;
    return Promise.resolve(socket);
  };
}

/**
 * Hides the environment from postgres.js while it reads its options: it looks for some variables whatever is given,
 * which would ask for a permission that nothing here needs, and one of them turns every connection away.
 */
function withoutEnvironment<Result>(work: () => Result): Result {
  const { env } = process;
  process.env = {};
  try {
    return work();
  } finally {
    process.env = env;
  }
}

/** All options, those of libpq's variables too; `socket` is not in its types. */
function driverOptions(connection: PostgresConnection, socket: () => Promise<Socket>) {
  const { host, port, user, password, database, connectTimeoutMs, keepAliveSeconds } = connection;
  return {
    host,
    port,
    user,
    pass: () => password ?? "",
    database,
    socket,
    ssl: false,
    sslnegotiation: null,
    max: 1,
    max_pipeline: 100,
    idle_timeout: 0,
    max_lifetime: null,
    connect_timeout: connectTimeoutMs / 1000,
    backoff: false,
    keep_alive: keepAliveSeconds,
    prepare: false,
    fetch_types: false,
    debug: false,
    publications: "",
    no_subscribe: true,
    connection: { application_name: connection.applicationName, options: connection.serverOptions },
    onnotice: () => {},
  };
}

function isWritable(value: unknown): value is Writable {
  return typeof (value as { write?: unknown } | null)?.write === "function";
}
