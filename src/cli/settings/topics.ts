/** The topics of a domain, compared with what they should be. */

import {
  eventTopics,
  planTopics,
  progressTopic,
  type TopicDifference,
  type TopicPlan,
} from "../../adapters/kafka/sink/topics.ts";
import type { KafkaAdmin } from "../../ports/kafka.ts";
import { chosenDomain } from "../domains/domains.ts";
import type { Values } from "../parser/flag.ts";
import type { TOPIC_FLAGS } from "../flags/server_flags.ts";
import type { KafkaSettings } from "./servers.ts";

/** Values of the options that say how topics are to be. */
type TopicValues = Values<typeof TOPIC_FLAGS> & { readonly domain?: string };

/**
 * Compares the topics of all events, and that of the marks, with the cluster's.
 *
 * @param values What was asked for, apart from the settings, which hold defaults too.
 * @throws {KafkaError} If the cluster cannot be asked.
 */
export async function planDomainTopics(
  settings: KafkaSettings,
  values: TopicValues,
  admin: KafkaAdmin,
): Promise<TopicPlan> {
  const plan = await planTopics(
    [...eventTopics(chosenDomain(values).entities, settings), progressTopic(settings)],
    admin,
  );
  return { ...plan, differences: plan.differences.filter((difference) => isAskedFor(difference, values)) };
}

/**
 * Defaults are for new topics: where neither option was given, an existing topic's retention and replicas are right as
 * they are, since less retention would delete records; unless it is so short that a load may lose some.
 */
function isAskedFor({ kind, setting, harm }: TopicDifference, values: TopicValues): boolean {
  if (setting === "retention.ms" && harm === undefined) return values["retention-hours"] !== undefined;
  return kind !== "replication factor" || values["replication-factor"] !== undefined;
}
