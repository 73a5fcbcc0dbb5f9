/**
 * The text of a target, such as `csv:out`.
 *
 * @module
 */

import { looksLikeAddress, shownWord } from "../terminal/redact.ts";
import { nearest } from "../parser/suggest.ts";
import { BadValue, listed, STANDARD_OUTPUT, type Target, type ValueKind } from "../parser/values.ts";
import type { TargetKind } from "./kind.ts";
import { KINDS } from "./kinds.ts";

/** What shells complete for a kind: all of it, or what stands before its path. */
export function choiceOf({ form, path, name }: TargetKind): string {
  return path === undefined ? form : `${name}:`;
}

/** A place where rows go, such as `csv:out`. */
export const target: ValueKind<Target> = {
  expected: listed(KINDS.map(({ form }) => form)),
  example: "sqlite:datagen.sqlite",
  choices: KINDS.map(choiceOf),
  completes: "target",
  parse(text) {
    const colon = text.indexOf(":");
    const word = colon < 0 ? text : text.slice(0, colon);
    const path = colon < 0 ? "" : text.slice(colon + 1);
    if (text === STANDARD_OUTPUT) return { kind: "stdout" };
    const kind = KINDS.find(({ name, form, path }) => name === word && (path !== undefined || form === word));
    if (kind?.path !== undefined) {
      if (path.trim() === "") throw new BadValue("use", `write ${kind.example}`);
      refuseStreams(path);
      kind.path.check?.(path);
      return { kind: kind.name, path };
    }
    if (kind !== undefined && colon < 0) return { kind: kind.name };
    if (kind?.isOutput) throw new BadValue("use", `write ${kind.form}`);
    const server = KINDS.find(({ name }) => name === (word === "postgresql" ? "postgres" : word));
    if (server !== undefined) throw new BadValue("use", server.server?.addressHint);
    if (looksLikeAddress(text)) throw new BadValue("use");
    throw new BadValue("use", targetHint(word, text, path), `unknown kind "${shownWord(word)}"`);
  },
};

/** Refuses the names of standard streams, which hold no database and no directory. */
function refuseStreams(path: string): void {
  if (!/^(-|\/dev\/(stdout|stderr|stdin|tty|fd\/\d+)|\/proc\/self\/fd\/\d+|CON)$/.test(path)) return;
  throw new BadValue(
    "use",
    `write ${STANDARD_OUTPUT} for JSON lines; datagen sample --format csv shows rows as CSV`,
    "standard output keeps nothing",
  );
}

function targetHint(kind: string, text: string, path: string): string | undefined {
  if (/\.(sqlite3?|db)$/.test(text)) return `write sqlite:${shownWord(text)}`;
  const files = /^(.+)\.(csv|json|jsonl)$/.exec(text); // a directory gets a file for each entity
  if (files !== null) {
    const [, name, format] = files;
    return `write ${format === "csv" ? "csv" : "json"}:${shownWord(name!)}${
      format === "jsonl" ? " --format lines" : ""
    }`;
  }
  if (/[/\\]$/.test(text) || text === ".") return `write csv:${shownWord(text)} or json:${shownWord(text)}`;
  const known = KINDS.filter(({ name, form, path }) => path !== undefined || form === name);
  const meant = known.find(({ name }) => name === nearest(kind, known.map(({ name }) => name)));
  if (meant === undefined) return undefined;
  return `did you mean ${meant.path === undefined ? meant.form : `${meant.name}:${shownWord(path)}`}?`;
}
