/** What delivery a producer's settings give. */

/** From the strongest to the weakest. */
export type Guarantee = "exactly-once" | "at-least-once" | "unreplicated" | "at-most-once";

const TEXTS: Readonly<Record<Guarantee, string>> = {
  "exactly-once": "exactly once, for readers with isolation.level=read_committed",
  "at-least-once": "at least once; a run that is resumed repeats records, with the same ids",
  "unreplicated": "at least once while no broker fails (acks=1)",
  "at-most-once": "none: the broker does not confirm records (acks=0), so some may be missing",
};
const STRENGTH = Object.keys(TEXTS);

/**
 * Tells what a producer delivers without transactions.
 *
 * @param acks As librdkafka has them in force.
 */
export function guaranteeOf(acks: number): Guarantee {
  if (acks === 0) return "at-most-once";
  return acks < 0 ? "at-least-once" : "unreplicated";
}

/** What two parts of one run give together. */
export function weaker(one: Guarantee, other: Guarantee): Guarantee {
  return STRENGTH.indexOf(one) > STRENGTH.indexOf(other) ? one : other;
}

/** Tells a guarantee to people, in a few words. */
export function guaranteeText(guarantee: Guarantee): string {
  return TEXTS[guarantee];
}
