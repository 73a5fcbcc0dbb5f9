import { AliasTable } from "../../random/alias.ts";
import { Permutation } from "../../random/permutation.ts";
import { quantile, QUANTILE_SCALE } from "../../random/quantile.ts";
import { deriveKey, Stream } from "../../random/stream.ts";
import { lognormal100, lognormal75 } from "../../random/tables/lognormal.ts";
import { chance, uniformInt } from "../../random/uniform.ts";
import { type Bank as BankReference, banks } from "../../reference/br/banks.ts";
import { DAY_MS } from "../../time/calendar.ts";
import { instantAt, localDay } from "../../time/sao_paulo.ts";
import { accountCheckDigit } from "./account_number.ts";
import { ACCOUNT_TYPES } from "./entities/enums.ts";
import { GROUP } from "./groups.ts";
import type { Periods } from "./periods.ts";

/** Number, beside those of a customer's accounts, of the account that everybody has outside the data set. */
export const ELSEWHERE = 3;

/** What is decided of an account before any event; it needs no book. */
export interface AccountPlan extends Periods {
  /** Which of the customer's accounts, from 0. */
  readonly ordinal: number;
  readonly type: typeof ACCOUNT_TYPES[number];
  readonly bank: BankReference;
  /** What the account becomes when its last period ends. */
  readonly endStatus: "CLOSED" | "BLOCKED";
  /** Usual balance in centavos, around which the levels lie. */
  readonly usualBalance: number;
  /** Whether the account only keeps its opening deposit. */
  readonly dormant: boolean;
}

/** Shares of CONTA_CORRENTE, POUPANCA, INVESTIMENTOS, per cent. */
const TYPE_WEIGHTS = [70, 20, 10];

/** Usual balance in incomes, by type: medians of lognormal distributions. */
const USUAL_INCOMES = [0.5, 1.5, 0.3];
const USUAL_SPREADS = [lognormal75, lognormal100, lognormal75];

/** Least usual balance, centavos. */
const LEAST_USUAL = 2_000;

const CLOSED_SHARE = 0.12;
const BLOCKED_SHARE = 0.03;
const DORMANT_SAVINGS_SHARE = 0.55;

/** An account that ends does so with one of these periods. */
const FIRST_LAST_PERIOD = 2;
const LAST_LAST_PERIOD = 40;

/** Shortest first period, days. */
const SHORTEST_FIRST = 10;

/** Derives accounts from (seed, customer, ordinal); shared by customers, partners and outsiders. */
export class AccountPlans {
  readonly #stream: Stream;
  readonly #types = new AliasTable(TYPE_WEIGHTS);
  readonly #numbers: readonly Permutation[];
  readonly #secondShare: number;
  readonly #thirdShare: number;

  /** @param mean Accounts a customer, in `1..3`; four fifths of what exceeds 1 are second accounts while they last. */
  constructor(seed: number, version: number, mean: number) {
    this.#stream = new Stream(deriveKey(seed, "accounts", version));
    this.#secondShare = Math.min(1, (mean - 1) * 0.8);
    this.#thirdShare = mean - 1 - this.#secondShare;
    this.#numbers = banks.map((bank) =>
      new Permutation(deriveKey(seed, `account number ${bank.compe}`, version), 10_000, numbersOf(bank))
    );
  }

  /** How many accounts a customer has, `1..3`. */
  count(customer: number): number {
    const share = this.#stream.at(GROUP.accountCount, customer).nextUint32() / 4_294_967_296;
    return share < this.#thirdShare ? 3 : share < this.#secondShare ? 2 : 1;
  }

  /**
   * One account.
   *
   * @param joinedAt When the customer joined.
   * @param income The customer's income in centavos; 0 will do where the balance does not matter.
   */
  plan(customer: number, ordinal: number, joinedAt: number, income: number): AccountPlan {
    const place = this.#stream.at(GROUP.account, customer, ordinal);
    let type = this.#types.draw(place);
    const other = 1 + (place.nextUint32() & 1);
    if (ordinal > 0 && type === 0) type = other;
    const bank = banks[uniformInt(place, 0, banks.length - 1)]!;
    const joinedDay = localDay(joinedAt);
    const delay = uniformInt(place, 0, 30);
    const openAt = delay === 0
      ? joinedAt + uniformInt(place, 60_000, 3_600_000)
      : instantAt(joinedDay + delay, uniformInt(place, DAY_MS / 3, DAY_MS * 5 / 6));
    const firstBoundary = joinedDay + delay + uniformInt(place, SHORTEST_FIRST, 91);
    const fate = place.nextUint32() / 4_294_967_296;
    const ends = type !== 2 && fate < CLOSED_SHARE + BLOCKED_SHARE;
    const lastWord = uniformInt(place, FIRST_LAST_PERIOD, LAST_LAST_PERIOD);
    const usual = quantile(USUAL_SPREADS[type]!, place.nextUint32()) / QUANTILE_SCALE * USUAL_INCOMES[type]! * income;
    const dormant = chance(place, DORMANT_SAVINGS_SHARE) && type === 1;
    return {
      ordinal,
      type: ACCOUNT_TYPES[type]!,
      bank,
      openAt,
      firstBoundary,
      timeWord: place.nextUint32(),
      last: ends ? lastWord : Infinity,
      endStatus: fate < CLOSED_SHARE ? "CLOSED" : "BLOCKED",
      usualBalance: Math.max(LEAST_USUAL, Math.floor(usual)),
      dormant,
    };
  }

  /** The bank of the account that a person has outside the data set. */
  bankElsewhere(person: number): BankReference {
    return banks[uniformInt(this.#stream.at(GROUP.elsewhere, person), 0, banks.length - 1)]!;
  }

  /** Branch of four digits and number `NNNNNN-N` of an account; together with the bank they are unique. */
  number(person: number, ordinal: number, bank: BankReference): { branch: string; number: string } {
    const permutation = this.#numbers[banks.indexOf(bank)]!;
    const numbers = numbersOf(bank);
    // Branch 0000 does not exist: values below `numbers` are left out, and images among them are permuted again.
    let image = permutation.permute(person * 4 + ordinal + numbers);
    while (image < numbers) image = permutation.permute(image);
    const branchNumber = Math.floor(image / numbers);
    const branch = String(branchNumber + 10_000).slice(1);
    const number = String(image - branchNumber * numbers + 1_000_000).slice(1);
    return { branch, number: `${number}-${accountCheckDigit(bank.compe, branch, number)}` };
  }
}

/** How many account numbers one branch of a bank has. */
function numbersOf(bank: BankReference): number {
  return bank.accountDigits === 5 ? 100_000 : 1_000_000;
}
