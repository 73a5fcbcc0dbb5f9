/**
 * The passwords and tokens that tests use, none of which may ever be printed.
 *
 * @module
 */

import assert from "node:assert/strict";

/** A password that is right nowhere. */
export const WRONG_PASSWORD = "wr0ng-Pa55word-7d21";
/** A bearer token for a Schema Registry. */
export const REGISTRY_TOKEN = "t0ken-of-the-registry-93f5";
/** The password of a user of a Schema Registry. */
export const REGISTRY_PASSWORD = "registry-Pa55word-c04e";
/** The password of a PostgreSQL user that may only read. */
export const READER_PASSWORD = "reader-Pa55word-58b1";

/** All of them, with those of the servers that tests start. */
const SECRETS = [
  WRONG_PASSWORD,
  REGISTRY_TOKEN,
  REGISTRY_PASSWORD,
  READER_PASSWORD,
  "superuser-test-password",
  "broker-test-password",
];
/** As HTTP's basic authentication sends them, too: any text that holds one, in any of the three places of base64. */
const FORMS = SECRETS.flatMap((secret) => [secret, encodeURIComponent(secret), ...base64Forms(secret)]);

/**
 * Looks for passwords and tokens in something that the program wrote.
 *
 * @param where What to name in the error, which does not repeat the text.
 */
export function assertNoSecrets(text: string, where: string): void {
  const found = FORMS.findIndex((form) => text.includes(form));
  assert.equal(found, -1, `${where} shows the secret number ${found} of tests/support/secrets.ts`);
}

function base64Forms(secret: string): string[] {
  return ["", "x", "xx"].map((before) => btoa(before + secret + "xx").slice(before.length === 0 ? 0 : 4, -6));
}
