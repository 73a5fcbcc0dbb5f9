/** Files as Windows writes them, read by those who use them: librdkafka, TLS to PostgreSQL and to a Schema Registry. */

import assert from "node:assert/strict";
import { RegistryClient } from "../../src/adapters/registry/registry_client.ts";
import { datagen, datagenOk } from "../support/servers_program.ts";
import { freshPrefix, makeCertificates, privateKafka, privatePostgres, testsWith } from "../support/services.ts";
import { inFolder } from "../support/toy_shop.ts";
import { asWindowsWrites, WINDOWS_FORMS } from "../support/windows_files.ts";

const test = await testsWith("ownPostgres", "ownKafka");

test("topics plan logs in to Kafka with certificates and a password in files that Windows wrote, and Kafka's own word", async () => {
  await using broker = await privateKafka({ secure: true });
  const { saslSsl, caFile, user, password } = broker.secure!;
  const pem = Deno.readTextFileSync(caFile);
  await inFolder(async (folder) => {
    const words = ["topics", "plan", "--kafka-bootstrap", saslSsl, "--topic-prefix", freshPrefix()];
    const login = ["--kafka-user", user, "--kafka-password-file", `${folder}/password`];
    for (const form of WINDOWS_FORMS) {
      Deno.writeFileSync(`${folder}/ca.pem`, asWindowsWrites(form, pem));
      Deno.writeFileSync(`${folder}/password`, asWindowsWrites(form, `${password} \n\n`));
      const ca = `${folder}/ca.pem`;
      for (const named of [["--kafka-ca", ca], ["--kafka-tls", "-X", `ssl.ca.location=${ca}`]]) {
        const { stdout } = await datagenOk([...words, ...login, ...named, "--kafka-sasl", "SCRAM-SHA-512"]);
        assert.match(stdout, /\[TO DO\] topic \S+\.transactions is missing/, form);
      }
    }
  });
});

test("doctor reaches PostgreSQL by certificates and a password file that Windows wrote", async () => {
  await using server = await privatePostgres({ tls: "required" });
  const pem = Deno.readTextFileSync(server.caFile!);
  await inFolder(async (folder) => {
    const url = new URL(server.url);
    const password = decodeURIComponent(url.password);
    url.password = "";
    const query = `?sslmode=verify-full&sslrootcert=${encodeURIComponent(`${folder}/ca.pem`)}`;
    const words = ["doctor", "--to", "postgres", "--postgres-url", `${url.href}${query}`];
    for (const form of WINDOWS_FORMS) {
      Deno.writeFileSync(`${folder}/ca.pem`, asWindowsWrites(form, pem));
      const line = `*:*:*:*:${password}\n`;
      Deno.writeFileSync(`${folder}/pgpass`, asWindowsWrites(form, line), { mode: 0o600 });
      const { stdout } = await datagenOk(words, { PGPASSFILE: `${folder}/pgpass` });
      assert.match(stdout, /\[OK\] postgres: /, form);
    }
    Deno.writeTextFileSync(`${folder}/ca.pem`, "no certificate");
    const { status, stdout } = await datagen(words, { PGPASSFILE: `${folder}/pgpass` });
    assert.equal(status, 1);
    assert.match(stdout, /\[FAIL\] postgres: .*sslrootcert "\S+ca\.pem": there is no certificate in PEM in it\n/);
  });
});

test("RegistryClient trusts an authority in a file that Windows wrote", () =>
  inFolder(async (folder) => {
    const { caFile, certificateFile, keyFile } = await makeCertificates(folder);
    const [cert, key] = [Deno.readTextFileSync(certificateFile), Deno.readTextFileSync(keyFile)];
    const pem = Deno.readTextFileSync(caFile);
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, cert, key, onListen() {} },
      () => Response.json(["a"]),
    );
    for (const form of WINDOWS_FORMS) {
      Deno.writeFileSync(caFile, asWindowsWrites(form, pem));
      const client = new RegistryClient(`https://127.0.0.1:${server.addr.port}`, { caFile });
      assert.deepEqual(await client.subjects(), ["a"], form);
      client.close();
    }
  }));
