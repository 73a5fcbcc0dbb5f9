import { Permutation } from "../../random/permutation.ts";
import { deriveKey } from "../../random/stream.ts";
import { civilFromDays, DAY_MS, daysFromCivil, HOUR_MS, MINUTE_MS, monthIndexOf } from "../../time/calendar.ts";
import { localDay } from "../../time/sao_paulo.ts";
import { movementOf, ordinalIn } from "./entries.ts";
import { PEOPLE } from "./options.ts";

/** A movement of a customer's account: what the ordinal of its transaction's id says. */
export interface Movement {
  /** Index of the person, in `0..99_999_999`. */
  readonly person: number;
  /** Ordinal of the transaction, `0..2^31 - 1`. */
  readonly ordinal: number;
}

const ALPHANUMERICS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
/** Pairs of characters, of which the tails are made. */
const PAIRS = Array.from(ALPHANUMERICS, (first) => Array.from(ALPHANUMERICS, (second) => first + second)).flat();

/** 00 to 59. */
const PAIRS_OF_DIGITS = Array.from({ length: 60 }, (_, value) => String(100 + value).slice(1));

/** A tail has eleven characters: an upper digit of five and a lower one of six. */
const UPPER_SIZE = 60_466_176; // 36 to the power of 5
const LOWER_SIZE = 2_176_782_336; // 36 to the power of 6

/** Movements within a month: kind, account and number of each of all people. */
const MOVEMENTS = 0x20_0000;

/** Months after which tails would repeat; until then the month makes them differ, and proves them. */
const MONTHS = 512;

/** Upper digits of one month. */
const UPPERS_A_MONTH = Math.ceil(PEOPLE * MOVEMENTS / LOWER_SIZE);

/**
 * Makes the end-to-end ids of Pix, and finds the movement that an id belongs to. An id is `E`, the payer's ISPB,
 * `yyyyMMddHHmm` in UTC and a tail of 11 characters, 32 in all (Banco Central do Brasil, Manual de Padrões para
 * Iniciação do Pix). The tail is the payer's movement, enciphered: the movement's month is that of the minute, so that
 * person, kind, account and number within the month are left, in 11 characters of 36.
 */
export class PixIds {
  readonly #tails: Permutation;

  /**
   * Prepares the cipher.
   *
   * @param seed The run's seed: like all ids, these do not depend on the version of the data.
   */
  constructor(seed: number) {
    this.#tails = new Permutation(deriveKey(seed, "pix", 0), UPPER_SIZE, LOWER_SIZE);
  }

  /**
   * The end-to-end id of a movement.
   *
   * @param ispb Eight digits of the payer's bank.
   * @param at When, UTC milliseconds; in the month of the movement's ordinal.
   */
  encode(ispb: string, at: number, { person, ordinal }: Movement): string {
    const value = person * MOVEMENTS + movementOf(ordinal);
    const upper = Math.floor(value / LOWER_SIZE);
    this.#tails.permuteDigits(upper + monthIn(at) * UPPERS_A_MONTH, value - upper * LOWER_SIZE);
    return `E${ispb}${minuteText(at)}${tailText(this.#tails.upper, this.#tails.lower)}`;
  }

  /**
   * The movement that an end-to-end id was made for under this seed.
   *
   * @returns `undefined` for a text of another form, and for almost every id of another origin: of random tails one in
   * 600 passes, so that the movement itself has to be looked at.
   */
  decode(id: string): Movement | undefined {
    const [, minute, upperText, lowerText] = /^E\d{8}(\d{12})([0-9A-Z]{5})([0-9A-Z]{6})$/.exec(id) ?? [];
    if (minute === undefined) return undefined;
    const at = instantOf(minute);
    this.#tails.invertDigits(parseInt(upperText!, 36), parseInt(lowerText!, 36));
    const upper = this.#tails.upper - monthIn(at) * UPPERS_A_MONTH;
    const value = upper * LOWER_SIZE + this.#tails.lower;
    if (!(value >= 0 && value < PEOPLE * MOVEMENTS)) return undefined; // also when the minute is none
    const person = Math.floor(value / MOVEMENTS);
    return { person, ordinal: ordinalIn(monthIndexOf(localDay(at)), value - person * MOVEMENTS) };
  }
}

function monthIn(at: number): number {
  return monthIndexOf(localDay(at)) % MONTHS;
}

/** `yyyyMMddHHmm` in UTC. */
function minuteText(at: number): string {
  const minutes = Math.floor(at / MINUTE_MS);
  const days = Math.floor(minutes / 1440);
  const { year, month, day } = civilFromDays(days);
  const time = minutes - days * 1440;
  const hour = Math.floor(time / 60);
  return `${(year * 100 + month) * 100 + day}${PAIRS_OF_DIGITS[hour]!}${PAIRS_OF_DIGITS[time - hour * 60]!}`;
}

function instantOf(minute: string): number {
  const part = (from: number, to: number) => Number(minute.slice(from, to));
  return daysFromCivil(part(0, 4), part(4, 6), part(6, 8)) * DAY_MS + part(8, 10) * HOUR_MS + part(10, 12) * MINUTE_MS;
}

function tailText(upper: number, lower: number): string {
  const first = Math.floor(upper / 1296);
  const third = Math.floor(lower / 1296);
  return ALPHANUMERICS[Math.floor(first / 1296)]! + PAIRS[first % 1296]! + PAIRS[upper % 1296]! +
    PAIRS[Math.floor(third / 1296)]! + PAIRS[third % 1296]! + PAIRS[lower % 1296]!;
}
