import type { TopicDifference } from "../../adapters/kafka/sink/topics.ts";
import { closeAfter } from "../../ports/closing.ts";
import type { KafkaAdmin, KafkaError } from "../../ports/kafka.ts";
import { parseInstant } from "../../time/calendar.ts";
import { chosenDomain, unitsText } from "../domains/domains.ts";
import { EXIT, failureOf } from "../failures.ts";
import type { Values, Words } from "../parser/flag.ts";
import { inFlags } from "../flags/option_words.ts";
import type { DOCTOR_FLAGS } from "../flags/flags.ts";
import { type HeldRun, heldRun } from "../settings/inspect.ts";
import { grouped, size } from "../terminal/numbers.ts";
import { openKafka, openRegistry } from "../settings/open_servers.ts";
import { environment, paint, writeOut } from "../terminal/output.ts";
import {
  type KafkaSettings,
  type PostgresSettings,
  type RegistrySettings,
  resolveKafka,
  resolvePostgres,
} from "../settings/servers.ts";
import { flagName } from "../flags/population_flags.ts";
import { asOfText } from "../settings/resolve.ts";
import { TOPIC_FLAGS } from "../flags/server_flags.ts";
import { quoted } from "../terminal/text.ts";
import { chooseServers } from "../settings/targets.ts";
import { planDomainTopics } from "../settings/topics.ts";
import { VERSION } from "../version.ts";

/** Bytes below which a disk is called full. */
const LITTLE_DISK = 1e9;

const MAKE_TOPICS = '"datagen topics apply" or "datagen load --create-topics" makes what is missing';

/** One thing that was looked at. */
interface Finding {
  readonly name:
    | "program"
    | "permissions"
    | "disk"
    | "postgres"
    | "librdkafka"
    | "kafka"
    | "topics"
    | "rights"
    | "registry"
    | "run";
  readonly ok: boolean;
  /** Whether a load can do without it. */
  readonly minor?: true;
  /** One line. */
  readonly detail: string;
  /** What to do about it, in one line; absent where all is well. */
  readonly next?: string;
}

/** Servers that are looked at, and options that say what a load would do there. */
interface Subject {
  readonly values: Values<typeof DOCTOR_FLAGS>;
  readonly postgres: PostgresSettings | undefined;
  readonly kafka: KafkaSettings | undefined;
}

/** Looks at what a load needs; the exit status is 1 when something that was named cannot be used. */
export async function run({ values }: Words<typeof DOCTOR_FLAGS>): Promise<number> {
  const { kinds, named } = chooseServers(values, environment);
  const subject: Subject = {
    values,
    postgres: kinds.includes("postgres") ? await resolvePostgres(values, environment) : undefined,
    kafka: kinds.includes("kafka") ? resolveKafka(values, environment) : undefined,
  };
  const findings = told([
    { name: "program", ok: true, detail: program() },
    await permissions(),
    await disk(),
    ...await examinePostgres(subject),
    ...await examineKafka(subject),
  ]);
  findings.push(...await examineRuns(subject, findings));
  const ok = findings.every((finding) => finding.ok || finding.minor);
  const next = nextStep(ok, named, subject);
  const before = ok && isPasswordLeftOut(subject) ? "Next, with the password in PGPASSWORD" : "Next";
  // What nobody named is no failure when it is not there.
  writeOut(
    values.json
      ? `${JSON.stringify({ ok: ok || !named, named, findings, next })}\n`
      : `${text(findings, named)}${before}: ${next}\n`,
  );
  return ok || !named ? EXIT.done : EXIT.failed;
}

/** What was found, in the words of the program. */
function told(findings: readonly Finding[]): Finding[] {
  return findings.map(({ next, ...finding }) => ({
    ...finding,
    detail: inFlags(finding.detail),
    ...(next === undefined ? {} : { next: inFlags(next) }),
  }));
}

/** Which run each server holds, where it answers. */
async function examineRuns({ values, postgres, kafka }: Subject, findings: readonly Finding[]): Promise<Finding[]> {
  const answers = (...names: Finding["name"][]) =>
    findings.every(({ name, ok, minor }) => ok || minor || !names.includes(name));
  const { to: _, ...others } = values;
  const held = async (kind: "postgres" | "kafka") => {
    const run = await heldRun({ kind }, others, environment);
    return run === undefined ? [] : [{ name: "run", ok: true, detail: `${run.place}: ${runText(run)}` } as const];
  };
  return [
    ...(postgres !== undefined && answers("postgres") ? await finding("run", () => held("postgres")) : []),
    ...(kafka !== undefined && answers("librdkafka", "kafka", "topics", "rights", "registry")
      ? await finding("run", () => held("kafka"))
      : []),
  ];
}

/** A run in a line: `seed 42, as of 2026-07-01, 1,000 customers, complete`. */
function runText({ manifest, progress, complete, loss }: HeldRun): string {
  const state = complete ? "complete" : loss ?? `${grouped(progress.units)} of them written`;
  return `seed ${manifest.seed}, as of ${asOfText(parseInstant(manifest.as_of))}, ` +
    `${unitsText(manifest)}, ${state}`;
}

/** What to do next, in one line. */
function nextStep(ok: boolean, named: boolean, { values, postgres, kafka }: Subject): string {
  if (!ok && named) return "mend what is marked [FAIL], then run doctor again with the same options";
  if (!ok) {
    return '"datagen load" needs no server: it writes an SQLite file; with options, doctor looks at other servers';
  }
  const words = [
    ...(values.domain === undefined ? [] : [`--domain ${values.domain}`]),
    ...(postgres === undefined ? [] : ["--to postgres"]),
    ...(kafka === undefined ? [] : ["--to kafka", "--create-topics"]),
    ...postgres?.words ?? [],
    ...(values["postgres-events"] && postgres !== undefined ? ["--postgres-events"] : []),
    ...kafka?.words ?? [],
    ...TOPIC_FLAGS.flatMap(({ long }) => values[long] === undefined ? [] : [`--${long} ${values[long]}`]),
  ];
  return `datagen load --${flagName(chosenDomain(values).unit.entity)} 1000 ${words.map(quoted).join(" ")}`;
}

/** Whether the password stood in the URL, which is shown without it. */
function isPasswordLeftOut({ values, postgres }: Subject): boolean {
  const url = values["postgres-url"] ?? environment("DATAGEN_POSTGRES_URL");
  return url !== undefined && postgres?.connection.password !== undefined && environment("PGPASSWORD") === undefined;
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
    minor: true,
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
    return { name: "disk", ok: false, minor: true, detail, next: '"datagen plan" tells how much a load takes' };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    const next = "give deno --allow-read --allow-sys";
    return { name: "disk", ok: false, minor: true, detail: "Deno may not look", next };
  }
}

async function examinePostgres({ postgres, values }: Subject): Promise<Finding[]> {
  if (postgres === undefined) return [];
  return await finding("postgres", async () => {
    const { examine } = await import("../../adapters/postgres/doctor.ts");
    const entities = chosenDomain(values).entities.filter(({ role }) => role !== "event" || values["postgres-events"]);
    const { detail, problems } = await examine(postgres.connection, entities, postgres.schema);
    return [
      ...(problems.length === 0 ? [{ name: "postgres", ok: true, detail } as const] : []),
      ...problems.map(({ problem, hint }) => ({ name: "postgres", ok: false, detail: problem, next: hint }) as const),
    ];
  });
}

async function examineKafka({ kafka, values }: Subject): Promise<Finding[]> {
  if (kafka === undefined) return [];
  const brokers = await finding("librdkafka", async () => {
    const { client, library } = await openKafka(kafka);
    const found: Finding = { name: "librdkafka", ok: true, detail: `${library.version}, from ${library.path}` };
    return [found, ...await finding("kafka", () => examineBrokers(kafka, values, client.admin()))];
  });
  const { registry } = kafka;
  if (registry === undefined) return brokers;
  return [...brokers, ...await finding("registry", () => examineRegistry(registry, kafka.prefix, values))];
}

async function examineBrokers(
  settings: KafkaSettings,
  values: Subject["values"],
  admin: KafkaAdmin,
): Promise<Finding[]> {
  return await closeAfter(async () => {
    const { id, brokers } = await admin.cluster();
    const told = [`${brokers.length} broker${plural(brokers.length)}`, `cluster ${id || "without an id"}`];
    return [
      { name: "kafka", ok: true, detail: `${settings.bootstrap} answers, ${told.join(", ")}, version not told` },
      ...await finding("topics", () => examineTopics(settings, values, admin)),
      ...await finding("rights", () => examineRights(settings, values, admin)),
    ];
  }, () => [() => admin.close()]);
}

/** Compares the topics, and asks the cluster whether it would make those that are missing. */
async function examineTopics(
  settings: KafkaSettings,
  values: Subject["values"],
  admin: KafkaAdmin,
): Promise<Finding[]> {
  const { useError } = await import("../../adapters/kafka/sink/failures.ts");
  const { wanted, differences, unread } = await planDomainTopics(settings, values, admin);
  const missing = differences.filter(({ kind }) => kind === "missing").map(({ topic }) => topic);
  try {
    await admin.checkNewTopics(wanted.filter(({ name }) => missing.includes(name)));
  } catch (error) {
    throw useError(`kafka://${settings.bootstrap}`, error);
  }
  const others = missing.length === 0 ? "" : `; this user may make the other${plural(missing.length)}`;
  const detail = `${wanted.length - missing.length} of ${wanted.length} topics of ${settings.prefix} exist${others}`;
  return [
    { name: "topics", ok: true, detail, ...(missing.length === 0 ? {} : { next: MAKE_TOPICS }) },
    ...await differenceFindings(differences.filter(({ kind }) => kind !== "missing")),
    ...unreadFindings(unread),
  ];
}

/** What a load refuses counts as missing; the rest is told. */
async function differenceFindings(differences: readonly TopicDifference[]): Promise<Finding[]> {
  const { differenceTexts } = await import("../../adapters/kafka/sink/topics.ts");
  const alike = Map.groupBy(differences, ({ refused, applicable }) => `${refused} ${applicable}`);
  return [...alike.values()].flatMap((group) => {
    const { refused, applicable } = group[0]!;
    const next = applicable ? '"datagen topics apply" changes it' : "change it by hand, or leave it as it is";
    return differenceTexts(group).map((detail): Finding => ({
      name: "topics",
      ok: false,
      ...(refused ? {} : { minor: true }),
      detail,
      next,
    }));
  });
}

/** A load does without the settings, with a warning. */
function unreadFindings(unread: ReadonlyMap<string, KafkaError>): Finding[] {
  return [...unread.values()].map((error) => {
    const { message, hint } = failureOf(error)!;
    return { name: "topics", ok: false, minor: true, detail: message, ...(hint === undefined ? {} : { next: hint }) };
  });
}

/** Asks which rights a load would miss. That on the transactional id shows in a load only: asking would stop one. */
async function examineRights(
  { prefix }: KafkaSettings,
  values: Subject["values"],
  admin: KafkaAdmin,
): Promise<Finding[]> {
  const { loadRights, missingRights, missingText, transactionalIdOf } = await import(
    "../../adapters/kafka/sink/rights.ts"
  );
  const { grantHint } = await import("../../adapters/kafka/sink/hints.ts");
  const { topicName } = await import("../../adapters/kafka/sink/topics.ts");
  const { marksTopic } = await import("../../adapters/kafka/run/marks.ts");
  const events = chosenDomain(values).entities.filter(({ topic }) => topic !== undefined);
  const names = events.map((entity) => topicName(prefix, entity));
  const missing = await missingRights(admin, loadRights(names, marksTopic(prefix)));
  if (missing === undefined) {
    const detail = "neither broker nor librdkafka tells them before version 2.3";
    return [{ name: "rights", ok: false, minor: true, detail, next: "a load names what is missing" }];
  }
  if (missing.length > 0) {
    return [{ name: "rights", ok: false, detail: missingText(missing), next: grantHint(missing[0]!) }];
  }
  const unasked = `Write on TransactionalId ${transactionalIdOf(prefix)} shows in a load only`;
  return [{ name: "rights", ok: true, detail: `none is missing on topics that exist; ${unasked}` }];
}

/** Asks what a load would ask, and tells what it would have to write. */
async function examineRegistry(
  settings: RegistrySettings,
  prefix: string,
  values: Subject["values"],
): Promise<Finding[]> {
  const { examineRegistry } = await import("../../adapters/registry/doctor.ts");
  const { wantedSchemas } = await import("../../adapters/kafka/sink/payload.ts");
  const registry = await openRegistry(settings);
  return await closeAfter(async () => {
    const { detail, problems } = await examineRegistry(registry, wantedSchemas(prefix, chosenDomain(values).entities));
    return [
      { name: "registry", ok: true, detail },
      ...problems.map(({ problem, hint }): Finding => ({ name: "registry", ok: false, detail: problem, next: hint })),
    ];
  }, () => [() => registry.close()]);
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
  const lines = findings.flatMap(({ ok, minor, name, detail, next }) => {
    const isOptional = !named || minor;
    const mark = ok ? paint("[OK]", "green", Deno.stdout) : isOptional ? "[--]" : paint("[FAIL]", "red", Deno.stdout);
    return [`${mark} ${name}: ${detail}`, ...(next === undefined ? [] : [`     next: ${next}`])];
  });
  return `${lines.join("\n")}\n`;
}
