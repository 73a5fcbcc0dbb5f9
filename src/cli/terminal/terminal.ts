import { environment } from "./output.ts";

/** Columns of a terminal that does not tell. */
const USUAL_COLUMNS = 80;

/** Columns of the narrowest terminal for which something is laid out. */
const LEAST_COLUMNS = 20;

/** Columns of the terminal behind a stream; undefined where it is no terminal. */
export function terminalColumns(stream: { isTerminal(): boolean }): number | undefined {
  if (!stream.isTerminal()) return undefined;
  try {
    const { columns } = Deno.consoleSize();
    return columns > 0 ? Math.max(LEAST_COLUMNS, columns) : USUAL_COLUMNS;
  } catch {
    return USUAL_COLUMNS;
  }
}

/** Whether the terminal behind a stream can draw a line again in place. */
export function canRedraw(stream: { isTerminal(): boolean }): boolean {
  return stream.isTerminal() && environment("TERM") !== "dumb";
}

/** Whether characters beyond ASCII are shown: everywhere but in a locale that is told to have others. */
export function isUnicode(variable: (name: string) => string | undefined = environment): boolean {
  if (Deno.build.os === "windows") return true;
  const locale = variable("LC_ALL") ?? variable("LC_CTYPE") ?? variable("LANG");
  return locale === undefined || /utf-?8/i.test(locale);
}
