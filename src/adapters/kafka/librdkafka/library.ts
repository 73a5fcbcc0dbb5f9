/** Finds and opens librdkafka, once a process and on first use. */

import { dirname, join } from "node:path";
import { KafkaError } from "../../../ports/kafka.ts";
import { textAt } from "./memory.ts";
import { type Librdkafka, symbols } from "./symbols.ts";

/** Names the file of librdkafka in the environment; nothing else is tried then. */
const LIBRARY_VARIABLE = "DATAGEN_LIBRDKAFKA";

/** Oldest version that works, as `rd_kafka_version` tells it, and as people do. */
const OLDEST = { number: 0x02_00_02_00, text: "2.0.2" } as const;

/** A librdkafka that is open. It stays so until the process ends. */
export interface OpenLibrary {
  readonly calls: Librdkafka;
  /** For example `2.16.0`. */
  readonly version: string;
  /** File that was opened, or the name by which the system found it. */
  readonly path: string;
}

/** Where a library may be. */
interface Candidate {
  readonly path: string;
  /** Whether nothing else is tried when this one fails. */
  readonly only?: boolean;
}

let open: OpenLibrary | undefined;

/**
 * Opens librdkafka: the file that `DATAGEN_LIBRDKAFKA` names, else the one beside the compiled program, else the one in
 * `vendor/`, else the system's. Needs `--allow-ffi`.
 *
 * @throws {KafkaError} `LIBRARY` if there is none, or it is too old; the message tells how to get one.
 * @throws {Deno.errors.NotCapable} If Deno may not open any of them.
 */
export function librdkafka(): OpenLibrary {
  open ??= openFirst(candidates());
  return open;
}

/**
 * Opens the first candidate that is a librdkafka of a version that works.
 *
 * @throws As {@linkcode librdkafka} does.
 */
function openFirst(candidates: readonly Candidate[]): OpenLibrary {
  let refusal: Error | undefined;
  for (const { path, only } of candidates) {
    try {
      return openAt(path);
    } catch (cause) {
      if (only && !(cause instanceof Deno.errors.NotCapable)) throw unusable(path, cause);
      // Permission may be there for a later one only; a version that is too old beats "not found".
      if (refusal === undefined || cause instanceof Deno.errors.NotCapable) {
        if (cause instanceof Deno.errors.NotCapable || cause instanceof KafkaError) refusal = cause;
      }
    }
  }
  throw refusal ?? new KafkaError(`Cannot find librdkafka: ${REMEDY}`, { code: "LIBRARY" });
}

function openAt(path: string): OpenLibrary {
  const calls = Deno.dlopen(path, symbols).symbols;
  const version = textAt(calls.rd_kafka_version_str());
  if (calls.rd_kafka_version() >= OLDEST.number) return { calls, version, path };
  const message = `Cannot use librdkafka ${version} at ${path}: ${OLDEST.text} or newer is needed; ${REMEDY}`;
  throw new KafkaError(message, { code: "LIBRARY" });
}

function unusable(path: string, cause: unknown): KafkaError {
  if (cause instanceof KafkaError) return cause;
  const message = `Cannot open ${path}, which ${LIBRARY_VARIABLE} names: no librdkafka ${OLDEST.text} or newer for ` +
    `${Deno.build.os} on ${Deno.build.arch}; unset it, or ${REMEDY}`;
  return new KafkaError(message, { code: "LIBRARY", cause });
}

/** Ways to get the library, for messages. */
const REMEDY = Deno.build.standalone
  ? `keep ${fileName()} beside the program, install it (${package_()}), or name its file in ${LIBRARY_VARIABLE}`
  : `run "deno task librdkafka", install it (${package_()}), or name its file in ${LIBRARY_VARIABLE}`;

function candidates(): Candidate[] {
  const named = fromEnvironment();
  if (named !== undefined) return [{ path: named, only: true }];
  const kept = Deno.build.standalone
    ? join(dirname(Deno.execPath()), fileName())
    : join(import.meta.dirname ?? ".", "../../../../vendor", Deno.build.target, fileName());
  return [{ path: kept }, ...systemNames().map((path) => ({ path }))];
}

/** The variable's value; undefined too where Deno may not read it. */
function fromEnvironment(): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: LIBRARY_VARIABLE });
  return state === "granted" ? Deno.env.get(LIBRARY_VARIABLE) || undefined : undefined;
}

function fileName(): string {
  return { darwin: "librdkafka.dylib", windows: "librdkafka.dll" }[Deno.build.os as string] ?? "librdkafka.so";
}

function systemNames(): string[] {
  const { os } = Deno.build;
  if (os === "windows") return ["librdkafka.dll"];
  if (os !== "darwin") return ["librdkafka.so.1"];
  return ["librdkafka.1.dylib", "/opt/homebrew/lib/librdkafka.1.dylib", "/usr/local/lib/librdkafka.1.dylib"];
}

function package_(): string {
  return Deno.build.os === "darwin" ? "brew install librdkafka" : "librdkafka1 in Debian and Ubuntu";
}
