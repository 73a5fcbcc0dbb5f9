/**
 * The bodies of the commands, each imported when it runs, so that `datagen --help` loads none of them.
 *
 * @module
 */

import type { Flag, Words } from "../parser/flag.ts";

/** @returns The exit status. */
export async function runCommand(name: string, words: Words): Promise<number> {
  switch (name) {
    case "load":
      return await (await import("./load.ts")).run(exact(words));
    case "show":
      return await (await import("./show.ts")).run(exact(words));
    case "info":
      return await (await import("./info.ts")).run(exact(words));
    case "sample":
      return await (await import("./sample.ts")).run(exact(words));
    case "plan":
      return await (await import("./plan.ts")).run(exact(words));
    case "schema":
      return await (await import("./schema.ts")).run(exact(words));
    case "doctor":
      return await (await import("./doctor.ts")).run(exact(words));
    case "topics":
      return await (await import("./topics.ts")).run(exact(words));
    case "reset":
      return await (await import("./reset.ts")).run(exact(words));
    case "bench":
      return await (await import("./bench.ts")).run(exact(words));
    case "completions":
      return await (await import("./completions.ts")).run(exact(words));
    default:
      throw new RangeError(`Cannot run "${name}" as it has no body`);
  }
}

/** Answers a shell that asks what may stand at the end of a line. */
export async function complete(line: string): Promise<number> {
  return await (await import("./completions.ts")).complete(line);
}

/** The parser made the values by the flags of the command, so they have the types of those flags. */
function exact<Flags extends readonly Flag[]>(words: Words): Words<Flags> {
  return words as unknown as Words<Flags>;
}
