import type { Batch, Entity } from "../model/entity.ts";
import type { EncodedBatch } from "../ports/encoder.ts";

/**
 * Puts encoded rows together with what is told beside them.
 *
 * @param entities Those of the description; rows of others are not counted.
 * @param buffers The memory in the content that can be handed over.
 * @param otherBytes What the content takes beside them, about.
 */
export function encodedBatch<Content>(
  entities: readonly Entity[],
  batch: Batch,
  content: Content,
  buffers: readonly ArrayBuffer[] = [],
  otherBytes = 0,
): EncodedBatch<Content> {
  return {
    counts: Object.fromEntries(entities.map(({ name }) => [name, batch[name]?.length ?? 0])),
    content,
    buffers,
    byteLength: buffers.reduce((sum, { byteLength }) => sum + byteLength, otherBytes),
  };
}
