/** Writes into a target and kills its own process in the middle; see `killedWriter` of toy_shop.ts. */

import { CsvSink, JsonSink, SqliteSink } from "../../sinks.ts";
import { takingRows } from "./row_sink.ts";
import { toyBatch, toyEntities, toyManifest, writeToy } from "./toy_shop.ts";

const [target = ""] = Deno.args;
const path = target.slice(target.indexOf(":") + 1);
const sink = takingRows(
  target.startsWith("sqlite:")
    ? new SqliteSink(path, toyEntities)
    : target.startsWith("csv:")
    ? new CsvSink(path, toyEntities)
    : new JsonSink(path, toyEntities, target.startsWith("jsonl:") ? "lines" : "array"),
);

await sink.begin(toyManifest(50), "create");
await writeToy(sink, 0, 20);
await sink.write(toyBatch(20, 30));
console.log("written");
Deno.kill(Deno.pid, "SIGKILL");
