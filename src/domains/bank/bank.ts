import type { Versions } from "../../ports/domain.ts";
import type { IdCodec } from "../../random/id.ts";
import { municipalities } from "../../reference/br/municipalities.ts";
import { localDay } from "../../time/sao_paulo.ts";
import { AccountHistory, bookRange } from "./account_history.ts";
import { AccountPlans } from "./account_plan.ts";
import { Book } from "./book.ts";
import { billTotal, type CardBook, CardHistory } from "./card_history.ts";
import { type Card, Cards, type Purchase } from "./cards.ts";
import { Causes } from "./causes.ts";
import { customer as customerEntity } from "./entities/customer.ts";
import {
  type BankBatch,
  type BankEvents,
  type BankMasters,
  type BankRows,
  emptyBatch,
  type Installment,
} from "./entities/mod.ts";
import type { Stock } from "./entities/stock.ts";
import { HABIT } from "./habits.ts";
import { type Household, mainAccount } from "./household.ts";
import { bankIds } from "./ids.ts";
import { LoanHistory } from "./loan_history.ts";
import { type LoanPlan, LoanPlans, MOST_LOANS } from "./loan_plan.ts";
import { Lots } from "./lots.ts";
import { type BankIdentity, DATA_VERSION, GREATEST_CUSTOMERS } from "./options.ts";
import { People, type Work } from "./people.ts";
import { PERIOD_DAYS } from "./periods.ts";
import { PixIds } from "./pix_ids.ts";
import { Prices } from "./prices.ts";
import { Statement } from "./statement.ts";
import { StockRegister } from "./stock_register.ts";
import { inWindow, type Window } from "./window.ts";

/** Customers `from` (included) to `to` (excluded). */
export interface CustomerRange {
  /** First index, from 0. */
  readonly from: number;
  /** Index after the last, at most 90,000,000. */
  readonly to: number;
}

/**
 * What the pages of a bank need beyond its rows.
 *
 * @internal
 */
export interface BankParts {
  readonly people: People;
  readonly causes: Causes;
  /** The customer's loans, cards and accounts before any event. */
  household(customer: number): Household;
  /** The purchases of each of the customer's cards, as far back as the bills of a window need them. */
  cardBooks(household: Household, window: Window): readonly CardBook[];
  /** Name of the merchant of a purchase. */
  merchant(card: Card, purchase: Purchase): string;
}

/** Customers generated at a time by {@linkcode Bank.rows}. */
const ROWS_AT_A_TIME = 16;

/**
 * A Brazilian bank as a pure function of its options. Every customer, with all that hangs on it, is generated from its
 * index alone: the order of asking changes nothing, and customer 57 is the same however many there are. When rows are
 * to be seen is told with each call: `batch` and `rows` show the state at the end of a window and the events in it.
 *
 * An instance reuses its buffers, so that one is to be used by one thread.
 */
export class Bank {
  /** What this bank was made from. */
  readonly options: BankIdentity;
  /** Turns ids into entity, customer and ordinal and back. */
  readonly ids: IdCodec;
  /** Turns the end-to-end ids of Pix into movements and back. */
  readonly pixIds: PixIds;
  readonly #people: People;
  readonly #accounts: AccountPlans;
  readonly #cards: Cards;
  readonly #loans: LoanPlans;
  readonly #prices: Prices;
  readonly #stocks: StockRegister;
  readonly #causes: Causes;
  readonly #accountHistory: AccountHistory;
  readonly #cardHistory: CardHistory;
  readonly #loanHistory: LoanHistory;

  /**
   * Prepares what all customers share: keys and tables. Prices follow with the first rows, in some 40 ms.
   *
   * @param options Seed, epoch and volumes, within the ranges that each documents.
   */
  constructor({ seed, epoch, volumes }: BankIdentity) {
    this.options = { seed, epoch, volumes };
    this.ids = bankIds(seed);
    this.pixIds = new PixIds(seed);
    this.#people = new People(seed, DATA_VERSION);
    this.#accounts = new AccountPlans(seed, DATA_VERSION, volumes.accountsPerCustomer);
    this.#cards = new Cards(seed, DATA_VERSION, volumes.cardShare, volumes.purchasesPerHolder);
    this.#loans = new LoanPlans(seed, DATA_VERSION, volumes.loanShare);
    this.#prices = new Prices(seed, DATA_VERSION);
    this.#stocks = new StockRegister(seed, DATA_VERSION, this.ids);
    const drawn = { seed, version: DATA_VERSION, people: this.#people, accounts: this.#accounts };
    this.#causes = new Causes({ ...drawn, activity: volumes.activity, epoch, loans: this.#loans });
    const lots = new Lots(seed, DATA_VERSION, volumes.tradesPerAccount, this.#prices);
    this.#accountHistory = new AccountHistory({
      ids: this.ids,
      plans: this.#accounts,
      book: new Book(seed, DATA_VERSION),
      causes: this.#causes,
      lots,
      statement: new Statement({ ...drawn, ids: this, causes: this.#causes }),
      stocks: this.#stocks,
    });
    this.#cardHistory = new CardHistory(this.ids, this.#cards);
    this.#loanHistory = new LoanHistory(seed, DATA_VERSION, this.ids, this.#loans, this.#people);
  }

  /**
   * The 42 stocks at an instant; they belong to no customer and come before all of them.
   *
   * @param at UTC milliseconds.
   */
  stocks(at: number): Stock[] {
    this.#prices.reach(localDay(at) + 1);
    return this.#stocks.rows(this.#prices, this.options.epoch, at);
  }

  /**
   * All rows of a range of customers, parents before children, without the stocks: masters and instalments as they
   * stand at the window's end, movements, purchases and trades of the window, opening positions at its start.
   *
   * @param from First index, from 0.
   * @param to Index after the last, at most 90,000,000.
   * @throws {RangeError} If `from` and `to` are not integers with 0 ≤ `from` ≤ `to` ≤ 90,000,000.
   */
  batch(from: number, to: number, window: Window): BankBatch {
    checkCustomers(from, to);
    this.#reach(window);
    const batch = emptyBatch();
    for (let customer = from; customer < to; customer++) this.#write(customer, window, batch);
    return batch;
  }

  /**
   * What happened to some customers within a window, customer by customer: the events of any two windows that meet
   * are together those of both in one, field by field. An instalment happens again whenever its status changes.
   *
   * @param versions `all`: every version of an instalment that it came to in the window, each as it stood then.
   * `latest`: the last version before the window's end, where it came to it in the window.
   * @throws {RangeError} If the range is not one that `batch` takes, or the window ends before it starts.
   */
  events({ from, to }: CustomerRange, window: Window, versions: Versions): BankEvents {
    checkCustomers(from, to);
    this.#reach(window);
    const batch = emptyBatch();
    const found: Installment[] = [];
    for (let customer = from; customer < to; customer++) {
      const household = this.#household(customer);
      const customerId = this.ids.encode(customerEntity.code, customer, 0);
      this.#writeAccountsAndCards(household, customerId, window, batch);
      for (const plan of household.loans) {
        this.#loanHistory.events(household, plan, customerId, window, versions, found);
      }
    }
    const { transactions, card_transactions, trades } = batch;
    return { transactions, card_transactions, trades, installments: found };
  }

  /**
   * Masters of some customers that were made or changed within a window, as they stand at its end. Put over the
   * masters at the window's start they give those at its end.
   *
   * @throws {RangeError} As {@linkcode Bank.events} does.
   */
  changes({ from, to }: CustomerRange, window: Window): BankMasters {
    const batch = this.batch(from, to, window);
    const changed = <Changing extends { created_at: number; updated_at: number | null }>(rows: Changing[]) =>
      rows.filter(({ created_at, updated_at }) => inWindow(window, updated_at ?? created_at));
    return {
      customers: changed(batch.customers),
      properties: changed(batch.properties),
      accounts: changed(batch.accounts),
      credit_cards: changed(batch.credit_cards),
      loans: changed(batch.loans),
    };
  }

  /**
   * The rows of one entity for a range of customers, in order; stocks are the same for any range.
   *
   * @throws {RangeError} When the first row is asked for, if the range is not one that `batch` takes.
   */
  *rows<Name extends keyof BankRows>(
    entity: Name,
    range: CustomerRange,
    window: Window,
  ): Generator<BankRows[Name]> {
    checkCustomers(range.from, range.to);
    if (entity === "stocks") {
      yield* this.stocks(window.end) as BankRows[Name][];
      return;
    }
    for (let from = range.from; from < range.to; from += ROWS_AT_A_TIME) {
      yield* this.batch(from, Math.min(range.to, from + ROWS_AT_A_TIME), window)[entity];
    }
  }

  /** How many loans, properties and instalments a customer has at an instant; much cheaper than generating them. */
  loanRows(customer: number, at: number): { loans: number; properties: number; installments: number } {
    const work = this.#people.work(customer);
    const joinedAt = this.#people.joinedAt(customer, this.options.epoch);
    const plans = this.#loansOf(customer, joinedAt, work);
    const disbursed = plans.filter((plan) => plan.stoppedAs === null && plan.disbursedAt < at);
    return {
      loans: plans.length,
      properties: plans.filter((plan) => plan.propertyValue > 0).length,
      installments: disbursed.reduce((sum, plan) => sum + plan.term, 0),
    };
  }

  /**
   * What pages are made of beside rows.
   *
   * @internal
   */
  parts(): BankParts {
    return {
      people: this.#people,
      causes: this.#causes,
      household: (customer) => this.#household(customer),
      cardBooks: (household, window) => this.#cardBooks(household, window),
      merchant: ({ customer, plan }, purchase) =>
        this.#cards.shop(customer, this.#people.cityIndex(customer), plan, purchase).name,
    };
  }

  #loansOf(customer: number, joinedAt: number, work: Work): LoanPlan[] {
    const loans: LoanPlan[] = [];
    for (let ordinal = 0; ordinal < MOST_LOANS; ordinal++) {
      const plan = this.#loans.plan(customer, ordinal, joinedAt, work, this.options.epoch);
      if (plan !== undefined) loans.push(plan);
    }
    return loans;
  }

  /** Makes the prices known that rows of a window are made of. */
  #reach({ start, end }: Window): void {
    if (!(start <= end)) {
      throw new RangeError(`Cannot generate a window that ends at ${end} before it starts at ${start}`);
    }
    this.#prices.reach(localDay(end) + PERIOD_DAYS + 1); // a book runs to the end of the period that holds the window's end
  }

  #write(customer: number, window: Window, batch: BankBatch): void {
    const household = this.#household(customer);
    const customerId = this.ids.encode(customerEntity.code, customer, 0);
    batch.customers.push({
      customer_id: customerId,
      cpf: this.#people.cpf(customer),
      name: household.name.full,
      email: this.#people.email(customer, household.name),
      phone: this.#people.phone(customer),
      ...this.#people.home(customer),
      monthly_income: household.work.income,
      employment_status: household.work.employment,
      credit_score: household.work.score,
      created_at: household.joinedAt,
      updated_at: null,
    });
    this.#writeAccountsAndCards(household, customerId, window, batch);
    for (const plan of household.loans) this.#loanHistory.write(household, plan, customerId, window.end, batch);
  }

  #writeAccountsAndCards(household: Household, customerId: string, window: Window, batch: BankBatch): void {
    const books = household.cards.length === 0 ? NO_BOOKS : this.#cardBooks(household, window);
    const billOf = (card: number, cycle: number) => billTotal(books[card]!, cycle);
    for (const plan of household.accounts) {
      this.#accountHistory.write(household, plan, customerId, billOf, window, batch);
    }
    for (const book of books) this.#cardHistory.write(household, book, customerId, window, batch);
  }

  #household(customer: number): Household {
    const { epoch } = this.options;
    const work = this.#people.work(customer);
    const joinedAt = this.#people.joinedAt(customer, epoch);
    const accounts = [];
    for (let ordinal = 0; ordinal < this.#accounts.count(customer); ordinal++) {
      accounts.push(this.#accounts.plan(customer, ordinal, joinedAt, work.income));
    }
    const cityIndex = this.#people.cityIndex(customer);
    return {
      customer,
      name: this.#people.name(customer),
      city: municipalities[cityIndex]!,
      cityIndex,
      joinedAt,
      work,
      accounts,
      cards: this.#cards.plans(customer, joinedAt, work, epoch),
      loans: this.#loansOf(customer, joinedAt, work),
    };
  }

  /** The customer's cards with the purchases of the window, and of the main account's book where it pays the bills. */
  #cardBooks(household: Household, window: Window): CardBook[] {
    let { start: from, end: to } = window;
    const main = mainAccount(household);
    if (main !== undefined && this.#causes.has(household.customer, HABIT.cardBill)) {
      const range = bookRange(main, window);
      if (range !== undefined) {
        from = Math.min(from, range.from);
        to = Math.max(to, range.to);
      }
    }
    return household.cards.map((plan) => this.#cardHistory.load(household, plan, from, to));
  }
}

function checkCustomers(from: number, to: number): void {
  const areIndexes = Number.isInteger(from) && Number.isInteger(to);
  if (areIndexes && from >= 0 && from <= to && to <= GREATEST_CUSTOMERS) return;
  throw new RangeError(
    `Cannot generate customers from "${from}" to "${to}": expected integers, 0 <= from <= to <= ${GREATEST_CUSTOMERS}`,
  );
}

const NO_BOOKS: readonly CardBook[] = [];
