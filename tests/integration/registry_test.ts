import assert from "node:assert/strict";
import { bankCatalogue } from "../../mod.ts";
import { RegistryClient, type RegistryOptions } from "../../src/adapters/registry/registry_client.ts";
import { avroSchema } from "../../src/encoders/avro_schema.ts";
import { entity } from "../../src/model/entity.ts";
import { int, nullable, text } from "../../src/model/field.ts";
import { RegistryError } from "../../src/ports/registry.ts";
import {
  freshPrefix,
  makeCertificates,
  privateSchemaRegistry,
  schemaRegistry,
  testsWith,
} from "../support/services.ts";
import { inFolder } from "../support/toy_shop.ts";

const test = await testsWith("schemaRegistry", "ownSchemaRegistry");

function thing(fields: Parameters<typeof entity>[0]["fields"]): string {
  return JSON.stringify(avroSchema(
    entity({
      name: "things",
      code: 1,
      title: "Thing",
      namespace: "example",
      doc: "",
      role: "event",
      incremental: false,
      fields,
    }),
  ));
}

const FIRST = thing({ a: int({ doc: "" }) });

test("register() gives the schemas of all events ids by which the registry finds them, again the same", async () => {
  const { url } = await schemaRegistry();
  const client = new RegistryClient(url);
  const prefix = freshPrefix();
  for (const event of bankCatalogue.filter(({ topic }) => topic !== undefined)) {
    const [subject, schema] = [`${prefix}.${event.topic!.name}-value`, JSON.stringify(avroSchema(event))];
    assert.equal(await client.incompatibility(subject, schema), undefined);
    const id = await client.register(subject, schema);
    assert.equal(await client.register(subject, schema), id);
    assert.equal(await client.incompatibility(subject, schema), undefined);
    const found = await (await fetch(`${url}/schemas/ids/${id}`)).json();
    assert.deepEqual(JSON.parse(found.schema), JSON.parse(schema));
    assert.ok((await client.subjects()).includes(subject));
  }
});

test("incompatibility() takes a schema with an added field for BACKWARD compatible, and one with a new required field not", async () => {
  const { url } = await schemaRegistry();
  const client = new RegistryClient(url);
  const subject = `${freshPrefix()}.things-value`;
  await client.register(subject, FIRST);
  await requireBackward(url, subject); // Apicurio takes anything until it is told otherwise
  assert.equal(
    await client.incompatibility(subject, thing({ a: int({ doc: "" }), b: nullable(int({ doc: "" })) })),
    undefined,
  );
  const wanting = thing({ a: int({ doc: "" }), b: text(9, { doc: "" }) });
  assert.match((await client.incompatibility(subject, wanting))!, /^[^\n]*\bb\b[^\n]*$/);
  await assert.rejects(client.register(subject, wanting), /: it is not compatible with the versions there/);
});

test("incompatibility() takes our schemas after the original's, which have neither docs nor added fields", async () => {
  const { url } = await schemaRegistry();
  const client = new RegistryClient(url);
  for (const event of bankCatalogue.filter(({ topic }) => topic !== undefined)) {
    const subject = `${freshPrefix()}.${event.topic!.name}-value`;
    const { doc: _, fields, ...schema } = avroSchema(event);
    const known = fields.filter(({ name }) => event.fields[name]!.avro !== "added");
    const original = { ...schema, fields: known.map(({ doc: _, ...field }) => field) };
    await client.register(subject, JSON.stringify(original));
    await requireBackward(url, subject);
    assert.equal(await client.incompatibility(subject, JSON.stringify(avroSchema(event))), undefined);
  }
});

test("deleteSubject() deletes a subject for good, and does nothing to one that does not exist", async () => {
  const { url } = await schemaRegistry();
  const client = new RegistryClient(url);
  const subject = `${freshPrefix()}-value`;
  await client.register(subject, FIRST);
  await client.deleteSubject(subject);
  const left: string[] = await (await fetch(`${url}/subjects?deleted=true`)).json();
  assert.ok(!left.includes(subject));
  await client.deleteSubject(subject);
});

test("register() tells that the registry takes no such schema", async () => {
  const { url } = await schemaRegistry();
  const call = new RegistryClient(url).register(`${freshPrefix()}-value`, '{"type":"nonsense"}');
  await assert.rejects(call, /^RegistryError: Cannot register the schema of .*: it is not a schema that can be used/);
});

test("subjects() tells that the address of Apicurio without the path is no Schema Registry", async () => {
  const { origin } = new URL((await schemaRegistry()).url);
  await assert.rejects(
    new RegistryClient(origin).subjects(),
    /: no Schema Registry answers there, but something else, with status 404: RESTEASY003210/,
  );
});

test("RegistryClient tells that a registry which went away does not answer", async () => {
  await using registry = await privateSchemaRegistry();
  const client = new RegistryClient(registry.url, { timeoutMs: 2000 });
  assert.deepEqual(await client.subjects(), []);
  await registry.kill();
  await assert.rejects(
    client.register("a-value", FIRST),
    (error) => error instanceof RegistryError && error.retriable && error.message.endsWith(": connection refused"),
  );
});

Deno.test("RegistryClient trusts the authority in caFile, and no other", async () => {
  await inFolder(async (folder) => {
    await Promise.all([Deno.mkdir(`${folder}/ours`), Deno.mkdir(`${folder}/other`)]);
    const [ours, other] = await Promise.all([makeCertificates(`${folder}/ours`), makeCertificates(`${folder}/other`)]);
    const [cert, key] = [Deno.readTextFileSync(ours.certificateFile), Deno.readTextFileSync(ours.keyFile)];
    const server = Deno.serve({ hostname: "127.0.0.1", port: 0, cert, key, onListen() {} }, () => Response.json(["a"]));
    const url = `https://127.0.0.1:${server.addr.port}`;
    assert.deepEqual(await subjectsBy({ caFile: ours.caFile }), ["a"]);
    for (const options of [{}, { caFile: other.caFile }]) {
      await assert.rejects(subjectsBy(options), /: its certificate is not trusted$/);
    }
    await server.shutdown();

    async function subjectsBy(options: RegistryOptions): Promise<readonly string[]> {
      const client = new RegistryClient(url, options);
      try {
        return await client.subjects();
      } finally {
        client.close();
        client.close();
      }
    }
  });
});

async function requireBackward(url: string, subject: string): Promise<void> {
  const headers = { "Content-Type": "application/json" };
  const body = '{"compatibility":"BACKWARD"}';
  const answer = await fetch(`${url}/config/${subject}`, { method: "PUT", headers, body });
  const said = await answer.text();
  assert.ok(answer.ok, said);
}
