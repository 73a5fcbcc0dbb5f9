/**
 * The program: parse, run, status. The one place that turns an error into an exit status.
 *
 * @module
 */

import { complete, runCommand } from "./commands/bodies.ts";
import { type Config, NO_CONFIG, readConfig } from "./parser/config.ts";
import { EXIT, failureOf, stackOf, VERBOSE_HINT } from "./failures.ts";
import { logLine } from "./terminal/log.ts";
import { hasOutput, paint, writeErr, writeOut } from "./terminal/output.ts";
import { parse } from "./parser/parse.ts";
import { keepSecretsIn } from "./terminal/redact.ts";

/**
 * Runs a command line to its end; errors are told on standard error.
 *
 * @returns The exit status.
 */
export async function program(args: readonly string[]): Promise<number> {
  return await main(args).catch((error) => report(error, args));
}

async function main(args: readonly string[]): Promise<number> {
  if (args[0] === "complete") return await complete(args[1] ?? ""); // the completion scripts ask it
  keepSecretsIn(args);
  const invocation = parse(args, await configFor(args));
  if (invocation.kind === "run") return await runCommand(invocation.command.name, invocation.words);
  (invocation.wanted ? writeOut : writeErr)(invocation.text);
  return invocation.wanted ? EXIT.done : EXIT.usage;
}

/** The file of options that a command line names, or the default one; whoever asks for help needs none. */
async function configFor(args: readonly string[]): Promise<Config> {
  if (args.length === 0 || args[0] === "help" || args.some((word) => /^(-h|--help|-V|--version)$/.test(word))) {
    return NO_CONFIG;
  }
  const at = args.lastIndexOf("--config");
  const named = at < 0
    ? args.findLast((word) => word.startsWith("--config="))?.slice("--config=".length)
    : args[at + 1];
  return await readConfig(named);
}

function report(error: unknown, args: readonly string[]): number {
  const failure = failureOf(error);
  if (failure === undefined) return EXIT.done;
  const isVerbose = args.includes("--verbose");
  const { status, message } = failure;
  const hint = isVerbose && failure.hint === VERBOSE_HINT ? undefined : failure.hint; // it is shown below
  if (args.includes("--json")) writeRefusal({ ok: false, status, error: message, hint: hint ?? null });
  if (asksForJson(args)) {
    const stack = isVerbose ? { stack: stackOf(error) } : {};
    writeErr(`${logLine("json", "error", message, { ...(hint === undefined ? {} : { hint }), ...stack })}\n`);
    return status;
  }
  writeErr(`${paint("error:", "red", Deno.stderr)} ${message}\n${hint === undefined ? "" : `hint: ${hint}\n`}`);
  if (isVerbose) writeErr(`${stackOf(error)}\n`);
  return status;
}

/** What failed as an object on standard output, for whoever reads a result there and has got none. */
function writeRefusal(refusal: Record<string, unknown>): void {
  if (hasOutput) return; // a second object would make neither readable
  try {
    writeOut(`${JSON.stringify(refusal)}\n`);
  } catch { /* standard error and the exit status still tell */ }
}

function asksForJson(args: readonly string[]): boolean {
  return args.some((word, at) => word === "--log-format=json" || word === "json" && args[at - 1] === "--log-format");
}
