/**
 * The domains by what command lines know of them, without what makes their rows: the help loads only this.
 *
 * @module
 */

import { bankDescription } from "../../domains/bank/description.ts";
import type { DomainDescription } from "../../ports/domain.ts";

/** The domain that is meant where nobody names another. */
export const DEFAULT_DESCRIPTION: DomainDescription = bankDescription;

/** All domains; `registerDomain` in `domains.ts` adds to them. */
export const DESCRIPTIONS: DomainDescription[] = [bankDescription];
