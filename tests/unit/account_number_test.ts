import assert from "node:assert/strict";
import { getBankByCode, isValidBankAccount } from "@brazilian-utils/brazilian-utils";
import fc from "fast-check";
import { accountCheckDigit } from "../../src/domains/bank/account_number.ts";
import { banks } from "../../src/reference/br/banks.ts";

/** Digits that the independent validator wants of each bank with a rule of its own, check digit not counted. */
const VALIDATOR_DIGITS = new Map([["001", 8], ["033", 8], ["104", 11], ["237", 7], ["341", 5], ["260", 6]]);

/** A branch, and a number that the bank can have. */
function account(digits: number): fc.Arbitrary<[branch: string, number: string]> {
  return fc.tuple(
    fc.integer({ min: 1, max: 9999 }).map((n) => String(n).padStart(4, "0")),
    fc.integer({ min: 1, max: 10 ** digits - 1 }).map((n) => String(n).padStart(6, "0")),
  );
}

for (const { compe, name, accountDigits } of banks) {
  const digits = VALIDATOR_DIGITS.get(compe);
  if (digits === undefined) continue;

  Deno.test(`accountCheckDigit() satisfies an independent validator for ${name}, and no other digit does`, () => {
    fc.assert(
      fc.property(account(accountDigits), ([branch, number]) => {
        const account = number.slice(-digits).padStart(digits, "0");
        const accepted = [..."0123456789XP"].filter((digit) =>
          isValidBankAccount({ bankCode: compe, agency: branch, account, digit })
        );
        assert.deepEqual(accepted, [accountCheckDigit(compe, branch, number)]);
      }),
      { numRuns: 3000 },
    );
  });
}

Deno.test("accountCheckDigit() passes the validator's test of structure for banks without a public rule", () => {
  const others = banks.filter(({ compe }) => !VALIDATOR_DIGITS.has(compe));
  assert.deepEqual(others.map(({ compe }) => compe), ["077", "336"]);
  fc.assert(fc.property(fc.constantFrom(...others), account(6), ({ compe }, [branch, number]) => {
    const digit = accountCheckDigit(compe, branch, number);
    assert.ok(isValidBankAccount({ bankCode: compe, agency: branch, account: number, digit }));
  }));
});

Deno.test("accountCheckDigit() returns the digits of published and hand-checked accounts", () => {
  const known: [compe: string, branch: string, number: string, digit: string][] = [
    ["001", "1584", "210169", "6"], // published: 1584-9, 00210169-6
    ["001", "0001", "000006", "X"], // 6 × 2 = 12, remainder 1
    ["001", "0001", "000000", "0"],
    ["033", "0189", "000001", "7"], // 1×7 + 8×3 + 9×1 + 1×3 = 43, 7 short of 50
    ["104", "2004", "000448", "8"], // 2×8 + 4×5 + 4×4 + 4×3 + 8×2 = 80, remainder 3 (published with operation 001: 6)
    ["237", "0001", "238069", "2"], // published: 0238069-2
    ["237", "0001", "000006", "P"], // 6 × 2 = 12, remainder 1
    ["341", "2545", "002366", "1"], // published: 2545, 02366-1
    ["260", "0001", "012345", "1"], // Verhoeff of 12345
    ["260", "0001", "142857", "0"], // Verhoeff of 142857
    ["077", "0001", "123456", "0"], // 7×1 + 6×2 + 5×3 + 4×4 + 3×5 + 2×6 = 77
    ["336", "0001", "000001", "9"], // 1 × 2
  ];
  for (const [compe, branch, number, digit] of known) {
    assert.equal(accountCheckDigit(compe, branch, number), digit, `${compe} ${branch} ${number}`);
  }
});

Deno.test("accountCheckDigit() rejects lengths that are not 4 and 6, and six digits at Itaú", () => {
  assert.throws(() => accountCheckDigit("001", "123", "123456"), RangeError);
  assert.throws(() => accountCheckDigit("001", "1234", "12345"), RangeError);
  assert.throws(() => accountCheckDigit("341", "1234", "123456"), RangeError);
});

Deno.test("banks have the ISPB that an independent list gives them", () => {
  assert.deepEqual(banks.map(({ compe }) => compe), ["001", "033", "104", "237", "341", "260", "077", "336"]);
  for (const { compe, ispb } of banks) assert.equal(getBankByCode(compe)?.ispb, ispb, compe);
});
