import assert from "node:assert/strict";
import { companies, utilities } from "../../src/reference/br/companies.ts";
import { emailDomains } from "../../src/reference/br/email_domains.ts";
import { firstNames } from "../../src/reference/br/first_names.ts";
import { merchantCategories } from "../../src/reference/br/merchants.ts";
import { streetNames, streetTypes } from "../../src/reference/br/streets.ts";
import { surnames } from "../../src/reference/br/surnames.ts";

const DECADES = ["1940s", "1950s", "1960s", "1970s", "1980s", "1990s", "2000s"];

const UFS = "AC AL AM AP BA CE DF ES GO MA MG MS MT PA PB PE PI PR RJ RN RO RR RS SC SE SP TO".split(" ");

function nameOf({ name }: { readonly name: string }): string {
  return name;
}

/** First key of every row, per list. */
const words: Readonly<Record<string, readonly string[]>> = {
  companies: companies.map(nameOf),
  emailDomains,
  firstNames: firstNames.map(nameOf),
  merchantCategories: merchantCategories.map(({ mcc }) => mcc),
  streetNames,
  streetTypes: streetTypes.map(nameOf),
  surnames: surnames.map(nameOf),
  utilities: utilities.map(nameOf),
};

/** Lists that keep the order of the specification. */
const UNSORTED = new Set(["emailDomains", "merchantCategories"]);

/** Names in the order of their weight for one sex and one decade, compound names under their first word. */
function ranking(sex: "F" | "M", decade: string): string[] {
  const bearers = new Map<string, number>();
  for (const { name, decades } of firstNames.filter((row) => row.sex === sex)) {
    const first = name.split(" ")[0]!;
    bearers.set(first, (bearers.get(first) ?? 0) + decades[DECADES.indexOf(decade)]!);
  }
  return [...bearers].sort(([, a], [, b]) => b - a).map(([name]) => name);
}

/** Weights of one given name by decade, zeros if it is absent. */
function profile(name: string): readonly number[] {
  const row = firstNames.find((row) => row.name === name);
  assert.ok(row, name);
  return row.decades;
}

for (const [list, values] of Object.entries(words)) {
  if (UNSORTED.has(list)) {
    Deno.test(`${list} has no duplicates`, () => {
      assert.equal(new Set(values).size, values.length);
    });
  } else {
    Deno.test(`${list} is sorted by code unit and has no duplicates`, () => {
      values.slice(1).forEach((value, i) => assert.ok(values[i]! < value, `"${values[i]}" before "${value}"`));
    });
  }

  Deno.test(`${list} has neither empty, spaced nor decomposed words`, () => {
    for (const value of values) {
      assert.match(value, /^\S+(?: \S+)*$/);
      assert.equal(value, value.normalize("NFC"));
    }
  });
}

Deno.test("firstNames has at least 420 names, about half of each sex", () => {
  assert.ok(firstNames.length >= 420);
  const female = firstNames.filter(({ sex }) => sex === "F").length / firstNames.length;
  assert.ok(female > 0.45 && female < 0.55, `${female}`);
});

Deno.test("firstNames has integer weights in 0..1000, and one above zero for every name", () => {
  for (const { name, decades } of firstNames) {
    assert.equal(decades.length, DECADES.length, name);
    assert.ok(decades.every((weight) => Number.isInteger(weight) && weight >= 0 && weight <= 1000), name);
    assert.ok(decades.some((weight) => weight > 0), name);
  }
});

Deno.test("firstNames offers at least 100 names per sex in every decade", () => {
  for (const sex of ["F", "M"]) {
    for (const [i, decade] of DECADES.entries()) {
      const count = firstNames.filter((row) => row.sex === sex && row.decades[i]! > 0).length;
      assert.ok(count >= 100, `${count} names of ${sex} in the ${decade}`);
    }
  }
});

Deno.test("firstNames ranks names in each decade as the census does", () => {
  const third = ["Francisca", "Francisca", "Márcia", "Adriana", "Juliana", "Jéssica", "Vitória"];
  for (const [i, decade] of DECADES.entries()) {
    assert.deepEqual(ranking("F", decade).slice(0, 3), ["Maria", "Ana", third[i]], decade);
  }
  for (const decade of ["1940s", "1950s", "1960s"]) {
    assert.deepEqual(ranking("M", decade).slice(0, 3), ["José", "Antônio", "João"], decade);
  }
  for (const decade of ["1970s", "1980s"]) {
    assert.deepEqual(ranking("M", decade).slice(0, 3), ["José", "Antônio", "Francisco"], decade);
  }
  assert.deepEqual(ranking("M", "1990s").slice(0, 3), ["Lucas", "José", "João"]);
  assert.deepEqual(ranking("M", "2000s").slice(0, 3), ["João", "Gabriel", "Lucas"]);
});

Deno.test("firstNames has no Enzo before the 2000s and a Gabriel that rises in the 1990s", () => {
  assert.deepEqual(profile("Enzo").slice(0, 6), [0, 0, 0, 0, 0, 0]);
  const gabriel = profile("Gabriel");
  assert.ok(gabriel[5]! > 4 * gabriel[4]!);
});

Deno.test("surnames has at least 220 names with positive integer weights, Silva first", () => {
  assert.ok(surnames.length >= 220);
  assert.ok(surnames.every(({ weight }) => Number.isInteger(weight) && weight > 0));
  const byWeight = surnames.toSorted((a, b) => b.weight - a.weight).map(nameOf);
  assert.deepEqual(byWeight.slice(0, 6), ["Silva", "Santos", "Oliveira", "Souza", "Pereira", "Ferreira"]);
});

Deno.test("streetTypes has positive integer weights and Rua is the most common", () => {
  assert.ok(streetTypes.every(({ weight }) => Number.isInteger(weight) && weight > 0));
  assert.equal(streetTypes.toSorted((a, b) => b.weight - a.weight)[0]?.name, "Rua");
});

Deno.test("streetNames has at least 200 names and none begins with a type", () => {
  assert.ok(streetNames.length >= 200);
  const types = new Set(streetTypes.map(nameOf));
  for (const name of streetNames) assert.ok(!types.has(name.split(" ")[0]!), name);
});

Deno.test("companies has at least 60 employers, 40 billers, 60 shops and some utilities", () => {
  const minimum = { EMPLOYER: 60, UTILITY: 1, BILLER: 40, SHOP: 60 };
  for (const [kind, count] of Object.entries(minimum)) {
    const found = companies.filter((company) => company.kind === kind).length;
    assert.ok(found >= count, `${found} of ${kind}`);
  }
});

Deno.test("utilities covers every federative unit with power, water and telecommunications", () => {
  for (const uf of UFS) {
    for (const service of ["POWER", "WATER", "TELECOM"]) {
      assert.ok(utilities.some((row) => row.service === service && row.ufs.includes(uf)), `${service} in ${uf}`);
    }
  }
});

Deno.test("utilities names known federative units, sorted and without duplicates", () => {
  for (const { name, ufs } of utilities) {
    assert.ok(ufs.length > 0, name);
    assert.deepEqual(ufs, UFS.filter((uf) => ufs.includes(uf)), name);
  }
});

Deno.test("utilities and companies share no name", () => {
  const names = new Set(companies.map(nameOf));
  assert.deepEqual(utilities.filter(({ name }) => names.has(name)), []);
});

Deno.test("merchantCategories follows the order of the specification", () => {
  const codes = ["5411", "5541", "5812", "5814", "5912", "5311", "5651", "5732", "5942", "7832", "4121", "5999"];
  assert.deepEqual(merchantCategories.map(({ mcc }) => mcc), codes);
});

Deno.test("merchantCategories has positive integer weights that add up to 1000", () => {
  assert.ok(merchantCategories.every(({ weight }) => Number.isInteger(weight) && weight > 0));
  assert.equal(merchantCategories.reduce((sum, { weight }) => sum + weight, 0), 1000);
});

Deno.test("merchantCategories has amounts in order, and distinct prefixes in normal form", () => {
  for (const { category, minCents, maxCents, prefixes } of merchantCategories) {
    assert.ok(Number.isInteger(minCents) && Number.isInteger(maxCents) && 0 < minCents && minCents < maxCents);
    assert.ok(prefixes.length > 0 && new Set(prefixes).size === prefixes.length, category);
    for (const word of [category, ...prefixes]) assert.equal(word, word.trim().normalize("NFC"));
  }
});

Deno.test("emailDomains has ten lower-case host names", () => {
  assert.equal(emailDomains.length, 10);
  for (const domain of emailDomains) assert.match(domain, /^[a-z]+(?:\.[a-z]+)+$/);
});
