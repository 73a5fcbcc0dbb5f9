/** Rights that a user needs in Kafka, and which of them are missing, as far as brokers tell it. */

import type { KafkaAdmin, KafkaRight } from "../../../ports/kafka.ts";
import { TargetError } from "../../../ports/sink.ts";
import { rightText, topicRight } from "../librdkafka/errors.ts";
import { grantHint } from "./hints.ts";

/** The `transactional.id` of a prefix, whatever the run: two writers of one prefix fence each other, the later one stays. */
export function transactionalIdOf(prefix: string): string {
  return `datagen-${prefix}-0-of-1`;
}

/**
 * Rights on topics that a load needs, whether they exist or are yet to be made. `Read` and `Write` bring `Describe`.
 *
 * @param empties Whether it deletes the events' records first, as `--truncate` does.
 */
export function loadRights(events: readonly string[], marks: string, empties = false): KafkaRight[] {
  return [
    ...events.map((name) => topicRight("Write", name)),
    ...(empties ? events.map((name) => topicRight("Delete", name)) : []),
    topicRight("Read", marks),
    topicRight("Write", marks),
  ];
}

/**
 * Asks which rights on topics are missing. A topic that the user may see and that does not exist is passed over: brokers
 * tell nothing of it.
 *
 * @returns Undefined where broker or librdkafka is too old to tell.
 */
export async function missingRights(
  admin: KafkaAdmin,
  rights: readonly KafkaRight[],
): Promise<KafkaRight[] | undefined> {
  const told = await admin.authorized([...new Set(rights.map(({ name }) => name))]);
  return told && rights.filter(({ operation, name }) => {
    return told.hidden.has(name) || told.topics.get(name)?.has(operation) === false;
  });
}

/**
 * Makes sure that rights are there before anything is made or written.
 *
 * @throws {TargetError} If some are missing; it names all of them.
 */
export async function refuseWithoutRights(
  target: string,
  admin: KafkaAdmin,
  rights: readonly KafkaRight[],
): Promise<void> {
  const missing = await missingRights(admin, rights) ?? [];
  if (missing.length === 0) return;
  throw new TargetError(`Cannot use ${target}: ${missingText(missing)}`, grantHint(missing[0]!));
}

/** Tells which rights are missing, in a clause. */
export function missingText(rights: readonly KafkaRight[]): string {
  const [noun, verb] = rights.length === 1 ? ["the right", "is"] : ["the rights", "are"];
  return `${noun} ${rights.map(rightText).join(", ")} ${verb} missing`;
}
