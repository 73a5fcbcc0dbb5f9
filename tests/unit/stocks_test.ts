import assert from "node:assert/strict";
import { isinCheckDigit, isValidIsin } from "../support/isin.ts";
import { stocks } from "../../src/reference/br/stocks.ts";

const successors = stocks.flatMap((stock) => stock.successors);
const everyCode = [...stocks, ...successors];

Deno.test("stocks are 42, in the fixed order", () => {
  assert.equal(stocks.length, 42);
  assert.deepEqual(stocks.slice(0, 3).map(({ ticker }) => ticker), ["PETR4", "PETR3", "CSAN3"]);
  assert.deepEqual(stocks.slice(-3).map(({ ticker }) => ticker), ["CCRO3", "AZUL4", "GOLL4"]);
});

Deno.test("stocks have no ticker and no ISIN twice, successors included", () => {
  assert.equal(new Set(everyCode.map(({ ticker }) => ticker)).size, everyCode.length);
  const isins = everyCode.flatMap(({ isin }) => isin ?? []);
  assert.equal(new Set(isins).size, isins.length);
});

Deno.test("stocks have tickers of B3's form and Brazilian ISINs with right check digits", () => {
  for (const { ticker, isin } of everyCode) {
    assert.match(ticker, /^[A-Z][A-Z0-9][A-Z]{2}\d{1,2}$/);
    if (isin === undefined) continue;
    assert.ok(isValidIsin(isin), isin);
    assert.equal(isin.slice(0, 6), `BR${ticker.slice(0, 4)}`);
  }
});

Deno.test("stocks have ISINs of their class of share", () => {
  const classes = new Map([["3", "ACNOR"], ["4", "ACNPR"], ["6", "ACNPB"], ["11", "CDAM1"]]);
  for (const { ticker, isin } of stocks) assert.equal(isin.slice(6, 11), classes.get(ticker.slice(4)), ticker);
});

Deno.test("stocks have price ranges of whole centavos above zero", () => {
  for (const { ticker, minCents, maxCents } of stocks) {
    assert.ok(Number.isInteger(minCents) && Number.isInteger(maxCents) && 0 < minCents && minCents < maxCents, ticker);
  }
});

Deno.test("successors are real days in ascending order", () => {
  for (const { ticker, successors } of stocks) {
    const days = successors.map(({ from }) => from);
    for (const day of days) assert.equal(new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10), day);
    assert.deepEqual(days, [...new Set(days)].sort(), ticker);
  }
});

Deno.test("isinCheckDigit() returns the digits of known ISINs", () => {
  for (const isin of ["BRPETRACNPR6", "BRVALEACNOR0", "BRSANBCDAM13", "US0378331005", "GB0002634946"]) {
    assert.equal(isinCheckDigit(isin.slice(0, 11)), Number(isin[11]), isin);
  }
});

Deno.test("isinCheckDigit() rejects anything but two letters and nine letters or digits", () => {
  for (const text of ["", "BRPETRACNP", "BRPETRACNPR6", "B1PETRACNPR", "brpetracnpr"]) {
    assert.throws(() => isinCheckDigit(text), RangeError);
  }
});

Deno.test("isValidIsin() rejects a wrong check digit and a wrong form", () => {
  for (const text of ["BRPETRACNPR5", "BRPETRACNPR", "BRPETRACNPR6 ", "BRPETRACNPRA"]) {
    assert.equal(isValidIsin(text), false, text);
  }
});
