/** How prices end: whole reais, .90 and .99 on shelves, round sums at the pump. */

/** Amounts of the form `k × step + plus`, centavos, and how often a price is one. */
export interface PriceEnding {
  readonly step: number;
  readonly plus: number;
  /** Per cent. */
  readonly weight: number;
}

/**
 * Endings by how things are priced; the weights are estimates, of the form that studies of price endings in Brazilian
 * retail find: .90 before .99, and whole reais third. `till`: a sum of many things, or weighed; `shelf`: one thing;
 * `menu`: a few things, each in whole or half reais; `pump`: whoever fills up asks for a sum.
 */
export const priceEndings = {
  till: [{ step: 1, plus: 0, weight: 92 }, { step: 100, plus: 0, weight: 8 }],
  shelf: [
    { step: 100, plus: 90, weight: 45 },
    { step: 100, plus: 99, weight: 22 },
    { step: 100, plus: 0, weight: 15 },
    { step: 1, plus: 0, weight: 18 },
  ],
  menu: [
    { step: 100, plus: 0, weight: 32 },
    { step: 100, plus: 90, weight: 25 },
    { step: 50, plus: 0, weight: 13 },
    { step: 10, plus: 0, weight: 15 },
    { step: 1, plus: 0, weight: 15 },
  ],
  pump: [
    { step: 5_000, plus: 0, weight: 30 },
    { step: 1_000, plus: 0, weight: 22 },
    { step: 100, plus: 0, weight: 8 },
    { step: 1, plus: 0, weight: 40 },
  ],
} as const satisfies Readonly<Record<string, readonly PriceEnding[]>>;

/** Amounts that people choose, as {@linkcode priceEndings}; estimates. `pix`: sent by hand; `cash`: notes of a machine. */
export const chosenAmounts = {
  pix: [
    { step: 5_000, plus: 0, weight: 9 },
    { step: 2_000, plus: 0, weight: 7 },
    { step: 1_000, plus: 0, weight: 16 },
    { step: 500, plus: 0, weight: 16 },
    { step: 100, plus: 0, weight: 22 },
    { step: 1, plus: 0, weight: 30 },
  ],
  cash: [
    { step: 10_000, plus: 0, weight: 35 },
    { step: 5_000, plus: 0, weight: 35 },
    { step: 2_000, plus: 0, weight: 18 },
    { step: 1_000, plus: 0, weight: 12 },
  ],
} as const satisfies Readonly<Record<string, readonly PriceEnding[]>>;

/** How something is priced. */
export type Pricing = keyof typeof priceEndings;
