/**
 * Domains of personal e-mail addresses, in the order of the specification, equally likely.
 *
 * Source: the banking specification; read 2026-11-21.
 */
export const emailDomains: readonly string[] = [
  "gmail.com",
  "hotmail.com",
  "outlook.com",
  "yahoo.com.br",
  "uol.com.br",
  "terra.com.br",
  "bol.com.br",
  "ig.com.br",
  "live.com",
  "icloud.com",
];
