/** A shop of three small entities, to try encoders and sinks on without the bank. */

import assert from "node:assert/strict";
import { type Batch, type Entity, entity, type Row } from "../../src/model/entity.ts";
import { date, decimal, double, instant, int, money, nullable, oneOf, text, uuid } from "../../src/model/field.ts";
import type { Manifest, Progress } from "../../src/ports/manifest.ts";
import type { BeginMode } from "../../src/ports/sink.ts";
import type { RowSink } from "./row_sink.ts";

/** Parents. */
export const buyer = entity({
  name: "buyers",
  code: 1,
  title: "Buyer",
  namespace: "example.toys",
  doc: "Someone who buys.",
  role: "master",
  key: "buyer_id",
  incremental: true,
  fields: {
    buyer_id: uuid({ doc: "Id." }),
    name: text(40, { doc: "Name." }),
    email: text(80, { unique: true, doc: "E-mail." }),
    street: text(40, { nestedIn: "address", doc: "Street." }),
    city: text(40, { nestedIn: "address", doc: "City." }),
    level: oneOf(["GOLD", "SILVER", "BRONZE"], { doc: "Level." }),
    credit: money({ min: -100_000, doc: "Credit." }),
    since: date({ doc: "First day." }),
  },
});

/** Children, with every kind of field. */
export const purchase = entity({
  name: "purchases",
  code: 2,
  title: "Purchase",
  namespace: "example.toys",
  doc: "Something that was bought.",
  role: "event",
  key: "purchase_id",
  incremental: true,
  topic: {
    name: "purchases",
    key: "buyer_id",
    eventTime: ["at"],
    partitions: 3,
    eventType: "example.purchase.made",
    source: "/example/toys",
  },
  fields: {
    purchase_id: uuid({ doc: "Id." }),
    buyer_id: uuid({ references: "buyers", doc: "Buyer." }),
    number: int({ min: 1, doc: "Number of the purchase." }),
    amount: money({ min: 1, max: 1_000_000, doc: "Amount." }),
    rate: decimal(10, 6, { doc: "Rate." }),
    weight: nullable(double({ doc: "Weight in kilograms." })),
    note: nullable(text(100, { doc: "Anything." })),
    paid_on: nullable(date({ doc: "Day of payment." })),
    at: instant({ doc: "When." }),
  },
  unique: [["buyer_id", "number"]],
});

/** A table without key and numbers. */
export const stand = entity({
  name: "stands",
  code: 3,
  title: "Stand",
  namespace: "example.toys",
  doc: "What there was before.",
  role: "state",
  incremental: false,
  fields: {
    buyer_id: uuid({ references: "buyers", doc: "Buyer." }),
    purchase_id: nullable(uuid({ references: "purchases", doc: "Purchase, or null." })),
    value: money({ doc: "Value." }),
  },
  unique: [["buyer_id", "purchase_id"]],
});

/** All of them, parents before children. */
export const toyEntities: readonly Entity[] = [buyer, purchase, stand];

const NOTES = [
  "plain",
  'a "quoted" one',
  "one, two",
  "line\nfeed",
  "carriage\rreturn",
  "both\r\nends",
  "",
  null,
  "ação €",
];

/** Rows of buyers `from` to `to` (excluded); each has three purchases. */
export function toyBatch(from: number, to: number): Batch {
  const batch = { buyers: [] as Row[], purchases: [] as Row[], stands: [] as Row[] };
  for (let n = from; n < to; n++) {
    batch.buyers.push({
      buyer_id: toyId(1, n),
      name: `Buyer ${n}`,
      email: `buyer${n}@example.com`,
      street: `Rua ${n}`,
      city: "São Paulo",
      level: ["GOLD", "SILVER", "BRONZE"][n % 3]!,
      credit: n * 7 - 5,
      since: n - 3,
    });
    for (let k = 0; k < 3; k++) batch.purchases.push(toyPurchase(n, k));
    batch.stands.push({ buyer_id: toyId(1, n), purchase_id: null, value: n });
    batch.stands.push({ buyer_id: toyId(1, n), purchase_id: toyId(2, n * 3), value: -n });
  }
  return batch;
}

function toyPurchase(n: number, k: number): Row {
  const at = n * 3 + k;
  return {
    purchase_id: toyId(2, at),
    buyer_id: toyId(1, n),
    number: k + 1,
    amount: at + 1,
    rate: at * 1001,
    weight: at % 2 === 0 ? null : at / 8,
    note: NOTES[at % NOTES.length]!,
    paid_on: at % 3 === 0 ? null : at,
    at: at * 86_399_999,
  };
}

/** Id `n` of an entity. */
export function toyId(code: number, n: number): string {
  return `${Math.imul(n + 1, 0x9e37_79b1) >>> 0}`.padStart(8, "0").slice(-8) +
    `-0000-4000-8000-${code}${String(n).padStart(11, "0")}`;
}

/** A manifest for buyers 0 to `customers`. */
export function toyManifest(customers: number): Manifest {
  return {
    format: 2,
    version: "0.1.0",
    data_version: 1,
    domain: "bank",
    seed: 42,
    epoch: "2026-01-01",
    as_of: "2026-07-01T03:00:00.000Z",
    days: 365,
    units: customers,
    options: { cards: 0.7 },
    intervals: [{ from: 0, to: customers }],
  };
}

/** The mark after buyers 0 to `customers`. */
export function toyProgress(customers: number): Progress {
  return { units: customers, rows: { buyers: customers, purchases: customers * 3, stands: customers * 2 } };
}

/** Writes and commits buyers `from` to `to` in blocks of ten. */
export async function writeToy(sink: RowSink, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += 10) {
    const end = Math.min(at + 10, to);
    await sink.write(toyBatch(at, end));
    await sink.commit(toyProgress(end));
  }
}

/** Makes a complete target with `customers` buyers. */
export async function loadToy(sink: RowSink, customers: number): Promise<void> {
  await sink.begin(toyManifest(customers), "create");
  await writeToy(sink, 0, customers);
  await sink.finish(toyManifest(customers), toyProgress(customers));
  await sink.close();
}

/** Looks at a target and begins in it, as `load` does. */
export async function beginToy(sink: RowSink, mode: BeginMode, customers: number, seed = 42): Promise<void> {
  const manifest = { ...toyManifest(customers), seed };
  await sink.inspect();
  await sink.fence?.(manifest, mode);
  await sink.begin(manifest, mode);
}

/** Begins, writes buyers `from` to `to` in blocks of ten, finishes and closes. */
export async function runToy(sink: RowSink, mode: BeginMode, from: number, to: number, seed = 42): Promise<void> {
  await beginToy(sink, mode, to, seed);
  await writeToy(sink, from, to);
  await sink.finish({ ...toyManifest(to), seed }, toyProgress(to));
  await sink.close();
}

/** Runs a test in a fresh folder, which is gone afterwards. */
export async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "datagen-test-" });
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs a Python script, the independent reader, and gives what it prints. */
export async function python(script: string, ...args: string[]): Promise<string> {
  const env = { PYTHONIOENCODING: "utf-8", PYTHONDONTWRITEBYTECODE: "1" };
  const { success, stdout, stderr } = await new Deno.Command("python3", { args: ["-c", script, ...args], env })
    .output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/**
 * Starts a process that writes 20 buyers, commits them, writes 10 more without commit, and is killed.
 *
 * @param target `sqlite:FILE`, `csv:DIR`, `json:DIR`, `jsonl:DIR`, `parquet:DIR`, the URL of a PostgreSQL database or
 * `kafka:HOST:PORT/PREFIX`.
 */
export async function killedWriter(target: string): Promise<void> {
  const script = new URL("./killed_writer.ts", import.meta.url).href;
  const args = ["run", "--no-prompt", "--allow-all", script, target];
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  const told = new TextDecoder().decode(stdout);
  assert.equal(told, "written\n", new TextDecoder().decode(stderr));
}
