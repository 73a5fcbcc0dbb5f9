import assert from "node:assert/strict";
import fc from "fast-check";
import { quantile, QUANTILE_SCALE, type QuantileTable, TruncatedQuantile } from "../../src/random/quantile.ts";
import { exponential } from "../../src/random/tables/exponential.ts";
import { lognormal100, lognormal50, lognormal75 } from "../../src/random/tables/lognormal.ts";
import { normal } from "../../src/random/tables/normal.ts";
import { pareto } from "../../src/random/tables/pareto.ts";
import { TABLE_FILES, tableFileText, tableValues } from "../../tools/quantile_tables.ts";
import { assertNear, gridDraws, gridWords, moments, Replay, testStream } from "../support/words.ts";

const TWO_32 = 2 ** 32;

// ---- quantile ----

const TABLES: Readonly<Record<string, QuantileTable>> = {
  normal,
  exponential,
  pareto,
  lognormal50,
  lognormal75,
  lognormal100,
};

Deno.test("quantile tables are what tools/quantile_tables.ts computes", async () => {
  const written = TABLE_FILES.flatMap((file) => file.tables);
  assert.deepEqual(written.map(({ name }) => name), Object.keys(TABLES));
  for (const table of written) assert.deepEqual(TABLES[table.name], tableValues(table), table.name);
  for (const file of TABLE_FILES) {
    const url = new URL(`../../src/random/tables/${file.name}`, import.meta.url);
    assert.equal(await Deno.readTextFile(url), tableFileText(file), file.name);
  }
});

for (const [name, table] of Object.entries(TABLES)) {
  Deno.test(`quantile table ${name} has 1,025 ascending integers`, () => {
    assert.equal(table.length, 1025);
    assert.ok(table.every((value, at) => Number.isSafeInteger(value) && (at === 0 || value > table[at - 1]!)));
  });
}

Deno.test("quantile tables hold published values", () => {
  const scaled = (table: QuantileTable, probability: number) => table[probability * 1024];
  assert.deepEqual([0.25, 0.5, 0.75].map((p) => scaled(normal, p)), [-674_490, 0, 674_490]);
  assert.deepEqual([0.25, 0.5, 0.75].map((p) => scaled(exponential, p)), [287_682, 693_147, 1_386_294]);
  assert.deepEqual([0.5, 0.875].map((p) => scaled(pareto, p)), [1_587_401, 4_000_000]);
  assert.deepEqual([0.25, 0.5, 0.75].map((p) => scaled(lognormal100, p)), [509_416, 1_000_000, 1_963_031]);
  assert.deepEqual(normal, [...normal].reverse().map((value) => 0 - value));
});

Deno.test("quantile() returns the table at its own probabilities and lies between them elsewhere", () => {
  const cell = 2 ** 22;
  for (let at = 0; at < 1024; at++) assert.equal(quantile(normal, at * cell), normal[at]);
  assert.equal(quantile(normal, 700.5 * cell), (normal[700]! + normal[701]!) / 2);
  assert.ok(quantile(normal, TWO_32 - 1) < normal[1024]!);
});

Deno.test("quantile() ascends with its word", () => {
  const words = fc.double({ min: 0, max: TWO_32 - 1, noNaN: true });
  fc.assert(fc.property(fc.constantFrom(...Object.values(TABLES)), words, words, (table, one, other) => {
    const [low, high] = one < other ? [one, other] : [other, one];
    assert.ok(quantile(table, low) <= quantile(table, high));
  }));
});

const MOMENTS: readonly (readonly [name: string, mean: number, deviation: number])[] = [
  ["normal", 0, 1],
  ["exponential", 1, 1],
  ...[50, 75, 100].map((percent) => {
    const square = (percent / 100) ** 2;
    const mean = Math.exp(square / 2);
    return [`lognormal${percent}`, mean, mean * Math.sqrt(Math.exp(square) - 1)] as const;
  }),
];

for (const [name, mean, deviation] of MOMENTS) {
  Deno.test(`quantile() gives ${name} its mean and standard deviation`, () => {
    const found = moments(gridWords(65_536).map((word) => quantile(TABLES[name]!, word) / QUANTILE_SCALE));
    assert.ok(Math.abs(found.mean - mean) < 0.003 * deviation, `mean is ${found.mean}, expected ${mean}`);
    assertNear(found.deviation, deviation, 0.025, "standard deviation");
  });
}

// ---- TruncatedQuantile ----

const ranges = fc.record({
  table: fc.constantFrom(...Object.values(TABLES)),
  scale: fc.integer({ min: 1, max: 10 ** 6 }),
  min: fc.integer({ min: -(10 ** 6), max: 10 ** 6 }),
  width: fc.nat(10 ** 6),
});

Deno.test("TruncatedQuantile draws integers in its range, ascending with the word", () => {
  fc.assert(fc.property(ranges, ({ table, scale, min, width }) => {
    const draws = gridDraws(new TruncatedQuantile(table, scale, min, min + width), 200);
    assert.ok(draws.every((value) => Number.isInteger(value) && value >= min && value <= min + width));
    assert.ok(draws.every((value, at) => at === 0 || value >= draws[at - 1]!));
  }));
});

Deno.test("TruncatedQuantile does not pile up at its ends", () => {
  const cut: readonly TruncatedQuantile[] = [
    new TruncatedQuantile(lognormal75, 10_000, 4_000, 30_000),
    new TruncatedQuantile(exponential, 10_000, 1_000, 20_000),
    new TruncatedQuantile(normal, 10_000, -5_000, 15_000),
    new TruncatedQuantile(pareto, 1_000, 1_000, 50_000),
  ];
  for (const distribution of cut) {
    const draws = gridDraws(distribution, 65_536);
    const { min, max } = { min: draws[0]!, max: draws[draws.length - 1]! };
    for (const end of [min, max]) {
      const count = draws.filter((value) => value === end).length;
      assert.ok(count < 0.001 * draws.length, `${count} of ${draws.length} draws are ${end}`);
    }
  }
});

Deno.test("TruncatedQuantile reaches both ends of its range", () => {
  const distribution = new TruncatedQuantile(normal, 10_000, -5_000, 15_000);
  assert.deepEqual([0, TWO_32 - 1].map((word) => distribution.draw(new Replay(word))), [-5_000, 15_000]);
});

Deno.test("TruncatedQuantile keeps the proportions inside its range", () => {
  // Exponential with mean 100, cut to 50..200: the share up to 100 is (F(100) - F(50)) / (F(200) - F(50)).
  const share = (Math.exp(-0.5) - Math.exp(-1)) / (Math.exp(-0.5) - Math.exp(-2));
  const draws = gridDraws(new TruncatedQuantile(exponential, 10_000, 5_000, 20_000), 65_536);
  assertNear(draws.filter((value) => value <= 10_000).length / draws.length, share, 0.001, "share up to the mean");
});

Deno.test("TruncatedQuantile gives a Pareto distribution its truncated mean", () => {
  // Shape a = 1.5, minimum 1, cut at h: mean = a / (a - 1) * (1 - h^(1 - a)) / (1 - h^-a).
  const cut = 50;
  const mean = 3 * (1 - cut ** -0.5) / (1 - cut ** -1.5);
  const found = moments(gridDraws(new TruncatedQuantile(pareto, 1_000, 1_000, cut * 1_000), 65_536));
  assertNear(found.mean / 1_000, mean, 0.005, "mean");
});

Deno.test("TruncatedQuantile draws the whole distribution from a range beyond it", () => {
  const whole = new TruncatedQuantile(normal, 10_000, -1_000_000, 1_000_000);
  const draws = gridDraws(whole, 65_536);
  const found = moments(draws);
  assert.ok(Math.abs(found.mean) < 10);
  assertNear(found.deviation, 10_000, 0.02, "standard deviation");
  assertNear(draws[draws.length - 1]!, normal[1024]! / 100, 0.01, "greatest draw");
});

// ---- snapshots ----

Deno.test("TruncatedQuantile keeps its draws: a change is a new data version", () => {
  const distribution = new TruncatedQuantile(lognormal75, 10_000, 1_000, 100_000);
  const stream = testStream(12);
  assert.deepEqual(Array.from({ length: 6 }, () => distribution.draw(stream)), [
    6480,
    7890,
    7855,
    8733,
    27_893,
    28_171,
  ]);
});
