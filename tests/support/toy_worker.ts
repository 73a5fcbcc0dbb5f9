/** What workers run for the toy domain. */

import { registerDomain } from "../../src/cli/domains/domains.ts";
import { toyDomain } from "./toy_domain.ts";
import "../../src/cli/worker.ts";

registerDomain(toyDomain);
