/** libpq's password file: one line for each server, `HOST:PORT:DATABASE:USER:PASSWORD`. */

import { statSync } from "node:fs";
import { givenText } from "../given_file.ts";
import type { PostgresConnection } from "./connection.ts";

/** What the password file has for a connection. */
export interface FoundPassword {
  readonly password?: string;
  /** Why the file was not read although it is there, for a hint. */
  readonly ignored?: string;
}

/** Reads the password file of a connection. One that others may read is left alone, as libpq does. */
export function readPasswordFile(connection: PostgresConnection): FoundPassword {
  const path = connection.passwordFile;
  if (path === undefined) return {};
  try {
    const { mode } = statSync(path);
    if (Deno.build.os !== "windows" && (mode & 0o077) !== 0) {
      return { ignored: `${path} was left alone as others may read it: chmod 600 ${path}` };
    }
    const password = passwordFor(connection, givenText(path));
    return password === undefined ? {} : { password };
  } catch {
    return {}; // as libpq: without a file there is no password, and the server says whether it wants one
  }
}

/**
 * Finds the first line that fits.
 *
 * @param text Content of the file; `*` stands for anything, a backslash before a colon or a backslash for itself.
 */
export function passwordFor(
  { host, port, database, user }: Pick<PostgresConnection, "host" | "port" | "database" | "user">,
  text: string,
): string | undefined {
  const wanted = [host.startsWith("/") ? "localhost" : host, String(port), database, user];
  for (const line of text.split(/\r?\n/)) {
    const [, ...fields] = line.startsWith("#") ? [] : LINE.exec(line) ?? [];
    if (fields.length === 0) continue;
    const fits = wanted.every((value, place) => fields[place] === "*" || unescaped(fields[place]!) === value);
    if (fits) return unescaped(fields[4]!);
  }
  return undefined;
}

/** Four fields in which a backslash stands before a colon that is meant; the password is all the rest. */
const LINE = /^((?:\\.|[^:\\])*):((?:\\.|[^:\\])*):((?:\\.|[^:\\])*):((?:\\.|[^:\\])*):(.*)$/;

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, "$1");
}
