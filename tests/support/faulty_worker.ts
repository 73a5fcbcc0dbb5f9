/**
 * A worker of the toy domain that fails at the batch of a unit, as the fragment of its address says: it throws
 * (`#throws@320`), reads a file (`#reads@320`), or takes memory until there is no more (`#grows@320`).
 */

import { serveBatches } from "../../src/adapters/workers/serve.ts";
import { batchMaker } from "../../src/run/batches.ts";
import { toyDomain } from "./toy_domain.ts";

const FAULTS = {
  throws: () => {
    throw new RangeError("the shop is closed");
  },
  reads: () => void Deno.readTextFileSync(new URL(import.meta.url)),
  grows: () => {
    const kept: string[][] = [];
    for (;;) kept.push(new Array(1e6).fill(`${kept.length}`));
  },
};

const [fault, unit] = new URL(import.meta.url).hash.slice(1).split("@") as [keyof typeof FAULTS, string];

serveBatches((description) => {
  const maker = batchMaker(toyDomain, description, true);
  return {
    make(job) {
      if (job.from === Number(unit)) FAULTS[fault]();
      return maker.make(job);
    },
  };
});
