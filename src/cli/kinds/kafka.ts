import type { KafkaSettings } from "../settings/servers.ts";
import { brokerHosts } from "../terminal/question.ts";
import type { TargetKind } from "./kind.ts";

/** `kafka`: a topic for each entity of events. */
export const kafka: TargetKind<KafkaSettings> = {
  name: "kafka",
  form: "kafka",
  example: "kafka",
  server: {
    categories: ["Kafka", "Schema Registry"],
    addressHint: "write --to kafka, and where it is with --kafka-bootstrap HOST:PORT",
    hosts: ({ bootstrap }) => brokerHosts(bootstrap),
  },
  appends: true,
  takes: ({ role }) => role === "event",
  flags: [],
  resolve: async (values, environment) => (await import("../settings/servers.ts")).resolveKafka(values, environment),
  words: (_, { words }) => words,
  open: async ({ entities, settings }) =>
    await (await import("../settings/open_servers.ts")).openKafkaSink(settings, entities),
  estimate: async ({ entities, settings }, sampled) =>
    (await import("./estimate.ts")).inKafka(entities, settings, sampled),
};
