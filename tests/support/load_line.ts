/**
 * A `load` in this process, from the words of its command line to its report: what the program does without its texts.
 *
 * @module
 */

import { parse } from "../../src/cli/parser/parse.ts";
import { requestOf } from "../../src/cli/commands/load.ts";
import { resolveTargets } from "../../src/cli/settings/targets.ts";
import type { Words } from "../../src/cli/parser/flag.ts";
import type { LOAD_FLAGS } from "../../src/cli/flags/flags.ts";
import { load, type LoadHooks } from "../../src/run/load.ts";
import type { LoadReport } from "../../src/run/report.ts";

/** What a load in this process did. */
export interface LineOutcome {
  readonly report: LoadReport;
  /** What the console showed. */
  readonly lines: readonly string[];
}

/**
 * Runs the command line `load WORDS`; the environment is empty.
 *
 * @throws What the program reports as its error.
 */
export async function loadLine(words: readonly string[], hooks: LoadHooks = {}): Promise<LineOutcome> {
  const invocation = parse(["load", ...words]);
  if (invocation.kind !== "run") throw new Error(invocation.text);
  const { values } = invocation.words as unknown as Words<typeof LOAD_FLAGS>;
  const plan = await resolveTargets(values, () => undefined);
  const request = requestOf(values, Date.parse("2026-07-01T12:00:00Z"));
  const lines: string[] = [];
  const output = {
    line: (text: string) => void lines.push(text),
    lines: (bytes: Uint8Array) => void lines.push(...new TextDecoder().decode(bytes).split("\n").slice(0, -1)),
  };
  const sinks = await Promise.all(
    plan.targets.map((target) => target.kind.open(target, output)),
  );
  return { report: await load(request, sinks, hooks), lines };
}

/** As {@linkcode loadLine}, stopped by a signal at its first batch, so that it ends at the first safe place. */
export async function loadLineStopped(words: readonly string[]): Promise<LineOutcome> {
  const controller = new AbortController();
  return await loadLine(words, { signal: controller.signal, progress: () => controller.abort() });
}
