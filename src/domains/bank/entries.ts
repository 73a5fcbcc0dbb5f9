/**
 * Kinds of entry of an account, part of the transaction's id; the numbers are never reused. The book makes opening,
 * cover and settling; the others are causes; an attempt changes no balance.
 */
export const KIND = {
  opening: 0,
  salary: 1,
  bill: 2,
  cardBill: 3,
  installment: 4,
  pixOut: 5,
  pixIn: 6,
  withdrawal: 7,
  deposit: 8,
  transferOut: 9,
  transferIn: 10,
  partner: 11,
  cover: 12,
  settling: 13,
  attempt: 14,
  /** Cash side of a trade: it has no transaction of its own. */
  trade: 15,
} as const;

/** A movement of an account before it is a row. */
export interface Entry {
  /** UTC milliseconds. */
  readonly at: number;
  /** Signed centavos: what the balance changes by; for an attempt, what it would have. */
  readonly cents: number;
  /** One of {@linkcode KIND}. */
  readonly kind: number;
  /** Ordinal of the transaction's id. */
  readonly ordinal: number;
  /** What the kind needs to describe itself: a partner's index, a card's or a loan's ordinal. */
  readonly about: number;
}

/** Months, kinds and numbers of ids: month (10 bits), kind (5), account (2), number (14). */
export function ordinalOf(month: number, kind: number, account: number, number: number): number {
  return (month << 21) | (kind << 16) | (account << 14) | number;
}

/** What an ordinal says besides its month: kind, account and number, in `0..2^21 - 1`. */
export function movementOf(ordinal: number): number {
  return ordinal & 0x1fffff;
}

/** The ordinal of a month's movement: the inverse of {@linkcode movementOf}. */
export function ordinalIn(month: number, movement: number): number {
  return (month << 21) | movement;
}

/** The month of an ordinal, counted as `monthIndexOf` does. */
export function monthOf(ordinal: number): number {
  return ordinal >>> 21;
}

/** The kind that an ordinal holds, in `0..31`. */
export function kindOf(ordinal: number): number {
  return (ordinal >>> 16) & 0x1f;
}

/** The number that an ordinal holds, in `0..2^14 - 1`. */
export function numberOf(ordinal: number): number {
  return ordinal & 0x3fff;
}
