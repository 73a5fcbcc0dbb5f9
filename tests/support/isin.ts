/**
 * ISIN check digits (ISO 6166): letters count as two digits, `A` = 10 to `Z` = 35, and the Luhn formula does the rest.
 *
 * @module
 */

/**
 * Computes the check digit of an ISIN.
 *
 * @param first11 Country (two letters) and national number (nine letters or digits), upper case.
 * @returns An integer in `0..9`.
 * @throws {RangeError} If `first11` has another form.
 */
export function isinCheckDigit(first11: string): number {
  if (!/^[A-Z]{2}[A-Z0-9]{9}$/.test(first11)) {
    throw new RangeError(
      `Cannot compute ISIN check digit as 2 letters and 9 letters or digits are needed: first11 is "${first11}"`,
    );
  }
  let sum = 0;
  let double = true; // the digit beside the check digit counts twice
  for (let i = 10; i >= 0; i--) {
    const code = first11.charCodeAt(i);
    const value = code < 65 ? code - 48 : code - 55;
    add(value % 10);
    if (value > 9) add((value - value % 10) / 10);
  }
  return (10 - sum % 10) % 10;

  function add(digit: number): void {
    const term = double ? digit * 2 : digit;
    sum += term > 9 ? term - 9 : term;
    double = !double;
  }
}

/** Whether `isin` has the form of an ISIN, upper case, and the right check digit. */
export function isValidIsin(isin: string): boolean {
  return /^[A-Z]{2}[A-Z0-9]{9}[0-9]$/.test(isin) && isinCheckDigit(isin.slice(0, 11)) === isin.charCodeAt(11) - 48;
}
