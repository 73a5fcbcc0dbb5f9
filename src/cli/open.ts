/**
 * Makes the sink of a target. Each adapter is loaded on first use, so that its permission is needed only then.
 *
 * @module
 */

import type { EventIdOf } from "../encoders/cloud_events.ts";
import type { Sink } from "../ports/sink.ts";
import { openKafkaSink, openPostgresSink } from "./open_servers.ts";
import type { LoadPlan, PlannedTarget } from "./targets.ts";

/**
 * Makes the sink of one target of a plan; nothing is connected to or written yet.
 *
 * @param line Takes the lines that the console shows.
 * @param eventId Tells the id of an event, for its record.
 */
export async function openSink(
  { target, entities }: PlannedTarget,
  plan: LoadPlan,
  line: (text: string) => void,
  eventId: EventIdOf,
): Promise<Sink> {
  switch (target.kind) {
    case "sqlite":
      return new (await import("../adapters/sqlite/sqlite_sink.ts")).SqliteSink(target.path, entities);
    case "csv":
      return new (await import("../adapters/files/csv_sink.ts")).CsvSink(target.path, entities, plan.csvDialect);
    case "json":
      return new (await import("../adapters/files/json_sink.ts")).JsonSink(target.path, entities, plan.jsonFormat);
    case "stdout":
      return new (await import("../adapters/console/json_lines_sink.ts")).JsonLinesSink(entities, line);
    case "console":
      return new (await import("../adapters/console/console_sink.ts")).ConsoleSink(
        entities,
        line,
        plan.limit === undefined ? {} : { limit: plan.limit },
      );
    case "postgres":
      return await openPostgresSink(plan.postgres!, entities);
    case "kafka":
      return await openKafkaSink(plan.kafka!, entities, eventId);
  }
}
