/**
 * Finds the name that was probably meant: the one that starts with `word`, else the one with the fewest typing errors,
 * of which a third of the letters at most may be wrong.
 */
export function nearest(word: string, names: readonly string[]): string | undefined {
  const lower = word.toLowerCase();
  const started = lower.length >= 3 ? names.find((name) => name.startsWith(lower)) : undefined;
  if (started !== undefined) return started;
  const [best] = names.map((name) => ({ name, errors: typingErrors(lower, name) }))
    .filter(({ name, errors }) => errors <= Math.max(1, Math.floor(Math.max(name.length, lower.length) / 3)))
    .sort((a, b) => a.errors - b.errors);
  return best?.name;
}

/** Counts the letters to add, drop, replace or swap with their neighbour to turn one word into the other. */
export function typingErrors(from: string, to: string): number {
  let older: number[] = [];
  let old: number[] = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const line = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let least = Math.min(old[column]! + 1, line[column - 1]! + 1, old[column - 1]! + (same ? 0 : 1));
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (swapped) least = Math.min(least, older[column - 2]! + 1);
      line.push(least);
    }
    [older, old] = [old, line];
  }
  return old[to.length]!;
}
