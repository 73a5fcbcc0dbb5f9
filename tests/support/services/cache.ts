/**
 * Keeps downloads of servers in the clone, in a folder that git ignores. A folder appears there under its name only when
 * it is complete, so that a download that was interrupted is never taken for a good one.
 *
 * @module
 */

import { fileURLToPath } from "node:url";

const CACHE = fileURLToPath(new URL("../../../.cache/services/", import.meta.url));

/**
 * Gives the folder of a download, fetched at the first call. Several processes may fetch the same at once: the first to
 * end wins, and the others use its folder.
 *
 * @param name What is in it, version included: `kafka-4.1.1`.
 * @param fetchInto Fills an empty folder.
 */
export async function cached(name: string, fetchInto: (folder: string) => Promise<void>): Promise<string> {
  const before = underWay.get(name);
  if (before !== undefined) return await before;
  const folder = fetchUnlessThere(name, fetchInto).finally(() => underWay.delete(name));
  underWay.set(name, folder);
  return await folder;
}

const underWay = new Map<string, Promise<string>>();

async function fetchUnlessThere(name: string, fetchInto: (folder: string) => Promise<void>): Promise<string> {
  const folder = `${CACHE}${name}`;
  if (await exists(folder)) return folder;
  await Deno.mkdir(CACHE, { recursive: true });
  const partial = await Deno.makeTempDir({ dir: CACHE, prefix: `${name}.partial-` });
  try {
    console.error(`services: fetching ${name}`);
    await fetchInto(partial);
    await Deno.chmod(partial, 0o755).catch(unlessWindows);
    await Deno.rename(partial, folder).catch(async (error) => {
      if (!await exists(folder)) throw error;
    });
    return folder;
  } finally {
    await removeIfThere(partial);
  }
}

/** Tells whether a file or folder is there. */
export async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}

/** Removes a file or folder with what is in it, if it is there. */
export async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function unlessWindows(error: unknown): void {
  if (Deno.build.os !== "windows") throw error;
}
