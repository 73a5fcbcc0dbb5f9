import assert from "node:assert/strict";
import {
  type PostgresConnection,
  resolveConnection,
  targetText,
  type UnmetParameter,
  urlWithoutPassword,
} from "../../src/adapters/postgres/connection.ts";
import { passwordFor, readPasswordFile } from "../../src/adapters/postgres/password_file.ts";
import { waysOf } from "../../src/adapters/postgres/socket.ts";
import { inFolder } from "../support/toy_shop.ts";

const PASSWORD = "s3cret-word";

function resolve(url: string | undefined, environment: Record<string, string> = {}): PostgresConnection {
  return resolveConnection(url, (name) => environment[name]);
}

Deno.test("resolveConnection() without a URL is the server of the documents, whatever PGHOST says", () => {
  const { host, port, user, password, database } = resolve(undefined, { PGHOST: "prod", PGPORT: "1", PGUSER: "me" });
  assert.deepEqual([host, port, user, password, database], ["localhost", 5432, "postgres", "postgres", "datagen"]);
});

Deno.test("resolveConnection() decodes each part of a URL", () => {
  const { host, port, user, password, database } = resolve("postgres://a%40b:p%3A%2F%40@[::1]:15432/d%C3%A1dos");
  assert.deepEqual([host, port, user, password, database], ["::1", 15432, "a@b", "p:/@", "dádos"]);
});

Deno.test("resolveConnection() completes what a URL leaves open from PG variables", () => {
  const environment = {
    PGHOST: "db",
    PGPORT: "6000",
    PGUSER: "me",
    PGPASSWORD: PASSWORD,
    PGDATABASE: "bank",
    PGSSLMODE: "require",
    PGCONNECT_TIMEOUT: "3",
    PGAPPNAME: "tests",
    PGSSLROOTCERT: "/ca.crt",
  };
  const open = resolve("postgresql://", environment);
  assert.deepEqual([open.host, open.port, open.user, open.password, open.database], [
    "db",
    6000,
    "me",
    PASSWORD,
    "bank",
  ]);
  assert.deepEqual([open.sslMode, open.connectTimeoutMs, open.applicationName, open.sslRootCert], [
    "require",
    3000,
    "tests",
    "/ca.crt",
  ]);
  const given = resolve("postgresql://you:x@here:1/d?sslmode=disable&connect_timeout=7", environment);
  assert.deepEqual([given.host, given.port, given.user, given.password, given.database], ["here", 1, "you", "x", "d"]);
  assert.deepEqual([given.sslMode, given.connectTimeoutMs], ["disable", 7000]);
});

Deno.test("resolveConnection() has libpq's defaults", () => {
  const { host, port, user, database, password, passwordFile, sslMode } = resolve("postgres://", {
    USER: "ana",
    HOME: "/people/ana",
  });
  assert.deepEqual([host, port, user, database, password], ["localhost", 5432, "ana", "ana", undefined]);
  assert.deepEqual([passwordFile, sslMode], ["/people/ana/.pgpass", "prefer"]);
});

Deno.test("resolveConnection() takes the directory of a Unix socket as the host", () => {
  for (const url of ["postgres://%2Frun%2Fpg/d", "postgres:///d?host=/run/pg"]) {
    assert.deepEqual([resolve(url).host, resolve(url).database], ["/run/pg", "d"]);
  }
  assert.equal(targetText(resolve("postgres:///d?host=/run/pg")), "postgres://%2Frun%2Fpg:5432/d");
});

for (
  const [url, kind, text] of [
    ["http://localhost", SyntaxError, /http:\/\/ is not postgresql:\/\//],
    [`postgresql+psycopg2://me:${PASSWORD}@db/d`, SyntaxError, /postgresql\+psycopg2:\/\/ is not/],
    [`localhost ${PASSWORD}`, SyntaxError, /does not begin with postgresql/],
    [`postgres://me:${PASSWORD}@x@db/d`, SyntaxError, /%40/],
    [`postgres://me:${PASSWORD}/x@db/d`, SyntaxError, /%2F/],
    [`postgres://me:${PASSWORD}#x@db/d`, SyntaxError, /%23/],
    [`postgres://me:${PASSWORD}%zz@db/d`, SyntaxError, /its password has a %/],
    [`postgres://me:${PASSWORD}@a,b/d?port=1,2,3`, RangeError, /port: it has 3 values for 2 hosts/],
    [`postgres://me:${PASSWORD}@a,b/d?hostaddr=10.0.0.1`, RangeError, /hostaddr: it has 1 values for 2 hosts/],
    [`postgres://me:${PASSWORD}@db:99999/d`, RangeError, /port: it must be a whole number from 1 to 65535/],
    [`postgres://me:${PASSWORD}@db/d?sslmode=on`, RangeError, /sslmode: it must be one of disable, allow/],
    [`postgres://me:${PASSWORD}@db/d?connect_timeout=soon`, RangeError, /connect_timeout/],
    [`postgres://me:${PASSWORD}@db/d?colour=red`, RangeError, /unknown parameter "colour", which libpq does not/],
    [`host=db password=${PASSWORD} colour=red`, RangeError, /unknown parameter "colour"/],
    [`host=db password='${PASSWORD}`, SyntaxError, /expected name=value words/],
    [`host=db password=${PASSWORD} x`, SyntaxError, /expected name=value words/],
  ] as const
) {
  Deno.test(`resolveConnection() refuses ${url.replace(PASSWORD, "...")} without telling the password`, () =>
    assert.throws(() => resolve(url), (error) => {
      assert.ok(error instanceof kind, String(error));
      assert.match(error.message, text);
      assert.ok(!error.message.includes(PASSWORD) && !error.message.includes("\n"), error.message);
      return true;
    }));
}

Deno.test("resolveConnection() names the variable whose value is not allowed", () => {
  assert.throws(() => resolve("postgres://db", { PGPORT: "x" }), /^RangeError: Cannot use PGPORT: it must be/);
  assert.throws(() => resolve("postgres://db", { PGSSLMODE: "x" }), /^RangeError: Cannot use PGSSLMODE: it must be/);
});

/** What cannot be met: each parameter with a value, and words of the reason. */
const UNMET: readonly (readonly [string, string, RegExp, string?])[] = [
  ["channel_binding", "require", /channel binding is not supported here/, "PGCHANNELBINDING"],
  ["channel_binding", "maybe", /expected disable, prefer, require/, "PGCHANNELBINDING"],
  ["target_session_attrs", "read-only", /a load writes/, "PGTARGETSESSIONATTRS"],
  ["target_session_attrs", "standby", /a load writes/, "PGTARGETSESSIONATTRS"],
  ["sslnegotiation", "direct", /sslmode=prefer does not ask for TLS/, "PGSSLNEGOTIATION"],
  ["sslrootcert", "system", /anybody with a certificate/, "PGSSLROOTCERT"],
  ["gssencmode", "require", /GSSAPI is not supported/, "PGGSSENCMODE"],
  ["require_auth", "scram-sha-256", /the server's choice/, "PGREQUIREAUTH"],
  ["requirepeer", "postgres", /not looked up/, "PGREQUIREPEER"],
  ["sslcrl", "list.pem", /revoked/, "PGSSLCRL"],
  ["sslcertmode", "require", /cannot be seen/, "PGSSLCERTMODE"],
  ["ssl_min_protocol_version", "TLSv1.3", /TLSv1\.2/, "PGSSLMINPROTOCOLVERSION"],
  ["min_protocol_version", "3.2", /always 3\.0/, "PGMINPROTOCOLVERSION"],
  ["replication", "database", /expected/],
];

for (const [name, value, reason, variable] of UNMET) {
  Deno.test(`${name}=${value} is refused aloud, from wherever it comes`, () => {
    const mode = name === "sslrootcert" ? "&sslmode=require" : "";
    const told = new RegExp(`^Cannot use the PostgreSQL URL's ${name} "${value}": .*${reason.source}`);
    for (const text of [`postgres://db?${name}=${value}${mode}`, `host=db ${name}=${value}${mode.replace("&", " ")}`]) {
      assert.throws(() => resolve(text), (error: UnmetParameter) => told.test(error.message) && error.hint !== "");
    }
    if (variable === undefined) return;
    const environment = { [variable]: value, ...(mode === "" ? {} : { PGSSLMODE: "require" }) };
    assert.throws(
      () => resolve("postgres://db", environment),
      (error: UnmetParameter) => error.message.startsWith(`Cannot use ${variable} "${value}": `),
    );
  });
}

Deno.test("a secret that cannot be used is not repeated", () => {
  for (const name of ["sslpassword", "oauth_client_secret", "scram_client_key"]) {
    assert.throws(() => resolve(`postgres://db?${name}=${PASSWORD}`), (error: Error) => {
      assert.match(error.message, new RegExp(`^Cannot use the PostgreSQL URL's ${name}: `));
      return !error.message.includes(PASSWORD);
    });
  }
});

for (
  const url of [
    "channel_binding=prefer&target_session_attrs=read-write&sslnegotiation=postgres&gssencmode=disable",
    "keepalives=1&keepalives_idle=30&keepalives_interval=5&keepalives_count=3&tcp_user_timeout=1000",
    "client_encoding=UTF8&load_balance_hosts=random&krbsrvname=postgres&sslcompression=0&sslsni=1&replication=false",
    "pgbouncer=true&connection_limit=1&pool_timeout=0&schema=public&sslaccept=accept_invalid_certs", // Prisma
    "pool=5&prepared_statements=false&encoding=unicode&uselibpqcompat=true&supa=base-pooler.x", // others
  ]
) {
  Deno.test(`resolveConnection() takes what has no effect here: ${url}`, () =>
    assert.equal(resolve(`postgres://db/d?${url}`).host, "db"));
}

Deno.test("resolveConnection() reads libpq's other form, with its quotes and backslashes", () => {
  const { host, port, user, password, database, sslMode } = resolve(
    String.raw`host = db port=6000 user='ana maria' password='it\'s \\ s3cret' dbname=b\ d sslmode=require`,
  );
  assert.deepEqual([host, port, user, database, sslMode], ["db", 6000, "ana maria", "b d", "require"]);
  assert.equal(password, String.raw`it's \ s3cret`);
  assert.equal(urlWithoutPassword(`host=a,b port=1,2 user=ana password=${PASSWORD}`), "postgresql://ana@a:1,b:2");
});

Deno.test("resolveConnection() lists several hosts, each with its port and address", () => {
  const { host, port, servers } = resolve("postgres://a:1,[::2],c:3/d?hostaddr=10.0.0.1,,10.0.0.3");
  assert.deepEqual([host, port], ["a", 1]);
  assert.deepEqual(servers, [
    { host: "a", port: 1, address: "10.0.0.1" },
    { host: "::2", port: 5432 },
    { host: "c", port: 3, address: "10.0.0.3" },
  ]);
  const one = resolve("postgres://a,b:7/d", { PGHOST: "c", PGPORT: "9" });
  assert.deepEqual(one.servers, [{ host: "a", port: 5432 }, { host: "b", port: 7 }]);
  assert.deepEqual(resolve("host=a,b port=6").servers.map((server) => server.port), [6, 6]);
  assert.equal(targetText(one), "postgres://a:5432,b:7/" + one.database);
  assert.equal(urlWithoutPassword("postgres://ana:x@a:1,b/d"), "postgresql://ana@a:1,b/d");
  assert.deepEqual(resolve("postgres://", { PGHOSTADDR: "10.0.0.9" }).servers, [
    { host: "10.0.0.9", port: 5432, address: "10.0.0.9" },
  ]);
});

for (
  const [query, mode] of [
    ["ssl=true", "require"],
    ["ssl=0", "disable"],
    ["ssl=verify-full", "verify-full"],
    ["ssl=true&sslmode=verify-ca", "verify-ca"],
    ["sslmode=no-verify", "require"],
    ["sslmode=require&sslaccept=strict", "verify-full"],
    ["sslaccept=strict&sslmode=require", "verify-full"],
    ["sslrootcert=system", "verify-full"],
    ["sslnegotiation=direct&sslmode=require", "require"],
  ] as const
) {
  Deno.test(`${query} means sslmode=${mode}`, () => assert.equal(resolve(`postgres://db?${query}`).sslMode, mode));
}

Deno.test("sslmode=no-verify checks no certificate, whatever authority is named", () => {
  assert.equal(resolve("postgres://db?sslmode=no-verify&sslrootcert=ca.pem").sslRootCert, undefined);
  assert.equal(resolve("postgres://db", { PGSSLMODE: "no-verify" }).sslMode, "require");
});

Deno.test("resolveConnection() has what the server is to be asked for", () => {
  const given = resolve("postgres://db/d?options=-c%20geqo%3Doff&fallback_application_name=tool&schema=bank");
  assert.deepEqual([given.serverOptions, given.applicationName, given.schema], ["-c geqo=off", "tool", "bank"]);
  assert.equal(resolve("postgres://db", { PGOPTIONS: "-c geqo=off" }).serverOptions, "-c geqo=off");
  assert.equal(resolve("postgres://db?connect_timeout=-1").connectTimeoutMs, 0);
  assert.deepEqual(
    [resolve("postgres://db?keepalives=0").keepAliveSeconds, resolve("postgres://db").keepAliveSeconds],
    [
      0,
      60,
    ],
  );
});

Deno.test("a service stands before variables and behind the URL", () =>
  inFolder(async (folder) => {
    const file = `${folder}/services.conf`;
    await Deno.writeTextFile(
      file,
      "\uFEFF# ours\r\n[other]\r\nhost=no\r\n[bank]\r\nhost=db\r\nport=6000\r\nuser=ana\r\n[end]\r\n",
    );
    const environment = { PGSERVICEFILE: file, PGSERVICE: "bank", PGPORT: "1", PGDATABASE: "d" };
    const { host, port, user, database } = resolve("postgres://you@", environment);
    assert.deepEqual([host, port, user, database], ["db", 6000, "you", "d"]);
    assert.equal(resolve(`service=bank servicefile=${file}`).host, "db");
    await Deno.rename(file, `${folder}/.pg_service.conf`);
    assert.equal(resolve("postgres://?service=bank", { HOME: folder }).host, "db");
    for (const name of ["none", "# ours"]) {
      assert.throws(() => resolve("postgres://", { HOME: folder, PGSERVICE: name }), /there is no \[.*\] in/);
    }
    await Deno.writeTextFile(file, "[bank]\nchannel_binding=require\n[broken]\nhost\n");
    assert.throws(() => resolve("postgres://", environment), /the PostgreSQL service's channel_binding "require"/);
    assert.throws(() => resolve("postgres://?service=broken", environment), /has a line in it that is no parameter/);
  }));

Deno.test("targetText() names address, database and schema, neither user nor password", () => {
  const connection = resolve(`postgres://me:${PASSWORD}@[::1]/a%2Fb`);
  assert.equal(targetText(connection), "postgres://[::1]:5432/a%2Fb");
  assert.equal(targetText(connection, "my bank"), "postgres://[::1]:5432/a%2Fb?schema=my%20bank");
});

Deno.test("urlWithoutPassword() leaves all but the password", () => {
  const shown = {
    "postgres://ana:Sec,ret'9\"@h:1/d?sslmode=require&password=x": "postgresql://ana@h:1/d?sslmode=require",
    "postgresql://:s3cret@h/d": "postgresql://h/d",
    "postgresql://a%40b@[::1]/d%C3%A1dos": "postgresql://a%40b@[::1]/d%C3%A1dos",
    "postgresql:///d?host=/run/pg&user=ana": "postgresql://ana@%2Frun%2Fpg/d",
    "postgresql://": "postgresql://",
  };
  for (const [url, expected] of Object.entries(shown)) assert.equal(urlWithoutPassword(url), expected);
});

Deno.test("resolveConnection() takes no part of a password for a host, a database or a setting", () => {
  for (const url of ["postgresql://u:99/s3cret@h/d", "postgresql://u:99?s3cret@h/d", "postgresql://u:9?s3cret=1@h"]) {
    assert.throws(() => resolve(url), (error: Error) => !error.message.includes("s3cret"), url);
  }
});

for (
  const [mode, ways] of [
    ["disable", ["no"]],
    ["allow", ["no", "yes"]],
    ["prefer", ["maybe", "no"]],
    ["require", ["yes"]],
    ["verify-full", ["yes"]],
  ] as const
) {
  Deno.test(`waysOf() tries ${ways.join(", then ")} for sslmode=${mode}`, () => {
    assert.deepEqual(waysOf(resolve(`postgres://db?sslmode=${mode}`)), ways);
    assert.deepEqual(waysOf(resolve(`postgres://?host=/tmp&sslmode=${mode}`)), ["no"]);
  });
}

const ME = { host: "db", port: 5432, database: "bank", user: "me" };

for (
  const [line, expected] of [
    ["db:5432:bank:me:right", "right"],
    ["*:*:*:*:right", "right"],
    ["# db:5432:bank:me:no\nother:5432:bank:me:no\ndb:*:bank:me:right\n*:*:*:*:later", "right"],
    ["db:5432:bank:me:with\\:colon\\\\and:more", "with:colon\\and:more"],
    ["db:5432:bank:me:right\r\n", "right"],
    ["db:5432:bank", undefined],
    ["db:5432:bank:you:no", undefined],
    ["\\*:5432:bank:me:no", undefined],
  ] as const
) {
  Deno.test(`passwordFor() finds ${expected ?? "nothing"} in ${JSON.stringify(line)}`, () =>
    assert.equal(passwordFor(ME, line), expected));
}

Deno.test("passwordFor() calls a Unix socket localhost", () =>
  assert.equal(passwordFor({ ...ME, host: "/run/pg" }, "localhost:5432:bank:me:right"), "right"));

Deno.test({
  name: "readPasswordFile() leaves alone a file that others may read",
  ignore: Deno.build.os === "windows", // it has no such bits
  fn: () =>
    inFolder(async (folder) => {
      const path = `${folder}/pgpass`;
      const connection = resolve("postgres://me@db/bank", { PGPASSFILE: path });
      assert.deepEqual(readPasswordFile(connection), {});
      await Deno.writeTextFile(path, "*:*:*:*:right", { mode: 0o600 });
      assert.deepEqual(readPasswordFile(connection), { password: "right" });
      await Deno.chmod(path, 0o644);
      assert.match(readPasswordFile(connection).ignored!, /chmod 600/);
      assert.equal(readPasswordFile(connection).password, undefined);
    }),
});
