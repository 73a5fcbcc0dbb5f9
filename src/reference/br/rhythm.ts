/**
 * When people do what: weights of days and of hours. Weights are per mille of an ordinary day, and of any sum for hours:
 * only their ratios matter. What has no source is an estimate, and says so.
 *
 * @module
 */

/** How a day of a year is found. */
export type DayRule =
  | { readonly month: number; readonly day: number }
  /** The `nth` of a weekday (0: Sunday) in a month, and days after it. */
  | { readonly month: number; readonly nth: number; readonly weekday: number; readonly plus?: number }
  /** Days after Easter Sunday, negative before it. */
  | { readonly easterOffset: number };

/** Days about a feast or a sale that weigh otherwise. */
export interface Occasion {
  /** Name in Portuguese. */
  readonly name: string;
  readonly on: DayRule;
  /** First and last day that it is about, as days after it. */
  readonly days: readonly [first: number, last: number];
  /** Factor, per mille. */
  readonly weight: number;
}

/** Weights of days: those that a day has are multiplied. */
export interface DayRhythm {
  /** Sunday first. */
  readonly weekdays: readonly number[];
  /** January first. */
  readonly months: readonly number[];
  /** From which day of the month on, rising, with the weight of the days up to the next. */
  readonly monthDays: readonly (readonly [from: number, weight: number])[];
  /** Of national holidays. */
  readonly holiday: number;
  readonly occasions: readonly Occasion[];
}

const MOTHERS_DAY: DayRule = { month: 5, nth: 2, weekday: 0 };
const FATHERS_DAY: DayRule = { month: 8, nth: 2, weekday: 0 };
/** The Friday after the fourth Thursday of November; in Brazil since 2010. */
const BLACK_FRIDAY: DayRule = { month: 11, nth: 4, weekday: 4, plus: 1 };
const LOVERS_DAY: DayRule = { month: 6, day: 12 };
const CHILDRENS_DAY: DayRule = { month: 10, day: 12 };
const CHRISTMAS: DayRule = { month: 12, day: 25 };
const NEW_YEAR: DayRule = { month: 1, day: 1 };
const EASTER: DayRule = { easterOffset: 0 };

/** Wages are paid by the fifth business day, so that most is spent after it and least before the next ones. */
const AFTER_PAYDAY = [[1, 1_000], [5, 1_200], [11, 1_030], [16, 1_000], [21, 930], [26, 860]] as const;

/**
 * Purchases by what is bought. `everyday`: food, fuel, medicine; `leisure`: restaurants, cinema, rides; `shopping`: all
 * that can wait. Months and feasts follow the order of the retail trade survey of IBGE (PMC: December far above all, then
 * November and May; January and February below) and of the commerce federation CNC for the dates (Christmas, Mother's Day,
 * Black Friday, Children's, Lovers', Father's Day); the figures are estimates.
 */
export const purchaseRhythms = {
  everyday: {
    weekdays: [950, 900, 900, 950, 1_000, 1_150, 1_250],
    months: [700, 900, 1_000, 1_000, 1_020, 1_000, 1_000, 1_000, 1_000, 1_030, 1_050, 1_350],
    monthDays: AFTER_PAYDAY,
    holiday: 800,
    occasions: [
      { name: "Semana Santa", on: EASTER, days: [-7, -3], weight: 1_250 },
      { name: "Carnaval", on: EASTER, days: [-50, -47], weight: 900 },
      { name: "Black Friday", on: BLACK_FRIDAY, days: [0, 0], weight: 1_500 },
      { name: "Véspera de Natal", on: CHRISTMAS, days: [-4, -1], weight: 1_400 },
      { name: "Natal", on: CHRISTMAS, days: [0, 0], weight: 300 },
      { name: "Véspera de Ano-Novo", on: CHRISTMAS, days: [4, 6], weight: 1_250 },
      { name: "Ano-Novo", on: NEW_YEAR, days: [0, 0], weight: 400 },
    ],
  },
  leisure: {
    weekdays: [1_200, 700, 750, 850, 1_000, 1_350, 1_500],
    months: [650, 950, 980, 1_000, 1_020, 1_050, 1_050, 980, 1_000, 1_020, 1_050, 1_500],
    monthDays: [[1, 1_000], [5, 1_100], [11, 1_020], [21, 950], [26, 930]],
    holiday: 1_200,
    occasions: [
      { name: "Carnaval", on: EASTER, days: [-50, -47], weight: 1_400 },
      { name: "Dia das Mães", on: MOTHERS_DAY, days: [0, 0], weight: 1_800 },
      { name: "Dia dos Namorados", on: LOVERS_DAY, days: [0, 0], weight: 1_800 },
      { name: "Dia dos Pais", on: FATHERS_DAY, days: [0, 0], weight: 1_400 },
      { name: "Black Friday", on: BLACK_FRIDAY, days: [0, 0], weight: 1_200 },
      { name: "Natal", on: CHRISTMAS, days: [-1, 0], weight: 350 },
      { name: "Ano-Novo", on: NEW_YEAR, days: [0, 0], weight: 600 },
    ],
  },
  shopping: {
    weekdays: [750, 900, 900, 950, 1_000, 1_200, 1_400],
    months: [450, 750, 900, 950, 1_150, 1_050, 950, 1_050, 900, 1_050, 1_300, 2_200],
    monthDays: AFTER_PAYDAY,
    holiday: 500,
    occasions: [
      { name: "Carnaval", on: EASTER, days: [-50, -47], weight: 500 },
      { name: "Páscoa", on: EASTER, days: [-7, -3], weight: 1_150 },
      { name: "Dia das Mães", on: MOTHERS_DAY, days: [-8, -1], weight: 1_500 },
      { name: "Véspera do Dia das Mães", on: MOTHERS_DAY, days: [-1, -1], weight: 1_400 },
      { name: "Dia dos Namorados", on: LOVERS_DAY, days: [-5, 0], weight: 1_250 },
      { name: "Dia dos Pais", on: FATHERS_DAY, days: [-5, -1], weight: 1_300 },
      { name: "Dia das Crianças", on: CHILDRENS_DAY, days: [-7, -1], weight: 1_400 },
      { name: "Black Friday", on: BLACK_FRIDAY, days: [0, 0], weight: 9_000 },
      { name: "Fim de semana da Black Friday", on: BLACK_FRIDAY, days: [1, 3], weight: 1_800 },
      { name: "Compras de Natal", on: CHRISTMAS, days: [-12, -1], weight: 1_400 },
      { name: "Natal", on: CHRISTMAS, days: [0, 0], weight: 250 },
      { name: "Ano-Novo", on: NEW_YEAR, days: [0, 0], weight: 400 },
    ],
  },
} as const satisfies Readonly<Record<string, DayRhythm>>;

/** What is bought, by the weights of its days. */
export type PurchaseRhythm = keyof typeof purchaseRhythms;

/** Cash: drawn and paid in before weekends and after paydays, little on Sundays. Estimate. */
export const cashRhythm: DayRhythm = {
  weekdays: [450, 1_050, 1_000, 1_000, 1_050, 1_400, 1_050],
  months: [1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000],
  monthDays: [[1, 1_100], [5, 1_500], [11, 1_050], [16, 950], [21, 850], [26, 800]],
  holiday: 500,
  occasions: [
    { name: "Carnaval", on: EASTER, days: [-52, -50], weight: 1_500 },
    { name: "Natal", on: CHRISTMAS, days: [-5, -1], weight: 1_300 },
    { name: "Natal", on: CHRISTMAS, days: [0, 0], weight: 400 },
    { name: "Ano-Novo", on: NEW_YEAR, days: [0, 0], weight: 400 },
  ],
};

/** Pix between people and to shops: every day, more on Fridays and after paydays (BCB, statistics of Pix by weekday). */
export const pixRhythm: DayRhythm = {
  weekdays: [780, 1_030, 1_000, 1_010, 1_030, 1_200, 980],
  months: [1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000],
  monthDays: [[1, 1_080], [5, 1_250], [11, 1_050], [16, 980], [21, 920], [26, 900]],
  holiday: 850,
  occasions: [],
};

/** Weights of the hours of a day, midnight first. */
export type Clock = readonly number[];

/** Hours of purchases by merchant category code; estimates, from opening hours and meals. */
export const purchaseClocks: Readonly<Record<string, Clock>> = {
  "5411": [0, 0, 0, 0, 0, 0, 1, 6, 12, 18, 22, 22, 16, 14, 16, 18, 22, 28, 30, 24, 14, 6, 0, 0],
  "5541": [2, 1, 1, 1, 2, 8, 22, 30, 26, 18, 14, 14, 16, 14, 12, 12, 16, 24, 28, 20, 14, 10, 6, 4],
  "5812": [3, 0, 0, 0, 0, 0, 1, 4, 6, 5, 6, 18, 45, 40, 16, 6, 5, 6, 12, 28, 36, 30, 18, 8],
  "5814": [4, 2, 1, 0, 0, 0, 2, 6, 8, 8, 10, 18, 30, 24, 14, 12, 14, 16, 20, 26, 28, 24, 16, 8],
  "5912": [1, 1, 1, 1, 1, 1, 3, 8, 16, 20, 22, 20, 16, 16, 18, 20, 22, 24, 22, 18, 12, 8, 4, 2],
  "7832": [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3, 5, 8, 14, 16, 16, 18, 20, 26, 30, 30, 20, 6, 1],
  "4121": [10, 7, 5, 4, 4, 6, 14, 24, 24, 16, 12, 12, 14, 14, 12, 12, 14, 20, 24, 22, 20, 20, 20, 16],
};

/** Hours of purchases in all other categories: shops, and their sites at any hour. */
export const shopClock: Clock = [4, 2, 1, 1, 1, 1, 2, 4, 8, 16, 24, 24, 22, 22, 26, 28, 28, 28, 28, 26, 24, 20, 12, 7];

/** Hours of cash: machines are open from 6 to 22, and give little late. */
export const cashClock: Clock = [0, 0, 0, 0, 0, 0, 3, 8, 14, 20, 24, 24, 24, 20, 18, 18, 18, 20, 16, 10, 6, 3, 0, 0];

/** Hours of Pix: those in which people are awake (BCB, statistics of Pix by hour, as to its form). */
export const pixClock: Clock = [3, 1, 1, 0, 0, 1, 4, 10, 18, 22, 24, 24, 24, 22, 20, 20, 20, 22, 24, 24, 22, 18, 12, 6];

/** Hours in which bills are paid. Estimate. */
export const billClock: Clock = [0, 0, 0, 0, 0, 0, 4, 10, 20, 26, 28, 26, 20, 18, 20, 20, 18, 16, 14, 12, 10, 6, 3, 1];
