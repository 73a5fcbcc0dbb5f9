/**
 * What a worker of a load runs: it generates and encodes, without any permission.
 *
 * @module
 */

import { serveBatches } from "../adapters/workers/serve.ts";
import { batchMaker } from "../run/batches.ts";
import { domainNamed } from "./domains/domains.ts";

serveBatches((description) => batchMaker(domainNamed(description.domain), description, true));
