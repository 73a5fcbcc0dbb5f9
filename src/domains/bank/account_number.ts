/**
 * Check digits of Brazilian bank accounts, by each bank's own rule.
 *
 * A number has six digits here, so a bank with longer numbers reads it with zeros in front: eight digits at Banco do
 * Brasil and Santander, seven at Bradesco, eleven at Caixa, which makes its operation code 000.
 *
 * @module
 */

const ZERO = 48; // "0"

/**
 * The check digit of an account.
 *
 * | COMPE | Bank | Rule | Result | Source |
 * | --- | --- | --- | --- | --- |
 * | 001 | Banco do Brasil | modulo 11 of the number, weights 2..9 from the right | 10 is `X`, 11 is `0` | 1 |
 * | 033 | Santander | modulo 10, weights 9731 on the branch, 97131973 on the number | digit | 1 |
 * | 104 | Caixa | modulo 11 of branch, operation and number, weights 2..9 from the right | 10 and 11 are `0` | 1 |
 * | 237 | Bradesco | modulo 11 of the number, weights 2..7 from the right | 10 is `P`, 11 is `0` | 1 |
 * | 341 | Itaú | modulo 10 (Luhn) of branch and number | digit | 1 |
 * | 260 | Nubank | Verhoeff of the number without leading zeros | digit | 2 |
 * | other | Inter, C6 | none is public: modulo 11, weights 2..9 from the right | 10 and 11 are `0` | – |
 *
 * Sources: (1) the banks' rules as compiled in "Regras de validação de conta corrente" (Icatu Seguros), used by public
 * validators; (2) J. Verhoeff, "Error Detecting Decimal Codes" (1969), for which no manual of Nubank is public but
 * which public validators apply to its accounts. Tests compare all of them with an independent validator.
 *
 * @param compe Three digits. A bank without a rule of its own gets the last line of the table.
 * @param branch Four digits, without the branch's own check digit.
 * @param number Six digits, zeros in front. Itaú's must begin with `0`: its accounts have five digits.
 * @returns One character: `0..9`, `X` (Banco do Brasil) or `P` (Bradesco).
 * @throws {RangeError} If `branch` has not 4 characters, or `number` not 6, or an Itaú number does not begin with `0`.
 */
export function accountCheckDigit(compe: string, branch: string, number: string): string {
  if (branch.length !== 4 || number.length !== 6) {
    throw new RangeError(
      `Cannot compute account check digit as branch must have 4 digits and number 6: ` +
        `bank is "${compe}", lengths are ${branch.length} and ${number.length}`,
    );
  }
  switch (compe) {
    case "001":
      return modulo11(weightedSum(number, 9), "X");
    case "033":
      return santander(branch, number);
    case "104":
      return caixa(branch, number);
    case "237":
      return modulo11(weightedSum(number, 7), "P");
    case "341":
      return itau(branch, number);
    case "260":
      return verhoeff(number);
    default:
      return modulo11(weightedSum(number, 9), "0");
  }
}

/** Sum of digit times weight; weights run 2, 3 .. `maxWeight`, 2 .. from the right. */
function weightedSum(digits: string, maxWeight: number): number {
  let sum = 0;
  let weight = 2;
  for (let i = digits.length - 1; i >= 0; i--) {
    sum += (digits.charCodeAt(i) - ZERO) * weight;
    weight = weight === maxWeight ? 2 : weight + 1;
  }
  return sum;
}

/** 11 less the remainder; 11 is written `0`, 10 as `ten`. */
function modulo11(sum: number, ten: string): string {
  const remainder = sum % 11;
  if (remainder === 0) return "0";
  return remainder === 1 ? ten : String(11 - remainder);
}

function modulo10(sum: number): string {
  return String((10 - sum % 10) % 10);
}

/** The published weights are 9731 00 97131973; the two zeros in front of our six digits drop the 9 and the 7. */
function santander(branch: string, number: string): string {
  return modulo10(
    (branch.charCodeAt(0) - ZERO) * 9 + (branch.charCodeAt(1) - ZERO) * 7 +
      (branch.charCodeAt(2) - ZERO) * 3 + (branch.charCodeAt(3) - ZERO) +
      (number.charCodeAt(0) - ZERO) + (number.charCodeAt(1) - ZERO) * 3 +
      (number.charCodeAt(2) - ZERO) + (number.charCodeAt(3) - ZERO) * 9 +
      (number.charCodeAt(4) - ZERO) * 7 + (number.charCodeAt(5) - ZERO) * 3,
  );
}

/** Weights of all fifteen digits are 8765 432 98765432; five zeros stand between the branch and our six digits. */
function caixa(branch: string, number: string): string {
  return modulo11(
    (branch.charCodeAt(0) - ZERO) * 8 + (branch.charCodeAt(1) - ZERO) * 7 +
      (branch.charCodeAt(2) - ZERO) * 6 + (branch.charCodeAt(3) - ZERO) * 5 +
      weightedSum(number, 9),
    "0",
  );
}

/** Luhn over nine digits, so the weight is 2 on every other one from the last, and 2 on the branch's first. */
function itau(branch: string, number: string): string {
  if (number.charCodeAt(0) !== ZERO) {
    throw new RangeError(`Cannot compute account check digit as an Itaú number has 5 digits: number is "${number}"`);
  }
  return modulo10(
    doubled(branch.charCodeAt(0) - ZERO) + (branch.charCodeAt(1) - ZERO) +
      doubled(branch.charCodeAt(2) - ZERO) + (branch.charCodeAt(3) - ZERO) +
      doubled(number.charCodeAt(1) - ZERO) + (number.charCodeAt(2) - ZERO) +
      doubled(number.charCodeAt(3) - ZERO) + (number.charCodeAt(4) - ZERO) +
      doubled(number.charCodeAt(5) - ZERO),
  );
}

/** Digit sum of twice a digit. */
function doubled(digit: number): number {
  return digit < 5 ? digit * 2 : digit * 2 - 9;
}

/** Verhoeff's permutation of a digit by its place from the right (the check digit's is 0), ten digits a place. */
const PERMUTATIONS = "0123456789" + "1576283094" + "5803796142" + "8916043527" +
  "9453126870" + "4286573901" + "2793806415" + "7046913258";

function verhoeff(number: string): string {
  let first = 0;
  while (first < number.length - 1 && number.charCodeAt(first) === ZERO) first++;
  let check = 0;
  let place = 1;
  for (let i = number.length - 1; i >= first; i--) {
    check = dihedralProduct(check, PERMUTATIONS.charCodeAt(place * 10 + number.charCodeAt(i) - ZERO) - ZERO);
    place = (place + 1) % 8;
  }
  return String(check < 5 ? (5 - check) % 5 : check); // the inverse; a reflection is its own
}

/** Product in the symmetries of the pentagon: 0..4 are rotations, 5..9 reflections. */
function dihedralProduct(a: number, b: number): number {
  if (a < 5) return b < 5 ? (a + b) % 5 : 5 + (a + b) % 5;
  return b < 5 ? 5 + (a - b) % 5 : (a - b + 5) % 5;
}
