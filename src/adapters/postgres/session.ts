/**
 * One session at a PostgreSQL server. postgres.js speaks the protocol; here it gets one connection that is never opened
 * again by itself, since a session holds a lock and its settings.
 *
 * @module
 */

import type { Socket } from "node:net";
import process from "node:process";
import type { Writable } from "node:stream";
import type { Sql } from "postgres";
import type { PostgresConnection } from "./connection.ts";
import { openError, refusesWay } from "./errors.ts";
import { readPasswordFile } from "./password_file.ts";
import { ConnectionClosed, type Encryption, openSocket, waysOf } from "./socket.ts";

/** One row of a result, by column. */
export type ResultRow = Readonly<Record<string, unknown>>;

/**
 * What every session starts with. A server that can, looks every second whether its client is still there, so that a
 * killed load does not hold its lock until the end of a long statement.
 */
const SETTINGS = `
  SET standard_conforming_strings = on;
  SET timezone = 'UTC';
  SET client_min_messages = warning;
  SET statement_timeout = 0;
  SET idle_in_transaction_session_timeout = 0;
  SET lock_timeout = '10s';
  DO $$BEGIN
    PERFORM set_config('client_connection_check_interval', '1s', false);
  EXCEPTION WHEN OTHERS THEN NULL;
  END$$;
`;

/** A query of postgres.js with the parts that it does not describe; see {@linkcode PostgresSession.copy}. */
interface RunningQuery {
  resolve(value: unknown): void;
  reject(error: unknown): void;
  execute(): unknown;
}

/** A connection with its settings. */
export class PostgresSession {
  readonly #sql: Sql;
  readonly #socket: Socket;
  /** Statements that were sent and not answered. */
  #running = 0;

  private constructor(sql: Sql, socket: Socket) {
    this.#sql = sql;
    this.#socket = socket;
  }

  /**
   * Connects and logs in.
   *
   * @param target How messages name the server.
   * @throws {TargetError} If the server does not let this user in, or the database is not there.
   * @throws {SinkError} If the server cannot be reached.
   */
  static async open(connection: PostgresConnection, target: string): Promise<PostgresSession> {
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
      await session.script(SETTINGS);
      return session;
    } catch (error) {
      socket.destroy();
      await sql.end({ timeout: 0 });
      throw error;
    }
  }

  /** Whether what is sent is encrypted. */
  get encrypted(): boolean {
    return "encrypted" in this.#socket;
  }

  /** Runs one statement and gives its rows. */
  async query(text: string): Promise<ResultRow[]> {
    return await this.#run(async () => [...await this.#sql.unsafe(text)]);
  }

  /** Runs statements one after the other, up to the first that fails. */
  async script(text: string): Promise<void> {
    await this.#run(() => this.#sql.unsafe(text));
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

  async #run<Result>(work: () => PromiseLike<Result>): Promise<Result> {
    this.#running++;
    try {
      return await work();
    } finally {
      this.#running--;
    }
  }
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
  const { host, port, user, password, database, connectTimeoutMs, applicationName } = connection;
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
    keep_alive: 60,
    prepare: false,
    fetch_types: false,
    debug: false,
    publications: "",
    no_subscribe: true,
    connection: { application_name: applicationName },
    onnotice: () => {},
  };
}

function isWritable(value: unknown): value is Writable {
  return typeof (value as { write?: unknown } | null)?.write === "function";
}
