/**
 * Checks what no compiler checks: paths of one machine, hosts of package registries, to-do notes without an issue,
 * tests that are switched off, links to files that do not exist, and two READMEs that have grown apart. Run it with
 * `deno run --allow-read=. tools/check_text.ts`; each finding is one line, and any finding makes the exit status 1.
 *
 * @module
 */

import { type Finding, findingAt, report, type SourceFile, unlessAbsent } from "./check_purity.ts";

/** Something that may not stand in a text. */
interface TextRule {
  readonly pattern: RegExp;
  readonly message: string;
  /** Tells whether the rule holds for the file at a path. */
  readonly appliesTo: (path: string) => boolean;
}

const everywhere = () => true;
const inTests = (path: string) => path.startsWith("tests/") || path.endsWith("_test.ts");

/** The patterns are written so that none matches its own source. */
const TEXT_RULES: readonly TextRule[] = [
  {
    pattern: /(?<![\w.~})>*-])\/(?:(?:home|Users)\/[\w.-]|(?:root|work)\/)|\b[A-Za-z]:[\\/]+Users[\\/]/g,
    message: "path of one machine: write it from the root of the repository",
    appliesTo: everywhere,
  },
  {
    pattern: /https?:\/\/(?:registry|repo1?|deb|proxy|index|files)\./g,
    message: "host of a package registry: name the package, the reader's own settings know where it is",
    appliesTo: (path) => path !== "deno.lock",
  },
  {
    pattern: /\bTO[D]O\b(?!\(#\d+\))/g,
    message: "to-do note without an issue: write the number behind it, as in (#12)",
    appliesTo: everywhere,
  },
  {
    pattern: /\.only\s*\(|\bonly:\s*true\b/g,
    message: "only this test would run: remove it",
    appliesTo: inTests,
  },
  {
    pattern: /\.ignore\s*\(|\bignore:\s*true\b/g,
    message: "this test never runs: give the condition, or remove it",
    appliesTo: inTests,
  },
];

/** The README and its translation, which must have the same sections. */
const READMES = ["README.md", "README.pt-BR.md"] as const;

/**
 * Finds what breaks a rule in `files`.
 *
 * @param files The text files of the repository.
 * @param paths All its files, those that are no text included: what a link may point at. Default: the text files.
 */
export function checkText(
  files: readonly SourceFile[],
  paths: readonly string[] = files.map((file) => file.path),
): Finding[] {
  const targets = withFolders(paths);
  return [
    ...files.flatMap(brokenTextRules),
    ...files.filter((file) => file.path.endsWith(".md")).flatMap((file) => deadLinks(file, targets)),
    ...differentReadmes(files),
  ];
}

function brokenTextRules(file: SourceFile): Finding[] {
  return TEXT_RULES.filter((rule) => rule.appliesTo(file.path)).flatMap((rule) =>
    [...file.text.matchAll(rule.pattern)].map((match) => findingAt(file, match.index, rule.message))
  );
}

/** Adds the folders that `paths` lie in, the root as the empty path. */
function withFolders(paths: readonly string[]): Set<string> {
  const all = new Set(["", ...paths]);
  for (const path of paths) {
    for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) all.add(path.slice(0, end));
  }
  return all;
}

/** `[text](target "title")`, `[name]: target`, and the `href` and `src` of HTML. */
const LINKS = /\]\(\s*<?([^)\s>]+)>?[^)]*\)|^ {0,3}\[(?!\^)[^\]]+\]:\s*<?([^\s>]+)|\b(?:href|src)="([^"]+)"/gm;

function deadLinks(file: SourceFile, targets: ReadonlySet<string>): Finding[] {
  return [...withoutCode(file.text).matchAll(LINKS)].flatMap((match) => {
    const link = (match[1] ?? match[2] ?? match[3])!;
    if (/^(?:[a-z][a-z0-9+.-]*:|\/\/|#)/i.test(link) || targets.has(linkTarget(file.path, link))) return [];
    return [findingAt(file, match.index, `link to "${link}", which does not exist`)];
  });
}

/** Stands for the repository's place while links are resolved. */
const ROOT = "/repository/";

/** Gives the path that a link means in the file at `path`; one that starts with a slash starts at the root. */
function linkTarget(path: string, link: string): string {
  const absolute = new URL(link, `file://${ROOT}${path}`).pathname;
  if (link.startsWith("/")) return decodeURIComponent(absolute.slice(1)).replace(/\/$/, "");
  if (!absolute.startsWith(ROOT)) return absolute; // climbs out of the repository
  return decodeURIComponent(absolute.slice(ROOT.length)).replace(/\/$/, "");
}

/** Blanks the code of a Markdown text, keeping every offset. */
function withoutCode(markdown: string): string {
  const blank = (code: string) => code.replace(/[^\n]/g, " ");
  return markdown
    .replace(/^( *)(`{3,}|~{3,})[^\n]*\n[\s\S]*?(?:^ *\2[`~]*[ \t]*$|(?![\s\S]))/gm, blank)
    .replace(/(`+)(?!`)[^\n]*?[^`\n]\1(?!`)/g, blank);
}

function differentReadmes(files: readonly SourceFile[]): Finding[] {
  const found = READMES.map((path) => files.find((file) => file.path === path));
  const [original, translation] = found;
  if (original === undefined && translation === undefined) return [];
  if (original === undefined || translation === undefined) {
    const [present, absent] = original === undefined ? [translation!, READMES[0]] : [original, READMES[1]];
    return [findingAt(present, 0, `${present.path} without ${absent}: write both`)];
  }
  const [sections, translated] = [sectionCount(original.text), sectionCount(translation.text)];
  if (sections === translated) return [];
  const message = `${translated} sections (##) where ${original.path} has ${sections}: translate what is missing`;
  return [findingAt(translation, 0, message)];
}

function sectionCount(markdown: string): number {
  return [...withoutCode(markdown).matchAll(/^## /gm)].length;
}

/** Folders that Git ignores or owns; those with a slash only at the root. */
const SKIPPED_FOLDERS = new Set([".git", "node_modules", "vendor", ".cache", "dist", "__pycache__", "/local"]);

/** Files that runs leave behind, as in `.gitignore`. */
const SKIPPED_FILES = /^datagen\.sqlite$|\.partial$|\.sqlite-journal$/;

/**
 * Reads the repository's text files, sorted by path.
 *
 * @param root Folder as a URL that ends in a slash.
 * @returns The text files, and the paths of all files.
 */
export async function readRepository(root: URL): Promise<{ files: SourceFile[]; paths: string[] }> {
  const paths: string[] = [];
  await walk("");
  paths.sort();
  const files: SourceFile[] = [];
  for (const path of paths) {
    const bytes = await unlessAbsent(Deno.readFile(fileUrl(path)));
    const text = bytes && decodeText(bytes);
    if (text !== undefined) files.push({ path, text });
  }
  return { files, paths };

  async function walk(folder: string): Promise<void> {
    for await (const { name, isDirectory, isFile } of Deno.readDir(fileUrl(folder))) {
      if (isFile && !SKIPPED_FILES.test(name)) paths.push(folder + name);
      const isSkipped = SKIPPED_FOLDERS.has(name) || folder === "" && SKIPPED_FOLDERS.has(`/${name}`);
      if (isDirectory && !isSkipped) await walk(`${folder}${name}/`);
    }
  }

  function fileUrl(path: string): URL {
    return new URL(path.split("/").map(encodeURIComponent).join("/"), root);
  }
}

/** Decodes UTF-8; what is none, or holds a zero byte, is no text. */
function decodeText(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

if (import.meta.main) {
  const { files, paths } = await readRepository(new URL("../", import.meta.url));
  report("check_text", files.length, checkText(files, paths));
}
