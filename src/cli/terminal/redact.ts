/**
 * Keeps passwords and tokens out of everything that the program says. Messages of its own are made without them; what
 * servers, libraries and Deno say goes through {@linkcode redacted}, which knows the secrets that were given.
 *
 * @module
 */

import { isSecret } from "../../adapters/secret_names.ts";

/** What stands in the place of a secret. */
const HIDDEN = "***";

/** Characters of the shortest text that is looked for: shorter ones stand in ordinary words. */
const LEAST = 4;

/** Names in most messages: a password that is one of them is not found by reading it there. */
const ORDINARY = ["postgres", "kafka", "datagen"];

/** The secrets of this run as they may stand in a text, the longest first. */
let known: readonly string[] = [];

/**
 * Remembers the secrets that stand anywhere in a command line, right or wrong: behind the name of a secret setting
 * (`sasl.password=...`, `PGPASSWORD:...`, `--kafka-password ...`), in the same word or the next.
 */
export function keepSecretsIn(words: readonly string[]): void {
  for (const [at, word] of words.entries()) {
    for (const { 0: found, 1: name, index } of word.matchAll(/([\w.-]+)[=:\s]+/g)) {
      if (namesSecret(name!)) keepSecret(word.slice(index + found.length));
    }
    const last = /([\w.-]+)[=:\s]*$/.exec(word)?.[1];
    const next = words[at + 1];
    if (last !== undefined && next !== undefined && namesSecret(last) && !next.startsWith("--")) keepSecret(next);
  }
}

/** Whether a word names a secret itself, and neither is a file nor names one that holds it. */
function namesSecret(name: string): boolean {
  return isSecret(name) && !/(?:file|location|(?<!^ssl\.\w+)\.(?:pem|key))$/i.test(name);
}

/**
 * Remembers a secret, so that no message repeats it: as it is, as it stands in a URL or in JSON, and line by line.
 *
 * @param told What messages tell anyway, such as the user: a password that is the same is not hidden by hiding it.
 */
export function keepSecret(secret: string, told: readonly string[] = []): void {
  const lines = secret.split(/[\r\n]+/).map((line) => line.trim());
  const forms = [secret, ...lines].flatMap((
    text,
  ) => [text, encodeURIComponent(text), JSON.stringify(text).slice(1, -1)]);
  const fresh = forms.filter((form) => form.length >= LEAST && ![...ORDINARY, ...told].includes(form));
  known = [...new Set([...known, ...fresh])].sort((one, other) => other.length - one.length);
}

/** Hides the secrets that are known, wherever they stand in a text. */
export function redacted(text: string): string {
  return known.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text);
}

/** One server or database as an address names it, and nothing else. */
const PLACE = /^(?:[a-z][\w+.-]*:\/\/)?(?:[\w.-]+|\[[\da-f:.]+\])(?::\d*)?(?:\/[\w.%-]*)*$/i;

/**
 * Writes what should be an address, and may be anything, as messages may show it: what stands before the last `@` and
 * behind a question mark is hidden, and all of it where it is not clear what is what.
 */
export function shownAddress(text: string): string {
  const setting = settingIn(text);
  if (setting !== undefined) return setting;
  const scheme = /^[a-z][\w+.-]*:\/\//i.exec(text)?.[0] ?? "";
  const rest = text.slice(scheme.length);
  const at = rest.lastIndexOf("@") + 1;
  const [places = "", query] = rest.slice(at).split("?", 2);
  const clear = !/[?#]/.test(rest.slice(0, at)) &&
    places.split(/[,;\s]+/).every((place) => place === "" || PLACE.test(place));
  if (!clear) return `${scheme}${HIDDEN}`;
  return `${scheme}${at === 0 ? "" : `${HIDDEN}@`}${places}${query === undefined ? "" : `?${HIDDEN}`}`;
}

/** The name of what is a setting with its value, or looks like one; undefined for anything else. */
function settingIn(text: string): string | undefined {
  const [, name, sign] = /^([^=]*?)(=)/.exec(text) ?? /^(\S*?)([:\s]+)/.exec(text) ?? [];
  if (name === undefined || name.includes("://") || sign !== "=" && !isSecret(name)) return undefined;
  return `${shownWord(name)}${sign === "=" ? sign : " "}${HIDDEN}`;
}

/** Whether a text looks as if an address was meant, or names a password, so that one may stand in it. */
export function looksLikeAddress(text: string): boolean {
  return /:\/\/|@|^(?:jdbc|postgres(?:ql)?):|password\s*=/i.test(text);
}

/** Writes any word of the command line as messages may show it: nothing that stands behind an equals sign. */
export function shownWord(text: string): string {
  return looksLikeAddress(text) ? shownAddress(text) : settingIn(text) ?? text;
}
