import { bankEntities, type BankRows } from "../domains/bank/entities/mod.ts";
import type { Entity } from "../model/entity.ts";
import { UsageError } from "./errors.ts";
import { shownWord } from "./redact.ts";
import { nearest } from "./suggest.ts";
import { listed } from "./values.ts";

/** An entity of the bank. */
export type BankEntity = Entity & { readonly name: keyof BankRows };

const ALL = bankEntities as readonly Entity[] as readonly BankEntity[]; // every name is a key of a batch

/**
 * Finds the entities that a command line names, in the catalogue's order; all of them when it names none.
 *
 * @throws {UsageError} If there is no such entity.
 */
export function entitiesNamed(words: readonly string[]): readonly BankEntity[] {
  if (words.length === 0) return ALL;
  const names: string[] = bankEntities.map(({ name }) => name);
  const wanted = new Set(words.map((word) => {
    const spelled = word.toLowerCase().replaceAll("-", "_");
    if (names.some((name) => name === spelled)) return spelled;
    const meant = nearest(spelled, names);
    throw new UsageError(
      `Cannot find entity "${shownWord(word)}": expected ${listed(names)}`,
      meant === undefined ? `run "datagen schema --format markdown" to read about them` : `did you mean ${meant}?`,
    );
  }));
  return ALL.filter(({ name }) => wanted.has(name));
}
