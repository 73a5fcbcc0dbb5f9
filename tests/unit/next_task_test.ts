import assert from "node:assert/strict";
import { nextTask } from "../../src/ports/next_task.ts";

function work(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

Deno.test({
  name: "nextTask() lets a signal in within six pieces of work of 100 ms",
  ignore: Deno.build.os === "windows", // a process cannot send itself an interrupt there
  fn: async () => {
    let seen = false;
    const listener = () => void (seen = true);
    Deno.addSignalListener("SIGUSR2", listener);
    try {
      await nextTask();
      Deno.kill(Deno.pid, "SIGUSR2");
      for (let piece = 0; piece < 6 && !seen; piece++) {
        work(100);
        await nextTask();
      }
      assert.ok(seen);
    } finally {
      Deno.removeSignalListener("SIGUSR2", listener);
    }
  },
});
