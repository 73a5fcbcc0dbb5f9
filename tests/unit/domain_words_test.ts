/** What serves any domain names none. */

import assert from "node:assert/strict";
import { readSources } from "../../tools/check_purity.ts";

const FOLDERS = /^src\/(run|adapters|encoders|model|ports)\//;

/** Words of the bank, in names of any spelling. */
const WORDS =
  /(?<![a-z])(bank(s|ing)?|customers?|accounts?|loans?|instal?lments?|(credit_?)?cards?|trades?|cpf|cnpj|pix|stocks?|financial)(?![a-z])/i;

/** Format 1 of the marks called units by a name of the bank's; it is still read. */
const OF_FORMAT_1 = ["src/ports/manifest.ts", "src/adapters/postgres/marks.ts"];

Deno.test("run, adapters, encoders, model and ports name no word of the bank, but for what format 1 said", async () => {
  const files = (await readSources(new URL("../../", import.meta.url), ["src/"])).filter(({ path }) =>
    FOLDERS.test(path)
  );
  assert.ok(files.length > 100);
  const found = files.flatMap(({ path, text }) =>
    text.split("\n").flatMap((line, at) => WORDS.test(line) ? [`${path}:${at + 1}: ${line.trim()}`] : [])
  );
  const others = found.filter((line) =>
    !OF_FORMAT_1.some((path) => line.startsWith(path) && line.includes("customers"))
  );
  assert.deepEqual(others, []);
});
