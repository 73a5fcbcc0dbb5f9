/**
 * Fetches Java programs from Maven repositories, by the `mvn` of the machine and its settings.
 *
 * @module
 */

import { executable, MissingServer, run, script, tryRun } from "./commands.ts";

const PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1";
const OLDEST_JAVA = 17;

/** An artifact: `group:name:version`, and its kind and classifier where it is no plain jar. */
export type Coordinates = string;

/** The command that runs Java: that of `JAVA_HOME`, else the one on PATH. */
export function java(): string {
  const home = Deno.env.get("JAVA_HOME");
  return home === undefined || home === "" ? executable("java") : `${home}/bin/${executable("java")}`;
}

/**
 * Makes sure that there is a Java new enough for the servers.
 *
 * @param variable Environment variable that names a server of one's own instead.
 * @throws {MissingServer} If there is none.
 */
export async function needJava(variable: string): Promise<void> {
  const remedy = remedyFor(variable);
  const said = await tryRun(java(), ["-version"]);
  if (said === undefined) throw new MissingServer("Cannot run java: it is not on PATH", remedy);
  const version = Number(/version "(\d+)/.exec(said.text)?.[1]);
  if (!(version >= OLDEST_JAVA)) {
    throw new MissingServer(`Cannot use java as it must be ${OLDEST_JAVA} or newer: it is ${version}`, remedy);
  }
}

/** Copies artifacts and all that they need into a folder. */
export async function copyJars(artifacts: readonly Coordinates[], folder: string, variable: string): Promise<void> {
  const pom = `${folder}/pom.xml`;
  await Deno.writeTextFile(pom, pomOf(artifacts));
  await maven(variable, [
    "-f",
    pom,
    `${PLUGIN}:copy-dependencies`,
    "-DincludeScope=runtime",
    `-DoutputDirectory=${folder}/lib`,
  ]);
}

/** Copies one artifact, as it is, into a folder. */
export async function copyArtifact(artifact: Coordinates, folder: string, variable: string): Promise<void> {
  await maven(variable, [`${PLUGIN}:copy`, `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`], folder);
}

async function maven(variable: string, args: readonly string[], cwd?: string): Promise<void> {
  await run(script("mvn"), ["--batch-mode", "--quiet", ...args], remedyFor(variable), cwd === undefined ? {} : { cwd });
}

function remedyFor(variable: string): string {
  return `install Java ${OLDEST_JAVA} and Maven, or set ${variable}`;
}

function pomOf(artifacts: readonly Coordinates[]): string {
  const dependencies = artifacts.map((artifact) => {
    const [group, name, version] = artifact.split(":");
    return `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`;
  });
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion><groupId>datagen</groupId><artifactId>servers</artifactId><version>1</version>
<dependencies>${dependencies.join("")}</dependencies>
</project>
`;
}
