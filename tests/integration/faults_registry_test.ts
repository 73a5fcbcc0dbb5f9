/** What `load` does when the Schema Registry does not answer, refuses, or goes away half way. */

import assert from "node:assert/strict";
import { bankCatalogue } from "../../mod.ts";
import { RegistryClient } from "../../src/adapters/registry/registry_client.ts";
import { avroSchema } from "../../src/encoders/avro_schema.ts";
import { AS_OF, eventsOf } from "../support/bank_load.ts";
import { startProxy } from "../support/http_proxy.ts";
import { assertTopics, readerTestsWith, readTopics } from "../support/kafka_reader.ts";
import { REGISTRY_PASSWORD, REGISTRY_TOKEN } from "../support/secrets.ts";
import { freePort, freshPrefix, kafka, postgres, privateSchemaRegistry, schemaRegistry } from "../support/services.ts";
import { assertFailure, datagen, datagenOk, RunningProgram } from "../support/servers_program.ts";
import { hasWritten, LOGGED } from "../support/log_events.ts";

const test = await readerTestsWith("kafka", "postgres", "schemaRegistry", "ownSchemaRegistry");

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
  const program = new RunningProgram([...await words(prefix, registry.url, 600), ...LOGGED]);
  assert.equal(await program.logs(hasWritten("kafka:", 64)), true);
  try {
    await registry.kill();
    const { status, stderr } = await program.outcome();
    assert.equal(status, 0, stderr.split("\n").slice(-3).join("\n"));
  } finally {
    await registry.start();
  }
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

test("load asks a registry on this machine directly where HTTP_PROXY is set, and names the proxy otherwise", async () => {
  const [prefix, { url }] = [freshPrefix(), await schemaRegistry()];
  await using proxy = startProxy("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
  const environment = { HTTP_PROXY: proxy.url, NO_PROXY: "" }; // the tests' own names this machine
  await datagenOk(await words(prefix, url, 5), environment);
  assert.deepEqual(proxy.asked, []);
  assertFailure(await datagen(await words(freshPrefix(), "http://schemas.example:8081", 5), environment), {
    status: 2,
    error:
      /Cannot .+ at the Schema Registry http:\/\/schemas\.example:8081 through the proxy \S+ \(HTTP_PROXY\): the proxy answers with status 403$/,
    hint: /correct HTTP_PROXY, or set NO_PROXY=schemas\.example to ask without the proxy$/,
  });
});

test("load tells what answers in the registry's place: Kafka, PostgreSQL, and Apicurio without its path", async () => {
  const { host, port } = await postgres();
  const cases = [
    [
      `http://${(await kafka()).bootstrap}`,
      1,
      /Cannot .+: it closed the connection$/,
      /Kafka \(9092\) and PostgreSQL \(5432\) speak no HTTP/,
    ],
    [
      `http://${host}:${port}`,
      1,
      /Cannot .+: it closed the connection$/,
      /Kafka \(9092\) and PostgreSQL \(5432\) speak no HTTP/,
    ],
    [
      new URL((await schemaRegistry()).url).origin,
      2,
      /Cannot .+: no Schema Registry answers there, but something else, with status 404/,
      /correct --schema-registry: Apicurio's address ends in \/apis\/ccompat\/v7/,
    ],
  ] as const;
  for (const [registry, status, error, hint] of cases) {
    assertFailure(await datagen(await words(freshPrefix(), registry, 5)), { status, error, hint });
  }
});

/** A front before a real registry that lets nobody write there, as READONLY and read-only users do. */
function readOnlyFront(url: string, answer: () => Response): Deno.HttpServer<Deno.NetAddr> & { refused: string[] } {
  const refused: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const { pathname } = new URL(request.url);
    const writes = request.method !== "GET" && !/^\/subjects\/[^/]+$/.test(pathname);
    if (writes) refused.push(`${request.method} ${pathname}`);
    if (writes) return answer();
    const body = request.method === "GET" ? {} : { body: await request.text() };
    const headers = { "Content-Type": "application/json" };
    return await fetch(`${url}${pathname}`, { method: request.method, headers, ...body });
  });
  return Object.assign(server, { refused });
}

const READ_ONLY = [
  [
    "READONLY",
    422,
    { error_code: 42205, message: "Subject is in read-only mode" },
    /Cannot .+: its mode lets nobody write the subject/,
  ],
  [
    "a user who only reads",
    403,
    { error_code: 40301, message: "User is denied" },
    /Cannot .+: the right to write the subject is missing/,
  ],
] as const;

for (const [what, status, body, reason] of READ_ONLY) {
  test(`load needs no right to write where an administrator registered the schemas: ${what}`, async () => {
    const { url } = await schemaRegistry();
    await using front = readOnlyFront(url, () => Response.json(body, { status }));
    const address = `http://127.0.0.1:${front.addr.port}`;
    const [prefix, lacking] = [freshPrefix(), freshPrefix()];
    const events = bankCatalogue.filter(({ topic }) => topic !== undefined);
    const registry = new RegistryClient(url);
    for (const event of events) {
      await registry.register(`${prefix}.${event.topic!.name}-value`, JSON.stringify(avroSchema(event)));
    }
    const { stdout } = await datagenOk([...await words(prefix, address), "--json"]);
    const { bootstrap } = await kafka();
    await assertTopics({ bootstrap, prefix, registry: url, expect: eventsOf(JSON.parse(stdout).rows) });
    assert.deepEqual(front.refused, []);

    const [first, ...others] = events.map(({ topic }) => `${lacking}.${topic!.name}-value`);
    await registry.register(others.pop()!, JSON.stringify(avroSchema(events.at(-1)!)));
    const outcome = await datagen(await words(lacking, address));
    assertFailure(outcome, { status: 2, error: reason, hint: /"datagen schema transactions --format avro" prints/ });
    assert.ok(outcome.stderr.includes(`; without their schema are ${[first, ...others].join(", ")}\n`), outcome.stderr);
    registry.close();
  });
}

test("doctor needs no more rights at the registry than load, and tells of READONLY and of what is missing", async () => {
  const { url } = await schemaRegistry();
  const { bootstrap } = await kafka();
  const prefix = freshPrefix();
  await using front = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/mode/")) return Response.json({ mode: "READONLY" });
    if (pathname === "/subjects") return Response.json({ error_code: 40301, message: "denied" }, { status: 403 });
    const headers = { "Content-Type": "application/json" };
    const body = request.method === "GET" ? {} : { body: await request.text() };
    return await fetch(`${url}${pathname}`, { method: request.method, headers, ...body });
  });
  const registry = `http://127.0.0.1:${front.addr.port}`;
  const where = ["--kafka-bootstrap", bootstrap, "--topic-prefix", prefix, "--schema-registry"];
  const words = ["doctor", "--to", "kafka", ...where];
  const open = await datagenOk([...words, url]);
  assert.match(
    open.stdout,
    /\[OK\] registry: \S+ answers, .*, 0 of 4 schemas are registered; registering the rest takes/,
  );
  const ill = await datagen([...words, registry]);
  assert.equal(ill.status, 1);
  assert.match(
    ill.stdout,
    /\[FAIL\] registry: subject \S+\.trades-value lacks its schema, and its mode is READONLY\n {5}next: let it be registered/,
  );
  const client = new RegistryClient(url);
  for (const event of bankCatalogue.filter(({ topic }) => topic !== undefined)) {
    await client.register(`${prefix}.${event.topic!.name}-value`, JSON.stringify(avroSchema(event)));
  }
  client.close();
  const well = await datagenOk([...words, registry]);
  assert.match(well.stdout, /\[OK\] registry: \S+ answers, version not told, 4 of 4 schemas are registered\n/);
});
