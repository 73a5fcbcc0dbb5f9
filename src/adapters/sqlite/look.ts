import { existsSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { TargetError } from "../../ports/sink.ts";
import { targetError } from "../failures.ts";
import type { FoundRun } from "../found_run.ts";
import { followLinks } from "../places.ts";
import { isLocked } from "./database.ts";
import { type Marks, readMarks } from "./marks.ts";

/**
 * Reads which run is in a database or, where that is not there, in `NAME.partial`. Nothing is changed, so that it works
 * on what may only be read, unless its writer was killed.
 *
 * @returns Undefined where there is neither.
 * @throws {TargetError} If the file is no database of datagen, or cannot be read.
 */
export function lookAtSqlite(path: string): FoundRun | undefined {
  const target = `sqlite:${path}`;
  try {
    const place = followLinks(path);
    const partial = `${place}.partial`;
    const complete = read(place, target);
    const begun = read(partial, target);
    const marks = complete ?? begun;
    if (marks === undefined) return undefined;
    const isWhole = marks.complete && marks.progress.units >= marks.manifest.units;
    return {
      manifest: marks.manifest,
      progress: marks.progress,
      complete: complete !== undefined && isWhole,
      bytes: statSync(complete === undefined ? partial : place).size,
      ...(complete === undefined || begun === undefined
        ? {}
        : { replacing: { units: begun.progress.units, ofUnits: begun.manifest.units } }),
    };
  } catch (error) {
    throw targetError(target, error, "choose another file");
  }
}

function read(path: string, target: string): Marks | undefined {
  if (!existsSync(path) || statSync(path).size === 0) return undefined;
  if (statSync(path).isDirectory()) {
    throw new TargetError(`Cannot use ${target}: it is a directory`, "name a file in it");
  }
  const marks = marksIn(path, true, target);
  if (marks === "none") return undefined;
  if (marks !== "foreign") return marks;
  throw new TargetError(`Cannot read a run in ${target}: it is not a datagen database`, "name the target of a load");
}

/** Reads the marks; where the writer was killed in a transaction, only after that is rolled back, which is to write. */
function marksIn(path: string, readOnly: boolean, target: string): ReturnType<typeof readMarks> {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { readOnly });
    return readMarks(database);
  } catch (error) {
    if (isLocked(error)) {
      throw new TargetError(
        `Cannot read the run in ${target}: it is being written by another process`,
        "try again when that is done",
        { cause: error },
      );
    }
    if (/not a database|malformed/.test(String(error))) return "foreign";
    if (!readOnly || !existsSync(`${path}-journal`)) throw error;
  } finally {
    database?.close();
  }
  return marksIn(path, false, target);
}
