/**
 * Asks before something on another machine is destroyed.
 *
 * @module
 */

import { UsageError } from "../failures.ts";
import { writeErr } from "./output.ts";
import { listed } from "../parser/values.ts";

/** Tells whether a host is this machine: its name, a loopback address, or the folder of a Unix socket. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, "$1");
  return name === "" || name.startsWith("/") || name.startsWith("@") || /^(.+\.)?localhost$/.test(name) ||
    /^(::ffff:)?127(\.\d{1,3}){3}$/.test(name) || /^(0*:)+0*1$/.test(name);
}

/** Hosts of a list of brokers, without their ports. */
export function brokerHosts(bootstrap: string): string[] {
  return bootstrap.split(",").map((broker) => broker.slice(0, broker.lastIndexOf(":")));
}

/**
 * Asks whether `--truncate` may empty what datagen made on other machines.
 *
 * @param hosts Hosts of all servers that are targets.
 * @throws {UsageError} If the answer is not yes, or nobody can be asked.
 */
export function confirmTruncate(hosts: readonly string[], yes: boolean): void {
  const remote = [...new Set(hosts.filter((host) => !isLoopback(host)))];
  if (remote.length === 0 || yes) return;
  const where = listed(remote, "and");
  if (Deno.stdin.isTerminal()) {
    writeErr(`--truncate empties what datagen made on ${where}. Go on? [y/N] `);
    if (/^y(es)?$/i.test(readLine().trim())) return;
    throw new UsageError(`Cannot use --truncate on ${where}: the answer was not yes`, "nothing was changed");
  }
  throw new UsageError(
    `Cannot use --truncate on ${where} without a yes: it is not this machine`,
    "add --yes to empty what datagen made there",
  );
}

/** Reads one line from the terminal. */
function readLine(): string {
  const bytes = new Uint8Array(256);
  return new TextDecoder().decode(bytes.subarray(0, Deno.stdin.readSync(bytes) ?? 0));
}
