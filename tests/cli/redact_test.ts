/** What the program says holds no password. */

import assert from "node:assert/strict";
import { isSecret, redacted, withoutCredentials, withoutPassword, withoutUserInfo } from "../../src/cli/redact.ts";

Deno.test("redacted() hides user and password of every URL in a text", () => {
  assert.equal(
    redacted('Cannot reach postgresql://ana:p%40ss@h:1/d, nor "https://token@r", nor http://h/x@y'),
    'Cannot reach postgresql://***@h:1/d, nor "https://***@r", nor http://h/x@y',
  );
  assert.equal(redacted("postgres://ana:p@ss@h/d"), "postgres://***@h/d");
});

Deno.test("redacted() hides settings whose name says that they are secret", () => {
  assert.equal(redacted("h/d?password=hunter2&sslmode=require"), "h/d?password=***&sslmode=require");
  assert.equal(redacted('{"sasl.password":"hunter2","a":1}'), '{"sasl.password":"***","a":1}');
  assert.equal(redacted("ssl.key.pem=MII, and a plain word"), "ssl.key.pem=***, and a plain word");
});

Deno.test("redacted() leaves ordinary messages as they are", () => {
  for (const text of ["password authentication failed for user ana", "a@b.example", "Cannot use --kafka-user: ana"]) {
    assert.equal(redacted(text), text);
  }
});

Deno.test("withoutUserInfo() hides what stands before the last @, even where it is no URL", () => {
  assert.equal(withoutUserInfo("postgres:hunter2@h"), "***@h");
  assert.equal(withoutUserInfo("http://ana:hun@ter2@h:1"), "http://***@h:1");
  assert.equal(withoutUserInfo("localhost:9092"), "localhost:9092");
});

Deno.test("withoutPassword() leaves the user, withoutCredentials() nothing", () => {
  assert.equal(
    withoutPassword("postgresql://ana:hunter2@h/d?password=x&sslmode=require"),
    "postgresql://ana@h/d?sslmode=require",
  );
  assert.equal(withoutPassword("postgresql://:hunter2@h/d"), "postgresql://h/d");
  assert.equal(withoutCredentials("http://ana:hunter2@a,http://token@b"), "http://a,http://b");
});

Deno.test("isSecret() knows the properties whose values are never shown", () => {
  assert.deepEqual(
    [
      "sasl.password",
      "ssl.key.password",
      "ssl.key.pem",
      "sasl.oauthbearer.client.secret",
      "linger.ms",
      "ssl.ca.location",
    ]
      .map(isSecret),
    [true, true, true, true, false, false],
  );
});
