/**
 * Makes and starts a Schema Registry: Apicurio, which speaks Confluent's protocol and keeps everything in memory.
 *
 * @module
 */

import { cached, removeIfThere } from "./cache.ts";
import { inServerFolder, run } from "./commands.ts";
import { copyArtifact, java, needJava } from "./maven.ts";
import { freePort, type Ledger, ServerProcess } from "./server_process.ts";

/** How to reach a Schema Registry. */
export interface RegistryAddress {
  /** What `--schema-registry` takes. */
  readonly url: string;
}

/** A registry that a test has for itself. Its schemas are gone after `stop` or `kill`. */
export type OwnRegistry = ServerProcess & RegistryAddress;

const VERSION = "2.6.13.Final";
const ARTIFACT = `io.apicurio:apicurio-registry-app:${VERSION}:tar.gz:all`;
const VARIABLE = "DATAGEN_TEST_SCHEMA_REGISTRY";

/**
 * Gives the jar that runs the registry, fetched at the first call.
 *
 * @throws {MissingServer} If there is no Java or Maven, or Maven cannot fetch it.
 */
export async function registryJar(): Promise<string> {
  await needJava(VARIABLE);
  const folder = await cached(`apicurio-${VERSION}`, async (into) => {
    await copyArtifact(ARTIFACT, into, VARIABLE);
    const archive = `apicurio-registry-app-${VERSION}-all.tar.gz`;
    await run("tar", ["-xzf", archive], `install tar, or set ${VARIABLE}`, { cwd: into });
    await removeIfThere(`${into}/${archive}`);
  });
  return `${folder}/apicurio-registry-app-${VERSION}-runner.jar`;
}

/** Makes a registry and starts it. */
export async function startRegistry(ledger?: Ledger): Promise<OwnRegistry> {
  const jar = await registryJar();
  const port = freePort();
  const url = `http://127.0.0.1:${port}/apis/ccompat/v7`;
  const http = [`-Dquarkus.http.port=${port}`, "-Dquarkus.http.host=127.0.0.1"];
  return await inServerFolder("registry", undefined, async (folder) => {
    const server = await ServerProcess.start({
      name: `Apicurio Registry ${VERSION}`,
      command: java(),
      args: ["-Xmx256m", ...http, "-jar", jar],
      folder,
      isReady: () => listsSubjects(url),
      stopSignal: "SIGTERM",
    }, ledger);
    return Object.assign(server, { url });
  });
}

async function listsSubjects(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/subjects`, { signal: AbortSignal.timeout(5_000) });
  const body = await answer.text();
  return answer.ok && Array.isArray(JSON.parse(body));
}
