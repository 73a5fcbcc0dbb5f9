import { type Entity, fieldsOf, referencesWithin } from "../model/entity.ts";
import type { Sink } from "../ports/sink.ts";
import type { Check } from "./report.ts";

/** A target whose contents are to be compared with what was generated. */
export interface Validated {
  readonly sink: Sink;
  /** Rows that were generated, by entity. */
  readonly rows: Readonly<Record<string, number>>;
  /** What the target no longer holds, in a line. */
  readonly loss: string | undefined;
}

/**
 * Counts the rows of every entity in every target that keeps them, and looks up every reference whose parent it takes.
 *
 * @param onTarget Told each target before it is looked at.
 * @param stopped Asked before each step; gives other tasks their turn.
 * @returns Undefined if it was stopped.
 */
export async function validate<Target extends Validated>(
  targets: readonly Target[],
  onTarget: (target: Target) => void,
  stopped: () => Promise<boolean>,
): Promise<Check[] | undefined> {
  const checks: Check[] = [];
  for (const target of targets) {
    if (!target.sink.durable) continue;
    onTarget(target);
    if (await stopped()) return undefined;
    const found = await target.sink.counts();
    for (const entity of target.sink.entities) {
      checks.push(countCheck(target.sink, entity, target.rows[entity.name]!, found[entity.name] ?? 0));
    }
    if (target.loss !== undefined) {
      checks.push({ target: target.sink.target, name: "kept", ok: false, detail: target.loss });
    }
    if (target.sink.appends) continue; // its references lead to another target
    if (await stopped()) return undefined;
    checks.push(...await referenceChecks(target.sink));
  }
  return checks;
}

function countCheck(sink: Sink, entity: Entity, expected: number, found: number): Check {
  const ok = expected === found;
  const unit = sink.appends ? "events" : "rows";
  return {
    target: sink.target,
    name: sink.nameOf?.(entity) ?? entity.name,
    ok,
    detail: ok ? `${found} ${unit}` : `expected ${expected}, got ${found}`,
  };
}

/** One line for the references whose parents are in the target; none where there are none to look up. */
async function referenceChecks(sink: Sink): Promise<Check[]> {
  const { present, absent } = parentsOf(sink.entities);
  if (present.length === 0) return [];
  const broken = await sink.brokenReferences();
  const found = absent.length === 0
    ? "every foreign key has its parent"
    : `every foreign key to ${present.join(", ")} has its parent; ${absent.join(", ")}: not in this target`;
  const detail = broken.length === 0
    ? found
    : broken.map(({ entity, field, parent, rows }) => `${rows} of ${entity}.${field} have no ${parent}`).join("; ");
  return [{ target: sink.target, name: "references", ok: broken.length === 0, detail }];
}

/** Names of the entities that others refer to: those that a target takes, and those that it does not. */
function parentsOf(entities: readonly Entity[]): { present: string[]; absent: string[] } {
  const named = new Set(
    entities.flatMap((entity) => fieldsOf(entity).flatMap(([, { references }]) => references ?? [])),
  );
  const present = new Set(
    entities.flatMap((entity) => referencesWithin(entity, entities).map(({ parent }) => parent.name)),
  );
  return { present: [...present], absent: [...named].filter((name) => !present.has(name)) };
}
