/**
 * The entry: it looks at Deno's version before it imports anything, since what comes after may not even load elsewhere.
 *
 * @module
 */

import { versionProblem } from "./cli/deno_version.ts";

if (import.meta.main) {
  const problem = versionProblem(Deno.version.deno);
  if (problem !== undefined) {
    console.error(problem);
    Deno.exit(1);
  }
  const { program } = await import("./cli/program.ts");
  Deno.exit(await program(Deno.args));
}
