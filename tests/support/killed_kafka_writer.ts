/**
 * Writes 20 buyers' purchases with their mark and 10 more into an open transaction, then dies without a word to Kafka.
 *
 *     deno run ... killed_kafka_writer.ts BOOTSTRAP PREFIX
 */

import { clientOf, toySink } from "./kafka_targets.ts";
import { toyBatch, toyManifest, writeToy } from "./toy_shop.ts";

const [bootstrap, prefix] = Deno.args as [string, string];
const sink = toySink({ client: clientOf(bootstrap), prefix });
await sink.inspect();
await sink.begin(toyManifest(40), "create");
await writeToy(sink, 0, 20);
await sink.write(toyBatch(20, 30));
await new Promise((resolve) => setTimeout(resolve, 500)); // the records reach the broker
console.log("written");
Deno.kill(Deno.pid, "SIGKILL");
