import type { RegistryClient } from "../../adapters/registry/registry_client.ts";
import { entitiesNamed } from "../entities.ts";
import { EXIT, failureOf } from "../errors.ts";
import type { Words } from "../flag.ts";
import type { DOCTOR_FLAGS } from "../flags.ts";
import { size } from "../numbers.ts";
import { openKafka, openRegistry } from "../open_servers.ts";
import { environment, paint, writeOut } from "../output.ts";
import { type KafkaSettings, type PostgresSettings, resolveKafka, resolvePostgres } from "../servers.ts";
import { chooseServers } from "../targets.ts";
import { VERSION } from "../version.ts";

/** Bytes below which a disk is called full. */
const LITTLE_DISK = 1e9;

/** One thing that was looked at. */
interface Finding {
  readonly name: "program" | "permissions" | "disk" | "postgres" | "librdkafka" | "kafka" | "topics" | "registry";
  readonly ok: boolean;
  /** One line. */
  readonly detail: string;
  /** What to do about it, in one line; absent where all is well. */
  readonly next?: string;
}

/** Looks at what a load needs; the exit status is 1 when something that was named cannot be used. */
export async function run({ values }: Words<typeof DOCTOR_FLAGS>): Promise<number> {
  const { kinds, named } = chooseServers(values, environment);
  const postgres = kinds.includes("postgres") ? await resolvePostgres(values, environment) : undefined;
  const kafka = kinds.includes("kafka") ? resolveKafka(values, environment) : undefined;
  const findings: Finding[] = [
    { name: "program", ok: true, detail: program() },
    await permissions(),
    await disk(),
    ...(postgres === undefined ? [] : await examinePostgres(postgres)),
    ...(kafka === undefined ? [] : await examineKafka(kafka)),
  ];
  const ok = findings.every((finding) => finding.ok || finding.name === "permissions" || finding.name === "disk");
  writeOut(values.json ? `${JSON.stringify({ ok, named, findings })}\n` : text(findings, named));
  return ok || !named ? EXIT.done : EXIT.failed;
}

function program(): string {
  return `datagen ${VERSION}, deno ${Deno.version.deno}, ${Deno.build.os} ${Deno.build.arch}`;
}

/** Which permissions of Deno are missing; a target needs few of them. */
async function permissions(): Promise<Finding> {
  const names = ["read", "write", "env", "net", "ffi", "sys"] as const;
  const states = await Promise.all(names.map((name) => Deno.permissions.query({ name })));
  const missing = names.filter((_, at) => states[at]!.state !== "granted");
  if (missing.length === 0) return { name: "permissions", ok: true, detail: "all that any target needs" };
  return {
    name: "permissions",
    ok: false,
    detail: `not everywhere: ${missing.join(", ")}`,
    next: "the README tells which target needs which",
  };
}

/** How much room there is where files would be written. */
async function disk(): Promise<Finding> {
  try {
    const { statfsSync } = await import("node:fs");
    const { bavail, bsize } = statfsSync(".");
    const free = bavail * bsize;
    const detail = `${size(free)} free in this folder`;
    if (free >= LITTLE_DISK) return { name: "disk", ok: true, detail };
    return { name: "disk", ok: false, detail, next: '"datagen plan" tells how much a load takes' };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    return { name: "disk", ok: false, detail: "Deno may not look", next: "give deno --allow-read --allow-sys" };
  }
}

async function examinePostgres(settings: PostgresSettings): Promise<Finding[]> {
  return await finding("postgres", async () => {
    const { examine } = await import("../../adapters/postgres/doctor.ts");
    const { detail, problems } = await examine(settings.connection, settings.schema);
    return problems.length === 0 ? [{ name: "postgres", ok: true, detail }] : problems.map(({ problem, hint }) => ({
      name: "postgres",
      ok: false,
      detail: problem,
      next: hint,
    }));
  });
}

async function examineKafka(settings: KafkaSettings): Promise<Finding[]> {
  const brokers = await finding("librdkafka", async () => {
    const { client, library } = await openKafka(settings);
    const found: Finding = { name: "librdkafka", ok: true, detail: `${library.version}, from ${library.path}` };
    return [found, ...await finding("kafka", () => examineBrokers(settings, client.admin()))];
  });
  const { registry } = settings;
  if (registry === undefined) return brokers;
  return [...brokers, ...await finding("registry", async () => await examineRegistry(await openRegistry(registry)))];
}

async function examineBrokers(
  { bootstrap, prefix, retentionHours, replicationFactor }: KafkaSettings,
  admin: ReturnType<Awaited<ReturnType<typeof openKafka>>["client"]["admin"]>,
): Promise<Finding[]> {
  const { eventTopics } = await import("../../adapters/kafka/topics.ts");
  try {
    const { brokers } = await admin.cluster();
    const topics = eventTopics(entitiesNamed([]), { prefix, retentionHours, replicationFactor });
    const there = await admin.topics(topics.map(({ name }) => name));
    const missing = topics.length - there.length;
    return [
      { name: "kafka", ok: true, detail: `${bootstrap} answers, ${brokers.length} broker${plural(brokers.length)}` },
      {
        name: "topics",
        ok: true,
        detail: `${there.length} of ${topics.length} topics of ${prefix} exist`,
        ...(missing === 0 ? {} : { next: '"datagen topics apply" or "datagen load --create-topics" makes the others' }),
      },
    ];
  } finally {
    await admin.close();
  }
}

async function examineRegistry(registry: RegistryClient): Promise<Finding[]> {
  try {
    const { length } = await registry.subjects();
    return [{ name: "registry", ok: true, detail: `${registry.url} answers, ${length} subject${plural(length)}` }];
  } finally {
    registry.close();
  }
}

/** Looks at one thing; an error becomes what it says. */
async function finding(name: Finding["name"], look: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await look();
  } catch (error) {
    const failure = failureOf(error);
    if (failure === undefined) throw error;
    return [{
      name,
      ok: false,
      detail: failure.message,
      ...(failure.hint === undefined ? {} : { next: failure.hint }),
    }];
  }
}

function plural(count: number): string {
  return count === 1 ? "" : "s";
}

/** @param named Whether what is missing was expected to be there. */
function text(findings: readonly Finding[], named: boolean): string {
  const lines = findings.flatMap(({ name, ok, detail, next }) => {
    const isOptional = !named || name === "permissions" || name === "disk";
    const mark = ok ? paint("[OK]", "green", Deno.stdout) : isOptional ? "[--]" : paint("[FAIL]", "red", Deno.stdout);
    return [`${mark} ${name}: ${detail}`, ...(next === undefined ? [] : [`     next: ${next}`])];
  });
  return `${lines.join("\n")}\n`;
}
