/**
 * Looks at the files that options name, before anything else is done with them.
 *
 * @module
 */

import { checkGiven, type FileKind, givenLine, givenPem, isPlain } from "../../adapters/given_file.ts";
import { UsageError } from "../failures.ts";
import { shownWord } from "../terminal/redact.ts";

export type { FileKind } from "../../adapters/given_file.ts";

/** What to name instead. */
const HINTS = {
  certificates: "name a PEM file with certificates",
  key: "name a PEM file with a private key",
  revocations: "name a PEM file with a revocation list",
  store: "name a PKCS#12 file",
} as const satisfies Record<FileKind, string>;

/** Properties of librdkafka that name a file, what it holds, and the property that takes it as a text. */
const PROPERTY_FILES: Readonly<Record<string, { readonly kind: FileKind; readonly asText?: string }>> = {
  "ssl.ca.location": { kind: "certificates", asText: "ssl.ca.pem" },
  "https.ca.location": { kind: "certificates", asText: "https.ca.pem" },
  "ssl.certificate.location": { kind: "certificates", asText: "ssl.certificate.pem" },
  "ssl.key.location": { kind: "key", asText: "ssl.key.pem" },
  "ssl.crl.location": { kind: "revocations" },
  "ssl.keystore.location": { kind: "store" },
};

/**
 * Makes sure that a file is there, can be read and holds what it should.
 *
 * @param option Names the option in messages: `--kafka-ca`.
 * @throws {UsageError} If it is not so.
 */
export function checkFile(option: string, path: string, kind: FileKind): void {
  reading(option, path, HINTS[kind], () => checkGiven(path, kind));
}

/**
 * Gives the property of librdkafka for a value, once the file that it names, if it names one, was looked at. A file that
 * librdkafka would not understand, as it has a byte order mark, is handed over as a text.
 *
 * @param option Names the option in messages.
 * @throws As {@linkcode checkFile} does.
 */
export function propertyOf(name: string, value: string, option = `-X ${name}`): readonly [name: string, value: string] {
  const file = PROPERTY_FILES[name];
  if (file === undefined || isSpecial(name, value)) return [name, value];
  const { kind, asText } = file;
  checkFile(option, value, kind);
  if (kind === "store" || isPlain(value)) return [name, value];
  if (asText !== undefined) return [asText, givenPem(value, kind)];
  throw new UsageError(
    `Cannot use ${option} "${shownWord(value)}": librdkafka does not read a file with a byte order mark`,
    "save it as UTF-8 without one",
  );
}

/**
 * Reads the first line of a file that an option names.
 *
 * @throws {UsageError} If it cannot be read.
 */
export function lineOf(option: string, path: string, hint: string): string {
  return reading(option, path, hint, () => givenLine(path));
}

function reading<Result>(option: string, path: string, hint: string, read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new UsageError(`Cannot use ${option} "${shownWord(path)}": ${cause.message}`, hint, { cause });
  }
}

/** Values that librdkafka takes instead of a file. */
function isSpecial(name: string, value: string): boolean {
  return /^(?:ssl|https)\.ca\.location$/.test(name) && (value === "probe" || isFolder(value));
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch (cause) {
    if (cause instanceof Deno.errors.NotCapable) throw cause;
    return false; // reading it tells what is wrong
  }
}
