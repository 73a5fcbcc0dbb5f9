import { applyAndRemember } from "../../adapters/kafka/sink/made.ts";
import { changeText, differenceText, type TopicDifference } from "../../adapters/kafka/sink/topics.ts";
import { closeAfter } from "../../ports/closing.ts";
import { TOPIC_ACTIONS } from "./list.ts";
import { EXIT, UsageError } from "../failures.ts";
import type { Words } from "../parser/flag.ts";
import { inFlags } from "../flags/option_words.ts";
import type { TOPICS_FLAGS } from "../flags/flags.ts";
import { openKafka } from "../settings/open_servers.ts";
import { environment, writeOut } from "../terminal/output.ts";
import { resolveKafka } from "../settings/servers.ts";
import { nearest } from "../parser/suggest.ts";
import { planDomainTopics } from "../settings/topics.ts";
import { listed } from "../parser/values.ts";

/** Tells in what the topics are not as they should be, and brings about what does no harm. */
export async function run({ values, args }: Words<typeof TOPICS_FLAGS>): Promise<number> {
  const action = actionOf(args[0]);
  const settings = resolveKafka(values, environment);
  const { client } = await openKafka(settings);
  const admin = client.admin();
  return await closeAfter(async () => {
    await admin.cluster();
    const plan = await planDomainTopics(settings, values, admin);
    for (const refusal of plan.unread.values()) throw refusal;
    const made = action === "apply" ? await applyAndRemember(plan, settings.prefix, client, admin) : [];
    const differences = plan.differences.map((each) =>
      each.harm === undefined ? each : { ...each, harm: inFlags(each.harm) }
    );
    const result = { brokers: settings.bootstrap, action, topics: plan.wanted, differences, made };
    writeOut(values.json ? `${JSON.stringify(result)}\n` : text(result));
    return EXIT.done;
  }, () => [() => admin.close()]);
}

/** What was found, and what was done about it. */
interface TopicsResult {
  readonly brokers: string;
  readonly action: typeof TOPIC_ACTIONS[number];
  readonly topics: readonly { readonly name: string }[];
  readonly differences: readonly TopicDifference[];
  /** Names of the topics that were made. */
  readonly made: readonly string[];
}

function actionOf(word: string | undefined): typeof TOPIC_ACTIONS[number] {
  const action = TOPIC_ACTIONS.find((known) => known === word);
  if (action !== undefined) return action;
  const meant = word === undefined ? undefined : nearest(word, TOPIC_ACTIONS);
  throw new UsageError(
    `Cannot run topics ${word === undefined ? "alone" : `"${word}"`}: expected ${listed(TOPIC_ACTIONS)}`,
    meant === undefined ? 'write "datagen topics plan"' : `did you mean ${meant}?`,
  );
}

function text({ brokers, action, topics, differences }: TopicsResult): string {
  if (differences.length === 0) return `${topics.length} topics at ${brokers} are as they should be\n`;
  const lines = differences.map((difference) => {
    if (difference.applicable && action === "apply") return `[DONE] ${changeText(difference)}`;
    return `${difference.applicable ? "[TO DO]" : "[LEFT]"} ${differenceText(difference)}`;
  });
  const open = differences.filter(({ applicable }) => applicable).length;
  const next = action === "plan" && open > 0 ? [`${open} to do: run "datagen topics apply" with the same options`] : [];
  const left = open < differences.length ? ["what is left would lose records or move replicas: change it by hand"] : [];
  return `${[...lines, ...next, ...left].join("\n")}\n`;
}
