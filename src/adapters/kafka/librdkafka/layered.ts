/** Settings of librdkafka, and their order. */

/** Settings by name, as librdkafka spells both; of several names for one property the last counts. */
export type Properties = Readonly<Record<string, string>>;

/**
 * Puts settings behind one another in the order in which librdkafka is to take them: a property may have several names,
 * and the last one that is set counts.
 */
export function layered(...layers: readonly Properties[]): Record<string, string> {
  const settings = new Map<string, string>();
  for (const [name, value] of layers.flatMap((layer) => Object.entries(layer))) {
    settings.delete(name); // else it would keep its place before another name of the same property
    settings.set(name, value);
  }
  return Object.fromEntries(settings);
}
