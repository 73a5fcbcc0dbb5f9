/** Tells what stands at a Kafka target: the run that its marks name, and what its topics have lost of it. */

import type { Entity } from "../../../model/entity.ts";
import type { KafkaAdmin } from "../../../ports/kafka.ts";
import type { TargetState } from "../../../ports/sink.ts";
import { compactedOf } from "../sink/compaction.ts";
import { topicRight } from "../librdkafka/errors.ts";
import { lossOf, unmarkedOf } from "./loss.ts";
import { isComplete, type Marks, marksTopic, progressOf } from "./marks.ts";
import { refuseWithoutRights } from "../sink/rights.ts";
import { watermarksOf } from "./run_state.ts";
import { topicName } from "../sink/topics.ts";

/** Whose marks and topics are compared. */
export interface Place {
  /** Name of the target, for messages. */
  readonly target: string;
  readonly admin: KafkaAdmin;
  readonly prefix: string;
  readonly entities: readonly Entity[];
}

/** What stands there. */
export interface Standing {
  readonly state: TargetState;
  /** What could not be looked at, a line each. */
  readonly warnings: readonly string[];
}

/**
 * Compares the marks that were read with the topics.
 *
 * @throws {TargetError} If the user may not see topics or marks that should be there.
 */
export async function standingOf(place: Place, marks: Marks): Promise<Standing> {
  const { admin, prefix, entities } = place;
  const { run, progress } = marks;
  if (run === undefined) return { state: await unmarkedState(place), warnings: [] };
  const names = Object.keys(run.start);
  const held = await watermarksOf(admin, names);
  await refuseHidden(place, names.filter((name) => !held.has(name)));
  const lost = lossOf(run, progress, held);
  const { loss, warnings } = lost === undefined
    ? await compactedOf(admin, prefix, entities, marks, held)
    : { loss: lost, warnings: [] };
  const state: TargetState = {
    kind: isComplete(marks) ? "complete" : "partial",
    manifest: run.manifest,
    progress: progressOf(marks),
    ...(loss === undefined ? {} : { loss }),
  };
  return { state, warnings };
}

/** Without marks there should be no records either: nobody knows which of them are of the run. */
async function unmarkedState(place: Place): Promise<TargetState> {
  const { admin, prefix, entities } = place;
  const marks = marksTopic(prefix);
  const unmarked = unmarkedOf(marks, await watermarksOf(admin, entities.map((entity) => topicName(prefix, entity))));
  if (unmarked !== undefined) await refuseHidden(place, [marks]);
  return { kind: "empty", ...(unmarked === undefined ? {} : { unmarked }) };
}

/** What the user may not see looks as if it did not exist. */
async function refuseHidden({ target, admin, prefix }: Place, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  const rights = names.map((name) => topicRight(name === marksTopic(prefix) ? "Read" : "Write", name));
  await refuseWithoutRights(target, admin, rights);
}
