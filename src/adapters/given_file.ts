/**
 * Reads files that users give: passwords, certificates, keys. All of them are read here, so that one that Windows wrote
 * (byte order mark, UTF-16, CRLF) serves as well as any other, wherever it is named.
 *
 * @module
 */

import { isPermission } from "./failures.ts";

/** What a file is expected to hold. */
export type FileKind = "certificates" | "key" | "revocations" | "store";

/** How each kind stands in PEM and in messages; a store is binary. */
const KINDS = {
  certificates: { label: /^(?:[A-Z0-9]+ )*CERTIFICATE$/, name: "certificate" },
  key: { label: /^(?:[A-Z0-9]+ )*PRIVATE KEY$/, name: "private key" },
  revocations: { label: /^X509 CRL$/, name: "revocation list" },
} as const satisfies Record<Exclude<FileKind, "store">, { label: RegExp; name: string }>;

/**
 * Reads a text: UTF-8, with a byte order mark or without, or UTF-16 with one. Its lines end in a line feed alone.
 *
 * @throws {RangeError} If it cannot be read; the message is the reason in a few words.
 */
export function givenText(path: string): string {
  return decoded(bytesOf(path)).replaceAll("\r\n", "\n");
}

/** Reads the first line of a text, without blanks at its end, which Windows' `echo` writes. */
export function givenLine(path: string): string {
  return givenText(path).split("\n", 1)[0]!.trimEnd();
}

/**
 * Reads a text in PEM.
 *
 * @throws {RangeError} If it cannot be read, or holds something else; the message is the reason in a few words.
 */
export function givenPem(path: string, kind: Exclude<FileKind, "store">): string {
  const text = givenText(path);
  const reason = unfit(text, kind);
  if (reason !== undefined) throw new RangeError(reason);
  return text;
}

/**
 * Makes sure that a file is there, can be read and holds what it should.
 *
 * @throws {RangeError} As {@linkcode givenPem} does.
 */
export function checkGiven(path: string, kind: FileKind): void {
  if (kind === "store") bytesOf(path);
  else givenPem(path, kind);
}

/** Whether libraries that read the file themselves find in it what is read here: it is UTF-8 without a byte order mark. */
export function isPlain(path: string): boolean {
  return markOf(bytesOf(path)) === undefined;
}

function bytesOf(path: string): Uint8Array {
  try {
    return Deno.readFileSync(path);
  } catch (cause) {
    if (isPermission(cause)) throw cause;
    throw new RangeError(reasonOf(cause), { cause });
  }
}

function reasonOf(cause: unknown): string {
  if (cause instanceof Deno.errors.NotFound) return "no such file";
  if (cause instanceof Deno.errors.IsADirectory) return "it is a folder";
  if (cause instanceof Deno.errors.PermissionDenied) return "it may not be read";
  return "it cannot be read";
}

/** Byte order marks, by what they tell. */
const MARKS = [
  { encoding: "utf-8", bytes: [0xef, 0xbb, 0xbf] },
  { encoding: "utf-16le", bytes: [0xff, 0xfe] },
  { encoding: "utf-16be", bytes: [0xfe, 0xff] },
] as const;

function markOf(bytes: Uint8Array): string | undefined {
  return MARKS.find((mark) => mark.bytes.every((byte, at) => bytes[at] === byte))?.encoding;
}

function decoded(bytes: Uint8Array): string {
  return new TextDecoder(markOf(bytes) ?? "utf-8").decode(bytes); // which leaves the mark out
}

/** Why a text does not serve as what it should; undefined where it does. */
function unfit(text: string, kind: keyof typeof KINDS): string | undefined {
  const { label, name } = KINDS[kind];
  const blocks = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----([^]*?)(?=-----BEGIN|-----END|$)(-----END \1-----)?/g)];
  const wanted = blocks.filter(([, found]) => label.test(found!));
  if (wanted.length > 0) {
    const isBroken = wanted.some(([, , base64, end]) => end === undefined || kind !== "key" && !isWhole(base64!));
    return isBroken ? `a ${name} in it is cut off or damaged` : undefined;
  }
  const others = [...new Set(blocks.map(([, found]) => found!.toLowerCase()))];
  const held = text.trim() === ""
    ? "it is empty: "
    : others.length > 0
    ? `it holds ${others.join(", ")}, but `
    : text.includes("\0") || text.includes("\ufffd")
    ? "it is binary, as DER and PKCS#12 are: "
    : "";
  return `${held}there is no ${name} in PEM in it`;
}

/** Whether what stands between the lines of a PEM block is one DER sequence, neither cut off nor anything else. */
function isWhole(base64: string): boolean {
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.fromBase64(base64.replace(/\s/g, ""));
  } catch {
    return false;
  }
  const [tag, first = 0] = bytes;
  const lengthBytes = first < 0x80 ? 0 : first - 0x80;
  const length = lengthBytes === 0 ? first : bytes.slice(2, 2 + lengthBytes).reduce((sum, byte) => sum * 256 + byte, 0);
  return tag === 0x30 && bytes.length === 2 + lengthBytes + length;
}
