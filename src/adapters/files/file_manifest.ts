/** The file beside the data that tells what run it is from, and how much of each file counts. */

import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { closeAfterSync } from "../../ports/closing.ts";
import { type Manifest, manifestOf, type Progress, progressOf } from "../../ports/manifest.ts";
import { isAbsent } from "../failures.ts";
import { followLinks } from "../places.ts";
import { syncDirectory } from "../sync.ts";

/** Its name in the directory. */
export const MANIFEST_NAME = "datagen.manifest.json";

/** What the manifest's file holds. */
export interface FileManifest {
  /** How the files are written: `csv`, `csv excel-br`, `json` (arrays), `jsonl`. */
  readonly files: string;
  /** Whether the files are finished and have their final names. */
  readonly complete: boolean;
  /** Bytes of each file that the mark covers, by entity, closing brackets left out. */
  readonly bytes: Readonly<Record<string, number>>;
  readonly progress: Progress;
  readonly manifest: Manifest;
}

/** Where the manifest of a directory is; behind a link, so that the link stays. */
export function manifestPath(directory: string): string {
  return followLinks(join(directory, MANIFEST_NAME));
}

/**
 * Reads the manifest of a directory.
 *
 * @returns Undefined where there is none, `"foreign"` where the file of that name is something else.
 */
export function readFileManifest(directory: string): FileManifest | "foreign" | undefined {
  let text: string;
  try {
    text = readFileSync(join(directory, MANIFEST_NAME), "utf8");
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
  try {
    const found = JSON.parse(text) as FileManifest;
    const [manifest, progress] = [manifestOf(found.manifest), progressOf(found.progress)];
    if (manifest === undefined || progress === undefined) return "foreign";
    return typeof found.files === "string" && typeof found.bytes === "object"
      ? { ...found, progress, manifest }
      : "foreign";
  } catch {
    return "foreign";
  }
}

/** Puts a new manifest in the old one's place, in one step that is durable when it returns. */
export function writeFileManifest(directory: string, content: FileManifest): void {
  const path = manifestPath(directory);
  const file = openSync(`${path}.tmp`, "w");
  closeAfterSync(() => {
    writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
    fsyncSync(file);
  }, () => [() => closeSync(file)]);
  renameSync(`${path}.tmp`, path);
  syncDirectory(dirname(path));
}
