import type { CsvDialect } from "../../encoders/csv.ts";
import { pathOf } from "../parser/values.ts";
import type { TargetKind } from "./kind.ts";

/** `csv:DIR`: a CSV file for each entity. */
export const csv: TargetKind<CsvDialect> = {
  name: "csv",
  form: "csv:DIR",
  example: "csv:out",
  path: { completes: "directory" },
  takes: () => true,
  flags: [{ long: "csv-dialect" }],
  resolve: (values) => values["csv-dialect"] ?? "rfc4180",
  words: (_, dialect) => dialect === "rfc4180" ? [] : [`--csv-dialect ${dialect}`],
  remembered(files) {
    const [format, dialect = "rfc4180"] = files.split(" ") as [string, CsvDialect?];
    return format === "csv" ? { "csv-dialect": dialect } : undefined;
  },
  async open({ target, entities, settings }) {
    const { CsvSink } = await import("../../adapters/files/csv_sink.ts");
    return new CsvSink(pathOf(target), entities, settings);
  },
  async estimate({ entities, settings }, sampled) {
    const { csvFormat } = await import("../../adapters/files/csv_sink.ts");
    return (await import("./estimate.ts")).inFiles(csvFormat(settings), entities, sampled);
  },
  look: async (path) => (await import("../../adapters/files/look.ts")).lookAtFiles(path),
};
