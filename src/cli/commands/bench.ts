import type { RunOptions } from "../../ports/domain.ts";
import { closeAfter } from "../../ports/closing.ts";
import { type Figure, measureRounds, PeakMemory, ratiosOf, resultsOf, warmUp } from "../bench/figures.ts";
import { generationFigures } from "../bench/generation.ts";
import { type Bench, benchTable, machine } from "../bench/report.ts";
import { memoryGrowth, sqliteFigures } from "../bench/sqlite.ts";
import { DEFAULT_DOMAIN } from "../domains/domains.ts";
import { EXIT, failureOf, UsageError } from "../failures.ts";
import type { Values, Words } from "../parser/flag.ts";
import type { BENCH_FLAGS } from "../flags/flags.ts";
import { environment, writeOut } from "../terminal/output.ts";
import { resolveRun } from "../settings/resolve.ts";
import { type KafkaSettings, type PostgresSettings, resolveKafka, resolvePostgres } from "../settings/servers.ts";
import { chooseServers } from "../settings/targets.ts";
import { VERSION } from "../version.ts";

type BenchValues = Values<typeof BENCH_FLAGS>;

/** Customers when none are asked for: enough for a second or so of each figure. */
const DEFAULT_CUSTOMERS = 2000;

/** Customers before the clock runs, so that the engine has compiled what it measures. */
const WARM_UP_CUSTOMERS = 512;

/** Every figure is the median of so many rounds; of one where a round is long. */
const ROUNDS = 3;

/** Customers from which one round is enough. */
const LONG_CUSTOMERS = 10_000;

/** The instant whose state is measured: fixed, so that runs of different days compare. */
const AS_OF = Date.UTC(2026, 0, 1, 3);

/** What is measured beside generation. */
interface Measured {
  readonly sqlite: boolean;
  readonly postgres?: PostgresSettings;
  readonly kafka?: KafkaSettings;
  /** Whether librdkafka's own cluster in this process takes the place of Kafka. */
  readonly mockKafka: boolean;
}

/** Measures this machine. */
export async function run({ values }: Words<typeof BENCH_FLAGS>): Promise<number> {
  const customers = customersOf(values);
  const options = resolveRun(DEFAULT_DOMAIN, {
    ...(values.seed === undefined ? {} : { seed: values.seed }),
    "as-of": AS_OF,
  }, AS_OF);
  const bench = await measureAll(options, customers, await whatOf(values));
  writeOut(values.json ? `${JSON.stringify(bench)}\n` : benchTable(bench));
  return EXIT.done;
}

function customersOf(values: BenchValues): number {
  const { customers, scale } = values;
  if (customers !== undefined && scale !== undefined && customers !== scale) {
    throw new UsageError(
      `Cannot use --customers ${customers} with --scale ${scale}: they are two names of one number`,
      "leave --scale away",
    );
  }
  return customers ?? scale ?? DEFAULT_CUSTOMERS;
}

/** Servers are measured where something named them: nothing is written anywhere by surprise. */
async function whatOf(values: BenchValues): Promise<Measured> {
  const sqlite = values["skip-sqlite"] === undefined;
  if (values["skip-postgres"] && values["skip-kafka"]) return { sqlite, mockKafka: false };
  const { kinds, named } = chooseServers(values, environment);
  if (!named) return { sqlite, mockKafka: true };
  return {
    sqlite,
    mockKafka: false,
    ...(kinds.includes("postgres") ? { postgres: await resolvePostgres(values, environment) } : {}),
    ...(kinds.includes("kafka") ? { kafka: resolveKafka(values, environment) } : {}),
  };
}

async function measureAll(options: RunOptions, customers: number, what: Measured): Promise<Bench> {
  const folder = what.sqlite || what.postgres !== undefined ? await temporaryFolder() : undefined;
  const memory = new PeakMemory();
  return await closeAfter(async () => {
    const notes: string[] = [];
    const servers = await serverFigures(options, what, folder, memory, notes);
    const figures = (some: number): Figure[] => [
      ...generationFigures(options, some, memory),
      ...(what.sqlite ? sqliteFigures(options, some, folder, memory) : []),
      ...servers(some),
    ];
    await warmUp(figures(Math.min(customers, WARM_UP_CUSTOMERS)));
    const growth = !what.sqlite || folder === undefined ? undefined : await memoryGrowth(options, customers, folder);
    const rounds = customers < LONG_CUSTOMERS ? ROUNDS : 1;
    const measured = await measureRounds(figures(customers), rounds);
    return {
      version: VERSION,
      machine: await machine(),
      customers,
      seed: options.seed,
      rounds,
      sqlite_in: !what.sqlite ? "nothing" : folder === undefined ? "memory" : "file",
      ...(await placesOf(what)),
      figures: resultsOf(measured),
      ratios: ratiosOf(measured),
      notes,
      ...(growth === undefined ? {} : { memory: growth }),
      peak_rss_bytes: Math.max(memory.bytes, growth?.large.peak_rss_bytes ?? 0),
    };
  }, () => [async () => folder === undefined ? undefined : await Deno.remove(folder, { recursive: true })]);
}

/** Makes the figures of the servers for a number of customers; tells in `notes` what cannot be measured, and why. */
async function serverFigures(
  options: RunOptions,
  { postgres, kafka, mockKafka }: Measured,
  folder: string | undefined,
  memory: PeakMemory,
  notes: string[],
): Promise<(customers: number) => Figure[]> {
  const makers: ((customers: number) => Figure[])[] = [];
  if (postgres !== undefined) {
    const { postgresFigures, psqlMissing } = await import("../bench/postgres.ts");
    const missing = await psqlMissing();
    if (missing !== undefined) notes.push(`psql was not measured: ${missing}`);
    const settings = { settings: postgres, folder: missing === undefined ? folder : undefined };
    makers.push((customers) => postgresFigures(settings, options, customers, memory));
  }
  if (kafka !== undefined) {
    const { kafkaFigures } = await import("../bench/kafka.ts");
    makers.push((customers) => kafkaFigures(kafka, options, customers, memory));
  }
  if (mockKafka) {
    const missing = await librdkafkaMissing();
    if (missing === undefined) {
      const { mockKafkaFigures } = await import("../bench/kafka.ts");
      makers.push((customers) => mockKafkaFigures(options, customers));
    } else notes.push(`Kafka was not measured: ${missing}`);
  }
  return (customers) => makers.flatMap((maker) => maker(customers));
}

/** Tells why there is no librdkafka; undefined where there is one. */
async function librdkafkaMissing(): Promise<string | undefined> {
  try {
    (await import("../../adapters/kafka/librdkafka/library.ts")).librdkafka();
    return undefined;
  } catch (error) {
    return failureOf(error)?.message;
  }
}

async function placesOf({ postgres, kafka }: Measured): Promise<Pick<Bench, "postgres_at" | "kafka_at">> {
  const { targetText } = await import("../../adapters/postgres/connection.ts");
  return {
    ...(postgres === undefined ? {} : { postgres_at: targetText(postgres.connection) }),
    ...(kafka === undefined ? {} : { kafka_at: `kafka://${kafka.bootstrap}` }),
  };
}

/** Makes a folder for files; undefined without the permission to write, so that memory takes its place. */
async function temporaryFolder(): Promise<string | undefined> {
  try {
    return await Deno.makeTempDir({ prefix: "datagen-bench-" });
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}
