/** What `load` does when the Schema Registry does not answer, refuses, or goes away half way. */

import assert from "node:assert/strict";
import { AS_OF, eventsOf } from "../support/bank_load.ts";
import { assertTopics, readerTestsWith, readTopics } from "../support/kafka_reader.ts";
import { REGISTRY_PASSWORD, REGISTRY_TOKEN } from "../support/secrets.ts";
import { freePort, freshPrefix, kafka, privateSchemaRegistry } from "../support/services.ts";
import { assertFailure, datagen, datagenOk, RunningProgram } from "../support/servers_program.ts";

const test = await readerTestsWith("kafka", "ownSchemaRegistry");

async function words(prefix: string, registry: string, customers = 60): Promise<string[]> {
  const { bootstrap } = await kafka();
  const where = ["--kafka-bootstrap", bootstrap, "--topic-prefix", prefix, "--schema-registry", registry];
  return ["load", "--customers", String(customers), "--as-of", AS_OF, "--skip-postgres", ...where];
}

test("load writes nothing when the Schema Registry is down, and JSON with --schema-registry-fallback json", async () => {
  const { bootstrap } = await kafka();
  const prefix = freshPrefix();
  const command = await words(prefix, `http://127.0.0.1:${freePort()}`);
  assertFailure(await datagen(command), {
    status: 1,
    error: /Cannot .+Schema Registry.+: connection refused$/,
    hint: /see --schema-registry; --no-avro sends JSON and needs no registry$/,
  });
  const { stdout } = await datagenOk([...command, "--schema-registry-fallback", "json", "--json"]);
  const { rows, targets } = JSON.parse(stdout);
  assert.match(targets[0].warnings.join(), /^records are JSON, not Avro: /);
  await assertTopics({ bootstrap, prefix, expect: eventsOf(rows) });
});

test("load goes on with the schemas that it has when the Schema Registry goes away", async () => {
  await using registry = await privateSchemaRegistry();
  const { bootstrap } = await kafka();
  const [prefix, other] = [freshPrefix(), freshPrefix()];
  const program = new RunningProgram([...await words(prefix, registry.url, 600), "--log-level", "debug"]);
  assert.equal(await program.sees(/stage=write target=kafka\S* customers=64 /), true);
  await registry.kill();
  const { status, stderr } = await program.outcome();
  assert.equal(status, 0, stderr.split("\n").slice(-3).join("\n"));

  await registry.start();
  await datagenOk(await words(other, registry.url, 600));
  const [one, undisturbed] = await Promise.all(
    [prefix, other].map((prefix) => readTopics({ bootstrap, prefix, registry: registry.url, digest: true })),
  );
  assert.deepEqual(one!.topics, undisturbed!.topics);
});

test("load sends a token or a password to the Schema Registry and never shows it", async () => {
  const asked: (string | null)[] = [];
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    asked.push(request.headers.get("authorization"));
    return Response.json({ error_code: 40101, message: "no entry" }, { status: 401 });
  });
  const address = `127.0.0.1:${server.addr.port}`;
  const refused = {
    status: 2,
    error: /Cannot .+Schema Registry.+refuses the login$/,
    hint: /see --schema-registry/,
  } as const;
  const debug = ["--verbose", "--log-level", "debug"];
  const withToken = { DATAGEN_SCHEMA_REGISTRY_TOKEN: REGISTRY_TOKEN };
  assertFailure(await datagen(await words(freshPrefix(), `http://${address}`), withToken), refused);
  await datagen([...await words(freshPrefix(), `http://${address}`), ...debug], withToken);
  const login = `http://loader:${encodeURIComponent(REGISTRY_PASSWORD)}@${address}`;
  assertFailure(await datagen(await words(freshPrefix(), login)), refused);
  await datagen([...await words(freshPrefix(), login), ...debug]);
  assert.deepEqual([...new Set(asked)], [`Bearer ${REGISTRY_TOKEN}`, `Basic ${btoa(`loader:${REGISTRY_PASSWORD}`)}`]);
});
