/** What the program says holds no password. */

import assert from "node:assert/strict";
import { failureOf } from "../../src/cli/failures.ts";
import { Log } from "../../src/cli/terminal/log.ts";
import { keepSecret, keepSecretsIn, redacted, shownAddress, shownWord } from "../../src/cli/terminal/redact.ts";

Deno.test("redacted() hides the secrets that were given, whatever they are made of", () => {
  const secret = `hun,ter'2"a/b@c%`;
  keepSecret(secret);
  assert.equal(redacted(`no ${secret}, nor ${encodeURIComponent(secret)}!`), "no ***, nor ***!");
});

Deno.test("redacted() hides the longest of two secrets, and each line of one", () => {
  keepSecret("abcde");
  keepSecret("abcdefgh");
  keepSecret("first line\n second line\r\n");
  assert.equal(redacted("abcdefgh abcde"), "*** ***");
  assert.equal(redacted("a second line, a first line"), "a ***, a ***");
});

Deno.test("redacted() leaves what is told anyway, and what stands in ordinary words", () => {
  keepSecret("eva-the-user", ["eva-the-user"]);
  keepSecret("postgres");
  keepSecret("d");
  for (
    const text of ["user eva-the-user of postgres://h/d", "Cannot use the certificates in /nope/ca.pem: no such file"]
  ) {
    assert.equal(redacted(text), text);
  }
});

Deno.test("redacted() takes no word for a secret that was not given", () => {
  for (
    const text of [
      "Cannot use --kafka-password: load has no such option",
      'sslcert "client.pem": there is no such file',
      "password authentication failed for user ana",
      "a@b.example",
    ]
  ) assert.equal(redacted(text), text);
});

Deno.test("failureOf() and the log hide the secrets that were given", () => {
  keepSecret('log"ged\nsecret');
  assert.equal(failureOf(new Error('said log"ged\nsecret to it'))?.message, "said *** to it");
  const lines: string[] = [];
  new Log({ level: "debug", format: "json" }, (text) => lines.push(text))
    .debug('a log"ged\nsecret', { told: 'log"ged\nsecret', count: 3 });
  assert.deepEqual(JSON.parse(lines[0]!), { level: "debug", message: "a ***", told: "***", count: 3 });
});

Deno.test("shownAddress() hides what stands before the last @ and in a query, even where it is no URL", () => {
  const shown = {
    "postgres:hunter2@h": "***@h",
    "http://ana:hun@ter2@h:1": "http://***@h:1",
    "postgresql://ana:hun/ter,2'\"@h/d": "postgresql://***@h/d",
    "http://h:1/v7?token=hunter2": "http://h:1/v7?***",
    "http://token@a,https://b:8081": "http://***@a,https://b:8081",
    "localhost:9092": "localhost:9092",
    "PLAINTEXT://a:9092,[::1]:9092,": "PLAINTEXT://a:9092,[::1]:9092,",
  };
  for (const [text, expected] of Object.entries(shown)) assert.equal(shownAddress(text), expected);
});

Deno.test("shownAddress() hides all where it is not clear what is what", () => {
  const hidden = ["postgres:u:pa,hunter2", "postgresql://u:hunter2", "postgresql://h/d?password=hun@ter2"];
  for (const text of [...hidden, "http://u:hun?ter2@h"]) {
    assert.match(shownAddress(text), /^([a-z]+:\/\/)?\*\*\*$/);
  }
});

Deno.test("keepSecretsIn() remembers what stands behind the name of a secret, in the same word or the next", () => {
  keepSecretsIn([
    "load",
    "sasl.password=behind-equals",
    "-Ysasl.password:behind-colon",
    "ssl.key.password behind-blank",
  ]);
  keepSecretsIn(["-X", "sasl.password=", "next-to-equals", "--kafka-password", "next-to-name", "PGPASSWORD=in-shell"]);
  keepSecretsIn([
    "-X",
    "client.id=sasl.password=within",
    "--kafka-password-file",
    "a-file",
    "--kafka-ca",
    "ca.pem",
    "a-word",
  ]);
  const hidden = "behind-equals behind-colon behind-blank next-to-equals next-to-name in-shell within".split(" ");
  assert.equal(redacted(hidden.join(" ")), hidden.map(() => "***").join(" "));
  assert.equal(redacted("load a-file ca.pem a-word"), "load a-file ca.pem a-word");
});

Deno.test("shownWord() and shownAddress() hide what stands behind an equals sign, or behind the name of a secret", () => {
  const shown = {
    "sasl.password=hunter2": "sasl.password=***",
    "sasl.password=hun@ter2": "sasl.password=***",
    "sasl.pasword=http://a:b@c": "sasl.pasword=***",
    "sasl.password:hunter2": "sasl.password ***",
    "sasl.password hun=ter2": "sasl.password ***=***",
    "a=b=c": "a=***",
    "host=h password=hun@ter2": "host=***",
  };
  for (const [text, expected] of Object.entries(shown)) {
    assert.equal(shownAddress(text), expected);
    assert.equal(shownWord(text), expected);
  }
});

Deno.test("shownWord() hides only what looks like an address", () => {
  assert.equal(shownWord("postgres:u:hunter2"), "***");
  assert.equal(shownWord("https://ana:hunter2@h"), "https://***@h");
  for (const word of ["out", "csv:out", "10k", "--customer", "postgres"]) assert.equal(shownWord(word), word);
});
