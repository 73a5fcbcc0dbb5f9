/** The program with the toy domain added, as somebody would add a domain of their own. */

import { registerDomain } from "../../src/cli/domains.ts";
import { toyDomain } from "./toy_domain.ts";

registerDomain(toyDomain);
const { program } = await import("../../src/cli/program.ts");
Deno.exit(await program(Deno.args));
