/** A holiday on the same day each year. */
export interface FixedHoliday {
  /** Name in Portuguese. */
  readonly name: string;
  /** Month of the year, `1..12`. */
  readonly month: number;
  /** Day of the month, from 1. */
  readonly day: number;
  /** First year of validity; absent: 1990 or before. */
  readonly from?: number;
  /** Last year of validity, included; absent: no end. */
  readonly to?: number;
}

/** A holiday that moves with Easter. */
export interface MovableHoliday {
  /** Name in Portuguese. */
  readonly name: string;
  /** Days after Easter Sunday, negative before it. */
  readonly easterOffset: number;
  /** First year of validity; absent: 1990 or before. */
  readonly from?: number;
  /** Last year of validity, included; absent: no end. */
  readonly to?: number;
}

/**
 * National holidays on fixed days since 1990. Sources: laws 662/1949 and 10.607/2002 (which added Finados), 1.266/1950
 * (Tiradentes), 6.802/1980 (Nossa Senhora Aparecida), 14.759/2023 (Consciência Negra).
 */
export const nationalHolidays: readonly FixedHoliday[] = [
  { name: "Confraternização Universal", month: 1, day: 1 },
  { name: "Tiradentes", month: 4, day: 21 },
  { name: "Dia do Trabalho", month: 5, day: 1 },
  { name: "Independência do Brasil", month: 9, day: 7 },
  { name: "Nossa Senhora Aparecida", month: 10, day: 12 },
  { name: "Finados", month: 11, day: 2, from: 2003 },
  { name: "Proclamação da República", month: 11, day: 15 },
  { name: "Dia Nacional de Zumbi e da Consciência Negra", month: 11, day: 20, from: 2024 },
  { name: "Natal", month: 12, day: 25 },
];

/** Movable days kept as holidays in the whole country. Source: law 9.093/1995. */
export const nationalMovableHolidays: readonly MovableHoliday[] = [
  { name: "Paixão de Cristo", easterOffset: -2 },
];

/**
 * Fixed days without bank business besides the national holidays. Source: resolutions of the Conselho Monetário
 * Nacional 2.516/1998, 2.932/2002 and 4.880/2020.
 */
export const bankHolidays: readonly FixedHoliday[] = [
  { name: "Finados", month: 11, day: 2 },
];

/** Movable days without bank business besides the national holidays. Source: as {@linkcode bankHolidays}. */
export const bankMovableHolidays: readonly MovableHoliday[] = [
  { name: "Segunda-feira de Carnaval", easterOffset: -48 },
  { name: "Terça-feira de Carnaval", easterOffset: -47 },
  { name: "Quinta-feira da Semana Santa", easterOffset: -3, to: 1999 },
  { name: "Corpus Christi", easterOffset: 60 },
];

/**
 * Days since 2006 without an equity session at B3 or its predecessors although banks may work; the last weekday of each
 * year has none either. São Paulo moved its city and state holidays of 2020 to May, where the exchange traded, and the
 * exchange has not followed them since 2022. Source: calendar BVMF of the PyPI package exchange_calendars 4.13.2.
 */
export const b3Closings: readonly FixedHoliday[] = [
  { name: "Aniversário de São Paulo", month: 1, day: 25, to: 2021 },
  { name: "Abertura da Copa do Mundo em São Paulo", month: 6, day: 12, from: 2014, to: 2014 },
  { name: "Revolução Constitucionalista", month: 7, day: 9, to: 2019 },
  { name: "Revolução Constitucionalista", month: 7, day: 9, from: 2021, to: 2021 },
  { name: "Dia da Consciência Negra em São Paulo", month: 11, day: 20, to: 2019 },
  { name: "Véspera de Natal", month: 12, day: 24 },
];
