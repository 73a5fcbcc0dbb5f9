/**
 * The documents tell the truth: what they show is run, what they name exists. A `console` block is a transcript, the
 * commands of a `sh` block are run where that is cheap, those of a `bash` block need servers and are not run, a `text`
 * block is the result of the `sql` or `ts` block before it. With `UPDATE_SNAPSHOTS=1` results are written anew: then read the difference.
 *
 * @module
 */

import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { bankCatalogue, csvHeader, entity, fieldsOf, nullable, schemaScript, SQLITE, text } from "../../mod.ts";
import { COMMANDS } from "../../src/cli/commands/list.ts";
import { inFreshFolder, programArgs, root, runProgram } from "../support/program.ts";

const UPDATE = Deno.env.get("UPDATE_SNAPSHOTS") === "1";

const TRANSLATIONS = [
  ["README.md", "README.pt-BR.md"],
  ["docs/data.md", "docs/dados.pt-BR.md"],
  ["docs/ingestion.md", "docs/ingestao.pt-BR.md"],
  ["docs/rights.md", "docs/direitos.pt-BR.md"],
  ["docs/files.md", "docs/arquivos.pt-BR.md"],
  ["docs/from-data-gen.md", "docs/vindo-do-data-gen.pt-BR.md"],
  ["docs/config.md", "docs/config.pt-BR.md"],
] as const;
const PAGES = [
  ...TRANSLATIONS.flat(),
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "docs/architecture.md",
  "docs/delivery.md",
  "docs/library.md",
];

/** The data that the `sql` blocks are about. */
const LOAD_OF_SQL = ["load", "--customers", "1000", "--as-of", "2026-07-01"];

/** Commands whose run takes longer than a test may; `test` would run this file again. */
const DEAR_TASKS = [
  "test",
  "test:unit",
  "test:wide",
  "test:with",
  "ok",
  "bench",
  "compile",
  "install",
  "rules",
  "services",
  "librdkafka",
];

/** Flags in the documents that are those of other programs. */
const FLAGS_OF_OTHERS =
  ("add allow-env allow-ffi allow-net allow-principal allow-read allow-sys allow-write bootstrap-server config filter " +
    "force from-beginning frozen global isolation-level max-messages max-semi-space-size name no-prompt operation " +
    "property resource-pattern-type stream topic transactional-id v8-flags").split(" ");

// ---- Markdown ----

/** A block between fences. */
interface Fence {
  readonly language: string;
  /** The lines inside, with their line ends. */
  readonly text: string;
  /** Place of the text in the page. */
  readonly start: number;
}

async function readPage(page: string): Promise<string> {
  return await Deno.readTextFile(new URL(page, root));
}

function fencesOf(markdown: string): Fence[] {
  return [...markdown.matchAll(/^( *)```(\w+)\n([\s\S]*?)^\1```$/gm)].map((match) => ({
    language: match[2]!,
    text: match[3]!,
    start: match.index + match[1]!.length + 3 + match[2]!.length + 1,
  }));
}

async function fencesIn(page: string, language: string): Promise<Fence[]> {
  return fencesOf(await readPage(page)).filter((fence) => fence.language === language);
}

/** The block after the `at`-th of a language, which must be its result. */
function resultAfter(fences: readonly Fence[], fence: Fence): Fence | undefined {
  const next = fences[fences.indexOf(fence) + 1];
  return next?.language === "text" ? next : undefined;
}

/** Puts a new text in the place of an old one, which stands where it stood when the page was read last. */
async function writeIn(page: string, start: number, old: string, replacement: string): Promise<void> {
  const markdown = await readPage(page);
  assert.equal(markdown.slice(start, start + old.length), old, `${page} changed meanwhile`);
  await Deno.writeTextFile(
    new URL(page, root),
    markdown.slice(0, start) + replacement + markdown.slice(start + old.length),
  );
}

/** The cells of the table whose header begins with a word. */
function tableOf(markdown: string, header: RegExp): string[][] {
  const lines = markdown.split("\n");
  const from = lines.findIndex((line) => header.test(line));
  assert.ok(from >= 0, `no table ${header}`);
  const rows = lines.slice(from + 2);
  return rows.slice(0, rows.findIndex((line) => !line.startsWith("|")))
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
}

/** The code in a cell, without its backticks; undefined if there is none. */
function codeIn(cell: string): string | undefined {
  return /`([^`]+)`/.exec(cell)?.[1];
}

// ---- commands ----

/** Splits a command into words, as a shell does. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2]!);
}

/** The commands of a `sh` block; a line that ends in a backslash goes on. */
function commandsOf(fence: Fence): string[] {
  return fence.text.replaceAll(/\\\n\s*/g, "").split("\n").filter((line) => line !== "");
}

/** What a command of a document runs: our program with some permissions, or nothing that is run here. */
interface Call {
  readonly args: readonly string[];
  readonly permissions?: readonly string[];
}

/** Checks a command that stands in a document; returns the call of our program that it makes, if it is to be run. */
async function checkedCall(command: string): Promise<Call | undefined> {
  let words = wordsOf(command);
  if (words[0] === "npx") {
    const version = /^version=(\S+)$/m.exec(await readPage(".ci/run"))![1];
    assert.deepEqual(words.slice(1, 3), ["-y", `deno@${version}`], command);
    words = ["deno", ...words.slice(3)];
  }
  if (words[0] === "datagen") return { args: words.slice(1) };
  for (const path of words.filter((word) => /^[\w./]+\.(ts|py)$/.test(word) && word.includes("/"))) {
    await Deno.stat(new URL(path, root));
  }
  if (words[0] === "deno" && words[1] === "task") return await taskCall(command, words.slice(2));
  const main = words.indexOf("src/main.ts");
  if (words[0] === "deno" && words[1] === "run" && main > 0) {
    return { args: words.slice(main + 1), permissions: words.slice(2, main).filter((word) => /^--allow/.test(word)) };
  }
  assert.match(command, /^(deno (fmt|install --global|run .*rows_to_ndjson\.ts)|python3 tests\/)/);
  return undefined;
}

async function taskCall(command: string, words: readonly string[]): Promise<Call | undefined> {
  const { tasks } = JSON.parse(await readPage("deno.json"));
  const [task = "", ...args] = words;
  assert.ok(task in tasks, `there is no task of ${command}`);
  if (task === "datagen") return { args };
  assert.ok(DEAR_TASKS.includes(task), `${command} is neither run nor known to be dear`);
  return undefined;
}

/** Runs one command of a transcript; `sqlite3` is played by Deno's own SQLite. */
async function output(command: string, cwd: string, language: string): Promise<string> {
  const [program, ...words] = wordsOf(command);
  if (language === "terminal") return await shownOnTerminal(words, cwd);
  if (program === "sqlite3") {
    return rowsOf(`${cwd}/${words[0]}`, words[1]!).rows.map((row) => `${row.join("|")}\n`).join("");
  }
  assert.equal(program, "datagen", command);
  const { stdout, stderr } = await runProgram(words, { cwd });
  return stdout + stderr;
}

/** What the program shows on a terminal of 80 columns that draws no progress. */
async function shownOnTerminal(args: readonly string[], cwd: string): Promise<string> {
  const { stdout } = await new Deno.Command("python3", {
    args: [new URL("tests/support/in_terminal.py", root).pathname, "80", Deno.execPath(), ...programArgs(args)],
    cwd,
    env: { TERM: "dumb", NO_COLOR: "1", LANG: "C.UTF-8", LC_ALL: "C.UTF-8" },
  }).output();
  return new TextDecoder().decode(stdout);
}

/** Whether there is a terminal to be had: Python makes one, but for Windows. */
const hasTerminal = Deno.build.os !== "windows" && await hasPython();
if (!hasTerminal) console.error("screens of the documents: skipped, as there is no python3 to make a terminal");

async function hasPython(): Promise<boolean> {
  try {
    return (await new Deno.Command("python3", { args: ["--version"], stdout: "null", stderr: "null" }).output())
      .success;
  } catch {
    return false;
  }
}

/** Replaces times and speeds, which differ from run to run. */
function masked(transcript: string): string {
  return transcript.replaceAll(/\d[\d,]* rows\/s|(\d+ min )?\d+(\.\d+)? s\b/g, "#");
}

/** Whether a text is what was expected, where `...` stands for any lines. */
function isShown(shown: string, real: string): boolean {
  const quoted = masked(shown).split("...\n").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${quoted.join("(?:.*\\n)*")}$`).test(masked(real));
}

/** The real lines, cut as those shown were. */
function cutLike(shown: string, real: string): string {
  const [before = "", after] = shown.split("...\n");
  if (after === undefined) return real;
  const lines = real.split(/(?<=\n)/);
  const count = (part: string) => part.split("\n").length - 1;
  return [...lines.slice(0, count(before)), "...\n", ...lines.slice(lines.length - count(after))].join("");
}

// ---- SQL ----

function rowsOf(file: string, sql: string): { names: string[]; rows: string[][] } {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const statement = database.prepare(sql);
    const names = statement.columns().map(({ name }) => name!);
    const rows = statement.all().map((row) => names.map((name) => String(row[name] ?? "")));
    return { names, rows };
  } finally {
    database.close();
  }
}

/** Writes a result as `sqlite3 -header -column` does, without spaces at the ends of lines. */
function columnsText({ names, rows }: { names: string[]; rows: string[][] }): string {
  const widths = names.map((name, at) => Math.max(name.length, ...rows.map((row) => row[at]!.length)));
  const lines = [names, widths.map((width) => "-".repeat(width)), ...rows];
  return lines.map((line) => `${line.map((cell, at) => cell.padEnd(widths[at]!)).join("  ").trimEnd()}\n`).join("");
}

// ---- tests ----

/** Translations show the same commands and results, which a test holds, so that the originals are enough. */
const RUN = UPDATE ? PAGES : PAGES.filter((page) => TRANSLATIONS.every(([, translation]) => translation !== page));

for (const page of RUN) {
  Deno.test(`${page}: its transcripts are true`, async () => {
    const languages = ["console", ...(hasTerminal ? ["terminal"] : [])];
    const shownIn = async () => fencesOf(await readPage(page)).filter(({ language }) => languages.includes(language));
    for (let at = 0; at < (await shownIn()).length; at++) {
      await inFreshFolder(async (cwd) => {
        const fence = (await shownIn())[at]!;
        let anew = "";
        for (const [, command, shown] of fence.text.matchAll(/^\$ (.*)\n((?:(?!\$ ).*\n)*)/gm)) {
          const real = await output(command!, cwd, fence.language);
          if (!UPDATE) assert.ok(isShown(shown!, real), `${page}: ${command} now prints\n${real}`);
          anew += `$ ${command}\n${isShown(shown!, real) ? shown : cutLike(shown!, real)}`;
        }
        if (UPDATE && anew !== fence.text) await writeIn(page, fence.start, fence.text, anew);
      });
    }
  });

  Deno.test(`${page}: its commands work`, () =>
    inFreshFolder(async (cwd) => {
      for (const command of (await fencesIn(page, "sh")).flatMap(commandsOf)) {
        const call = await checkedCall(command);
        if (call === undefined || call.args[0] === "bench") continue;
        const { status, stderr } = await runProgram(call.args, { cwd, ...call });
        assert.deepEqual([status, stderr], [0, ""], `${page}: ${command}`);
      }
    }));
}

/** The commands of a page in their order, each with what it says where the page shows that: blocks, tables. */
function commandsInOrder(markdown: string): { command: string; shown: string }[] {
  const found = [...markdown.matchAll(/^```(sh|console|terminal)\n([\s\S]*?)^```$|^\|[^|\n]*\| `(datagen [^`]+)` /gm)];
  return found.flatMap(([, language, text, inTable]) => {
    if (inTable !== undefined) return [{ command: inTable, shown: "" }];
    if (language === "sh") {
      return commandsOf({ language, text: text!, start: 0 }).map((command) => ({ command, shown: "" }));
    }
    const transcript = [...text!.matchAll(/^\$ (.*)\n((?:(?!\$ ).*\n)*)/gm)];
    return transcript.map(([, command, shown]) => ({ command: command!, shown: shown! }));
  });
}

for (
  const [order, arrange] of [
    ["as they stand", (all) => all],
    ["the first one last", ([first, ...others]) => [...others, first!]],
  ] as [string, (all: { command: string; shown: string }[]) => { command: string; shown: string }[]][]
) {
  Deno.test(`README.md: its commands work one after another in one folder, twice: ${order}`, () =>
    inFreshFolder(async (cwd) => {
      const commands = commandsInOrder(await readPage("README.md"))
        .filter(({ command }) => !/sqlite3|^datagen info|--to (postgres|kafka)\b/.test(command));
      assert.ok(commands.length > 12, `only ${commands.length}`);
      for (const round of ["first", "second"]) {
        for (const { command, shown } of arrange(commands)) {
          const call = await checkedCall(command);
          if (call === undefined || call.args[0] === "bench") continue;
          const { status, stderr } = await runProgram(call.args, { cwd });
          assert.equal(status, /^error:/.test(shown) ? 2 : 0, `${round} time: ${command}\n${stderr}`);
        }
      }
    }));
}

Deno.test("the results of SQL in the documents are true", () =>
  inFreshFolder(async (cwd) => {
    await runProgram([...LOAD_OF_SQL, "--quiet"], { cwd });
    for (const page of PAGES) {
      const statements = await fencesIn(page, "sql");
      const commands = (await fencesIn(page, "sh")).flatMap(commandsOf);
      assert.ok(statements.length === 0 || commands.includes(`datagen ${LOAD_OF_SQL.join(" ")}`), page);
      for (let at = 0; at < statements.length; at++) {
        const fences = fencesOf(await readPage(page));
        const fence = fences.filter(({ language }) => language === "sql")[at]!;
        const result = resultAfter(fences, fence);
        assert.ok(result, `${page}: no result after ${fence.text}`);
        const real = columnsText(rowsOf(`${cwd}/datagen.sqlite`, fence.text));
        if (UPDATE) await writeIn(page, result.start, result.text, real);
        else assert.equal(result.text, real, `${page}: ${fence.text}`);
      }
    }
  }));

for (const page of TRANSLATIONS[0]) {
  Deno.test(`${page}: each target works with the permissions of its row, and no more`, async () => {
    const rows = tableOf(await readPage(page), /^\| (Target|Destino) /);
    assert.equal(rows.length, 5);
    for (const [, command, , permissions] of rows) {
      await inFreshFolder(async (cwd) => {
        const allowed = codeIn(permissions!)?.split(" ") ?? [];
        for (const flag of allowed) await Deno.mkdir(`${cwd}/${flag.split("=")[1]}`, { recursive: true });
        const [program, ...args] = wordsOf(codeIn(command!)!);
        assert.equal(program, "datagen");
        const { status, stdout, stderr } = await runProgram(args, { cwd, permissions: allowed });
        assert.equal(status, 0, `${command}: ${stderr}`);
        if (!args.includes("console")) assert.match(stdout, /\nValidation: ALL OK\n$/);
      });
    }
  });
}

Deno.test("every option in the documents is one of datagen's, or known as another program's", async () => {
  const flagsOf = (markdown: string) =>
    [...markdown.matchAll(/(?<![\w-])--([a-z][a-z\d-]*)/g)].map((match) => match[1]!);
  const ours = COMMANDS.flatMap(({ flags }) => flags.map(({ long }) => long));
  const known = new Set([...ours, "help", "version", ...FLAGS_OF_OTHERS]);
  for (const page of PAGES) {
    assert.deepEqual(flagsOf(await readPage(page)).filter((flag) => !known.has(flag)), [], page);
  }
});

Deno.test("every file and folder in the documents exists", async () => {
  for (const page of PAGES) {
    const paths = [...(await readPage(page)).matchAll(/`((?:src|tests|tools|docs)\/[\w./-]+)`/g)].map((match) =>
      match[1]!
    );
    for (const path of paths) await Deno.stat(new URL(path, root)).catch(() => assert.fail(`${page}: ${path}`));
  }
});

for (const [original, translation] of TRANSLATIONS) {
  Deno.test(`${translation} shows the same commands and results as ${original}`, async () => {
    const [fences, translated] = (await Promise.all([original, translation].map(readPage)))
      .map((markdown) => fencesOf(markdown).map(({ language, text }) => `${language}\n${masked(text)}`));
    assert.deepEqual(translated, fences);
  });
}

Deno.test("docs/data.md ends with the catalogue that datagen prints", async () => {
  const { stdout } = await runProgram(["schema", "--format", "markdown"], { cwd: ".", permissions: [] });
  const page = await readPage("docs/data.md");
  const [start, end] = ["<!-- deno-fmt-ignore-start -->\n\n", "\n<!-- deno-fmt-ignore-end -->"].map((mark, at) => {
    assert.ok(page.includes(mark), mark);
    return page.indexOf(mark) + (at === 0 ? mark.length : 0);
  });
  const shown = page.slice(start, end);
  const real = stdout.replaceAll(/^## /gm, "### ");
  if (UPDATE) await writeIn("docs/data.md", start!, shown, real);
  else assert.equal(shown, real);
});

Deno.test("docs/dados.pt-BR.md has a row for every field of every entity, in order", async () => {
  const page = await readPage("docs/dados.pt-BR.md");
  const fields = page.slice(page.indexOf("## Todos os campos"));
  for (const described of bankCatalogue) {
    const section = fields.slice(fields.indexOf(`### ${described.name}\n`)).slice(4).split("\n### ")[0]!;
    const names = tableOf(section, /^\| Campo /).map(([name]) => codeIn(name!));
    assert.deepEqual(names, fieldsOf(described).map(([name]) => name), described.name);
  }
});

Deno.test("the programs of docs/library.md, and its example, do what it says", () =>
  inFreshFolder(async (cwd) => {
    const fences = fencesOf(await readPage("docs/library.md"));
    const settings = fences.find(({ language }) => language === "json")!.text;
    const { imports: pinned } = JSON.parse(await readPage("deno.json"));
    assert.equal(JSON.parse(settings).imports.postgres, pinned.postgres);
    await Deno.writeTextFile(`${cwd}/deno.json`, settings.replaceAll("./datagen/", root.href));
    const programs = fences.filter(({ language }) => language === "ts");
    for (const [at, { text }] of programs.entries()) await Deno.writeTextFile(`${cwd}/program${at}.ts`, text);
    await Deno.copyFile(new URL("docs/examples/rows_to_ndjson.ts", root), `${cwd}/rows_to_ndjson.ts`);
    await deno(["check", "."], cwd);

    const command = fences.find(({ text }) => text.includes("rows_to_ndjson.ts"))!.text.trim();
    const told = await deno(["run", "--no-prompt", ...wordsOf(command).slice(2)], cwd);
    const [, count, file] = /^(\d+) records in (\w+\.jsonl)\n$/.exec(told)!;
    const records = (await Deno.readTextFile(`${cwd}/${file}`)).trimEnd().split("\n").map((line) => JSON.parse(line));
    assert.equal(records.length, Number(count));
    assert.ok(records.length > 50 && records.every(({ amount, status }) => Number(amount) > 0 && status !== "FAILED"));

    for (const [at, { text }] of programs.entries()) {
      if (text.includes("@datagen/datagen/servers")) continue; // they were checked, and need servers to be run
      const printed = await deno(["run", "--no-prompt", "--allow-read=.", "--allow-write=.", `program${at}.ts`], cwd);
      const current = fencesOf(await readPage("docs/library.md"));
      const result = resultAfter(current, current.filter(({ language }) => language === "ts")[at]!);
      assert.ok(result, `no result after program ${at}`);
      const real = `${printed.replaceAll("\r\n", "\n").trimEnd()}\n`;
      if (UPDATE) await writeIn("docs/library.md", result.start, result.text, real);
      else assert.equal(result.text, real);
    }
  }));

async function deno(args: readonly string[], cwd: string): Promise<string> {
  const env = { NO_COLOR: "1" };
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args: [...args], cwd, env }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

Deno.test("the field that CONTRIBUTING.md adds by one line is in every format", async () => {
  const [line] = await fencesIn("CONTRIBUTING.md", "ts");
  const added = new Function("nullable", "text", `return {${line!.text}};`)(nullable, text);
  const customer = bankCatalogue.find(({ name }) => name === "customers")!;
  const after = entity({ ...customer, fields: { ...customer.fields, ...added } });
  assert.match(csvHeader(after), /,updated_at,nickname\r\n$/);
  assert.match(schemaScript([after], SQLITE), /\n {2}"nickname" TEXT\n/);
});

Deno.test("CONTRIBUTING.md lists the dependencies of deno.json", async () => {
  const { imports } = JSON.parse(await readPage("deno.json"));
  const listed = tableOf(await readPage("CONTRIBUTING.md"), /^\| Package /)
    .map(([name, version]) => `npm:${codeIn(name!)}@${version}`);
  assert.deepEqual(listed.sort(), Object.values<string>(imports).sort());
});
