/**
 * The bodies of the commands, each imported when it runs, so that `datagen --help` loads none of them.
 *
 * @module
 */

import type { Flag, Words } from "./flag.ts";

/** @returns The exit status. */
export async function runCommand(name: string, words: Words): Promise<number> {
  switch (name) {
    case "load":
      return await (await import("./commands/load.ts")).run(exact(words));
    case "show":
      return await (await import("./commands/show.ts")).run(exact(words));
    case "info":
      return await (await import("./commands/info.ts")).run(exact(words));
    case "sample":
      return await (await import("./commands/sample.ts")).run(exact(words));
    case "plan":
      return await (await import("./commands/plan.ts")).run(exact(words));
    case "schema":
      return await (await import("./commands/schema.ts")).run(exact(words));
    case "doctor":
      return await (await import("./commands/doctor.ts")).run(exact(words));
    case "topics":
      return await (await import("./commands/topics.ts")).run(exact(words));
    case "reset":
      return await (await import("./commands/reset.ts")).run(exact(words));
    case "bench":
      return await (await import("./commands/bench.ts")).run(exact(words));
    case "completions":
      return await (await import("./commands/completions.ts")).run(exact(words));
    default:
      throw new RangeError(`Cannot run "${name}" as it has no body`);
  }
}

/** Answers a shell that asks what may stand at the end of a line. */
export async function complete(line: string): Promise<number> {
  return await (await import("./commands/completions.ts")).complete(line);
}

/** The parser made the values by the flags of the command, so they have the types of those flags. */
function exact<Flags extends readonly Flag[]>(words: Words): Words<Flags> {
  return words as unknown as Words<Flags>;
}
