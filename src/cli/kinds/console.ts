import type { TargetKind } from "./kind.ts";

/** `console`: the first rows of each entity, for people. */
export const console: TargetKind<number | undefined> = {
  name: "console",
  form: "console",
  example: "console",
  isOutput: true,
  takes: () => true,
  flags: [{ long: "limit" }],
  resolve: ({ limit }) => limit,
  words: (_, limit) => limit === undefined ? [] : [`--limit ${limit}`],
  async open({ entities, settings: limit }, output) {
    const { ConsoleSink } = await import("../../adapters/console/console_sink.ts");
    return new ConsoleSink(entities, output.line, limit === undefined ? {} : { limit });
  },
  estimate: async ({ entities, settings }, sampled) =>
    await (await import("./estimate.ts")).onConsole(entities, sampled, settings),
};
