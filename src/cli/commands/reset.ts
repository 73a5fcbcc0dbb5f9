import { EXIT, UsageError } from "../errors.ts";
import type { Words } from "../flag.ts";
import type { RESET_FLAGS } from "../flags.ts";
import { openKafka, openRegistry } from "../open_servers.ts";
import { environment, writeOut } from "../output.ts";
import { brokerHosts, isLoopback } from "../question.ts";
import { type KafkaSettings, type PostgresSettings, resolveKafka, resolvePostgres } from "../servers.ts";
import { chooseServers } from "../targets.ts";

/** What datagen made on one server. */
interface Made {
  readonly target: string;
  /** What would be dropped, a line each. */
  readonly drops: readonly string[];
  /** What stays although a run used it, a line each. */
  readonly stays: readonly string[];
  /** Drops it. */
  drop(): Promise<void>;
  close(): Promise<void>;
}

/** Names what datagen made on the chosen servers, and drops it where that was asked for. */
export async function run({ values }: Words<typeof RESET_FLAGS>): Promise<number> {
  const { kinds } = chooseServers(values, environment);
  const postgres = kinds.includes("postgres") ? await resolvePostgres(values, environment) : undefined;
  const kafka = kinds.includes("kafka") ? resolveKafka(values, environment) : undefined;
  const yes = values.yes ?? false;
  if (yes) refuseUnconfirmed(hostsOf(postgres, kafka), values.confirm ?? []);
  const found: Made[] = [];
  try {
    if (kafka !== undefined) found.push(await inKafka(kafka)); // events first: their masters are still there meanwhile
    if (postgres !== undefined) found.push(await inPostgres(postgres));
    if (yes) { for (const made of found) await made.drop(); }
    writeOut(values.json ? `${JSON.stringify(asObject(found, yes))}\n` : text(found, yes));
    return EXIT.done;
  } finally {
    for (const made of found) await made.close();
  }
}

function hostsOf(postgres: PostgresSettings | undefined, kafka: KafkaSettings | undefined): string[] {
  return [
    ...(postgres === undefined ? [] : [postgres.connection.host]),
    ...(kafka === undefined ? [] : brokerHosts(kafka.bootstrap)),
  ];
}

function refuseUnconfirmed(hosts: readonly string[], confirmed: readonly string[]): void {
  const missing = hosts.find((host) => !isLoopback(host) && !confirmed.includes(host));
  if (missing === undefined) return;
  throw new UsageError(
    `Cannot drop anything on ${missing} without its name repeated: it is not this machine`,
    `add --confirm ${missing} if it is the one you mean`,
  );
}

async function inKafka(settings: KafkaSettings): Promise<Made> {
  const { dropMade, findMade } = await import("../../adapters/kafka/reset.ts");
  const registry = settings.registry === undefined ? undefined : await openRegistry(settings.registry);
  const { client } = await openKafka(settings);
  const admin = client.admin();
  try {
    const made = await findMade(admin, settings.prefix);
    return {
      target: `kafka://${settings.bootstrap}`,
      drops: [
        ...made.topics.map((topic) => `topic ${topic}`),
        ...(registry === undefined ? [] : made.subjects.map((subject) => `subject ${subject} at ${registry.url}`)),
      ],
      stays: made.others.map((topic) => `topic ${topic}, which was there before`),
      drop: () => dropMade(made, admin, registry),
      close: async () => {
        await admin.close();
        registry?.close();
      },
    };
  } catch (error) {
    await admin.close();
    throw error;
  }
}

async function inPostgres({ connection, schema }: PostgresSettings): Promise<Made> {
  const { dropMade, findMade } = await import("../../adapters/postgres/reset.ts");
  const { targetText } = await import("../../adapters/postgres/connection.ts");
  const made = await findMade(connection, schema);
  return {
    target: targetText(connection, schema),
    drops: made.map(({ table, rows }) => `table ${schema}.${table}, ${rows} rows`),
    stays: [],
    drop: () => dropMade(connection, schema),
    close: () => Promise.resolve(),
  };
}

function asObject(found: readonly Made[], dropped: boolean) {
  return { dropped, targets: found.map(({ target, drops, stays }) => ({ target, drops, stays })) };
}

function text(found: readonly Made[], dropped: boolean): string {
  const lines = found.flatMap(({ target, drops, stays }) => [
    `${target}:${drops.length === 0 ? " nothing of datagen's" : ""}`,
    ...drops.map((line) => `  ${dropped ? "dropped" : "would drop"} ${line}`),
    ...stays.map((line) => `  ${dropped ? "left" : "would leave"} ${line}`),
  ]);
  const any = found.some(({ drops }) => drops.length > 0);
  const next = any && !dropped ? ["Nothing was dropped; add --yes to do it."] : [];
  return `${[...lines, ...next].join("\n")}\n`;
}
