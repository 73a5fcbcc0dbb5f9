import assert from "node:assert/strict";
import { deflateRawSync } from "node:zlib";
import { fillVendor, hostTarget, parseTargets, vendoredLibrary, versionOf } from "../../tools/librdkafka.ts";
import { LIBRARY_VERSION, WHEELS } from "../../tools/librdkafka_wheels.ts";
import { zipEntries } from "../../tools/zip.ts";
import { testsWith } from "../support/services.ts";

Deno.test("parseTargets() takes this machine where none is named, some, or all", () => {
  assert.deepEqual(parseTargets([]), [hostTarget()]);
  assert.deepEqual(parseTargets(["--target", "aarch64-apple-darwin", "--target=x86_64-pc-windows-msvc"]), [
    "aarch64-apple-darwin",
    "x86_64-pc-windows-msvc",
  ]);
  assert.deepEqual(parseTargets(["--all"]), Object.keys(WHEELS));
});

for (const args of [["--target", "sparc"], ["--target"], ["--al"], ["aarch64-apple-darwin"]]) {
  Deno.test(`parseTargets() refuses "${args.join(" ")}" and tells what is allowed`, () => {
    assert.throws(() => parseTargets(args), /^RangeError: Cannot .* allowed are /);
  });
}

Deno.test("WHEELS has a distinct SHA-256 and a library name for each of five targets", () => {
  const wheels = Object.values(WHEELS);
  assert.equal(new Set(wheels.map(({ sha256 }) => sha256)).size, 5);
  for (const { sha256 } of wheels) assert.match(sha256, /^[0-9a-f]{64}$/);
});

const test = await testsWith("librdkafka");

test("fillVendor() gives a library of the pinned version, with the licences of all that is inside it", async () => {
  const library = await fillVendor(hostTarget());
  assert.equal(library, vendoredLibrary(hostTarget()));
  assert.equal(versionOf(library), LIBRARY_VERSION);
  const folder = `${library.slice(0, library.lastIndexOf("/"))}/licenses`;
  for (const name of ["confluent-kafka", "librdkafka", "openssl", "zlib", "zstd", "curl"]) {
    assert.match(await Deno.readTextFile(`${folder}/${name}.txt`), /copyright/i);
  }
});

// ---- zip ----

/** An archive with one file, and, as wheels may have, a longer extra field before its bytes than in the directory. */
function archiveOf(path: string, content: string, method: 0 | 8 | 12): Uint8Array<ArrayBuffer> {
  const name = new TextEncoder().encode(path);
  const plain = new TextEncoder().encode(content);
  const bytes = method === 8 ? new Uint8Array(deflateRawSync(plain)) : plain;
  const extra = 4;
  const directory = 30 + name.length + extra + bytes.length;
  const archive = new Uint8Array(directory + 46 + name.length + 22);
  const view = new DataView(archive.buffer);
  view.setUint32(0, 0x04034b50, true);
  view.setUint16(26, name.length, true);
  view.setUint16(28, extra, true);
  archive.set(bytes, 30 + name.length + extra);
  view.setUint32(directory, 0x02014b50, true);
  view.setUint16(directory + 10, method, true);
  view.setUint32(directory + 20, bytes.length, true);
  view.setUint32(directory + 24, plain.length, true);
  view.setUint16(directory + 28, name.length, true);
  archive.set(name, directory + 46);
  const end = directory + 46 + name.length;
  view.setUint32(end, 0x06054b50, true);
  view.setUint16(end + 10, 1, true);
  view.setUint32(end + 16, directory, true);
  return archive;
}

for (const method of [0, 8] as const) {
  Deno.test(`zipEntries() reads files of method ${method}`, () => {
    const [entry] = zipEntries(archiveOf("a/b.txt", "text ".repeat(50), method));
    assert.equal(entry!.path, "a/b.txt");
    assert.equal(new TextDecoder().decode(entry!.read()), "text ".repeat(50));
  });
}

Deno.test("zipEntries() refuses what is no archive, is cut off, or uses another method", () => {
  const whole = archiveOf("a", "text", 12);
  assert.throws(() => zipEntries(whole)[0]!.read(), /^SyntaxError: Cannot read a .*method is 12$/);
  assert.throws(() => zipEntries(whole.slice(0, -5)), /it has no end of directory$/);
  assert.throws(() => zipEntries(new Uint8Array(3)), /it has no end of directory$/);
  assert.throws(() => zipEntries(whole.slice(8)), /no directory entry at byte/);
});
