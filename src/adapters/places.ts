/** Where a path of a target really leads: through links, and to what kind of file. */

import { lstatSync, readlinkSync, realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";

/** As many links as Linux follows. */
const MOST_LINKS = 40;

/**
 * Follows a path that is a link to where it leads, whether anything is there or not, so that a file that is made there
 * and gets its name by renaming does not take the link's place.
 *
 * @returns The path itself where it is no link.
 * @throws The system's error ELOOP if the links lead round in a circle.
 */
export function followLinks(path: string): string {
  let place = path;
  for (let followed = 0; isLink(place); followed++) {
    if (followed === MOST_LINKS) throw Object.assign(new Error(`ELOOP: ${path}`), { code: "ELOOP" });
    const link = readlinkSync(place);
    place = isAbsolute(link) ? link : join(realpathSync(dirname(place)), link);
  }
  return place;
}

/** What Deno does not let us look at is left to whoever uses it, as it is. */
function isLink(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return false;
    throw error;
  }
}

/**
 * Tells what a path is that keeps nothing of what is written to it: a device such as `/dev/null`, a pipe or a socket.
 *
 * @returns Undefined for a file, a directory, and what is not there.
 */
export function keepsNothing(path: string): "a device" | "a pipe" | "a socket" | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFIFO()) return "a pipe";
  if (found?.isSocket()) return "a socket";
  return found?.isCharacterDevice() || found?.isBlockDevice() ? "a device" : undefined;
}
