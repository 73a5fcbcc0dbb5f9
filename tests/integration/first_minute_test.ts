/** The first minute of the README, from a copy of the repository to both servers, by the commands that it shows. */

import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { inFreshFolder, root } from "../support/program.ts";
import { freshDatabase, privateKafka, privateSchemaRegistry, testsWith } from "../support/services.ts";
import { datagenOk } from "../support/servers_program.ts";

const test = await testsWith("postgres", "ownKafka", "ownSchemaRegistry");

/** What the task `datagen` needs of a clone. */
const NEEDED = ["deno.json", "deno.lock", "src"] as const;

test("the first minute of the README: a clone, load, show 1, info, and load into PostgreSQL and Kafka", () =>
  inFreshFolder(async (cwd) => {
    const clone = `${cwd}/clone`;
    await Deno.mkdir(clone);
    for (const name of NEEDED) await copy(new URL(name, root).pathname, `${clone}/${name}`);
    const readme = await Deno.readTextFile(new URL("README.md", root));

    const first = commandIn(readme, /^npx -y deno@[\d.]+ task datagen (load .*)$/m);
    const loaded = await task(clone, first);
    assert.match(loaded, /^Loaded 100 customers in /m);
    assert.match(loaded, /^Validation: ALL OK$/m);
    const shown = await task(clone, commandIn(readme, /^datagen (show 1)$/m));
    assert.match(shown, /^Customer 1, /m);
    const database = new DatabaseSync(`${clone}/datagen.sqlite`, { readOnly: true });
    const name = database.prepare("SELECT name FROM customers WHERE incremental_id = 1").get()!["name"];
    database.close();
    assert.equal(shown.split("\n")[0], name);
    assert.match(await task(clone, commandIn(readme, /^datagen (info)$/m)), /^complete, /m);

    await using broker = await privateKafka();
    await using registry = await privateSchemaRegistry();
    const line = commandIn(readme.replaceAll(/ \\\n\s*/g, " "), /^datagen (load .*--create-topics .*)$/m);
    await freshDatabase(async ({ url }) => {
      const options = line.replace(/postgresql:\S+/, url).replace(/localhost:9092/, broker.bootstrap)
        .replace(/http:\S+/, registry.url).split(" ").slice(1);
      const servers = options.slice(options.indexOf("--create-topics"));
      const { stdout } = await datagenOk(["load", ...options], {}, { cwd: clone });
      assert.match(stdout, /^Loaded 1,000 customers in /m);
      assert.match(stdout, /^Validation: ALL OK$/m);
      for (const kind of ["postgres", "kafka"]) {
        const info = JSON.parse((await datagenOk(["info", kind, ...servers, "--json"], {}, { cwd })).stdout);
        assert.deepEqual([info.complete, info.manifest.units, info.loss], [true, 1000, null]);
        const page = await datagenOk(["show", "1", "--in", kind, ...servers], {}, { cwd });
        assert.equal(page.stdout.split("\n")[0], name);
      }
      const doctor = await datagenOk(["doctor", ...servers], {}, { cwd });
      assert.equal(doctor.stdout.match(/^\[OK\] run: .* 1,000 customers, complete$/gm)?.length, 2, doctor.stdout);
    });
  }));

/** The arguments of the program in a command of the README. */
function commandIn(readme: string, pattern: RegExp): string {
  const found = pattern.exec(readme);
  assert.ok(found, `README.md has no command ${pattern}`);
  return found[1]!;
}

/** Runs the task `datagen` in a folder. */
async function task(cwd: string, args: string): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "datagen", ...args.split(" ")],
    cwd,
    env: { NO_COLOR: "1" },
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

async function copy(from: string, to: string): Promise<void> {
  if ((await Deno.stat(from)).isFile) return await Deno.copyFile(from, to);
  await Deno.mkdir(to);
  for await (const { name } of Deno.readDir(from)) await copy(`${from}/${name}`, `${to}/${name}`);
}
