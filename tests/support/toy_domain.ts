/**
 * The toy shop as a domain, with what a domain may need and the bank has not: two populations, of which one, the buyers,
 * owns all events and is counted, while a volume says how many fairs there are; a purse with a book of its payments;
 * payments that change; ids that are no UUIDs; a topic with a key of two fields and headers that are no fields; an Avro
 * namespace, enum and default of its own.
 */

import type { Document } from "../../src/model/document.ts";
import type { Domain, Found, Pages, RunOptions, Span, Versions } from "../../src/ports/domain.ts";
import { type Entity, entity, type Row } from "../../src/model/entity.ts";
import { date, instant, money, nullable, oneOf, text, uuid } from "../../src/model/field.ts";
import { daysFromCivil, yearOf } from "../../src/time/calendar.ts";
import { localDay } from "../../src/time/sao_paulo.ts";
import { buyer, toyBatch, toyEntities, toyId } from "./toy_shop.ts";

/** Rows that belong to no buyer: the second population. */
export const fair = entity({
  name: "fairs",
  code: 4,
  title: "Fair",
  namespace: "example.toys",
  doc: "Where things are bought.",
  role: "master",
  key: "fair",
  incremental: false,
  fields: { fair: text(20, { doc: "Name." }), opened: date({ doc: "First day." }) },
});

/** What a buyer's purse takes in and gives out; each is settled an hour later. */
export const payment = entity({
  name: "payments",
  code: 5,
  title: "Payment",
  namespace: "example.toys.money",
  doc: "What a purse took in or gave out.",
  role: "event",
  key: "payment",
  incremental: true,
  topic: {
    name: "payments.v1",
    key: ["fair", "buyer_id"],
    headers: [{ name: "trace" }, { name: "entity", value: "payment" }],
    eventTime: ["settled_at", "at"],
    partitions: 2,
    eventType: "example.payment.changed",
    source: "/example/purses",
  },
  fields: {
    payment: text(20, { doc: "Id." }),
    buyer_id: uuid({ references: "buyers", doc: "Whose purse." }),
    fair: text(20, { references: "fairs", doc: "Where." }),
    kind: oneOf(["IN", "OUT"], { avroEnum: "Kind", doc: "Way." }),
    currency: text(3, { avroDefault: "BRL", doc: "Currency." }),
    before: money({ doc: "In the purse before." }),
    amount: money({ min: 1, doc: "Amount." }),
    after: money({ min: 0, doc: "In the purse after." }),
    status: oneOf(["OPEN", "SETTLED"], { doc: "Status." }),
    at: instant({ doc: "When." }),
    settled_at: nullable(instant({ doc: "When it was settled." })),
  },
});

const [PAYMENTS, HOUR_MS, DAY_MS] = [4, 3_600_000, 86_400_000];

/** Payments of a buyer, as they stand before an instant; those that are not settled by then are open. */
function paymentsOf(n: number, fairs: number, { epoch }: RunOptions, end: number): Row[] {
  let purse = 0;
  return Array.from({ length: PAYMENTS }, (_, k) => {
    const isIn = k % 2 === 0;
    const amount = isIn ? 100 + n % 50 : 1 + n % 50;
    const [before, at] = [purse, epoch * DAY_MS + (n % 100 + k * 10) * DAY_MS];
    purse += isIn ? amount : -amount;
    const settled = at + HOUR_MS < end;
    return {
      payment: `p${n}-${k}`,
      buyer_id: toyId(1, n),
      fair: fairName((n + k) % fairs),
      kind: isIn ? "IN" : "OUT",
      currency: "BRL",
      before,
      amount,
      after: purse,
      status: settled ? "SETTLED" : "OPEN",
      at,
      settled_at: settled ? at + HOUR_MS : null,
      trace: `t${n}`, // a header, and no field
    };
  }).filter(({ at }) => at < end);
}

/** What happened to a buyer's payments within a span: all versions, or the last one of each. */
function paymentEvents(n: number, fairs: number, options: RunOptions, { start, end }: Span, versions: Versions): Row[] {
  const timeOf = ({ settled_at, at }: Row) => Number(settled_at ?? at);
  const latest = paymentsOf(n, fairs, options, end);
  const opened = latest.map((row) => ({ ...row, status: "OPEN", settled_at: null }));
  const all = latest.flatMap((row, k) => row.status === "OPEN" ? [row] : [opened[k]!, row]);
  return (versions === "all" ? all : latest).filter((row) => timeOf(row) >= start && timeOf(row) < end);
}

function fairName(n: number): string {
  return ["Acari", "Madureira"][n] ?? `Feira ${n + 1}`;
}

/** The shop. Its volumes are the fairs, and the credit that buyers have more than in {@linkcode toyBatch}. */
export const toyDomain: Domain = {
  name: "toy",
  dataVersion: 7,
  entities: [...toyEntities, fair, payment],
  unit: { entity: "buyers", one: "buyer", most: 100_000, usual: 20, summary: "How many buyers." },
  volumes: [
    { name: "more_credit", summary: "Credit of all.", default: 0, range: [0, 1000], example: 5 },
    { name: "fairs", summary: "How many fairs.", default: 2, range: [1, 100], example: 3 },
  ],
  defaults: { seed: 1, days: 30, topicPrefix: "toys" },
  details: { epoch: "Fairs open then.", days: "Purchases are older." },
  pages: { named: "a buyer's number or a payment", personal: "name" },
  daysRange: [1, 365],
  years: [2020, 2030],
  defaultEpoch: (asOf) => daysFromCivil(yearOf(localDay(asOf)), 1, 1),
  eventIds: () => (entity, row) =>
    entity.name === payment.name ? `${row["payment"]}/${row["status"]}` : `${row[entity.key!]}`,
  open: (options: RunOptions) => {
    const { volumes, epoch, asOf } = options;
    const fairs = volumes["fairs"]!;
    const events = (from: number, to: number, span: Span, versions: Versions) =>
      Array.from({ length: to - from }, (_, n) => paymentEvents(from + n, fairs, options, span, versions)).flat();
    return {
      batch(from, to) {
        const { buyers, ...others } = toyBatch(from, to);
        const richer = buyers!.map((row) => ({ ...row, credit: Number(row["credit"]) + volumes["more_credit"]! }));
        const payments = events(from, to, { start: 0, end: asOf }, "latest");
        return { buyers: richer, ...others, fairs: [], payments };
      },
      events: ({ from, to }, span, versions) => {
        const { purchases } = toyBatch(from, to);
        return {
          purchases: purchases!.filter(({ at }) => Number(at) >= span.start && Number(at) < span.end),
          payments: events(from, to, span, versions),
        };
      },
      changes: () => ({ buyers: [] }),
      shared: () => ({
        fairs: Array.from({ length: fairs }, (_, n) => ({ fair: fairName(n), opened: epoch + n })),
      }),
      knownRows: () => ({ purchases: 3 }),
      pages: (units) => new ToyPages(units, fairs, options),
    };
  },
};

/** A page for each buyer, and for each payment. */
class ToyPages implements Pages {
  readonly #units: number;
  readonly #fairs: number;
  readonly #options: RunOptions;

  constructor(units: number, fairs: number, options: RunOptions) {
    this.#units = units;
    this.#fairs = fairs;
    this.#options = options;
  }

  find(word: string): Found {
    const [, number, place] = /^(?:(?=\d)|p)(\d+)(?:-(\d))?$/.exec(word) ?? [];
    if (number === undefined) {
      return { unknown: { reason: "it is no buyer and no payment", hint: "write 1 or p0-0", isPersonal: false } };
    }
    const n = word.startsWith("p") ? Number(number) : Number(number) - 1;
    if (n < 0 || n >= this.#units) {
      const hint = `a load with \`units ${n + 1}\` has it`;
      return { unknown: { reason: `buyers are 1..${this.#units}`, hint, isPersonal: false } };
    }
    return { document: this.#page(n, place === undefined ? undefined : Number(place)) };
  }

  glance(entities: readonly string[]) {
    return entities.includes("payments") ? { number: 1, document: this.#page(0) } : undefined;
  }

  #page(n: number, place?: number): Document {
    const row = toyBatch(n, n + 1)["buyers"]![0]!;
    const payments = paymentsOf(n, this.#fairs, this.#options, this.#options.asOf);
    return {
      title: place === undefined ? `Buyer ${n + 1}` : `Payment p${n}-${place}`,
      subtitle: String(row["name"]),
      sections: [
        place === undefined
          ? { form: "record", name: "row", heading: "Row", entity: buyer as unknown as Entity, row }
          : {
            form: "record",
            name: "row",
            heading: "Row",
            entity: payment as unknown as Entity,
            row: payments[place]!,
          },
        {
          form: "table",
          name: "purse",
          heading: "Purse",
          columns: [
            { name: "at", label: "at", kind: "instant" },
            { name: "amount", label: "amount", kind: "movement" },
            { name: "after", label: "in the purse", kind: "money" },
          ],
          lines: payments.map(({ at, kind, amount, after }) => [
            at!,
            kind === "IN" ? amount! : -Number(amount),
            after!,
          ]),
        },
      ],
    };
  }
}
