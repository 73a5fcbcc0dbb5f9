/**
 * Turns the options that a message names into what a user of the program writes. Below `cli` nothing knows a flag: hints
 * and warnings name the options of the library, in backquotes (`schema`), so that they are right for whoever calls it.
 *
 * @module
 */

/** What a user of the program writes for an option, or for an option with a value, of the library. */
const FLAGS: Readonly<Record<string, string>> = {
  // every sink
  path: "--to",
  console: "--to console",
  "json:-": "--to json:-",
  truncate: "--truncate",
  resend: "--resend",
  dialect: "--csv-dialect",
  cause: "--verbose",
  // PostgreSQL
  connection: "--postgres-url",
  schema: "--postgres-schema",
  // Kafka
  prefix: "--topic-prefix",
  createTopics: "--create-topics",
  recordTimestamp: "--record-timestamp",
  replicationFactor: "--replication-factor",
  retentionHours: "--retention-hours",
  properties: "-X",
  tls: "--kafka-tls",
  user: "--kafka-user",
  "no cloudEvents": "--no-cloudevents",
  registry: "--schema-registry",
  "no registry": "--no-avro",
  caFile: "--schema-registry-ca",
  // a population and its descriptions
  format: "--format",
  seed: "--seed",
  run: "--in",
};

/**
 * Writes a message as the program says it. What stands in backquotes and is no option stays as it is.
 *
 * @param others Flags of options that only the caller knows.
 */
export function inFlags(text: string, others: Readonly<Record<string, string>> = {}): string {
  return text.replaceAll(/`([^`]+)`/g, (whole, option: string) => {
    const known = others[option] ?? FLAGS[option];
    if (known !== undefined) return known;
    if (/^\w+:(FILE|DIR)$/.test(option)) return `--to ${option}`;
    const [, name, value] = /^(\w+) (.+)$/.exec(option) ?? [];
    const flag = others[name ?? ""] ?? FLAGS[name ?? ""];
    return flag === undefined ? whole : `${flag} ${value}`;
  });
}
