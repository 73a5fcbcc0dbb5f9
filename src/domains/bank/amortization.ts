/** One line of a schedule, in centavos. */
export interface ScheduledPayment {
  readonly principal: number;
  readonly interest: number;
}

/** Interest rates are integers, the monthly fraction times this. */
export const RATE_SCALE = 1_000_000;

/** Digits after the point in the compound factor. */
const FACTOR_ONE = 1_000_000_000_000_000_000_000_000_000_000n;

/**
 * Splits a loan into monthly payments that repay the principal to the centavo; the last one takes the rounding.
 *
 * PRICE: every payment is `P r (1+r)^n / ((1+r)^n - 1)` rounded half up, `P / n` without interest. SAC: every principal
 * is `P / n` rounded down. Interest is the open balance times the rate, rounded half up.
 *
 * @param principal Centavos, from 1.
 * @param rate Monthly rate times {@linkcode RATE_SCALE}, from 0.
 * @param term Number of payments, from 1.
 */
export function schedule(system: "PRICE" | "SAC", principal: number, rate: number, term: number): ScheduledPayment[] {
  const payments: ScheduledPayment[] = [];
  const level = system === "PRICE" ? pricePayment(principal, rate, term) : 0;
  const constant = Math.floor(principal / term);
  let open = principal;
  for (let number = 1; number <= term; number++) {
    const interest = Math.floor((open * rate + RATE_SCALE / 2) / RATE_SCALE);
    let repaid = system === "PRICE" ? level - interest : constant;
    if (number === term || repaid > open) repaid = open;
    payments.push({ principal: repaid, interest });
    open -= repaid;
  }
  return payments;
}

/** The first payment of a schedule, the largest of SAC; centavos. */
export function firstPayment(system: "PRICE" | "SAC", principal: number, rate: number, term: number): number {
  if (system === "PRICE") return pricePayment(principal, rate, term);
  return Math.floor(principal / term) + Math.floor((principal * rate + RATE_SCALE / 2) / RATE_SCALE);
}

/** The constant payment of the PRICE system, centavos, rounded half up. */
export function pricePayment(principal: number, rate: number, term: number): number {
  if (rate === 0) return Math.floor((2 * principal + term) / (2 * term));
  const factor = compound(rate, term);
  const numerator = BigInt(principal) * BigInt(rate) * factor;
  const denominator = BigInt(RATE_SCALE) * (factor - FACTOR_ONE);
  return Number((2n * numerator + denominator) / (2n * denominator));
}

/** (1 + rate)^term times {@linkcode FACTOR_ONE}, by squaring in scaled integers. */
function compound(rate: number, term: number): bigint {
  let base = FACTOR_ONE + FACTOR_ONE / BigInt(RATE_SCALE) * BigInt(rate);
  let result = FACTOR_ONE;
  for (let left = term; left > 0; left >>>= 1) {
    if (left & 1) result = result * base / FACTOR_ONE;
    base = base * base / FACTOR_ONE;
  }
  return result;
}
