/**
 * Texts fitted to a line of a terminal. A character is taken to fill one column; the few that fill two, such as Chinese
 * ones in the name of a file, are counted so.
 *
 * @module
 */

/** Characters that fill two columns: East Asian wide ones and most emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** Columns that a text fills. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += WIDE.test(character) ? 2 : 1;
  return columns;
}

/** Cuts a text to so many columns, from 1, with `ending` in place of what is missing. */
export function cut(text: string, columns: number, ending = "…"): string {
  if (columnsOf(text) <= columns) return text;
  let kept = "";
  for (const character of text) {
    if (columnsOf(kept + character) > columns - columnsOf(ending)) break;
    kept += character;
  }
  return columnsOf(ending) <= columns ? kept + ending : kept;
}

/** Fills a text up to so many columns, on its right or its left; a longer one is cut. */
export function pad(text: string, columns: number, side: "left" | "right" = "right"): string {
  const fitting = cut(text, columns);
  const space = " ".repeat(Math.max(0, columns - columnsOf(fitting)));
  return side === "left" ? space + fitting : fitting + space;
}

/** Breaks a text between words; a word that is longer than a line, of at least 2 columns, is broken inside. */
export function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (let word of text.split(" ")) {
    if (line !== "" && columnsOf(line) + 1 + columnsOf(word) > columns) {
      lines.push(line);
      line = "";
    }
    while (columnsOf(word) > columns) {
      const head = cut(word, columns, "");
      lines.push(head);
      word = word.slice(head.length);
    }
    line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** A word with its first letter as a capital. */
export function capitalized(word: string): string {
  return word[0]!.toUpperCase() + word.slice(1);
}

/** Quotes what stands behind a flag for a shell where it needs it. */
export function quoted(words: string): string {
  const [flag, value] = words.split(/ (.*)/s, 2) as [string, string?];
  if (value === undefined || /^[\w:./\\@%+=,-]+$/.test(value)) return words;
  return `${flag} "${value.replace(/["$`\\]/g, "\\$&")}"`;
}
