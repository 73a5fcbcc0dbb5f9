/**
 * Fills `vendor/` with librdkafka, the native library of the Kafka client, and the licences of what is inside it. Run it
 * with `deno task librdkafka`; `--target TARGET` (repeatable) or `--all` fetch it for other systems.
 *
 * The library comes from a published Python wheel, by `pip download`, which can fetch it for any system on any other; its
 * SHA-256 is pinned.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { LIBRARY_VERSION, PACKAGE_VERSION, type Target, type Wheel, WHEELS } from "./librdkafka_wheels.ts";
import { zipEntries, type ZipEntry } from "./zip.ts";

const VENDOR = fileURLToPath(new URL("../vendor/", import.meta.url));
const LICENSES = fileURLToPath(new URL("licenses/", import.meta.url));
const TARGETS = Object.keys(WHEELS) as readonly Target[];

/** The ways to start pip, in the order in which they are tried. */
const PIPS: readonly (readonly [string, ...string[]])[] = [
  ["python3", "-m", "pip"],
  ["python", "-m", "pip"],
  ["py", "-m", "pip"],
  ["pip3"],
  ["pip"],
];

/**
 * The target that this machine is.
 *
 * @throws {Error} If there is no library for it.
 */
export function hostTarget(): Target {
  const target = Deno.build.target;
  if (isTarget(target)) return target;
  throw new Error(`Cannot fetch librdkafka for ${target}: there is none; allowed: ${TARGETS.join(", ")}`);
}

/** Path of the library for a target in `vendor/`, whether it is there or not. */
export function vendoredLibrary(target: Target): string {
  return `${VENDOR}${target}/${WHEELS[target].file}`;
}

/**
 * Makes sure that `vendor/` holds the library for a target; does nothing if it does. Two processes may do it at once.
 *
 * @returns Path of the library.
 * @throws {Error} If there is no pip, it cannot fetch the wheel, or the wheel is not the pinned one.
 */
export async function fillVendor(target: Target): Promise<string> {
  const folder = `${VENDOR}${target}`;
  const library = vendoredLibrary(target);
  if (await isComplete(folder)) return library;
  await Deno.mkdir(VENDOR, { recursive: true });
  const partial = await Deno.makeTempDir({ dir: VENDOR, prefix: `${target}.partial-` });
  try {
    await writeFiles(WHEELS[target], await fetchWheel(target, `${partial}/wheel`), partial);
    await Deno.remove(`${partial}/wheel`, { recursive: true });
    await Deno.writeTextFile(`${partial}/VERSION`, `${LIBRARY_VERSION}\n`);
    if (Deno.build.os !== "windows") await Deno.chmod(partial, 0o755);
    await put(partial, folder);
    return library;
  } finally {
    await Deno.remove(partial, { recursive: true }).catch(unlessGone);
  }
}

/** Opens a library and gives the version that it says it has. Needs `--allow-ffi`. */
export function versionOf(library: string): string {
  const opened = Deno.dlopen(library, { rd_kafka_version_str: { parameters: [], result: "pointer" } });
  try {
    const text = opened.symbols.rd_kafka_version_str();
    if (text === null) throw new Error(`Cannot read the version of ${library}: it gives none`);
    return new Deno.UnsafePointerView(text).getCString();
  } finally {
    opened.close();
  }
}

function isTarget(text: string): text is Target {
  return Object.hasOwn(WHEELS, text);
}

async function isComplete(folder: string): Promise<boolean> {
  try {
    return (await Deno.readTextFile(`${folder}/VERSION`)).trim() === LIBRARY_VERSION;
  } catch (error) {
    unlessGone(error);
    return false;
  }
}

async function fetchWheel(target: Target, into: string): Promise<Uint8Array<ArrayBuffer>> {
  const { platform, sha256 } = WHEELS[target];
  await download(platform, into);
  for await (const { name } of Deno.readDir(into)) {
    if (!name.endsWith(".whl")) continue;
    const wheel = await Deno.readFile(`${into}/${name}`);
    const found = createHash("sha256").update(wheel).digest("hex");
    if (found === sha256) return wheel;
    throw new Error(`Cannot use ${name} as its SHA-256 must be ${sha256}: it is ${found}`);
  }
  throw new Error(`Cannot find the wheel for ${platform}: pip downloaded none`);
}

async function download(platform: string, into: string): Promise<void> {
  const python = ["--implementation", "cp", "--python-version", "3.12", "--platform", platform];
  const kind = ["--no-deps", "--only-binary=:all:", "--disable-pip-version-check", "--quiet", ...python];
  const args = ["download", ...kind, "--dest", into, `confluent-kafka==${PACKAGE_VERSION}`];
  const [command, ...first] = await findPip();
  const { success, stderr } = await new Deno.Command(command, { args: [...first, ...args], stdin: "null" }).output();
  if (success) return;
  const reason = new TextDecoder().decode(stderr).trim().split("\n").slice(-3).join(" / ");
  throw new Error(`Cannot download confluent-kafka ${PACKAGE_VERSION} for ${platform}: ${reason}`);
}

async function findPip(): Promise<readonly [string, ...string[]]> {
  for (const [command, ...first] of PIPS) {
    try {
      const args = [...first, "--version"];
      const { success } = await new Deno.Command(command, { args, stdin: "null", stdout: "null", stderr: "null" })
        .output();
      if (success) return [command, ...first];
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  throw new Error(
    "Cannot fetch librdkafka: no pip was found; install Python 3 with pip, or a librdkafka of your system " +
      "(Debian: librdkafka1), or set DATAGEN_LIBRDKAFKA to the path of one",
  );
}

/** Writes the library under its stable name, those that it needs under their own, and the licences. */
async function writeFiles(wheel: Wheel, bytes: Uint8Array<ArrayBuffer>, folder: string): Promise<void> {
  await Deno.mkdir(`${folder}/licenses`);
  const entries = zipEntries(bytes).filter(({ path }) => !path.endsWith("/"));
  const libraries = entries.filter(({ path }) => path.startsWith(wheel.libraries));
  const own = libraries.filter(({ path }) => nameOf(path).startsWith("librdkafka"));
  if (own.length !== 1) throw new Error(`Cannot find librdkafka in the wheel: ${own.length} files have its name`);
  for (const entry of libraries) {
    await Deno.writeFile(`${folder}/${entry === own[0] ? wheel.file : nameOf(entry.path)}`, entry.read());
  }
  await writeLicenses(entries, `${folder}/licenses`);
}

async function writeLicenses(entries: readonly ZipEntry[], folder: string): Promise<void> {
  const shipped = entries.find(({ path }) => path.endsWith(".dist-info/licenses/LICENSE"));
  if (shipped === undefined) throw new Error("Cannot find the licence in the wheel");
  await Deno.writeFile(`${folder}/confluent-kafka.txt`, shipped.read());
  for await (const { name } of Deno.readDir(LICENSES)) await Deno.copyFile(`${LICENSES}${name}`, `${folder}/${name}`);
}

/** Puts a complete folder in its place, unless another process has been faster. */
async function put(partial: string, folder: string): Promise<void> {
  try {
    await Deno.rename(partial, folder);
  } catch (error) {
    if (await isComplete(folder)) return;
    await Deno.remove(folder, { recursive: true }).catch(unlessGone); // of another version
    await Deno.rename(partial, folder).catch(async () => {
      if (!await isComplete(folder)) throw error;
    });
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function unlessGone(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

/**
 * Reads the arguments of this tool.
 *
 * @throws {RangeError} If one is not known.
 */
export function parseTargets(args: readonly string[]): readonly Target[] {
  const targets: Target[] = [];
  for (let at = 0; at < args.length; at++) {
    const [name, joined] = args[at]!.split("=", 2);
    if (name === "--all" && joined === undefined) return TARGETS;
    if (name !== "--target") throw new RangeError(`Cannot read "${args[at]}": allowed are --target TARGET and --all`);
    const target = joined ?? args[++at] ?? "";
    if (!isTarget(target)) throw new RangeError(`Cannot fetch for "${target}": allowed are ${TARGETS.join(", ")}`);
    targets.push(target);
  }
  return targets.length > 0 ? targets : [hostTarget()];
}

async function main(args: readonly string[]): Promise<number> {
  try {
    for (const target of parseTargets(args)) {
      const library = await fillVendor(target);
      const version = target === Deno.build.target ? versionOf(library) : LIBRARY_VERSION;
      console.log(`librdkafka ${version} for ${target}: ${library}`);
    }
    return 0;
  } catch (error) {
    console.error(`error: ${error instanceof Error ? error.message : error}`);
    return error instanceof RangeError ? 2 : 1;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
