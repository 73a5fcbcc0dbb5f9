import assert from "node:assert/strict";
import { checkImports, moduleReferences } from "../../tools/check_imports.ts";
import { checkPurity, formatFinding, PURE_PATHS, readSources, tokenize } from "../../tools/check_purity.ts";
import { checkText, readRepository } from "../../tools/check_text.ts";

const ROOT = new URL("../../", import.meta.url);

// ---- tokenize ----

/** The words and marks of a text, with strings, templates and regular expressions replaced by their kind. */
function outline(text: string): string {
  return tokenize(text).map(({ kind, text }) => kind === "word" || kind === "punctuation" ? text : kind).join(" ");
}

const TOKENIZED: readonly (readonly [name: string, text: string, expected: string])[] = [
  ["skips line and block comments", "a // b\n/* c\n * d */ e", "a e"],
  ["skips a line that names an interpreter", "#!/usr/bin/env deno\na", "a"],
  ["keeps escaped quotes inside strings", `a("it's \\" // no", 'x\\'y')`, "a ( string , string )"],
  [
    "keeps the code of templates and drops their text",
    "`Date ${a + `b${c}` + { d }} e` + f",
    [
      "template a + template c template + { d } template + f",
    ].join(""),
  ],
  ["takes an escaped dollar and a lone one as text", "`\\${a} $b $` + c", "template + c"],
  [
    "reads a slash after an operand as division",
    "a / b / c; d[0] / 2; (e) / 2; f++ / 2; g! / 2; 1 / h",
    [
      "a / b / c ; d [ number ] / number ; ( e ) / number ; f ++ / number ; g ! / number ; number / h",
    ].join(""),
  ],
  [
    "reads a slash elsewhere as a regular expression",
    "a = /[/'\"`]\\/b/g; return /c/; if (d) /e/.test(f); !/g/",
    [
      "a = regex ; return regex ; if ( d ) regex . test ( f ) ; ! regex",
    ].join(""),
  ],
  [
    "reads a slash behind a block on a new line as a regular expression",
    "{ a }\n/'/.test(b)",
    "{ a } regex . test ( b )",
  ],
  ["tells a property called like a keyword", "a.return / b / c", "a . return / b / c"],
  ["reads numbers whole", "0xFFn + 1_000.5e-3 + .5 + 1n", "number + number + number + number"],
  ["keeps powers and spreads whole", "a ** b; c **= 2; [...d]; e?.f", "a ** b ; c **= number ; [ ... d ] ; e ?. f"],
];

for (const [name, text, expected] of TOKENIZED) {
  Deno.test(`tokenize() ${name}`, () => assert.equal(outline(text), expected));
}

Deno.test("tokenize() ends on text that is cut off", () => {
  for (const text of ["'a", '"a\\', "`a ${b", "`a", "/* a", "a /", "}", ")", "", "#!"]) tokenize(text);
});

// ---- check_purity ----

function impurities(text: string, path = "src/random/a.ts"): string[] {
  return checkPurity([{ path, text }]).map((finding) => finding.message.split(":")[0]!);
}

const IMPURE = [
  ..."Deno process globalThis navigator fetch eval Date Temporal performance setTimeout setInterval".split(" "),
  ..."Intl crypto localeCompare toLocaleString toLocaleUpperCase toLocaleDateString".split(" "),
  ..."random log log2 log10 log1p exp expm1 pow cbrt hypot sin cos tan asin acos atan atan2".split(" ").map(ofMath),
  ..."sinh cosh tanh asinh acosh atanh".split(" ").map(ofMath),
];

function ofMath(name: string): string {
  return `Math.${name}`;
}

for (const name of IMPURE) {
  Deno.test(`checkPurity() refuses ${name}`, () => {
    assert.deepEqual(impurities(`const a = ${name};`), [name]);
    assert.deepEqual(impurities(`const a = "${name}"; // ${name}\n/* ${name} */ const b = \`${name}\`;`), []);
    assert.deepEqual(impurities(`const my${name.replace("Math.", "")}X = 1;`), []);
  });
}

Deno.test("checkPurity() refuses the power operator", () => {
  assert.deepEqual(impurities("a = 2 ** 32; a **= 2;"), ["**", "**="]);
  assert.deepEqual(impurities("/** 2 ** 32 */ a = 2 * 3; b = '**';"), []);
});

Deno.test("checkPurity() refuses Math where it cannot see the function", () => {
  assert.deepEqual(impurities("const { sin } = Math; Math['cos'](1);"), ["Math", "Math"]);
  assert.deepEqual(impurities("Math.floor(Math.sqrt(Math.imul(2, 3)));"), []);
});

Deno.test("checkPurity() refuses Function, except where encoders are compiled", () => {
  for (const text of ["new Function('a', b)", "Function(c)"]) {
    assert.deepEqual(impurities(text, "src/encoders/csv.ts"), ["Function"]);
    assert.deepEqual(impurities(text, "src/encoders/compile.ts"), []);
  }
  assert.deepEqual(impurities("Date;", "src/encoders/compile.ts"), ["Date"]);
});

Deno.test("checkPurity() reads the code inside templates", () => {
  assert.deepEqual(impurities("`Deno ${`${Date.now()}`} process`"), ["Date"]);
});

Deno.test("checkPurity() refuses a name as type, property and word after a comment", () => {
  assert.deepEqual(impurities("let a: Date; x.process; /* ' */ fetch(b);"), ["Date", "process", "fetch"]);
});

Deno.test("checkPurity() holds in the pure folders and in mod.ts only", () => {
  for (const path of PURE_PATHS) {
    assert.deepEqual(impurities("Deno;", path.endsWith("/") ? `${path}a/b.ts` : path), ["Deno"]);
  }
  for (const path of ["src/run/a.ts", "src/adapters/files/a.ts", "src/cli/a.ts", "src/main.ts", "tools/mod.ts"]) {
    assert.deepEqual(impurities("Deno;", path), []);
  }
});

Deno.test("formatFinding() gives path, line, column and reason", () => {
  const [finding] = checkPurity([{ path: "mod.ts", text: "a;\n  Deno.exit();\n" }]);
  assert.equal(formatFinding(finding!), "mod.ts:2:3 Deno: it reaches outside: only adapters, run and cli may");
});

// ---- check_imports: what is an import ----

function specifiers(text: string): (string | undefined)[] {
  return moduleReferences(text).map((reference) => reference.specifier);
}

const REFERENCES: readonly (readonly [text: string, expected: readonly (string | undefined)[]])[] = [
  ['import "a";', ["a"]],
  ['import a from "a";', ["a"]],
  ['import a, { type B, c as d } from "a";', ["a"]],
  ['import * as a from "a"', ["a"]],
  ['import type { A } from "a";', ["a"]],
  ['import {\n  a, // from "x"\n  b,\n} from "a";\nimport c from "c";', ["a", "c"]],
  ['import a from "a.json" with { type: "json" };', ["a.json"]],
  ['import from from "a";', ["a"]],
  ['export * from "a"; export * as b from "b";', ["a", "b"]],
  ['export { a, type B } from "a"; export type { C } from "c"; export type * from "d";', ["a", "c", "d"]],
  ['export { a };\nimport b from "b";', ["b"]],
  ['export type A = { from: "x" };\nexport const from = "y"; export default a;', []],
  ['const a = await import("a"); let b: import("b").B;', ["a", "b"]],
  ['import("a", { with: { type: "json" } });', ["a"]],
  ["import(name); import(`./${name}.ts`);", [undefined, undefined]],
  ['import("./" + name);', [undefined]],
  ['new Worker(new URL("./a.ts", import.meta.url)); import.meta.resolve("./b.ts");', ["./a.ts", "./b.ts"]],
  ['import.meta.url; new URL("./a.txt", import.meta.url); new URL("./a.ts", base);', []],
  ['// import "a"\nconst a = \'import "b"\'; const c = `export * from "d"`; x.import("e"); y = { import: "f" };', []],
];

for (const [text, expected] of REFERENCES) {
  Deno.test(`moduleReferences() finds ${expected.join(", ") || "nothing"} in ${JSON.stringify(text)}`, () => {
    assert.deepEqual(specifiers(text), expected);
  });
}

// ---- check_imports: what may be imported ----

/** One file of each zone. */
const FILES = {
  reference: "src/reference/br/a.ts",
  time: "src/time/a.ts",
  random: "src/random/a.ts",
  model: "src/model/a.ts",
  domains: "src/domains/bank/a.ts",
  encoders: "src/encoders/a.ts",
  ports: "src/ports/a.ts",
  adapters: "src/adapters/a.ts",
  sqlite: "src/adapters/sqlite/a.ts",
  files: "src/adapters/files/a.ts",
  run: "src/run/a.ts",
  cli: "src/cli/commands/a.ts",
  main: "src/main.ts",
  mod: "mod.ts",
  sinks: "sinks.ts",
  servers: "servers.ts",
  settings: "deno.json",
  tools: "tools/a.ts",
} as const;
type Zone = keyof typeof FILES;

const ALL = "reference time random model domains encoders ports adapters sqlite files run cli settings";

/** What each zone may import, as the design has it; everything else is refused. */
const ALLOWED: Readonly<Partial<Record<Zone, string>>> = {
  reference: "reference",
  time: "reference time",
  random: "random",
  model: "model",
  domains: "random reference model time ports domains",
  encoders: "model time ports encoders",
  ports: "model ports time",
  adapters: "ports encoders model time adapters",
  sqlite: "ports encoders model time adapters sqlite",
  files: "ports encoders model time adapters files",
  run: "encoders ports model time run",
  cli: ALL.replace("domains ", ""),
  main: ALL,
  mod: "random reference model time domains encoders",
  sinks: "ports run adapters sqlite files random reference model time domains encoders",
  servers: "ports adapters sqlite files random reference model time domains encoders",
};

Deno.test("checkImports() lets two files of cli know a domain by name", () => {
  for (const name of ["domains", "domain_list"]) {
    assert.deepEqual(refusals(`src/cli/domains/${name}.ts`, "../../domains/bank/b.ts"), []);
  }
});

/** The findings of a file that imports one specifier. */
function refusals(path: string, specifier: string): string[] {
  return checkImports([{ path, text: `import { a } from "${specifier}";` }]).map((finding) => finding.message);
}

function relative(from: string, to: string): string {
  return "./" + "../".repeat(from.split("/").length - 1) + to.replace(/a\.ts$/, "b.ts");
}

for (const [zone, allowed] of Object.entries(ALLOWED) as [Zone, string][]) {
  Deno.test(`checkImports() lets ${zone} import ${allowed} and nothing else`, () => {
    for (const [target, path] of Object.entries(FILES)) {
      const found = refusals(FILES[zone], relative(FILES[zone], path)).filter((reason) => !reason.startsWith("circle"));
      assert.equal(found.length, allowed.split(" ").includes(target) ? 0 : 1, `${zone} -> ${target}: ${found}`);
    }
  });
}

const PACKAGES: Readonly<Record<string, readonly Zone[]>> = {
  "commander": ["cli"],
  "smol-toml": ["cli"],
  "@scope/name/part": [],
  "fast-check": [],
  "hyparquet-writer": ["files"],
  "node:sqlite": ["sqlite"],
  "node:util": ["adapters", "sqlite", "files", "cli"],
  "npm:commander@15.1.0": [],
  "https://example.com/a.ts": [],
};

for (const [name, zones] of Object.entries(PACKAGES)) {
  Deno.test(`checkImports() lets ${zones.join(", ") || "nobody"} import ${name}`, () => {
    for (const zone of Object.keys(ALLOWED) as Zone[]) {
      assert.equal(refusals(FILES[zone], name).length, zones.includes(zone) ? 0 : 1, zone);
    }
  });
}

Deno.test("checkImports() counts type imports, exports and dynamic imports alike", () => {
  const path = "src/encoders/a.ts";
  const reference = '"../domains/a.ts"';
  for (const text of [`import type { A } from ${reference}`, `export * from ${reference}`, `import(${reference})`]) {
    assert.equal(checkImports([{ path, text }]).length, 1, text);
  }
});

Deno.test("checkImports() refuses import() of an expression", () => {
  assert.equal(checkImports([{ path: "src/cli/a.ts", text: "await import(name);" }]).length, 1);
  assert.equal(checkImports([{ path: "src/cli/a.ts", text: 'await import("./b.ts");' }]).length, 0);
});

Deno.test("checkImports() refuses a file outside the layout", () => {
  assert.equal(checkImports([{ path: "src/helpers.ts", text: "" }]).length, 1);
  assert.equal(checkImports([{ path: "src/helpers/a.ts", text: "" }]).length, 1);
});

Deno.test("checkImports() says where, what and what is allowed", () => {
  const text = '\n\nimport { a } from "../domains/bank/a.ts";\n';
  assert.deepEqual(checkImports([{ path: "src/encoders/a.ts", text }]).map(formatFinding), [
    'src/encoders/a.ts:3:1 encoders imports "../domains/bank/a.ts" (domains); allowed: model, time, ports, encoders',
  ]);
});

/** The circles among files of src/random, each given as its name and what it imports. */
function circles(imports: Readonly<Record<string, string>>, statement = "import"): string[] {
  const files = Object.entries(imports).map(([name, names]) => ({
    path: `src/random/${name}.ts`,
    text: names.split(" ").filter(Boolean).map((other) => `${statement} "./${other}.ts";`).join("\n"),
  }));
  return checkImports(files).map((finding) => finding.message.replaceAll(/src\/random\/|\.ts|;.*/g, ""));
}

Deno.test("checkImports() reports a circle of imports once", () => {
  assert.deepEqual(circles({ a: "b d", b: "c", c: "a", d: "c" }), ["circle of imports: a -> b -> c -> a"]);
  assert.deepEqual(circles({ a: "a" }), ["circle of imports: a -> a"]);
});

Deno.test("checkImports() reports a circle of type imports", () => {
  assert.equal(circles({ a: "b", b: "a" }, "import type { A } from").length, 1);
});

Deno.test("checkImports() takes two ways to one file for no circle", () => {
  assert.deepEqual(circles({ a: "b c", b: "d", c: "d", d: "" }), []);
});

Deno.test("checkImports() takes a worker that imports its starter for no circle", () => {
  const files = [
    { path: "src/run/a.ts", text: 'new Worker(new URL("./b.ts", import.meta.url));' },
    { path: "src/run/b.ts", text: 'import "./a.ts";' },
  ];
  assert.deepEqual(checkImports(files), []);
});

// ---- check_text; what it refuses is written in pieces, as it reads this file too ----

function textFindings(path: string, text: string): number {
  return checkText([{ path, text }]).length;
}

const PLACES = ["/ho" + "me/ana/x", "/Use" + "rs/ana/x", "/ro" + "ot/x", "/wo" + "rk/x", "C:\\Use" + "rs\\ana"];

for (const place of PLACES) {
  Deno.test(`checkText() refuses the path ${place.slice(0, 4)}…`, () => {
    assert.equal(textFindings("a.md", `see \`${place}\``), 1);
    assert.equal(textFindings("a.ts", `"file://${place}"`), 1);
  });
}

Deno.test("checkText() accepts what only looks like a path of one machine", () => {
  for (const text of ["src/ho" + "me/x", "https://example.com/wo" + "rk/x", "./ro" + "ot/x", "/wo" + "rkers/x"]) {
    assert.equal(textFindings("a.ts", text), 0, text);
  }
});

Deno.test("checkText() refuses hosts of package registries, except in deno.lock", () => {
  for (const host of ["registry", "repo", "repo1", "deb", "proxy", "index", "files"]) {
    const url = "https:" + `//${host}.example.com/a`;
    assert.equal(textFindings("docs/a.json", url), 1, url);
    assert.equal(textFindings("deno.lock", url), 0, url);
  }
  for (const url of ["https://github.com/denoland/deno", "http://schema-registry:8081", "https://example.com"]) {
    assert.equal(textFindings("docs/a.json", url), 0, url);
  }
});

Deno.test("checkText() refuses a to-do note without the number of an issue", () => {
  assert.equal(textFindings("src/a.ts", "// TO" + "DO: later"), 1);
  assert.equal(textFindings("src/a.ts", "// TO" + "DO(#x): later"), 1);
  assert.equal(textFindings("src/a.ts", "// TO" + "DO(#12): later"), 0);
  assert.equal(textFindings("src/a.ts", "todo, TO" + "DOS, METO" + "DO"), 0);
});

const SWITCHED_OFF = [["Deno.test.on", "ly(f)"], ["on", "ly: true"], ["Deno.test.igno", "re(f)"], ["igno", "re: true"]];

for (const pieces of SWITCHED_OFF) {
  Deno.test(`checkText() refuses ${pieces.join("·")} in tests`, () => {
    const text = pieces.join("");
    assert.equal(textFindings("tests/unit/a_test.ts", text), 1);
    assert.equal(textFindings("src/a_test.ts", text), 1);
    assert.equal(textFindings("src/a.ts", text), 0);
  });
}

Deno.test("checkText() accepts a test that is ignored on a condition", () => {
  assert.equal(textFindings("tests/unit/a_test.ts", "{ ignore: !isAvailable }"), 0);
});

/** The dead links of docs/a.md beside docs/b.md and an image. */
function deadLinks(text: string): number {
  const files = [{ path: "docs/a.md", text }, { path: "docs/b.md", text: "" }];
  return checkText(files, ["docs/a.md", "docs/b.md", "docs/img/a b.png", "LICENSE"]).length;
}

const DEAD = ["[x](c.md)", "[x](../b.md)", "![x](img/c.png)", "[x](../../b.md)", "[x](/b.md)", "[x]: c.md", "[x](c#a)"];
const LIVE = ["[x](b.md)", "[x](./b.md#part)", "![x](img/a%20b.png)", "[x](../LICENSE 'title')", "[x](/docs/b.md)"];
const NO_LINK = [
  "`[x](c.md)`",
  "```md\n[x](c.md)\n```",
  "~~~\n[x](c.md)",
  "[^1]: note",
  "[x](#part)",
  "[x](mailto:a@b)",
];

Deno.test("checkText() refuses links to files that do not exist", () => {
  for (const text of [...DEAD, '<img src="c.png">', '<a href="c.md">', "[![x](b.md)](c.md)"]) {
    assert.equal(deadLinks(text), 1, text);
  }
});

Deno.test("checkText() accepts links to files, folders, headings and other sites", () => {
  const texts = [...LIVE, ...NO_LINK, "[x](img/)", "[x](..)", '<a href="b.md">', "[x](https://example.com/c)"];
  for (const text of texts) assert.equal(deadLinks(text), 0, text);
});

Deno.test("checkText() finds a dead link behind a closed block of code", () => {
  assert.equal(deadLinks("```sh\n[x](c.md)\n```\n\n[x](c.md)\n"), 1);
});

function readmes(...texts: readonly (readonly [path: string, text: string])[]): number {
  return checkText(texts.map(([path, text]) => ({ path, text }))).length;
}

Deno.test("checkText() wants as many sections in both READMEs", () => {
  const original = ["README.md", "# a\n\n## b\n\n```md\n## no\n```\n\n## c\n\n### d\n"] as const;
  assert.equal(readmes(original, ["README.pt-BR.md", "# a\n\n## b\n\n## c\n"]), 0);
  assert.equal(readmes(original, ["README.pt-BR.md", "# a\n\n## b\n"]), 1);
});

Deno.test("checkText() wants both READMEs or none", () => {
  assert.equal(readmes(["README.md", ""]), 1);
  assert.equal(readmes(["README.pt-BR.md", ""]), 1);
  assert.equal(readmes(["docs/README.md", ""]), 0);
});

// ---- the tree itself ----

Deno.test("the tree keeps the direction of imports", async () => {
  const findings = checkImports(await readSources(ROOT, ["src/", "mod.ts", "sinks.ts", "servers.ts"]));
  assert.deepEqual(findings.map(formatFinding), []);
});

Deno.test("the tree keeps its pure folders pure", async () => {
  const findings = checkPurity(await readSources(ROOT, PURE_PATHS));
  assert.deepEqual(findings.map(formatFinding), []);
});

Deno.test("the tree keeps its texts clean", async () => {
  const { files, paths } = await readRepository(ROOT);
  assert.deepEqual(checkText(files, paths).map(formatFinding), []);
});
