/** Writes all bytes at the place where a file stands; the system may take fewer at a time. */
export function append(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let from = 0; from < bytes.length;) from += file.writeSync(bytes.subarray(from));
}
