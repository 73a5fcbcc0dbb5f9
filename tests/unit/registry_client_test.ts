import assert from "node:assert/strict";
import { RegistryClient, type RegistryOptions } from "../../src/adapters/registry/registry_client.ts";
import { RegistryError } from "../../src/ports/registry.ts";
import { assertNoSecrets, REGISTRY_PASSWORD, REGISTRY_TOKEN, WRAPPED_TOKEN } from "../support/secrets.ts";

const SUBJECT = "banking.transactions-value";
const SCHEMA = '{"type":"string"}';

/** Lets `handler` play the registry while `use` runs; `use` gets the host and port. */
async function playing(
  handler: (request: Request) => Response | Promise<Response>,
  use: (host: string) => Promise<void>,
): Promise<void> {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, handler);
  try {
    await use(`127.0.0.1:${server.addr.port}`);
  } finally {
    await server.shutdown();
  }
}

/** A registry that always answers the same. */
function saying(status: number, body: unknown): () => Response {
  return () => Response.json(body, { status });
}

/** The error with which a call fails, checked for what holds for all of them. */
async function errorOf(call: Promise<unknown>): Promise<RegistryError> {
  const error = await call.then(() => assert.fail("no error"), (error: unknown) => error);
  assert.ok(error instanceof RegistryError, String(error));
  assert.ok(!error.message.includes("\n"), error.message);
  assertNoSecrets(Deno.inspect(error), "an error of the registry");
  return error;
}

/** Fails to register against a registry that answers with a status; gives the message after the address. */
async function refusal(status: number, body: unknown, options: RegistryOptions = {}): Promise<[string, boolean]> {
  let said: [string, boolean] | undefined;
  await playing(saying(status, body), async (host) => {
    const client = new RegistryClient(`http://${host}`, options);
    const { message, retriable } = await errorOf(client.register(SUBJECT, SCHEMA));
    const start = `Cannot register the schema of ${SUBJECT} at the Schema Registry http://${host}: `;
    assert.ok(message.startsWith(start), message);
    said = [message.slice(start.length), retriable];
  });
  return said!;
}

Deno.test("register() posts the schema below the URL's path and gives the id", async () => {
  const seen: unknown[] = [];
  await playing(async (request) => {
    seen.push([request.method, new URL(request.url).pathname, request.headers.get("content-type")]);
    seen.push(await request.json());
    return Response.json({ id: 7 });
  }, async (host) => {
    assert.equal(await new RegistryClient(`http://${host}/apis/ccompat/v7/`).register(SUBJECT, SCHEMA), 7);
  });
  const path = `/apis/ccompat/v7/subjects/${SUBJECT}/versions`;
  assert.deepEqual(seen, [["POST", path, "application/vnd.schemaregistry.v1+json"], { schema: SCHEMA }]);
});

Deno.test("incompatibility() asks about the latest version, and finds none in a subject without versions", async () => {
  const answers = [
    [Response.json({ is_compatible: true, messages: ["all well"] }), undefined],
    [Response.json({ error_code: 40401, message: "Subject not found" }, { status: 404 }), undefined],
    [
      Response.json({ is_compatible: false, messages: ["READER_FIELD\n missing", "BACKWARD"] }),
      "READER_FIELD missing; BACKWARD",
    ],
    [Response.json({ is_compatible: false, reason: "b at /fields/1" }), "b at /fields/1"],
    [Response.json({ is_compatible: false, reason: null }), "the registry does not say why"],
    [Response.json({ is_compatible: false }), "the registry does not say why"],
  ] as const;
  let asked = 0;
  await playing((request) => {
    const { pathname, search } = new URL(request.url);
    assert.equal(pathname + search, "/compatibility/subjects/a%2Fb%20c/versions/latest?verbose=true");
    return answers[asked++]![0];
  }, async (host) => {
    const client = new RegistryClient(`http://${host}`);
    for (const [, expected] of answers) assert.equal(await client.incompatibility("a/b c", SCHEMA), expected);
  });
});

Deno.test("incompatibility() takes a server that knows no such path for no registry", async () => {
  await playing(saying(404, { error_code: 404, message: "no such path" }), async (host) => {
    const { message } = await errorOf(new RegistryClient(`http://${host}`).incompatibility(SUBJECT, SCHEMA));
    assert.ok(message.includes(": no Schema Registry answers there"), message);
  });
});

Deno.test("lookup() gives the id of a schema that its subject holds, and tells other schemas from none", async () => {
  const answers = [
    [Response.json({ subject: "a/b c", version: 2, id: 7, schema: SCHEMA }), { found: "schema", id: 7 }],
    [Response.json({ error_code: 40403, message: "Schema not found" }, { status: 404 }), { found: "others" }],
    [Response.json({ error_code: 40401, message: "Subject not found" }, { status: 404 }), { found: "nothing" }],
  ] as const;
  let asked = 0;
  await playing(async (request) => {
    assert.deepEqual([request.method, new URL(request.url).pathname], ["POST", "/subjects/a%2Fb%20c"]);
    assert.deepEqual(await request.json(), { schema: SCHEMA });
    return answers[asked++]![0];
  }, async (host) => {
    const client = new RegistryClient(`http://${host}`);
    for (const [, expected] of answers) assert.deepEqual(await client.lookup("a/b c", SCHEMA), expected);
  });
});

for (const status of [403, 405, 501]) {
  Deno.test(`incompatibility() leaves it to register() where the registry refuses the question with ${status}`, async () => {
    await playing(saying(status, { message: "no" }), async (host) => {
      const call = new RegistryClient(`http://${host}`, { timeoutMs: 100 }).incompatibility(SUBJECT, SCHEMA);
      assert.equal(await call, undefined);
    });
  });
}

Deno.test("holds() tells whether a subject has a version, and takes a stranger's answer for none", async () => {
  const answers = [
    Response.json({ subject: "a/b c", version: 1, id: 7, schema: SCHEMA }),
    Response.json({ error_code: 40401, message: "Subject not found" }, { status: 404 }),
    Response.json({ error_code: 404, message: "no such path" }, { status: 404 }),
  ];
  let asked = 0;
  await playing((request) => {
    assert.equal(new URL(request.url).pathname, "/subjects/a%2Fb%20c/versions/latest");
    return answers[asked++]!;
  }, async (host) => {
    const client = new RegistryClient(`http://${host}`);
    assert.equal(await client.holds("a/b c"), true);
    assert.equal(await client.holds("a/b c"), false);
    assert.match((await errorOf(client.holds("a/b c"))).message, /: no Schema Registry answers there/);
  });
});

for (
  const [root, path, product] of [
    ["", "/v1/metadata/version", "Confluent 7.9.0-ce"],
    ["/apis/ccompat/v7", "/apis/registry/v2/system/info", "Apicurio 7.9.0-ce"],
    ["", "/elsewhere", undefined],
  ] as const
) {
  Deno.test(`product() of a registry that answers at ${path} is ${product ?? "not told"}`, async () => {
    await playing(
      ({ url }) => Response.json({ version: "7.9.0-ce" }, { status: new URL(url).pathname === path ? 200 : 404 }),
      async (host) => assert.equal(await new RegistryClient(`http://${host}${root}`).product(), product),
    );
  });
}

Deno.test("deleteSubject() marks a subject as deleted, then deletes it for good, and passes over what is gone", async () => {
  const asked: string[] = [];
  await playing((request) => {
    asked.push(`${request.method} ${request.url.slice(request.url.indexOf("/subjects"))}`);
    return Response.json({ error_code: 40401, message: "Subject not found" }, { status: 404 });
  }, (host) => new RegistryClient(`http://${host}`).deleteSubject(SUBJECT));
  assert.deepEqual(asked, [`DELETE /subjects/${SUBJECT}`, `DELETE /subjects/${SUBJECT}?permanent=true`]);
  await playing(saying(403, {}), async (host) => {
    const { message } = await errorOf(new RegistryClient(`http://${host}`).deleteSubject(SUBJECT));
    assert.equal(
      message,
      `Cannot delete the subject ${SUBJECT} at the Schema Registry http://${host}: the right to delete the subject is missing`,
    );
  });
});

Deno.test("subjects() lists the names", async () => {
  await playing(saying(200, ["a-value", "b-value"]), async (host) => {
    assert.deepEqual(await new RegistryClient(`http://${host}`).subjects(), ["a-value", "b-value"]);
  });
});

for (
  const [what, urlUser, options, expected] of [
    ["nothing", "", {}, null],
    ["the URL's user and password", "a%40b:p%3Aw%@", {}, `Basic ${btoa("a@b:p%3Aw%")}`],
    ["the URL's escapes", "a%40b:p%3Aw@", {}, `Basic ${btoa("a@b:p:w")}`],
    [
      "the option's user before the URL's",
      "x:y@",
      { basicAuth: { user: "me", password: "pw" } },
      `Basic ${btoa("me:pw")}`,
    ],
    ["letters outside ASCII as UTF-8", "", { basicAuth: { user: "é", password: "" } }, "Basic w6k6"],
    ["the token before the URL's user", "x:y@", { bearerToken: "abc" }, "Bearer abc"],
  ] as const
) {
  Deno.test(`RegistryClient logs in with ${what}`, async () => {
    let seen: string | null = "";
    await playing((request) => {
      seen = request.headers.get("authorization");
      return Response.json([]);
    }, async (host) => {
      const client = new RegistryClient(`http://${urlUser}${host}`, options);
      await client.subjects();
      assert.equal(client.url, `http://${host}`);
    });
    assert.equal(seen, expected);
  });
}

for (
  const [status, body, expected] of [
    [401, {}, "it wants a user and a password, or a token"],
    [403, { message: "no write on banking" }, "the right to write the subject is missing: no write on banking"],
    [409, { message: "READER_FIELD\n  missing" }, "it is not compatible with the versions there: READER_FIELD missing"],
    [422, { message: "bad type" }, "it is not a schema that can be used: bad type"],
    [418, { message: 5 }, "status 418"],
    [
      422,
      { error_code: 42205, message: "Subject is in read-only mode" },
      "its mode lets nobody write the subject, as READONLY does: Subject is in read-only mode",
    ],
    [404, "", "no Schema Registry answers there, but something else, with status 404"],
    [200, { number: 1 }, "no Schema Registry answers there, but something else, with status 200"],
    [409, { message: "x".repeat(1000) }, `it is not compatible with the versions there: ${"x".repeat(300)}...`],
  ] as const
) {
  Deno.test(`register() tells in a line why status ${status} with ${JSON.stringify(body).slice(0, 40)} is no`, async () => {
    assert.deepEqual(await refusal(status, body), [expected, false]);
  });
}

Deno.test("register() tells a refused login from a missing one, and repeats no secret that the registry sends back", async () => {
  const basicAuth = { user: "me", password: REGISTRY_PASSWORD };
  assert.deepEqual(await refusal(401, {}, { basicAuth }), ["it refuses the login", false]);
  const [byPassword] = await refusal(403, { message: `${REGISTRY_PASSWORD} may not` }, { basicAuth });
  assert.equal(byPassword, "the right to write the subject is missing: *** may not");
  const [byToken] = await refusal(403, { message: `bad ${REGISTRY_TOKEN}` }, { bearerToken: REGISTRY_TOKEN });
  assert.equal(byToken, "the right to write the subject is missing: bad ***");
});

Deno.test("RegistryClient follows no redirect, and tells where it leads without what may be secret", async () => {
  let asked = 0;
  await playing(() => {
    asked++;
    return new Response(null, { status: 302, headers: { Location: `/v2?token=${REGISTRY_TOKEN}` } });
  }, async (host) => {
    const { message, retriable, hint } = await errorOf(new RegistryClient(`http://${host}`).subjects());
    assert.ok(message.endsWith(`: it redirects to http://${host}/v2`), message);
    assert.match(hint!, /^that is no Schema Registry's path: it may be a page to log in/);
    assert.equal(retriable, false);
  });
  assert.equal(asked, 1);
});

Deno.test("RegistryClient tries 5xx and 429 again, three times in all", async () => {
  const statuses = [503, 429, 200];
  await playing(() => Response.json([], { status: statuses.shift()! }), async (host) => {
    assert.deepEqual(await new RegistryClient(`http://${host}`).subjects(), []);
  });
  let asked = 0;
  await playing(() => {
    asked++;
    return Response.json({ message: "no leader" }, { status: 500 });
  }, async (host) => {
    const { message, retriable } = await errorOf(new RegistryClient(`http://${host}`).subjects());
    assert.ok(message.endsWith(": status 500: no leader"), message);
    assert.equal(retriable, true);
  });
  assert.equal(asked, 3);
});

Deno.test("RegistryClient gives up at its deadline", async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => release = resolve);
  await playing(() => held.then(() => Response.json([])), async (host) => {
    const start = performance.now();
    const { message, retriable } = await errorOf(new RegistryClient(`http://${host}`, { timeoutMs: 300 }).subjects());
    assert.ok(performance.now() - start < 5000);
    assert.ok(message.endsWith(": no answer within 0.3 s"), message);
    assert.equal(retriable, true);
    release();
  });
});

Deno.test("RegistryClient goes on to the next address when one does not answer", async () => {
  await playing(saying(200, ["here"]), async (host) => {
    const nobody = `http://user:${encodeURIComponent(REGISTRY_PASSWORD)}@127.0.0.1:${closedPort()}`;
    const client = new RegistryClient(`${nobody}, http://${host}`);
    assert.deepEqual(await client.subjects(), ["here"]);
    assertNoSecrets(client.url, "the registry's url");
  });
});

Deno.test("RegistryClient says that nobody listens, without user and password", async () => {
  const port = closedPort();
  const client = new RegistryClient(`http://user:${encodeURIComponent(REGISTRY_PASSWORD)}@127.0.0.1:${port}`, {
    timeoutMs: 100,
  });
  const { message, retriable } = await errorOf(client.subjects());
  assert.equal(message, `Cannot list the subjects at the Schema Registry http://127.0.0.1:${port}: connection refused`);
  assert.equal(retriable, true);
});

Deno.test("RegistryClient says that a server without TLS has none", async () => {
  await playing(saying(200, []), async (host) => {
    const { message, retriable } = await errorOf(new RegistryClient(`https://${host}`).subjects());
    assert.ok(message.endsWith(": it does not speak TLS"), message);
    assert.equal(retriable, false);
  });
});

Deno.test("new RegistryClient() refuses addresses and credentials that it cannot use, and repeats no password", () => {
  for (const url of ["", "localhost:8081", "ftp://host", `http://me:${REGISTRY_PASSWORD}@host:99999`]) {
    assert.throws(() => new RegistryClient(`http://one,${url}`), {
      name: "RangeError",
      message: "Cannot parse address 2 of the Schema Registry: expected http://HOST:PORT",
    });
  }
  const both = { basicAuth: { user: "me", password: "pw" }, bearerToken: "abc" };
  assert.throws(() => new RegistryClient("http://host", both), /both a user and a token$/);
  assert.throws(() => new RegistryClient("http://host", { bearerToken: WRAPPED_TOKEN }), {
    name: "RangeError",
    message: "Cannot use the token of the Schema Registry: expected one word of ASCII characters",
  });
});

Deno.test("new RegistryClient() refuses a file of certificates that is none", async () => {
  const file = await Deno.makeTempFile({ prefix: "datagen-test-" });
  try {
    assert.throws(() => new RegistryClient("https://host", { caFile: file }), {
      message: `Cannot use the certificates in ${file}: it is empty: there is no certificate in PEM in it`,
    });
    const absent = `${file}.absent`;
    assert.throws(() => new RegistryClient("https://host", { caFile: absent }), {
      message: `Cannot use the certificates in ${absent}: no such file`,
    });
  } finally {
    await Deno.remove(file);
  }
});

/** A port at which nobody listens. */
function closedPort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  return listener.addr.port;
}
