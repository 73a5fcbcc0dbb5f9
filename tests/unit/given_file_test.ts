/** Files that users give, as Linux and Windows write them. */

import assert from "node:assert/strict";
import { checkGiven, givenLine, givenPem, givenText, isPlain } from "../../src/adapters/given_file.ts";
import { readPasswordFile } from "../../src/adapters/postgres/password_file.ts";
import { resolveKafka } from "../../src/cli/settings/servers.ts";
import { makeCertificates } from "../support/services.ts";
import { asWindowsWrites, WINDOWS_FORMS } from "../support/windows_files.ts";
import { inFolder } from "../support/toy_shop.ts";

const NONE = () => undefined;

for (const form of WINDOWS_FORMS) {
  Deno.test(`givenText() reads ${form} as what was written, with line feeds`, () =>
    inFolder((folder) => {
      const file = `${folder}/file`;
      Deno.writeFileSync(file, asWindowsWrites(form, "maçã\nb: ü \n\n"));
      assert.equal(givenText(file), "maçã\nb: ü \n\n");
      assert.equal(isPlain(file), form === "CRLF");
      return Promise.resolve();
    }));

  Deno.test(`the password of Kafka is the first line of a file in ${form}, without blanks at its end`, () =>
    inFolder((folder) => {
      const file = `${folder}/password`;
      Deno.writeFileSync(file, asWindowsWrites(form, "geheim ü \n\n \n"));
      assert.equal(givenLine(file), "geheim ü");
      const { properties } = resolveKafka(
        { "kafka-user": "ana", "kafka-password-file": file, "no-avro": true },
        NONE,
      );
      assert.equal(properties["sasl.password"], "geheim ü");
      return Promise.resolve();
    }));

  Deno.test(`readPasswordFile() finds the first line of a file in ${form}`, () =>
    inFolder((folder) => {
      const passwordFile = `${folder}/pgpass`;
      Deno.writeFileSync(passwordFile, asWindowsWrites(form, "db:5432:d:ana:geheim ü\n"), { mode: 0o600 });
      const connection = { host: "db", port: 5432, database: "d", user: "ana", passwordFile };
      const found = readPasswordFile(connection as unknown as Parameters<typeof readPasswordFile>[0]);
      assert.deepEqual(found, { password: "geheim ü" });
      return Promise.resolve();
    }));

  Deno.test(`librdkafka gets certificates and keys in ${form} in a form that it reads`, () =>
    inFolder(async (folder) => {
      const { caFile, keyFile } = await makeCertificates(folder);
      const [pem, key] = [Deno.readTextFileSync(caFile), Deno.readTextFileSync(keyFile)];
      Deno.writeFileSync(caFile, asWindowsWrites(form, pem));
      Deno.writeFileSync(keyFile, asWindowsWrites(form, key));
      const property = [
        { name: "ssl.certificate.location", value: caFile },
        { name: "ssl.key.location", value: keyFile },
      ];
      const { properties } = resolveKafka({ "kafka-ca": caFile, property, "no-avro": true }, NONE);
      assert.deepEqual(
        properties,
        form === "CRLF"
          ? {
            "security.protocol": "SSL",
            "ssl.ca.location": caFile,
            "ssl.certificate.location": caFile,
            "ssl.key.location": keyFile,
          }
          : { "security.protocol": "SSL", "ssl.ca.pem": pem, "ssl.certificate.pem": pem, "ssl.key.pem": key },
      );
    }));
}

Deno.test("givenPem() tells what a file holds instead of certificates", () =>
  inFolder(async (folder) => {
    const { caFile, keyFile } = await makeCertificates(folder);
    const pem = Deno.readTextFileSync(caFile);
    const der = Uint8Array.fromBase64(pem.replaceAll(/-----.*-----|\s/g, ""));
    const file = `${folder}/file`;
    const cases: readonly (readonly [content: string | Uint8Array, reason: string | undefined])[] = [
      [pem, undefined],
      [`a comment\n${pem}\n${pem}`, undefined],
      [pem.replace(/.{30}\n-----END/, "\n-----END"), "a certificate in it is cut off or damaged"],
      [pem.replace(/-----END[^]*/, ""), "a certificate in it is cut off or damaged"],
      [der, "it is binary, as DER and PKCS#12 are: there is no certificate in PEM in it"],
      [Deno.readFileSync(keyFile), "it holds private key, but there is no certificate in PEM in it"],
      ["", "it is empty: there is no certificate in PEM in it"],
      ["nothing of the kind", "there is no certificate in PEM in it"],
    ];
    for (const [content, message] of cases) {
      Deno.writeFileSync(file, typeof content === "string" ? new TextEncoder().encode(content) : content);
      if (message === undefined) assert.equal(givenPem(file, "certificates"), content);
      else assert.throws(() => givenPem(file, "certificates"), { name: "RangeError", message });
    }
    assert.throws(() => givenPem(folder, "certificates"), { message: "it is a folder" });
    assert.throws(() => givenPem(`${folder}/none`, "key"), { message: "no such file" });
    assert.throws(() => givenPem(caFile, "key"), {
      message: "it holds certificate, but there is no private key in PEM in it",
    });
    const encrypted = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAA==\n" +
      "-----END RSA PRIVATE KEY-----\n";
    Deno.writeTextFileSync(file, encrypted);
    assert.equal(givenPem(file, "key"), encrypted);
    checkGiven(keyFile, "store");
  }));

Deno.test({
  name: "givenText() tells that a file may not be read",
  ignore: Deno.build.os === "windows" || Deno.uid() === 0, // root may read all
  fn: () =>
    inFolder((folder) => {
      Deno.writeTextFileSync(`${folder}/file`, "secret", { mode: 0o000 });
      assert.throws(() => givenText(`${folder}/file`), { message: "it may not be read" });
      return Promise.resolve();
    }),
});
