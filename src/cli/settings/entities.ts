import type { Entity } from "../../model/entity.ts";
import type { Domain } from "../../ports/domain.ts";
import { UsageError } from "../failures.ts";
import { shownWord } from "../terminal/redact.ts";
import { nearest } from "../parser/suggest.ts";
import { listed } from "../parser/values.ts";

/**
 * Finds the entities that a command line names, in the catalogue's order; all of them when it names none.
 *
 * @throws {UsageError} If there is no such entity.
 */
export function entitiesNamed(words: readonly string[], { entities }: Domain): readonly Entity[] {
  if (words.length === 0) return entities;
  const names = entities.map(({ name }) => name);
  const wanted = new Set(words.map((word) => {
    const spelled = word.toLowerCase().replaceAll("-", "_");
    if (names.some((name) => name === spelled)) return spelled;
    const meant = nearest(spelled, names);
    throw new UsageError(
      `Cannot find entity "${shownWord(word)}": expected ${listed(names)}`,
      meant === undefined ? `run "datagen schema --format markdown" to read about them` : `did you mean ${meant}?`,
    );
  }));
  return entities.filter(({ name }) => wanted.has(name));
}
