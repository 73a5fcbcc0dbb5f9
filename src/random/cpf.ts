/**
 * CPF numbers: nine digits and two check digits, modulo 11.
 *
 * Source: Receita Federal, rule `REGRA_VALIDA_CPF` of the e-Financeira manual (weights 10 to 2, then 11 to 2; a
 * result of 10 or 11 is written 0).
 *
 * @module
 */

/**
 * Computes the check digits of a CPF.
 *
 * @param base First nine digits as an integer, `0..999_999_999`.
 * @returns Both digits as one integer, `0..99`: 5 means `05`.
 * @throws {RangeError} If `base` is not an integer in the range.
 */
export function cpfCheckDigits(base: number): number {
  if (!Number.isInteger(base) || base < 0 || base > 999_999_999) {
    throw new RangeError(`Cannot compute CPF check digits as base must be an integer in 0..999999999: base is ${base}`);
  }
  let rest = base;
  let sum1 = 0;
  let sum2 = 0;
  for (let weight = 2; weight <= 10; weight++) {
    const digit = rest % 10;
    rest = (rest - digit) / 10;
    sum1 += digit * weight;
    sum2 += digit * (weight + 1);
  }
  const first = checkDigit(sum1);
  return first * 10 + checkDigit(sum2 + first * 2);
}

/**
 * A CPF as `NNN.NNN.NNN-NN`. The ten numbers of one repeated digit are never issued: callers leave out multiples of
 * 111_111_111.
 *
 * @param base As for {@linkcode cpfCheckDigits}.
 * @throws {RangeError} As {@linkcode cpfCheckDigits}.
 */
export function formatCpf(base: number): string {
  const digits = plainCpf(base);
  return `${digits.slice(0, 3)}.${digits.slice(3, 6)}.${digits.slice(6, 9)}-${digits.slice(9)}`;
}

/**
 * A CPF as eleven digits; see {@linkcode formatCpf}.
 *
 * @param base As for {@linkcode cpfCheckDigits}.
 * @throws {RangeError} As {@linkcode cpfCheckDigits}.
 */
export function plainCpf(base: number): string {
  return String(100_000_000_000 + base * 100 + cpfCheckDigits(base)).slice(1); // the 1 in front keeps leading zeros
}

/** Whether `text` is a CPF (`NNN.NNN.NNN-NN` or eleven digits) with right check digits and not one digit repeated. */
export function isValidCpf(text: string): boolean {
  if (!/^(\d{11}|\d{3}\.\d{3}\.\d{3}-\d{2})$/.test(text)) return false;
  const digits = text.replace(/[.-]/g, "");
  const base = Number(digits.slice(0, 9));
  return base % 111_111_111 !== 0 && cpfCheckDigits(base) === Number(digits.slice(9));
}

function checkDigit(sum: number): number {
  const remainder = sum % 11;
  return remainder < 2 ? 0 : 11 - remainder;
}
