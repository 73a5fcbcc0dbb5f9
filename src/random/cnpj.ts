/**
 * CNPJ numbers: eight characters of the company, four of the establishment, two check digits, modulo 11.
 *
 * Letters are part of new registrations from July 2026 (Receita Federal, IN RFB 2.229/2024); a character counts as its
 * ASCII code less 48, so digits keep their value and older numbers their check digits.
 *
 * @module
 */

/**
 * Computes the check digits of a CNPJ. Weights run 2 to 9 from the right and start over, the first digit included in
 * the second.
 *
 * @param base12 Twelve characters of `0-9A-Z`, without punctuation.
 * @returns Two decimal digits.
 * @throws {RangeError} If `base12` has another form.
 */
export function cnpjCheckDigits(base12: string): string {
  if (base12.length !== 12) throw malformed(base12);
  let sum1 = 0;
  let sum2 = 0;
  for (let i = 11; i >= 0; i--) {
    const code = base12.charCodeAt(i);
    if (!(code >= 48 && code <= 57 || code >= 65 && code <= 90)) throw malformed(base12);
    sum1 += (code - 48) * (2 + (11 - i) % 8);
    sum2 += (code - 48) * (2 + (12 - i) % 8);
  }
  const first = checkDigit(sum1);
  return `${first}${checkDigit(sum2 + first * 2)}`;
}

/**
 * A CNPJ as `NN.NNN.NNN/NNNN-NN`.
 *
 * @param base12 As for {@linkcode cnpjCheckDigits}.
 * @throws {RangeError} As {@linkcode cnpjCheckDigits}.
 */
export function formatCnpj(base12: string): string {
  const digits = cnpjCheckDigits(base12);
  return `${base12.slice(0, 2)}.${base12.slice(2, 5)}.${base12.slice(5, 8)}/${base12.slice(8)}-${digits}`;
}

/**
 * A CNPJ as fourteen characters.
 *
 * @param base12 As for {@linkcode cnpjCheckDigits}.
 * @throws {RangeError} As {@linkcode cnpjCheckDigits}.
 */
export function plainCnpj(base12: string): string {
  return base12 + cnpjCheckDigits(base12);
}

/**
 * Whether `text` is a CNPJ, as `NN.NNN.NNN/NNNN-NN` or fourteen characters, upper case, with right check digits and
 * not all zeros (the only number of one repeated digit whose check digits are right).
 */
export function isValidCnpj(text: string): boolean {
  if (!/^([0-9A-Z]{12}\d{2}|[0-9A-Z]{2}\.[0-9A-Z]{3}\.[0-9A-Z]{3}\/[0-9A-Z]{4}-\d{2})$/.test(text)) return false;
  const plain = text.replace(/[./-]/g, "");
  return plain !== "00000000000000" && cnpjCheckDigits(plain.slice(0, 12)) === plain.slice(12);
}

function checkDigit(sum: number): number {
  const remainder = sum % 11;
  return remainder < 2 ? 0 : 11 - remainder;
}

function malformed(base12: string): RangeError {
  return new RangeError(
    `Cannot compute CNPJ check digits as base must be 12 digits or upper case letters: base is "${base12}"`,
  );
}
