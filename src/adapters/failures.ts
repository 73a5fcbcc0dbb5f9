/** What goes wrong at a target, in words. */

import { dirname } from "node:path";
import { SinkError, TargetError } from "../ports/sink.ts";
import { followLinks } from "./places.ts";

const WRITTEN = "it is being written by another process";
const OPEN = "another program has it open";
const CLOSE_IT = "close it there, then run the same command again";

/** Reasons by the system's code, or by the text in which SQLite gives them. */
const REASONS: readonly [RegExp, string][] = [
  [/ENOSPC|disk is full|No space left/i, "disk is full"],
  [/EDQUOT/, "disk quota exceeded"],
  [/EFBIG|File too large/, "file is too large"],
  [/EROFS|readonly database/i, "it is read-only"],
  [/EACCES|EPERM|Permission denied|Operation not permitted/i, "permission denied"],
  [/ENOENT|No such file or directory/i, "no such file or directory"],
  [/ENOTDIR/, "its directory is a file"],
  [/EISDIR/, "it is a directory"],
  [/ELOOP/, "it is a link, and the links lead round in a circle"],
  [/disk I\/O error|EIO/i, "input/output error"],
  [/database is locked/i, WRITTEN],
  [/EBUSY|being used by another process/i, OPEN],
];

/** Reasons that may be gone when the same command is run again. */
const PASSING = /^(disk is full|disk quota exceeded|file is too large|input\/output error)$/;

/** Tells in a few words why something failed; what is unknown is told in its own words. */
export function reasonOf(cause: unknown): string {
  const error = cause instanceof Error ? cause : new Error(String(cause));
  const text = `${(error as { code?: unknown }).code ?? ""} ${error.message}`;
  return REASONS.find(([pattern]) => pattern.test(text))?.[1] ?? error.message;
}

/** Tells whether an error says that a file or a directory is not there. */
export function isAbsent(cause: unknown): boolean {
  return (cause as { code?: unknown } | null)?.code === "ENOENT";
}

/** Tells whether an error is a missing permission of Deno: the user decides, so it passes through untouched. */
export function isPermission(cause: unknown): boolean {
  return cause instanceof Error && cause.name === "NotCapable";
}

/**
 * Makes the error of a target that failed while it was used; one that is clear already stays as it is.
 *
 * @param action What cannot be done, for example `write to`.
 * @param target The target as the user wrote it.
 */
export function sinkError(action: string, target: string, cause: unknown): Error {
  if (cause instanceof SinkError || cause instanceof TargetError || isPermission(cause)) return cause as Error;
  const reason = reasonOf(cause);
  const retriable = PASSING.test(reason) || reason === WRITTEN || reason === OPEN;
  const hint = reason === OPEN ? { hint: `${CLOSE_IT}: it goes on where it stopped` } : {};
  return new SinkError(`Cannot ${action} ${target}: ${reason}`, { cause, sink: target, retriable, ...hint });
}

/** Makes the error of a target that cannot be used as asked, or not now. */
export function targetError(target: string, cause: unknown, hint: string): Error {
  if (cause instanceof SinkError || cause instanceof TargetError) return cause;
  if (isPermission(cause)) {
    const path = endOfLinks(target.slice(target.indexOf(":") + 1));
    const place = target.startsWith("sqlite:") ? dirname(path) : path;
    return new TargetError(
      `Cannot use ${target}: Deno may not write there`,
      `give deno --allow-read=${place} --allow-write=${place}`,
      { cause },
    );
  }
  if (PASSING.test(reasonOf(cause))) return sinkError("write to", target, cause);
  return new TargetError(`Cannot use ${target}: ${reasonOf(cause)}`, hint, { cause });
}

function endOfLinks(path: string): string {
  try {
    return followLinks(path);
  } catch {
    return path; // Deno may not look
  }
}

/**
 * Makes the error of a target that keeps nothing of what is written to it.
 *
 * @param kind What it is: `a device`, `a pipe`.
 * @param form What to write instead, such as `sqlite:FILE`.
 */
export function unkeptError(target: string, kind: string, form: string): TargetError {
  return new TargetError(
    `Cannot use ${target}: it is ${kind}, which keeps nothing`,
    `write \`${form}\`; \`console\` and \`json:-\` show rows and keep none`,
  );
}

/**
 * Makes the error of a target that another process writes at this moment.
 *
 * @param writer Who that may be.
 */
export function busyError(target: string, cause?: unknown, writer = "the other datagen"): TargetError {
  const hint = `wait until ${writer} is done, or choose another target`;
  return new TargetError(`Cannot use ${target}: ${WRITTEN}`, hint, { cause });
}

/** Makes the error of files that cannot be read back: one is missing, or holds something else than was written. */
export function damagedError(target: string, cause: unknown): Error {
  const error = sinkError("read", target, cause);
  if (!(error instanceof SinkError) || error.retriable) return error;
  return new SinkError(error.message, { cause, sink: target, retriable: false, hint: "`truncate` writes it anew" });
}

/** Makes the error of a target that another program reads at this moment, so that it cannot be written. */
export function readError(target: string, cause?: unknown): TargetError {
  return new TargetError(
    `Cannot use ${target}: ${OPEN} and reads it`,
    CLOSE_IT,
    { cause },
  );
}
