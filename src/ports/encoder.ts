/**
 * What stands between rows and a sink: an encoder is pure and turns rows into what the sink writes, so that it can work
 * on another thread. A sink tells by a plain description which encoder it needs.
 *
 * @module
 */

import type { Batch, Entity, Row } from "../model/entity.ts";

/** What an encoder is made from: plain data, which can be sent to another thread. */
export interface EncoderDescription<Content = unknown> {
  /** Which encoder it is: `csv`, `json`, `lines`, `preview`, `values`, `columns`, `copy` or `records`; each has its own fields. */
  readonly format: string;
  /** What it encodes, in catalogue order; rows of other entities in a batch are left alone. */
  readonly entities: readonly Entity[];
  /** Carries `Content` for inference; never set. */
  readonly contentType?: Content;
}

/** Rows of a batch, encoded. */
export interface EncodedBatch<Content = unknown> {
  /** Rows by entity name; every entity of the description is named. */
  readonly counts: Readonly<Record<string, number>>;
  /** What the sink writes; plain data, as its encoder makes it. */
  readonly content: Content;
  /** The memory in it that can be handed to another thread instead of being copied. */
  readonly buffers: readonly ArrayBuffer[];
  /** Bytes of memory that all of it takes, about. */
  readonly byteLength: number;
}

/** Turns batches into what a sink writes. One instance is to be used by one thread. */
export interface Encoder<Content = unknown> {
  /** Encodes a batch. The memory of the result belongs to the caller. */
  encode(batch: Batch): EncodedBatch<Content>;
}

/**
 * Tells the id of an event, for `ce_id`: the same whenever the same event is sent, and another for any other, so that
 * consumers can leave out what they have seen.
 */
export type EventIdOf = (entity: Entity, row: Row) => string;

/**
 * Gives memory back that nobody reads any more. The collector would do it too, but not before it has much of it: where
 * batches come from another thread, it sees little reason to run.
 */
export function freeMemory(buffers: readonly ArrayBuffer[]): void {
  for (const buffer of buffers) buffer.transfer(0);
}
