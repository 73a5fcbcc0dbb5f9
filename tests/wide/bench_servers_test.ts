import assert from "node:assert/strict";
import { inFreshPlaces } from "../support/bank_load.ts";
import { tableCounts } from "../support/postgres_reader.ts";
import { datagenOk } from "../support/servers_program.ts";
import { testsWith } from "../support/services.ts";

const test = await testsWith("postgres", "kafka", "schemaRegistry");

test("bench measures the servers that were named, and leaves nothing there", () =>
  inFreshPlaces(async ({ url, bootstrap, registry, prefix }) => {
    const servers = ["--postgres-url", url, "--kafka-bootstrap", bootstrap, "--schema-registry", registry];
    const words = [...servers, "--topic-prefix", prefix, "--skip-sqlite", "--scale", "40", "--json"];
    const { figures, ratios } = JSON.parse((await datagenOk(["bench", ...words])).stdout);
    for (const name of ["postgres", "kafka", "kafka_constant", "kafka_without_transactions", "kafka_event_by_event"]) {
      assert.ok(figures[name].rows > 0 && figures[name].rows_per_second > 0, name);
    }
    assert.ok(ratios.kafka_uncompressed_to_kafka_constant > 0 && ratios.kafka_to_kafka_without_transactions > 0);
    assert.deepEqual(await tableCounts(url), {});
  }));
