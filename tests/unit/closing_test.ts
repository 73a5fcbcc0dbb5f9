/** What was opened is closed, all of it, and an error of closing hides none that came before. */

import assert from "node:assert/strict";
import { closeAfter, closeAfterSync, closeQuietly } from "../../src/ports/closing.ts";

const raise = (text: string) => () => {
  throw new Error(text);
};
const reject = (text: string) => () => Promise.reject(new Error(text));

Deno.test("closeAfter() gives the result of the work when all is closed", async () => {
  const calls: string[] = [];
  const closers = () => [() => void calls.push("a"), () => Promise.resolve(void calls.push("b"))];
  assert.equal(await closeAfter(() => Promise.resolve(7), closers), 7);
  assert.deepEqual(calls, ["a", "b"]);
});

Deno.test("closeAfter() throws the error of the work, and still calls every closer", async () => {
  const calls: string[] = [];
  const closers = () => [reject("closing a"), raise("closing b"), () => void calls.push("c")];
  await assert.rejects(closeAfter(reject("work"), closers), /^Error: work$/);
  assert.deepEqual(calls, ["c"]);
});

Deno.test("closeAfter() throws the first error of closing where the work threw none", async () => {
  const calls: string[] = [];
  const closers = () => [raise("closing a"), reject("closing b"), () => void calls.push("c")];
  await assert.rejects(closeAfter(() => Promise.resolve(), closers), /^Error: closing a$/);
  assert.deepEqual(calls, ["c"]);
});

Deno.test("closeAfter() asks for what is to be closed when the work is done", async () => {
  const opened: string[] = [];
  const closed: string[] = [];
  const work = () => {
    opened.push("a");
    return Promise.reject(new Error("work"));
  };
  await assert.rejects(closeAfter(work, () => opened.map((name) => () => void closed.push(name))), /^Error: work$/);
  assert.deepEqual(closed, ["a"]);
});

Deno.test("closeAfterSync() does the same at once", () => {
  const calls: string[] = [];
  assert.equal(closeAfterSync(() => 7, () => [() => void calls.push("a")]), 7);
  assert.throws(
    () => closeAfterSync(raise("work"), () => [raise("closing"), () => void calls.push("b")]),
    /^Error: work$/,
  );
  assert.throws(
    () => closeAfterSync(() => {}, () => [raise("closing"), () => void calls.push("c")]),
    /^Error: closing$/,
  );
  assert.deepEqual(calls, ["a", "b", "c"]);
});

Deno.test("closeQuietly() throws nothing", () => closeQuietly(raise("closing")));
