/**
 * The PostgreSQL target: one table an entity, filled by COPY. Each commit is one transaction that holds the rows and the
 * mark. New tables get their keys, constraints and indexes after the data; those of tables that hold data stay in force.
 *
 * @module
 */

import type { CopyDescription, EntityBytes } from "../../encoders/entity_bytes.ts";
import { postgresTable } from "../../encoders/postgres_schema.ts";
import { sqlText } from "../../encoders/sql_schema.ts";
import type { Entity } from "../../model/entity.ts";
import { type EncodedBatch, freeMemory } from "../../ports/encoder.ts";
import type { Manifest, Progress } from "../../ports/manifest.ts";
import {
  type BeginMode,
  type BrokenReference,
  type Sink,
  SinkError,
  TargetError,
  type TargetState,
} from "../../ports/sink.ts";
import { type PostgresConnection, targetText } from "./connection.ts";
import { CopyBuffers } from "./copy_buffers.ts";
import { openError, workError } from "./failures.ts";
import { analyze, buildKeys, findBrokenReferences } from "./keys.ts";
import { type Marks, writeMarks, writeProgress } from "./marks.ts";
import { LOCAL_SETTINGS, PostgresSession, WATCHED } from "./session.ts";
import { createTables, emptyTables } from "./tables.ts";
import { readStanding, type Standing, stateOf } from "./standing.ts";
import { claimStatement, fenceStatement, SchemaLock } from "./writers.ts";

/** Bytes that are gathered before they are sent: while the server takes them, the next ones are made. */
const SEND_BYTES = 2 << 20;

/** Sessions that build keys beside one another. */
const BUILDERS = 2;

/** Where a {@linkcode PostgresSink} writes, beside the connection. */
export interface PostgresSinkOptions {
  /** Default `public`; it is made if it does not exist. */
  readonly schema?: string;
}

/** Writes batches into tables of one schema. */
export class PostgresSink implements Sink {
  readonly target: string;
  readonly placeOption = "schema";
  readonly durable = true;
  readonly entities: readonly Entity[];
  readonly appends = false;
  readonly visibility = "at commit";
  readonly stages = { finish: "building keys and indexes, checking foreign keys", validate: "counting rows" };
  readonly #connection: PostgresConnection;
  readonly #schema: string;
  #session: PostgresSession | undefined;
  #lock: SchemaLock | undefined;
  /** Sessions beside the first while keys are built. */
  #builders: PostgresSession[] = [];
  /** What the schema held when it was last looked at; where somebody has changed it since, no load begins. */
  #standing: Standing | undefined;
  #marks: Marks | undefined;
  #filling: CopyBuffers | undefined;
  #spare: CopyBuffers | undefined;
  /** The script under way. */
  #sending: Promise<void> | undefined;
  /** Done when the rows that are to be sent have been taken out of `filling`. */
  #handing: Promise<void> | undefined;
  #inTransaction = false;
  /** Whether the server has checked every foreign key since the last row was written. */
  #checked = false;

  /**
   * Opens nothing yet.
   *
   * @param entities What the schema is to hold, parents before children.
   */
  constructor(connection: PostgresConnection, entities: readonly Entity[], options: PostgresSinkOptions = {}) {
    this.#connection = connection;
    this.#schema = options.schema ?? "public";
    this.target = targetText(connection, this.#schema);
    this.entities = entities;
  }

  /**
   * Looks at the schema, and keeps other datagens out of it until the sink is closed.
   *
   * @throws {TargetError} If it cannot be written, or holds tables of another shape, or rows that are not datagen's.
   * @throws {SinkError} If the server cannot be reached.
   */
  async inspect(): Promise<TargetState> {
    return await this.#opening(async (session) => stateOf(session, await this.#look(session), this.#schema));
  }

  /**
   * Makes schema and tables, in one transaction with the mark. `replace` empties datagen's tables in it: what they held
   * is gone then, and the run can be resumed as any other.
   *
   * @throws {TargetError} If what stands there is not what `mode` needs; nothing was changed then.
   */
  async begin(manifest: Manifest, mode: BeginMode): Promise<CopyDescription> {
    await this.#opening(async (session) => {
      const standing = await this.#look(session);
      this.#refuseMode(mode, standing);
      const marks = this.#firstMarks(manifest, mode, standing);
      const statements = [
        mode === "replace" ? await this.#emptied(session, marks, standing) : "",
        createTables(standing, this.entities, this.#schema),
        writeMarks(marks, this.#schema),
      ];
      await session.script(`${claimStatement(this.#schema, standing.version)}${statements.join("")}`);
      this.#marks = marks;
      this.#standing = undefined;
    });
    this.#filling = new CopyBuffers(this.entities, this.#schema);
    this.#spare = new CopyBuffers(this.entities, this.#schema);
    return { format: "copy", entities: this.entities };
  }

  /** Takes the rows, and sends what has gathered when it is enough. Waits for a commit only until that has begun. */
  async write({ content, buffers }: EncodedBatch<EntityBytes>): Promise<void> {
    await this.#handing;
    const { filling } = this.#ready();
    this.#checked = false;
    filling.add(content);
    freeMemory(buffers);
    if (filling.byteLength >= SEND_BYTES) await this.#send("");
    else if (this.#sending !== undefined) await serveSockets();
  }

  /** Sends what has gathered and ends the transaction, the mark inside it; done when the server has it. */
  async commit(progress: Progress): Promise<void> {
    await this.#send(`${writeProgress(progress, this.#schema)}COMMIT`);
    await this.#settled();
  }

  /**
   * Makes the keys, constraints and indexes that are missing, each of them checked by the server.
   *
   * @throws {SinkError} If rows do not meet them; the run stays unfinished then.
   * @throws The reason of `signal` if it is aborted meanwhile; the run stays unfinished then.
   */
  async finish(manifest: Manifest, progress: Progress, signal?: AbortSignal): Promise<void> {
    await this.commit(progress);
    const { session, marks } = this.#ready();
    const breakOff = () => void this.close();
    signal?.throwIfAborted();
    signal?.addEventListener("abort", breakOff, { once: true });
    try {
      const sessions = [session, ...await this.#openBuilders()];
      await buildKeys(sessions, this.entities, this.#schema);
      await analyze(sessions, this.entities, this.#schema, progress.rows);
      const { writer: _, ...ended } = marks;
      const complete = { ...ended, manifest, progress, complete: true };
      await session.script(`${this.#fence()}${writeMarks(complete, this.#schema)}`);
      this.#checked = true;
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      throw workError("complete", this.target, error);
    } finally {
      signal?.removeEventListener("abort", breakOff);
      await this.#closeBuilders();
    }
  }

  /** Counts the rows of each table; one that is not there has none. */
  async counts(): Promise<Record<string, number>> {
    return await this.#reading(async (session) => {
      const { tables } = await this.#look(session);
      const present = this.entities.filter(({ name }) => tables.has(name));
      const counts = Object.fromEntries(this.entities.map(({ name }) => [name, 0]));
      for (const { name } of present) {
        const [row] = await session.query(`SELECT count(*)::float8 AS rows FROM ${postgresTable(this.#schema, name)}`);
        counts[name] = Number(row!["rows"]);
      }
      return counts;
    });
  }

  /** Looks up every foreign key by reading the tables; after `finish`, which had the server check them all, none. */
  async brokenReferences(): Promise<BrokenReference[]> {
    if (this.#checked) return [];
    return await this.#reading((session) => findBrokenReferences(session, this.entities, this.#schema));
  }

  /** Size of the tables with their indexes. */
  async bytes(): Promise<number> {
    return await this.#reading(async (session) => {
      const [row] = await session.query(`
        SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::float8 AS bytes
        FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname = ${sqlText(this.#schema)} AND c.relkind IN ('r', 'p')
          AND c.relname IN (${this.entities.map(({ name }) => sqlText(name)).join(", ")})`);
      return Number(row!["bytes"]);
    });
  }

  /** Ends the sessions; the server breaks off what runs there, and undoes what was not committed. */
  async close(): Promise<void> {
    const [session, lock] = [this.#session, this.#lock];
    this.#session = this.#lock = undefined;
    this.#standing = undefined;
    this.#filling = this.#spare = undefined;
    this.#inTransaction = false;
    await Promise.all([session?.close(), this.#closeBuilders()]);
    await lock?.close(); // last, so that whoever has it next finds nothing of this load under way
    await this.#handing?.catch(() => {});
    await this.#sending?.catch(() => {});
    this.#handing = this.#sending = undefined;
  }

  /** Begins to send what has gathered when what was sent before has arrived; `closing` may end the transaction. */
  async #send(closing: string): Promise<void> {
    this.#handing = this.#handOver(closing);
    await this.#handing;
  }

  async #handOver(closing: string): Promise<void> {
    await this.#settled();
    const { session, filling, spare } = this.#ready();
    const { text, messages } = filling.script();
    const opening = this.#inTransaction ? "" : `BEGIN;\n${LOCAL_SETTINGS}${WATCHED}${this.#fence()}`;
    this.#inTransaction = closing === "";
    [this.#filling, this.#spare] = [spare, filling];
    this.#sending = session.copy(`${opening}${text}${closing}`, messages).then(() => filling.clear());
    this.#sending.catch(() => {}); // the next call that waits for it tells
    await serveSockets();
  }

  /** Waits for what is under way. */
  async #settled(): Promise<void> {
    const sending = this.#sending;
    try {
      await sending;
      if (this.#sending === sending) this.#sending = undefined;
    } catch (error) {
      throw workError("write to", this.target, error);
    }
  }

  #fence(): string {
    return fenceStatement(this.#schema, this.#marks!.writer!);
  }

  #ready(): { session: PostgresSession; filling: CopyBuffers; spare: CopyBuffers; marks: Marks } {
    const [session, filling, spare, marks] = [this.#session, this.#filling, this.#spare, this.#marks];
    if (session === undefined || filling === undefined || spare === undefined || marks === undefined) {
      throw new SinkError(`Cannot write to ${this.target}: it is not open`, { sink: this.target, retriable: false });
    }
    return { session, filling, spare, marks };
  }

  async #emptied(session: PostgresSession, { tables }: Marks, { facts: { user } }: Standing): Promise<string> {
    return await emptyTables(session, tables, this.entities, { schema: this.#schema, target: this.target, user });
  }

  #refuseMode(mode: BeginMode, { marks }: Standing): void {
    if (mode === "resend") {
      throw new TargetError(`Cannot send again to ${this.target}: a table holds each row once`, "leave `resend` away");
    }
    if (mode === "create" && marks !== undefined) {
      throw new TargetError(`Cannot create ${this.target}: it holds a run`, "replace it with `truncate`");
    }
    if (mode !== "create" && mode !== "replace" && marks === undefined) {
      throw new TargetError(`Cannot use ${this.target}: there is nothing to go on with`, "run the load again");
    }
  }

  #firstMarks(manifest: Manifest, mode: BeginMode, { facts, marks }: Standing): Marks {
    const progress = mode === "replace" || marks === undefined ? { units: 0, rows: {} } : marks.progress;
    const names = new Set([...marks?.tables ?? [], ...this.entities.map(({ name }) => name)]);
    const schemaMade = marks?.schemaMade ?? !facts.schemaExists;
    return { manifest, progress, complete: false, writer: crypto.randomUUID(), schemaMade, tables: [...names] };
  }

  /** Sessions that build keys beside the first; without them, where the server has no room, it takes longer. */
  async #openBuilders(): Promise<PostgresSession[]> {
    while (this.#builders.length < BUILDERS - 1) {
      const builder = await PostgresSession.open(this.#connection, this.target).catch(() => undefined);
      if (builder === undefined) break;
      this.#builders.push(builder);
    }
    return this.#builders;
  }

  async #closeBuilders(): Promise<void> {
    const builders = this.#builders;
    this.#builders = [];
    await Promise.all(builders.map((builder) => builder.close()));
  }

  async #look(session: PostgresSession): Promise<Standing> {
    this.#standing ??= await readStanding(session, this.entities, this.#schema, this.target);
    return this.#standing;
  }

  async #opening<Result>(work: (session: PostgresSession) => Promise<Result>): Promise<Result> {
    try {
      return await work(await this.#open());
    } catch (error) {
      await this.close();
      throw openError("use", this.target, error);
    }
  }

  async #reading<Result>(work: (session: PostgresSession) => Promise<Result>): Promise<Result> {
    await this.#settled();
    try {
      return await work(await this.#open());
    } catch (error) {
      throw workError("read", this.target, error);
    }
  }

  async #open(): Promise<PostgresSession> {
    if (this.#session !== undefined) return this.#session;
    this.#lock ??= await SchemaLock.take(this.#connection, this.#schema, this.target);
    this.#session = await PostgresSession.open(this.#connection, this.target);
    return this.#session;
  }
}

/**
 * Turns of the event loop after which Deno has looked at its sockets, even if it always had something else to do:
 * tokio's default. One turn takes 2 µs; a timer would look at once, but takes 2 ms.
 */
const TURNS_TO_SOCKETS = 61;

/** Lets bytes out and answers in. */
async function serveSockets(): Promise<void> {
  for (let turn = 0; turn < TURNS_TO_SOCKETS; turn++) await new Promise((resolve) => setImmediate(resolve));
}
