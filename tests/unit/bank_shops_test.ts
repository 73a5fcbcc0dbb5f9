/** Shops are places, customers come back to theirs, and whoever buys elsewhere has travelled. */

import assert from "node:assert/strict";
import { merchantCategories } from "../../src/reference/br/merchants.ts";
import { municipalities } from "../../src/reference/br/municipalities.ts";
import { surnames } from "../../src/reference/br/surnames.ts";
import { bankOf, batchOf, DAY, groupBy, spread } from "../support/bank.ts";

const HOUR = 3_600_000;
const bank = bankOf({ asOf: "2026-07-01", days: 730 });
const batch = batchOf(bank, spread(1_500));
const purchases = batch.card_transactions.toSorted((left, right) => left.timestamp - right.timestamp);
const homeOf = new Map(batch.customers.map(({ customer_id, city, state }) => [customer_id, { city, state }]));
const brands = new Map(
  merchantCategories.map(({ mcc, brands = [] }) => [mcc, new Map(brands.map((b) => [b.name, b]))]),
);
const brandOf = ({ mcc_code, merchant_name }: typeof purchases[number]) => brands.get(mcc_code)!.get(merchant_name);
const citiesOf = groupBy(municipalities, ({ name }) => name);

Deno.test("a shop is a prefix of its category and a surname; a brand is one of its category", () => {
  const names = new Set(surnames.map(({ name }) => name));
  const prefixes = new Map(merchantCategories.map((category) => [category.mcc, category.prefixes]));
  for (const row of purchases) {
    if (brandOf(row) !== undefined) continue;
    const prefix = prefixes.get(row.mcc_code)!.filter((word) => row.merchant_name.startsWith(`${word} `));
    assert.ok(prefix.some((word) => names.has(row.merchant_name.slice(word.length + 1))), row.merchant_name);
  }
});

Deno.test("a site has its own city, and a ride is taken where the customer is", () => {
  let [sites, rides] = [0, 0];
  for (const row of purchases) {
    const brand = brandOf(row);
    if (brand === undefined) continue;
    if (brand.city === undefined) rides++;
    else {
      sites++;
      assert.equal(row.location_city, brand.city);
    }
  }
  assert.ok(sites / purchases.length > 0.04 && sites / purchases.length < 0.07);
  assert.ok(rides / purchases.length > 0.05);
  const taxis = purchases.filter(({ mcc_code: mcc }) => mcc === "4121");
  assert.ok(taxis.every(({ merchant_name: name }) => /^(Uber|99|Táxi .+|Rádio Táxi .+)$/.test(name)));
});

Deno.test("most purchases are made where the customer has bought within the year before", () => {
  const last = new Map<string, number>();
  let [all, known] = [0, 0];
  for (const { customer_id, merchant_name, location_city, timestamp } of purchases) {
    const key = `${customer_id} ${merchant_name} ${location_city}`;
    if (timestamp >= bank.options.asOf - 365 * DAY) {
      all++;
      if (timestamp - (last.get(key) ?? -Infinity) <= 365 * DAY) known++;
    }
    last.set(key, timestamp);
  }
  assert.ok(all > 15_000 && known / all > 0.65, `${known} of ${all}`);
});

Deno.test("shops have customers who do not know each other, and no shop is everybody's", () => {
  const rows = purchases.filter((row) => brandOf(row) === undefined && row.location_city === "São Paulo");
  const customers = groupBy(rows, ({ merchant_name, mcc_code }) => `${mcc_code} ${merchant_name}`);
  const counts = [...customers.values()].map((some) => new Set(some.map(({ customer_id }) => customer_id)).size);
  assert.ok(counts.filter((count) => count > 1).length > 50);
  assert.ok(Math.max(...counts) < 20, `${Math.max(...counts)}`);
});

Deno.test("nine in ten purchases are made at home; the others at sites and on journeys, mostly within the state", () => {
  const away = purchases.filter(({ customer_id, location_city }) => homeOf.get(customer_id)!.city !== location_city);
  assert.ok(Math.abs(away.length / purchases.length - 0.1) < 0.03, `${away.length / purchases.length}`);
  const travelled = away.filter((row) => brandOf(row)?.city === undefined);
  const inState = travelled.filter(({ customer_id, location_city }) =>
    citiesOf.get(location_city)!.some(({ uf }) => uf === homeOf.get(customer_id)!.state)
  );
  assert.ok(travelled.length > 500 && inState.length / travelled.length > 0.6);
});

Deno.test("nobody is in two cities with less than three hours and a half between", () => {
  let changes = 0;
  for (const rows of groupBy(purchases, ({ customer_id }) => customer_id).values()) {
    const there = rows.filter((row) => brandOf(row)?.city === undefined);
    for (let at = 1; at < there.length; at++) {
      if (there[at]!.location_city === there[at - 1]!.location_city) continue;
      changes++;
      const gap = there[at]!.timestamp - there[at - 1]!.timestamp;
      assert.ok(gap >= 3.5 * HOUR, `${there[at]!.transaction_id}: ${gap / HOUR} h`);
    }
  }
  assert.ok(changes > 500, `${changes}`);
});

Deno.test("prices end as those of their category do, and none heaps up at a bound", () => {
  const share = (mcc: string, fits: (cents: number) => boolean) => {
    const rows = purchases.filter(({ mcc_code, status }) => mcc_code === mcc && status === "APPROVED");
    return rows.filter(({ amount }) => fits(amount)).length / rows.length;
  };
  assert.ok(Math.abs(share("5311", (cents) => cents % 100 === 90) - 0.45) < 0.03);
  assert.ok(Math.abs(share("5311", (cents) => cents % 100 === 99) - 0.22) < 0.03);
  assert.ok(share("5541", (cents) => cents % 1000 === 0) > 0.45);
  assert.ok(share("5411", (cents) => cents % 100 === 0) < 0.12);
  for (const { mcc, minCents, maxCents, pricing } of merchantCategories) {
    if (pricing === "pump") continue; // R$ 100 is what people ask for
    for (const bound of [minCents, maxCents]) {
      assert.ok(share(mcc, (cents) => cents === bound) < 0.05, `${mcc} ${bound}`);
    }
  }
});
