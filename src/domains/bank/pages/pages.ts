import type { Document, Section, TableSection, Value } from "../../../model/document.ts";
import type { Entity, Row } from "../../../model/entity.ts";
import type { Found, Pages, Unknown } from "../../../ports/domain.ts";
import { firstDayOfMonth, isoDate, isoInstant } from "../../../time/calendar.ts";
import { localDay } from "../../../time/sao_paulo.ts";
import type { Bank, BankParts } from "../bank.ts";
import type { Purchase } from "../cards.ts";
import { cyclePayment, partAmount } from "../cycles.ts";
import { type Account, account } from "../entities/account.ts";
import { type CardTransaction, cardTransaction } from "../entities/card_transaction.ts";
import { type CreditCard, creditCard } from "../entities/credit_card.ts";
import { type Customer, customer as customerEntity } from "../entities/customer.ts";
import { type Installment, installment } from "../entities/installment.ts";
import { type Loan, loan } from "../entities/loan.ts";
import { type BankBatch, bankCatalogue, type BankRows } from "../entities/mod.ts";
import { type Property, property } from "../entities/property.ts";
import { type Stock, stock } from "../entities/stock.ts";
import { type Trade, trade } from "../entities/trade.ts";
import { type Transaction, transaction } from "../entities/transaction.ts";
import { KIND, kindOf, monthOf, numberOf, ordinalOf } from "../entries.ts";
import { installmentOrdinal, type InstallmentVersion, installmentVersions, VERSION_NUMBER } from "../versions.ts";
import type { Window } from "../window.ts";
import { billSections } from "./bill.ts";
import { findSubject, foreignId, isDeal, type Subject } from "./find.ts";
import { statementLines, statementTable } from "./movements.ts";
import { accountsTable, cardsTable, type Link, linksTable, loansTable, whySection } from "./sections.ts";
import { whyCustomer, whyInstallment, whyLoan, whyPurchase, whyTrade, whyTransaction } from "./why.ts";
import { accountTitle, bankName, cardTitle, loanKind, propertyTitle } from "./words.ts";

/** Customers among whom one is looked for whose account is worth a glance. */
const GLANCE_CUSTOMERS = 200;

/** What a glance is made of. */
const GLANCE_ENTITIES = ["customers", "accounts", "transactions"];

/** Movements that make an account worth it. */
const GLANCE_MOVEMENTS = 3;

const ENTITIES = bankCatalogue as readonly (Entity & { readonly name: keyof BankRows })[]; // keys of a batch

/** What a page is made from: all rows of one customer. */
interface Scene {
  readonly index: number;
  readonly owner: Customer;
  readonly batch: BankBatch;
  /** Ordinal of the record's id. */
  readonly ordinal: number;
}

/**
 * The pages of a bank: for each of its records a document with the row, its parents, its cause and what hangs on it. A
 * page is generated from the id alone; no target is read.
 */
export class BankPages implements Pages {
  readonly #bank: Bank;
  readonly #parts: BankParts;
  readonly #window: Window;
  readonly #customers: number;

  /**
   * Prepares pages.
   *
   * @param window What of the bank the run shows.
   * @param customers How many customers the run has, `1..90_000_000`: what belongs to others is not shown.
   */
  constructor(bank: Bank, window: Window, customers: number) {
    this.#bank = bank;
    this.#parts = bank.parts();
    this.#window = window;
    this.#customers = customers;
  }

  /** The page of what a text names: a customer's number or CPF, a ticker, or any id. */
  find(text: string): Found {
    const subject = findSubject(text, this.#bank, this.#parts, this.#window.end);
    return "reason" in subject ? { unknown: subject } : this.#page(subject);
  }

  /** A customer whose current account has moved, and its last movements; undefined where none of the first has one. */
  glance(entities: readonly string[]): { number: number; document: Document } | undefined {
    if (!GLANCE_ENTITIES.every((name) => entities.includes(name))) return undefined;
    for (let index = 0; index < Math.min(this.#customers, GLANCE_CUSTOMERS); index++) {
      const batch = this.#bank.batch(index, index + 1, this.#window);
      const owner = batch.customers[0]!;
      const [first] = batch.accounts;
      if (first?.account_type !== "CONTA_CORRENTE" || first.status !== "ACTIVE") continue;
      if (statementLines(first, batch, this.#window).length < GLANCE_MOVEMENTS) continue;
      const statement = statementTable("statement", accountTitle(first), first, batch, this.#window);
      const title = `${owner.name}, ${owner.city} ${owner.state}`;
      return { number: index + 1, document: { title, subtitle: accountTitle(first), sections: [statement] } };
    }
    return undefined;
  }

  #page(subject: Subject): Found {
    if (subject.entity === stock.code) return this.#stock(subject);
    const beyond = subject.customer >= this.#customers;
    const index = beyond && subject.pixId !== undefined && isDeal(subject)
      ? this.#parts.causes.partner(subject.customer, subject.ordinal)
      : subject.customer;
    if (index >= this.#customers) return { unknown: this.#beyond(subject) };
    const batch = this.#bank.batch(index, index + 1, this.#window);
    const scene: Scene = { index, owner: batch.customers[0]!, batch, ordinal: subject.ordinal };
    const entity = ENTITIES.find(({ code }) => code === subject.entity)!;
    const id = this.#bank.ids.encode(subject.entity, index, subject.ordinal);
    const row = (batch[entity.name] as Row[]).find((candidate) => candidate[entity.key!] === id);
    const foreign = subject.pixId !== undefined && (row === undefined || row["pix_e2e_id"] !== subject.pixId);
    if (foreign) return { unknown: foreignId("end-to-end id", this.#bank.options.seed) };
    if (row === undefined) return { unknown: this.#absent(subject, entity.title) };
    return { document: this.#document(entity.name, row, scene) };
  }

  #document(name: keyof BankRows, row: Row, scene: Scene): Document {
    switch (name) {
      case "customers":
        return this.#customer(scene);
      case "accounts":
        return this.#account(row as unknown as Account, scene);
      case "credit_cards":
        return this.#card(row as unknown as CreditCard, scene);
      case "loans":
        return this.#loan(row as unknown as Loan, scene);
      case "properties":
        return this.#property(row as unknown as Property, scene);
      case "transactions":
        return this.#transaction(row as unknown as Transaction, scene);
      case "card_transactions":
        return this.#purchase(row as unknown as CardTransaction, scene);
      case "trades":
        return this.#trade(row as unknown as Trade, scene);
      case "installments":
        return this.#installment(row as unknown as Installment, scene);
      default:
        throw new RangeError(`Cannot show "${name}": its rows have no id`);
    }
  }

  #customer({ index, owner, batch }: Scene): Document {
    const { accounts, credit_cards, loans } = batch;
    const sections: Section[] = [
      { form: "record", name: "record", heading: "customers", entity: customerEntity, row: owner },
      whySection(whyCustomer(this.#bank, this.#parts, index)),
      accountsTable(accounts),
    ];
    if (credit_cards.length > 0) sections.push(cardsTable(credit_cards));
    if (loans.length > 0) sections.push(loansTable(loans));
    for (const [at, each] of accounts.entries()) {
      sections.push(statementTable(`statement_${at + 1}`, accountTitle(each), each, batch, this.#window));
    }
    const joined = isoDate(localDay(owner.created_at));
    return {
      title: owner.name,
      subtitle: `Customer ${index + 1}, ${owner.city} ${owner.state}, since ${joined}`,
      sections,
    };
  }

  #account(row: Account, scene: Scene): Document {
    const { batch } = scene;
    const first = batch.accounts[0] === row;
    const sections: Section[] = [
      { form: "record", name: "record", heading: "accounts", entity: account, row },
      parents(ofCustomer(scene)),
      whySection([
        !first
          ? "A further account of the customer: it moves when it settles, and by trades where it is for investments."
          : row.account_type === "CONTA_CORRENTE"
          ? "The customer's first account: salary, bills, Pix and cash go through it."
          : "The customer's first account.",
      ]),
    ];
    const holdings = holdingsTable(row, batch, this.#bank.stocks(this.#window.end));
    if (holdings !== undefined) sections.push(holdings);
    sections.push(statementTable("statement", "Statement", row, batch, this.#window));
    return { title: accountTitle(row), subtitle: `${bankName(row.bank_code)}, ${scene.owner.name}`, sections };
  }

  #card(row: CreditCard, scene: Scene): Document {
    const household = this.#parts.household(scene.index);
    const book = this.#parts.cardBooks(household, this.#window)[scene.ordinal]!;
    const idOf = ({ cycle, kind, number }: Purchase) =>
      this.#bank.ids.encode(cardTransaction.code, scene.index, ordinalOf(cycle, kind, scene.ordinal, number));
    return {
      title: cardTitle(row),
      subtitle: scene.owner.name,
      sections: [
        { form: "record", name: "record", heading: "credit_cards", entity: creditCard, row },
        parents(ofCustomer(scene)),
        whySection([
          `${scene.batch.credit_cards.length === 1 ? "The customer's only card" : "One of the customer's cards"}; ` +
          "its limit follows from income and credit score.",
        ]),
        ...billSections(book, this.#parts, this.#window.end, idOf),
      ],
    };
  }

  #loan(row: Loan, scene: Scene): Document {
    const { batch } = scene;
    const schedule = batch.installments.filter(({ loan_id }) => loan_id === row.loan_id);
    const house = batch.properties.find(({ property_id }) => property_id === row.property_id);
    return {
      title: `${loanKind(row)}, ${row.term_months} parcelas (${row.amortization_system})`,
      subtitle: `${scene.owner.name}, ${row.status}`,
      sections: [
        { form: "record", name: "record", heading: "loans", entity: loan, row },
        parents(ofCustomer(scene), ...(house === undefined ? [] : [ofProperty(house)])),
        whySection(whyLoan(row)),
        ...(schedule.length === 0 ? [] : [scheduleTable(schedule)]),
      ],
    };
  }

  #property(row: Property, scene: Scene): Document {
    const financed = scene.batch.loans.filter(({ property_id }) => property_id === row.property_id);
    return {
      title: propertyTitle(row),
      subtitle: scene.owner.name,
      sections: [
        { form: "record", name: "record", heading: "properties", entity: property, row },
        whySection(["The loan below finances it; every housing loan has a property of its own."]),
        related(...financed.map(ofLoan), ofCustomer(scene)),
      ],
    };
  }

  #stock({ ordinal }: Subject): Found {
    const row: Stock = this.#bank.stocks(this.#window.end)[ordinal]!;
    const document: Document = {
      title: `${row.ticker}, ${row.company_name}`,
      subtitle: `${row.sector}, ${row.segment}`,
      sections: [
        { form: "record", name: "record", heading: "stocks", entity: stock, row },
        whySection(["One of the stocks that investment accounts trade; it belongs to no customer."]),
      ],
    };
    return { document };
  }

  #transaction(row: Transaction, scene: Scene): Document {
    const { batch, ordinal, index } = scene;
    const moved = batch.accounts.find(({ account_id }) => account_id === row.account_id)!;
    const line = statementLines(moved, batch, this.#window).find(({ id }) => id === row.transaction_id)!;
    const links = this.#linksOf(row, scene);
    return {
      title: row.description,
      subtitle: `${scene.owner.name}, ${isoInstant(row.timestamp)}`,
      sections: [
        { form: "record", name: "record", heading: "transactions", entity: transaction, row },
        parents(ofAccount(moved), ofCustomer(scene)),
        whySection(whyTransaction(this.#parts, index, ordinal, row)),
        ...(links.length === 0 ? [] : [related(...links)]),
        {
          form: "facts",
          name: "balance",
          heading: "Balance of the account",
          facts: [
            {
              name: "before",
              label: "before",
              kind: "money",
              value: line.balance - (line.cameAbout ? line.cents : 0),
            },
            { name: "change", label: "change", kind: "movement", value: line.cameAbout ? line.cents : 0 },
            { name: "after", label: "after", kind: "money", value: line.balance },
          ],
        },
      ],
    };
  }

  /** What a movement has to do with: the other side of a Pix, the card whose bill it pays, the instalment. */
  #linksOf(row: Transaction, { batch, ordinal, index }: Scene): Link[] {
    const kind = kindOf(ordinal);
    if (kind === KIND.partner) {
      const other = this.#parts.causes.partner(index, ordinal);
      const name = this.#parts.people.name(other).full;
      const id = this.#bank.ids.encode(transaction.code, other, ordinal);
      const held = other < this.#customers ? "" : ", beyond this run";
      return [
        {
          role: "other side",
          title: row.direction === "DEBIT" ? "the Pix as it came in" : "the Pix as it went out",
          id,
        },
        {
          role: row.direction === "DEBIT" ? "payee" : "payer",
          title: `${name}, customer ${other + 1}${held}`,
          id: this.#bank.ids.encode(customerEntity.code, other, 0),
        },
      ];
    }
    if (kind === KIND.cardBill) {
      const id = this.#bank.ids.encode(creditCard.code, index, numberOf(ordinal));
      return batch.credit_cards.filter(({ card_id }) => card_id === id).map(ofCard);
    }
    if (kind === KIND.installment) {
      const number = numberOf(ordinal);
      const id = this.#bank.ids.encode(installment.code, index, installmentOrdinal(number >>> 10, number & 1023));
      const paid = batch.installments.filter(({ installment_id }) => installment_id === id);
      return paid.flatMap((each) => [
        ofInstallment(each),
        ...batch.loans.filter(({ loan_id }) => loan_id === each.loan_id).map(ofLoan),
      ]);
    }
    return [];
  }

  #purchase(row: CardTransaction, scene: Scene): Document {
    const card = scene.batch.credit_cards.find(({ card_id }) => card_id === row.card_id)!;
    return {
      title: `${row.merchant_name}, ${row.location_city}`,
      subtitle: `${cardTitle(card)}, ${scene.owner.name}, ${isoInstant(row.timestamp)}`,
      sections: [
        { form: "record", name: "record", heading: "card_transactions", entity: cardTransaction, row },
        parents(ofCard(card), ofCustomer(scene)),
        whySection(whyPurchase(card.due_day, scene.ordinal, row)),
        ...(row.status === "APPROVED" ? [partsTable(row, card, monthOf(scene.ordinal), this.#window.end)] : []),
      ],
    };
  }

  #trade(row: Trade, scene: Scene): Document {
    const { batch, ordinal } = scene;
    const held = batch.accounts.find(({ account_id }) => account_id === row.account_id)!;
    const paper = this.#bank.stocks(this.#window.end).find(({ stock_id }) => stock_id === row.stock_id)!;
    const lot = batch.trades.filter((other) =>
      other !== row && row.status !== "CANCELLED" && other.status !== "CANCELLED" &&
      this.#sameLot(ordinal, this.#bank.ids.decode(other.trade_id)!.ordinal)
    );
    return {
      title: `${row.trade_type} ${row.quantity} ${row.ticker}`,
      subtitle: `${scene.owner.name}, ${isoInstant(row.executed_at)}`,
      sections: [
        { form: "record", name: "record", heading: "trades", entity: trade, row },
        parents(ofAccount(held), ofStock(paper), ofCustomer(scene)),
        whySection(whyTrade(row)),
        ...(lot.length === 0 ? [] : [related(...lot.map(ofTrade))]),
      ],
    };

    function ofTrade(other: Trade): Link {
      const title = `${other.trade_type} ${other.quantity} on ${isoDate(localDay(other.executed_at))}`;
      return { role: "same lot", title, id: other.trade_id };
    }
  }

  /** Whether two orders are of one lot: the same month and number of the same account, whichever side. */
  #sameLot(one: number, other: number): boolean {
    return monthOf(one) === monthOf(other) && (one & 0xffff) === (other & 0xffff);
  }

  #installment(row: Installment, scene: Scene): Document {
    const { batch, index, ordinal } = scene;
    const whole = batch.loans.find(({ loan_id }) => loan_id === row.loan_id)!;
    const paidBy = batch.transactions.find(({ transaction_id }) => {
      const movement = this.#bank.ids.decode(transaction_id)!.ordinal;
      return kindOf(movement) === KIND.installment && numberOf(movement) === ordinal;
    });
    return {
      title: `${loanKind(whole)}, parcela ${row.installment_number}/${whole.term_months}`,
      subtitle: `${scene.owner.name}, ${row.status}, due on ${isoDate(row.due_date)}`,
      sections: [
        { form: "record", name: "record", heading: "installments", entity: installment, row },
        parents(ofLoan(whole), ofCustomer(scene)),
        whySection(whyInstallment(row)),
        this.#eventsTable(row, index, ordinal),
        ...(paidBy === undefined
          ? []
          : [related({ role: "payment", title: paidBy.description, id: paidBy.transaction_id })]),
      ],
    };
  }

  /** The events that an instalment has had, each with the id of its record in Kafka. */
  #eventsTable(row: Installment, index: number, ordinal: number): TableSection {
    const lines = versionsOf(row, this.#window.end).map(({ status, at }): Value[] => [
      status,
      at,
      this.#bank.ids.encode(installment.code, index, (VERSION_NUMBER[status] << 24) | ordinal),
    ]);
    return {
      form: "table",
      name: "events",
      heading: "Its events",
      columns: [
        { name: "status", label: "status", kind: "text" },
        { name: "at", label: "at", kind: "instant" },
        { name: "id", label: "ce_id", kind: "id" },
      ],
      lines,
    };
  }

  #beyond({ customer }: Subject): Unknown {
    return {
      reason: `customer ${customer + 1} is beyond this run, whose customers are 1..${this.#customers}`,
      hint: `a load with \`units ${customer + 1}\` adds the missing ones`,
      isPersonal: false,
    };
  }

  #absent({ entity, ordinal, customer }: Subject, title: string): Unknown {
    const { start, end } = this.#window;
    const isDated = entity === transaction.code || entity === cardTransaction.code || entity === trade.code;
    const when = isDated ? ` of ${isoDate(firstDayOfMonth(monthOf(ordinal))).slice(0, 7)}` : "";
    return {
      reason: `it is a ${title}${when} of customer ${customer + 1} that this run does not have`,
      hint: isDated
        ? `this run's events are from ${isoDate(localDay(start))} to before ${isoInstant(end)}`
        : "another epoch, as-of or volume option made it",
      isPersonal: false,
    };
  }
}

function parents(...links: readonly Link[]): TableSection {
  return linksTable("parents", "Belongs to", links);
}

function related(...links: readonly Link[]): TableSection {
  return linksTable("related", "Goes with", links);
}

function ofCustomer({ owner, index }: Scene): Link {
  return { role: "customer", title: `${owner.name}, customer ${index + 1}`, id: owner.customer_id };
}

function ofAccount(row: Account): Link {
  return { role: "account", title: accountTitle(row), id: row.account_id };
}

function ofCard(row: CreditCard): Link {
  return { role: "credit card", title: cardTitle(row), id: row.card_id };
}

function ofLoan(row: Loan): Link {
  return { role: "loan", title: loanKind(row), id: row.loan_id };
}

function ofInstallment(row: Installment): Link {
  return { role: "instalment", title: `number ${row.installment_number}`, id: row.installment_id };
}

function ofProperty(row: Property): Link {
  return { role: "property", title: propertyTitle(row), id: row.property_id };
}

function ofStock(row: Stock): Link {
  return { role: "stock", title: `${row.ticker}, ${row.company_name}`, id: row.stock_id };
}

/** Shares that an investment account holds at the end of the window; undefined for other accounts. */
function holdingsTable(row: Account, batch: BankBatch, stocks: readonly Stock[]): TableSection | undefined {
  if (row.account_type !== "INVESTIMENTOS") return undefined;
  const held = new Map<string, number>();
  const add = (id: string, shares: number) => held.set(id, (held.get(id) ?? 0) + shares);
  for (const { owner_id, kind, stock_id, value } of batch.opening_positions) {
    if (owner_id === row.account_id && kind === "HOLDING") add(stock_id!, value / 100);
  }
  for (const { account_id, status, trade_type, stock_id, quantity } of batch.trades) {
    if (account_id !== row.account_id || status === "CANCELLED") continue;
    add(stock_id, trade_type === "BUY" ? quantity : -quantity);
  }
  const lines = stocks.filter(({ stock_id }) => (held.get(stock_id) ?? 0) > 0).map((paper): Value[] => {
    const shares = held.get(paper.stock_id)!;
    return [paper.ticker, paper.company_name, shares, shares * paper.current_price];
  });
  return {
    form: "table",
    name: "holdings",
    heading: "Shares held",
    columns: [
      { name: "ticker", label: "ação", kind: "text" },
      { name: "company", label: "empresa", kind: "text", isMinor: true },
      { name: "shares", label: "quantidade", kind: "number" },
      { name: "value", label: "valor", kind: "money" },
    ],
    lines,
  };
}

/** The schedule of a loan; what matters most is the first instalment that is not paid. */
function scheduleTable(schedule: readonly Installment[]): TableSection {
  const unpaid = schedule.findIndex(({ status }) => status !== "PAID");
  return {
    form: "table",
    name: "schedule",
    heading: "Schedule",
    columns: [
      { name: "number", label: "nº", kind: "number" },
      { name: "due_date", label: "vence", kind: "day" },
      { name: "principal", label: "principal", kind: "money", isMinor: true },
      { name: "interest", label: "juros", kind: "money", isMinor: true },
      { name: "total", label: "parcela", kind: "money" },
      { name: "status", label: "status", kind: "text" },
      { name: "paid_date", label: "paga em", kind: "day", isMinor: true },
      { name: "id", label: "id", kind: "id", isMinor: true },
    ],
    lines: schedule.map((each) => [
      each.installment_number,
      each.due_date,
      each.principal_amount,
      each.interest_amount,
      each.total_amount,
      each.status,
      each.paid_date,
      each.installment_id,
    ]),
    focus: unpaid < 0 ? schedule.length - 1 : unpaid,
  };
}

/** The parts of a purchase with the bills that they fall due with. */
function partsTable(row: CardTransaction, card: CreditCard, cycle: number, end: number): TableSection {
  return {
    form: "table",
    name: "parts",
    heading: "On which bills",
    columns: [
      { name: "part", label: "parcela", kind: "text" },
      { name: "due_date", label: "vence", kind: "day" },
      { name: "amount", label: "valor", kind: "money" },
      { name: "state", label: "", kind: "text" },
    ],
    lines: Array.from({ length: row.installments }, (_, part): Value[] => {
      const payment = cyclePayment(card.due_day, cycle + part);
      return [
        `${part + 1}/${row.installments}`,
        localDay(payment),
        partAmount(row.amount, row.installments, part),
        payment < end ? "paid" : "open",
      ];
    }),
    focus: 0,
  };
}

/** What an instalment has become up to an instant, in order of time. */
function versionsOf(row: Installment, end: number): InstallmentVersion[] {
  const paidAt = row.status === "PAID" ? row.updated_at! : Infinity;
  return installmentVersions(row.created_at, row.due_date, paidAt, end);
}
