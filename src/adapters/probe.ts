import { join } from "node:path";
import { isPermission } from "./failures.ts";

const PROBE = ".datagen-probe";

/**
 * Finds out whether files can be made in a directory, by making an empty one and removing it: permission bits do not
 * tell on all systems, and reading them for the user would need one more permission of Deno.
 *
 * @throws The system's error if they cannot. What Deno does not permit is left to the files themselves.
 */
export function probeDirectory(path: string): void {
  const probe = join(path, PROBE);
  try {
    Deno.writeFileSync(probe, new Uint8Array());
    Deno.removeSync(probe);
  } catch (error) {
    if (!isPermission(error) && !(error instanceof Deno.errors.NotFound)) throw error; // two at once: one removes both
  }
}
