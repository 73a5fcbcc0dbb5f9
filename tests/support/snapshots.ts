import assert from "node:assert/strict";

const FOLDER = new URL("../cli/__snapshots__/", import.meta.url);

/** Compares a text with the snapshot of a name; with `UPDATE_SNAPSHOTS=1` writes it anew: then read the difference. */
export async function assertSnapshot(name: string, text: string): Promise<void> {
  const file = new URL(name, FOLDER);
  if (Deno.env.get("UPDATE_SNAPSHOTS") === "1") return await Deno.writeTextFile(file, text);
  assert.equal(text, await Deno.readTextFile(file), `${name} changed: run with UPDATE_SNAPSHOTS=1 and read it`);
}
