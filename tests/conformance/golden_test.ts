/**
 * The data of seed 42 as committed hashes: what a seed gives is a promise. After a change of data that is meant, raise
 * `DATA_VERSION` if a release has the old one, and write the hashes anew:
 * `UPDATE_GOLDEN=1 deno task test:with tests/conformance/golden_test.ts`.
 *
 * @module
 */

import assert from "node:assert/strict";
import { bankCatalogue, DATA_VERSION, type Row } from "../../mod.ts";
import { bankOf } from "../support/bank.ts";

const FILE = new URL("golden.json", import.meta.url);
const CUSTOMERS = 200;

/** What `golden.json` holds. */
interface Golden {
  readonly data_version: number;
  readonly seed: number;
  readonly as_of: string;
  readonly customers: number;
  /** Rows and the SHA-256 of each entity's canonical JSON. */
  readonly entities: Readonly<Record<string, { readonly rows: number; readonly sha256: string }>>;
}

/** SHA-256 of rows, each a JSON array of its values in column order, with a newline after it. */
async function hashOf(rows: readonly Row[], columns: readonly string[]): Promise<string> {
  const text = rows.map((row) => JSON.stringify(columns.map((column) => row[column])) + "\n").join("");
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function current(): Promise<Golden> {
  const settings = { seed: 42, asOf: "2026-06-30" };
  const bank = bankOf(settings);
  const rows: Record<string, Row[]> = { ...bank.batch(0, CUSTOMERS), stocks: bank.stocks() };
  const entities: Record<string, { rows: number; sha256: string }> = {};
  for (const { name, fields } of bankCatalogue) {
    const list = rows[name]!;
    entities[name] = { rows: list.length, sha256: await hashOf(list, Object.keys(fields)) };
  }
  return { data_version: DATA_VERSION, seed: settings.seed, as_of: settings.asOf, customers: CUSTOMERS, entities };
}

const found = await current();
if (Deno.env.get("UPDATE_GOLDEN") === "1") await Deno.writeTextFile(FILE, JSON.stringify(found, null, 2) + "\n");
const golden: Golden = JSON.parse(await Deno.readTextFile(FILE));

Deno.test("golden.json was written for this data version, seed, as-of and number of customers", () => {
  const { entities: _, ...expected } = golden;
  const { entities: __, ...now } = found;
  assert.deepEqual(now, expected);
});

for (const { name, fields } of bankCatalogue) {
  Deno.test(`Bank.batch() keeps its ${name} for seed 42`, () => {
    assert.deepEqual(
      found.entities[name],
      golden.entities[name],
      `The data of ${name} (${Object.keys(fields).length} columns) changed. A change of data is a new data_version: ` +
        "users' ids and values change with it. If it is meant, see the top of golden_test.ts",
    );
  });
}
