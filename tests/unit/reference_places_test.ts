import assert from "node:assert/strict";
import { getAreaCodeInfo } from "@brazilian-utils/brazilian-utils";
import { municipalities } from "../../src/reference/br/municipalities.ts";
import { states } from "../../src/reference/br/states.ts";

const byUf = new Map(states.map((state) => [state.uf, state]));

Deno.test("states has the 27 UFs, sorted by code unit, and every CPF fiscal digit", () => {
  assert.equal(states.length, 27);
  for (let at = 1; at < states.length; at++) assert.ok(states[at - 1]!.uf < states[at]!.uf);
  assert.equal(new Set(states.map((state) => state.fiscalDigit)).size, 10);
});

Deno.test("municipalities is sorted by IBGE code, has no duplicates and at least 300 entries in all 27 UFs", () => {
  assert.ok(municipalities.length >= 300);
  for (let at = 1; at < municipalities.length; at++) {
    assert.ok(municipalities[at - 1]!.ibge < municipalities[at]!.ibge, municipalities[at]!.name);
  }
  assert.equal(new Set(municipalities.map((city) => `${city.name}/${city.uf}`)).size, municipalities.length);
  assert.equal(new Set(municipalities.map((city) => city.uf)).size, 27);
});

Deno.test("municipalities agrees in UF, area code and postal codes", () => {
  for (const { name, uf, ddd, cepFrom, cepTo } of municipalities) {
    const state = byUf.get(uf);
    assert.ok(state, `${name}: ${uf}`);
    assert.ok(state.ddds.includes(ddd), `${name}: area code ${ddd} is not of ${uf}`);
    assert.ok(cepFrom <= cepTo, name);
    const [from, to] = [Math.floor(cepFrom / 1000), Math.floor(cepTo / 1000)];
    assert.ok(state.cepRanges.some(([first, last]) => first <= from && to <= last), `${name}: ${cepFrom}..${cepTo}`);
    assert.ok(getAreaCodeInfo(String(ddd)), `${name}: ${ddd} is no area code`);
  }
});

Deno.test("municipalities gives no postal code to two cities", () => {
  const ranges = municipalities.toSorted((left, right) => left.cepFrom - right.cepFrom);
  for (let at = 1; at < ranges.length; at++) {
    assert.ok(ranges[at - 1]!.cepTo < ranges[at]!.cepFrom, `${ranges[at - 1]!.name} and ${ranges[at]!.name}`);
  }
});

Deno.test("municipalities has people, coordinates in Brazil and four or more distinct bairros everywhere", () => {
  for (const { name, population, latE4, lonE4, neighborhoods } of municipalities) {
    assert.ok(Number.isInteger(population) && population > 0, name);
    assert.ok(latE4 > -340_000 && latE4 < 53_000 && lonE4 > -740_000 && lonE4 < -320_000, name);
    assert.ok(neighborhoods.length >= 4 && new Set(neighborhoods).size === neighborhoods.length, name);
    assert.ok(neighborhoods.every((bairro) => bairro === bairro.trim() && bairro === bairro.normalize()), name);
  }
});
