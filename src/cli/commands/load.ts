import type { Sink } from "../../ports/sink.ts";
import { load, type LoadRequest } from "../../run/load.ts";
import type { LoadProgress, LoadReport } from "../../run/report.ts";
import { chosenDomain } from "../domains/domains.ts";
import { ClosedOutputError, EXIT } from "../failures.ts";
import type { Values, Words } from "../parser/flag.ts";
import { inFlags } from "../flags/option_words.ts";
import type { LOAD_FLAGS } from "../flags/flags.ts";
import { withRemembered } from "../settings/inspect.ts";
import { everySecond, onInterrupt } from "../terminal/interrupt.ts";
import { Log } from "../terminal/log.ts";
import type { RowOutput } from "../kinds/kind.ts";
import { environment, lineWriter, paint, type Style, writeErr, writeOut } from "../terminal/output.ts";
import { refuseForeignFlags, unitsAsked, volumesAsked } from "../flags/population_flags.ts";
import { ProgressView, standardError } from "../terminal/progress.ts";
import { confirmTruncate } from "../terminal/question.ts";
import { refuseContradictions, resolveLog } from "../settings/resolve.ts";
import { isPlain, resultText } from "../terminal/result.ts";
import { failureText, summaryObject, summaryText } from "../terminal/summary.ts";
import { type LoadPlan, resolveTargets } from "../settings/targets.ts";
import { isUnicode, terminalColumns } from "../terminal/terminal.ts";
import { capitalized } from "../terminal/text.ts";
import { targetText } from "../parser/values.ts";
import { VERSION } from "../version.ts";
import { batchesWith } from "../settings/workers.ts";

/** Seconds without any row after which that is told first: longer than a lock in PostgreSQL is waited for. */
const WAITING_S = 15;

/** Options that the original loader has for its live feed, and otherwise ignores. */
const LIVE = ["rate", "duration"] as const;

/** Writes a population into its targets; the exit status is 1 when the validation finds anything. */
export async function run({ values }: Words<typeof LOAD_FLAGS>): Promise<number> {
  const now = Date.now();
  refuseContradictions(chosenDomain(values), values, now);
  const log = new Log(resolveLog(values));
  const asked = await resolveTargets(values, environment);
  const remembered = await withRemembered(values, asked.targets.map(({ target }) => target));
  const plan = remembered === values ? asked : await resolveTargets(remembered, environment);
  for (const long of LIVE) {
    if (values[long] !== undefined) log.warn(`--${long} has no effect: this version sends no live events`);
  }
  const request = requestOf(remembered, now);
  if (values.truncate) confirmTruncate(serverHosts(plan), values.yes ?? false);
  const output = consoleOutput(plan);
  const sinks: Sink[] = [];
  for (const target of plan.targets) sinks.push(await target.kind.open(target, output));
  log.info("targets", { targets: plan.targets.map(({ target }) => targetText(target)).join(",") });
  const report = await loadVisibly(request, sinks, values, log, output.closed);
  output.flush();
  if (output.closed.aborted) return EXIT.done; // whoever read the rows has enough
  show(report, plan, values);
  if (report.interrupted) return EXIT.interrupted;
  return report.ok ? EXIT.done : EXIT.failed;
}

/** What a command line asks of a load; `now` is the clock's reading, UTC milliseconds. */
export function requestOf(values: Values<typeof LOAD_FLAGS>, now: number): LoadRequest {
  const domain = chosenDomain(values);
  refuseForeignFlags(domain, values);
  const volumes = volumesAsked(domain, values);
  return {
    domain,
    units: unitsAsked(domain, values) ?? domain.unit.usual,
    seed: values.seed ?? domain.defaults.seed,
    ...(values.epoch === undefined ? {} : { epoch: values.epoch }),
    ...(values["as-of"] === undefined ? {} : { asOf: values["as-of"] }),
    ...(values.days === undefined ? {} : { days: values.days }),
    ...(volumes === undefined ? {} : { volumes }),
    truncate: values.truncate ?? false,
    resend: values.resend ?? false,
    now,
    version: VERSION,
  };
}

async function loadVisibly(
  request: LoadRequest,
  sinks: readonly Sink[],
  values: Values<typeof LOAD_FLAGS>,
  log: Log,
  closed: AbortSignal,
): Promise<LoadReport> {
  using interrupt = onInterrupt("stopping at the next safe place; press Ctrl-C again to quit at once");
  const when = values.quiet ? "never" : values.progress ?? "auto";
  const isShown = when === "always" || when === "auto" && standardError.redraws;
  const view = isShown ? new ProgressView(sinks.map(({ target }) => target), request.domain.unit.entity) : undefined;
  using waiting = tellWaiting((text) => log.warn(text), sinks);
  try {
    const report = await load(request, sinks, {
      open: batchesWith(values.workers),
      signal: AbortSignal.any([interrupt.signal, closed]),
      progress: (progress) => {
        log.debug("progress", logged(progress, request.domain.unit.entity));
        view?.update(progress);
        waiting.update(progress);
      },
    });
    const targets = report.targets.map((target) => ({
      ...target,
      warnings: target.warnings.map((text) => inFlags(text)),
    }));
    return { ...report, targets };
  } finally {
    view?.clear();
  }
}

/** Progress as the log has it. */
function logged({ units, ofUnits, stage, target, ...others }: LoadProgress, counted: string): Record<string, unknown> {
  return { stage, target, [counted]: units, [`of${capitalized(counted)}`]: ofUnits, ...others };
}

/** Tells that targets take no more rows, after 15 s and then at ever longer intervals: a server may not answer. */
function tellWaiting(
  tell: (text: string) => void,
  sinks: readonly Sink[],
): { update(progress: LoadProgress): void } & Disposable {
  const places = sinks.map(({ target }) => target).join(" or ");
  let [movedAt, nextAt, now, writes] = [0, WAITING_S, 0, false];
  const clock = everySecond((seconds) => {
    now = seconds;
    if (!writes || now - movedAt < nextAt) return;
    tell(`nothing was written for ${now - movedAt} s: ${places} does not answer; Ctrl-C stops`);
    nextAt *= 2;
  });
  return {
    update({ stage }) {
      [movedAt, nextAt, writes] = [now, WAITING_S, stage === "write"];
    },
    [Symbol.dispose]: () => clock[Symbol.dispose](),
  };
}

/** Rows for the console go to standard output; when its reader has gone and there is no other target, the run ends. */
function consoleOutput(plan: LoadPlan): RowOutput & { flush(): void; closed: AbortSignal } {
  const controller = new AbortController();
  let gone = false;
  const write = (text: string | Uint8Array) => {
    if (gone) return;
    try {
      writeOut(text);
    } catch (error) {
      if (!(error instanceof ClosedOutputError)) throw error;
      gone = true;
      if (plan.targets.every(({ kind }) => kind.isOutput)) controller.abort();
    }
  };
  const writer = lineWriter(write);
  return {
    line: (text) => writer.line(text),
    lines: write,
    flush: () => writer.flush(),
    closed: controller.signal,
  };
}

/** Hosts of all servers that are targets. */
function serverHosts({ targets }: LoadPlan): string[] {
  return targets.flatMap(({ kind, settings }) => [...kind.server?.hosts(settings) ?? []]);
}

/** The summary goes to standard output, or beside it where standard output holds the rows. */
function show(report: LoadReport, plan: LoadPlan, values: Values<typeof LOAD_FLAGS>): void {
  const isData = plan.targets.some(({ kind }) => kind.isOutput);
  const stream = isData ? Deno.stderr : Deno.stdout;
  const painted = (text: string, style: Style) => paint(text, style, stream);
  const width = terminalColumns(stream);
  const text = values.json
    ? `${JSON.stringify(summaryObject(report, plan))}\n`
    : values.quiet
    ? failureText(report, painted)
    : width === undefined || values.verbose || !isPlain(report)
    ? summaryText(report, plan, painted, width)
    : resultText(report, plan, { width, isUnicode: isUnicode(), paint: painted });
  try {
    (isData ? writeErr : writeOut)(text);
  } catch (error) {
    if (!(error instanceof ClosedOutputError)) throw error; // the exit status still tells
  }
}
