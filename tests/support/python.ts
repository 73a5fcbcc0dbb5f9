/**
 * Finds the Python that serves as an independent reader of what the program wrote.
 *
 * @module
 */

const VERSION_CHECK = "import sys; sys.exit(sys.version_info < (3, 9))";

/** The command that runs Python 3.9 or newer; `undefined` if there is none. */
export function findPython(): string | undefined {
  return ["python3", "python"].find((command) => {
    try {
      return new Deno.Command(command, { args: ["-c", VERSION_CHECK], stdout: "null", stderr: "null" }).outputSync()
        .success;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  });
}
