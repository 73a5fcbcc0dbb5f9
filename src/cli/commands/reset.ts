import { closeAfter } from "../../ports/closing.ts";
import { EXIT, UsageError } from "../failures.ts";
import type { Words } from "../parser/flag.ts";
import type { RESET_FLAGS } from "../flags/flags.ts";
import { openKafka, openRegistry } from "../settings/open_servers.ts";
import { environment, writeOut } from "../terminal/output.ts";
import { brokerHosts, isLoopback } from "../terminal/question.ts";
import { type KafkaSettings, type PostgresSettings, resolveKafka, resolvePostgres } from "../settings/servers.ts";
import { chooseServers } from "../settings/targets.ts";

/** What datagen made on one server. */
interface Made {
  readonly target: string;
  /** What would be dropped, a line each. */
  readonly drops: readonly string[];
  /** What stays although a run used it, a line each. */
  readonly stays: readonly string[];
  /** Throws what stands in the way of dropping it, where that can be known before anything is dropped. */
  rehearse(): Promise<void>;
  /** Drops it; `dropped` hears each line of `drops` once that is gone. */
  drop(dropped: (line: string) => void): Promise<void>;
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
  return await closeAfter(async () => {
    if (kafka !== undefined) found.push(await inKafka(kafka)); // events first: their masters are still there meanwhile
    if (postgres !== undefined) found.push(await inPostgres(postgres));
    if (yes) await dropAll(found, values.json ?? false);
    else writeOut(values.json ? jsonText(found, false) : planText(found));
    return EXIT.done;
  }, () => found.map((made) => () => made.close()));
}

function hostsOf(postgres: PostgresSettings | undefined, kafka: KafkaSettings | undefined): string[] {
  return [
    ...(postgres === undefined ? [] : postgres.connection.servers.map(({ host, address }) => address ?? host)),
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

/** Drops what was found when nothing stands in the way, and tells what is gone at once: a later failure undoes nothing. */
async function dropAll(found: readonly Made[], json: boolean): Promise<void> {
  for (const made of found) await made.rehearse();
  const tell = (text: string) => json ? undefined : writeOut(text);
  const gone = found.map(({ target, stays }) => ({ target, drops: [] as string[], stays }));
  await closeAfter(async () => {
    for (const [at, made] of found.entries()) {
      tell(heading(made));
      await made.drop((line) => {
        gone[at]!.drops.push(line);
        tell(`  dropped ${line}\n`);
      });
      for (const line of made.stays) tell(`  left ${line}\n`);
    }
  }, () => json ? [() => writeOut(jsonText(gone, true))] : []);
}

async function inKafka(settings: KafkaSettings): Promise<Made> {
  const { dropMade, findMade } = await import("../../adapters/kafka/sink/made.ts");
  const registry = settings.registry === undefined ? undefined : await openRegistry(settings.registry);
  const { client } = await openKafka(settings);
  const admin = client.admin();
  try {
    const made = await findMade(admin, settings.prefix, registry);
    const lineOf = (kind: "topic" | "subject", name: string) =>
      kind === "topic" ? `topic ${name}` : `subject ${name} at ${registry?.url}`;
    return {
      target: `kafka://${settings.bootstrap}`,
      drops: [
        ...(registry === undefined ? [] : made.subjects.map((subject) => lineOf("subject", subject))),
        ...made.topics.map((topic) => lineOf("topic", topic)),
      ],
      stays: [
        ...made.others.map((topic) => `topic ${topic}, which was there before`),
        ...made.otherSubjects.map((subject) => `subject ${subject}, which was there before`),
        ...(registry === undefined ? made.subjects.map((subject) => `subject ${subject}, because of --no-avro`) : []),
      ],
      rehearse: () => Promise.resolve(), // a cluster tells only when it is asked to delete
      drop: (dropped) => dropMade(made, admin, registry, (kind, name) => dropped(lineOf(kind, name))),
      close: () => closeAfter(() => admin.close(), () => [() => registry?.close()]),
    };
  } catch (error) {
    return await closeAfter(() => Promise.reject(error), () => [() => registry?.close(), () => admin.close()]);
  }
}

async function inPostgres({ connection, schema }: PostgresSettings): Promise<Made> {
  const { dropMade, findMade, rehearseDrop } = await import("../../adapters/postgres/made.ts");
  const { targetText } = await import("../../adapters/postgres/connection.ts");
  const made = await findMade(connection, schema);
  const lines = new Map(made.tables.map(({ table, rows }) => [table, `table ${schema}.${table}, ${rows} rows`]));
  const schemaLine = `schema ${schema}`;
  return {
    target: targetText(connection, schema),
    drops: [...lines.values(), ...(made.schema === "goes" ? [schemaLine] : [])],
    stays: made.schema === "stays" ? [`${schemaLine}, which holds other things too`] : [],
    rehearse: () => rehearseDrop(connection, schema),
    drop: async (dropped) => {
      const gone = await dropMade(connection, schema);
      for (const table of gone.tables) dropped(lines.get(table) ?? `table ${schema}.${table}`);
      if (gone.schema) dropped(schemaLine);
    },
    close: () => Promise.resolve(),
  };
}

function jsonText(found: readonly Pick<Made, "target" | "drops" | "stays">[], dropped: boolean): string {
  const targets = found.map(({ target, drops, stays }) => ({ target, drops, stays }));
  return `${JSON.stringify({ dropped, targets })}\n`;
}

function planText(found: readonly Made[]): string {
  const lines = found.flatMap((made) => [
    heading(made),
    ...made.drops.map((line) => `  would drop ${line}\n`),
    ...made.stays.map((line) => `  would leave ${line}\n`),
  ]);
  const any = found.some(({ drops }) => drops.length > 0);
  return `${lines.join("")}${any ? "Nothing was dropped; add --yes to do it.\n" : ""}`;
}

function heading({ target, drops }: Made): string {
  return `${target}:${drops.length === 0 ? " nothing of datagen's" : ""}\n`;
}
