/** Sinks that take rows, as tests have them: each batch goes through the encoder that the sink asked for. */

import { encoderOf } from "../../src/encoders/encoder.ts";
import type { Batch } from "../../src/model/entity.ts";
import type { Encoder } from "../../src/ports/encoder.ts";
import type { Sink } from "../../src/ports/sink.ts";

/** A sink whose `write` takes rows. */
export type RowSink<Kind extends Sink = Sink> = Omit<Kind, "write"> & { write(batch: Batch): Promise<void> };

/** Makes a sink take rows; the same object is given back. */
export function takingRows<Kind extends Sink>(sink: Kind): RowSink<Kind> {
  let encoder: Encoder | undefined;
  const [begin, write] = [sink.begin.bind(sink), sink.write.bind(sink)];
  return Object.assign(sink, {
    async begin(...[manifest, mode]: Parameters<Sink["begin"]>) {
      const description = await begin(manifest, mode);
      encoder = encoderOf(description);
      return description;
    },
    async write(batch: Batch) {
      if (encoder === undefined) throw new Error("write comes after begin");
      await write(encoder.encode(batch));
    },
  });
}
