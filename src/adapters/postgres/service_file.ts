/** libpq's service file: parameters of a connection under a name, `[NAME]` and one `parameter=value` a line. */

import { readFileSync } from "node:fs";
import { type Given, takeParameter } from "./parameters.ts";

/** Where service files may be. */
export interface ServicePlaces {
  /** The file that is named; then no other is looked into. */
  readonly file: string | undefined;
  /** `~/.pg_service.conf`, and that of the system, in this order. */
  readonly defaults: readonly string[];
}

/**
 * Reads the parameters of a service.
 *
 * @throws {RangeError} If no file has it, or it has a line that is no parameter.
 */
export function readService(name: string, { file, defaults }: ServicePlaces): Given {
  for (const path of file === undefined ? defaults : [file]) {
    const text = textOf(path, file !== undefined);
    const found = text === undefined ? undefined : serviceOf(name, text, path);
    if (found !== undefined) return found;
  }
  const where = file ?? (defaults.join(" or ") || "any file");
  throw new RangeError(`Cannot use the service "${name}": there is no [${name}] in ${where}`);
}

/**
 * Finds a service in a file.
 *
 * @returns Undefined where it is not there.
 */
function serviceOf(name: string, text: string, path: string): Given | undefined {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/).map((line) => line.trim());
  const start = lines.indexOf(`[${name}]`);
  if (start < 0) return undefined;
  const given: Given = {};
  for (const line of lines.slice(start + 1)) {
    if (line.startsWith("[")) break;
    if (line === "" || line.startsWith("#")) continue;
    const at = line.indexOf("=");
    const parameter = line.slice(0, at).trim();
    if (at > 0 && parameter !== "service" && takeParameter(parameter, line.slice(at + 1).trim(), given)) continue;
    throw new RangeError(`Cannot use the service "${name}": ${path} has a line in it that is no parameter of libpq`);
  }
  return given;
}

function textOf(path: string, named: boolean): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    if (cause instanceof Deno.errors.NotCapable) throw cause;
    if (named) throw new RangeError(`Cannot use the service file "${path}": it cannot be read`, { cause });
    return undefined;
  }
}
