import assert from "node:assert/strict";
import {
  isLoopback,
  type PostgresConnection,
  resolveConnection,
  targetText,
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
    [`postgres://me:${PASSWORD}@a,b/d`, SyntaxError, /several hosts/],
    [`postgres://me:${PASSWORD}@a/d?host=a,b`, RangeError, /several hosts/],
    [`postgres://me:${PASSWORD}@db:99999/d`, RangeError, /port: it must be a whole number from 1 to 65535/],
    [`postgres://me:${PASSWORD}@db/d?sslmode=on`, RangeError, /sslmode: it must be one of disable, allow/],
    [`postgres://me:${PASSWORD}@db/d?connect_timeout=soon`, RangeError, /connect_timeout/],
    [`postgres://me:${PASSWORD}@db/d?colour=red`, RangeError, /unknown setting "colour"; it may have host, port/],
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

Deno.test("isLoopback() knows this machine's names", () => {
  for (const host of ["localhost", "127.0.0.1", "127.8.9.1", "::1", "/tmp"]) {
    assert.ok(isLoopback({ ...resolve(undefined), host }));
  }
  for (const host of ["db", "127.0.0.1.example", "10.0.0.1"]) assert.ok(!isLoopback({ ...resolve(undefined), host }));
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
