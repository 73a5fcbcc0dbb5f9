import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { TargetError } from "../../ports/sink.ts";
import { isAbsent, targetError } from "../failures.ts";
import type { FoundRun } from "../found_run.ts";
import { followLinks } from "../places.ts";
import { readFileManifest } from "./file_manifest.ts";

/**
 * Reads which run is in a directory of CSV or JSON files. Nothing is written, so that it works on what may only be read.
 *
 * @returns Undefined where the directory is empty or not there.
 * @throws {TargetError} If other files are there and no manifest of datagen, or it cannot be read.
 */
export function lookAtFiles(path: string): FoundRun | undefined {
  try {
    const directory = followLinks(path);
    if (!existsSync(directory)) return undefined;
    if (!statSync(directory).isDirectory()) {
      throw new TargetError(`Cannot read a run in ${path}: it is a file`, "name the directory of the files");
    }
    const found = readFileManifest(directory);
    if (found === undefined || found === "foreign") {
      if (found === undefined && readdirSync(directory).length === 0) return undefined;
      throw new TargetError(`Cannot read a run in ${path}: datagen made no files there`, "name the target of a load");
    }
    const { manifest, progress, complete, files } = found;
    const sizes = readdirSync(directory).map((name) => sizeOf(join(directory, name)));
    return {
      manifest,
      progress,
      complete: complete && progress.units >= manifest.units,
      bytes: sizes.reduce((sum, size) => sum + size, 0),
      files,
    };
  } catch (error) {
    throw targetError(path, error, "choose another directory");
  }
}

/** Size of a file; 0 for one that went away meanwhile, and for a directory. */
function sizeOf(path: string): number {
  try {
    const found = statSync(path);
    return found.isFile() ? found.size : 0;
  } catch (error) {
    if (isAbsent(error)) return 0;
    throw error;
  }
}
