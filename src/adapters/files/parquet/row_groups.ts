/** The bytes of a Parquet file: its head, its row groups, its footer. */

import type { RowGroup, SchemaElement } from "hyparquet";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { columnValues, type EntityColumns } from "../../../encoders/columns.ts";
import { type Entity, fieldsOf } from "../../../model/entity.ts";
import type { Field } from "../../../model/field.ts";

/** Rows of a full group: many for readers, as each column of it is read at once, but few that wait in memory. */
export const GROUP_ROWS = 16_384;

/**
 * Who writes the file, as its footer says. Readers take the word "version" for granted; the number is that of the
 * layout, so that equal rows are equal bytes whatever version of the program writes them.
 */
const CREATED_BY = "datagen version 1";

/** Some rows. */
export interface RowRange {
  /** Where they are, one after the other. */
  readonly columns: readonly EntityColumns[];
  /** Rows of the first that are left out. */
  readonly skip: number;
  readonly rows: number;
}

/** Makes the bytes of one entity's file, in the order in which they stand there. */
export class RowGroups {
  readonly #fields: readonly (readonly [name: string, valueOf: (value: number) => number | bigint])[];
  readonly #bytes = new ByteWriter();
  readonly #writer: ParquetWriter;

  /**
   * Begins a file, or goes on with one.
   *
   * @param groups The row groups that are there.
   * @param offset Bytes that are there; 0 for a file that is begun.
   */
  constructor(entity: Entity, groups: readonly RowGroup[] = [], offset = 0) {
    this.#fields = fieldsOf(entity).map(([name, field]) => [name, isWide(field) ? BigInt : Number]);
    this.#writer = new ParquetWriter({ writer: this.#bytes, schema: schemaOf(entity), createdBy: CREATED_BY });
    if (offset === 0) return;
    this.#bytes.index = 0; // the head is there
    this.#bytes.offset = offset;
    this.#writer.row_groups = [...groups];
    this.#writer.num_rows = groups.reduce((sum, { num_rows }) => sum + num_rows, 0n);
  }

  /** The groups so far, as the footer names them. */
  get groups(): readonly RowGroup[] {
    return this.#writer.row_groups;
  }

  /** Adds a group. */
  add({ columns, skip, rows }: RowRange): void {
    const columnData = this.#fields.map(([name, valueOf], at) => {
      const data: (string | number | bigint | null)[] = [];
      let from = skip;
      for (const { count, columns: all } of columns) {
        const to = Math.min(count, from + rows - data.length);
        for (const value of columnValues(all[at]!, from, to, valueOf)) data.push(value);
        from = 0;
      }
      return { name, data, offsetIndex: false };
    });
    this.#writer.write({ columnData, rowGroupSize: rows });
    this.#writer.pendingIndexes = []; // of pages, which the file has not
  }

  /** Adds the footer. */
  end(): void {
    this.#writer.finish();
  }

  /** Takes the bytes that were added since the last call. They are overwritten by the next call of any method. */
  take(): Uint8Array {
    const bytes = this.#bytes.getBytes();
    this.#bytes.index = 0;
    return bytes;
  }
}

/** Whether a value takes 64 bits. */
function isWide({ kind }: Field<unknown>): boolean {
  return kind === "money" || kind === "decimal" || kind === "instant";
}

function schemaOf(entity: Entity): SchemaElement[] {
  const fields = fieldsOf(entity);
  return [{ name: entity.name, num_children: fields.length }, ...fields.map(([name, field]) => elementOf(name, field))];
}

/** The type of a column. Ids are text: many readers take the type for UUIDs for sixteen bytes and no more. */
function elementOf(name: string, field: Field<unknown>): SchemaElement {
  const repetition_type = field.nullable ? "OPTIONAL" : "REQUIRED";
  switch (field.kind) {
    case "uuid":
    case "text":
    case "enum":
      return { name, repetition_type, type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } };
    case "money":
    case "decimal": {
      const [precision, scale] = [field.precision!, field.scale!];
      const logical_type = { type: "DECIMAL", precision, scale } as const;
      return { name, repetition_type, type: "INT64", converted_type: "DECIMAL", precision, scale, logical_type };
    }
    case "int":
      return { name, repetition_type, type: "INT32" };
    case "double":
      return { name, repetition_type, type: "DOUBLE" };
    case "date":
      return { name, repetition_type, type: "INT32", converted_type: "DATE", logical_type: { type: "DATE" } };
    case "instant": {
      const logical_type = { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MILLIS" } as const;
      return { name, repetition_type, type: "INT64", converted_type: "TIMESTAMP_MILLIS", logical_type };
    }
  }
}
