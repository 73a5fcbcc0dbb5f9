/**
 * The program: parse, run, exit. The one place that turns an error into an exit status.
 *
 * @module
 */

import { complete, runCommand } from "./cli/bodies.ts";
import { EXIT, failureOf, stackOf } from "./cli/errors.ts";
import { logLine } from "./cli/log.ts";
import { paint, writeErr, writeOut } from "./cli/output.ts";
import { parse } from "./cli/parse.ts";

async function main(args: readonly string[]): Promise<number> {
  if (args[0] === "complete") return await complete(args.slice(1)); // the completion scripts ask it
  const invocation = parse(args);
  if (invocation.kind === "run") return await runCommand(invocation.command.name, invocation.words);
  (invocation.wanted ? writeOut : writeErr)(invocation.text);
  return invocation.wanted ? EXIT.done : EXIT.usage;
}

function report(error: unknown, args: readonly string[]): number {
  const failure = failureOf(error);
  if (failure === undefined) return EXIT.done;
  const { status, message, hint } = failure;
  if (asksForJson(args)) {
    const stack = args.includes("--verbose") ? { stack: stackOf(error) } : {};
    writeErr(`${logLine("json", "error", message, { ...(hint === undefined ? {} : { hint }), ...stack })}\n`);
    return status;
  }
  writeErr(`${paint("error:", "red", Deno.stderr)} ${message}\n${hint === undefined ? "" : `hint: ${hint}\n`}`);
  if (args.includes("--verbose")) writeErr(`${stackOf(error)}\n`);
  return status;
}

function asksForJson(args: readonly string[]): boolean {
  return args.some((word, at) => word === "--log-format=json" || word === "json" && args[at - 1] === "--log-format");
}

if (import.meta.main) Deno.exit(await main(Deno.args).catch((error) => report(error, Deno.args)));
