/** Reads Avro with `avsc`, which shares no code with the encoder. */

import { Buffer } from "node:buffer";
import avsc from "avsc";
import type { Row } from "../../src/model/entity.ts";

/** Reads and writes records of one schema. */
export interface AvroJudge {
  /** Name of the record, with its namespace. */
  readonly name: string;
  /** Reads the body of a record into the values that a row has. All of the bytes must be used. */
  read(body: Uint8Array): Row;
  /** Writes a row as `avsc` does, decimals excepted, which it leaves to its users. */
  write(row: Row): Uint8Array;
}

/** Makes a judge from the text of a schema. */
export function avroJudge(schema: string): AvroJudge {
  const type = avsc.Type.forSchema(JSON.parse(schema), {
    logicalTypes: { decimal: DecimalType, date: SameType, "timestamp-millis": SameType },
  });
  return {
    name: type.name ?? "",
    read: (body) => ({ ...type.fromBuffer(Buffer.from(body)) }),
    write: (row) => type.toBuffer(row),
  };
}

/** Unscaled decimals as integers, by `BigInt`. */
class DecimalType extends avsc.types.LogicalType {
  protected override _fromValue(bytes: Buffer): number {
    const hex = `0x${Buffer.from(bytes).toString("hex")}`;
    return Number(BigInt.asIntN(bytes.length * 8, BigInt(hex)));
  }

  protected override _toValue(value: number): Buffer {
    let length = 1;
    while (BigInt.asIntN(length * 8, BigInt(value)) !== BigInt(value)) length++;
    const hex = BigInt.asUintN(length * 8, BigInt(value)).toString(16).padStart(length * 2, "0");
    return Buffer.from(hex, "hex");
  }
}

/** Days and milliseconds as they are. */
class SameType extends avsc.types.LogicalType {
  protected override _fromValue(value: number): number {
    return value;
  }

  protected override _toValue(value: number): number {
    return value;
  }
}
