/** The command-line tools of Kafka's own distribution, run as a person runs them. */

import { cached } from "./cache.ts";
import { run } from "./commands.ts";
import { KAFKA_VERSION, kafkaJars } from "./kafka_server.ts";
import { copyArtifact, java } from "./maven.ts";

const ARTIFACT = `org.apache.kafka:kafka-tools:${KAFKA_VERSION}`;

const VARIABLE = "DATAGEN_TEST_KAFKA_BOOTSTRAP";

/** Classes behind the scripts `kafka-....sh`. */
const CLASSES = {
  "get-offsets": "org.apache.kafka.tools.GetOffsetShell",
  "console-consumer": "org.apache.kafka.tools.consumer.ConsoleConsumer",
} as const;

/**
 * Gives the folder with the jar of the tools, fetched at the first call. The jars of the broker hold the rest.
 *
 * @throws {MissingServer} If there is no Java or Maven, or Maven cannot fetch it.
 */
export async function kafkaToolsJar(): Promise<string> {
  await kafkaJars();
  return await cached(`kafka-tools-${KAFKA_VERSION}`, (folder) => copyArtifact(ARTIFACT, folder, VARIABLE));
}

/** Runs a tool to its end and gives the lines that it said. */
export async function kafkaTool(tool: keyof typeof CLASSES, args: readonly string[]): Promise<string[]> {
  const separator = Deno.build.os === "windows" ? ";" : ":";
  const classPath = [`${await kafkaToolsJar()}/*`, `${await kafkaJars()}/*`].join(separator);
  const quiet = ["-Xmx128m", "-XX:TieredStopAtLevel=1", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"];
  const said = await run(java(), [...quiet, "-cp", classPath, CLASSES[tool], ...args], "read what it says");
  return said.trimEnd().split("\n");
}
