/** How texts look when programs of Windows write them. */
export const WINDOWS_FORMS = ["CRLF", "UTF-8 with a byte order mark", "UTF-16LE", "UTF-16BE"] as const;

/** Writes a text as a program of Windows would; all forms have CRLF at the ends of lines. */
export function asWindowsWrites(form: typeof WINDOWS_FORMS[number], text: string): Uint8Array {
  const lines = text.replaceAll("\n", "\r\n");
  if (form === "CRLF") return new TextEncoder().encode(lines);
  if (form === "UTF-8 with a byte order mark") return new TextEncoder().encode(`\ufeff${lines}`);
  const bytes = new DataView(new ArrayBuffer(2 * lines.length + 2));
  for (const [at, unit] of [..."\ufeff", ...lines].map((sign) => sign.charCodeAt(0)).entries()) {
    bytes.setUint16(2 * at, unit, form === "UTF-16LE");
  }
  return new Uint8Array(bytes.buffer);
}
