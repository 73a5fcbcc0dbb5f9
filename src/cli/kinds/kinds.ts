/** All kinds of targets, in the order in which they are listed. */

import type { Target } from "../parser/values.ts";
import { console } from "./console.ts";
import { csv } from "./csv.ts";
import { json, stdout } from "./json.ts";
import { kafka } from "./kafka.ts";
import type { TargetKind } from "./kind.ts";
import { parquet } from "./parquet.ts";
import { postgres } from "./postgres.ts";
import { sqlite } from "./sqlite.ts";

/** All of them. */
export const KINDS: readonly TargetKind[] = [sqlite, json, csv, parquet, stdout, console, postgres, kafka];

/** The kind of a target. */
export function kindOf({ kind }: Pick<Target, "kind">): TargetKind {
  return KINDS.find(({ name }) => name === kind)!;
}
