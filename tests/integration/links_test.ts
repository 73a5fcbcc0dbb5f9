/** A target that is a link is followed: the link stays, and what it leads to is written, replaced and extended. */

import assert from "node:assert/strict";
import { dirname } from "node:path";
import { loadLine, loadLineStopped } from "../support/load_line.ts";
import { inFreshFolder, runProgram } from "../support/program.ts";

const WHEN = ["--as-of", "2026-07-01", "--days", "30"];
const isWindows = Deno.build.os === "windows"; // links need a right there that few users have

function test(name: string, fn: () => Promise<void>): void {
  if (isWindows) console.error(`${name}: skipped, as links need a special right on Windows; run it on Linux or macOS`);
  Deno.test({ name, ignore: isWindows, fn });
}

/** Calls `use` in a new folder with links, each with where it leads. */
function withLinks(links: Readonly<Record<string, string>>, use: (folder: string) => Promise<void>): Promise<void> {
  return inFreshFolder(async (folder) => {
    for (const [link, place] of Object.entries(links)) {
      await Deno.mkdir(dirname(`${folder}/${link}`), { recursive: true });
      await Deno.symlink(place, `${folder}/${link}`);
    }
    await use(folder);
  });
}

/** The kind of what stands at a path itself: a link is not followed. */
async function kindAt(path: string): Promise<"link" | "file" | "directory" | "nothing"> {
  try {
    const { isSymlink, isFile } = await Deno.lstat(path);
    return isSymlink ? "link" : isFile ? "file" : "directory";
  } catch {
    return "nothing";
  }
}

/** Loads from nothing, replaces, stops and goes on, extends; then nothing is left that has not its final name. */
async function assertLives(target: string): Promise<void> {
  const load = async (customers: number, ...more: string[]) => {
    const { report } = await loadLine(["--customers", String(customers), ...WHEN, "--to", target, ...more]);
    assert.deepEqual(report.checks.filter(({ ok }) => !ok), []);
    return report.targets[0]!.outcome;
  };
  assert.equal(await load(5), "created");
  assert.equal(await load(7, "--seed", "7", "--truncate"), "replaced");
  await loadLineStopped(["--customers", "300", "--seed", "7", ...WHEN, "--to", target]);
  assert.equal(await load(300, "--seed", "7"), "resumed");
  assert.equal(await load(300, "--seed", "7"), "unchanged");
}

for (
  const [what, links, written] of [
    ["a file that is not there yet", { "a.sqlite": "disk/bank.sqlite" }, "disk/bank.sqlite"],
    ["a link to a link", { "a.sqlite": "b.sqlite", "b.sqlite": "disk/bank.sqlite" }, "disk/bank.sqlite"],
    [
      "a link through a folder that is a link",
      { "here/a.sqlite": "../disk/bank.sqlite", "a.sqlite": "here/a.sqlite" },
      "disk/bank.sqlite",
    ],
  ] as const
) {
  test(`load into an SQLite file that is a link to ${what} writes there, and the link stays`, () =>
    withLinks(links, async (folder) => {
      await Deno.mkdir(`${folder}/disk`);
      await assertLives(`sqlite:${folder}/a.sqlite`);
      assert.deepEqual([await kindAt(`${folder}/a.sqlite`), await kindAt(`${folder}/${written}`)], ["link", "file"]);
      assert.deepEqual(await names(`${folder}/disk`), ["bank.sqlite"]);
    }));
}

for (const kind of ["csv", "json", "parquet"]) {
  test(`load into ${kind}:DIR that is a link to a folder that is not there makes it, and the link stays`, () =>
    withLinks({ out: "disk/data" }, async (folder) => {
      await assertLives(`${kind}:${folder}/out`);
      assert.equal(await kindAt(`${folder}/out`), "link");
      assert.equal(await kindAt(`${folder}/disk/data/customers.${kind}`), "file");
    }));

  test(`load into ${kind}:DIR with files that are links writes what they lead to, and the links stay`, () =>
    withLinks({
      [`out/transactions.${kind}`]: `../disk/large.${kind}`,
      "out/datagen.manifest.json": "../disk/manifest.json",
    }, async (folder) => {
      await Deno.mkdir(`${folder}/disk`);
      await assertLives(`${kind}:${folder}/out`);
      assert.equal(await kindAt(`${folder}/out/transactions.${kind}`), "link");
      assert.equal(await kindAt(`${folder}/out/datagen.manifest.json`), "link");
      assert.deepEqual(await names(`${folder}/disk`), [`large.${kind}`, "manifest.json"]);
    }));
}

for (const target of ["sqlite:a", "csv:a", "json:a"]) {
  test(`load into ${target}, a link that leads to itself, is refused in words`, () =>
    withLinks({ a: "b", b: "a" }, async (cwd) => {
      const { status, stderr } = await runProgram(["load", "--to", target], { cwd });
      assert.equal(status, 2);
      assert.match(
        stderr,
        /^error: Cannot use \w+:a: it is a link, and the links lead round in a circle\nhint: choose /,
      );
      assert.deepEqual(await names(cwd), ["a", "b"]);
    }));
}

test("two targets of which one is a link to the other are one place", () =>
  withLinks({ b: "a" }, async (cwd) => {
    const { status, stderr } = await runProgram(["load", "--to", "csv:a", "--to", "json:b"], { cwd });
    assert.equal(status, 2);
    assert.match(stderr, /^error: Cannot use --to csv:a with --to json:b: they are the same place\n/);
  }));

for (const target of ["sqlite:a", "csv:a", "json:a"]) {
  for (const [kind, place] of [["device", "/dev/null"], ["pipe", "pipe"]] as const) {
    test(`load into ${target}, a link to a ${kind}, is refused before anything is written`, () =>
      withLinks({ a: place }, async (cwd) => {
        if (kind === "pipe") await new Deno.Command("mkfifo", { args: [`${cwd}/pipe`] }).output();
        const args = ["load", "--to", "sqlite:other.sqlite", "--to", target];
        const { status, stdout, stderr } = await runProgram(args, { cwd });
        assert.deepEqual([status, stdout], [2, ""]);
        assert.match(stderr, /^error: Cannot use \w+:a: it is a (device|pipe), which keeps nothing\nhint: write --to /);
        assert.deepEqual(await names(cwd), kind === "pipe" ? ["a", "pipe"] : ["a"]);
      }));
  }
}

test("load --truncate never renames a file over a device that a link in the folder leads to", () =>
  inFreshFolder(async (cwd) => {
    await loadLine(["--customers", "5", ...WHEN, "--to", `csv:${cwd}/out`]);
    await Deno.remove(`${cwd}/out/customers.csv`);
    await Deno.symlink("/dev/null", `${cwd}/out/customers.csv`);
    const args = ["load", "--customers", "5", ...WHEN, "--to", "csv:out", "--truncate"];
    const { status, stderr } = await runProgram(args, { cwd });
    assert.equal(status, 2);
    assert.match(stderr, /^error: Cannot use csv:out\/customers\.csv: it is a device, which keeps nothing\n/);
    assert.ok((await Deno.stat("/dev/null")).isCharDevice);
  }));

test("load through a link to where Deno may not write names the permission of the place, not of the link", () =>
  withLinks({ "here/a.sqlite": "../disk/a.sqlite", "here/out": "../disk/out" }, async (folder) => {
    await Deno.mkdir(`${folder}/disk`);
    const cwd = `${folder}/here`;
    const permissions = ["--allow-read=.", "--allow-write=."];
    for (const [target, place] of [["sqlite:a.sqlite", `${folder}/disk`], ["csv:out", `${folder}/disk/out`]]) {
      const { status, stderr } = await runProgram(["load", "--to", target!], { cwd, permissions });
      assert.equal(status, 2);
      assert.equal(
        stderr,
        `error: Cannot use ${target}: Deno may not write there\n` +
          `hint: give deno --allow-read=${place} --allow-write=${place}\n`,
      );
    }
  }));

async function names(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
}
