import { BadValue, pathOf } from "../parser/values.ts";
import { quoted } from "../terminal/text.ts";
import type { TargetKind } from "./kind.ts";

/** `sqlite:FILE`: one file with all tables. */
export const sqlite: TargetKind<undefined> = {
  name: "sqlite",
  form: "sqlite:FILE",
  example: "sqlite:datagen.sqlite",
  path: { completes: "file", check: refuseUnkept },
  takes: () => true,
  flags: [],
  resolve: () => undefined,
  words: () => [],
  readers: ({ target }) => [`sqlite3 ${quoted(`x ${pathOf(target)}`).slice(2)}`],
  async open({ target, entities }) {
    const { SqliteSink } = await import("../../adapters/sqlite/sqlite_sink.ts");
    return new SqliteSink(pathOf(target), entities);
  },
  estimate: async ({ entities }, sampled) => await (await import("./estimate.ts")).inSqlite(entities, sampled),
  look: async (path) => (await import("../../adapters/sqlite/look.ts")).lookAtSqlite(path),
};

/** Refuses the names by which SQLite means no file, or not the file of that name. */
function refuseUnkept(path: string): void {
  const hint = "write sqlite:datagen.sqlite; --to console shows rows and keeps none";
  if (/^(file:)?(\/\/)?:memory:/i.test(path)) throw new BadValue("use", hint, "a database in memory keeps nothing");
  if (/^file:/i.test(path)) {
    throw new BadValue("use", "write the path alone, as in sqlite:datagen.sqlite", "a URI is no path");
  }
}
