/** The Deno that the program is tested on, and which others it may run on: later ones of the same major version. */
const NEEDED = { major: 2, minor: 9, exact: "2.9.6" } as const;

/**
 * Tells why the program cannot run on a Deno, and what to do, in two lines.
 *
 * @param version For example `2.9.6`, `2.4.0-rc.1+abc`.
 * @returns Undefined where it can.
 */
export function versionProblem(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split(".").map((part) => Number.parseInt(part));
  if (major === NEEDED.major && minor >= NEEDED.minor) return undefined;
  return `error: Cannot run on Deno ${version}: datagen needs Deno ${NEEDED.major}.${NEEDED.minor} or a later ` +
    `${NEEDED.major}.x\nhint: run "deno upgrade ${NEEDED.exact}", or "npx -y deno@${NEEDED.exact} task datagen"`;
}
