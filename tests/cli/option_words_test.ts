/** Messages below `cli` name options of the library, and the program says them as flags. */

import assert from "node:assert/strict";
import { inFlags } from "../../src/cli/flags/option_words.ts";
import { root } from "../support/program.ts";
import { readSources, tokenize } from "../../tools/check_purity.ts";

const FOLDERS = ["adapters", "run", "ports", "encoders", "model", "domains"].map((name) => `src/${name}/`);

/** Options of other programs: of Deno, and of kafka-acls. */
const OTHERS = /--(allow-(read|write|ffi)|add|allow-principal|operation|topic|cluster|transactional-id)\b/g;

/** Texts with options: not those that describe entities, in which backquotes are Markdown's. */
const isMessage = (path: string) => !path.includes("/entities/");

const texts = (await readSources(root, FOLDERS)).flatMap(({ path, text }) =>
  tokenize(text).filter(({ kind }) => kind === "string" || kind === "template")
    .map(({ kind, text }) => ({ path, text, mark: kind === "template" ? /\\`\w[^`]*?[\w-]\\`/g : /`\w[^`]*?[\w-]`/g }))
);

Deno.test("no text below cli names a flag", () => {
  assert.ok(texts.length > 1000, "texts are found");
  const naming = texts.filter(({ text }) => /(?<![\w-])--[a-z]/.test(text.replaceAll(OTHERS, "")));
  assert.deepEqual(naming, []);
});

Deno.test("every option that a text below cli has in backquotes is one that the program says as a flag", () => {
  const named = texts.filter(({ path }) => isMessage(path)).flatMap(({ path, text, mark }) =>
    [...text.matchAll(mark)].map(([whole]) => ({ path, option: whole.replaceAll("\\", "") }))
  ).filter(({ option }) => !option.includes("${"));
  assert.ok(named.length > 25, `${named.length} options`);
  const unknown = named.filter(({ option }) => inFlags(option, { units: "--customers" }) === option);
  assert.deepEqual(unknown, []);
});

Deno.test("inFlags() says options as flags, with their values, and leaves other words alone", () => {
  assert.equal(
    inFlags("`truncate` replaces it; another `schema` does not"),
    "--truncate replaces it; another --postgres-schema does not",
  );
  assert.equal(
    inFlags("write `registry https://a.b/c`, or `csv:DIR`"),
    "write --schema-registry https://a.b/c, or --to csv:DIR",
  );
  assert.equal(inFlags("give `retentionHours 48`"), "give --retention-hours 48");
  assert.equal(inFlags("a load with `units 7`", { units: "--buyers" }), "a load with --buyers 7");
  assert.equal(inFlags("column `price` of `units`"), "column `price` of `units`");
});
