/**
 * Python with the packages that read what the program wrote: independent of the program's own libraries.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { root } from "./program.ts";
import { findPython } from "./python.ts";
import { cached } from "./services/cache.ts";
import { MissingServer, run } from "./services/commands.ts";

/** How a script is run that needs the packages. */
export interface PythonReader {
  /** The Python. */
  readonly command: string;
  /** What its environment needs. */
  readonly env: Readonly<Record<string, string>>;
}

/** Lists of packages in this folder, each with what needs it. */
type PackageList = "python_packages.txt" | "table_packages.txt";

const REMEDY = "install Python 3.9 or newer with pip, and let it reach PyPI or its mirror";

/**
 * Finds Python and gives it the packages of a list (default python_packages.txt), which are fetched at the first call. They lie in a
 * folder of their own, so that neither the system's packages nor `ensurepip` matter.
 *
 * @throws {MissingServer} If there is no Python or no pip, or pip cannot fetch them.
 */
export async function pythonReader(list: PackageList = "python_packages.txt"): Promise<PythonReader> {
  const packages = fileURLToPath(new URL(`tests/support/${list}`, root));
  const command = findPython();
  if (command === undefined) throw new MissingServer("Cannot find Python 3.9 or newer", REMEDY);
  const version = (await run(command, ["-c", "import sys; print('%d.%d' % sys.version_info[:2])"], REMEDY)).trim();
  const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(packages));
  const name = `python${version}-${new Uint8Array(digest).slice(0, 6).toHex()}`;
  const folder = await cached(name, async (into) => {
    const quiet = ["--quiet", "--no-input", "--disable-pip-version-check", "--no-warn-script-location"];
    const what = ["--no-deps", "--only-binary=:all:", "--requirement", packages, "--target", `${into}/packages`];
    await run(command, ["-m", "pip", "install", ...quiet, ...what], REMEDY);
  });
  return { command, env: { PYTHONPATH: `${folder}/packages`, PYTHONDONTWRITEBYTECODE: "1" } };
}
