import assert from "node:assert/strict";
import * as independent from "@brazilian-utils/brazilian-utils";
import fc from "fast-check";
import { cnpjCheckDigits, formatCnpj, isValidCnpj, plainCnpj } from "../../src/random/cnpj.ts";
import { cpfCheckDigits, formatCpf, isValidCpf, plainCpf } from "../../src/random/cpf.ts";

const cpfBase = fc.integer({ min: 0, max: 999_999_999 }).filter((base) => base % 111_111_111 !== 0);
const digits12 = fc.stringMatching(/^[0-9]{12}$/).filter((base) => !/^(.)\1*$/.test(base));
const characters12 = fc.stringMatching(/^[0-9A-Z]{12}$/).filter((base) => /[A-Z]/.test(base));

Deno.test("cpfCheckDigits() returns the digits of known numbers", () => {
  assert.equal(cpfCheckDigits(529_982_247), 25);
  assert.equal(cpfCheckDigits(280_012_389), 38);
  assert.equal(cpfCheckDigits(123_456_789), 9);
  assert.equal(cpfCheckDigits(0), 0);
});

Deno.test("cpfCheckDigits() rejects what is not an integer of nine digits", () => {
  for (const base of [-1, 1_000_000_000, 0.5, NaN]) assert.throws(() => cpfCheckDigits(base), RangeError);
});

Deno.test("formatCpf() and plainCpf() keep leading zeros", () => {
  assert.equal(formatCpf(529_982_247), "529.982.247-25");
  assert.equal(plainCpf(529_982_247), "52998224725");
  assert.equal(formatCpf(1), "000.000.001-91");
  assert.equal(plainCpf(1), "00000000191");
});

Deno.test("formatCpf() and plainCpf() satisfy both validators", () => {
  fc.assert(
    fc.property(cpfBase, (base) => {
      for (const text of [formatCpf(base), plainCpf(base)]) {
        assert.ok(independent.isValidCpf(text), text);
        assert.ok(isValidCpf(text), text);
      }
    }),
    { numRuns: 5000 },
  );
});

Deno.test("isValidCpf() agrees with an independent validator on any eleven digits", () => {
  const near = fc.tuple(cpfBase, fc.integer({ min: 0, max: 99 }))
    .map(([base, check]) => plainCpf(base).slice(0, 9) + String(check).padStart(2, "0"));
  fc.assert(
    fc.property(near, (text) => assert.equal(isValidCpf(text), independent.isValidCpf(text))),
    { numRuns: 5000 },
  );
});

Deno.test("isValidCpf() rejects one repeated digit and other forms", () => {
  for (let digit = 0; digit < 10; digit++) assert.equal(isValidCpf(String(digit).repeat(11)), false);
  for (const text of ["", "529.982.24725", "5299822472", "529982247250", "529.982.247-26"]) {
    assert.equal(isValidCpf(text), false, text);
  }
});

Deno.test("cnpjCheckDigits() returns the digits of known numbers", () => {
  assert.equal(cnpjCheckDigits("112223330001"), "81");
  assert.equal(cnpjCheckDigits("000000000001"), "91"); // Banco do Brasil
  assert.equal(cnpjCheckDigits("12ABC34501DE"), "35"); // Receita Federal's example
});

Deno.test("cnpjCheckDigits() rejects what is not twelve digits or upper case letters", () => {
  for (const base of ["", "11222333000", "1122233300011", "12abc34501de", "11.222.333/0", "11222333000:"]) {
    assert.throws(() => cnpjCheckDigits(base), RangeError);
  }
});

Deno.test("formatCnpj() and plainCnpj() write both forms", () => {
  assert.equal(formatCnpj("112223330001"), "11.222.333/0001-81");
  assert.equal(plainCnpj("112223330001"), "11222333000181");
  assert.equal(formatCnpj("12ABC34501DE"), "12.ABC.345/01DE-35");
});

Deno.test("formatCnpj() and plainCnpj() satisfy both validators, digits or letters", () => {
  fc.assert(
    fc.property(digits12, (base) => {
      for (const text of [formatCnpj(base), plainCnpj(base)]) {
        assert.ok(independent.isValidCnpj(text), text);
        assert.ok(isValidCnpj(text), text);
      }
    }),
    { numRuns: 3000 },
  );
  fc.assert(
    fc.property(characters12, (base) => {
      for (const text of [formatCnpj(base), plainCnpj(base)]) {
        assert.ok(independent.isValidCnpj(text, { version: 2 }), text);
        assert.ok(isValidCnpj(text), text);
      }
    }),
    { numRuns: 3000 },
  );
});

Deno.test("isValidCnpj() rejects zeros, wrong check digits and other forms", () => {
  for (let digit = 0; digit < 10; digit++) assert.equal(isValidCnpj(String(digit).repeat(14)), false);
  for (const text of ["", "11222333000182", "11.222.333/000181", "12.abc.345/01de-35", "12ABC34501DE3A"]) {
    assert.equal(isValidCnpj(text), false, text);
  }
});
