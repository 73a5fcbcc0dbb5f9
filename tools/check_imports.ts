/**
 * Checks that imports point one way: which folder may import which, which packages each may use, and that no files
 * import each other in a circle. Run it with `deno run --allow-read=. tools/check_imports.ts`; each finding is one
 * line, and any finding makes the exit status 1.
 *
 * @module
 */

import { type Finding, findingAt, readSources, report, type SourceFile, type Token, tokenize } from "./check_purity.ts";

/** What the files of a zone may import. A file's zone is its folder below `src/`, or its name at the root. */
interface Rule {
  /** Zones, the own one included where it may be; `adapters/*` is every adapter's own folder. */
  readonly zones: readonly string[];
  /** Packages by name; `node:*` is every module of Node except the reserved ones. */
  readonly packages: readonly string[];
}

/** The libraries of each adapter that has some. */
const ADAPTER_LIBRARIES: Readonly<Record<string, readonly string[]>> = {
  files: ["hyparquet", "hyparquet-writer"],
  postgres: ["postgres"],
  sqlite: ["node:sqlite"],
};

/** Modules of Node that `node:*` does not cover: they are some adapter's library. */
const RESERVED = new Set(Object.values(ADAPTER_LIBRARIES).flat().filter((name) => name.startsWith("node:")));

const PURE = ["random", "reference", "model", "time", "domains", "encoders"];
const ADAPTERS = ["adapters", "adapters/*"];
const EVERYTHING = [...PURE, "ports", ...ADAPTERS, "run", "cli", "deno.json"];

/** The rules of every zone except the folders of adapters, which {@linkcode ruleOf} makes from `adapters`. */
const RULES: ReadonlyMap<string, Rule> = new Map([
  ["reference", { zones: ["reference"], packages: [] }],
  ["time", { zones: ["reference", "time"], packages: [] }],
  ["random", { zones: ["random"], packages: [] }],
  ["model", { zones: ["model"], packages: [] }],
  ["domains", { zones: ["random", "reference", "model", "time", "ports", "domains"], packages: [] }],
  ["encoders", { zones: ["model", "time", "ports", "encoders"], packages: [] }],
  ["ports", { zones: ["model", "ports", "time"], packages: [] }],
  ["adapters", { zones: ["ports", "encoders", "model", "time", "adapters"], packages: ["node:*"] }],
  ["run", { zones: ["encoders", "ports", "model", "time", "run"], packages: [] }],
  ["cli", { zones: EVERYTHING.filter((zone) => zone !== "domains"), packages: ["commander", "smol-toml", "node:*"] }],
  ["main.ts", { zones: EVERYTHING, packages: [] }],
  ["mod.ts", { zones: PURE, packages: [] }],
  ["servers.ts", { zones: ["ports", ...ADAPTERS, ...PURE], packages: [] }],
  ["sinks.ts", { zones: ["ports", ...ADAPTERS, "run", ...PURE], packages: [] }],
]);

/** The only files of `cli` that know a domain by name: the lists of all, with and without what makes rows. */
const DOMAIN_FILES = new Set(["src/cli/domains/domains.ts", "src/cli/domains/domain_list.ts"]);

/** What is read: all files that have a rule. */
const CHECKED_PATHS = ["src/", "mod.ts", "sinks.ts", "servers.ts"];

/** A place where a file names a module. */
export interface ModuleReference {
  /** `import` covers static imports and `export ... from`; `url` is what `import.meta` resolves, as for a worker. */
  readonly kind: "import" | "dynamic" | "url";
  /** The specifier, or `undefined` where it is not a string literal. */
  readonly specifier: string | undefined;
  readonly offset: number;
}

/**
 * Finds the imports in `files` that break a rule, and the circles of imports below `src/`. Type imports count as much
 * as others: they tie the folders together too.
 *
 * @returns The broken rules in the order of the files, then the circles.
 */
export function checkImports(files: readonly SourceFile[]): Finding[] {
  const imports = new Map(files.map((file) => [file, moduleReferences(file.text)]));
  const broken = files.flatMap((file) => brokenRules(file, imports.get(file)!));
  return [...broken, ...circles(imports)];
}

function brokenRules(file: SourceFile, references: readonly ModuleReference[]): Finding[] {
  const zone = zoneOf(file.path);
  const common = ruleOf(zone);
  const rule = common !== undefined && DOMAIN_FILES.has(file.path)
    ? { ...common, zones: [...common.zones, "domains"] }
    : common;
  if (rule === undefined) {
    const known = [...RULES.keys()].join(", ");
    return [findingAt(file, 0, `${file.path} is in no zone that has a rule; allowed: ${known}`)];
  }
  return references.flatMap((reference) => {
    const reason = refusal(file.path, zone, rule, reference.specifier);
    return reason === undefined ? [] : [findingAt(file, reference.offset, reason)];
  });
}

function refusal(path: string, zone: string, rule: Rule, specifier: string | undefined): string | undefined {
  if (specifier === undefined) {
    return "import() of an expression; allowed: a string literal, the only one that deno compile follows";
  }
  if (specifier.startsWith(".")) {
    const target = zoneOf(resolvePath(path, specifier));
    const allowed = rule.zones.includes(target) || target.startsWith("adapters/") && rule.zones.includes("adapters/*");
    return allowed ? undefined : `${zone} imports "${specifier}" (${target}); allowed: ${list(rule.zones)}`;
  }
  if (/^(?!node:)[a-z]+:/.test(specifier) || specifier.startsWith("/")) {
    return `${zone} imports "${specifier}"; allowed: relative paths, node: and the names in deno.json`;
  }
  const name = packageName(specifier);
  const allowed = rule.packages.includes(name) ||
    rule.packages.includes("node:*") && name.startsWith("node:") && !RESERVED.has(name);
  return allowed ? undefined : `${zone} imports the package "${name}"; allowed: ${list(rule.packages)}`;
}

/** Tells the zone of a path: `adapters/sqlite`, `random`, `main.ts`; a path outside the layout is its own zone. */
function zoneOf(path: string): string {
  if (path === "src/main.ts") return "main.ts";
  return /^src\/(adapters\/[^/]+)\/./.exec(path)?.[1] ?? /^src\/([^/]+)\/./.exec(path)?.[1] ?? path;
}

function ruleOf(zone: string): Rule | undefined {
  const [folder, adapter] = zone.split("/");
  if (folder !== "adapters" || adapter === undefined) return RULES.get(zone);
  const { zones, packages } = RULES.get("adapters")!;
  return { zones: [...zones, zone], packages: [...packages, ...ADAPTER_LIBRARIES[adapter] ?? []] };
}

/** Gives the path that a relative specifier means in the file at `path`; what climbs out of the root stays at it. */
function resolvePath(path: string, specifier: string): string {
  return decodeURI(new URL(specifier, `file:///${path}`).pathname.slice(1));
}

/** Cuts a specifier down to its package: `@scope/name` for `@scope/name/part`. */
function packageName(specifier: string): string {
  return specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}

function list(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.join(", ");
}

/**
 * Finds every module that a text names: static imports, `export ... from`, `import()`, and the modules that
 * `new URL("./x.ts", import.meta.url)` or `import.meta.resolve("./x.ts")` point at.
 */
export function moduleReferences(text: string): ModuleReference[] {
  const tokens = tokenize(text);
  return tokens.flatMap((token, index): ModuleReference[] => {
    if (token.kind !== "word" || isMark(tokens[index - 1], ".")) return [];
    if (token.text === "import") return importAt(tokens, index);
    if (token.text === "export") return exportAt(tokens, index);
    if (token.text === "URL") return urlAt(tokens, index);
    return [];
  });
}

function importAt(tokens: readonly Token[], index: number): ModuleReference[] {
  const { offset } = tokens[index]!;
  const next = tokens[index + 1];
  if (next?.kind === "string") return [{ kind: "import", specifier: next.text, offset }];
  if (isMark(next, "(")) return dynamicImport(tokens, index);
  if (isMark(next, ".")) return metaResolve(tokens, index);
  if (next?.kind !== "word" && !isMark(next, "{") && !isMark(next, "*")) return []; // a key called `import`
  return fromClause(tokens, index + 1, offset);
}

function dynamicImport(tokens: readonly Token[], index: number): ModuleReference[] {
  const [argument, after] = tokens.slice(index + 2, index + 4);
  const isLiteral = argument?.kind === "string" && (isMark(after, ")") || isMark(after, ","));
  return [{ kind: "dynamic", specifier: isLiteral ? argument.text : undefined, offset: tokens[index]!.offset }];
}

function metaResolve(tokens: readonly Token[], index: number): ModuleReference[] {
  const [meta, , resolve, , argument] = tokens.slice(index + 2, index + 7);
  const isModule = meta?.text === "meta" && resolve?.text === "resolve" && isModulePath(argument);
  return isModule ? [{ kind: "url", specifier: argument.text, offset: tokens[index]!.offset }] : [];
}

function urlAt(tokens: readonly Token[], index: number): ModuleReference[] {
  const [, argument, , base, , meta] = tokens.slice(index + 1, index + 7);
  const isModule = isModulePath(argument) && base?.text === "import" && meta?.text === "meta";
  return isModule ? [{ kind: "url", specifier: argument.text, offset: tokens[index]!.offset }] : [];
}

function exportAt(tokens: readonly Token[], index: number): ModuleReference[] {
  const first = tokens[index + 1]?.text === "type" ? index + 2 : index + 1;
  if (isMark(tokens[first], "*")) return fromClause(tokens, first, tokens[index]!.offset);
  if (!isMark(tokens[first], "{")) return [];
  const end = tokens.findIndex((token, at) => at > first && isMark(token, "}"));
  const isFrom = end >= 0 && tokens[end + 1]?.text === "from" && tokens[end + 2]?.kind === "string";
  return isFrom ? fromClause(tokens, end, tokens[index]!.offset) : [];
}

/** Reads on to `from "specifier"`; a semicolon or the end comes first where there is none. */
function fromClause(tokens: readonly Token[], start: number, offset: number): ModuleReference[] {
  for (let index = start; index < tokens.length && !isMark(tokens[index], ";"); index++) {
    const next = tokens[index + 1];
    if (tokens[index]!.kind === "word" && tokens[index]!.text === "from" && next?.kind === "string") {
      return [{ kind: "import", specifier: next.text, offset }];
    }
  }
  return [];
}

function isMark(token: Token | undefined, mark: string): boolean {
  return token?.kind === "punctuation" && token.text === mark;
}

function isModulePath(token: Token | undefined): token is Token {
  return token?.kind === "string" && /^\.\.?\/.*\.ts$/.test(token.text);
}

/** Walks the imports depth first; an import of a file that is still being walked closes a circle. */
function circles(imports: ReadonlyMap<SourceFile, readonly ModuleReference[]>): Finding[] {
  const files = new Map([...imports.keys()].map((file) => [file.path, file]));
  const walked = new Set<string>();
  const trail: string[] = [];
  const found: Finding[] = [];
  for (const path of files.keys()) if (path.startsWith("src/")) walk(path);
  return found;

  function walk(path: string): void {
    const file = files.get(path);
    if (file === undefined || walked.has(path)) return;
    walked.add(path);
    trail.push(path);
    for (const { kind, specifier, offset } of imports.get(file)!) {
      if (kind === "url" || !specifier?.startsWith(".")) continue;
      const target = resolvePath(path, specifier);
      const start = trail.indexOf(target);
      if (start < 0) walk(target);
      else found.push(findingAt(file, offset, circle([...trail.slice(start), target])));
    }
    trail.pop();
  }
}

function circle(paths: readonly string[]): string {
  return `circle of imports: ${paths.join(" -> ")}; allowed: none`;
}

if (import.meta.main) {
  const files = await readSources(new URL("../", import.meta.url), CHECKED_PATHS);
  report("check_imports", files.length, checkImports(files));
}
