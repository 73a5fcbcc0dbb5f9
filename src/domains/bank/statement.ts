import type { IdCodec } from "../../random/id.ts";
import { deriveKey, type Place, Stream } from "../../random/stream.ts";
import { chance, uniformInt } from "../../random/uniform.ts";
import type { Bank as BankReference } from "../../reference/br/banks.ts";
import { daysFromCivil } from "../../time/calendar.ts";
import { startOfLocalDay } from "../../time/sao_paulo.ts";
import { type AccountPlan, type AccountPlans, ELSEWHERE } from "./account_plan.ts";
import type { Causes } from "./causes.ts";
import { Companies, INSS } from "./companies.ts";
import type { PIX_KEY_TYPES } from "./entities/enums.ts";
import { type Transaction, transaction } from "./entities/transaction.ts";
import { type Entry, KIND, numberOf } from "./entries.ts";
import { GROUP, ID_CODE } from "./groups.ts";
import type { Household } from "./household.ts";
import { GREATEST_CUSTOMERS, PEOPLE } from "./options.ts";
import type { People } from "./people.ts";
import type { PixIds } from "./pix_ids.ts";
import { isTedTime, PIX_FROM } from "./transfers.ts";

type PixKeyType = typeof PIX_KEY_TYPES[number];

/** Banks no longer offer DOC since 1 March 2024 (last day 29 February). Source: Febraban. */
const DOC_UNTIL = startOfLocalDay(daysFromCivil(2024, 3, 1));
/** A DOC was at most R$ 4,999.99. */
const DOC_MOST_CENTS = 499_999;
/** Of transfers that could go by DOC, those that do: a third of all TED and DOC. */
const DOC_SHARE = 0.6;

/** People pay the same few others again and again. */
const PAYEES = 12;
/** Share of Pix with shops; the others are between people. */
const SHOP_SHARE = 0.15;
/** Share of movements between a customer's own accounts that go by TED, while banks send one. */
const OWN_TED_SHARE = 0.3;

/** Share of failed attempts that stay PENDING: the other bank never confirmed them. */
const PENDING_SHARE = 0.12;

/** Cash machines are about this near the middle of the city, in millionths of a degree. */
const CASH_RADIUS = 30_000;

/** Who is on the other side of a transfer. */
interface Counterparty {
  readonly name: string;
  readonly key: string;
  readonly keyType: PixKeyType | null;
  /** The counterparty's bank. */
  readonly bank: BankReference;
}

/** A transaction that is being written, and what it follows from. */
interface Line {
  readonly row: Transaction;
  readonly household: Household;
  /** The account that moves. */
  readonly plan: AccountPlan;
  readonly entry: Entry;
  /** Where the details of this entry are drawn. */
  readonly place: Place;
}

/** What a statement's ids are made with. */
interface Ids {
  readonly ids: IdCodec;
  readonly pixIds: PixIds;
}

/** What the other side of an entry follows from. */
export interface StatementParts {
  readonly seed: number;
  /** The data version. */
  readonly version: number;
  readonly ids: Ids;
  readonly people: People;
  readonly accounts: AccountPlans;
  readonly causes: Causes;
}

/** Turns entries into transactions: who is on the other side, by which means, with what text. */
export class Statement {
  readonly #stream: Stream;
  readonly #payees: Stream;
  readonly #ids: IdCodec;
  readonly #pixIds: PixIds;
  readonly #people: People;
  readonly #accounts: AccountPlans;
  readonly #causes: Causes;
  readonly #companies: Companies;

  constructor({ seed, version, ids, people, accounts, causes }: StatementParts) {
    this.#stream = new Stream(deriveKey(seed, "statement", version));
    this.#payees = new Stream(deriveKey(seed, "payees", version));
    this.#ids = ids.ids;
    this.#pixIds = ids.pixIds;
    this.#people = people;
    this.#accounts = accounts;
    this.#causes = causes;
    this.#companies = new Companies(seed, version);
  }

  /** The row of an entry. */
  row(household: Household, plan: AccountPlan, customerId: string, accountId: string, entry: Entry): Transaction {
    const place = this.#stream.at(GROUP.detail, household.customer, entry.ordinal);
    const row: Transaction = {
      transaction_id: this.#ids.encode(transaction.code, household.customer, entry.ordinal),
      account_id: accountId,
      customer_id: customerId,
      transaction_type: "PIX",
      amount: entry.cents < 0 ? -entry.cents : entry.cents,
      direction: entry.cents < 0 ? "DEBIT" : "CREDIT",
      counterparty_key: null,
      counterparty_name: null,
      description: "",
      timestamp: entry.at,
      status: "COMPLETED",
      pix_e2e_id: null,
      pix_key_type: null,
      location_lat: null,
      location_lon: null,
      created_at: entry.at,
      updated_at: null,
    };
    const line: Line = { row, household, plan, entry, place };
    switch (entry.kind) {
      case KIND.opening:
      case KIND.deposit:
        this.#cash(line, "DEPOSIT", "Depósito");
        break;
      case KIND.withdrawal:
        this.#cash(line, "WITHDRAW", "Saque ATM");
        break;
      case KIND.bill:
        this.#bill(line);
        break;
      case KIND.cardBill: {
        const card = household.cards[entry.about]!;
        this.#boleto(row, `Fatura ${card.brand} ${card.lastDigits}`);
        break;
      }
      case KIND.installment:
        this.#boleto(row, LOAN_TEXTS[entry.about]!);
        break;
      case KIND.salary:
        this.#salary(line);
        break;
      case KIND.transferOut:
      case KIND.transferIn:
        this.#ted(row, this.#stranger(household.customer, place, "TED"), place);
        break;
      case KIND.cover:
      case KIND.settling:
        this.#own(line);
        break;
      case KIND.partner:
        this.#deal(line);
        break;
      case KIND.attempt:
        row.status = chance(place, PENDING_SHARE) ? "PENDING" : "FAILED";
        this.#pixWithOther(line);
        break;
      default:
        this.#pixWithOther(line);
    }
    return row;
  }

  /** One leg of a deal between two people of the data set; both legs draw the same words. */
  #deal(line: Line): void {
    const { row, household, entry } = line;
    const partner = entry.about;
    const lower = Math.min(household.customer, partner);
    const place = this.#stream.at(GROUP.partnerDeal, lower, numberOf(entry.ordinal));
    const keyWord = place.nextUint32();
    const bank = this.#accounts.plan(partner, 0, 0, 0).bank;
    if (row.timestamp < PIX_FROM) {
      const { branch, number } = this.#accounts.number(partner, 0, bank);
      const name = this.#people.name(partner).full;
      this.#ted(row, { name, key: `${bank.compe}/${branch}/${number}`, keyType: null, bank }, undefined);
      return;
    }
    const keyType = personKeyType((row.direction === "DEBIT" ? keyWord : keyWord >>> 16) & 0xffff);
    // A key belongs to one account: that of the account elsewhere is not used here.
    const free = keyType === this.#keyTypeElsewhere(partner) ? OTHER_KEY_TYPE[keyType] : keyType;
    const payer = row.direction === "DEBIT" ? household.customer : partner;
    this.#transfer(line, this.#person(partner, free, bank), payer);
  }

  #cash({ row, household, place }: Line, type: "DEPOSIT" | "WITHDRAW", text: string): void {
    row.transaction_type = type;
    row.description = text;
    row.location_lat = (household.city.latE4 * 100 + uniformInt(place, -CASH_RADIUS, CASH_RADIUS)) / 1_000_000;
    row.location_lon = (household.city.lonE4 * 100 + uniformInt(place, -CASH_RADIUS, CASH_RADIUS)) / 1_000_000;
  }

  #boleto(row: Transaction, payee: string): void {
    row.transaction_type = "BOLETO";
    row.description = `Pagamento boleto - ${payee}`;
  }

  #bill({ row, household: { customer, city } }: Line): void {
    this.#boleto(row, this.#companies.billerName(this.#causes.bill(customer).payeeWord, city.uf));
  }

  #salary(line: Line): void {
    const { row, household } = line;
    const { byPix, employerWord } = this.#causes.salary(household.customer);
    const retired = household.work.employment === "RETIRED";
    const employer = retired ? INSS : this.#companies.employer(employerWord);
    const bank = this.#accounts.bankElsewhere(employer.index);
    if (byPix && !retired && row.timestamp >= PIX_FROM) {
      const counterparty: Counterparty = { name: employer.name, key: employer.cnpj, keyType: "CNPJ", bank };
      this.#transfer(line, counterparty);
    } else {
      const { branch, number } = this.#accounts.number(employer.index, ELSEWHERE, bank);
      this.#ted(row, { name: employer.name, key: `${bank.compe}/${branch}/${number}`, keyType: null, bank }, undefined);
    }
  }

  /** A transfer from or to the customer's own account at a bank outside the data set. */
  #own(line: Line): void {
    const { row, household: { customer, name }, place } = line;
    const bank = this.#accounts.bankElsewhere(customer);
    const beforePix = row.timestamp < PIX_FROM;
    if (beforePix && !isTedTime(row.timestamp)) {
      this.#cash(line, "DEPOSIT", "Depósito"); // a cover that no TED could bring since the account was opened
    } else if (beforePix || (chance(place, OWN_TED_SHARE) && isTedTime(row.timestamp))) {
      const { branch, number } = this.#accounts.number(customer, ELSEWHERE, bank);
      const key = `${bank.compe}/${branch}/${number}`;
      this.#ted(row, { name: name.full, key, keyType: null, bank }, place);
    } else {
      const other = this.#person(customer, this.#keyTypeElsewhere(customer), bank, ELSEWHERE, name);
      this.#transfer(line, other);
    }
  }

  /** Kind of the one Pix key of a person's account outside the data set. */
  #keyTypeElsewhere(person: number): PixKeyType {
    return personKeyType(this.#payees.at(GROUP.elsewhere, person).nextUint32() & 0xffff);
  }

  #pixWithOther(line: Line): void {
    const { row, household, place } = line;
    if (row.timestamp < PIX_FROM) {
      this.#ted(row, this.#stranger(household.customer, place, "TED"), place);
      return;
    }
    const counterparty = chance(place, SHOP_SHARE)
      ? this.#shop(place.nextUint32(), row.timestamp)
      : this.#stranger(household.customer, place, "PIX");
    this.#transfer(line, counterparty);
  }

  #shop(word: number, at: number): Counterparty {
    const shop = this.#companies.shop(word, at);
    const bank = this.#accounts.bankElsewhere(shop.index);
    const byCnpj = (word & 3) !== 3;
    const key = byCnpj ? shop.cnpj : this.#ids.encode(ID_CODE.companyEvp, shop.index, 0);
    return { name: shop.name, key, keyType: byCnpj ? "CNPJ" : "EVP", bank };
  }

  /** One of the people outside the data set whom a customer pays or is paid by. */
  #stranger(customer: number, place: Place, means: "PIX" | "TED"): Counterparty {
    const ordinal = uniformInt(place, 0, PAYEES - 1);
    const keyWord = place.nextUint32() & 0xffff;
    const person = this.#payee(customer, ordinal);
    const bank = this.#accounts.plan(person, 0, 0, 0).bank;
    if (means === "PIX") return this.#person(person, personKeyType(keyWord), bank);
    const { branch, number } = this.#accounts.number(person, 0, bank);
    return { name: this.#people.name(person).full, key: `${bank.compe}/${branch}/${number}`, keyType: null, bank };
  }

  #payee(customer: number, ordinal: number): number {
    return uniformInt(this.#payees.at(GROUP.payee, customer, ordinal), GREATEST_CUSTOMERS, PEOPLE - 2);
  }

  /** A person with a Pix key; `account` tells apart the random keys of one person. */
  #person(
    person: number,
    keyType: PixKeyType,
    bank: BankReference,
    account = 0,
    name = this.#people.name(person),
  ): Counterparty {
    const key = keyType === "CPF"
      ? this.#people.plainCpf(person)
      : keyType === "PHONE"
      ? this.#people.plainPhone(person)
      : keyType === "EMAIL"
      ? this.#people.email(person, name)
      : this.#ids.encode(ID_CODE.evp, person, account);
    return { name: name.full, key, keyType, bank };
  }

  /**
   * Completes a Pix.
   *
   * @param person Whose movement names it: the payer where both sides are people of the data set. Both legs have the
   * same ordinal, as they go through first accounts.
   */
  #transfer({ row, household, plan, entry }: Line, other: Counterparty, person = household.customer): void {
    row.counterparty_key = other.key;
    row.counterparty_name = other.name;
    row.pix_key_type = other.keyType;
    const payer = row.direction === "DEBIT" ? plan.bank : other.bank;
    row.pix_e2e_id = this.#pixIds.encode(payer.ispb, row.timestamp, { person, ordinal: entry.ordinal });
    row.transaction_type = "PIX";
    row.description = `Pix ${row.direction === "DEBIT" ? "para" : "de"} ${other.name}`;
  }

  #ted(row: Transaction, other: Counterparty, place: Place | undefined): void {
    const asDoc = place !== undefined && row.timestamp < DOC_UNTIL && row.amount <= DOC_MOST_CENTS &&
      chance(place, DOC_SHARE);
    row.transaction_type = asDoc ? "DOC" : "TED";
    row.counterparty_key = other.key;
    row.counterparty_name = other.name;
    row.description = `${row.transaction_type} ${row.direction === "DEBIT" ? "para" : "de"} ${other.name}`;
  }
}

/** Who a loan's instalment is paid to on the statement, by the loan's ordinal. */
const LOAN_TEXTS = ["Empréstimo Pessoal", "Financiamento Imobiliário", "Financiamento de Veículo"];

/** Weights of a person's Pix keys: CPF 40, phone 30, e-mail 20, random 10 per cent. */
function personKeyType(word: number): PixKeyType {
  const percent = word * 100 / 65_536;
  return percent < 40 ? "CPF" : percent < 70 ? "PHONE" : percent < 90 ? "EMAIL" : "EVP";
}

/** What a person whose account elsewhere has a kind of key uses instead; of random keys there may be many. */
const OTHER_KEY_TYPE: Readonly<Record<PixKeyType, PixKeyType>> = {
  CPF: "PHONE",
  PHONE: "EMAIL",
  EMAIL: "CPF",
  EVP: "EVP",
  CNPJ: "CNPJ",
};
