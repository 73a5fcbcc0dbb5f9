/**
 * Runs a command, tests as a rule, to which servers are offered (see `tests/support/services.ts`), and ends the servers
 * when it ends: `deno run -A tools/with_services.ts deno test ...`. The exit status is the command's.
 *
 * @module
 */

import { Hub, HUB_VARIABLE } from "../tests/support/services/hub.ts";
import type { Need } from "../tests/support/services/offers.ts";

/** What the tests of servers need; fetched while other tests run. */
const AHEAD: readonly Need[] = ["postgres", "postgres15", "kafka", "schemaRegistry"];

/** Tells whether arguments of `deno test` name all tests, or those of servers. */
export function includesServerTests(args: readonly string[]): boolean {
  return args.some((arg) => /^(\.\/)?tests\/?$|tests\/integration/.test(arg));
}

/** Loopback is never reached through a proxy. */
function exceptLoopback(excluded: string | undefined): string {
  return [excluded, "127.0.0.1", "localhost"].filter(Boolean).join(",");
}

async function main([command, ...args]: readonly string[]): Promise<number> {
  if (command === undefined) {
    console.error("error: no command; give one, as in: tools/with_services.ts deno test tests/");
    return 2;
  }
  Deno.env.set("NO_PROXY", exceptLoopback(Deno.env.get("NO_PROXY")));
  await using hub = new Hub();
  const child = new Deno.Command(command === "deno" ? Deno.execPath() : command, {
    args,
    env: { [HUB_VARIABLE]: hub.serve() },
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  forwardSignals(child);
  if (includesServerTests(args)) { for (const need of AHEAD) hub.obtain(need).catch(() => {}); // a test will report it
   }
  const { code } = await child.status;
  return code;
}

/** The command decides what a signal means; this process ends when it has, after its servers. */
function forwardSignals(child: Deno.ChildProcess): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    if (Deno.build.os === "windows" && signal !== "SIGINT") continue;
    Deno.addSignalListener(signal, () => {
      try {
        child.kill(signal);
      } catch (error) {
        if (!(error instanceof TypeError)) throw error; // it has ended
      }
    });
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
