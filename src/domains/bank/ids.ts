import { IdCodec } from "../../random/id.ts";
import { deriveKey } from "../../random/stream.ts";

/** The ids of a seed, whatever the version of its data. */
export function bankIds(seed: number): IdCodec {
  return new IdCodec(deriveKey(seed, "id", 0), deriveKey(seed, "id seal", 0));
}
