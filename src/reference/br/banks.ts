/** A bank that holds accounts in the data. */
export interface Bank {
  /** COMPE code: three digits, as in boletos and TED. */
  readonly compe: string;
  /** ISPB: eight digits, as in Pix; the first eight digits of the bank's CNPJ. */
  readonly ispb: string;
  /** Trade name. */
  readonly name: string;
  /**
   * How many of the six digits of `NNNNNN-N` may be other than leading zeros. Six where the bank's own numbers are as
   * long or longer: Banco do Brasil and Santander have 8 digits, Caixa 8 after the 3 of the operation, Bradesco 7;
   * Nubank, Inter and C6 have no fixed length. Five for Itaú, whose accounts have 5 digits and the check digit.
   */
  readonly accountDigits: number;
}

/**
 * Banks, in the order in which draws address them: a new one goes last.
 *
 * Sources: Banco Central do Brasil, list of STR participants (codes, ISPB); account lengths from the check digit
 * manuals named in `domains/bank/account_number.ts`. Read 2026-11.
 */
export const banks: readonly Bank[] = [
  { compe: "001", ispb: "00000000", name: "Banco do Brasil", accountDigits: 6 },
  { compe: "033", ispb: "90400888", name: "Santander", accountDigits: 6 },
  { compe: "104", ispb: "00360305", name: "Caixa Econômica Federal", accountDigits: 6 },
  { compe: "237", ispb: "60746948", name: "Bradesco", accountDigits: 6 },
  { compe: "341", ispb: "60701190", name: "Itaú", accountDigits: 5 },
  { compe: "260", ispb: "18236120", name: "Nubank", accountDigits: 6 },
  { compe: "077", ispb: "00416968", name: "Inter", accountDigits: 6 },
  { compe: "336", ispb: "31872495", name: "C6 Bank", accountDigits: 6 },
];
