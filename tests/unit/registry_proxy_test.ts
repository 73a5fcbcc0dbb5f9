/** Proxies between the program and a Schema Registry: which one is asked, and that it is named when it fails. */

import assert from "node:assert/strict";
import { proxyFor } from "../../src/adapters/registry/proxy.ts";
import { RegistryClient, type RegistryOptions } from "../../src/adapters/registry/registry_client.ts";
import { RegistryError } from "../../src/ports/registry.ts";
import { startProxy } from "../support/http_proxy.ts";
import { assertNoSecrets, WRONG_PASSWORD } from "../support/secrets.ts";
import { freePort, makeCertificates } from "../support/services.ts";
import { inFolder } from "../support/toy_shop.ts";

type Variables = Readonly<Record<string, string>>;

/** A registry behind a name that only a proxy knows. */
const FAR = "http://schemas.example:8081";
const FAR_TLS = "https://schemas.example:8443";

function clientBy(url: string, variables: Variables, options: RegistryOptions = {}): RegistryClient {
  return new RegistryClient(url, { timeoutMs: 2000, environment: (name) => variables[name], ...options });
}

/** The error with which a registry is asked; its message after the address of the registry, and its hint. */
async function failure(
  url: string,
  variables: Variables,
  options: RegistryOptions = {},
): Promise<readonly [string, string | undefined]> {
  const client = clientBy(url, variables, options);
  const error = await client.subjects().then(() => assert.fail("no error"), (error: unknown) => error);
  client.close();
  assert.ok(error instanceof RegistryError, String(error));
  assertNoSecrets(Deno.inspect(error), "an error of the registry");
  const start = `Cannot list the subjects at the Schema Registry ${url} `;
  assert.ok(error.message.startsWith(start), error.message);
  return [error.message.slice(start.length), error.hint];
}

const PROXY = { HTTP_PROXY: "http://proxy:3128" };

for (
  const [url, variables, expected] of [
    [FAR, {}, undefined],
    [FAR, PROXY, "http://proxy:3128 HTTP_PROXY"],
    [FAR, { http_proxy: "proxy:3128" }, "http://proxy:3128 http_proxy"],
    [FAR, { HTTP_PROXY: " " }, undefined],
    [FAR, { ALL_PROXY: "socks5h://proxy:1080", ...PROXY }, "http://proxy:3128 HTTP_PROXY"],
    [FAR, { all_proxy: "socks5h://proxy:1080" }, "socks5h://proxy:1080 all_proxy"],
    [FAR, { HTTPS_PROXY: "http://proxy:3128" }, undefined],
    [FAR_TLS, { HTTPS_PROXY: "http://proxy:3128" }, "http://proxy:3128 HTTPS_PROXY"],
    [FAR_TLS, PROXY, undefined],
    [FAR, { HTTP_PROXY: "http://ana:hunter2@proxy:3128" }, "http://proxy:3128 HTTP_PROXY"],
    ["http://localhost:8081", PROXY, undefined],
    ["http://schemas.localhost:8081", PROXY, undefined],
    ["http://127.8.9.1:8081", PROXY, undefined],
    ["http://[::1]:8081", PROXY, undefined],
    ["http://[::ffff:127.0.0.1]:8081", PROXY, undefined],
    ["http://0.0.0.0:8081", PROXY, undefined],
    ...["*", "schemas.example", "SCHEMAS.example", "example", ".example", "*.example", "a, schemas.example"]
      .map((no) => [FAR, { ...PROXY, NO_PROXY: no }, undefined] as const),
    [FAR, { ...PROXY, no_proxy: "a schemas.example:8081" }, undefined],
    ...["schemas.example:80", "hemas.example", "10.0.0.0/8", ""]
      .map((no) => [FAR, { ...PROXY, NO_PROXY: no }, "http://proxy:3128 HTTP_PROXY"] as const),
    ["http://10.1.2.3:8081", { ...PROXY, NO_PROXY: "10.0.0.0/8" }, undefined],
    ["http://10.1.2.3:8081", { ...PROXY, NO_PROXY: "10.1.2.3" }, undefined],
    ["http://10.1.2.3:8081", { ...PROXY, NO_PROXY: "10.1.2.4, 11.0.0.0/8" }, "http://proxy:3128 HTTP_PROXY"],
    ["http://[fe80::1]:8081", { ...PROXY, NO_PROXY: "fe80::/10" }, undefined],
    ["http://[fe80::1]:8081", { ...PROXY, NO_PROXY: "[fe80::1]:8081" }, undefined],
  ] as const
) {
  Deno.test(`proxyFor() gives ${expected ?? "none"} for ${url} by ${JSON.stringify(variables)}`, () => {
    const proxy = proxyFor(url, (name) => (variables as Variables)[name]);
    assert.equal(proxy && `${proxy.url} ${proxy.variable}`, expected);
  });
}

Deno.test("proxyFor() names the variable that holds no address of a proxy, and repeats nothing of it", () => {
  for (const text of ["ftp://h", "socks4://h:1", `http://u:${WRONG_PASSWORD}@h`, "http://"]) {
    assert.throws(() => proxyFor(FAR, (name) => name === "HTTP_PROXY" ? text : undefined), {
      name: "RegistryError",
      message: "Cannot use HTTP_PROXY: expected http://HOST:PORT, https:// or socks5://",
    });
  }
});

Deno.test("RegistryClient asks a registry on this machine directly, whatever proxy the process has", async () => {
  await using proxy = startProxy("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => Response.json(["here"]),
  );
  await using listener = startProxy(server.addr.port); // forwards, and shows what is asked
  const before = ["HTTP_PROXY", "NO_PROXY"].map((name) => [name, Deno.env.get(name)] as const);
  Deno.env.set("HTTP_PROXY", proxy.url);
  Deno.env.delete("NO_PROXY"); // the tests' own names this machine
  try {
    for (const host of ["127.0.0.1", "localhost"]) {
      const client = new RegistryClient(`http://${host}:${new URL(listener.url).port}`);
      assert.deepEqual(await client.subjects(), ["here"]);
      client.close();
    }
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
  }
  assert.deepEqual(proxy.asked, []);
  const direct = "GET /subjects HTTP/1.1"; // as no proxy is asked: Apicurio fails at absolute addresses
  assert.deepEqual(listener.asked, [direct, direct]);
});

Deno.test("RegistryClient asks through a proxy that forwards, and logs in there", async () => {
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => Response.json(["far"]));
  await using proxy = startProxy(server.addr.port);
  const client = clientBy(FAR, { HTTP_PROXY: proxy.url.replace("//", "//me:secret@") });
  assert.deepEqual(await client.subjects(), ["far"]);
  client.close();
  assert.deepEqual(proxy.asked, ["GET http://schemas.example:8081/subjects HTTP/1.1"]);
});

Deno.test("RegistryClient names the proxy that answers in the registry's place, and how to go round it", async () => {
  for (
    const [answer, said] of [
      ["403 Forbidden\r\nContent-Type: text/html\r\nServer: squid", 'status 403 (text/html "No way", server squid)'],
      ["502 Bad Gateway\r\nContent-Type: text/html", 'status 502 (text/html "No way")'],
      ["200 OK\r\nContent-Type: text/html", 'status 200 (text/html "No way")'],
      [
        "407 Proxy Authentication Required\r\nContent-Type: text/html",
        'status 407 (text/html "No way"): it wants a user and a password, or refuses them',
      ],
    ]
  ) {
    await using proxy = startProxy(`HTTP/1.1 ${answer}\r\nContent-Length: 21\r\n\r\n<title>No way</title>`);
    const by = { HTTP_PROXY: proxy.url.replace("//", `//me:${encodeURIComponent(WRONG_PASSWORD)}@`) };
    assert.deepEqual(await failure(FAR, by), [
      `through the proxy ${proxy.url} (HTTP_PROXY): the proxy answers with ${said}`,
      "correct HTTP_PROXY, or set NO_PROXY=schemas.example to ask without the proxy",
    ]);
  }
});

Deno.test("RegistryClient tells a registry's own refusal from the proxy's", async () => {
  const body = '{"error_code":40301,"message":"no entry"}';
  await using proxy = startProxy(`HTTP/1.1 403 Forbidden\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  const [said, hint] = await failure(FAR, { HTTP_PROXY: proxy.url });
  assert.equal(
    said,
    `through the proxy ${proxy.url} (HTTP_PROXY): the right to list the subjects is missing: no entry`,
  );
  assert.equal(hint, undefined);
});

Deno.test("RegistryClient names a proxy that is down, is not found, or is none", async () => {
  await using stranger = startProxy("E\0\0\0 nonsense");
  for (const [url, variable] of [[FAR, "HTTP_PROXY"], [FAR_TLS, "HTTPS_PROXY"]] as const) {
    for (
      const [proxy, reason] of [
        [`http://127.0.0.1:${freePort()}`, "connection refused"],
        [`socks5://127.0.0.1:${freePort()}`, "connection refused"],
        ["http://no-proxy.invalid:3128", "its host is not found"],
        [stranger.url, url === FAR ? "it does not speak plain HTTP" : "it does not connect to that address"],
      ] as const
    ) {
      const [said, hint] = await failure(url, { [variable]: proxy });
      assert.equal(said, `through the proxy ${proxy} (${variable}): the proxy cannot be used: ${reason}`);
      assert.match(hint!, /NO_PROXY=schemas\.example/);
    }
  }
});

Deno.test("RegistryClient names the proxy that does not connect to a registry with TLS", async () => {
  for (
    const [answer, reason] of [
      ["403 Forbidden", "it does not connect to that address"],
      ["407 Proxy Authentication Required", "it wants a user and a password, or refuses them"],
    ]
  ) {
    await using proxy = startProxy(`HTTP/1.1 ${answer}\r\nContent-Length: 0\r\n\r\n`);
    const [said] = await failure(FAR_TLS, { HTTPS_PROXY: proxy.url });
    assert.equal(said, `through the proxy ${proxy.url} (HTTPS_PROXY): the proxy cannot be used: ${reason}`);
    assert.deepEqual([...new Set(proxy.asked)], ["CONNECT schemas.example:8443 HTTP/1.1"]);
  }
});

Deno.test("RegistryClient tells of a certificate behind a proxy that it may be the proxy's", () =>
  inFolder(async (folder) => {
    const { certificateFile, keyFile } = await makeCertificates(folder);
    const [cert, key] = [Deno.readTextFileSync(certificateFile), Deno.readTextFileSync(keyFile)];
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, cert, key, onListen() {} },
      () => Response.json([]),
    );
    await using proxy = startProxy(server.addr.port);
    const [said, hint] = await failure(FAR_TLS, { HTTPS_PROXY: proxy.url });
    assert.equal(said, `through the proxy ${proxy.url} (HTTPS_PROXY): its certificate is not trusted`);
    assert.match(hint!, /^name the authority that signed it with `caFile`; or correct HTTPS_PROXY/);
  }));
