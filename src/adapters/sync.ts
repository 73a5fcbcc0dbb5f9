import { closeSync, fsyncSync, openSync } from "node:fs";
import { closeQuietly } from "../ports/closing.ts";
import { reasonOf } from "./failures.ts";

/**
 * Makes renames in a directory durable, where the system lets a directory be synced (Windows does not).
 *
 * @throws The system's error if the disk is full or fails; the rename itself was done.
 */
export function syncDirectory(path: string): void {
  try {
    const directory = openSync(path, "r");
    try {
      fsyncSync(directory);
    } finally {
      closeQuietly(() => closeSync(directory));
    }
  } catch (error) {
    if (/disk|input\/output/.test(reasonOf(error))) throw error;
  }
}
