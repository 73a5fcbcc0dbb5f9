import { ByteBuffer } from "../../encoders/bytes.ts";
import { COPY_HEADER, COPY_TRAILER } from "../../encoders/copy.ts";
import type { EntityBytes } from "../../encoders/entity_bytes.ts";
import { postgresTable } from "../../encoders/postgres_schema.ts";
import { sqlName } from "../../encoders/sql_schema.ts";
import type { Entity } from "../../model/entity.ts";

/** Bytes of a table's buffer to begin with; it grows to what it has to hold. */
const FIRST_BYTES = 0x1_0000;

/** Statements that read from the client, and what each of them reads. */
export interface CopyScript {
  /** COPY statements, each with its semicolon. */
  readonly text: string;
  /** Messages of the protocol, one run of them for each statement; valid until the buffers are cleared. */
  readonly messages: readonly Uint8Array[];
}

/** Begins a message that holds bytes of COPY: `d` and the length, which is filled in when it is known. */
const COPY_DATA = Uint8Array.of(0x64, 0, 0, 0, 0);

/** The message that ends COPY, behind one that holds the trailer. */
const COPY_END = Uint8Array.of(0x64, 0, 0, 0, 6, ...COPY_TRAILER, 0x63, 0, 0, 0, 4);

/** Rows that wait for COPY, encoded, table by table; those of a batch are one message. */
export class CopyBuffers {
  readonly #tables: readonly Table[];

  /** @param entities Parents before children, which is the order of the statements too. */
  constructor(entities: readonly Entity[], schema: string) {
    this.#tables = entities.map((entity) => {
      const columns = Object.keys(entity.fields).map(sqlName).join(", ");
      const table = postgresTable(schema, entity.name);
      return {
        statement: `COPY ${table} (${columns}) FROM STDIN (FORMAT binary);\n`,
        buffer: new ByteBuffer(FIRST_BYTES),
      };
    });
  }

  /** Bytes held. */
  get byteLength(): number {
    return this.#tables.reduce((sum, { buffer }) => sum + buffer.length, 0);
  }

  /** Adds the rows of a batch. */
  add(rows: EntityBytes): void {
    for (const [at, { buffer }] of this.#tables.entries()) {
      const bytes = rows[at]!;
      if (bytes.length === 0) continue;
      const isFirst = buffer.length === 0;
      const message = buffer.length;
      put(buffer, COPY_DATA);
      if (isFirst) put(buffer, COPY_HEADER);
      put(buffer, bytes);
      setLength(buffer, message + 1);
    }
  }

  /** Ends what is held and says how to send it; only `clear` may follow. */
  script(): CopyScript {
    const filled = this.#tables.filter(({ buffer }) => buffer.length > 0);
    for (const { buffer } of filled) put(buffer, COPY_END);
    return {
      text: filled.map(({ statement }) => statement).join(""),
      messages: filled.map(({ buffer }) => buffer.view()),
    };
  }

  /** Empties the buffers and keeps their memory. */
  clear(): void {
    for (const { buffer } of this.#tables) buffer.clear();
  }
}

interface Table {
  readonly statement: string;
  readonly buffer: ByteBuffer;
}

function put(buffer: ByteBuffer, content: Uint8Array): void {
  const at = buffer.length;
  buffer.reserve(content.length).set(content, at);
  buffer.advance(at + content.length);
}

/** Fills in a message's length, which counts itself. */
function setLength(buffer: ByteBuffer, at: number): void {
  const bytes = buffer.reserve(0);
  new DataView(bytes.buffer).setInt32(bytes.byteOffset + at, buffer.length - at);
}
