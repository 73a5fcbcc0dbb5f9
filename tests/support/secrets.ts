/**
 * The passwords and tokens that tests use, none of which may ever be printed.
 *
 * @module
 */

import assert from "node:assert/strict";

/** A password that is right nowhere, of all signs that end a part of a URL, a word or a quoted text somewhere. */
export const WRONG_PASSWORD = `wr0ng-Pa55,word-7d21'b3hind-quote"b3tween-quotes/b3hind-slash@b3hind-at%b3hind-percent`;
/** A bearer token for a Schema Registry. */
export const REGISTRY_TOKEN = "t0ken-of-the-registry-93f5";
/** A bearer token that was broken into two lines, as by a terminal or `base64`. */
export const WRAPPED_TOKEN = "wrapp3d-token-11c7\nsec0nd-line-of-it-5e0b";
/** A token that stands in the query of an address. */
export const QUERY_TOKEN = "qu3ry-token-41c8";
/** The password of a user of a Schema Registry. */
export const REGISTRY_PASSWORD = `registry-Pa55word-c04e,c0mma'qu0te-one"qu0te-two/sl4sh-8a@at-s1gn%p3rcent`;
/** The password of a PostgreSQL user that may only read. */
export const READER_PASSWORD = `reader-Pa55word-58b1'r3ader-quote,r3ader-comma`;

/** All of them, with those of the servers that tests start. */
const SECRETS = [
  WRONG_PASSWORD,
  REGISTRY_TOKEN,
  WRAPPED_TOKEN,
  QUERY_TOKEN,
  REGISTRY_PASSWORD,
  READER_PASSWORD,
  "superuser-test-password",
  "broker-test-password",
];
/** Their parts between signs that are written in many ways: to show one of them is to show too much, too. */
const PARTS = SECRETS.flatMap((secret) => secret.split(/[^\w-]+/));
/** As HTTP's basic authentication sends them, too: any text that holds one, in any of the three places of base64. */
const FORMS = [...PARTS, ...SECRETS.flatMap(base64Forms)];

/**
 * Looks for passwords and tokens, and parts of them, in something that the program wrote.
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
