import { pathOf } from "../parser/values.ts";
import type { TargetKind } from "./kind.ts";

/** `parquet:DIR`: a Parquet file for each entity. */
export const parquet: TargetKind<undefined> = {
  name: "parquet",
  form: "parquet:DIR",
  example: "parquet:out",
  path: { completes: "directory" },
  takes: () => true,
  flags: [],
  resolve: () => undefined,
  words: () => [],
  remembered: (files) => files === "parquet" ? {} : undefined,
  async open({ target, entities }) {
    const { ParquetSink } = await import("../../adapters/files/parquet/parquet_sink.ts");
    return new ParquetSink(pathOf(target), entities);
  },
  estimate: async ({ entities }, sampled) => await (await import("./estimate.ts")).inParquet(entities, sampled),
  look: async (path) => (await import("../../adapters/files/look.ts")).lookAtFiles(path),
};
