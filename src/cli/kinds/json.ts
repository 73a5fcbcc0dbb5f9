import { pathOf } from "../parser/values.ts";
import type { TargetKind, TargetValues } from "./kind.ts";

/** How the records of a file are written. */
type Layout = "array" | "lines";

/** `json:DIR`: a JSON file for each entity. */
export const json: TargetKind<Layout> = {
  name: "json",
  form: "json:DIR",
  example: "json:out",
  path: { completes: "directory" },
  takes: () => true,
  flags: [{ long: "format" }],
  resolve: ({ format }) => format ?? "array",
  words: layoutWords,
  remembered: (files) => files === "json" ? { format: "array" } : files === "jsonl" ? { format: "lines" } : undefined,
  async open({ target, entities, settings }) {
    const { JsonSink } = await import("../../adapters/files/json_sink.ts");
    return new JsonSink(pathOf(target), entities, settings);
  },
  async estimate({ entities, settings }, sampled) {
    const { jsonFileFormat } = await import("../../adapters/files/json_sink.ts");
    return (await import("./estimate.ts")).inFiles(jsonFileFormat(settings), entities, sampled);
  },
  look: async (path) => (await import("../../adapters/files/look.ts")).lookAtFiles(path),
};

/** `json:-`: lines on standard output. */
export const stdout: TargetKind<undefined> = {
  name: "stdout",
  form: "json:-",
  example: "json:-",
  isOutput: true,
  takes: () => true,
  flags: [{ long: "format", fits: (layout) => layout === "lines" }],
  resolve: () => undefined,
  words: layoutWords,
  async open({ entities }, output) {
    const { JsonLinesSink } = await import("../../adapters/console/json_lines_sink.ts");
    return new JsonLinesSink(entities, output.lines);
  },
  estimate: async ({ entities }, sampled) =>
    (await import("./estimate.ts")).onLines({ format: "lines", entities }, sampled),
};

function layoutWords({ format }: TargetValues): string[] {
  return format === undefined || format === "array" ? [] : [`--format ${format}`];
}
