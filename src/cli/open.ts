/**
 * Makes the sink of a target. Each adapter is loaded on first use, so that its permission is needed only then.
 *
 * @module
 */

import type { Sink } from "../ports/sink.ts";
import { openKafkaSink, openPostgresSink } from "./open_servers.ts";
import type { LoadPlan, PlannedTarget } from "./targets.ts";

/** Where a target that is no place writes. */
export interface RowOutput {
  /** Takes a line without its end. */
  line(text: string): void;
  /** Takes whole lines, as UTF-8. */
  lines(bytes: Uint8Array): void;
}

/** Makes the sink of one target of a plan; nothing is connected to or written yet. */
export async function openSink(
  { target, entities }: PlannedTarget,
  plan: LoadPlan,
  output: RowOutput,
): Promise<Sink> {
  switch (target.kind) {
    case "sqlite":
      return new (await import("../adapters/sqlite/sqlite_sink.ts")).SqliteSink(target.path, entities);
    case "csv":
      return new (await import("../adapters/files/csv_sink.ts")).CsvSink(target.path, entities, plan.csvDialect);
    case "json":
      return new (await import("../adapters/files/json_sink.ts")).JsonSink(target.path, entities, plan.jsonFormat);
    case "stdout":
      return new (await import("../adapters/console/json_lines_sink.ts")).JsonLinesSink(entities, output.lines);
    case "console":
      return new (await import("../adapters/console/console_sink.ts")).ConsoleSink(
        entities,
        output.line,
        plan.limit === undefined ? {} : { limit: plan.limit },
      );
    case "postgres":
      return await openPostgresSink(plan.postgres!, entities);
    case "kafka":
      return await openKafkaSink(plan.kafka!, entities);
  }
}
