/** Writes into a target and kills its own process in the middle; see `killedWriter` of toy_shop.ts. */

import { CsvSink, JsonSink, ParquetSink, type Sink, SqliteSink } from "../../sinks.ts";
import { PostgresSink, resolveConnection } from "../../servers.ts";
import { clientOf, kafkaSink } from "./kafka_targets.ts";
import { takingRows } from "./row_sink.ts";
import { toyBatch, toyEntities, toyManifest, writeToy } from "./toy_shop.ts";

const [target = ""] = Deno.args;
const scheme = target.slice(0, target.indexOf(":"));
const path = target.slice(scheme.length + 1);

const KINDS: Readonly<Record<string, () => Sink>> = {
  sqlite: () => new SqliteSink(path, toyEntities),
  csv: () => new CsvSink(path, toyEntities),
  json: () => new JsonSink(path, toyEntities),
  jsonl: () => new JsonSink(path, toyEntities, "lines"),
  parquet: () => new ParquetSink(path, toyEntities, 16),
  postgres: () => new PostgresSink(resolveConnection(target, () => undefined), toyEntities),
  kafka: () => {
    const [bootstrap, prefix] = path.split("/") as [string, string];
    return kafkaSink(toyEntities, { client: clientOf(bootstrap), prefix });
  },
};

const sink = takingRows(KINDS[scheme]!());
await sink.inspect();
await sink.begin(toyManifest(50), "create");
await writeToy(sink, 0, 20);
await sink.write(toyBatch(20, 30));
await new Promise((resolve) => setTimeout(resolve, scheme === "kafka" ? 500 : 0)); // the records reach the broker
console.log("written");
Deno.kill(Deno.pid, "SIGKILL");
