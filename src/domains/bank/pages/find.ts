import { isValidCpf } from "../../../random/cpf.ts";
import type { Unknown } from "../../../ports/domain.ts";
import type { Bank, BankParts } from "../bank.ts";
import { customer as customerEntity } from "../entities/customer.ts";
import { bankCatalogue } from "../entities/mod.ts";
import { installment } from "../entities/installment.ts";
import { stock } from "../entities/stock.ts";
import { transaction } from "../entities/transaction.ts";
import { KIND, kindOf } from "../entries.ts";
import { GREATEST_CUSTOMERS } from "../options.ts";
import { withoutVersion } from "../versions.ts";

/** A record that a text names. Whether this run holds it is not looked at yet. */
export interface Subject {
  /** Code of its entity. */
  readonly entity: number;
  /** Index of the customer that it belongs to; 0 for a stock. */
  readonly customer: number;
  /** Ordinal of its id. */
  readonly ordinal: number;
  /** The end-to-end id by which a movement was named: one in 600 foreign ones is taken for ours until its row is read. */
  readonly pixId?: string;
}

/** Digits of a CPF, and a few more or less: somebody may have mistyped one. */
const LIKE_CPF = /^\d{10,12}$/;

/**
 * Finds the record that a text names: a customer by number or CPF, a stock by its ticker, anything by its id, a Pix by
 * its end-to-end id, an instalment by the id of any of its events too. Nothing is looked up: it all follows from the seed.
 */
export function findSubject(text: string, bank: Bank, { people }: BankParts, at: number): Subject | Unknown {
  const word = text.trim();
  if (/^\d{1,9}$/.test(word)) return ofNumber(Number(word));
  const digits = word.replace(/[.\-\s]/g, "");
  if (LIKE_CPF.test(digits)) return isValidCpf(digits) ? ofCpf(Number(digits.slice(0, 9))) : BAD_CPF;
  if (/^[\da-f]{8}-?([\da-f]{4}-?){3}[\da-f]{12}$/i.test(word)) return ofId(word.toLowerCase());
  if (/^E\d{8}/i.test(word)) return ofPix(word.toUpperCase());
  const ticker = bank.stocks(at).findIndex((row) => row.ticker === word.toUpperCase());
  if (ticker >= 0) return { entity: stock.code, customer: 0, ordinal: ticker };
  return {
    reason: "it is no customer's number, CPF, ticker or id",
    hint: "write a customer's number such as 1, a CPF, or any id of a row",
    isPersonal: false,
  };

  function ofNumber(number: number): Subject | Unknown {
    if (number >= 1 && number <= GREATEST_CUSTOMERS) return subjectOf(number - 1);
    return {
      reason: `customers have numbers in 1..${GREATEST_CUSTOMERS}`,
      hint: "the first customer is 1",
      isPersonal: false,
    };
  }

  function ofCpf(base: number): Subject | Unknown {
    const person = people.personOfCpf(base);
    if (person < GREATEST_CUSTOMERS && people.cpfBase(person) === base) return subjectOf(person);
    return {
      reason: `nobody among the customers of seed ${bank.options.seed} has it`,
      hint: "CPFs follow from the seed: `run TARGET` or `seed` says which",
      isPersonal: true,
    };
  }

  function ofId(id: string): Subject | Unknown {
    const hyphenated = id.replaceAll("-", "").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
    const parts = bank.ids.decode(hyphenated);
    const known = bankCatalogue.some(({ code, key }) => code === parts?.entity && key !== undefined);
    if (parts === undefined) return foreign("id");
    if (!known) {
      return {
        reason: "it is a random Pix key, which belongs to an account and is no row's id",
        hint: "the transactions that use it have it in counterparty_key",
        isPersonal: false,
      };
    }
    if (parts.entity !== installment.code) return parts;
    return { ...parts, ordinal: withoutVersion(parts.ordinal) }; // an event of it has an id of its own
  }

  function ofPix(id: string): Subject | Unknown {
    const movement = bank.pixIds.decode(id);
    if (movement === undefined || movement.person >= GREATEST_CUSTOMERS) return foreign("end-to-end id");
    return { entity: transaction.code, customer: movement.person, ordinal: movement.ordinal, pixId: id };
  }

  function foreign(what: string): Unknown {
    return foreignId(what, bank.options.seed);
  }
}

/** Why an id that another seed or program made cannot be shown. */
export function foreignId(what: string, seed: number): Unknown {
  return {
    reason: `it is no ${what} of seed ${seed}: another seed or program made it`,
    hint: "ids follow from the seed: `run TARGET` or `seed` says which",
    isPersonal: false,
  };
}

/** The customer with an index. */
export function subjectOf(customer: number): Subject {
  return { entity: customerEntity.code, customer, ordinal: 0 };
}

/** Whether a movement has a second side in the books of another customer. */
export function isDeal({ entity, ordinal }: Subject): boolean {
  return entity === transaction.code && kindOf(ordinal) === KIND.partner;
}

const BAD_CPF: Unknown = {
  reason: "its check digits are wrong, or a digit is missing",
  hint: "a CPF has eleven digits, of which the last two follow from the others",
  isPersonal: true,
};
