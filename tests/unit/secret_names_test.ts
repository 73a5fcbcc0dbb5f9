import assert from "node:assert/strict";
import { isSecret } from "../../src/adapters/secret_names.ts";

Deno.test("isSecret() knows passwords, keys, tokens and what may hold one by their names", () => {
  const secret = [
    ...["sasl.password", "ssl.key.password", "ssl.keystore.password", "ssl.key.pem", "ssl_key", "sslpassword"],
    ...["sasl.oauthbearer.client.secret", "sasl.oauthbearer.config", "sasl.oauthbearer.assertion.private.key.pem"],
    ...["sasl.jaas.config", "sasl.kerberos.kinit.cmd", "basic.auth.user.info", "token", "access_token", "api_key"],
    "PASSWORD",
  ];
  assert.deepEqual(secret.filter((name) => !isSecret(name)), []);
});

Deno.test("isSecret() leaves settings alone that name a user, a file or a number", () => {
  const open = ["linger.ms", "sasl.username", "ssl.ca.location", "ssl.key.location", "sslkey", "sslmode", "passfile"];
  assert.deepEqual(open.filter(isSecret), []);
});
