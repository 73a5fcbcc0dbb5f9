/** A load and a plan of a domain that nothing below `src` knows. */

import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { SqliteSink } from "../../src/adapters/sqlite/sqlite_sink.ts";
import { TargetError } from "../../src/ports/sink.ts";
import { load, type LoadRequest } from "../../src/run/load.ts";
import { plan } from "../../src/run/plan.ts";
import { bankDomain } from "../../src/domains/bank/domain.ts";
import { toyDomain } from "../support/toy_domain.ts";
import { inFolder, toyBatch } from "../support/toy_shop.ts";

const NOW = Date.UTC(2026, 6, 1, 3);

function request(units: number, more: Partial<LoadRequest> = {}): LoadRequest {
  return { domain: toyDomain, units, seed: 1, truncate: false, now: NOW, version: "0.1.0", ...more };
}

Deno.test("load() writes the rows of any domain, those that belong to no unit once, and goes on with them", () =>
  inFolder(async (folder) => {
    const path = `${folder}/toy.sqlite`;
    const begun = await load(request(40, { volumes: { more_credit: 5 } }), [new SqliteSink(path, toyDomain.entities)]);
    assert.ok(begun.ok);
    const { domain, data_version, days, epoch, options } = begun.manifest;
    assert.deepEqual({ domain, data_version, days, epoch, options }, {
      domain: "toy",
      data_version: 7,
      days: 30,
      epoch: "2026-01-01",
      options: { more_credit: 5, fairs: 2 },
    });
    const grown = await load(request(100), [new SqliteSink(path, toyDomain.entities)]);
    assert.deepEqual(grown.rows, { buyers: 100, purchases: 300, stands: 200, fairs: 2, payments: 400 });
    const database = new DatabaseSync(path, { readOnly: true });
    const read = (sql: string) => database.prepare(sql).all().map((row) => Object.values(row)[0]);
    const { buyers, purchases } = toyBatch(0, 100);
    assert.deepEqual(read("SELECT name FROM buyers ORDER BY incremental_id"), buyers!.map(({ name }) => name));
    assert.deepEqual(read("SELECT CAST(round(credit * 100) AS INTEGER) FROM buyers ORDER BY incremental_id"), [
      ...buyers!.map(({ credit }) => Number(credit) + 5),
    ]);
    assert.deepEqual(read("SELECT purchase_id FROM purchases ORDER BY incremental_id"), [
      ...purchases!.map(({ purchase_id }) => purchase_id),
    ]);
    assert.deepEqual(read("SELECT fair FROM fairs ORDER BY fair"), ["Acari", "Madureira"]);
    database.close();
  }));

Deno.test("load() refuses to mix two domains in one target", () =>
  inFolder(async (folder) => {
    const path = `${folder}/toy.sqlite`;
    await load(request(3), [new SqliteSink(path, toyDomain.entities)]);
    const other = { ...toyDomain, name: "game" };
    await assert.rejects(load(request(3, { domain: other }), [new SqliteSink(path, other.entities)]), (error) => {
      assert.ok(error instanceof TargetError);
      assert.match(error.message, /^Cannot load domain game into \S+: it holds domain toy$/);
      return true;
    });
    await assert.rejects(load(request(3, { domain: bankDomain }), [new SqliteSink(path, bankDomain.entities)]));
  }));

Deno.test("plan() counts what a domain would write, and scales what it does not generate", () => {
  const options = { seed: 1, epoch: 20_000, asOf: NOW, days: 30, volumes: { more_credit: 0, fairs: 2 } };
  const small = plan(toyDomain, options, 100);
  assert.ok(small.exact);
  assert.deepEqual(small.rows, { buyers: 100, purchases: 300, stands: 200, fairs: 2, payments: 400 });
  assert.equal(small.sample["fairs"]!.length, 2);
  const large = plan(toyDomain, options, 1_000_000);
  assert.ok(!large.exact);
  assert.deepEqual(large.rows, {
    buyers: 1_000_000,
    purchases: 3_000_000,
    stands: 2_000_000,
    fairs: 2,
    payments: 4_000_000,
  });
  assert.equal(large.sample["buyers"]!.length, large.sampleUnits);
});
