/** Makes numbers in [0, 1), always the same for a seed: where a test wants any moments, but the same ones each time. */
export function draws(seed: number): () => number {
  let state = seed;
  return () => (state = Math.imul(state, 1_103_515_245) + 12_345 >>> 0) / 2 ** 32;
}
