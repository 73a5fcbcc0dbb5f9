import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import postgresClient from "postgres";
import { describe } from "../../tools/services.ts";
import { includesServerTests } from "../../tools/with_services.ts";
import { inFreshFolder, type Outcome, root } from "../support/program.ts";
import { cached } from "../support/services/cache.ts";
import { MissingServer, run } from "../support/services/commands.ts";
import { VARIABLES } from "../support/services/offers.ts";
import {
  freePort,
  freshDatabase,
  freshPrefix,
  postgres,
  privateKafka,
  privatePostgres,
  privateSchemaRegistry,
  sleep,
  testsWith,
} from "../support/services.ts";

const SERVICES = new URL("tests/support/services.ts", root).href;

// ---- What needs no server ----

Deno.test("includesServerTests() knows the folders whose tests ask for servers", () => {
  assert.equal(includesServerTests(["--parallel", "tests/"]), true);
  assert.equal(includesServerTests(["./tests/integration/postgres_test.ts"]), true);
  assert.equal(includesServerTests(["tests/unit/tools_test.ts"]), false);
});

Deno.test("describe() gives every address, and a command line with all of them", () => {
  const text = describe({ postgresUrl: "postgres://a", kafkaBootstrap: "b:1", schemaRegistry: "http://c" });
  assert.match(text, /load .*--postgres-url postgres:\/\/a --kafka-bootstrap b:1 --schema-registry http:\/\/c /);
});

Deno.test("freshPrefix() gives a valid beginning of topic names, each time another", () => {
  assert.match(freshPrefix(), /^[a-z0-9-]{1,60}$/);
  assert.notEqual(freshPrefix(), freshPrefix());
});

Deno.test("freePort() gives a port that can be listened on", () => {
  Deno.listen({ hostname: "127.0.0.1", port: freePort() }).close();
});

Deno.test("cached() leaves nothing behind when fetching fails, and fetches once when it succeeds", async () => {
  const name = `cache-test-${crypto.randomUUID()}`;
  await assert.rejects(cached(name, () => Promise.reject(new Error("no network"))), /no network/);
  let fetched = 0;
  const folders = [];
  for (let call = 0; call < 2; call++) folders.push(await cached(name, () => Promise.resolve(void fetched++)));
  assert.deepEqual([fetched, folders[0]], [1, folders[1]]);
  const names = Array.from(Deno.readDirSync(`${folders[0]}/..`), (entry) => entry.name);
  assert.deepEqual(names.filter((entry) => entry.startsWith(name)), [name]);
  await Deno.remove(folders[0]!);
});

Deno.test("cached() fetches once for all who ask meanwhile", async () => {
  const name = `cache-test-${crypto.randomUUID()}`;
  let fetched = 0;
  const ask = () => cached(name, () => Promise.resolve(void fetched++));
  const [folder] = await Promise.all([ask(), ask()]);
  assert.equal(fetched, 1);
  await Deno.remove(folder);
});

Deno.test("run() tells what is missing, and what to do about it", async () => {
  await assert.rejects(run("no-such-program", [], "install it"), (error) => {
    assert(error instanceof MissingServer);
    assert.deepEqual([error.message, error.remedy], [
      "Cannot run no-such-program: it is not on PATH",
      "install it",
    ]);
    return true;
  });
});

// ---- What becomes of tests whose server is missing ----

/** Runs a test file of one test, which fails, with an environment that offers no server unless it says so. */
async function testsWithout(environment: Record<string, string>): Promise<Outcome> {
  let outcome: Outcome | undefined;
  await inFreshFolder(async (folder) => {
    const text = `import { testsWith } from "${SERVICES}";
const test = await testsWith("postgres");
test("uses a server", () => { throw new Error("it ran"); });
`;
    await Deno.writeTextFile(`${folder}/some_test.ts`, text);
    const config = fileURLToPath(new URL("deno.json", root));
    const empty = Object.fromEntries(["DATAGEN_TEST_SERVICES", ...Object.values(VARIABLES)].map((name) => [name, ""]));
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "--no-check", "--allow-all", "--config", config, `${folder}/some_test.ts`],
      env: { ...empty, CI: "", NO_COLOR: "1", ...environment },
    }).output();
    const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    outcome = { status: code, stdout: out!, stderr: err! };
  });
  return outcome!;
}

Deno.test("testsWith() skips tests whose server is missing, and prints the reason and the remedy", async () => {
  const { status, stdout, stderr } = await testsWithout({});
  assert.equal(status, 0, stderr);
  assert.match(stdout, /0 passed \| 0 failed \| 1 ignored/);
  assert.match(stdout + stderr, /services: Cannot reach postgres: .*Remedy: .*DATAGEN_TEST_POSTGRES_URL/);
});

Deno.test("testsWith() fails tests whose server is missing where CI=true", async () => {
  const { status, stdout } = await testsWithout({ CI: "true" });
  assert.equal(status, 1);
  assert.match(stdout, /Cannot reach postgres: .*Remedy: .*DATAGEN_TEST_POSTGRES_URL/);
  assert.doesNotMatch(stdout, /it ran/);
});

Deno.test("testsWith() takes a server that the environment names", async () => {
  const { stdout } = await testsWithout({ DATAGEN_TEST_POSTGRES_URL: "postgres://a:b@127.0.0.1:1/c" });
  assert.match(stdout, /it ran/);
});

// ---- PostgreSQL ----

const withPostgres = await testsWith("postgres", "ownPostgres");

/** What a statement gives, by a connection of its own. */
async function ask(url: string, statement: string, options: Parameters<typeof postgresClient>[1] = {}) {
  const sql = postgresClient(url, { max: 1, connect_timeout: 5, ...options });
  try {
    return [...await sql.unsafe(statement)];
  } finally {
    await sql.end({ timeout: 5 });
  }
}

withPostgres("postgres() starts one server for all, and freshDatabase() leaves no database behind", async () => {
  const [one, other] = await Promise.all([postgres(), postgres()]);
  assert.deepEqual(one, other);
  const name = await freshDatabase(async ({ url, database }) => {
    assert.deepEqual(await ask(url, "SELECT current_database() AS name"), [{ name: database }]);
    return database;
  });
  assert.deepEqual(await ask(one.url, `SELECT 1 FROM pg_database WHERE datname = '${name}'`), []);
});

const with15 = await testsWith("postgres15");

with15("freshDatabase() gives a database of PostgreSQL 15 where asked for one", async () => {
  const rows = await freshDatabase(({ url }) => ask(url, "SHOW server_version_num"), "postgres15");
  assert.match(String(rows[0]!.server_version_num), /^15/);
});

withPostgres("privatePostgres() wants a password, and keeps committed rows over a kill and a start", async () => {
  await using server = await privatePostgres({ config: { max_connections: "17" } });
  await assert.rejects(ask(server.url.replace(server.password, "wrong"), "SELECT 1"), /password authentication/);
  await ask(server.url, "CREATE TABLE kept AS SELECT current_setting('max_connections') AS connections");
  await server.kill();
  await assert.rejects(ask(server.url, "SELECT 1"), /ECONNREFUSED/);
  await server.start();
  assert.deepEqual(await ask(server.url, "TABLE kept"), [{ connections: "17" }]);
});

withPostgres("privatePostgres() can be frozen: a paused server answers when it is resumed", async () => {
  await using server = await privatePostgres();
  await server.pause();
  let answered = false;
  const answer = ask(server.url, "SELECT 1 AS one", { connect_timeout: 30 }).finally(() => answered = true);
  await sleep(500);
  assert.equal(answered, false);
  await server.resume();
  assert.deepEqual(await answer, [{ one: 1 }]);
});

withPostgres(
  "privatePostgres() speaks nothing but TLS where it is required, with a certificate that holds",
  async () => {
    await using server = await privatePostgres({ tls: "required" });
    await assert.rejects(ask(server.url, "SELECT 1"), /no encryption/);
    const ca = await Deno.readTextFile(server.caFile!);
    const rows = await ask(server.url, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", { ssl: { ca } });
    assert.deepEqual(rows, [{ ssl: true }]);
  },
);

withPostgres(
  "a run ends the servers that a process of it left behind when it died, and removes their files",
  async () => {
    const script = `import { privatePostgres } from "${SERVICES}";
const server = await privatePostgres();
console.log(JSON.stringify([server.pid, server.port]));
Deno.kill(Deno.pid, "SIGKILL");
`;
    await inFreshFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/leave.ts`, script);
      const config = fileURLToPath(new URL("deno.json", root));
      const wrapper = fileURLToPath(new URL("tools/with_services.ts", root));
      const { stdout } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--config", config, wrapper, "deno", "run", "-A", "--config", config, `${folder}/leave.ts`],
        env: { TMPDIR: folder },
      }).output();
      const [pid, port] = JSON.parse(new TextDecoder().decode(stdout));
      assert(pid > 0 && port > 0);
      await assert.rejects(Deno.connect({ hostname: "127.0.0.1", port }), /refused/);
      const left = Array.from(Deno.readDirSync(folder), ({ name }) => name);
      assert.deepEqual(left, ["leave.ts"]);
    });
  },
);

// ---- Kafka and the registry ----

const withKafka = await testsWith("ownKafka");

withKafka(
  "privateKafka() listens by TLS with a certificate that holds, and starts again on the same port",
  async () => {
    await using server = await privateKafka({ secure: true });
    const caCerts = [await Deno.readTextFile(server.secure!.caFile)];
    const port = Number(server.secure!.ssl.split(":")[1]);
    await server.kill();
    await server.start();
    using connection = await Deno.connectTls({ hostname: "localhost", port, caCerts });
    await connection.handshake();
    await assert.rejects(async () => {
      using untrusting = await Deno.connectTls({ hostname: "localhost", port });
      await untrusting.handshake();
    }, /invalid peer certificate/);
  },
);

const withRegistry = await testsWith("ownSchemaRegistry");

withRegistry("privateSchemaRegistry() takes a schema, and its folder is gone at the end", async () => {
  let url = "";
  {
    await using server = await privateSchemaRegistry();
    url = server.url;
    const body = JSON.stringify({ schema: '{"type":"string"}' });
    const headers = { "content-type": "application/vnd.schemaregistry.v1+json" };
    const answer = await fetch(`${url}/subjects/t-value/versions`, { method: "POST", body, headers });
    assert.equal(typeof (await answer.json()).id, "number");
  }
  await assert.rejects(fetch(`${url}/subjects`), TypeError);
});
