/** What datagen made in a cluster under a prefix: remembered when it is made, named before it is dropped. */

import type { KafkaAdmin, KafkaClient } from "../../../ports/kafka.ts";
import { marksTopic } from "../run/marks.ts";
import { remember } from "../run/remember.ts";
import { readMarks } from "../run/run_state.ts";
import { applyTopics, type TopicPlan } from "./topics.ts";

/** What datagen left under a prefix. */
export interface MadeInKafka {
  /** Topics that it made, the one with the marks last. */
  readonly topics: readonly string[];
  /** Subjects that it made. */
  readonly subjects: readonly string[];
  /** Topics that it wrote to and did not make: they stay, and so do their records. */
  readonly others: readonly string[];
  /** Subjects that it used and did not make: they stay. */
  readonly otherSubjects: readonly string[];
}

/** Finds and deletes subjects of a Schema Registry. */
export interface SubjectRemover {
  /** Asks whether a subject has any version. */
  holds(subject: string): Promise<boolean>;
  /** Deletes a subject with all its versions; one that does not exist is passed over. */
  deleteSubject(subject: string): Promise<void>;
}

/**
 * Makes topics as planned, and remembers those that were missing.
 *
 * @param plan Its topics, that of the marks among them.
 * @returns Names of the topics that were made.
 * @throws {KafkaError} If the cluster refuses something; what was done before stays.
 */
export async function applyAndRemember(
  plan: TopicPlan,
  prefix: string,
  client: KafkaClient,
  admin: KafkaAdmin,
): Promise<string[]> {
  const made = await applyTopics(plan, admin);
  if (made.length > 0) await remember(client, prefix, await readMarks(admin, prefix), { topics: made, subjects: [] });
  return made;
}

/**
 * Lists what {@linkcode dropMade} would drop and still exists.
 *
 * @param registry Where the subjects are; without one, all that were made are listed.
 * @throws {SyntaxError} If the topic of the marks holds something that datagen did not write.
 * @throws {RegistryError} If the registry cannot be asked.
 */
export async function findMade(
  admin: KafkaAdmin,
  prefix: string,
  registry: SubjectRemover | undefined,
): Promise<MadeInKafka> {
  const { run, made, madeSubjects = [] } = await readMarks(admin, prefix);
  const marks = marksTopic(prefix);
  const written = Object.keys(run?.start ?? {});
  const names = new Set([...made, ...written, marks]);
  const existing = (await admin.topics([...names])).map(({ name }) => name);
  const ours = existing.filter((name) => name !== marks && made.includes(name)).sort();
  return {
    topics: existing.includes(marks) ? [...ours, marks] : ours,
    subjects: await heldBy(registry, [...new Set([...run?.subjects ?? [], ...madeSubjects])].sort()),
    others: existing.filter((name) => name !== marks && !made.includes(name)).sort(),
    otherSubjects: await heldBy(registry, run?.otherSubjects ?? []),
  };
}

async function heldBy(registry: SubjectRemover | undefined, subjects: readonly string[]): Promise<string[]> {
  const held = await Promise.all(subjects.map(async (subject) => await registry?.holds(subject) ?? true));
  return subjects.filter((_, at) => held[at]);
}

/**
 * Drops what was found: the subjects, the topics, and the marks at the very end, so that it can be done again after an
 * error.
 *
 * @param registry Where the subjects are; without one they stay.
 * @param dropped Hears of each when it is gone.
 * @throws {KafkaError} If a topic cannot be deleted.
 * @throws {RegistryError} If a subject cannot be deleted.
 */
export async function dropMade(
  { topics, subjects }: Pick<MadeInKafka, "topics" | "subjects">,
  admin: KafkaAdmin,
  registry: Pick<SubjectRemover, "deleteSubject"> | undefined,
  dropped: (kind: "subject" | "topic", name: string) => void,
): Promise<void> {
  for (const subject of registry === undefined ? [] : subjects) {
    await registry!.deleteSubject(subject);
    dropped("subject", subject);
  }
  for (const topic of topics) {
    await admin.deleteTopics([topic]);
    dropped("topic", topic);
  }
}
