/**
 * The program with the toy domain added, as somebody would add a domain of their own. The variable
 * `DATAGEN_TEST_WORKER` names another module of this folder for its workers.
 */

import { registerDomain } from "../../src/cli/domains/domains.ts";
import { toyDomain } from "./toy_domain.ts";

registerDomain(toyDomain, new URL(Deno.env.get("DATAGEN_TEST_WORKER") ?? "toy_worker.ts", import.meta.url));
const { program } = await import("../../src/cli/program.ts");
Deno.exit(await program(Deno.args));
