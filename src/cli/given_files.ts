/**
 * Looks at the files that options name, before anything else is done with them.
 *
 * @module
 */

import { UsageError } from "./errors.ts";

/** What a file is expected to hold. */
export type FileKind = "certificates" | "key" | "revocations" | "store";

/** How each kind is told apart and named in messages. */
const KINDS = {
  certificates: {
    fits: (text: string) => {
      const found = [...text.matchAll(/-----BEGIN (?:[A-Z0-9]+ )*CERTIFICATE-----([^-]*)-----END /g)];
      return found.length > 0 && found.every(([, base64]) => isWhole(base64!));
    },
    missing: "what is in it are no certificates in PEM",
    hint: "name a PEM file with certificates",
  },
  key: {
    fits: (text: string) => /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/.test(text),
    missing: "there is no private key in PEM in it",
    hint: "name a PEM file with a private key",
  },
  revocations: {
    fits: (text: string) => text.includes("-----BEGIN X509 CRL-----"),
    missing: "there is no revocation list in PEM in it",
    hint: "name a PEM file with a revocation list",
  },
  store: { fits: () => true, missing: "", hint: "name a PKCS#12 file" }, // it is binary
} as const satisfies Record<FileKind, { fits: (text: string) => boolean; missing: string; hint: string }>;

/** Properties of librdkafka that name a file, and what it holds. */
const PROPERTY_FILES: Readonly<Record<string, FileKind>> = {
  "ssl.ca.location": "certificates",
  "ssl.certificate.location": "certificates",
  "ssl.key.location": "key",
  "ssl.crl.location": "revocations",
  "ssl.keystore.location": "store",
};

/**
 * Makes sure that a file is there, can be read and holds what it should.
 *
 * @param option Names the option in messages: `--kafka-ca`.
 * @throws {UsageError} If it is not so.
 */
export function checkFile(option: string, path: string, kind: FileKind): void {
  const { fits, missing, hint } = KINDS[kind];
  if (!fits(textOf(option, path, hint))) {
    throw new UsageError(`Cannot use ${option} "${path}": ${missing}`, hint);
  }
}

/**
 * Makes sure of the file that a property of librdkafka names, if it names one.
 *
 * @throws As {@linkcode checkFile} does.
 */
export function checkPropertyFile(name: string, value: string): void {
  const kind = PROPERTY_FILES[name];
  if (kind === undefined) return;
  if (name === "ssl.ca.location" && (value === "probe" || isFolder(value))) return; // librdkafka takes these, too
  checkFile(`-X ${name}`, value, kind);
}

/**
 * Reads a file that an option names.
 *
 * @throws {UsageError} If it cannot be read.
 */
export function textOf(option: string, path: string, hint: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotCapable) throw cause;
    throw new UsageError(`Cannot use ${option} "${path}": ${reasonOf(cause)}`, hint, { cause });
  }
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

function reasonOf(cause: unknown): string {
  if (cause instanceof Deno.errors.NotFound) return "no such file";
  if (cause instanceof Deno.errors.IsADirectory) return "it is a folder";
  if (cause instanceof Deno.errors.PermissionDenied) return "it may not be read";
  return "it cannot be read";
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch (cause) {
    if (cause instanceof Deno.errors.NotCapable) throw cause;
    return false; // reading it tells what is wrong
  }
}
