/**
 * Checks that the folders which make the data name nothing whose result may change with the machine, the clock, the
 * locale or the engine. Run it with `deno run --allow-read=. tools/check_purity.ts`; each finding is one line, and any
 * finding makes the exit status 1.
 *
 * The check reads names, not meanings: a forbidden word is reported wherever it stands as code, as a property too.
 * Comments, strings, regular expressions and the text of templates are skipped; the code inside `${}` is not.
 *
 * The tokenizer and the few helpers that all checks share live here as well.
 *
 * @module
 */

/** A file to check. */
export interface SourceFile {
  /** Path from the root of the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** One broken rule. */
export interface Finding {
  readonly path: string;
  /** Line, counted from 1. */
  readonly line: number;
  /** Column, counted from 1, in UTF-16 code units. */
  readonly column: number;
  /** What was found, and why it is refused or what is allowed. */
  readonly message: string;
}

/** A piece of TypeScript that is neither space nor comment. */
export interface Token {
  readonly kind: "word" | "number" | "string" | "template" | "regex" | "punctuation";
  /** The characters of the source; a string's come without its quotes. */
  readonly text: string;
  /** Where the token starts, in UTF-16 code units from 0. */
  readonly offset: number;
}

/** The files and folders that must be pure; a folder ends in a slash. */
export const PURE_PATHS: readonly string[] = [
  "mod.ts",
  "src/random/",
  "src/reference/",
  "src/time/",
  "src/model/",
  "src/domains/",
  "src/encoders/",
];

const CLOCK = "a clock or a local calendar: instants are epoch milliseconds and come in as parameters";
const LOCALE = "its result changes with the locale or the engine's ICU data";
const OUTSIDE = "it reaches outside: only adapters, run and cli may";
const CHANCE = "its result cannot be repeated: draw from src/random";
const ENGINE = "its last bits may change with the engine: only + - * /, sqrt, floor and imul make values";

const POWER = `${ENGINE}; write a power of two as a literal, 0x1_0000_0000`;

/** Words that may not stand as code, each with its reason. */
const FORBIDDEN_WORDS: ReadonlyMap<string, string> = new Map([
  ["Deno", OUTSIDE],
  ["process", OUTSIDE],
  ["globalThis", OUTSIDE],
  ["navigator", OUTSIDE],
  ["fetch", OUTSIDE],
  ["eval", OUTSIDE],
  ["Date", CLOCK],
  ["Temporal", CLOCK],
  ["performance", CLOCK],
  ["setTimeout", CLOCK],
  ["setInterval", CLOCK],
  ["Intl", LOCALE],
  ["localeCompare", LOCALE],
  ["crypto", CHANCE],
  ["Function", "it makes code from text that this check does not see: only src/encoders/compile.ts may"],
]);

/** The one file that may make code from text. */
const COMPILER = "src/encoders/compile.ts";

/** Members of `Math` that ECMA-262 leaves to the implementation, and its generator. */
const FORBIDDEN_MATH: ReadonlyMap<string, string> = new Map([
  ["random", CHANCE],
  ...[
    ["log", "log2", "log10", "log1p", "exp", "expm1", "pow", "cbrt", "hypot"],
    ["sin", "cos", "tan", "asin", "acos", "atan", "atan2"],
    ["sinh", "cosh", "tanh", "asinh", "acosh", "atanh"],
  ].flat().map((name) => [name, ENGINE] as const),
]);

/**
 * Finds the forbidden names in those of `files` that must be pure; the others are ignored.
 *
 * @returns The findings, in the order of the files and of their text.
 */
export function checkPurity(files: readonly SourceFile[]): Finding[] {
  return files.filter((file) => isPure(file.path)).flatMap(checkFile);
}

function isPure(path: string): boolean {
  return PURE_PATHS.some((pure) => pure.endsWith("/") ? path.startsWith(pure) : path === pure);
}

function checkFile(file: SourceFile): Finding[] {
  const tokens = tokenize(file.text);
  return tokens.flatMap((token, index) => {
    const found = file.path === COMPILER && token.text === "Function" ? undefined : impurity(tokens, index);
    return found === undefined ? [] : [findingAt(file, token.offset, `${found.name}: ${found.reason}`)];
  });
}

function impurity(tokens: readonly Token[], index: number): { name: string; reason: string } | undefined {
  const { kind, text } = tokens[index]!;
  if (kind === "punctuation" && text.startsWith("**")) return { name: text, reason: POWER };
  if (kind !== "word") return undefined;
  if (text === "Math") return mathImpurity(tokens[index + 1], tokens[index + 2]);
  const reason = text.startsWith("toLocale") ? LOCALE : FORBIDDEN_WORDS.get(text);
  return reason === undefined ? undefined : { name: text, reason };
}

function mathImpurity(dot: Token | undefined, member: Token | undefined): { name: string; reason: string } | undefined {
  if (dot?.text !== "." || member?.kind !== "word") {
    return { name: "Math", reason: "write Math.name, so that this check can see which function is used" };
  }
  const reason = FORBIDDEN_MATH.get(member.text);
  return reason === undefined ? undefined : { name: `Math.${member.text}`, reason };
}

/** Makes the finding for the character at `offset` of a file. */
export function findingAt(file: SourceFile, offset: number, message: string): Finding {
  const before = file.text.slice(0, offset);
  const line = before.split("\n").length;
  return { path: file.path, line, column: offset - before.lastIndexOf("\n"), message };
}

/** Words after which a slash starts a regular expression. */
const BEFORE_EXPRESSION: ReadonlySet<string> = new Set(
  ("return typeof instanceof in of new delete void throw case do else yield await default extends as satisfies")
    .split(" "),
);

/** Words whose parentheses are followed by a statement. */
const BEFORE_CONDITION: ReadonlySet<string> = new Set(["if", "while", "for", "with"]);

/** Lexical grammar, each pattern tried at the current place only. */
const SKIPPED = /(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))+/y;
const STRING = /"(?:[^"\\\n]|\\[\s\S])*"?|'(?:[^'\\\n]|\\[\s\S])*'?/y;
const TEMPLATE = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{|$)/y;
const NUMBER = /0[xXbBoO][\da-fA-F_]+n?|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?[\d_]+)?n?/y;
const WORD = /#?[\p{ID_Start}$_][\p{ID_Continue}$]*/uy;
const REGEX = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
const PUNCTUATION = /\*\*=?|=>|\?\.(?!\d)|\.\.\.|\+\+|--|./suy;

/**
 * Cuts TypeScript into tokens. Text that does not parse gives tokens too: the compiler judges syntax, not this.
 *
 * A slash is division after an operand and starts a regular expression elsewhere. After a closing brace, which can end
 * either, it starts one when it is the first of its line.
 */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const braces: ("block" | "template")[] = [];
  const conditions: boolean[] = [];
  let offset = text.startsWith("#!") ? text.indexOf("\n") + 1 || text.length : 0;
  let operand = false;

  for (offset += matchAt(SKIPPED).length; offset < text.length; offset += matchAt(SKIPPED).length) step();
  return tokens;

  function step(): void {
    const character = text[offset]!;
    if (character === '"' || character === "'") return add("string", matchAt(STRING), true);
    if (character === "`") return template("`");
    if (character === "}" && braces.pop() === "template") return template("}");
    if (character === "/" && regexMayStart()) {
      const regex = matchAt(REGEX);
      if (regex !== "") return add("regex", regex, true);
    }
    const number = matchAt(NUMBER);
    if (number !== "") return add("number", number, true);
    const word = matchAt(WORD);
    if (word !== "") return add("word", word, isMember() || !BEFORE_EXPRESSION.has(word));
    punctuation(matchAt(PUNCTUATION));
  }

  function template(start: string): void {
    offset += start.length;
    const chunk = matchAt(TEMPLATE);
    const opens = chunk.endsWith("${");
    if (opens) braces.push("template");
    add("template", chunk, !opens);
  }

  function punctuation(mark: string): void {
    if (mark === "{") braces.push("block");
    if (mark === "(") conditions.push(!isMember(1) && BEFORE_CONDITION.has(tokens.at(-1)?.text ?? ""));
    const keeps = mark === "++" || mark === "--" || mark === "!"; // `i++ / 2` and `value! / 2` divide
    const ends = mark === ")" ? conditions.pop() !== true : mark === "]" || mark === "}";
    add("punctuation", mark, keeps ? operand : ends);
  }

  function add(kind: Token["kind"], source: string, isOperand: boolean): void {
    const quote = source[0]!;
    const inner = kind === "string" ? source.slice(1, source.endsWith(quote) ? -1 : undefined) : source;
    tokens.push({ kind, text: inner, offset });
    offset += source.length;
    operand = isOperand;
  }

  function matchAt(pattern: RegExp): string {
    pattern.lastIndex = offset;
    return pattern.exec(text)?.[0] ?? "";
  }

  function isMember(back = 0): boolean {
    const before = tokens.at(-1 - back)?.text;
    return before === "." || before === "?.";
  }

  function regexMayStart(): boolean {
    const last = tokens.at(-1);
    if (last?.kind !== "punctuation" || last.text !== "}") return !operand;
    return text.slice(last.offset, offset).includes("\n");
  }
}

/**
 * Reads the TypeScript files at `paths`, files or folders below `root`, sorted by path. What is absent is left out.
 *
 * @param root Folder as a URL that ends in a slash.
 */
export async function readSources(root: URL, paths: readonly string[]): Promise<SourceFile[]> {
  const found: SourceFile[] = [];
  for (const path of paths) await visit(path);
  return found.sort((a, b) => a.path < b.path ? -1 : 1);

  async function visit(path: string): Promise<void> {
    const info = await unlessAbsent(Deno.stat(new URL(path, root)));
    if (info?.isDirectory) {
      const folder = path.endsWith("/") ? path : `${path}/`;
      for await (const entry of Deno.readDir(new URL(folder, root))) await visit(folder + entry.name);
    } else if (info?.isFile && path.endsWith(".ts")) {
      const text = await unlessAbsent(Deno.readTextFile(new URL(path, root)));
      if (text !== undefined) found.push({ path, text });
    }
  }
}

/** Waits for a result; a file that does not exist, or no longer does, gives `undefined`. */
export async function unlessAbsent<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Writes a finding as one line, `path:line:column message`. */
export function formatFinding({ path, line, column, message }: Finding): string {
  return `${path}:${line}:${column} ${message}`;
}

/** Prints the outcome of a check and sets the exit status: 1 if there is a finding, or nothing to check. */
export function report(check: string, fileCount: number, findings: readonly Finding[]): void {
  for (const finding of findings) console.log(formatFinding(finding));
  console.log(`${check}: ${fileCount} files, ${findings.length} findings`);
  if (findings.length > 0 || fileCount === 0) Deno.exitCode = 1;
}

if (import.meta.main) {
  const files = await readSources(new URL("../", import.meta.url), PURE_PATHS);
  report("check_purity", files.length, checkPurity(files));
}
